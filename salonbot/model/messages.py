"""Messages as they come and go, and the turns and replies made of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from salonbot.model.salon import SalonId

ChatKey = NewType("ChatKey", str)
"""Names one customer's chat within a salon: `lid:<digits>` where WhatsApp gives a LID, else `pn:<digits>`."""
MessageId = NewType("MessageId", str)
"""WhatsApp's message id; unique within a chat only."""
TurnId = NewType("TurnId", int)
ReplyId = NewType("ReplyId", int)


class MessageKind(StrEnum):
    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    VOICE = "voice"
    DOCUMENT = "document"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    REACTION = "reaction"
    EDIT = "edit"
    DELETION = "deletion"
    CALL = "call"
    UNDECRYPTABLE = "undecryptable"
    OTHER = "other"


class Author(StrEnum):
    CUSTOMER = "customer"
    SALON = "salon"
    """This program."""
    OWNER = "owner"
    """A person of the salon, writing from the phone itself or from the pages."""


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One message of a private chat as WhatsApp delivered it."""

    salon: SalonId
    chat: ChatKey
    id: MessageId
    author: Author
    kind: MessageKind
    text: str
    """The text or caption; the emoji of a reaction; the new text of an edit; else empty."""
    sent_at: datetime
    """Aware, UTC, to the second, by the sender's server."""
    reply_to: str
    """The JID to answer to, as WhatsApp addressed the chat."""
    lid: str | None = None
    phone: str | None = None
    """Digits with country code, no plus; None where WhatsApp hides it."""
    push_name: str = ""
    """The name the customer gave themselves in WhatsApp: untrusted text."""
    quoted_text: str = ""
    target_id: MessageId | None = None
    """The message a reaction, edit or deletion is about."""
    offline: bool = False
    """Delivered late, from the queue WhatsApp kept while this device was away."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing said in a chat, for the brain to read."""

    author: Author
    text: str
    at: datetime


class TurnState(StrEnum):
    OPEN = "open"
    UNDERSTANDING = "understanding"
    EXECUTING = "executing"
    COMPOSING = "composing"
    REPLYING = "replying"
    DONE = "done"
    HANDED_OVER = "handed_over"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Nothing more happens to the turn."""
        return self in (TurnState.DONE, TurnState.HANDED_OVER, TurnState.FAILED)


class ReplyState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    UNKNOWN = "unknown"
    """The process ended between sending and its record: only a receipt can tell."""
    REFUSED = "refused"
    HELD = "held"
    """Composed before a person of the salon took the chat over: it does not go."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message of the salon's to a customer."""

    id: ReplyId
    salon: SalonId
    chat: ChatKey
    turn: TurnId | None
    part: int
    to: str
    """The JID to send to."""
    text: str
    state: ReplyState
    message_id: MessageId | None = None
    author: Author = Author.SALON
    """SALON: this program; OWNER: a person of the salon, from the pages."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Who writes, as far as the salon knows them."""

    salon: SalonId
    chat: ChatKey
    phone: str | None = None
    """Digits with country code, no plus, as WhatsApp gives it; None where it is hidden."""
    told_phone: str | None = None
    """What they told us where WhatsApp hides it: proof of nothing."""
    name: str | None = None
    """The name they gave for bookings; never taken from WhatsApp's profile name."""

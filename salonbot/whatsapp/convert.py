"""The engine's messages as ours. Pure: one event in, one `IncomingMessage` or the reason why it is none of ours out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from salonbot.model.messages import Author, IncomingMessage, MessageId, MessageKind
from salonbot.model.salon import SalonId
from salonbot.whatsapp.events import AlreadyDecrypted
from salonbot.whatsapp.jid import Jid, Person

# Names in WhatsApp's own protobuf files (WAWebProtobufsE2E.proto, ProtocolMessage.Type).
REVOKE, MESSAGE_EDIT = 0, 14

WRAPPERS = (
    "deviceSentMessage",
    "ephemeralMessage",
    "viewOnceMessage",
    "viewOnceMessageV2",
    "viewOnceMessageV2Extension",
    "documentWithCaptionMessage",
    "lottieStickerMessage",
    "groupMentionedMessage",
    "associatedChildMessage",
)
"""Messages whose only content is another message."""

MEDIA = (
    ("imageMessage", MessageKind.IMAGE),
    ("videoMessage", MessageKind.VIDEO),
    ("ptvMessage", MessageKind.VIDEO),
    ("audioMessage", MessageKind.VOICE),
    ("documentMessage", MessageKind.DOCUMENT),
    ("stickerMessage", MessageKind.STICKER),
    ("locationMessage", MessageKind.LOCATION),
    ("liveLocationMessage", MessageKind.LOCATION),
    ("contactMessage", MessageKind.CONTACT),
    ("contactsArrayMessage", MessageKind.CONTACT),
)

SILENT = (
    "senderKeyDistributionMessage",
    "protocolMessage",
    "keepInChatMessage",
    "pinInChatMessage",
    "pollUpdateMessage",
    "encReactionMessage",
    "encEventResponseMessage",
    "secretEncryptedMessage",
    "messageHistoryBundle",
    "messageHistoryNotice",
    "stickerSyncRmrMessage",
    "placeholderMessage",
    "albumMessage",
    "callLogMesssage",
)
"""Parts that tell a device something and a person nothing."""

DEEPEST_WRAPPING = 8
# Newlines and tabs are part of what people write; other control characters are not, and NUL ends strings in C and SQL.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class Ignored(StrEnum):
    """Why a message is not for us."""

    GROUP = "group"
    STATUS = "status"
    BROADCAST = "broadcast list"
    CHANNEL = "channel"
    BOT = "bot"
    PROTOCOL = "protocol"
    OWN_CHAT = "the number's chat with itself"
    ADDRESS = "unknown address"


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says, without who said it."""

    kind: MessageKind
    text: str = ""
    quoted: str = ""
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose engine this comes from, and when."""

    salon: SalonId
    own: Person
    is_offline: bool


def message_from(event: Any, origin: Origin) -> IncomingMessage | Ignored:
    """A message event; `event` is neonize's `Message`."""
    if isinstance(reason := _ignored(event.Info, origin), Ignored):
        return reason
    content = content_of(event.Message)
    return Ignored.PROTOCOL if content is None else _assemble(event.Info, content, origin)


def undecryptable_from(event: Any, origin: Origin) -> IncomingMessage | Ignored:
    """A message that could not be decrypted; the sender's phone is asked again by the engine, under the same id."""
    if isinstance(reason := _ignored(event.Info, origin), Ignored):
        return reason
    if event.DecryptFailMode == 2:
        return Ignored.PROTOCOL
    return _assemble(event.Info, Content(MessageKind.UNDECRYPTABLE), origin)


def used_up(event: AlreadyDecrypted, salon: SalonId, at: datetime) -> IncomingMessage:
    """A message that came again and cannot be decrypted a second time; when it was written is not told."""
    sender = Jid.parse(event.sender)
    person = Person.of(sender)
    return IncomingMessage(
        salon=salon,
        chat=person.chat,
        id=event.message_id,
        author=Author.CUSTOMER,
        kind=MessageKind.UNDECRYPTABLE,
        text="",
        sent_at=at,
        reply_to=str(sender),
        lid=person.lid,
        phone=person.phone,
        offline=True,
    )


def call_from(event: Any, origin: Origin) -> IncomingMessage | Ignored:
    """An incoming call; `event` is neonize's `CallOffer`. Its id is the call's."""
    meta = event.basicCallMeta
    caller = Jid.of(meta.callCreator) or Jid.of(getattr(meta, "from"))
    if caller is None or not caller.is_person:
        return Ignored.ADDRESS
    person = Person.of(caller, Jid.of(meta.callCreatorAlt))
    return IncomingMessage(
        salon=origin.salon,
        chat=person.chat,
        id=MessageId(clean(meta.callID)),
        author=Author.CUSTOMER,
        kind=MessageKind.CALL,
        text="",
        sent_at=datetime.fromtimestamp(meta.timestamp, UTC),
        reply_to=str(caller),
        lid=person.lid,
        phone=person.phone,
        offline=origin.is_offline,
    )


def _ignored(info: Any, origin: Origin) -> Ignored | None:
    source = info.MessageSource
    chat = Jid.of(source.Chat)
    if chat is None:
        return Ignored.ADDRESS
    by_server = {"g.us": Ignored.GROUP, "newsletter": Ignored.CHANNEL, "bot": Ignored.BOT}
    if chat.server == "broadcast":
        return Ignored.STATUS if chat.user == "status" else Ignored.BROADCAST
    if chat.server in by_server:
        return by_server[chat.server]
    if source.IsGroup:
        return Ignored.GROUP
    if info.Category == "peer":
        return Ignored.PROTOCOL
    if not chat.is_person:
        return Ignored.ADDRESS
    if chat.user in (origin.own.lid, origin.own.phone):
        return Ignored.OWN_CHAT
    return None


def _assemble(info: Any, content: Content, origin: Origin) -> IncomingMessage:
    source = info.MessageSource
    chat = Jid.of(source.Chat)
    assert chat is not None
    other_name = Jid.of(source.RecipientAlt if source.IsFromMe else source.SenderAlt)
    person = Person.of(chat, other_name)
    return IncomingMessage(
        salon=origin.salon,
        chat=person.chat,
        id=MessageId(clean(info.ID)),
        author=Author.OWNER if source.IsFromMe else Author.CUSTOMER,
        kind=content.kind,
        text=content.text,
        sent_at=datetime.fromtimestamp(info.Timestamp // 1000, UTC),
        reply_to=str(chat),
        lid=person.lid,
        phone=person.phone,
        push_name="" if source.IsFromMe else clean(info.Pushname).strip(),
        quoted_text=content.quoted,
        target_id=MessageId(content.target) if content.target else None,
        offline=origin.is_offline,
    )


def content_of(message: Any) -> Content | None:
    """What a person sees in it; None where nothing. `message` is WhatsApp's `Message`."""
    message, target_of_edit = _unwrap(message)
    for read in (_protocol, _reaction, _text, _media):
        if content := read(message):
            break
    else:
        content = None if _is_silent(message) else Content(MessageKind.OTHER)
    if content and target_of_edit and content.kind is not MessageKind.DELETION:
        return Content(MessageKind.EDIT, content.text, content.quoted, target_of_edit)
    return content


def _unwrap(message: Any) -> tuple[Any, str | None]:
    """The innermost message, and the id of the message it edits."""
    target = None
    for _ in range(DEEPEST_WRAPPING):
        inner = next((name for name in (*WRAPPERS, "editedMessage") if message.HasField(name)), None)
        if inner and getattr(message, inner).HasField("message"):
            message = getattr(message, inner).message
        elif message.HasField("protocolMessage") and message.protocolMessage.type == MESSAGE_EDIT:
            target = clean(message.protocolMessage.key.ID)
            message = message.protocolMessage.editedMessage
        else:
            break
    return message, target


def _protocol(message: Any) -> Content | None:
    if not message.HasField("protocolMessage") or not message.protocolMessage.HasField("key"):
        return None
    if message.protocolMessage.type != REVOKE:
        return None
    return Content(MessageKind.DELETION, target=clean(message.protocolMessage.key.ID))


def _reaction(message: Any) -> Content | None:
    if not message.HasField("reactionMessage"):
        return None
    reaction = message.reactionMessage
    return Content(MessageKind.REACTION, clean(reaction.text), target=clean(reaction.key.ID))


def _text(message: Any) -> Content | None:
    for name, read in TEXTS:
        if message.HasField(name):
            part = getattr(message, name)
            text = clean(read(part))
            return Content(MessageKind.TEXT, text, _quoted(part)) if text.strip() else Content(MessageKind.OTHER)
    return None


TEXTS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("conversation", lambda part: part),
    ("extendedTextMessage", lambda part: part.text),
    ("buttonsResponseMessage", lambda part: part.selectedDisplayText),
    ("templateButtonReplyMessage", lambda part: part.selectedDisplayText),
    ("listResponseMessage", lambda part: part.title),
    ("interactiveResponseMessage", lambda part: part.body.text),
)
"""Fields a customer's words come in, and where in them."""


def _media(message: Any) -> Content | None:
    for name, kind in MEDIA:
        if message.HasField(name):
            part = getattr(message, name)
            return Content(kind, clean(getattr(part, "caption", "")), _quoted(part))
    return None


def _is_silent(message: Any) -> bool:
    names = [descriptor.name for descriptor, _ in message.ListFields() if descriptor.name != "messageContextInfo"]
    return all(name in SILENT for name in names)


def _quoted(part: Any) -> str:
    """The text of the message this one answers; empty where it answers none."""
    if isinstance(part, str | bytes) or not part.HasField("contextInfo"):
        return ""
    if not part.contextInfo.HasField("quotedMessage"):
        return ""
    quoted, _ = _unwrap(part.contextInfo.quotedMessage)
    if quoted.HasField("conversation"):
        return clean(quoted.conversation)
    if quoted.HasField("extendedTextMessage"):
        return clean(quoted.extendedTextMessage.text)
    media = _media_caption(quoted)
    return clean(media)


def _media_caption(message: Any) -> Any:
    return next((getattr(getattr(message, name), "caption", "") for name, _ in MEDIA if message.HasField(name)), "")


def clean(text: str | bytes) -> str:
    """Text a database, a log and a model can all take: protobuf hands over bytes where it is not valid UTF-8."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n"))

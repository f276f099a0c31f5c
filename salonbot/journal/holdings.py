"""Where in the journal a customer is: one entry for every table that may name one, and the reason for each that cannot.

A test holds this list against the schema, column by column: a table or column added later belongs here before it lands.
"""

import json
from dataclasses import dataclass

from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId

NOBODY = ChatKey("forgotten")
"""Whose the rows are that stay without their person."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One customer of one salon, under all their names."""

    salon: SalonId
    chats: tuple[ChatKey, ...]
    phones: tuple[str, ...]
    """Digits; those WhatsApp vouches for, never one that somebody merely told."""

    @property
    def users(self) -> tuple[str, ...]:
        """The digits WhatsApp knows them by: LIDs and phone numbers."""
        return tuple(sorted({*(chat.partition(":")[2] for chat in self.chats), *self.phones}))

    def parameters(self) -> dict[str, object]:
        """For the conditions below."""
        return {
            "salon": self.salon,
            "chats": json.dumps(self.chats),
            "phones": json.dumps(self.phones),
            "users": json.dumps(self.users),
        }


@dataclass(frozen=True, slots=True)
class Holding:
    """A table that may name a customer."""

    table: str
    mine: str
    """Which rows: an SQL condition with a Subject's parameters."""
    keeps: frozenset[str] | None = None
    """None: the rows go. Otherwise they stay, for the books, and lose what stands in any other column."""


CHATS = "(SELECT value FROM json_each(:chats))"
PHONES = "(SELECT value FROM json_each(:phones))"
OF_CHAT = f"salon = :salon AND chat IN {CHATS}"
OF_CHAT_OR_PHONE = f"salon = :salon AND (chat IN {CHATS} OR phone IN {PHONES})"
RECORDS = f"(SELECT id FROM record WHERE {OF_CHAT_OR_PHONE})"
VISITS = f"(SELECT id FROM appointment WHERE {OF_CHAT_OR_PHONE})"
MENTIONED = "EXISTS (SELECT 1 FROM json_each(:users) WHERE length(value) >= 7 AND instr({}, value))"

HOLDINGS = (
    Holding("event", OF_CHAT_OR_PHONE),
    Holding("receipt", OF_CHAT),
    Holding("noted", OF_CHAT),
    Holding("record_news", f"salon = :salon AND record IN {RECORDS}"),
    Holding(
        "record_seen",
        f"salon = :salon AND (record IN {RECORDS} OR json_extract(appointment, '$.customer_phone') IN {PHONES})",
    ),
    Holding(
        "intention",
        f"salon = :salon AND (json_extract(appointment, '$.id') IN {RECORDS}"
        f" OR json_extract(appointment, '$.customer_phone') IN {PHONES}"
        f" OR EXISTS (SELECT 1 FROM turn WHERE turn.salon = :salon AND turn.chat IN {CHATS}"
        " AND intention.key LIKE 'turn-' || turn.id || '-%'))",
    ),
    Holding("record", OF_CHAT_OR_PHONE),
    Holding(
        "operation",
        f"salon = :salon AND appointment IN {VISITS}",
        frozenset({"salon", "key", "kind", "appointment", "previous_start", "at"}),
    ),
    Holding(
        "appointment",
        OF_CHAT_OR_PHONE,
        frozenset(
            {
                *("id", "salon", "service", "service_title", "stylist", "stylist_name", "start", "finish", "state"),
                *("price_low", "price_high", "created_at", "changed_at"),
            }
        ),
    ),
    Holding("reply", OF_CHAT),
    Holding("message", OF_CHAT),
    # What the day's turns cost stays known, for the budget and the books.
    Holding(
        "turn",
        OF_CHAT,
        frozenset(
            {
                *("id", "salon", "state", "opened_at", "due_at", "taken_at", "attempts", "finished_at", "brain"),
                *("usage", "understood_at", "executed_at", "composed_at"),
            }
        ),
    ),
    Holding("alias", f"salon = :salon AND (chat IN {CHATS} OR alias IN {CHATS})"),
    Holding("contact", OF_CHAT),
    Holding(
        "alert",
        MENTIONED.format("detail"),
        frozenset(
            {
                *("id", "salon", "kind", "count", "needs_owner", "opened_at", "raised_at", "over_at", "seen_at"),
                "look_at",
            }
        ),
    ),
)
"""In the order of forgetting: what points at others goes before them."""

TOLD_BY_OTHERS = (("contact", "told_phone"), ("appointment", "phone"), ("record", "phone"))
"""Where a customer's number may stand in what is somebody else's, who told it: there the number alone goes."""

IMPERSONAL = {
    "accounted": "ids of messages, random letters, so that none is taken for lost; no chat, no words",
    "compared": "the id of one message",
    "webhook_seen": "signatures of requests",
    "event_wish": "what a receiver is told of",
    "record_sweep": "a moment",
    "notice": "which alert was told over which channel",
    "pulse": "when it was last tried whether the journal can be written",
    "account": "people of the salon",
    "account_salon": "people of the salon",
    "web_session": "people of the salon",
    "login_link": "people of the salon",
    "setting": "the salon's own settings",
    "catalogue": "the salon's own services and stylists",
    "edit": "what people of the salon changed in their settings and catalogue",
    "message_unindexed": "numbers of messages",
    "message_words": "an index that follows `message` by triggers",
}
"""Tables that name no customer, and why."""

"""Incoming messages for tests, with the parts a story does not care about filled in."""

from datetime import UTC, datetime
from typing import Any

from salonbot.model.messages import Author, ChatKey, IncomingMessage, MessageId, MessageKind
from salonbot.model.salon import SalonId

SALON = SalonId("main")
ANNA = ChatKey("lid:555666777888")


def incoming(text: str = "Привет", **changed: Any) -> IncomingMessage:
    """A text of Anna's under her LID; `by_phone=True` addresses her by phone number instead."""
    by_phone = changed.pop("by_phone", False)
    fields: dict[str, Any] = {
        "salon": SALON,
        "chat": ChatKey("pn:79161234567") if by_phone else ANNA,
        "id": MessageId("3A" + format(abs(hash(text)), "X")[:12]),
        "author": Author.CUSTOMER,
        "kind": MessageKind.TEXT,
        "text": text,
        "sent_at": datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        "reply_to": "79161234567@s.whatsapp.net" if by_phone else "555666777888@lid",
        "lid": None if by_phone else "555666777888",
        "phone": "79161234567",
        "push_name": "Анна",
    }
    return IncomingMessage(**(fields | changed))

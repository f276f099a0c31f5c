"""Messages that another system hands in: from the JSON of a request to messages as the inbox takes them.

One message, or `{"messages": [...]}` with up to 100. Each has

- `from`: the customer's number with country code: `+7 916 123-45-67`, `79161234567` or `79161234567@s.whatsapp.net`;
- `message`: what they wrote;
- `messageId`: the other system's name for it, no two alike in one chat: a message handed in twice is recorded once;
- `timestamp`: when it was written: seconds or milliseconds since 1970, or ISO 8601 with its zone; left out: now.

Other keys are not looked at.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo

from salonbot.model.messages import Author, ChatKey, IncomingMessage, MessageId, MessageKind
from salonbot.model.salon import SalonId

PHONE = re.compile(r"\+?(?=[0-9])[0-9 ().-]{7,30}(?:@(?:s\.whatsapp\.net|c\.us))?", re.ASCII)
FIRST_MOMENT = datetime(2009, 1, 1, tzinfo=UTC)
"""There was no WhatsApp before it: an earlier time is a mistake of units."""
LATEST = timedelta(days=1)
"""How far ahead a sender's clock may be."""
MOST_MESSAGES = 100
MOST_MISTAKES = 50


class Unreadable(Exception):
    """The body is no such JSON; `mistakes` has a sentence for each thing that is wrong."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("; ".join(mistakes))


def digits(phone: str) -> str:
    """The number alone. Raises ValueError where it is none with country code."""
    found = "".join(filter(str.isdigit, phone.partition("@")[0]))
    if not PHONE.fullmatch(phone.strip()) or not 7 <= len(found) <= 15 or found.startswith("0"):
        raise ValueError("a phone number with country code, such as +79161234567")
    return found


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("a text that is not empty")
    return text


def _plausible(moment: datetime, info: ValidationInfo) -> datetime:
    now = info.context
    assert isinstance(now, datetime)
    if not FIRST_MOMENT <= moment <= now + LATEST:
        raise ValueError("a time between 2009 and now")
    return moment


class _Message(BaseModel):
    model_config = ConfigDict(strict=True)

    sender: Annotated[str, AfterValidator(digits)] = Field(alias="from")
    message: Annotated[str, AfterValidator(_words)]
    message_id: Annotated[str, Field(alias="messageId", pattern=r"^[\x21-\x7e]{1,128}$")]
    timestamp: Annotated[AwareDatetime, Field(strict=False), AfterValidator(_plausible)] | None = None


class _Messages(BaseModel):
    messages: Annotated[list[_Message], Field(min_length=1, max_length=MOST_MESSAGES)]


class _Shape(BaseModel):
    """Enough to know which of the two it is."""

    messages: object = None


def read(body: bytes, salon: SalonId, now: datetime) -> tuple[IncomingMessage, ...]:
    """The messages of a body, in its order. Raises Unreadable with every mistake."""
    try:
        has_several = "messages" in _Shape.model_validate_json(body).model_fields_set
        if has_several:
            found = _Messages.model_validate_json(body, context=now).messages
        else:
            found = [_Message.model_validate_json(body, context=now)]
    except ValidationError as error:
        raise Unreadable(tuple(_sentences(error))) from error
    return tuple(_incoming(message, salon, now) for message in found)


def _incoming(message: _Message, salon: SalonId, now: datetime) -> IncomingMessage:
    return IncomingMessage(
        salon=salon,
        chat=ChatKey(f"pn:{message.sender}"),
        id=MessageId(message.message_id),
        author=Author.CUSTOMER,
        kind=MessageKind.TEXT,
        text=message.message,
        sent_at=(message.timestamp or now).astimezone(UTC).replace(microsecond=0),
        reply_to=f"{message.sender}@s.whatsapp.net",
        phone=message.sender,
        # It may have waited in the other system's queue: then it can be too old to be answered, as WhatsApp's can.
        offline=True,
    )


EXPECTED = {
    "missing": "this key",
    "string_type": "a text in quotes",
    "string_pattern_mismatch": "1 to 128 characters of ASCII without spaces",
    "model_type": "an object",
    "list_type": "a list of messages",
    "too_short": "at least one message",
    "too_long": f"{MOST_MESSAGES} messages at most",
}
"""In our words, by pydantic's name of the mistake; of times it has many."""


def _sentences(error: ValidationError) -> list[str]:
    """One for each mistake, without what was found: that may be a customer's."""
    sentences = []
    for detail in error.errors(include_url=False, include_input=False)[:MOST_MISTAKES]:
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in detail["loc"]).lstrip(".")
        if detail["type"] == "json_invalid":
            sentences.append("the body: expected JSON in UTF-8")
        elif detail["type"] == "value_error":
            sentences.append(f"{where}: expected {detail['ctx']['error']}")
        elif detail["loc"] and detail["loc"][-1] == "timestamp":
            sentences.append(f"{where}: expected seconds or milliseconds since 1970, or ISO 8601 with its zone")
        else:
            sentences.append(f"{where or 'the body'}: expected {EXPECTED.get(detail['type'], 'something else')}")
    return sentences

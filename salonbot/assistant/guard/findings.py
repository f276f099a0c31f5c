"""What the guard can find."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of claim lacks support."""

    TIME = "time"
    DATE = "date"
    PRICE = "price"
    DURATION = "duration"
    STYLIST = "stylist"
    SERVICE = "service"
    PHONE = "phone"
    LINK = "link"
    EMAIL = "email"
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    PROMISE = "promise"
    """A call, a message, a reminder or a check that no outcome stands for."""
    MARK = "mark"
    """Markdown or a trace of the program's inner words."""
    LEAK = "leak"
    """A part of a prompt."""
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Finding:
    """One claim without support."""

    kind: Kind
    quote: str
    """The words, as the text has them."""

    def __str__(self) -> str:
        return f"{self.kind.value}: «{self.quote}» has no support"

"""One line of what `salonbot check` finds."""

from dataclasses import dataclass
from enum import Enum


class Mark(Enum):
    """How a finding stands: the sign in the table; the name in JSON."""

    OK = "✓"
    ODD = "!"
    WRONG = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table."""

    mark: Mark
    what: str
    detail: str

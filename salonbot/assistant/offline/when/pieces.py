"""The values that the rules read: what one phrase says of the day or of the time, before they are put together."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum, auto
from typing import Literal

from salonbot.assistant.offline.when.clock import Clock, Part


@dataclass(frozen=True, slots=True)
class Days:
    """Single days, named by date or by their distance from today; several are a choice."""

    days: tuple[date, ...]
    is_past: bool = False
    """Said with its year, and over."""
    in_weeks: bool = False
    """Counted in weeks from today: a weekday beside it moves it within that week ("в понедельник через неделю")."""


class Which(Enum):
    """Which of the weekdays of that name."""

    COMING = auto()
    THIS_WEEK = auto()
    NEXT_WEEK = auto()


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, 0 Monday."""

    number: int
    which: Which = Which.COMING
    weeks_later: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of days, both ends inclusive; None is open. A weekday narrows a calendar week to a day."""

    first: date | None
    last: date | None
    is_week: bool = False


@dataclass(frozen=True, slots=True)
class Impossible:
    """A date that no year has."""


@dataclass(frozen=True, slots=True)
class Starts:
    """Clock times to start at; several are a choice."""

    clocks: tuple[Clock, ...]
    is_approximate: bool = False
    away_from: Clock | None = None
    """What it is instead of ("с 3 на 5")."""


@dataclass(frozen=True, slots=True)
class Between:
    """Bounds for the start; None is open."""

    low: Clock | None
    high: Clock | None


@dataclass(frozen=True, slots=True)
class InPart:
    """A part of the day."""

    part: Part


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment counted from now ("через час"); aware, in the salon's zone."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """Earlier or later than what was spoken of; `amount` is signed, None where it was not said."""

    direction: Literal[-1, 1]
    amount: timedelta | None


class Wish(Enum):
    """What is said of when without naming it."""

    SOONEST = auto()
    ANY_TIME = auto()
    ANY_DAY = auto()
    WHENEVER = auto()
    """Any time; where no day is named, any day too."""
    SAME = auto()
    """As spoken of before: nothing new, yet a phrase of time."""


DayPiece = Days | Weekday | Stretch | Impossible
TimePiece = Starts | Between | InPart
Piece = DayPiece | TimePiece | Moment | Shift | Wish

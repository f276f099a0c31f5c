"""What a dialogue has come to, as the offline brain sees it: the state that its messages are read against.

Plain values. A Thread is made from stored memory or recalled from the texts; every message, of either side, makes
the next.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from salonbot.assistant.offline.cue_table import Intent
from salonbot.model.booking import Window
from salonbot.model.outcomes import Purpose


class Asked(StrEnum):
    """What the salon's last message wants to know."""

    NAME = "name"
    PHONE = "phone"
    SERVICE = "service"
    STYLIST = "stylist"
    TIME = "time"
    SLOT = "slot"
    """Which of the times just named; with a single one, whether that."""
    CHANGE = "change"
    """Whether to go through with a move or a cancellation."""
    APPOINTMENT = "appointment"
    """Which of several appointments is meant."""
    LOOK = "look"
    """Whether to look for other times."""
    BOOKING = "booking"
    """Whether the customer wants to be booked at all, no time named."""
    MORE = "more"
    """Whether there is anything else."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A start that the salon named; `service` and `stylist` are titles of the catalogue, None where not said."""

    day: date | None
    at: time
    service: str | None = None
    stylist: str | None = None
    is_own: bool = False
    """It is when the customer's appointment is now, and not on offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The state of a dialogue. `service` and `stylist` are titles where recognised, the customer's words otherwise."""

    service: str | None = None
    stylist: str | None = None
    window: Window = Window()  # noqa: RUF009 - frozen, and equal to any other open window
    offers: tuple[Offered, ...] = ()
    asked: Asked | None = None
    purpose: Purpose | None = None
    """The customer is about to move or cancel."""
    change: Window = Window()  # noqa: RUF009 - as above
    """Where the appointment is to be moved, as far as said."""
    appointment: Window = Window()  # noqa: RUF009 - as above
    """When the appointment is that was booked, moved or shown last, as far as a text said."""
    spoken_of: str | None = None
    """The stylist of that appointment or of the last answer: who «к ней же» is."""
    choices: tuple[str, ...] = ()
    """The lines of the salon's last list, folded."""
    last: Intent | None = None
    """The customer's last intent, for «а педикюр?»."""
    pending_start: datetime | None = None
    """The start that a yes would move the appointment to."""


def single_day(window: Window) -> date | None:
    """The day, where it is just one."""
    return window.date_from if window.date_from == window.date_to else None


def single_time(window: Window) -> time | None:
    """The start, where it is just one."""
    return window.time_from if window.time_from == window.time_to else None


def start_of(window: Window, zone: ZoneInfo) -> datetime | None:
    """The exact start that a window is, aware; None where it is wider."""
    day, at = single_day(window), single_time(window)
    return datetime.combine(day, at, zone) if day and at else None


def window_of(start: datetime) -> Window:
    """The window of exactly this start."""
    at = start.time().replace(tzinfo=None)
    return Window(start.date(), start.date(), at, at)


def without_times(window: Window) -> Window:
    return replace(window, time_from=None, time_to=None)


def without_days(window: Window) -> Window:
    return replace(window, date_from=None, date_to=None)

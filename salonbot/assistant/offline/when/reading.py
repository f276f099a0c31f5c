"""What the grammar of "when" gives out: `When` for a customer's words, `Offer` for each time a salon named."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

from salonbot.model.booking import Window


class Span(NamedTuple):
    """Characters of the text, `end` not included."""

    start: int
    end: int


class Doubt(StrEnum):
    """Why what was read should be asked about before it is acted on."""

    CONTRADICTION = "contradiction"
    """A weekday and a date that do not belong together; the date was taken."""
    IMPOSSIBLE = "impossible"
    """A date that no year has, such as 31 November; it was left out."""
    PAST = "past"
    """A date with its year, already over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When a customer would like to come, as far as one text says. Salon-local; None is "not said".

    The four bounds cover all alternatives together, like `Window`; `options` holds them apart.
    """

    date_from: date | None = None
    date_to: date | None = None
    time_from: time | None = None
    time_to: time | None = None
    exact_time: bool = False
    """One clock time to start at was named: not a part of the day, a bound, or a choice of times."""
    exact_day: bool = False
    """One single day was named."""
    is_approximate: bool = False
    """The clock time came with "about", "часов в"."""
    days: tuple[date, ...] = ()
    """The days named singly, ascending, none twice: one, or a choice ("в среду или в четверг"). None in "next week"."""
    starts: tuple[time, ...] = ()
    """The clock times named to start at, ascending, none twice: one, or a choice ("в 3 или в 4")."""
    options: tuple[Window, ...] = ()
    """Each alternative by itself, in the order said; one where there is no choice, none where nothing was said."""
    excluded: tuple[Window, ...] = ()
    """What the customer said no to ("в среду не могу"). In a cancellation it names the appointment."""
    origin: Window = field(default_factory=Window)
    """When moving an appointment: what it is to be moved away from ("со среды на пятницу")."""
    relative_shift: timedelta | None = None
    """From the time spoken of before: later is positive ("на час позже"). None where the amount was not said."""
    direction: Literal[-1, 0, 1] = 0
    """-1 earlier ("пораньше"), 1 later ("попозже", "на час позже"), 0 not said."""
    is_soonest: bool = False
    """As soon as possible; `date_from` is today unless a day was named."""
    is_any_time: bool = False
    """Any time of day will do: a remembered time no longer counts."""
    is_any_day: bool = False
    """Any day will do: a remembered day no longer counts."""
    doubt: Doubt | None = None
    spans: tuple[Span, ...] = ()
    """Where in the text all this was read, ascending, not overlapping: there are no names and services in there."""

    def __bool__(self) -> bool:
        """Whether anything about when was said that changes a search."""
        return bool(
            self.options or self.direction or self.is_soonest or self.is_any_time or self.is_any_day or self.excluded
        )

    def as_window(self) -> Window:
        """The bounds alone."""
        return Window(self.date_from, self.date_to, self.time_from, self.time_to)


@dataclass(frozen=True, slots=True)
class Offer:
    """A start that a salon's message named."""

    day: date | None
    """None where the message names no day it could belong to."""
    at: time
    span: Span
    """Where the time stood."""

"""What a text may say: what stands in the outcomes, the catalogue and the salon's profile, and what the customer said.

In: situation and outcomes. Out: one Support, built once per check.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from salonbot.assistant.offline.when import read_when
from salonbot.assistant.offline.words import clean, fold, tokens
from salonbot.model.booking import Appointment, Slot, Window
from salonbot.model.dialogue import Situation
from salonbot.model.outcomes import (
    Booked,
    Cancelled,
    ConfirmationNeeded,
    HandedOver,
    Moved,
    NameNeeded,
    NameSaved,
    NewTimeNeeded,
    NoSlots,
    Outcome,
    PhoneNeeded,
    RequestNoted,
    ScheduleShown,
    SlotsFound,
    StartRefused,
)
from salonbot.model.salon import Catalogue, PriceRange, SalonProfile, Service, Stylist, WorkingDay

CLOCK: Final = re.compile(
    r"(?<![\d:.,])([01]?\d|2[0-3])[:.]([0-5]\d)(?![\d:]|\.\d)(?: ?(p\.?m\b|вечера|дня)| ?(a\.?m\b|утра))?",
    re.IGNORECASE,
)
NUMBER: Final = re.compile(r"\d+(?:[  .,]\d{3})*(?:[.,]\d{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Everything sayable about one turn. Times and dates are local and naive."""

    starts: frozenset[tuple[date, time]]
    """When something starts or was to start, by the outcomes."""
    free: frozenset[tuple[date, time]]
    """Of which these are free."""
    times: frozenset[time]
    """Starts, hours and bounds by the outcomes and the profile."""
    ends: frozenset[time]
    """When visits would be over: may be said after «до» only."""
    dates: frozenset[date]
    said_times: frozenset[time]
    """What the customer named this turn: may be spoken of, but is no claim's support."""
    said_dates: frozenset[date]
    services: tuple[Service, ...]
    """Those the outcomes are about."""
    appointments: tuple[Appointment, ...]
    booked: tuple[Appointment, ...]
    moved: tuple[Appointment, ...]
    cancelled: tuple[Appointment, ...]
    previous: frozenset[tuple[date, time]]
    """Where a moved appointment was."""
    is_handed_over: bool
    salon_words: str
    """All the salon says of itself, folded."""
    vocabulary: frozenset[str]
    """Words and stems of it."""
    said_words: str
    """What the customer said this turn, folded."""
    whose: frozenset[tuple[str, time]]
    """(stylist's name, clock time) of every start an outcome names a stylist for."""
    names: frozenset[str]
    """Names the customer goes by."""


def support_of(situation: Situation, outcomes: tuple[Outcome, ...]) -> Support:
    """What this turn's text may say."""
    parts = list(_walk(outcomes))
    starts, ends = _starts_and_ends(parts)
    windows = [part for part in parts if isinstance(part, Window)]
    days = [part for part in parts if isinstance(part, WorkingDay)]
    said = read_when(situation.text, now=situation.now)
    appointments = tuple(part for part in parts if isinstance(part, Appointment))
    profile = salon_words(situation.salon, situation.catalogue)
    customer = situation.customer.name if situation.customer is not None and situation.customer.name else ""
    saved = [outcome.name for outcome in outcomes if isinstance(outcome, NameSaved)]
    return Support(
        starts=frozenset(map(_pair, starts)) | _exact_windows(windows),
        free=frozenset(_pair(slot.start) for slot in _free(outcomes)),
        times=frozenset(map(_clock, starts))
        | frozenset(bound for window in windows for bound in (window.time_from, window.time_to) if bound is not None)
        | frozenset(bound for day in days for hours in day.hours for bound in (hours.start, hours.end))
        | frozenset(clocks_in(profile)),
        ends=frozenset(map(_clock, ends)),
        dates=frozenset(moment.date() for moment in starts)
        | frozenset(day.day for day in days)
        | _days_of(windows)
        | _days_of(
            [Window(o.days[0].day, o.days[-1].day) for o in outcomes if isinstance(o, ScheduleShown) and o.days]
        ),
        said_times=frozenset(said.starts)
        | frozenset(bound for bound in (said.time_from, said.time_to) if bound is not None)
        | frozenset(clocks_in(situation.text)),
        said_dates=frozenset(said.days) | _days_of([said.as_window()]),
        services=tuple(dict.fromkeys(_services(parts, situation.catalogue))),
        appointments=appointments,
        booked=tuple(outcome.appointment for outcome in outcomes if isinstance(outcome, Booked)),
        moved=tuple(outcome.appointment for outcome in outcomes if isinstance(outcome, Moved)),
        cancelled=tuple(outcome.appointment for outcome in outcomes if isinstance(outcome, Cancelled)),
        previous=frozenset(_pair(outcome.previous_start) for outcome in outcomes if isinstance(outcome, Moved)),
        is_handed_over=any(isinstance(outcome, HandedOver) for outcome in outcomes),
        whose=frozenset(_whose(parts, outcomes, situation.catalogue)),
        salon_words=profile,
        vocabulary=vocabulary(profile),
        said_words=fold(clean(situation.text)),
        names=frozenset(filter(None, (customer, *saved, *(one.customer_name for one in appointments)))),
    )


@lru_cache(maxsize=64)
def salon_words(salon: SalonProfile, catalogue: Catalogue) -> str:
    """Everything the salon says of itself, folded, a line each."""
    lines = [salon.name, salon.address, salon.phone, salon.hours_note, salon.website, *salon.notes]
    for service in catalogue.services:
        lines += [service.title, service.category, service.description, *service.aliases]
    lines += [name for stylist in catalogue.stylists for name in (stylist.name, *stylist.aliases)]
    return "\n".join(fold(line) for line in lines if line)


@lru_cache(maxsize=64)
def vocabulary(words: str) -> frozenset[str]:
    """The words of a text and their stems."""
    return frozenset(form for token in tokens(words) for form in (token.text, token.stem))


def clocks_in(text: str) -> Iterator[time]:
    """Clock times written with digits."""
    for found in CLOCK.finditer(text):
        yield clock_of(found)


def clock_of(found: re.Match[str]) -> time:
    """The moment a match of CLOCK names."""
    hour = int(found[1])
    if found[3] and hour < 12:
        hour += 12
    return time(0 if found[4] and hour == 12 else hour, int(found[2]))


def amounts(price: PriceRange | None) -> frozenset[float]:
    """Both ends of a price in whole units."""
    return frozenset() if price is None else frozenset({price.low / 100, price.high / 100})


def _walk(value: object) -> Iterator[object]:
    """The value and all dataclasses, tuples and moments inside it; aliases and ids are passed by."""
    yield value
    if isinstance(value, tuple):
        for one in value:
            yield from _walk(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _walk(getattr(value, field.name))


def _starts_and_ends(parts: list[object]) -> tuple[list[datetime], list[datetime]]:
    starts = [part for part in parts if isinstance(part, datetime)]
    ends = [part.end for part in parts if isinstance(part, Slot | Appointment)]
    return starts, ends


def _free(outcomes: tuple[Outcome, ...]) -> Iterator[Slot]:
    for outcome in outcomes:
        match outcome:
            case SlotsFound() | NewTimeNeeded():
                yield from outcome.slots
            case NoSlots() | StartRefused():
                yield from outcome.nearest
            case NameNeeded() | PhoneNeeded():
                yield outcome.slot
            case ConfirmationNeeded(new_slot=Slot() as slot):
                yield slot


def _whose(parts: list[object], outcomes: tuple[Outcome, ...], catalogue: Catalogue) -> Iterator[tuple[str, time]]:
    yield from _of_parts(parts, catalogue)
    for outcome in outcomes:
        match outcome:
            case Moved():
                yield outcome.appointment.stylist_name, _clock(outcome.previous_start)
            case StartRefused(stylist=Stylist() as asked):
                yield asked.name, _clock(outcome.start)
            case (SlotsFound(stylist=Stylist() as asked) | NoSlots(stylist=Stylist() as asked)) as search:
                bounds = (search.window.time_from, search.window.time_to)
                yield from ((asked.name, bound) for bound in bounds if bound is not None)
            case ScheduleShown():
                for day in outcome.days:
                    yield from ((outcome.stylist.name, bound) for one in day.hours for bound in (one.start, one.end))


def _of_parts(parts: list[object], catalogue: Catalogue) -> Iterator[tuple[str, time]]:
    for part in parts:
        if isinstance(part, RequestNoted) and part.stylist is not None:
            yield part.stylist.name, _clock(part.start)
        elif isinstance(part, Slot) and (stylist := catalogue.stylist(part.stylist_id)) is not None:
            yield stylist.name, _clock(part.start)
        elif isinstance(part, Appointment):
            yield part.stylist_name, _clock(part.start)


def _exact_windows(windows: list[Window]) -> frozenset[tuple[date, time]]:
    """Windows that are one moment: "15:00 is taken" speaks of it."""
    return frozenset(
        (day, window.time_from)
        for window in windows
        if window.time_from is not None and window.time_from == window.time_to
        for day in _days_of([window])
    )


def _days_of(windows: list[Window]) -> frozenset[date]:
    """Every day from first to last, a month at most; one end alone is that day."""
    days: set[date] = set()
    for window in windows:
        first, last = window.date_from or window.date_to, window.date_to or window.date_from
        if first is not None and last is not None:
            days |= {first + timedelta(days=ahead) for ahead in range(min((last - first).days, 31) + 1)}
            days.add(last)
    return frozenset(days)


def _services(parts: list[object], catalogue: Catalogue) -> Iterator[Service]:
    for part in parts:
        if isinstance(part, Service):
            yield part
        elif isinstance(part, Slot | Appointment) and (known := catalogue.service(part.service_id)) is not None:
            yield known


def _pair(moment: datetime) -> tuple[date, time]:
    return moment.date(), _clock(moment)


def _clock(moment: datetime) -> time:
    return moment.time().replace(tzinfo=None)

"""A day or a week as a sheet of paper: columns of wall-clock time with what stands in them. Pure.

In: who works when, and the visits on record. Out: a Sheet whose places are counted in rows of five minutes from its
first hour. The clock on the wall decides: on the day an hour is skipped or comes twice a visit stands where a clock in
the salon would show it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from salonbot.journal.appointments import DESK, Entry
from salonbot.model.booking import Appointment
from salonbot.model.salon import Hours, StylistId

ROWS_AN_HOUR = 12
USUAL_HOURS = (9, 20)
"""Of a sheet on which nobody works."""
SHORTEST_GAP = timedelta(minutes=15)
"""Less than that is no free time worth showing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Rows of the sheet, the first counted from 0."""

    row: int
    rows: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit in its column."""

    entry: Entry
    place: Place
    is_outside: bool
    """Its stylist does not work then, or is in the plan no more."""
    is_over: bool

    @property
    def appointment(self) -> Appointment:
        return self.entry.appointment

    @property
    def has_chat(self) -> bool:
        """Whether the customer can be written to."""
        return self.entry.chat != DESK


@dataclass(frozen=True, slots=True)
class Gap:
    """Free time to come, within hours."""

    start: datetime
    end: datetime
    place: Place


@dataclass(frozen=True, slots=True)
class Duty:
    """What the plan and the record say of one stylist on one local day."""

    stylist_id: StylistId
    name: str
    day: date
    hours: tuple[Hours, ...]
    visits: tuple[Entry, ...]
    is_known: bool = True
    """Whether the stylist is in the plan."""
    is_away: bool = False
    """A day off, whatever the week says."""


@dataclass(frozen=True, slots=True)
class Column:
    """One stylist's day."""

    duty: Duty
    visits: tuple[Visit, ...]
    gaps: tuple[Gap, ...]
    closed: tuple[Place, ...]
    now_row: int | None
    """Where the line of now stands; None on another day."""

    @property
    def items(self) -> tuple[Visit | Gap, ...]:
        """Visits and gaps in the order of time."""
        return tuple(sorted((*self.visits, *self.gaps), key=lambda one: one.place.row))


@dataclass(frozen=True, slots=True)
class Sheet:
    """All columns on one axis."""

    columns: tuple[Column, ...]
    first_hour: int
    last_hour: int

    @property
    def rows(self) -> int:
        return (self.last_hour - self.first_hour) * ROWS_AN_HOUR

    @property
    def hours(self) -> tuple[tuple[int, str], ...]:
        """Each full hour with its row."""
        hours = range(self.first_hour, self.last_hour)
        return tuple(((hour - self.first_hour) * ROWS_AN_HOUR, f"{hour}:00") for hour in hours)


def sheet(duties: Sequence[Duty], now: datetime, outside: Iterable[Entry]) -> Sheet:
    """The duties side by side. `now` is in the salon's zone; `outside` are visits where nobody works."""
    first, last = _span(duties)
    odd = frozenset(entry.appointment.id for entry in outside)
    columns = tuple(
        Column(
            duty,
            _visits(duty, first, last, now, odd),
            _gaps(duty, first, last, now),
            _closed(duty.hours, first, last),
            _now_row(duty.day, first, last, now),
        )
        for duty in duties
    )
    return Sheet(columns, first, last)


def _span(duties: Sequence[Duty]) -> tuple[int, int]:
    """From the first hour that anybody works or has a visit, to the last."""
    starts = [hours.start.hour for duty in duties for hours in duty.hours]
    ends = [hours.end.hour + (hours.end.minute > 0) for duty in duties for hours in duty.hours]
    for duty in duties:
        for entry in duty.visits:
            begin, end = _walls(entry.appointment, duty.day)
            starts.append(begin // 60)
            ends.append(-(-end // 60))
    return min(starts, default=USUAL_HOURS[0]), min(24, max(ends, default=USUAL_HOURS[1]))


def _walls(visit: Appointment, day: date) -> tuple[int, int]:
    """Begin and end on the wall's clock, in minutes since midnight of that day."""
    begin = _minutes(visit.start.time()) if visit.start.date() == day else 0
    end = _minutes(visit.end.time()) if visit.end.date() == day else 24 * 60
    # In an hour that comes twice a visit may end before it began, on the wall.
    return begin, end if end > begin else min(24 * 60, begin + int(visit.duration.total_seconds() // 60))


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _place(begin: int, end: int, first: int, last: int) -> Place:
    """Minutes since midnight as rows, inside the sheet."""
    low, high = first * 60, last * 60
    row = (min(max(begin, low), high) - low) // 5
    return Place(row, max(1, (min(max(end, low), high) - low) // 5 - row))


def _visits(duty: Duty, first: int, last: int, now: datetime, odd: frozenset[str]) -> tuple[Visit, ...]:
    found = []
    for entry in duty.visits:
        visit = entry.appointment
        place = _place(*_walls(visit, duty.day), first, last)
        found.append(Visit(entry, place, visit.id in odd, visit.end <= now))
    return tuple(found)


def _closed(hours: Sequence[Hours], first: int, last: int) -> tuple[Place, ...]:
    """What of the sheet lies outside working hours."""
    found, since = [], first * 60
    for one in (*hours, Hours(time(0), time(0))):
        is_end = one.start == one.end
        until = last * 60 if is_end else _minutes(one.start)
        if until > since:
            found.append(_place(since, until, first, last))
        since = max(since, _minutes(one.end))
    return tuple(found)


def _gaps(duty: Duty, first: int, last: int, now: datetime) -> tuple[Gap, ...]:
    """Free time to come: hours without visits, from now on."""
    zone = now.tzinfo
    found: list[Gap] = []
    taken = sorted((entry.appointment.start, entry.appointment.end) for entry in duty.visits)
    for hours in duty.hours if duty.is_known else ():
        begin, closing = _at(duty.day, hours.start, zone), _at(duty.day, hours.end, zone)
        begin = max(begin, _next_quarter(now))
        for start, end in (*taken, (closing, closing)):
            free_until = min(start, closing)
            if free_until - begin >= SHORTEST_GAP:
                place = _place(_minutes(begin.time()), _end_of(free_until, duty.day), first, last)
                found.append(Gap(begin, free_until, place))
            begin = max(begin, end)
    return tuple(found)


def _end_of(moment: datetime, day: date) -> int:
    return _minutes(moment.time()) if moment.date() == day else 24 * 60


def _at(day: date, clock: time, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, clock, zone)


def _next_quarter(now: datetime) -> datetime:
    """Visits are not begun at 14:07."""
    whole = now.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=15 - whole.minute % 15)


def _now_row(day: date, first: int, last: int, now: datetime) -> int | None:
    minutes = _minutes(now.time()) - first * 60
    return minutes // 5 if now.date() == day and 0 <= minutes < (last - first) * 60 else None

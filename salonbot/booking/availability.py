"""When a visit can start: arithmetic of hours, visits and clock changes. No database, no clock, no salon.

In: hours as local wall times, what is busy, the salon's rules. Out: starts, or the reason why there is none.
Everything is compared in UTC, because Python compares two datetimes of one zone by their wall times and so knows
nothing of the hour that is skipped in spring or lived twice in autumn.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from salonbot.model.booking import Refusal, after
from salonbot.model.salon import Hours

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the salon allows."""

    zone: ZoneInfo
    grid: timedelta
    """Visits start on this grid, counted from the start of each interval of hours."""
    lead: timedelta
    """How long before a visit it can still be booked."""
    horizon: timedelta
    """Whole days; a visit on the local day that far from today is the last that can be booked."""

    def earliest(self, now: datetime) -> datetime:
        """The first moment a visit may start, in UTC."""
        return now.astimezone(UTC) + self.lead

    def last_day(self, now: datetime) -> date:
        """The last local day that can be booked."""
        return now.astimezone(self.zone).date() + self.horizon


@dataclass(frozen=True, slots=True)
class Interval:
    """Busy time, [start, end), aware."""

    start: datetime
    end: datetime


class Busy:
    """When one stylist is taken: answers in logarithmic time whether a visit would overlap."""

    def __init__(self, intervals: Iterable[Interval] = ()) -> None:
        """Intervals in any order; they may overlap."""
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []
        for start, end in sorted((i.start.astimezone(UTC), i.end.astimezone(UTC)) for i in intervals):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def overlaps(self, start: datetime, duration: timedelta) -> bool:
        """Whether any of [start, start + duration) is taken; touching is not overlapping."""
        begin = start.astimezone(UTC)
        before = bisect_left(self._starts, begin + duration) - 1
        return before >= 0 and self._ends[before] > begin


def day_starts(day: date, hours: Sequence[Hours], duration: timedelta, rules: Rules) -> Iterator[datetime]:
    """Every start of one local day at which a visit fits the hours, ascending, aware, in the salon's zone.

    A wall time the clock skips is no start; of one that comes twice the first is meant. A visit may end at closing.
    """
    for interval in hours:
        for wall in _wall_times(day, interval, rules.grid):
            start = local_moment(wall, rules.zone)
            if start is not None and _fits(start, duration, day, interval, rules.zone):
                yield start


def refusal(
    start: datetime, duration: timedelta, hours: Sequence[Hours], busy: Busy, rules: Rules, now: datetime
) -> Refusal | None:
    """Why a visit cannot start then, or None where it can. `hours` are those of the start's local day."""
    begin, local = start.astimezone(UTC), start.astimezone(rules.zone)
    if begin <= now.astimezone(UTC):
        return Refusal.PAST
    if begin < rules.earliest(now):
        return Refusal.TOO_SOON
    if local.date() > rules.last_day(now):
        return Refusal.TOO_FAR
    if not any(_is_inside(local, duration, interval, rules.zone) for interval in hours):
        return Refusal.CLOSED
    if busy.overlaps(start, duration):
        return Refusal.TAKEN
    # Off the grid is closed: a visit at 15:10 would leave the stylist gaps nobody can book.
    is_on_grid = any(offered == local for offered in day_starts(local.date(), hours, duration, rules))
    return None if is_on_grid else Refusal.CLOSED


def salons_refusal(
    start: datetime, duration: timedelta, hours: Sequence[Hours], busy: Busy, zone: ZoneInfo, now: datetime
) -> Refusal | None:
    """Why the salon's own people cannot have a visit then. Lead time, horizon and grid are rules for customers."""
    local = start.astimezone(zone)
    if start.astimezone(UTC) <= now.astimezone(UTC):
        return Refusal.PAST
    if busy.overlaps(start, duration):
        return Refusal.TAKEN
    return None if any(_is_inside(local, duration, interval, zone) for interval in hours) else Refusal.CLOSED


def local_moment(wall: datetime, zone: ZoneInfo) -> datetime | None:
    """The aware moment at which the zone's clock first shows that naive time, or None where it is skipped."""
    moment = wall.replace(tzinfo=zone)
    shown = moment.astimezone(UTC).astimezone(zone)
    return moment if shown.replace(tzinfo=None) == wall else None


def _wall_times(day: date, interval: Hours, grid: timedelta) -> Iterator[datetime]:
    wall = datetime.combine(day, interval.start)
    closing = datetime.combine(day, interval.end)
    while wall < closing:
        yield wall
        wall += grid


def _is_inside(local: datetime, duration: timedelta, interval: Hours, zone: ZoneInfo) -> bool:
    day, wall = local.date(), local.replace(tzinfo=None, fold=0)
    opens = datetime.combine(day, interval.start)
    # The second pass of a repeated hour is never on offer: nobody could be told which of the two is meant.
    return opens <= wall and local.fold == 0 and _fits(local, duration, day, interval, zone)


def _fits(start: datetime, duration: timedelta, day: date, interval: Hours, zone: ZoneInfo) -> bool:
    closing = datetime.combine(day, interval.end)
    # Of the two readings of a skipped or repeated closing time the earlier one binds.
    earliest = min(closing.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return after(start, duration).astimezone(UTC) <= earliest

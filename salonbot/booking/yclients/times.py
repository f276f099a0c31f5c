"""Free starts and working hours, as YClients tells them, never older than half a minute.

Free starts come from the online booking alone: what it does not offer cannot be had. One case it cannot know: the visit
that is about to be moved stands in its own way. Starts inside its time are found here, from what is free around it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from salonbot.booking.availability import Busy, Interval, Rules, day_starts
from salonbot.booking.yclients import wire
from salonbot.booking.yclients.errors import Forbidden, Unavailable, Unreadable
from salonbot.booking.yclients.fresh import Fresh
from salonbot.booking.yclients.moments import day as read_day
from salonbot.booking.yclients.moments import moment
from salonbot.booking.yclients.office import Office
from salonbot.booking.yclients.online import Online
from salonbot.clock import Clock
from salonbot.model.booking import after
from salonbot.model.salon import Hours, StylistId

log = structlog.get_logger()

AROUND = timedelta(days=7)
"""Without a user's token a stylist's hours are read off their free times of that many days around."""
ANYONE = StylistId("0")
FEW = 6
"""Stylists times days that are asked about one by one."""
MIDNIGHT = time(23, 59)
"""A day that ends at 24:00 ends a minute earlier here: Hours know no later time."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A free start and how long the visit would take with that stylist."""

    start: datetime
    duration: timedelta


@dataclass(frozen=True, slots=True)
class Day:
    """One stylist's local day."""

    hours: tuple[Hours, ...] = ()
    busy: tuple[tuple[str, Interval], ...] = ()
    """What is taken, by the record that takes it."""
    is_guessed: bool = False
    """Read off free times: what is busy is not known, and the hours may be longer."""

    def taken(self, ignoring: str | None = None) -> Busy:
        """When the stylist is taken, one record left out."""
        return Busy(interval for record, interval in self.busy if record != ignoring)

    def room(self, day: date, length: timedelta, rules: Rules) -> Callable[[datetime], bool]:
        """Whether a visit of that length can begin at a moment of that day, by hours and visits."""
        taken = self.taken()
        spans = [[datetime.combine(day, end, rules.zone) for end in (one.start, one.end)] for one in self.hours]

        def fits(start: datetime) -> bool:
            end = after(start, length).astimezone(UTC)
            within = any(a.astimezone(UTC) <= start.astimezone(UTC) and end <= b.astimezone(UTC) for a, b in spans)
            return within and not taken.overlaps(start, length)

        return fits

    def has_room(self, day: date, length: timedelta, rules: Rules, now: datetime) -> bool:
        """Whether anything on the salon's grid is left of that day."""
        fits, earliest = self.room(day, length, rules), rules.earliest(now)
        return any(s.astimezone(UTC) >= earliest and fits(s) for s in day_starts(day, self.hours, length, rules))


class Times:
    """One salon's openings and days."""

    def __init__(self, online: Online, office: Office | None, clock: Clock, oldest: timedelta) -> None:
        self._online = online
        self._office = office
        self._openings: Fresh[tuple[str, tuple[str, ...], date], tuple[Opening, ...]] = Fresh(clock, oldest)
        self._dates: Fresh[tuple[str, tuple[str, ...], date, date], wire.Dates] = Fresh(clock, oldest)
        self._schedules: Fresh[tuple[tuple[str, ...], date, date], dict[tuple[str, date], Day]] = Fresh(clock, oldest)
        self._days: Fresh[tuple[str, date, date], dict[date, Day]] = Fresh(clock, oldest)

    def forget(self, day: date) -> None:
        """Something was written on that day."""
        self._openings.forget(lambda key: key[2] == day)
        self._dates.forget(lambda key: key[2] <= day <= key[3])
        self._schedules.forget(lambda key: key[1] <= day <= key[2])
        self._days.forget(lambda key: key[1] <= day <= key[2])

    async def openings(
        self, stylist: StylistId, services: Sequence[str], first: date, last: date, rules: Rules
    ) -> tuple[Opening, ...]:
        """Free starts of one stylist for these services on those days, ascending."""
        days: Sequence[date] = (first,)
        if first != last:
            dates = await self._between(stylist, services, first, last)
            days = sorted({_day_of(value, rules.zone) for value in dates.booking_dates})
        found: list[Opening] = []
        for day in days:
            if first <= day <= last:
                found += await self._on(stylist, services, day, rules)
        return tuple(found)

    async def openings_of(
        self,
        stylists: Mapping[StylistId, timedelta],
        services: Sequence[str],
        first: date,
        last: date,
        rules: Rules,
        now: datetime,
    ) -> dict[StylistId, tuple[Opening, ...]]:
        """Free starts of several stylists, given with how long the visit takes each.

        Many stylists on many days are not asked about one by one, which would take minutes at the pace allowed: the
        starts at which anyone is free are given to those whose hours and visits leave room then.
        """
        if self._office is not None and len(stylists) > 1 and len(stylists) * ((last - first).days + 1) > FEW:
            try:
                return await self._shared_out(self._office, stylists, services, first, last, rules, now)
            except Forbidden as forbidden:
                log.warning("yclients_schedule_forbidden", said=forbidden.said)
        return {one: await self.openings(one, services, first, last, rules) for one in stylists}

    async def _shared_out(
        self,
        office: Office,
        stylists: Mapping[StylistId, timedelta],
        services: Sequence[str],
        first: date,
        last: date,
        rules: Rules,
        now: datetime,
    ) -> dict[StylistId, tuple[Opening, ...]]:
        async def fetch() -> dict[tuple[str, date], Day]:
            listed = await office.schedule(tuple(stylists), first, last)
            return {(one.staff_id, _day_of(one.date, rules.zone)): _day(one, rules) for one in listed if one.slots}

        days = await self._schedules.get((tuple(stylists), first, last), fetch)
        found: dict[StylistId, list[Opening]] = {one: [] for one in stylists}
        for day in sorted({day for _, day in days if first <= day <= last}):
            working = {one: length for one, length in stylists.items() if (one, day) in days}
            starts = {opening.start for opening in await self._on(ANYONE, services, day, rules)}
            if starts:
                for one, length in working.items():
                    room = days[one, day].room(day, length, rules)
                    found[one] += [Opening(s, length) for s in sorted(starts) if room(s)]
            elif any(days[one, day].has_room(day, length, rules, now) for one, length in working.items()):
                # In some salons nobody is free where anyone is asked for, though each one alone is.
                for one in working:
                    found[one] += await self._on(one, services, day, rules)
        return {one: tuple(openings) for one, openings in found.items()}

    async def days(self, stylist: StylistId, first: date, last: date, rules: Rules) -> dict[date, Day]:
        """The working days between the two; a day that is missing is a day off."""

        async def fetch() -> dict[date, Day]:
            if self._office is not None:
                try:
                    listed = await self._office.schedule([stylist], first, last)
                    return {_day_of(one.date, rules.zone): _day(one, rules) for one in listed if one.slots}
                except Forbidden as forbidden:
                    log.warning("yclients_schedule_forbidden", said=forbidden.said)
            return await self._guessed(stylist, first, last, rules)

        return await self._days.get((stylist, first, last), fetch)

    async def around(
        self, stylist: StylistId, services: Sequence[str], own: Interval, duration: timedelta, rules: Rules, record: str
    ) -> tuple[Opening, ...]:
        """Starts at which that visit could begin because the record itself makes room, on the record's own day."""
        day = own.start.astimezone(rules.zone).date()
        known = (await self.days(stylist, day, day, rules)).get(day, Day())
        if known.is_guessed:
            free = await self._on(stylist, services, day, rules)
            open_ = [own, *(Interval(one.start, after(one.start, one.duration)) for one in free)]
            hours: tuple[Hours, ...] = (_envelope(open_, rules),)
            fits = partial(_is_covered, open_)
        else:
            hours, fits = known.hours, partial(_is_clear, known.taken(ignoring=record))
        starts = day_starts(day, hours, duration, rules)
        own_time = Busy([own])
        return tuple(Opening(s, duration) for s in starts if own_time.overlaps(s, duration) and fits(s, duration))

    async def _on(self, stylist: StylistId, services: Sequence[str], day: date, rules: Rules) -> tuple[Opening, ...]:
        async def fetch() -> tuple[Opening, ...]:
            seances = await self._online.times(stylist, services, day)
            openings = (_opening(seance, day, rules) for seance in seances)
            return tuple(sorted((one for one in openings if one), key=lambda one: one.start.astimezone(UTC)))

        return await self._openings.get((stylist, tuple(services), day), fetch)

    async def _between(self, stylist: StylistId, services: Sequence[str], first: date, last: date) -> wire.Dates:
        key = (stylist, tuple(services), first, last)
        return await self._dates.get(key, lambda: self._online.dates(stylist, services, first, last))

    async def _guessed(self, stylist: StylistId, first: date, last: date, rules: Rules) -> dict[date, Day]:
        """Working days from the calendar of the online booking, each with the hours that its free times span.

        A day that is fully booked has the hours of the days around it. Raises Unavailable where these are full, too.
        """
        dates = await self._between(stylist, (), first, last)
        working = {_day_of(value, rules.zone) for value in dates.working_dates}
        days: dict[date, Day] = {}
        for day in sorted(day for day in working if first <= day <= last):
            hours = _spanned(await self._on(stylist, (), day, rules), rules) or await self._usual(stylist, day, rules)
            days[day] = Day((hours,), is_guessed=True)
        return days

    async def _usual(self, stylist: StylistId, day: date, rules: Rules) -> Hours:
        near = await self.openings(stylist, (), day - AROUND, day + AROUND, rules)
        days = {one.start.date() for one in near}
        spans = [_spanned([one for one in near if one.start.date() == day], rules) for day in days]
        known = [span for span in spans if span]
        if not known:
            raise Unavailable("a stylist's hours cannot be read without a user's token")
        return Hours(min(span.start for span in known), max(span.end for span in known))


def _opening(seance: wire.Seance, day: date, rules: Rules) -> Opening | None:
    """The start told by its `datetime`, else by its `time` on the day asked about."""
    try:
        start = moment(seance.datetime or f"{day.isoformat()}T{seance.time.zfill(5)}", rules.zone)
    except ValueError:
        log.warning("yclients_time_unreadable")
        return None
    return Opening(start, timedelta(seconds=seance.seconds or 3600))


def _day(listed: wire.ScheduleDay, rules: Rules) -> Day:
    day = _day_of(listed.date, rules.zone)
    hours = sorted((_hours(stretch) for stretch in listed.slots), key=lambda hours: hours.start)
    busy = tuple(
        (stretch.entity_id, Interval(*(datetime.combine(day, end, rules.zone) for end in (wall.start, wall.end))))
        for stretch, wall in ((stretch, _hours(stretch)) for stretch in listed.busy_intervals)
    )
    return Day(tuple(hours), busy)


def _day_of(value: object, zone: ZoneInfo) -> date:
    try:
        return read_day(value, zone)
    except ValueError as error:
        raise Unreadable("a day that is none") from error


def _hours(stretch: wire.Stretch) -> Hours:
    return Hours(_wall_time(stretch.from_), _wall_time(stretch.to))


def _wall_time(text: str) -> time:
    """`9:00`, `10:00`, `10:00:00`, and 24:00 as the last minute of the day."""
    hour, _, rest = text.strip().partition(":")
    try:
        return MIDNIGHT if hour == "24" else time.fromisoformat(f"{hour.zfill(2)}:{rest or '00'}")
    except ValueError as error:
        raise Unreadable("a time of day that is none") from error


def _spanned(openings: Sequence[Opening], rules: Rules) -> Hours | None:
    """From the first free start to the end of the last visit."""
    if not openings:
        return None
    return _envelope([Interval(one.start, after(one.start, one.duration)) for one in openings], rules)


def _envelope(intervals: Sequence[Interval], rules: Rules) -> Hours:
    first = min(one.start for one in intervals).astimezone(rules.zone)
    last = max(one.end for one in intervals).astimezone(rules.zone)
    return Hours(first.time(), last.time() if last.date() == first.date() else MIDNIGHT)


def _is_clear(taken: Busy, start: datetime, duration: timedelta) -> bool:
    return not taken.overlaps(start, duration)


def _is_covered(intervals: Iterable[Interval], start: datetime, duration: timedelta) -> bool:
    """Whether [start, start + duration) lies in the union of the intervals."""
    begin, covered = start.astimezone(UTC), start.astimezone(UTC)
    for one in sorted(intervals, key=lambda one: one.start.astimezone(UTC)):
        if one.start.astimezone(UTC) <= covered:
            covered = max(covered, one.end.astimezone(UTC))
    return covered >= begin + duration

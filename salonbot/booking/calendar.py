"""The embedded booking system: one salon's calendar in the journal's SQLite file.

Reading computes free starts from the plan (hours, days off, rules) and the visits on record. Every write is one
immediate transaction that first looks whether its key was used before, then lets the table's overlap triggers decide:
two customers who want the same minute cannot both get it, whatever either was told a moment ago.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import aiosqlite

from salonbot.booking.availability import ONE_DAY, Busy, Interval, Rules, day_starts, refusal
from salonbot.booking.system import Guest
from salonbot.clock import Clock
from salonbot.config.plan import SalonPlan
from salonbot.errors import AppointmentGone, StartUnavailable
from salonbot.journal import appointments as records
from salonbot.journal.appointments import Fetch, Operation, Overlap
from salonbot.journal.database import Database
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState, Refusal, Slot, Window
from salonbot.model.salon import Catalogue, Hours, SalonProfile, Service, ServiceId, Stylist, StylistId, WorkingDay

UNWRITTEN = AppointmentId("")


class EmbeddedCalendar:
    """Satisfies `booking.system.BookingSystem` for one salon. Never away: raises neither of the two errors for that."""

    def __init__(self, plan: SalonPlan, database: Database, clock: Clock) -> None:
        self._plan = plan
        self._salon = plan.profile.id
        self._database = database
        self._clock = clock
        self._rules = Rules(
            zone=plan.profile.zone,
            grid=timedelta(minutes=plan.calendar.grid_minutes),
            lead=timedelta(minutes=plan.calendar.lead_minutes),
            horizon=timedelta(days=plan.calendar.horizon_days),
        )

    async def profile(self) -> SalonProfile:
        """The salon as it is configured."""
        return self._plan.profile

    async def catalogue(self) -> Catalogue:
        """Services and stylists of the plan."""
        return self._plan.catalogue

    async def free_slots(
        self,
        service_id: ServiceId,
        *,
        stylist_id: StylistId | None,
        window: Window,
        ignoring: AppointmentId | None = None,
    ) -> tuple[Slot, ...]:
        """Free slots within the window, ascending by start, then in the salon's order of stylists."""
        now = self._clock.now()
        service = self._plan.catalogue.service(service_id)
        first = max(window.date_from or date.min, self._local_day(now))
        last = min(window.date_to or date.max, self._rules.last_day(now))
        if service is None or first > last:
            return ()
        fetch = self._database.rows
        busy = await self._busy(fetch, first, last, ignoring=ignoring)
        earliest = max(now, self._rules.earliest(now))
        slots: list[Slot] = []
        for day in _days(first, last):
            of_day = [
                Slot(service_id, stylist.id, start, service.duration)
                for stylist in self._able(service_id, stylist_id)
                for start in day_starts(day, self._hours(stylist.id, day), service.duration, self._rules)
                if window.allows(start)
                and start.astimezone(UTC) >= earliest
                and not busy.get(stylist.id, Busy()).overlaps(start, service.duration)
            ]
            # Sorting is stable: equal starts stay in the salon's order.
            slots += sorted(of_day, key=lambda slot: slot.start.astimezone(UTC))
        return tuple(slots)

    async def refusal(
        self,
        service_id: ServiceId,
        stylist_id: StylistId | None,
        start: datetime,
        *,
        ignoring: AppointmentId | None = None,
    ) -> Refusal | None:
        """Why this start cannot be booked now, or None where it can. Reserves nothing."""
        service = self._plan.catalogue.service(service_id)
        if service is None:
            return Refusal.CLOSED
        able = self._able(service_id, stylist_id)
        reasons = await self._reasons(self._database.rows, able, start, service.duration, ignoring=ignoring)
        return None if None in reasons.values() else _weightiest(reasons.values())

    async def schedule(self, stylist_id: StylistId, first: date, last: date) -> tuple[WorkingDay, ...]:
        """One entry per local day, both ends included; days off have no hours."""
        return tuple(WorkingDay(day, self._hours(stylist_id, day)) for day in _days(first, last))

    async def book(
        self, service_id: ServiceId, stylist_id: StylistId | None, start: datetime, guest: Guest, *, key: str
    ) -> Appointment:
        """Book; without a stylist, with the one of those free who has the fewest visits that day."""
        async with self._database.transaction() as db:
            earlier = await records.done_under(db.execute_fetchall, self._salon, key)
            if earlier is not None:
                return self._local(earlier)
            service = self._plan.catalogue.service(service_id)
            if service is None:
                raise StartUnavailable(Refusal.CLOSED)
            able = self._able(service_id, stylist_id)
            reasons = await self._reasons(db.execute_fetchall, able, start, service.duration)
            free = [stylist for stylist in able if reasons[stylist.id] is None]
            for stylist in await self._fairest_first(db.execute_fetchall, free, start):
                try:
                    wish = _wish(service, stylist, start, guest)
                    written = await records.insert(db, self._salon, guest.chat, wish, key=key, now=self._clock.now())
                except Overlap:
                    reasons[stylist.id] = Refusal.TAKEN
                else:
                    return self._local(written)
            raise StartUnavailable(_weightiest(reasons.values()))

    async def move(
        self,
        appointment_id: AppointmentId,
        start: datetime,
        guest: Guest,
        *,
        key: str,
        stylist_id: StylistId | None = None,
    ) -> Appointment:
        """Move to a new start; the price stays as it was agreed, the length is what the service takes today."""
        async with self._database.transaction() as db:
            earlier = await records.done_under(db.execute_fetchall, self._salon, key)
            if earlier is not None:
                return self._local(earlier)
            before = await self._changeable(db, appointment_id, guest)
            service = self._plan.catalogue.service(before.service_id)
            stylist = next(iter(self._able(before.service_id, stylist_id or before.stylist_id)), None)
            if service is None or stylist is None:
                raise StartUnavailable(Refusal.CLOSED)
            reasons = await self._reasons(
                db.execute_fetchall, (stylist,), start, service.duration, ignoring=appointment_id
            )
            if (reason := reasons[stylist.id]) is not None:
                raise StartUnavailable(reason)
            wanted = replace(
                before, stylist_id=stylist.id, stylist_name=stylist.name, start=start, duration=service.duration
            )
            try:
                written = await self._change(db, before, wanted, Operation.MOVE, key)
            except Overlap as overlap:
                raise StartUnavailable(Refusal.TAKEN) from overlap
            return self._local(written)

    async def cancel(self, appointment_id: AppointmentId, guest: Guest, *, key: str) -> Appointment:
        """Cancel; the cancelled appointment is returned."""
        async with self._database.transaction() as db:
            earlier = await records.done_under(db.execute_fetchall, self._salon, key)
            if earlier is not None:
                return self._local(earlier)
            before = await self._changeable(db, appointment_id, guest)
            wanted = replace(before, state=AppointmentState.CANCELLED)
            return self._local(await self._change(db, before, wanted, Operation.CANCEL, key))

    async def appointments(self, guest: Guest) -> tuple[Appointment, ...]:
        """The guest's booked appointments that have not begun, ascending by start."""
        found = await records.upcoming(
            self._database.rows, self._salon, chat=guest.chat, phone=guest.phone, now=self._clock.now()
        )
        return tuple(self._local(appointment) for appointment in found)

    async def _changeable(self, db: aiosqlite.Connection, appointment_id: AppointmentId, guest: Guest) -> Appointment:
        """The guest's own booked appointment that has not begun. Raises AppointmentGone."""
        found = await records.owned(
            db.execute_fetchall, self._salon, appointment_id, chat=guest.chat, phone=guest.phone
        )
        if found is None or found.state is not AppointmentState.BOOKED or found.start <= self._clock.now():
            raise AppointmentGone(f"appointment {appointment_id}")
        return found

    async def _change(
        self, db: aiosqlite.Connection, before: Appointment, wanted: Appointment, operation: Operation, key: str
    ) -> Appointment:
        return await records.change(db, self._salon, before, wanted, operation, key=key, now=self._clock.now())

    async def _reasons(
        self,
        fetch: Fetch,
        stylists: tuple[Stylist, ...],
        start: datetime,
        duration: timedelta,
        *,
        ignoring: AppointmentId | None = None,
    ) -> dict[StylistId, Refusal | None]:
        """For each stylist why a visit cannot start then, or None."""
        day, now = self._local_day(start), self._clock.now()
        busy = await self._busy(fetch, day, day, ignoring=ignoring)
        return {
            stylist.id: refusal(
                start, duration, self._hours(stylist.id, day), busy.get(stylist.id, Busy()), self._rules, now
            )
            for stylist in stylists
        }

    async def _fairest_first(self, fetch: Fetch, stylists: list[Stylist], start: datetime) -> list[Stylist]:
        """Those with the fewest visits on that day first; equals in the salon's order."""
        if len(stylists) < 2:
            return stylists
        day = self._local_day(start)
        visits = Counter(visit.stylist for visit in await records.busy(fetch, self._salon, *self._span(day, day)))
        return sorted(stylists, key=lambda stylist: visits[stylist.id])

    async def _busy(
        self, fetch: Fetch, first: date, last: date, *, ignoring: AppointmentId | None
    ) -> dict[StylistId, Busy]:
        """What is taken on those local days, by stylist; those with no visit are left out."""
        intervals: dict[StylistId, list[Interval]] = {}
        for visit in await records.busy(fetch, self._salon, *self._span(first, last), ignoring=ignoring):
            intervals.setdefault(visit.stylist, []).append(Interval(visit.start, visit.finish))
        return {stylist: Busy(taken) for stylist, taken in intervals.items()}

    def _span(self, first: date, last: date) -> tuple[datetime, datetime]:
        """From the first moment of one local day to the last of another."""
        zone = self._rules.zone
        return datetime.combine(first, time.min, zone), datetime.combine(last + ONE_DAY, time.min, zone)

    def _hours(self, stylist_id: StylistId, day: date) -> tuple[Hours, ...]:
        if day in self._plan.days_off.get(stylist_id, frozenset()):
            return ()
        week = self._plan.working_hours.get(stylist_id)
        return week[day.weekday()] if week else ()

    def _able(self, service_id: ServiceId, stylist_id: StylistId | None) -> tuple[Stylist, ...]:
        """Who does the service, in the salon's order; only the one asked for, if any."""
        return tuple(
            stylist
            for stylist in self._plan.catalogue.stylists_for(service_id)
            if stylist_id is None or stylist.id == stylist_id
        )

    def _local_day(self, moment: datetime) -> date:
        return moment.astimezone(self._rules.zone).date()

    def _local(self, appointment: Appointment) -> Appointment:
        return replace(appointment, start=appointment.start.astimezone(self._rules.zone))


def _days(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + n * ONE_DAY for n in range((last - first).days + 1))


def _wish(service: Service, stylist: Stylist, start: datetime, guest: Guest) -> Appointment:
    return Appointment(
        id=UNWRITTEN,
        service_id=service.id,
        service_title=service.title,
        stylist_id=stylist.id,
        stylist_name=stylist.name,
        start=start,
        duration=service.duration,
        state=AppointmentState.BOOKED,
        customer_name=guest.name,
        customer_phone=guest.reachable_at,
        price=service.price,
    )


def _weightiest(reasons: Iterable[Refusal | None]) -> Refusal:
    """What to tell of several stylists' reasons: that a time is taken is truer than that others do not work then."""
    found = [reason for reason in reasons if reason is not None]
    if Refusal.TAKEN in found:
        return Refusal.TAKEN
    return found[0] if found else Refusal.CLOSED

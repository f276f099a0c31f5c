"""The embedded booking system: one salon's calendar in the journal's SQLite file.

Reading computes free starts from the plan (hours, days off, rules) and the visits on record. Every write is one
immediate transaction that first looks whether its key was used before, then lets the table's overlap triggers decide:
two customers who want the same minute cannot both get it, whatever either was told a moment ago.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import aiosqlite

from salonbot.booking.availability import ONE_DAY, Busy, Interval, day_starts, refusal
from salonbot.booking.system import Guest
from salonbot.booking.timetable import Timetable
from salonbot.clock import Clock
from salonbot.config.plan import SalonPlan
from salonbot.errors import AppointmentGone, StartUnavailable
from salonbot.journal import appointments as records
from salonbot.journal.appointments import Fetch, Operation, Overlap
from salonbot.journal.database import Database
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState, Refusal, Slot, Window
from salonbot.model.salon import Catalogue, SalonProfile, Service, ServiceId, Stylist, StylistId, WorkingDay

UNWRITTEN = AppointmentId("")


class EmbeddedCalendar:
    """Satisfies `booking.system.BookingSystem` for one salon. Never away: raises neither of the two errors for that."""

    def __init__(self, plan: SalonPlan, database: Database, clock: Clock) -> None:
        self._timetable = Timetable(plan)
        self._salon = plan.profile.id
        self._database = database
        self._clock = clock

    def adopt(self, plan: SalonPlan) -> None:
        """From the next search and the next booking on this plan counts; visits on record stay as they are."""
        self._timetable = Timetable(plan)

    @property
    def timetable(self) -> Timetable:
        """The plan that counts now."""
        return self._timetable

    async def profile(self) -> SalonProfile:
        """The salon as it is configured."""
        return self._timetable.plan.profile

    async def catalogue(self) -> Catalogue:
        """Services and stylists of the plan."""
        return self._timetable.plan.catalogue

    async def free_slots(
        self,
        service_id: ServiceId,
        *,
        stylist_id: StylistId | None,
        window: Window,
        ignoring: AppointmentId | None = None,
    ) -> tuple[Slot, ...]:
        """Free slots within the window, ascending by start, then in the salon's order of stylists."""
        now, timetable = self._clock.now(), self._timetable
        service = timetable.plan.catalogue.service(service_id)
        first = max(window.date_from or date.min, timetable.local_day(now))
        last = min(window.date_to or date.max, timetable.rules.last_day(now))
        if service is None or first > last:
            return ()
        busy = await self.busy(self._database.rows, timetable, first, last, ignoring=ignoring)
        earliest = max(now, timetable.rules.earliest(now))
        slots: list[Slot] = []
        for day in _days(first, last):
            of_day = [
                Slot(service_id, stylist.id, start, service.duration)
                for stylist in timetable.able(service_id, stylist_id)
                for start in day_starts(day, timetable.hours(stylist.id, day), service.duration, timetable.rules)
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
        timetable = self._timetable
        service = timetable.plan.catalogue.service(service_id)
        if service is None:
            return Refusal.CLOSED
        able = timetable.able(service_id, stylist_id)
        fetch = self._database.rows
        reasons = await self._reasons(fetch, timetable, able, start, service.duration, ignoring=ignoring)
        return None if None in reasons.values() else _weightiest(reasons.values())

    async def schedule(self, stylist_id: StylistId, first: date, last: date) -> tuple[WorkingDay, ...]:
        """One entry per local day, both ends included; days off have no hours."""
        timetable = self._timetable
        return tuple(WorkingDay(day, timetable.hours(stylist_id, day)) for day in _days(first, last))

    async def book(
        self, service_id: ServiceId, stylist_id: StylistId | None, start: datetime, guest: Guest, *, key: str
    ) -> Appointment:
        """Book; without a stylist, with the one of those free who has the fewest visits that day."""
        async with self._database.transaction(durable=False) as db:
            earlier = await records.done_under(db.execute_fetchall, self._salon, key)
            if earlier is not None:
                return self._local(earlier)
            timetable, fetch = self._timetable, db.execute_fetchall
            service = timetable.plan.catalogue.service(service_id)
            if service is None:
                raise StartUnavailable(Refusal.CLOSED)
            able = timetable.able(service_id, stylist_id)
            reasons = await self._reasons(fetch, timetable, able, start, service.duration)
            free = [stylist for stylist in able if reasons[stylist.id] is None]
            for stylist in await self._fairest_first(fetch, timetable, free, start):
                try:
                    wish = visit(service, stylist, start, guest)
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
        async with self._database.transaction(durable=False) as db:
            earlier = await records.done_under(db.execute_fetchall, self._salon, key)
            if earlier is not None:
                return self._local(earlier)
            before = await self._changeable(db, appointment_id, guest)
            timetable = self._timetable
            service = timetable.plan.catalogue.service(before.service_id)
            stylist = next(iter(timetable.able(before.service_id, stylist_id or before.stylist_id)), None)
            if service is None or stylist is None:
                raise StartUnavailable(Refusal.CLOSED)
            reasons = await self._reasons(
                db.execute_fetchall, timetable, (stylist,), start, service.duration, ignoring=appointment_id
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
        async with self._database.transaction(durable=False) as db:
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
        timetable: Timetable,
        stylists: tuple[Stylist, ...],
        start: datetime,
        duration: timedelta,
        *,
        ignoring: AppointmentId | None = None,
    ) -> dict[StylistId, Refusal | None]:
        """For each stylist why a visit cannot start then, or None."""
        day, now = timetable.local_day(start), self._clock.now()
        busy = await self.busy(fetch, timetable, day, day, ignoring=ignoring)
        return {
            stylist.id: refusal(
                start,
                duration,
                timetable.hours(stylist.id, day),
                busy.get(stylist.id, Busy()),
                timetable.rules,
                now,
            )
            for stylist in stylists
        }

    async def _fairest_first(
        self, fetch: Fetch, timetable: Timetable, stylists: list[Stylist], start: datetime
    ) -> list[Stylist]:
        """Those with the fewest visits on that day first; equals in the salon's order."""
        if len(stylists) < 2:
            return stylists
        day = timetable.local_day(start)
        visits = Counter(one.stylist for one in await records.busy(fetch, self._salon, *timetable.span(day, day)))
        return sorted(stylists, key=lambda stylist: visits[stylist.id])

    async def busy(
        self, fetch: Fetch, timetable: Timetable, first: date, last: date, *, ignoring: AppointmentId | None
    ) -> dict[StylistId, Busy]:
        """What is taken on those local days, by stylist; those with no visit are left out."""
        intervals: dict[StylistId, list[Interval]] = {}
        for taken in await records.busy(fetch, self._salon, *timetable.span(first, last), ignoring=ignoring):
            intervals.setdefault(taken.stylist, []).append(Interval(taken.start, taken.finish))
        return {stylist: Busy(of_one) for stylist, of_one in intervals.items()}

    def _local(self, appointment: Appointment) -> Appointment:
        return replace(appointment, start=appointment.start.astimezone(self._timetable.rules.zone))


def _days(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + n * ONE_DAY for n in range((last - first).days + 1))


def visit(service: Service, stylist: Stylist, start: datetime, guest: Guest) -> Appointment:
    """The appointment that is wanted; not on record yet."""
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

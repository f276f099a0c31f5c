"""The embedded calendar in the hands of the salon's own people: they see every visit, and add, move and cancel them.

In: wishes from a page, each under a key of its own. Out: what is on record then, or StartUnavailable. The same
transactions, keys and triggers as the bot's: whoever comes first has the time. Lead time, horizon and grid do not bind
the salon; an overlap nobody is allowed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import aiosqlite

from salonbot.booking.availability import Busy, salons_refusal
from salonbot.booking.calendar import EmbeddedCalendar, visit
from salonbot.booking.system import Guest
from salonbot.booking.timetable import Timetable
from salonbot.clock import Clock
from salonbot.errors import AppointmentGone, StartUnavailable
from salonbot.journal import appointments as records
from salonbot.journal.appointments import DESK, Entry, Operation, Overlap
from salonbot.journal.database import Database
from salonbot.journal.news import Notice, notify
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState, Refusal
from salonbot.model.messages import ChatKey
from salonbot.model.outcomes import Booked, Cancelled, Moved
from salonbot.model.salon import SalonId, ServiceId, Stylist, StylistId

Change = Booked | Moved | Cancelled
Word = Callable[[ChatKey, Change], Awaitable[tuple[str, ...]]]
"""Says a change to the customer of a chat, as the parts of a message."""


@dataclass(frozen=True, slots=True)
class Written:
    """What is on record now."""

    entry: Entry
    told: ChatKey | None = None
    """The chat that has a notice to be sent now."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the salon wants to change, inside its transaction."""

    db: aiosqlite.Connection
    timetable: Timetable
    entry: Entry


class Daybook:
    """One salon's."""

    def __init__(self, calendar: EmbeddedCalendar, salon: SalonId, database: Database, clock: Clock) -> None:
        self._calendar = calendar
        self._salon = salon
        self._database = database
        self._clock = clock

    @property
    def timetable(self) -> Timetable:
        """The plan that counts now."""
        return self._calendar.timetable

    async def between(self, first: date, last: date) -> tuple[Entry, ...]:
        """Every booked visit of those local days, both included, ascending; in the salon's zone."""
        found = await records.between(self._database.rows, self._salon, *self.timetable.span(first, last))
        return tuple(map(self._local, found))

    async def to_come(self) -> tuple[Entry, ...]:
        """Every booked visit that is not over, ascending; in the salon's zone."""
        found = await records.to_come(self._database.rows, self._salon, self._clock.now())
        return tuple(map(self._local, found))

    async def entry(self, appointment_id: AppointmentId) -> Entry | None:
        """The visit of that id, cancelled ones too; in the salon's zone."""
        found = await records.entry(self._database.rows, self._salon, appointment_id)
        return None if found is None else self._local(found)

    def is_outside(self, appointment: Appointment) -> bool:
        """Whether its stylist does not work then, or is in the plan no more: the visit stays, and is shown as such."""
        timetable = self.timetable
        if timetable.plan.catalogue.stylist(appointment.stylist_id) is None:
            return True
        hours = timetable.hours(appointment.stylist_id, timetable.local_day(appointment.start))
        long_ago = appointment.start - timedelta(days=1)
        reason = salons_refusal(appointment.start, appointment.duration, hours, Busy(), timetable.rules.zone, long_ago)
        return reason is Refusal.CLOSED

    async def add(
        self,
        service_id: ServiceId,
        stylist_id: StylistId,
        start: datetime,
        *,
        name: str,
        phone: str | None,
        key: str,
        duration: timedelta | None = None,
        outside_hours: bool = False,
        word: Word | None = None,
    ) -> Written:
        """Write down a visit of somebody who called or came in; where the phone is a customer's, it is theirs.

        `duration` None is what the service takes. Raises StartUnavailable.
        """
        async with self._database.transaction() as db:
            if (earlier := await self._done(db, key)) is not None:
                return Written(earlier)
            timetable = self.timetable
            service = timetable.plan.catalogue.service(service_id)
            stylist = next(iter(timetable.able(service_id, stylist_id)), None)
            if service is None or stylist is None:
                raise StartUnavailable(Refusal.CLOSED)
            chat = await records.chat_of(db.execute_fetchall, self._salon, phone) if phone else None
            guest = Guest(chat=chat or DESK, name=name, phone=phone)
            wish = replace(visit(service, stylist, start, guest), duration=duration or service.duration)
            await self._refuse(db, timetable, wish, None, outside_hours=outside_hours)
            try:
                now = self._clock.now()
                made = await records.insert(db, self._salon, guest.chat, wish, key=key, now=now)
            except Overlap as overlap:
                raise StartUnavailable(Refusal.TAKEN) from overlap
            entry = self._local(Entry(made, guest.chat))
            return await self._told(db, entry, Booked(appointment=entry.appointment), word)

    async def move(
        self,
        appointment_id: AppointmentId,
        start: datetime,
        stylist_id: StylistId,
        *,
        key: str,
        duration: timedelta | None = None,
        outside_hours: bool = False,
        word: Word | None = None,
    ) -> Written:
        """Another time, another stylist; `duration` None leaves the length. Raises StartUnavailable, AppointmentGone.

        Of another length alone nobody is told.
        """
        async with self._database.transaction() as db:
            if (earlier := await self._done(db, key)) is not None:
                return Written(earlier)
            seen = await self._changeable(db, appointment_id)
            before = seen.entry.appointment
            stylist = self._hands(seen, stylist_id)
            length = duration or before.duration
            wanted = replace(before, stylist_id=stylist.id, stylist_name=stylist.name, start=start, duration=length)
            is_elsewhere = (before.start, before.stylist_id) != (start, stylist.id)
            if not is_elsewhere and length == before.duration:
                return Written(seen.entry)
            await self._refuse(db, seen.timetable, wanted, appointment_id, outside_hours=outside_hours)
            entry = await self._change(seen, wanted, Operation.MOVE, key)
            moved = Moved(appointment=entry.appointment, previous_start=before.start)
            return await self._told(db, entry, moved, word if is_elsewhere else None)

    async def cancel(self, appointment_id: AppointmentId, *, key: str, word: Word | None = None) -> Written:
        """Call a visit off. Raises AppointmentGone."""
        async with self._database.transaction() as db:
            if (earlier := await self._done(db, key)) is not None:
                return Written(earlier)
            seen = await self._changeable(db, appointment_id)
            wanted = replace(seen.entry.appointment, state=AppointmentState.CANCELLED)
            entry = await self._change(seen, wanted, Operation.CANCEL, key)
            return await self._told(db, entry, Cancelled(appointment=entry.appointment), word)

    async def _done(self, db: aiosqlite.Connection, key: str) -> Entry | None:
        """What an earlier press of the same button has written."""
        earlier = await records.done_under(db.execute_fetchall, self._salon, key)
        if earlier is None:
            return None
        found = await records.entry(db.execute_fetchall, self._salon, earlier.id)
        return None if found is None else self._local(found)

    async def _changeable(self, db: aiosqlite.Connection, appointment_id: AppointmentId) -> _Seen:
        found = await records.entry(db.execute_fetchall, self._salon, appointment_id)
        if (
            found is None
            or found.appointment.state is not AppointmentState.BOOKED
            or found.appointment.start <= self._clock.now()
        ):
            raise AppointmentGone(f"appointment {appointment_id}")
        return _Seen(db, self.timetable, self._local(found))

    def _hands(self, seen: _Seen, stylist_id: StylistId) -> Stylist:
        """Who is to serve: anyone who does the service; who has the visit may keep it whatever the plan says today."""
        before = seen.entry.appointment
        able = next(iter(seen.timetable.able(before.service_id, stylist_id)), None)
        if able is None and stylist_id == before.stylist_id:
            return Stylist(before.stylist_id, before.stylist_name)
        if able is None:
            raise StartUnavailable(Refusal.CLOSED)
        return able

    async def _refuse(
        self,
        db: aiosqlite.Connection,
        timetable: Timetable,
        wish: Appointment,
        ignoring: AppointmentId | None,
        *,
        outside_hours: bool,
    ) -> None:
        """Raises StartUnavailable with the reason, where there is one."""
        day = timetable.local_day(wish.start)
        busy = await self._calendar.busy(db.execute_fetchall, timetable, day, day, ignoring=ignoring)
        reason = salons_refusal(
            wish.start,
            wish.duration,
            timetable.hours(wish.stylist_id, day),
            busy.get(wish.stylist_id, Busy()),
            timetable.rules.zone,
            self._clock.now(),
        )
        if reason is not None and not (outside_hours and reason is Refusal.CLOSED):
            raise StartUnavailable(reason)

    async def _change(self, seen: _Seen, wanted: Appointment, operation: Operation, key: str) -> Entry:
        try:
            changed = await records.change(
                seen.db, self._salon, seen.entry.appointment, wanted, operation, key=key, now=self._clock.now()
            )
        except Overlap as overlap:
            raise StartUnavailable(Refusal.TAKEN) from overlap
        return self._local(Entry(changed, seen.entry.chat))

    async def _told(self, db: aiosqlite.Connection, entry: Entry, change: Change, word: Word | None) -> Written:
        """The notice, in the commit of what it tells of."""
        if word is None or entry.chat == DESK:
            return Written(entry)
        notice = Notice(entry.chat, await word(entry.chat, change))
        is_told = await notify(db, self._salon, notice, self._clock.now())
        return Written(entry, entry.chat if is_told else None)

    def _local(self, entry: Entry) -> Entry:
        start = entry.appointment.start.astimezone(self.timetable.rules.zone)
        return Entry(replace(entry.appointment, start=start), entry.chat)

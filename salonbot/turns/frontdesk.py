"""One salon in the hands of its own people: what the pages of calendar, catalogue and settings work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from salonbot.booking.consequences import orphaned
from salonbot.booking.daybook import Daybook, Word, Written
from salonbot.booking.system import BookingSystem
from salonbot.booking.yclients.system import YClientsBooking
from salonbot.config.plan import SalonPlan
from salonbot.journal.appointments import DESK, Entry
from salonbot.model.booking import AppointmentId
from salonbot.model.messages import ChatKey
from salonbot.model.salon import Hours, SalonId, ServiceId, Stylist, StylistId
from salonbot.turns.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Diary:
    """Some local days of a salon: who works when, and every visit that can be seen; in the salon's zone."""

    zone: ZoneInfo
    stylists: tuple[Stylist, ...]
    hours: Mapping[tuple[StylistId, date], tuple[Hours, ...]]
    away: frozenset[tuple[StylistId, date]]
    """Days off that the week would have as working days."""
    entries: tuple[Entry, ...]
    outside: tuple[Entry, ...] = ()
    """Those where nobody works any more."""
    shows_visits: bool = True
    """Whether visits can be seen at all: YClients shows them to a user with rights in the salon only."""


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """Of a salon whose appointments are in the embedded calendar, with its `daybook`; of one on YClients, without."""

    rulebook: Rulebook
    booking: BookingSystem
    daybook: Daybook | None
    word: Word
    """Says a change to its customer."""
    wake: Callable[[SalonId, ChatKey], None]
    """This chat has work."""

    async def diary(self, first: date, last: date) -> Diary:
        """What stands in the book on those days, both included. Raises BookingUnavailable where that is elsewhere."""
        if self.daybook is None:
            return await self._diary_elsewhere(first, last)
        timetable, entries = self.daybook.timetable, await self.daybook.between(first, last)
        stylists = timetable.plan.catalogue.stylists
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return Diary(
            zone=timetable.rules.zone,
            stylists=stylists,
            hours={(one.id, day): timetable.hours(one.id, day) for one in stylists for day in days},
            away=frozenset(
                (one.id, day) for one in stylists for day in days if day in timetable.plan.days_off.get(one.id, ())
            ),
            entries=entries,
            outside=tuple(entry for entry in entries if self.daybook.is_outside(entry.appointment)),
        )

    async def _diary_elsewhere(self, first: date, last: date) -> Diary:
        catalogue, profile = await self.booking.catalogue(), await self.booking.profile()
        hours = {
            (one.id, day.day): day.hours
            for one in catalogue.stylists
            for day in await self.booking.schedule(one.id, first, last)
        }
        seen = await self.booking.seen(first, last) if isinstance(self.booking, YClientsBooking) else None
        entries = tuple(Entry(appointment, DESK) for appointment in seen or ())
        return Diary(profile.zone, catalogue.stylists, hours, frozenset(), entries, shows_visits=seen is not None)

    async def add(
        self,
        service_id: ServiceId,
        stylist_id: StylistId,
        start: datetime,
        *,
        name: str,
        phone: str | None,
        key: str,
        duration: timedelta | None,
        outside_hours: bool,
        tell: bool,
    ) -> Written:
        """See `Daybook.add`; `tell` sends the customer a confirmation, where they have a chat."""
        return self._waken(
            await self._book().add(
                service_id,
                stylist_id,
                start,
                name=name,
                phone=phone,
                key=key,
                duration=duration,
                outside_hours=outside_hours,
                word=self.word if tell else None,
            )
        )

    async def move(
        self,
        appointment_id: AppointmentId,
        start: datetime,
        stylist_id: StylistId,
        *,
        key: str,
        duration: timedelta | None,
        outside_hours: bool,
        tell: bool,
    ) -> Written:
        """See `Daybook.move`; `tell` writes to the customer, where they have a chat."""
        return self._waken(
            await self._book().move(
                appointment_id,
                start,
                stylist_id,
                key=key,
                duration=duration,
                outside_hours=outside_hours,
                word=self.word if tell else None,
            )
        )

    async def cancel(self, appointment_id: AppointmentId, *, key: str, tell: bool) -> Written:
        """See `Daybook.cancel`; `tell` writes to the customer, where they have a chat."""
        return self._waken(await self._book().cancel(appointment_id, key=key, word=self.word if tell else None))

    async def orphans(self, plan: SalonPlan) -> tuple[Entry, ...]:
        """Visits to come whose stylist or service that plan would not have any more."""
        if self.daybook is None:
            return ()
        return orphaned(await self.daybook.to_come(), self.rulebook.plan, plan)

    def _book(self) -> Daybook:
        if self.daybook is None:
            raise LookupError(f"the appointments of {self.rulebook.salon} are not kept here")
        return self.daybook

    def _waken(self, written: Written) -> Written:
        if written.told is not None:
            self.wake(self.rulebook.salon, written.told)
        return written

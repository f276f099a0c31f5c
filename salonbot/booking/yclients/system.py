"""YClients behind the Protocol: what the rest of the house sees of it.

Deciding is here (is there such a service, do the salon's rules allow the start, who is to be tried first), asking and
writing are in the rooms below. The salon's lead time and horizon hold beside YClients' own rules; the stricter counts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from salonbot.booking.availability import ONE_DAY, Rules, refusal
from salonbot.booking.system import Guest
from salonbot.booking.yclients import deciding, reading
from salonbot.booking.yclients.news import News
from salonbot.booking.yclients.ownership import Owned, Ownership, is_id
from salonbot.booking.yclients.shelf import CatalogueShelf, Stock
from salonbot.booking.yclients.times import Day, Opening, Times
from salonbot.booking.yclients.wishes import Wish
from salonbot.booking.yclients.writes import Writes
from salonbot.clock import Clock
from salonbot.config.plan import SalonPlan
from salonbot.errors import StartUnavailable
from salonbot.journal.appointments import Operation
from salonbot.journal.records import Intention
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState, Refusal, Slot, Window
from salonbot.model.salon import Catalogue, SalonProfile, Service, ServiceId, Stylist, StylistId, WorkingDay


class YClientsBooking:
    """Satisfies `booking.system.BookingSystem` for one salon. Made by `opening.open_yclients`."""

    def __init__(
        self,
        plan: SalonPlan,
        shelf: CatalogueShelf,
        times: Times,
        ownership: Ownership,
        writes: Writes,
        news: News,
        clock: Clock,
    ) -> None:
        self._plan = plan
        self._shelf = shelf
        self._times = times
        self._ownership = ownership
        self._writes = writes
        self.news = news
        self._clock = clock

    def adopt(self, plan: SalonPlan) -> None:
        """From the next search on this plan's lead time and horizon count; the catalogue is YClients' own."""
        self._plan = plan

    async def keep_fresh(self) -> None:
        """Read the catalogue anew from time to time, until cancelled; a root task of the daemon."""
        settings = self._plan.yclients
        every = settings.catalogue_minutes if settings else 30
        await self._shelf.keep_fresh(timedelta(minutes=every))

    async def refresh(self) -> None:
        """Read the catalogue anew now; where that cannot be done the last reading stays."""
        await self._shelf.refresh()

    async def profile(self) -> SalonProfile:
        """The configured profile on YClients' clock; what it leaves open is filled from the company card."""
        return (await self._shelf.stock()).profile

    async def catalogue(self) -> Catalogue:
        """Services and stylists of the online booking, at most as old as the background refresh makes them."""
        return (await self._shelf.stock()).catalogue

    async def free_slots(
        self,
        service_id: ServiceId,
        *,
        stylist_id: StylistId | None,
        window: Window,
        ignoring: AppointmentId | None = None,
    ) -> tuple[Slot, ...]:
        """Free slots within the window, ascending by start, then in the salon's order of stylists."""
        stock = await self._shelf.stock()
        rules, now = self._rules(stock), self._clock.now()
        first = max(window.date_from or date.min, now.astimezone(rules.zone).date())
        last = min(window.date_to or date.max, rules.last_day(now))
        moved = await self._moved(ignoring)
        services = deciding.services(service_id, stock, moved)
        if not services or first > last:
            return ()
        able = deciding.able(service_id, stylist_id, stock, moved)
        lengths = {stylist.id: deciding.duration(stylist.id, services, stock) for stylist in able}
        found = await self._times.openings_of(lengths, services, first, last, rules, now)
        slots: list[Slot] = []
        for stylist in able:
            openings = list(found[stylist.id])
            openings += await self._making_room(stylist, services, moved, stock, rules)
            starts = {opening.start.astimezone(UTC): opening for opening in reversed(openings)}
            slots += [
                Slot(service_id, stylist.id, opening.start, opening.duration)
                for start, opening in starts.items()
                if start >= rules.earliest(now)
                and start > now
                and first <= opening.start.date() <= last
                and window.allows(opening.start)
            ]
        # Sorting is stable: equal starts stay in the salon's order.
        return tuple(sorted(slots, key=lambda slot: slot.start.astimezone(UTC)))

    async def refusal(
        self,
        service_id: ServiceId,
        stylist_id: StylistId | None,
        start: datetime,
        *,
        ignoring: AppointmentId | None = None,
    ) -> Refusal | None:
        """Why this start cannot be booked now, or None where YClients offers it. Reserves nothing."""
        stock = await self._shelf.stock()
        moved = await self._moved(ignoring)
        able = deciding.able(service_id, stylist_id, stock, moved)
        services = deciding.services(service_id, stock, moved)
        if not able or not services:
            return Refusal.CLOSED
        reasons = [await self._reason(one, services, start, stock, moved) for one in able]
        return None if None in reasons else deciding.weightiest(reasons)

    async def schedule(self, stylist_id: StylistId, first: date, last: date) -> tuple[WorkingDay, ...]:
        """One entry per local day, both ends included; days off have no hours."""
        stock = await self._shelf.stock()
        days = await self._times.days(stylist_id, first, last, self._rules(stock))
        every = (first + n * ONE_DAY for n in range((last - first).days + 1))
        return tuple(WorkingDay(day, days.get(day, Day()).hours) for day in every)

    async def seen(self, first: date, last: date) -> tuple[Appointment, ...] | None:
        """All booked visits of those days, by start; None where these tokens may not see the salon's journal."""
        if self.news.office is None:
            return None
        stock = await self._shelf.stock()
        records = await self.news.office.records(first, last)
        found = [reading.appointment(record, stock) for record in records]
        return tuple(sorted((one for one in found if one.state is AppointmentState.BOOKED), key=lambda one: one.start))

    async def book(
        self, service_id: ServiceId, stylist_id: StylistId | None, start: datetime, guest: Guest, *, key: str
    ) -> Appointment:
        """Book; without a stylist, with the one of those free who has the most free time left that day."""
        stock = await self._shelf.stock()
        async with self._writes.once(key) as earlier:
            if earlier is not None and earlier.is_done:
                return await self._writes.as_today(earlier, stock)
            if earlier is not None:
                found = await self._writes.find_lost(self._wish(earlier.appointment, guest, stock, key, earlier))
                if found is not None:
                    return found
            return await self._book(service_id, stylist_id, start, guest, stock, key)

    async def _book(
        self,
        service_id: ServiceId,
        stylist_id: StylistId | None,
        start: datetime,
        guest: Guest,
        stock: Stock,
        key: str,
    ) -> Appointment:
        service = stock.catalogue.service(service_id)
        if service is None:
            raise StartUnavailable(Refusal.CLOSED)
        if (reason := self._against_rules(start, self._rules(stock))) is not None:
            raise StartUnavailable(reason)
        for stylist in await self._freest_first(service, stylist_id, start, stock):
            wish = self._wish(deciding.wanted(service, stylist, start, guest, stock), guest, stock, key)
            try:
                return await self._writes.book(wish)
            except StartUnavailable:
                continue
            finally:
                self._times.forget(start.astimezone(stock.zone).date())
        raise StartUnavailable(await self.refusal(service_id, stylist_id, start) or Refusal.TAKEN)

    async def move(
        self,
        appointment_id: AppointmentId,
        start: datetime,
        guest: Guest,
        *,
        key: str,
        stylist_id: StylistId | None = None,
    ) -> Appointment:
        """Move to a new start, with the same stylist unless told otherwise."""
        stock = await self._shelf.stock()
        async with self._writes.once(key) as earlier:
            if earlier is not None and earlier.is_done:
                return await self._writes.as_today(earlier, stock)
            owned = await self._ownership.owned(appointment_id, guest, stock)
            before = reading.appointment(owned.record, stock)
            wanted = deciding.moved_to(
                before, owned, start.astimezone(stock.zone), stylist_id or before.stylist_id, stock
            )
            if wanted != before:
                services = reading.services(owned.record)
                stylist = Stylist(wanted.stylist_id, wanted.stylist_name)
                reason = await self._reason(stylist, services, start, stock, owned)
                if reason is not None:
                    raise StartUnavailable(reason)
            try:
                return await self._writes.move(key, owned, wanted, stock)
            finally:
                for moment in (before.start, wanted.start):
                    self._times.forget(moment.date())

    async def cancel(self, appointment_id: AppointmentId, guest: Guest, *, key: str) -> Appointment:
        """Cancel; the cancelled appointment is returned."""
        stock = await self._shelf.stock()
        async with self._writes.once(key) as earlier:
            if earlier is not None and (earlier.is_done or await self._is_over(earlier)):
                return await self._writes.as_today(earlier, stock)
            owned = await self._ownership.owned(appointment_id, guest, stock)
            try:
                return await self._writes.cancel(key, owned, stock)
            finally:
                self._times.forget(reading.start(owned.record, stock.zone).date())

    async def appointments(self, guest: Guest) -> tuple[Appointment, ...]:
        """The guest's booked appointments that have not begun, ascending by start."""
        stock = await self._shelf.stock()
        found = await self._ownership.upcoming(guest, stock)
        return tuple(reading.appointment(owned.record, stock) for owned in found)

    async def _is_over(self, begun: Intention) -> bool:
        return begun.kind is Operation.CANCEL and await self._writes.is_cancelled(begun)

    async def _reason(
        self, stylist: Stylist, services: Sequence[str], start: datetime, stock: Stock, moved: Owned | None
    ) -> Refusal | None:
        """Why one stylist cannot begin then; None where YClients offers it, or the moved visit makes room."""
        rules = self._rules(stock)
        if (against := self._against_rules(start, rules)) is not None:
            return against
        day = start.astimezone(rules.zone).date()
        openings = list(await self._times.openings(stylist.id, services, day, day, rules))
        openings += await self._making_room(stylist, services, moved, stock, rules)
        if any(opening.start == start for opening in openings):
            return None
        known = (await self._times.days(stylist.id, day, day, rules)).get(day, Day())
        duration = openings[0].duration if openings else deciding.duration(stylist.id, services, stock)
        taken = known.taken(ignoring=moved.record.id if moved else None)
        reason = refusal(start, duration, known.hours, taken, rules, self._clock.now())
        # Within hours and yet not offered: taken, where we cannot see what is; otherwise it is not for booking.
        return reason or (Refusal.TAKEN if known.is_guessed else Refusal.CLOSED)

    async def _making_room(
        self, stylist: Stylist, services: Sequence[str], moved: Owned | None, stock: Stock, rules: Rules
    ) -> tuple[Opening, ...]:
        """Starts that are free only because the record itself leaves."""
        if moved is None or moved.record.stylist != stylist.id:
            return ()
        own = reading.taken(moved.record, stock.zone)
        length = timedelta(seconds=moved.record.length) if moved.record.length else None
        duration = length or deciding.duration(stylist.id, services, stock)
        return await self._times.around(stylist.id, services, own, duration, rules, moved.record.id)

    async def _moved(self, ignoring: AppointmentId | None) -> Owned | None:
        """The record about to be moved. It was shown to its owner before; here only its time and services are used."""
        if ignoring is None or not is_id(ignoring):
            return None
        known = await self._writes.journal.known(ignoring)
        record = await self._ownership.read(ignoring, known)
        return None if record is None else Owned(record, known)

    async def _freest_first(
        self, service: Service, stylist_id: StylistId | None, start: datetime, stock: Stock
    ) -> list[Stylist]:
        """Whom to try: the one asked for, or those who are free then, the one with the emptiest day first."""
        able = deciding.able(service.id, stylist_id, stock, None)
        if stylist_id is not None:
            return list(able)
        rules = self._rules(stock)
        day, services = start.astimezone(rules.zone).date(), stock.booked_by(service.id)
        free = {one: await self._times.openings(one.id, services, day, day, rules) for one in able}
        offered = [one for one in able if any(opening.start == start for opening in free[one])]
        return sorted(offered, key=lambda one: -len(free[one]))

    def _wish(self, wanted: Appointment, guest: Guest, stock: Stock, key: str, begun: Intention | None = None) -> Wish:
        wanted = replace(wanted, start=wanted.start.astimezone(stock.zone))
        day, services = wanted.start.date(), stock.booked_by(wanted.service_id)

        async def is_free() -> bool:
            self._times.forget(day)
            openings = await self._times.openings(wanted.stylist_id, services, day, day, self._rules(stock))
            return any(opening.start == wanted.start for opening in openings)

        return Wish(
            key=key,
            guest=guest,
            wanted=wanted,
            stock=stock,
            is_free=is_free,
            begun_at=begun.begun_at if begun else self._clock.now(),
        )

    def _rules(self, stock: Stock) -> Rules:
        calendar = self._plan.calendar
        return Rules(
            zone=stock.zone,
            grid=timedelta(minutes=calendar.grid_minutes),
            lead=timedelta(minutes=calendar.lead_minutes),
            horizon=timedelta(days=calendar.horizon_days),
        )

    def _against_rules(self, start: datetime, rules: Rules) -> Refusal | None:
        """What needs no asking: past, too soon, too far."""
        now, begin = self._clock.now(), start.astimezone(UTC)
        if begin <= now:
            return Refusal.PAST
        if begin < rules.earliest(now):
            return Refusal.TOO_SOON
        return Refusal.TOO_FAR if start.astimezone(rules.zone).date() > rules.last_day(now) else None

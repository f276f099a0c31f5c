"""Book, move, cancel: each wish once, whatever happens to its answer.

A wish is noted in the journal before it leaves and settled when its fate is known. YClients has no idempotency key, so
after a lost answer nothing is sent again before the salon's journal was looked up: the record is found by our marker,
its phone and its time. Found once: adopted. Not found, after waiting, and the time still free: it was not made, and may
be tried again. Anything else stays unknown, and says so.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from weakref import WeakValueDictionary

import structlog

from salonbot.booking.yclients import reading
from salonbot.booking.yclients.errors import Absent, Forbidden, InDoubt, NameMissing, PhoneRefused, Unavailable
from salonbot.booking.yclients.office import Office
from salonbot.booking.yclients.online import Online, Visit
from salonbot.booking.yclients.ownership import Owned, Ownership
from salonbot.booking.yclients.shelf import Stock
from salonbot.booking.yclients.wishes import Wish, is_at, is_match, known_record
from salonbot.clock import Clock
from salonbot.errors import AppointmentGone, BookingError, BookingUnavailable, OutcomeUnknown
from salonbot.journal.appointments import Operation
from salonbot.journal.records import Intention, KnownRecord, Records
from salonbot.model.booking import Appointment, AppointmentState
from salonbot.model.salon import SalonId

log = structlog.get_logger()

LOOKS = (0.0, 1.0, 3.0)
"""Seconds before each look for a record whose answer was lost: it may show up late."""
SETTLED = timedelta(minutes=1)
"""A record that is not to be found so long after its answer was lost was never made."""
MOST_SENDINGS = 2


@dataclass(slots=True)
class Writes:
    """One salon's writes."""

    salon: SalonId
    online: Online
    office: Office | None
    ownership: Ownership
    journal: Records
    clock: Clock
    prefers_absence: bool = False
    _keys: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    @asynccontextmanager
    async def once(self, key: str) -> AsyncIterator[Intention | None]:
        """Work under a key, one call at a time; what was begun or done under it before, or None."""
        lock = self._keys.setdefault(key, asyncio.Lock())
        async with lock:
            yield await self.journal.intention(key)

    async def as_today(self, done: Intention, stock: Stock) -> Appointment:
        """What a wish became, as it is now; as it was then where that cannot be seen."""
        then = replace(done.appointment, start=done.appointment.start.astimezone(stock.zone))
        known = await self.journal.known(then.id)
        try:
            record = await self.ownership.read(then.id, known)
        except BookingUnavailable:
            return then
        if record is None:
            return replace(then, state=AppointmentState.CANCELLED)
        now = reading.appointment(record, stock)
        # Somebody else's by now: what it was then is all there is to tell.
        return now if now.customer_phone == then.customer_phone else then

    async def book(self, wish: Wish) -> Appointment:
        """Book it. Raises the refusals where it was not booked, OutcomeUnknown where nobody knows."""
        visit = wish.visit(reading.marker(self.salon, wish.key))
        if not visit.name:
            raise NameMissing("a record needs a name")
        await self.online.check(visit)
        await self.journal.begin(wish.key, Operation.BOOK, visit.marker, wish.wanted, wish.begun_at)
        made: KnownRecord | None = None
        for sending in range(MOST_SENDINGS):
            try:
                made = await self._send(visit, wish)
            except InDoubt as doubt:
                log.warning("yclients_answer_lost", what="book", reason=str(doubt))
                made = await self._look(visit, wish)
            except BookingError:
                # The first sending may have been carried out while the second was refused because of it.
                made = await self._one_match(visit, wish) if sending else None
                if made is None:
                    await self.journal.drop(wish.key)
                    raise
            if made is not None:
                return await self._keep(wish, made)
        await self.journal.drop(wish.key)
        raise Unavailable("a booking was lost on its way twice")

    async def find_lost(self, wish: Wish) -> Appointment | None:
        """What became of a wish that was begun and never ended; None: it was not made. Raises OutcomeUnknown."""
        visit = wish.visit(reading.marker(self.salon, wish.key))
        made = await self._look(visit, wish)
        return None if made is None else await self._keep(wish, made)

    async def _send(self, visit: Visit, wish: Wish) -> KnownRecord:
        """Through the online booking, which gives a hash; past it where it wants what WhatsApp cannot give."""
        if self.office is None or (visit.phone is not None and not wish.stock.needs_code):
            if visit.phone is None:
                raise PhoneRefused("the online booking needs a phone")
            try:
                booked = await self.online.book(visit)
                return known_record(wish, visit, booked.record_id, booked.record_hash or None)
            except Forbidden:
                if self.office is None:
                    raise
        price = wish.wanted.price
        record = await self.office.create(visit, price.low / 100 if price else 0)
        return known_record(wish, visit, record.id, None)

    async def _look(self, visit: Visit, wish: Wish) -> KnownRecord | None:
        """The record whose answer was lost; None: it was not made. Raises OutcomeUnknown."""
        for pause in LOOKS:
            if pause:
                await self.clock.sleep(pause)
            if (made := await self._one_match(visit, wish)) is not None:
                return made
        try:
            if await wish.is_free():
                return None
        except BookingUnavailable as away:
            raise OutcomeUnknown("a booking's answer was lost, and now YClients is away") from away
        if self.office is not None and self.clock.now() - wish.begun_at > SETTLED:
            return None
        raise OutcomeUnknown("a booking's answer was lost, its record is not to be found, and its time is taken")

    async def _one_match(self, visit: Visit, wish: Wish) -> KnownRecord | None:
        """The one record that carries the wish's marker, phone and time. Raises OutcomeUnknown where several do."""
        if self.office is None:
            return None
        day = wish.wanted.start.astimezone(visit.zone).date()
        try:
            listed = await self.office.records(day, day, deleted=True)
        except BookingUnavailable as away:
            raise OutcomeUnknown("a booking's answer was lost, and now YClients is away") from away
        matches = [record for record in listed if is_match(record, visit)]
        if len(matches) > 1:
            log.error("yclients_booked_twice", records=[record.id for record in matches])
            raise OutcomeUnknown("a booking was made more than once: a person has to look")
        return known_record(wish, visit, matches[0].id, None) if matches else None

    async def _keep(self, wish: Wish, made: KnownRecord) -> Appointment:
        """Read the record back and settle the wish."""
        became = replace(wish.wanted, id=made.id)
        try:
            record = await self.ownership.read(made.id, made)
        except BookingUnavailable as away:
            log.warning("yclients_record_unseen", record=made.id, reason=str(away))
            record = None
        if record is not None:
            became = reading.appointment(record, wish.stock)
            if became.start != wish.wanted.start:
                log.error("yclients_record_at_another_time", record=made.id)
        await self.journal.settle(wish.key, became, self.clock.now(), made=made)
        return became

    async def move(self, key: str, owned: Owned, wanted: Appointment, stock: Stock) -> Appointment:
        """Give a record another time, perhaps another stylist. Raises the refusals, OutcomeUnknown."""
        mark = reading.marker(self.salon, key)

        async def is_there() -> bool:
            record = await self.ownership.read(wanted.id, owned.known)
            return record is not None and is_at(record, wanted, stock)

        await self.journal.begin(key, Operation.MOVE, mark, wanted, self.clock.now())
        if not is_at(owned.record, wanted, stock):
            await self._until_certain(key, lambda: self._send_move(owned, wanted, stock), is_there)
        record = await self.ownership.read(wanted.id, owned.known)
        became = wanted if record is None else reading.appointment(record, stock)
        await self.journal.settle(key, became, self.clock.now())
        return became

    async def _send_move(self, owned: Owned, wanted: Appointment, stock: Stock) -> None:
        record = owned.record
        if self.office is not None:
            try:
                body = reading.replacement(
                    record,
                    stylist=wanted.stylist_id,
                    begin=wanted.start,
                    zone=stock.zone,
                    seconds=wanted.duration.total_seconds(),
                )
                return await self.office.replace(record.id, body)
            except Absent as absent:
                raise AppointmentGone(f"appointment {record.id}") from absent
            except Forbidden:
                if owned.hash is None or wanted.stylist_id != record.stylist:
                    raise
        if owned.hash is None or wanted.stylist_id != record.stylist:
            raise Forbidden(403, "without a user's token a record can only be given another time")
        return await self.online.move(record.id, owned.hash, wanted.start, stock.zone, record.comment)

    async def cancel(self, key: str, owned: Owned, stock: Stock) -> Appointment:
        """Free the record's time. Raises OutcomeUnknown, and the refusals where the salon forbids it."""
        before = reading.appointment(owned.record, stock)

        async def is_off() -> bool:
            record = await self.ownership.read(before.id, owned.known)
            return record is None or record.is_off

        async def send() -> None:
            refused: Forbidden | Absent | None = None
            for way in self._ways_out(owned):
                try:
                    return await way()
                except (Forbidden, Absent) as error:
                    refused = error
            if isinstance(refused, Absent) and await is_off():
                return None
            raise refused or Forbidden(403, "this record can only be cancelled by the salon")

        await self.journal.begin(key, Operation.CANCEL, reading.marker(self.salon, key), before, self.clock.now())
        await self._until_certain(key, send, is_off)
        cancelled = replace(before, state=AppointmentState.CANCELLED)
        await self.journal.settle(key, cancelled, self.clock.now())
        return cancelled

    async def is_cancelled(self, begun: Intention) -> bool:
        """Whether a cancellation that was begun and never ended has happened."""
        known = await self.journal.known(begun.appointment.id)
        record = await self.ownership.read(begun.appointment.id, known)
        return record is None or record.is_off

    def _ways_out(self, owned: Owned) -> Iterator[Callable[[], Awaitable[None]]]:
        """Ways to free its time, the salon's favourite first."""
        record, office = owned.record, self.office
        if office is not None:
            ways: list[Callable[[], Awaitable[None]]] = [lambda: office.delete(record.id)]
            if record.visit_id:
                ways.insert(0 if self.prefers_absence else 1, lambda: office.mark_absent(record))
            yield from ways
        if (hash_ := owned.hash) is not None:
            yield lambda: self.online.delete(record.id, hash_)

    async def _until_certain(
        self, key: str, send: Callable[[], Awaitable[None]], look: Callable[[], Awaitable[bool]]
    ) -> None:
        """Send a change that may be sent twice, because it says how things shall be; after a lost answer look first."""
        for sending in range(MOST_SENDINGS):
            try:
                return await send()
            except InDoubt as doubt:
                log.warning("yclients_answer_lost", what="change", reason=str(doubt))
            except BookingError:
                if not sending or not await _seen(look):
                    await self.journal.drop(key)
                    raise
                return None
            if await _seen(look):
                return None
        raise OutcomeUnknown("a change's answer was lost twice, and nothing shows that it was made")


async def _seen(look: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await look()
    except BookingUnavailable as away:
        raise OutcomeUnknown("a change's answer was lost, and now YClients is away") from away

"""What the salon's own people have done to a customer's visit: read again, and told apart from what nobody minds.

In: a record said to have changed. Out: a Change where a visit to come was moved or cancelled by somebody else than the
bot, and the customer's chat is known. An event's own words are never believed: it may be old, partial, or invented.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from salonbot.booking.system import Guest
from salonbot.booking.yclients import reading, wire
from salonbot.booking.yclients.errors import Absent, Unreadable
from salonbot.booking.yclients.office import Office
from salonbot.booking.yclients.online import Online
from salonbot.booking.yclients.ownership import is_id, is_owned
from salonbot.booking.yclients.phones import digits
from salonbot.booking.yclients.shelf import CatalogueShelf, Stock
from salonbot.clock import Clock
from salonbot.journal.news import Notice, RecordNews, Sight
from salonbot.journal.records import KnownRecord, Records
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState
from salonbot.model.messages import ChatKey
from salonbot.model.outcomes import Cancelled, Moved

log = structlog.get_logger()

OVERLAP = timedelta(minutes=5)
"""Each sweep looks so far behind the last one: the clocks of two houses differ."""

Change = Moved | Cancelled
Word = Callable[[ChatKey, Change], Awaitable[tuple[str, ...]]]
"""Says a change to the customer of a chat, as the parts of a message."""


@dataclass(frozen=True, slots=True)
class News:
    """One salon's news."""

    shelf: CatalogueShelf
    online: Online
    office: Office | None
    records: Records
    journal: RecordNews
    clock: Clock

    async def look(self, record_id: AppointmentId, word: Word) -> ChatKey | None:
        """Read the record; the chat that is told of a change, if any. Raises BookingUnavailable."""
        if not is_id(record_id):
            return None
        stock = await self.shelf.stock()
        known = await self.records.known(record_id)
        try:
            if self.office is not None:
                record = await self.office.record(record_id)
            elif known is not None and known.hash:
                record = await self.online.record(record_id, known.hash)
            else:
                return None
        except Absent:
            return await self._gone(record_id, known, stock, word)
        if record.id != record_id:
            raise Unreadable(f"another record than {record_id}")
        if record.client is None and known is not None and self.office is None:
            record = record.model_copy(update={"client": wire.Client(name=known.name, phone=known.phone or "")})
        return await self._compare(record, known, stock, word)

    async def sweep(self) -> None:
        """Hear of what changed since the last sweep: events are sent once, and lost ones are never missed there.

        Only with a user's token. Raises BookingUnavailable.
        """
        if self.office is None:
            return
        now, stock = self.clock.now(), await self.shelf.stock()
        since = await self.journal.swept_until()
        if since is not None:
            today = now.astimezone(stock.zone).date()
            changed = await self.office.changed(since - OVERLAP, today, stock.zone)
            await self.journal.hear([AppointmentId(record.id) for record in changed], now)
        await self.journal.swept(now)

    async def _compare(
        self, record: wire.Record, known: KnownRecord | None, stock: Stock, word: Word
    ) -> ChatKey | None:
        chat = await self._chat(record, known)
        if chat is None:
            return None
        return await self._tell(reading.appointment(record, stock), chat, known, stock, word)

    async def _gone(
        self, record_id: AppointmentId, known: KnownRecord | None, stock: Stock, word: Word
    ) -> ChatKey | None:
        """A deleted record that is not shown any more: only what we knew of it is left."""
        before = await self._before(record_id)
        if before is None:
            return None
        phone = before.customer_phone
        chat = known.chat if known else await self.journal.chat_of(phone) if phone else None
        if chat is None:
            return None
        off = replace(before, state=AppointmentState.CANCELLED)
        return await self._tell(off, chat, known, stock, word)

    async def _tell(
        self, now: Appointment, chat: ChatKey, known: KnownRecord | None, stock: Stock, word: Word
    ) -> ChatKey | None:
        before, at = await self._before(now.id), self.clock.now()
        if before is not None and (before.start, before.state) == (now.start, now.state):
            return None
        change = _change(before, now, stock) if before is not None and before.start > at else None
        if change is None:
            await self.journal.see(now, at)
            return None
        is_told = await self.journal.see(now, at, Notice(chat, await word(chat, change)))
        log.info("salon_changed_a_visit", change=change.kind, made_by_us=known is not None, told=is_told)
        return chat if is_told else None

    async def _before(self, record_id: AppointmentId) -> Appointment | None:
        """What the customer knows: what the bot did last, or what was seen since."""
        seen, own = await self.journal.seen(record_id), await self.journal.own_doing(record_id)
        sights: list[Sight] = [sight for sight in (seen, own) if sight is not None]
        return max(sights, key=lambda sight: sight.at).appointment if sights else None

    async def _chat(self, record: wire.Record, known: KnownRecord | None) -> ChatKey | None:
        """Whose visit it is, if we know their chat: by the phone WhatsApp vouches for, or because it was made there."""
        phone = digits(record.client.phone) if record.client else None
        if phone is not None and (chat := await self.journal.chat_of(phone)) is not None:
            return chat
        if known is not None and is_owned(record, Guest(chat=known.chat), known):
            return known.chat
        return None


def _change(before: Appointment, now: Appointment, stock: Stock) -> Change | None:
    """What a customer minds: another time, or none at all; a visit taken up again is at its time."""
    if now.state is AppointmentState.CANCELLED:
        return Cancelled(appointment=now) if before.state is AppointmentState.BOOKED else None
    if before.start != now.start and before.state is AppointmentState.BOOKED:
        return Moved(appointment=now, previous_start=before.start.astimezone(stock.zone))
    return None

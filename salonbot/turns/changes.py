"""Customers hear of what the salon did to their visits. In: records said to have changed. Out: notices, delivered like
the replies of a turn.

A root task per salon on YClients. What was heard stays in the journal until it was read, however long that takes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from salonbot.booking.yclients.errors import Unreadable
from salonbot.booking.yclients.news import News
from salonbot.clock import Clock
from salonbot.errors import BookingUnavailable, JournalUnavailable
from salonbot.journal.contacts import Contacts
from salonbot.journal.news import RecordNews
from salonbot.journal.turns import Turns
from salonbot.model.booking import AppointmentId
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId
from salonbot.turns.dispatch import finishes_before
from salonbot.turns.reception import Reception
from salonbot.turns.salons_word import SalonsWord
from salonbot.turns.waiting import pause_after

log = structlog.get_logger()

SWEEP_EVERY = timedelta(minutes=10)


class Changes:
    """One salon's."""

    def __init__(
        self,
        reception: Reception,
        news: News,
        journal: RecordNews,
        turns: Turns,
        contacts: Contacts,
        wake: Callable[[SalonId, ChatKey], None],
        is_back: Callable[[SalonId], Awaitable[None]],
        clock: Clock,
    ) -> None:
        """`is_back` is told when the booking system answers again after it was away."""
        self._reception = reception
        self._news = news
        self._journal = journal
        self._word = SalonsWord(reception, turns, contacts, clock)
        self._wake = wake
        self._is_back = is_back
        self._clock = clock
        self._heard = asyncio.Event()
        self._failures = 0

    async def hear(self, record: AppointmentId) -> None:
        """Somebody says that this record has changed; committed on return."""
        await self._journal.hear([record], self._clock.now())
        self._heard.set()

    async def run(self) -> None:
        """Read what was heard of, and sweep for what was not, until cancelled."""
        while True:
            self._heard.clear()
            try:
                await self.catch_up()
                if self._failures:
                    await self._is_back(self._reception.profile.id)
                self._failures = 0
            except (BookingUnavailable, JournalUnavailable) as away:
                self._failures += 1
                log.warning("changes_wait", detail=str(away))
            await finishes_before(self._clock.sleep(pause_after(self._failures).total_seconds()), self._heard)

    async def catch_up(self) -> None:
        """Once: read all that was heard of, sweep where it is time, read what that has found.

        Raises BookingUnavailable; one record that cannot be read holds up no other.
        """
        await self._read_heard()
        swept = await self._journal.swept_until()
        if swept is None or self._clock.now() - swept >= SWEEP_EVERY:
            await self._news.sweep()
            await self._read_heard()

    async def _read_heard(self) -> None:
        failure: BookingUnavailable | None = None
        for record, heard_at in await self._journal.heard():
            try:
                chat = await self._news.look(record, self._word.say)
            except Unreadable as error:
                log.error("changed_record_unreadable", record=record, detail=str(error))
                chat = None
            except BookingUnavailable as away:
                failure = away
                continue
            await self._journal.handled(record, heard_at)
            if chat is not None:
                self._wake(self._reception.profile.id, chat)
        if failure is not None:
            raise failure

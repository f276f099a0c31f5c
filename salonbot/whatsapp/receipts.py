"""Delivered, read, played: what WhatsApp says became of replies. In: the engine's events. Out: the journal's states."""

import asyncio
from datetime import datetime
from functools import partial

from salonbot.clock import Clock
from salonbot.journal.inbox import Door
from salonbot.journal.outbox import Outbox
from salonbot.journal.trouble import until_committed
from salonbot.model.messages import ReplyState
from salonbot.model.salon import SalonId
from salonbot.whatsapp.events import EngineEvent, ReceiptArrived, ReceiptKind

STATES = {
    ReceiptKind.DELIVERED: ReplyState.DELIVERED,
    ReceiptKind.READ: ReplyState.READ,
    ReceiptKind.PLAYED: ReplyState.READ,
}


class Receipts:
    """All salons'. `note` in the engines' threads, `hear` in the loop, `run` beside them."""

    def __init__(self, door: Door, outbox: Outbox, clock: Clock) -> None:
        self._door = door
        self._outbox = outbox
        self._clock = clock
        self._heard: asyncio.Queue[tuple[SalonId, ReceiptArrived, datetime]] = asyncio.Queue()

    def note(self, salon: SalonId, receipt: ReceiptArrived) -> None:
        """What WhatsApp tells once is committed at once. Raises JournalUnavailable."""
        state = STATES.get(receipt.kind)
        if state is not None:
            self._door.receipt(salon, receipt.chat, receipt.message_ids, state, self._clock.now())

    def hear(self, salon: SalonId, event: EngineEvent) -> None:
        """Called in the loop with everything the engine says."""
        if isinstance(event, ReceiptArrived):
            self._heard.put_nowait((salon, event, self._clock.now()))

    async def run(self) -> None:
        """Bring what was heard to the replies it is about, for ever."""
        while True:
            salon, receipt, at = await self._heard.get()
            state = STATES.get(receipt.kind)
            if state is not None:
                known = partial(self._outbox.receipt, salon, receipt.chat, receipt.message_ids, state, at)
                await until_committed(known, self._clock)

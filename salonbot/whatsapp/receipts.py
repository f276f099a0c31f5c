"""Delivered, read, played: what WhatsApp says became of replies. In: the engine's events. Out: the journal's states."""

import asyncio
from functools import partial

from salonbot.clock import Clock
from salonbot.journal.inbox import Door
from salonbot.journal.outbox import Outbox, Receipt
from salonbot.journal.trouble import until_committed
from salonbot.model.messages import ReplyState
from salonbot.model.salon import SalonId
from salonbot.whatsapp.events import EngineEvent, ReceiptArrived, ReceiptKind

STATES = {
    ReceiptKind.DELIVERED: ReplyState.DELIVERED,
    ReceiptKind.READ: ReplyState.READ,
    ReceiptKind.PLAYED: ReplyState.READ,
}

MOST_AT_ONCE = 500
"""In one commit: others wait for it."""


class Receipts:
    """All salons'. `note` in the engines' threads, `hear` in the loop, `run` beside them."""

    def __init__(self, door: Door, outbox: Outbox, clock: Clock) -> None:
        self._door = door
        self._outbox = outbox
        self._clock = clock
        self._heard: asyncio.Queue[Receipt] = asyncio.Queue()

    def note(self, salon: SalonId, receipt: ReceiptArrived) -> None:
        """What WhatsApp tells once is committed at once. Raises JournalUnavailable."""
        state = STATES.get(receipt.kind)
        if state is not None:
            self._door.receipt(salon, receipt.chat, receipt.message_ids, state, self._clock.now())

    def hear(self, salon: SalonId, event: EngineEvent) -> None:
        """Called in the loop with everything the engine says."""
        if isinstance(event, ReceiptArrived) and (state := STATES.get(event.kind)) is not None:
            self._heard.put_nowait(Receipt(salon, event.chat, event.message_ids, state, self._clock.now()))

    async def run(self) -> None:
        """Bring what was heard to the replies it is about, for ever."""
        while True:
            # NB all that waits at once: a commit has to wait for everybody else's, and one receipt with each would
            # leave the rest to pile up for as long as the salons are busy.
            heard = [await self._heard.get()]
            while not self._heard.empty() and len(heard) < MOST_AT_ONCE:
                heard.append(self._heard.get_nowait())
            await until_committed(partial(self._outbox.receipts, heard), self._clock)

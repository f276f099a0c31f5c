"""What the engines know of messages that never reached the inbox. In: their lists and events. Out: `turns.missed` acts.

Each salon's list of decrypted messages is read once, before its engine runs: whatever of it the inbox lacks, when
WhatsApp's backlog is in, was lost with an earlier process. What is decrypted later is not on it, so nothing that is
merely on its way is ever taken for lost.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

import structlog

from salonbot.clock import Clock
from salonbot.errors import StateError
from salonbot.journal.gaps import Gaps, Heard
from salonbot.journal.trouble import until_committed
from salonbot.model.alerts import Alert, AlertKind
from salonbot.model.messages import IncomingMessage, MessageId
from salonbot.model.salon import SalonId
from salonbot.turns.missed import Missed
from salonbot.whatsapp.calls import call
from salonbot.whatsapp.convert import used_up
from salonbot.whatsapp.events import AlreadyDecrypted, EngineEvent, ListenerFailed, OfflineDone
from salonbot.whatsapp.jid import Jid, Person
from salonbot.whatsapp.session import Session

log = structlog.get_logger()


class Missing:
    """Watches all salons' engines. `look` before they run, `hear` what they say, `run` beside them."""

    def __init__(self, missed: Missed, gaps: Gaps, clock: Clock, keep: Callable[[IncomingMessage], object]) -> None:
        """`keep` commits or raises JournalUnavailable; it is called in a thread of its own."""
        self._keep = keep
        self._missed = missed
        self._gaps = gaps
        self._clock = clock
        self._before: dict[SalonId, Sequence[Heard]] = {}
        self._events: asyncio.Queue[tuple[SalonId, EngineEvent, datetime]] = asyncio.Queue()

    async def look(self, sessions: Mapping[SalonId, Session]) -> None:
        """Read what earlier processes decrypted; a child process and 30 ms for each salon."""
        for salon, session in sessions.items():
            try:
                compared = await until_committed(partial(self._gaps.compared_until, salon), self._clock)
                decrypted = await call(session.engine.store.decrypted, compared)
            except StateError as error:
                # The session meets the same trouble next, and knows what to do about it.
                log.warning("store_not_compared", salon=salon, detail=str(error))
                continue
            self._before[salon] = [heard(one.chat, one.message_id) for one in decrypted]
            await until_committed(partial(self._gaps.begin, salon, self._before[salon]), self._clock)

    def hear(self, salon: SalonId, event: EngineEvent) -> None:
        """Called in the loop with everything the engine says."""
        if isinstance(event, ListenerFailed) and event.is_lost:
            self._missed.tell_owner(Alert(kind=AlertKind.MESSAGES_LOST, salon=salon, detail=event.error))
        if isinstance(event, OfflineDone | AlreadyDecrypted):
            self._events.put_nowait((salon, event, self._clock.now()))

    async def run(self) -> None:
        """See to what was heard, one after the other, for ever."""
        while True:
            salon, event, at = await self._events.get()
            if isinstance(event, AlreadyDecrypted):
                # One that cannot be read, unless it has reached the inbox, or is about to: then that fills its place.
                # In the journal at once, for WhatsApp does not deliver it once more, and this process may die, too.
                message = used_up(event, salon, at)
                await until_committed(partial(asyncio.to_thread, self._keep, message), self._clock)
            elif (before := self._before.pop(salon, None)) is not None:
                await until_committed(partial(self._missed.ask_for_lost, salon, before), self._clock)


def heard(chat: Jid, message_id: MessageId) -> Heard:
    """In the journal's words."""
    return Heard(Person.of(chat).chat, str(chat), message_id)

"""Chats that have work, and who works on them. In: wake-ups. Out: `answer`, then `deliver`, once per turn.

The queue carries chat keys, never the work: the work is in the journal. One worker per chat, gone when the chat has no
turn left; different chats run in parallel, shared fairly between salons (`sharing`). Stopping, and closing one salon,
park what is not running: a turn still gathering stays open, a turn half done stays at its last commit, and the next
opening resumes both.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

import structlog

from salonbot.clock import Clock
from salonbot.errors import JournalUnavailable
from salonbot.journal.trouble import AGAIN_SECONDS, until_committed
from salonbot.journal.turns import TurnRecord, Turns
from salonbot.model.messages import ChatKey, TurnId, TurnState
from salonbot.model.salon import SalonId
from salonbot.turns.sharing import Shares

log = structlog.get_logger()

Chat = tuple[SalonId, ChatKey]


Answer = Callable[[TurnRecord], Awaitable[None]]
"""Takes a turn as far as its replies, or to a final state."""
Deliver = Callable[[TurnRecord, asyncio.Event], Awaitable[None]]
"""Sends a turn's replies and finishes it; returns early when the event is set."""


@dataclass(eq=False, slots=True)
class Desk:
    """One salon's part."""

    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    workers: dict[ChatKey, asyncio.Task[None]] = field(default_factory=dict)
    woken: set[ChatKey] = field(default_factory=set)
    hurries: dict[ChatKey, asyncio.Event] = field(default_factory=dict)
    """Of each worker: what ends its wait for the customer to end."""
    answering: dict[TurnId, asyncio.Event] = field(default_factory=dict)
    """Turns being answered, each with what is set when it has been."""


class Dispatcher:
    """Gives every chat with work its worker. To be called from the loop's thread only."""

    def __init__(self, turns: Turns, answer: Answer, deliver: Deliver, clock: Clock, *, parallel: int) -> None:
        self._turns = turns
        self._answer = answer
        self._deliver = deliver
        self._clock = clock
        self._shares = Shares(parallel)
        self._queue: asyncio.Queue[tuple[SalonId, ChatKey | None] | None] = asyncio.Queue()
        self._desks: dict[SalonId, Desk] = {}
        self._running: dict[TurnId, asyncio.Event] = {}
        self._stopping = asyncio.Event()

    @property
    def busy_chats(self) -> int:
        """Chats being worked on now, those still gathering included."""
        return sum(len(desk.workers) for desk in self._desks.values())

    def share(self, parallel: int) -> None:
        """From now on so many turns are answered at once, see `sharing`."""
        self._shares.resize(parallel)

    def open(self, salon: SalonId) -> None:
        """Resume what the journal holds of this salon, then serve its wake-ups; those of other salons are ignored."""
        self._desks[salon] = Desk()
        self._queue.put_nowait((salon, None))

    async def close(self, salon: SalonId, within: float) -> None:
        """Begin no more turns of this salon; returns when those running have ended, or have been parked after so many
        seconds.
        """
        desk = self._desks[salon]
        desk.stopping.set()
        if desk.workers:
            _, running = await asyncio.wait(desk.workers.values(), timeout=within)
            if running:
                log.warning("turns_parked", salon=salon, busy_chats=len(running))
                for task in running:
                    task.cancel()
                await asyncio.wait(running)
        if self._desks.get(salon) is desk:
            del self._desks[salon]

    async def answered(self, salon: SalonId) -> None:
        """Return when the turns of this salon that are being answered now have been."""
        desk = self._desks.get(salon)
        for is_answered in tuple(desk.answering.values()) if desk else ():
            await is_answered.wait()

    def wake(self, salon: SalonId, chat: ChatKey) -> None:
        """This chat has work."""
        self._queue.put_nowait((salon, chat))

    def hurry(self, salon: SalonId, chat: ChatKey) -> None:
        """This chat has work that does not wait for its customer to end."""
        desk = self._desks.get(salon)
        if desk is not None and chat in desk.hurries:
            desk.hurries[chat].set()
        self.wake(salon, chat)

    def stop(self) -> None:
        """Begin no more turns; `run` returns when those running have ended."""
        self._stopping.set()
        for desk in self._desks.values():
            desk.stopping.set()
        self._queue.put_nowait(None)

    async def run(self) -> None:
        """Serve all open salons until `stop`."""
        async with asyncio.TaskGroup() as workers:
            while not self._stopping.is_set():
                match await self._queue.get():
                    case (salon, None):
                        for chat in await until_committed(partial(self._turns.chats_with_work, salon), self._clock):
                            self._see_to(workers, salon, chat)
                    case (salon, chat):
                        self._see_to(workers, salon, chat)
                    case None:
                        continue

    def _see_to(self, workers: asyncio.TaskGroup, salon: SalonId, chat: ChatKey) -> None:
        desk = self._desks.get(salon)
        if desk is None or desk.stopping.is_set():
            return  # the journal keeps it until the salon is opened again
        desk.woken.add(chat)
        if chat not in desk.workers:
            desk.workers[chat] = workers.create_task(self._serve(desk, salon, chat), name=f"chat {salon} {chat}")

    async def _serve(self, desk: Desk, salon: SalonId, chat: ChatKey) -> None:
        try:
            while not desk.stopping.is_set():
                desk.woken.discard(chat)
                desk.hurries[chat] = asyncio.Event()  # NB before the look: what is written after it must be heard
                try:
                    turn = await self._turns.next_of(salon, chat)
                    if turn is not None:
                        await self._advance(desk, turn, desk.hurries[chat])
                        continue
                except JournalUnavailable as error:
                    log.warning("turn_waits_for_journal", salon=salon, detail=str(error))
                    await finishes_before(self._clock.sleep(AGAIN_SECONDS), desk.stopping)
                    continue
                if chat not in desk.woken:
                    # NB no await between this test and the removal: a wake-up must find the worker or hire a new one.
                    return
        finally:
            del desk.workers[chat]
            desk.hurries.pop(chat, None)

    async def _advance(self, desk: Desk, turn: TurnRecord, hurry: asyncio.Event) -> None:
        """One step of a turn: wait for its gathering to end, or work on it to its end."""
        if turn.id in self._running:
            # Two chats have just been found to be one person, and the other chat's worker has this turn.
            await finishes_before(self._running[turn.id].wait(), desk.stopping)
            return
        if turn.state is TurnState.OPEN and (
            not await self._gather(desk, turn, hurry) or turn.id in self._running  # the other worker was quicker
        ):
            return
        # NB no await since the test: between taking a turn and saying that one has it, the other would take it, too.
        self._running[turn.id] = asyncio.Event()
        try:
            if turn.state is TurnState.OPEN:
                if not await self._turns.take(turn.id, self._clock.now()):
                    return
                turn = await self._turns.read(turn.id)
            await self._carry_out(desk, turn)
        finally:
            self._running.pop(turn.id).set()

    async def _gather(self, desk: Desk, turn: TurnRecord, hurry: asyncio.Event) -> bool:
        """Wait until the turn is due, or other work of the chat hurries; False where stopping came first."""
        now = self._clock.now()
        wait = (turn.due_at - now).total_seconds()
        # Opened in the future: the machine's clock has been set back, and nothing is known of when it is due.
        if wait <= 0 or turn.opened_at > now:
            return True
        return await finishes_before(finishes_before(self._clock.sleep(wait), hurry), desk.stopping)

    async def _carry_out(self, desk: Desk, turn: TurnRecord) -> None:
        with structlog.contextvars.bound_contextvars(salon=turn.salon, turn=turn.id):
            if turn.state is not TurnState.REPLYING:
                async with self._shares.slot(turn.salon):
                    if desk.stopping.is_set():
                        return
                    # The wait may have been long: the chat may have another name by now.
                    turn = await self._turns.read(turn.id)
                    desk.answering[turn.id] = asyncio.Event()
                    try:
                        await self._answer(turn)
                    finally:
                        desk.answering.pop(turn.id).set()
                turn = await self._turns.read(turn.id)
            if turn.state is TurnState.REPLYING:
                # Outside the slots: a reply that waits for a connection must not keep others from being thought about.
                await self._deliver(turn, desk.stopping)


async def finishes_before(waiting: Awaitable[object], stopping: asyncio.Event) -> bool:
    """Await something; give it up and return False as soon as `stopping` is set. Its error is raised."""
    first = asyncio.ensure_future(waiting)
    second = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
        if first.done():
            first.result()
            return True
        return False
    finally:
        for task in (first, second):
            task.cancel()
        await asyncio.gather(first, second, return_exceptions=True)

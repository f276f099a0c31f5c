"""Chats that have work, and who works on them. In: wake-ups. Out: `answer`, then `deliver`, once per turn.

The queue carries chat keys, never the work: the work is in the journal. One worker per chat, gone when the chat has no
turn left; different chats run in parallel. Stopping parks what is not running: a turn still gathering stays open, a
turn half done stays at its last commit, and the next start resumes both.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from salonbot.clock import Clock
from salonbot.journal.turns import TurnRecord, Turns
from salonbot.model.messages import ChatKey, TurnId, TurnState
from salonbot.model.salon import SalonId

log = structlog.get_logger()

Chat = tuple[SalonId, ChatKey]


Answer = Callable[[TurnRecord], Awaitable[None]]
"""Takes a turn as far as its replies, or to a final state."""
Deliver = Callable[[TurnRecord, asyncio.Event], Awaitable[None]]
"""Sends a turn's replies and finishes it; returns early when the event is set."""


class Dispatcher:
    """Gives every chat with work its worker. `wake` may be called from the loop's thread only."""

    def __init__(self, turns: Turns, answer: Answer, deliver: Deliver, clock: Clock, *, parallel: int) -> None:
        self._turns = turns
        self._answer = answer
        self._deliver = deliver
        self._clock = clock
        self._slots = asyncio.Semaphore(parallel)
        self._queue: asyncio.Queue[Chat | None] = asyncio.Queue()
        self._busy: set[Chat] = set()
        self._woken: set[Chat] = set()
        self._running: dict[TurnId, asyncio.Event] = {}
        self._stopping = asyncio.Event()

    @property
    def busy_chats(self) -> int:
        """Chats being worked on now, those still gathering included."""
        return len(self._busy)

    def wake(self, salon: SalonId, chat: ChatKey) -> None:
        """This chat has work."""
        self._queue.put_nowait((salon, chat))

    def stop(self) -> None:
        """Begin no more turns; `run` returns when those running have ended."""
        self._stopping.set()
        self._queue.put_nowait(None)

    async def run(self) -> None:
        """Resume what the journal holds, then serve wake-ups until `stop`."""
        for salon, chat in await self._turns.chats_with_work():
            self.wake(salon, chat)
        async with asyncio.TaskGroup() as workers:
            while not self._stopping.is_set():
                chat_key = await self._queue.get()
                if chat_key is None:
                    continue
                self._woken.add(chat_key)
                if chat_key not in self._busy:
                    self._busy.add(chat_key)
                    workers.create_task(self._serve(chat_key), name=f"chat {chat_key[1]}")

    async def _serve(self, chat: Chat) -> None:
        try:
            while not self._stopping.is_set():
                self._woken.discard(chat)
                turn = await self._turns.next_of(*chat)
                if turn is not None:
                    await self._advance(turn)
                elif chat not in self._woken:
                    # NB no await between this test and the removal: a wake-up must find the worker or hire a new one.
                    return
        finally:
            self._busy.discard(chat)

    async def _advance(self, turn: TurnRecord) -> None:
        """One step of a turn: wait for its gathering to end, or work on it to its end."""
        if turn.id in self._running:
            # Two chats have just been found to be one person, and the other chat's worker has this turn.
            await self._unless_stopping(self._running[turn.id].wait())
            return
        if turn.state is TurnState.OPEN:
            wait = (turn.due_at - self._clock.now()).total_seconds()
            if wait > 0 and not await self._unless_stopping(self._clock.sleep(wait)):
                return
            if not await self._turns.take(turn.id, self._clock.now()):
                return
            turn = await self._turns.read(turn.id)
        self._running[turn.id] = asyncio.Event()
        try:
            await self._carry_out(turn)
        finally:
            self._running.pop(turn.id).set()

    async def _carry_out(self, turn: TurnRecord) -> None:
        with structlog.contextvars.bound_contextvars(salon=turn.salon, turn=turn.id):
            if turn.state is not TurnState.REPLYING:
                async with self._slots:
                    await self._answer(turn)
                turn = await self._turns.read(turn.id)
            if turn.state is TurnState.REPLYING:
                # Outside the slots: a reply that waits for a connection must not keep others from being thought about.
                await self._deliver(turn, self._stopping)

    async def _unless_stopping(self, waiting: Awaitable[object]) -> bool:
        """Await it; False where stopping came first."""
        return await finishes_before(waiting, self._stopping)


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

"""Who may be worked on now, where there is more work than slots: fairly between salons, first come first within one.

A salon of which nothing is being worked on never waits for the others, whatever they are up to. Beyond that first one
slots go to whoever has fewest, so a flood in one salon, or a booking system that takes its time, holds up that salon.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from salonbot.model.salon import SalonId


class Shares:
    """So many slots. In all at most one more for each salon is taken: its first."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._taken: Counter[SalonId] = Counter()
        self._waiting: dict[SalonId, deque[asyncio.Future[None]]] = {}
        """In the order in which they came to wait; a salon that has just been given a slot goes to the end."""

    @property
    def taken(self) -> int:
        """Slots taken now."""
        return self._taken.total()

    def resize(self, slots: int) -> None:
        """There are so many from now on; those that are taken stay so."""
        self._slots = slots
        self._pass_on()

    @asynccontextmanager
    async def slot(self, salon: SalonId) -> AsyncIterator[None]:
        """Wait for a slot, and hold it."""
        await self._take(salon)
        try:
            yield
        finally:
            self._give_back(salon)

    async def _take(self, salon: SalonId) -> None:
        # Whoever is waiting was there first; a salon with nothing in work has nobody waiting.
        if not self._taken[salon] or (self.taken < self._slots and not self._waiting):
            self._taken[salon] += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(salon, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # It was given a slot in the very moment it was called off.
                self._give_back(salon)
            else:
                self._forget(salon, turn)
            raise

    def _give_back(self, salon: SalonId) -> None:
        self._taken[salon] -= 1
        if not self._taken[salon]:
            del self._taken[salon]
            self._pass_on_to(salon)
        self._pass_on()

    def _pass_on(self) -> None:
        while self.taken < self._slots and self._waiting:
            # min takes the first of equals: the one that has waited longest for its next.
            self._pass_on_to(min(self._waiting, key=lambda one: self._taken[one]))

    def _pass_on_to(self, salon: SalonId) -> None:
        """Give the first of the salon who still waits a slot, where there is one."""
        queue = self._waiting.pop(salon, deque())
        while queue:
            turn = queue.popleft()
            if turn.done():
                continue  # called off, and about to learn it
            self._taken[salon] += 1
            turn.set_result(None)
            break
        if queue:
            self._waiting[salon] = queue

    def _forget(self, salon: SalonId, turn: asyncio.Future[None]) -> None:
        queue = self._waiting.get(salon, deque())
        if turn in queue:
            queue.remove(turn)
        if not queue:
            self._waiting.pop(salon, None)

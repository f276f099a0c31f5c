"""Who may be worked on now, where there is more work than slots: fairly between salons, first come first within one.

A salon of which nothing is being worked on never waits for the others, whatever they are up to. Beyond that first one
slots go to whoever has fewest, so a flood in one salon, or a booking system that takes its time, holds up that salon.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from salonbot.model.salon import SalonId


class Shares:
    """So many slots. In all at most one more for each salon is taken: its first."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._taken: Counter[SalonId] = Counter()
        self._rota: Rota = Rota()

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
        # NB Whoever waits was there first; of a salon with nothing in work nobody waits.
        if not self._taken[salon] or (self.taken < self._slots and not self._rota):
            self._taken[salon] += 1
        else:
            await self._rota.wait(salon, missed=lambda: self._give_back(salon))
        try:
            yield
        finally:
            self._give_back(salon)

    def _give_back(self, salon: SalonId) -> None:
        self._taken[salon] -= 1
        if not self._taken[salon]:
            del self._taken[salon]
            self._call(salon)
        self._pass_on()

    def _pass_on(self) -> None:
        while self.taken < self._slots and self._rota:
            # min takes the first of equals: the one that was called longest ago.
            self._call(min(self._rota.salons(), key=lambda one: self._taken[one]))

    def _call(self, salon: SalonId) -> None:
        if self._rota.call(salon):
            self._taken[salon] += 1


class Rota:
    """Those who wait. To be used from one event loop."""

    def __init__(self) -> None:
        self._waiting: dict[SalonId, deque[asyncio.Future[None]]] = {}

    def __bool__(self) -> bool:
        """Whether anybody waits."""
        return bool(self._waiting)

    def salons(self) -> tuple[SalonId, ...]:
        """Those that wait, the one that was called longest ago, or never, first."""
        return tuple(self._waiting)

    async def wait(self, salon: SalonId, missed: Callable[[], None]) -> None:
        """Return when called. Cancelled, one leaves; `missed` is told where the call had come already."""
        call: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(salon, deque()).append(call)
        try:
            await call
        except asyncio.CancelledError:
            if call.done() and not call.cancelled():
                missed()
            else:
                self._leave(salon, call)
            raise

    def call(self, salon: SalonId) -> bool:
        """Call the first of this salon, whose turn then comes after all others'; False where none waits."""
        queue = self._waiting.pop(salon, deque())
        is_called = False
        while queue and not is_called:
            call = queue.popleft()
            if not call.done():  # otherwise cancelled, and about to leave
                call.set_result(None)
                is_called = True
        if queue:
            self._waiting[salon] = queue
        return is_called

    def _leave(self, salon: SalonId, call: asyncio.Future[None]) -> None:
        queue = self._waiting.get(salon, deque())
        if call in queue:
            queue.remove(call)
        if not queue:
            self._waiting.pop(salon, None)

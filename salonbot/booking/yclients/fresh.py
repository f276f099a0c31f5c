"""Answers kept for a short while: asked for twice at once they are fetched once, and a write makes them old at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from salonbot.clock import Clock

K = TypeVar("K")
V = TypeVar("V")

SWEEP_AT = 1000
"""Kept answers at which the old ones are thrown out."""


@dataclass(slots=True)
class _Shelf(Generic[V]):
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked_at: datetime | None = None
    value: V | None = None


class Fresh(Generic[K, V]):
    """Values by key, none older than `oldest`."""

    def __init__(self, clock: Clock, oldest: timedelta) -> None:
        self._clock = clock
        self._oldest = oldest
        self._shelves: dict[K, _Shelf[V]] = {}

    async def get(self, key: K, fetch: Callable[[], Awaitable[V]]) -> V:
        """The value as it was at most `oldest` ago. Raises what `fetch` raises, and keeps nothing then."""
        self._sweep()
        shelf = self._shelves.setdefault(key, _Shelf())
        async with shelf.lock:
            asked_at = self._clock.now()
            if shelf.value is not None and shelf.asked_at is not None and self._is_young(asked_at - shelf.asked_at):
                return shelf.value
            value = await fetch()
            # Dated by the question: the answer was true at some moment after it. A shelf that was forgotten meanwhile
            # is no longer in the dictionary, so what it holds is seen by those alone who already waited for it.
            shelf.asked_at, shelf.value = asked_at, value
            return value

    def forget(self, is_meant: Callable[[K], bool] = lambda key: True) -> None:
        """What was written has made these old."""
        for key in [key for key in self._shelves if is_meant(key)]:
            del self._shelves[key]

    def _is_young(self, age: timedelta) -> bool:
        """Nothing is younger than now: then the machine's clock has been set back, and the age is not known."""
        return timedelta() <= age <= self._oldest

    def _sweep(self) -> None:
        if len(self._shelves) < SWEEP_AT:
            return
        now = self._clock.now()
        for key, shelf in list(self._shelves.items()):
            if not shelf.lock.locked() and (shelf.asked_at is None or not self._is_young(now - shelf.asked_at)):
                del self._shelves[key]

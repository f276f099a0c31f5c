"""Waiting for something to become true, told by a bell rather than by asking again and again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Bell:
    """Rung whenever something changed; those who wait look again."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()

    async def until(self, look: Callable[[], T], *, timeout_s: float, missing: str) -> T:
        """The first thing seen that counts as true; TimeoutError saying what is `missing` if none came in time."""
        try:
            async with asyncio.timeout(timeout_s):
                while not (seen := look()):
                    await self._rung.wait()
                return seen
        except TimeoutError as error:
            raise TimeoutError(f"{missing} within {timeout_s:g} s") from error

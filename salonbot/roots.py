"""Root tasks: what works as long as the house, or one salon of it, is open. They end by being cancelled only."""

import asyncio
from collections.abc import Coroutine


class Roots:
    """The root tasks of one TaskGroup. One that returns by itself is a crash, as one that raises is."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        """Begin one; the task may be cancelled by whoever started it."""
        return self._start(_endless(work, name), name)

    def start_ending(self, work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        """Begin something that may end by itself."""
        return self._start(work, name)

    def _start(self, work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        task = self._group.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def cancel(self) -> None:
        """Ask all of them to end."""
        for task in tuple(self._running):
            task.cancel()


async def _endless(work: Coroutine[None, None, None], name: str) -> None:
    """A TaskGroup takes no notice of a task that merely returns."""
    await work
    raise RuntimeError(f"a root task ended by itself: {name}")

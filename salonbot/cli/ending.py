"""The end of the process: asked for by a signal, orderly, and bounded whatever hangs. In: signals. Out: `stop`."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger()

END_SECONDS = 9.0
"""From the signal to the end at the latest. Ten are promised."""


class Ending:
    """One process's. To be made and begun in its loop."""

    def __init__(self, force: Callable[[], object]) -> None:
        """`force` ends the process at once; called in a thread of its own."""
        self.stop = asyncio.Event()
        self._force = force
        self._opening: asyncio.Task[object] | None = None

    def begin(self) -> None:
        """Ask for an orderly end; after END_SECONDS it is forced, and the journal is as good as after a crash."""
        if not self.stop.is_set():
            last_resort = threading.Timer(END_SECONDS, self._end)
            last_resort.daemon = True
            last_resort.start()
        self.stop.set()
        if self._opening is not None:
            self._opening.cancel()

    @contextmanager
    def cancels(self) -> Iterator[None]:
        """What this task does within is not waited for, but cancelled."""
        self._opening = asyncio.current_task()
        try:
            yield
        finally:
            self._opening = None

    def _end(self) -> None:
        log.error("end_forced", seconds=END_SECONDS)
        self._force()

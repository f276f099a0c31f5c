"""Whether commits come through. In: commits that fail, from any thread, and probes. Out: `JournalUnavailable`, news.

A full disk, a file somebody else keeps locked, a disk that answers no more: none of it is an error of ours, all of it
may pass, and a new process would meet the same. So whoever cannot commit waits and tries again, and the owner is told.
"""

import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import structlog

from salonbot.clock import Clock
from salonbot.errors import JournalUnavailable

log = structlog.get_logger()

PASSING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOMEM,
    }
)
"""Results that are the machine's doing; every other one is a mistake of ours, or a damaged file."""
SETTLED_SECONDS = 3.0
"""Without a failure for this long it is over: on a full disk small commits find room that large ones do not."""

AGAIN_SECONDS = 1.0
"""Between tries of what could not be committed."""

ResultT = TypeVar("ResultT")
Watcher = Callable[[str | None], None]
"""Told in any thread: what is the matter, or None where it is over."""


def is_passing(error: sqlite3.Error) -> bool:
    """Whether it may pass by itself."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in PASSING


class Trouble:
    """One journal's. Everything may be called in any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._detail: str | None = None
        self._failed_at = 0.0
        self._lost: str | None = None
        self._watchers: list[Watcher] = []

    @property
    def detail(self) -> str | None:
        """What keeps commits from coming through; None while they do."""
        return self._detail

    def watch(self, watcher: Watcher) -> None:
        """Tell of the beginning and the end of each time of trouble; at once where there is one now."""
        self._watchers.append(watcher)
        if self._detail is not None:
            watcher(self._detail)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Around whatever commits. Raises JournalUnavailable where it may come through later."""
        try:
            yield
        except sqlite3.Error as error:
            if not is_passing(error):
                raise
            self.failed(str(error))
            raise JournalUnavailable(str(error)) from error

    @contextmanager
    def committing(self) -> Iterator[None]:
        """`told`, around what writes. Raises JournalUnavailable at once where the file is lost, see `lose`."""
        if (lost := self._lost) is not None:
            raise JournalUnavailable(lost)
        with self.told():
            yield

    def lose(self, detail: str) -> None:
        """The file is not in its place any more: what is committed to it now, no later process would ever find."""
        self._lost = detail
        self.failed(detail)

    def find(self) -> None:
        """It is in its place."""
        self._lost = None

    def failed(self, detail: str) -> None:
        """Something could not be written."""
        with self._lock:
            is_news, self._detail, self._failed_at = self._detail is None, detail, self._clock()
        if is_news:
            log.error("journal_not_writable", detail=detail)
            self._tell(detail)

    def worked(self) -> None:
        """A probe has come through: it is over, unless something else failed just now."""
        with self._lock:
            if self._detail is None or self._clock() - self._failed_at < SETTLED_SECONDS:
                return
            self._detail = None
        log.info("journal_writable_again")
        self._tell(None)

    def _tell(self, detail: str | None) -> None:
        for watcher in self._watchers:
            watcher(detail)


async def until_committed(work: Callable[[], Awaitable[ResultT]], clock: Clock) -> ResultT:
    """Do this again and again until the journal takes it; only being cancelled ends it before."""
    while True:
        try:
            return await work()
        except JournalUnavailable:
            await clock.sleep(AGAIN_SECONDS)

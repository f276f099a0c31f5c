"""Who may enter the Go library when.

Its exported functions look clients up in Go maps that nothing protects: a lookup while a client is started or stopped
aborts the whole process (measured; goneonize/main.go, `clients`, `StopSignal`, `eventChannel`). Lookups are the first
thing a call does, so a call needs the gate for its entry only, not for the minutes it may last.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENTRY_SECONDS = 0.25
"""By then a call has long done its lookup: it takes microseconds, once its thread is let run."""
CHANGE_SECONDS = 1.0
"""By then a starting client is in the maps (measured: 0.1 s); it may go on dialling for a minute without the gate."""


class Lease:
    """The right to be in; ends when given back or when its time is up."""

    def __init__(self, until: float, give_back: Callable[["Lease"], None]) -> None:
        self.until = until
        self._give_back = give_back

    def release(self) -> None:
        """Give it back; again is harmless."""
        self._give_back(self)


class Gate:
    """Many calls may enter together; a change of the maps has the gate for itself and goes before waiting calls."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._turned = threading.Condition()
        self._entries: set[Lease] = set()
        self._changes: set[Lease] = set()
        self._waiting_changes = 0

    def change(self, seconds: float = CHANGE_SECONDS) -> Lease:
        """Wait until nobody is in; then nobody comes in until release, or for so many seconds."""
        with self._turned:
            self._waiting_changes += 1
            try:
                self._wait_while(lambda: bool(self._live(self._changes) or self._live(self._entries)))
            finally:
                self._waiting_changes -= 1
            return self._take(self._changes, seconds)

    @contextmanager
    def entry(self) -> Iterator[None]:
        """Wait until no change is going on; for the time of one call."""
        with self._turned:
            self._wait_while(lambda: bool(self._waiting_changes or self._live(self._changes)))
            lease = self._take(self._entries, ENTRY_SECONDS)
        try:
            yield
        finally:
            lease.release()

    def _take(self, kept: set[Lease], seconds: float) -> Lease:
        lease = Lease(self._clock() + seconds, self._release)
        kept.add(lease)
        return lease

    def _release(self, lease: Lease) -> None:
        with self._turned:
            self._entries.discard(lease)
            self._changes.discard(lease)
            self._turned.notify_all()

    def _live(self, kept: set[Lease]) -> set[Lease]:
        now = self._clock()
        kept -= {lease for lease in kept if lease.until <= now}
        return kept

    def _wait_while(self, is_closed: Callable[[], bool]) -> None:
        while is_closed():
            soonest = min((lease.until for lease in self._entries | self._changes), default=self._clock() + 1)
            self._turned.wait(max(0.001, soonest - self._clock()))

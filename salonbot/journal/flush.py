"""Brings what was committed onto the disk, soon and in bulk, beside whoever commits.

A commit that waits for the disk takes 4 ms; one that does not, 0.05 ms, and outlives the process all the same: only a
power cut can take it back. So everybody commits without, and leaves the waiting to this thread: one write to the disk
serves all who committed before it, whether they wait for it or not.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path

Landed = Callable[[OSError | None], None]
"""Told, in this thread, that all committed before is on the disk, or why it is not."""


class Flusher:
    """One thread for one journal in WAL mode, where all that is committed goes to the end of one file first."""

    def __init__(self, journal: Path) -> None:
        """The journal must be open: its write-ahead file exists, and stays the same one, for as long as it is."""
        self._file = os.open(journal.with_name(journal.name + "-wal"), os.O_RDWR | os.O_CLOEXEC)
        self.writes = 0
        """To the disk, so far."""
        self._wanted = threading.Event()
        self._is_closing = False
        self._waiting: list[Landed] = []
        self._waiting_lock = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="journal flush", daemon=True)
        self._thread.start()

    def soon(self, landed: Landed | None = None) -> None:
        """All committed until now is to be on the disk after the next write to it; `landed` is told when it is."""
        if landed is not None:
            with self._waiting_lock:
                self._waiting.append(landed)
        self._wanted.set()

    def close(self) -> None:
        """Return when everything is on the disk."""
        self._is_closing = True
        self._wanted.set()
        self._thread.join()
        os.close(self._file)

    def _work(self) -> None:
        is_last = False
        while not is_last:
            self._wanted.wait()
            # NB both before the write: what is committed or said meanwhile asks for the next one.
            self._wanted.clear()
            is_last = self._is_closing
            with self._waiting_lock:
                waiting, self._waiting = self._waiting, []
            failure = self._write()
            for landed in waiting:
                landed(failure)

    def _write(self) -> OSError | None:
        try:
            os.fsync(self._file)
        except OSError as error:
            return error
        self.writes += 1
        return None

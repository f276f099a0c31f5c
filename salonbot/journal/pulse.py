"""Whether anything was committed to the journal, by anybody: a look that costs microseconds and reads no rows."""

import sqlite3
from pathlib import Path

import structlog

log = structlog.get_logger()


class Pulse:
    """A connection of its own, for SQLite counts what *other* connections have committed.

    It is asked in the loop itself: the answer stands in shared memory, and it never waits for a lock.
    """

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._connection: sqlite3.Connection | None = None
        self._seen: int | None = None

    def has_beaten(self) -> bool:
        """Whether there was a commit since the last time this was asked; the first time there was none.

        False, and said in the log, where the journal cannot be read now.
        """
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(f"{self._journal.absolute().as_uri()}?mode=ro", uri=True, timeout=0)
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error as error:
            log.warning("journal_not_read", detail=str(error))
            return False
        seen, self._seen = self._seen, int(version)
        return seen is not None and seen != self._seen

    def close(self) -> None:
        """Let the file go; the next question opens it again, and takes it for the first."""
        connection, self._connection, self._seen = self._connection, None, None
        if connection is not None:
            connection.close()

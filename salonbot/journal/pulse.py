"""Whether anything was committed to the journal, by anybody: a look that costs microseconds and reads no rows."""

import sqlite3
from pathlib import Path

import aiosqlite
import structlog

from salonbot.journal.database import BUSY_MILLISECONDS

log = structlog.get_logger()


class Pulse:
    """A connection of its own, for SQLite counts what *other* connections have committed."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._connection: aiosqlite.Connection | None = None
        self._seen: int | None = None

    async def has_beaten(self) -> bool:
        """Whether there was a commit since the last time this was asked; the first time there was none.

        False, and said in the log, where the journal cannot be read now.
        """
        try:
            if self._connection is None:
                self._connection = await aiosqlite.connect(f"file:{self._journal}?mode=ro", uri=True)
                await self._connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
            rows = list(await self._connection.execute_fetchall("PRAGMA data_version"))
        except sqlite3.Error as error:
            log.warning("journal_not_read", detail=str(error))
            return False
        seen, self._seen = self._seen, int(rows[0][0])
        return seen is not None and seen != self._seen

    async def close(self) -> None:
        """Let the file go; the next question opens it again, and takes it for the first."""
        connection, self._connection, self._seen = self._connection, None, None
        if connection is not None:
            await connection.close()

"""Whether the journal can be written, found out by writing: a disk that is full or read-only answers reads for ever."""

from datetime import datetime

from salonbot.errors import JournalUnavailable
from salonbot.journal.database import Database
from salonbot.journal.moments import to_text


class Probe:
    """Writes one row, over and over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, now: datetime) -> None:
        """Commit, down to the disk. Raises JournalError; takes as long as the journal's other writers let it wait."""
        async with self._database.transaction() as db:
            await db.execute("INSERT OR REPLACE INTO pulse (only, at) VALUES (1, ?)", (to_text(now),))
        if (trouble := self._database.trouble.detail) is not None:
            # One row finds room on a disk that has none for a message.
            raise JournalUnavailable(trouble)

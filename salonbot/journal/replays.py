"""Requests that were accepted once: the same one is not accepted again, also after a restart."""

from datetime import datetime

from salonbot.journal.database import Database
from salonbot.journal.moments import to_text


class Replays:
    """Signatures of requests, each kept for as long as its own time would let it in again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_first(self, signature: str, *, until: datetime, now: datetime) -> bool:
        """Remember the signature, committed on return; False where it is known already."""
        async with self._database.transaction() as db:
            await db.execute("DELETE FROM webhook_seen WHERE until < ?", (to_text(now),))
            cursor = await db.execute(
                "INSERT OR IGNORE INTO webhook_seen (signature, until) VALUES (?, ?)", (signature, to_text(until))
            )
            return cursor.rowcount == 1

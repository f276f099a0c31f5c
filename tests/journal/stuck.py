"""A journal that takes nothing for a while."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from salonbot.journal.database import Database
from salonbot.journal.inbox import Door


async def hurry(database: Database, *doors: Door) -> None:
    """Give up on a lock after 20 ms instead of five seconds."""
    await database._connection.execute("PRAGMA busy_timeout = 20")
    for door in doors:
        door._connection.execute("PRAGMA busy_timeout = 20")


@contextmanager
def locked(journal: Path) -> Iterator[None]:
    """Another program holds the journal: nothing can be committed meanwhile."""
    with closing(sqlite3.connect(journal, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")

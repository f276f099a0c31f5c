"""One SQLite file in WAL mode: opened, migrated, and written by one transaction at a time.

A transaction is over when it is on the disk. That wait is outside the lock, and shared by all who committed meanwhile.
Steps that mean nothing to anybody outside do not wait: whatever does, before words leave for a customer or a write for
a booking system, brings them along, and a power cut before that only lets the turn begin again where it was.

The loop's writes go through `transaction` on one aiosqlite connection. The only other writer is the inbox's door
(`inbox.Door`), which commits in the engine's callback thread on a connection of its own; SQLite orders the two.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import aiosqlite

from salonbot.errors import StateError
from salonbot.journal.flush import Flusher

BUSY_MILLISECONDS = 5000
"""How long one writer waits for the other before SQLite gives up."""

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # What waits for the disk itself: commands, and whatever else commits without a `Flusher`.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
)

JournalError = sqlite3.Error
"""What any statement raises where the file cannot be read or written: the name rooms above know it by."""

Parameters = Iterable[object] | dict[str, object]


def connect(path: Path) -> sqlite3.Connection:
    """A plain connection with the house's pragmas, in autocommit mode, for any one thread at a time."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    for pragma in PRAGMAS:
        connection.execute(pragma)
    return connection


class Database:
    """The journal's file. Open it with `Database.open`, close it last."""

    def __init__(self, path: Path, connection: aiosqlite.Connection) -> None:
        self.path = path
        self._connection = connection
        self._writing = asyncio.Lock()
        self._flusher = Flusher(path)

    @classmethod
    async def open(cls, path: Path) -> "Database":
        """Open or create the file and bring its schema up to date. Raises StateError when that cannot be done."""
        try:
            migrate(path)
            return await cls._connected(path)
        except sqlite3.Error as error:
            raise StateError(f"{path} cannot be used as the journal: {error}") from error

    @classmethod
    async def open_beside(cls, path: Path) -> "Database":
        """Open a file that another process may have open, its schema as it is.

        Raises StateError where it is not there, cannot be used, or is of another version of the program.
        """
        if not os.path.exists(path):  # noqa: ASYNC240 - a look at one name
            raise StateError(f"{path} is not there: start `salonbot run` once")
        try:
            database = await cls._connected(path)
            row = await database.row("PRAGMA user_version")
        except sqlite3.Error as error:
            raise StateError(f"{path} cannot be used as the journal: {error}") from error
        if row is None or int(row[0]) != known_schema():
            await database.close()
            raise StateError(f"{path} is of another version of salonbot: restart `salonbot run`, then try again")
        return database

    @classmethod
    async def _connected(cls, path: Path) -> "Database":
        connection = await aiosqlite.connect(path, isolation_level=None)
        connection.row_factory = sqlite3.Row
        for pragma in (*PRAGMAS, "PRAGMA synchronous = NORMAL"):
            await connection.execute(pragma)
        # The first look makes the write-ahead file.
        await connection.execute_fetchall("SELECT 1 FROM sqlite_master LIMIT 1")
        return cls(path, connection)

    async def close(self) -> None:
        """Wait for the running transaction and close the file."""
        async with self._writing:
            self._flusher.close()
            await self._connection.close()

    @asynccontextmanager
    async def transaction(self, *, durable: bool = True) -> AsyncIterator[aiosqlite.Connection]:
        """One writing transaction: committed at the end, rolled back on any error; others wait.

        On return it is on the disk. Not `durable`: it will be soon, and at the latest with the next that is.
        """
        async with self._writing:
            try:
                await self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                await self._connection.execute("COMMIT")
            except BaseException:
                # A cancelled BEGIN or COMMIT still happens in aiosqlite's thread, in order: leave nothing open.
                with suppress(sqlite3.OperationalError):
                    await self._connection.execute("ROLLBACK")
                raise
        if durable:
            await self.on_disk()
        else:
            self._flusher.soon()

    async def on_disk(self) -> None:
        """Return when everything committed before is on the disk. Raises JournalError where it cannot be written."""
        loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = loop.create_future()

        def end(failure: OSError | None) -> None:
            if failure is None and not written.done():
                written.set_result(None)
            elif not written.done():
                written.set_exception(sqlite3.OperationalError(f"{self.path}: {failure}"))

        def landed(failure: OSError | None) -> None:
            loop.call_soon_threadsafe(end, failure)

        self._flusher.soon(landed)
        await written

    async def rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """All rows of one reading statement. It may see a transaction in progress on the same connection."""
        return list(await self._connection.execute_fetchall(sql, parameters))

    async def row(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """The first row of one reading statement, or None."""
        found = await self.rows(sql, parameters)
        return found[0] if found else None


def known_schema() -> int:
    """The newest schema this program knows."""
    return len(_scripts())


def migrate(path: Path) -> None:
    """Apply, each in its own transaction, the numbered SQL files this journal has not seen; forward only.

    Raises StateError for a journal written by a newer version of the program.
    """
    scripts = _scripts()
    connection = connect(path)
    try:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > len(scripts):
            raise StateError(
                f"{path} was written by a newer salonbot (schema {version}, this one knows {len(scripts)})"
            )
        for number, script in enumerate(scripts[version:], start=version + 1):
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{script.read_text(encoding='utf-8')}\nPRAGMA user_version = {number};\nCOMMIT;"
            )
    finally:
        connection.close()


def _scripts() -> list[Traversable]:
    folder = resources.files("salonbot.journal.migrations")
    return sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda script: script.name)

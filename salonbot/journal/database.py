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
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import aiosqlite
import structlog

from salonbot.errors import JournalUnavailable, StateError
from salonbot.journal.flush import Flusher
from salonbot.journal.trouble import Trouble, is_passing

log = structlog.get_logger()

BUSY_MILLISECONDS = 5000
"""How long one writer waits for the other before SQLite gives up."""

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    # What waits for the disk itself: commands, and whatever else commits without a `Flusher`.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}",
)

JournalError = (sqlite3.Error, JournalUnavailable)
"""For `except`: whatever a statement may raise, the name rooms above know it by."""
PROBE_SECONDS = 1.0
"""Between looks whether commits come through again."""

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
        self.trouble = Trouble()
        """Whether commits come through; the inbox's door tells it too."""
        self._connection = connection
        self._writing = asyncio.Lock()
        self._flusher = Flusher(path)
        self._file = _which(path)

    @classmethod
    async def open(cls, path: Path) -> "Database":
        """Open or create the file and bring its schema up to date.

        Raises JournalUnavailable where that may be possible later, StateError where it is not.
        """
        try:
            await _migrated(path)
            return await cls._connected(path)
        except sqlite3.Error as error:
            if is_passing(error):
                raise JournalUnavailable(f"{path}: {error}") from error
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
        except JournalError as error:
            raise StateError(f"{path} cannot be used as the journal: {error}") from error
        if row is None or int(row[0]) != known_schema():
            await database.close()
            raise StateError(f"{path} is of another version of salonbot: restart `salonbot run`, then try again")
        return database

    @classmethod
    async def _connected(cls, path: Path) -> "Database":
        connection = await aiosqlite.connect(path, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            for pragma in (*PRAGMAS, "PRAGMA synchronous = NORMAL"):
                await connection.execute(pragma)
            # The first look makes the write-ahead file.
            await connection.execute_fetchall("SELECT 1 FROM sqlite_master LIMIT 1")
        except BaseException:
            await connection.close()
            raise
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
        Raises JournalUnavailable where it may be committed later.
        """
        async with self._writing:
            try:
                with self.trouble.committing():
                    await self._connection.execute("BEGIN IMMEDIATE")
                    yield self._connection
                    await self._connection.execute("COMMIT")
            except BaseException:
                # A cancelled BEGIN or COMMIT still happens in aiosqlite's thread, in order: leave nothing open.
                with suppress(sqlite3.OperationalError):
                    await self._connection.execute("ROLLBACK")
                raise
        await self._landed(durable=durable)

    async def write(self, sql: str, parameters: Parameters = (), *, durable: bool = True) -> list[sqlite3.Row]:
        """One writing statement that is a transaction by itself, in a third of the steps; the rows it returns."""
        async with self._writing:
            with self.trouble.committing():
                rows = list(await self._connection.execute_fetchall(sql, parameters))
        await self._landed(durable=durable)
        return rows

    async def _landed(self, *, durable: bool) -> None:
        if durable:
            # It is committed: to do it again because a disk does not answer would be to do it twice. That is told.
            with suppress(JournalUnavailable):
                await self.on_disk()
        else:
            self._flusher.soon()

    async def on_disk(self) -> None:
        """Return when everything committed before is on the disk. Raises JournalUnavailable where it cannot be."""
        loop = asyncio.get_running_loop()
        written: asyncio.Future[OSError | None] = loop.create_future()

        def end(failure: OSError | None) -> None:
            if not written.done():
                written.set_result(failure)

        def landed(failure: OSError | None) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(end, failure)

        self._flusher.soon(landed)
        if (failure := await written) is not None:
            detail = f"the disk does not take what is written: {failure.strerror}"
            self.trouble.failed(detail)
            raise JournalUnavailable(detail)

    async def look_after(self) -> None:
        """See whether the file is in its place, and while commits fail, when they come through again; for ever."""
        while True:
            await asyncio.sleep(PROBE_SECONDS)
            await self._look_for_file()
            if self.trouble.detail is not None:
                await self._probe()

    async def _look_for_file(self) -> None:
        if await asyncio.to_thread(_which, self.path) == self._file:
            self.trouble.find()
        else:
            self.trouble.lose(f"{self.path} was moved, removed or exchanged under the running process")

    async def _probe(self) -> None:
        """Write a page as it is: an empty transaction would find room on any disk."""
        with suppress(JournalUnavailable):
            async with self.transaction() as db:
                version = next(iter(await db.execute_fetchall("PRAGMA user_version")))[0]
                await db.execute(f"PRAGMA user_version = {int(version)}")
            self.trouble.worked()

    async def rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """All rows of one reading statement. It may see a transaction in progress on the same connection."""
        with self.trouble.told():
            return list(await self._connection.execute_fetchall(sql, parameters))

    async def row(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """The first row of one reading statement, or None."""
        found = await self.rows(sql, parameters)
        return found[0] if found else None


def _which(path: Path) -> tuple[int, int] | None:
    """Which file has this name now; None where none has, or none can be seen."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def known_schema() -> int:
    """The newest schema this program knows."""
    return len(_scripts())


async def _migrated(path: Path) -> None:
    """`migrate`, while the loop hears whoever wants to stop: then it is broken off, and as far as after a crash."""
    opened: list[sqlite3.Connection] = []
    migrating = asyncio.ensure_future(asyncio.to_thread(migrate, path, opened.append))
    try:
        await asyncio.shield(migrating)
    except asyncio.CancelledError:
        while not migrating.done():
            for connection in opened:
                with suppress(sqlite3.ProgrammingError):  # it is closed by now
                    connection.interrupt()
            # Again and again: between two statements nobody hears of it.
            await asyncio.wait({migrating}, timeout=0.05)
        migrating.exception()
        raise


def migrate(path: Path, tell: Callable[[sqlite3.Connection], object] = lambda connection: None) -> None:
    """Apply, each in its own transaction, the numbered SQL files this journal has not seen; forward only.

    `tell` is given the connection, for another thread to interrupt. Raises StateError for a journal written by a newer
    version of the program.
    """
    scripts = _scripts()
    connection = connect(path)
    try:
        tell(connection)
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > len(scripts):
            raise StateError(
                f"{path} was written by a newer salonbot (schema {version}, this one knows {len(scripts)})"
            )
        if 0 < version < len(scripts):
            log.info("journal_upgrade", from_schema=version, to_schema=len(scripts))
        for number, script in enumerate(scripts[version:], start=version + 1):
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{script.read_text(encoding='utf-8')}\nPRAGMA user_version = {number};\nCOMMIT;"
            )
    finally:
        connection.close()


def _scripts() -> list[Traversable]:
    folder = resources.files("salonbot.journal.migrations")
    return sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda script: script.name)

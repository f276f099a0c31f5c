"""A journal that cannot be written: everybody waits, somebody is told, and nothing is given up."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from salonbot.errors import JournalUnavailable, StateError
from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.trouble import SETTLED_SECONDS, Trouble, is_passing, until_committed
from tests.clocks import HandClock
from tests.journal.stuck import hurry, locked
from tests.journal_fixtures import GATHERING
from tests.messages import incoming


class Watch:
    """What was told of the trouble, and a clock for it."""

    def __init__(self, trouble: Trouble) -> None:
        self.told: list[str | None] = []
        self.seconds = 0.0
        trouble._clock = lambda: self.seconds
        trouble.watch(self.told.append)


async def test_a_locked_journal_is_told_of_once_and_its_end_too(database: Database, clock: HandClock) -> None:
    door = Door(database.path, clock, GATHERING, database.trouble)
    watch = Watch(database.trouble)
    await hurry(database, door)
    with locked(database.path):
        for text in ("раз", "два"):
            with pytest.raises(JournalUnavailable):
                door.record(incoming(text))
        with pytest.raises(JournalUnavailable):
            async with database.transaction():
                raise AssertionError("it must not come this far")
        assert watch.told == ["database is locked"]
        await database._probe()
        assert database.trouble.detail == "database is locked"

    assert door.record(incoming("раз")).is_new
    watch.seconds += SETTLED_SECONDS
    await database._probe()
    door.close()

    assert watch.told == ["database is locked", None]
    assert database.trouble.detail is None


async def test_a_failure_just_before_a_good_probe_keeps_the_trouble_on(database: Database) -> None:
    watch = Watch(database.trouble)
    await hurry(database)
    with locked(database.path), pytest.raises(JournalUnavailable):
        async with database.transaction():
            raise AssertionError("it must not come this far")

    await database._probe()
    assert database.trouble.detail is not None
    watch.seconds += SETTLED_SECONDS
    await database._probe()

    assert database.trouble.detail is None


async def test_a_full_disk_takes_nothing_and_leaves_nothing_half_done(database: Database, door: Door) -> None:
    (pages,) = await database.rows("PRAGMA page_count")
    door._connection.execute(f"PRAGMA max_page_count = {pages[0]}")

    with pytest.raises(JournalUnavailable, match="full"):
        door.record(incoming("очень " * 10_000))

    assert await database.rows("SELECT * FROM message") == []
    door._connection.execute("PRAGMA max_page_count = 1000000")
    assert door.record(incoming("очень " * 10_000)).is_new


async def test_a_file_that_was_moved_away_takes_nothing_until_it_is_back(database: Database, clock: HandClock) -> None:
    door = Door(database.path, clock, GATHERING, database.trouble)
    watch, elsewhere = Watch(database.trouble), database.path.with_name("moved")
    database.path.rename(elsewhere)
    database.path.touch()
    await database._look_for_file()
    with pytest.raises(JournalUnavailable, match="moved, removed or exchanged"):
        door.record(incoming("раз"))
    with pytest.raises(JournalUnavailable):
        await database.write("DELETE FROM message")
    watch.seconds += SETTLED_SECONDS
    await database._probe()
    assert await database.rows("SELECT * FROM message") == [], "whoever only reads is answered"
    assert database.trouble.detail is not None

    elsewhere.rename(database.path)
    await database._look_for_file()
    assert door.record(incoming("раз")).is_new
    await database._probe()
    door.close()

    assert database.trouble.detail is None


async def test_a_mistake_of_ours_is_no_trouble_of_the_disks(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        async with database.transaction() as db:
            await db.execute("INSERT INTO nowhere VALUES (1)")

    assert database.trouble.detail is None


async def test_work_is_done_again_until_it_is_committed(database: Database, clock: HandClock) -> None:
    await hurry(database)
    tries = 0

    async def work() -> str:
        nonlocal tries
        tries += 1
        if tries == 3:
            other.execute("ROLLBACK")
        async with database.transaction() as db:
            await db.execute("INSERT INTO compared (salon, id) VALUES ('main', '')")
        return "done"

    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        async with asyncio.timeout(10):
            assert await until_committed(work, clock) == "done"
    finally:
        other.close()

    assert len(await database.rows("SELECT * FROM compared")) == 1


async def test_what_may_be_opened_later_is_told_from_what_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "not mounted yet" / "journal.sqlite3"
    with pytest.raises(JournalUnavailable):
        await Database.open(path)

    path.parent.mkdir()
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    with pytest.raises(StateError):
        await Database.open(path)


@pytest.mark.parametrize(
    ("code", "passes"),
    [
        (sqlite3.SQLITE_BUSY, True),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, True),
        (sqlite3.SQLITE_FULL, True),
        (sqlite3.SQLITE_IOERR_WRITE, True),
        (sqlite3.SQLITE_READONLY_DBMOVED, True),
        (sqlite3.SQLITE_CORRUPT, False),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, False),
        (sqlite3.SQLITE_ERROR, False),
    ],
)
def test_what_may_pass_is_told_from_what_will_not(code: int, passes: bool) -> None:
    error = sqlite3.OperationalError("as it may be")
    error.sqlite_errorcode = code

    assert is_passing(error) is passes

"""Commits that do not wait for the disk: there for everybody at once, on the disk soon, and all of them at the end."""

import asyncio
import os
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from salonbot.journal.database import Database, JournalError
from salonbot.journal.flush import Flusher
from salonbot.journal.inbox import Door
from tests.messages import incoming

DIES_BEHIND_ITS_COMMIT = """
import os, signal, sys
from pathlib import Path
from salonbot.clock import SystemClock
from salonbot.journal.database import migrate
from salonbot.journal.inbox import Door
from tests.journal_fixtures import GATHERING
from tests.messages import incoming
path = Path(sys.argv[1])
migrate(path)
Door(path, SystemClock(), GATHERING).record(incoming("Привет"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_message_outlives_the_process_that_committed_it(tmp_path: Path) -> None:
    journal = tmp_path / "journal.sqlite3"

    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", DIES_BEHIND_ITS_COMMIT, str(journal)], os.environ)
    _, status = os.waitpid(pid, 0)

    assert os.WTERMSIG(status) == 9
    with closing(sqlite3.connect(journal)) as db:
        assert db.execute("SELECT text FROM message").fetchall() == [("Привет",)]


def busy_until(flusher: Flusher, free: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk takes its time over whatever it is given first."""
    write = flusher._write

    def slow() -> OSError | None:
        free.wait(30)
        return write()

    monkeypatch.setattr(flusher, "_write", slow)


async def test_many_commits_share_few_writes_to_the_disk_and_closing_waits_for_the_last(
    database: Database, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    flusher, free = Flusher(database.path), threading.Event()
    busy_until(flusher, free, monkeypatch)
    for number in range(200):
        door.record(incoming(f"Привет {number}", id=f"3A{number}"))
        flusher.soon()
    free.set()
    flusher.close()

    assert 1 <= flusher.writes <= 3
    (row,) = await database.rows("SELECT count(*) AS n FROM message")
    assert row["n"] == 200


async def test_a_closed_flusher_has_written_all_that_was_asked_for(database: Database) -> None:
    flusher = Flusher(database.path)
    flusher.soon()
    flusher.close()

    assert flusher.writes >= 1


async def test_who_waits_for_the_disk_shares_its_writes_with_all_who_do(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    flusher, free = database._flusher, threading.Event()
    busy_until(flusher, free, monkeypatch)

    async def commit(number: int) -> None:
        async with database.transaction() as db:
            await db.execute("INSERT INTO accounted (salon, id, at) VALUES ('main', ?, '')", (str(number),))

    before = flusher.writes
    committing = asyncio.gather(*(commit(number) for number in range(100)))
    async with asyncio.timeout(30):
        while len(flusher._waiting) < 99:  # noqa: ASYNC110 - the first alone is being written
            await asyncio.sleep(0.01)
    free.set()
    await committing

    assert 1 <= flusher.writes - before <= 3


async def test_a_step_that_does_not_wait_is_on_the_disk_with_the_next_that_does(database: Database) -> None:
    async with database.transaction(durable=False) as db:
        await db.execute("INSERT INTO accounted (salon, id, at) VALUES ('main', 'A', '')")
    before = database._flusher.writes

    await database.on_disk()

    assert database._flusher.writes > before


async def test_a_disk_that_cannot_be_written_is_told_to_who_waits(database: Database) -> None:
    good = database._flusher._file
    read_end, write_end = os.pipe()  # cannot be brought to any disk
    database._flusher._file = write_end
    try:
        with pytest.raises(JournalError, match="Invalid argument"):
            await database.on_disk()
    finally:
        database._flusher._file = good
        os.close(read_end)
        os.close(write_end)

"""Commits that do not wait for the disk: there for everybody at once, on the disk soon, and all of them at the end."""

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from salonbot.journal.database import Database
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


async def test_many_commits_share_few_writes_to_the_disk_and_closing_waits_for_the_last(
    database: Database, door: Door
) -> None:
    flusher = Flusher(database.path)
    for number in range(200):
        door.record(incoming(f"Привет {number}", id=f"3A{number}"))
        flusher.soon()
    flusher.close()

    assert 1 <= flusher.writes < 200
    (row,) = await database.rows("SELECT count(*) AS n FROM message")
    assert row["n"] == 200


async def test_a_closed_flusher_has_written_all_that_was_asked_for(database: Database) -> None:
    flusher = Flusher(database.path)
    flusher.soon()
    flusher.close()

    assert flusher.writes >= 1

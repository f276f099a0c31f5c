"""SIGTERM at any moment of a start: in ten seconds it is over, with 0, and the journal is as good as before."""

import asyncio
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from salonbot.journal.database import _scripts, known_schema
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.journal.stuck import locked
from tests.stories.telling import process_of
from tests.stories.test_endings import House, ends, house, phone
from tests.stories.test_process import Child, configured

__all__ = ["house", "phone"]

OLD_SCHEMA = 8
MANY = 500_000
"""Messages; to bring them up to date takes a second on a fast machine."""
SIGTERM_BIT = 1 << (signal.SIGTERM - 1)


async def until(look: Callable[[], object], timeout_s: float = 60) -> None:
    async with asyncio.timeout(timeout_s):
        while not look():  # noqa: ASYNC110 - `/proc` has no event
            await asyncio.sleep(0.005)


def hears_of_signals(process: asyncio.subprocess.Process) -> bool:
    """Whether a SIGTERM is caught by now: before that it is Python's own start, and nobody's."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    (caught,) = (line for line in lines if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) & SIGTERM_BIT)


def has_loaded(process: asyncio.subprocess.Process, library: str) -> bool:
    return library in Path(f"/proc/{process.pid}/maps").read_text()


def old_journal(path: Path, messages: int = 0) -> None:
    """A journal of an earlier version, with so many messages."""
    with closing(sqlite3.connect(path, isolation_level=None)) as journal:
        journal.execute("PRAGMA journal_mode = WAL")
        for script in _scripts()[:OLD_SCHEMA]:
            journal.executescript(script.read_text(encoding="utf-8"))
        journal.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO message (salon, chat, id, author, kind, text, sent_at, recorded_at, offline)"
            " SELECT 'main', 'lid:' || (i % 1000), i, 'customer', 'text', 'Сколько стоит маникюр?', '2026', '2026', 0"
            " FROM n WHERE i <= ?",
            (messages, messages),
        )
        journal.execute(f"PRAGMA user_version = {OLD_SCHEMA}")


def schema(path: Path) -> int:
    with closing(sqlite3.connect(path)) as journal:
        return int(journal.execute("PRAGMA user_version").fetchone()[0])


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    return folder / "journal.db"


async def test_it_ends_while_a_big_old_journal_is_brought_up_to_date_and_the_next_start_does_that(
    house: House, journal: Path
) -> None:
    old_journal(journal, MANY)
    world = await house()
    await world.child.says("journal_upgrade")

    await ends(world)
    broken_off = schema(journal)
    again = await house()
    await again.child.says("Valid for")
    await ends(again)

    assert broken_off < known_schema()
    assert schema(journal) == known_schema()


async def test_it_ends_while_another_program_holds_a_journal_that_is_to_be_brought_up_to_date(
    house: House, journal: Path
) -> None:
    old_journal(journal)
    with locked(journal):
        world = await house()
        await world.child.says("journal_upgrade")

        await ends(world)


@asynccontextmanager
async def plain(folder: Path, sandbox: WhatsAppSandbox) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program as it is, which has not loaded the engine beforehand to make it trust a sandbox."""
    config = configured(folder, sandbox, quiet_seconds=0.1)
    command = (sys.executable, "-m", "salonbot", "run", "--config", str(config), "--state", str(folder / "state"))
    async with process_of(*command) as process:
        yield process


@pytest.mark.parametrize("seconds", [0, 0.1, 0.3, 0.6, 1, 2])
async def test_it_ends_so_long_after_it_has_begun_to_hear_of_signals(
    tmp_path: Path, sandbox: WhatsAppSandbox, seconds: float
) -> None:
    sandbox.unplug()
    async with plain(tmp_path, sandbox) as process:
        await until(lambda: hears_of_signals(process))
        await asyncio.sleep(seconds)

        assert await Child(process).ends_after(signal.SIGTERM) == 0


async def test_it_ends_while_the_engine_is_being_loaded(tmp_path: Path, sandbox: WhatsAppSandbox) -> None:
    async with plain(tmp_path, sandbox) as process:
        await until(lambda: has_loaded(process, "neonize"))

        assert await Child(process).ends_after(signal.SIGTERM) == 0

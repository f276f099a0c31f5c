"""A real journal on disk and a clock moved by hand."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from salonbot.journal.database import Database
from salonbot.journal.inbox import Door, Gathering
from tests.clocks import HandClock

GATHERING = Gathering(
    quiet=timedelta(seconds=2.5),
    longest=timedelta(seconds=10),
    too_old=timedelta(hours=12),
    owner_pause=timedelta(minutes=15),
)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "journal.sqlite3")
    yield opened
    await opened.close()


@pytest.fixture
def door(database: Database, clock: HandClock) -> Iterator[Door]:
    opened = Door(database.path, clock, GATHERING)
    yield opened
    opened.close()

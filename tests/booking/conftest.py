"""Booking systems for the contract tests, each around the same small salon at the same moment."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.booking.system import BookingSystem
from salonbot.journal.database import Database
from tests.booking.salon import NOW, PLAN
from tests.clocks import HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "journal.sqlite3")
    yield opened
    await opened.close()


@pytest.fixture
def calendar(database: Database, clock: HandClock) -> EmbeddedCalendar:
    return EmbeddedCalendar(PLAN, database, clock)


@pytest.fixture(params=["embedded"])
def booking(request: pytest.FixtureRequest) -> BookingSystem:
    """Every booking system in turn; a new one joins the contract by its name here."""
    systems = {"embedded": "calendar"}
    system: BookingSystem = request.getfixturevalue(systems[request.param])
    return system

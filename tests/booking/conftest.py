"""Booking systems for the contract tests, each around the same small salon at the same moment."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.booking.system import BookingSystem
from salonbot.journal.database import Database
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.booking.salon import NOW, PLAN
from tests.booking.yclients.connecting import Connect
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


@pytest.fixture
async def sandbox(clock: HandClock) -> AsyncIterator[YClientsSandbox]:
    """A loopback YClients with the same small salon; the test fails if anything went wrong inside it."""
    async with YClientsSandbox(now=clock.now) as sandbox:
        sandbox.seed(PLAN)
        yield sandbox
    assert sandbox.errors == []


@pytest.fixture
def connect(sandbox: YClientsSandbox, database: Database, clock: HandClock) -> Connect:
    """Make a client of the sandbox, with other settings or tokens where given."""
    return Connect(sandbox, database, clock)


@pytest.fixture
async def yclients(connect: Connect) -> AsyncIterator[BookingSystem]:
    async with connect() as system:
        yield system


@pytest.fixture
async def yclients_partner(connect: Connect) -> AsyncIterator[BookingSystem]:
    """YClients with the partner's token alone: what can be done without rights in the salon."""
    async with connect(user_token=None) as system:
        yield system


BEYOND_PARTNER = {
    "test_a_guest_without_a_phone_owns_by_chat_alone": "the online booking takes nobody without a phone",
    "test_a_move_can_change_the_stylist_when_told_so": "the online booking moves a record in time alone",
}


@pytest.fixture(params=["calendar", "yclients", "yclients_partner"])
def booking(request: pytest.FixtureRequest) -> BookingSystem:
    """Every booking system in turn; a new one joins the contract by the name of its fixture here."""
    reason = BEYOND_PARTNER.get(getattr(request.node, "originalname", ""))
    if request.param == "yclients_partner" and reason is not None:
        pytest.skip(reason)
    system: BookingSystem = request.getfixturevalue(request.param)
    return system

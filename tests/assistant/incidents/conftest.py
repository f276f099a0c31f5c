"""The default salon on Monday, 23 November 2026, at 10:00; and any other."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from salonbot.config.plan import SalonPlan
from salonbot.journal.database import Database
from tests.assistant.arbat import NOW, at, plan
from tests.assistant.incidents.talking import Salon, Talker, plan_with
from tests.clocks import HandClock


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "journal.sqlite3")
    yield database
    await database.close()


@pytest.fixture
def salon(database: Database) -> Salon:
    return Salon(plan(), database, HandClock(at(NOW)))


@pytest.fixture
def guest(salon: Salon) -> Talker:
    """Somebody new."""
    return salon.guest()


@pytest.fixture
def anna(salon: Salon) -> Talker:
    """Somebody whose name is known."""
    return salon.guest("Анна")


@pytest.fixture
def other_salon(database: Database, tmp_path: Path) -> Callable[..., Salon]:
    """The default salon changed: `other_salon(tables, ("old text", "new text"))`."""

    def build(addition: str = "", *replaced: tuple[str, str]) -> Salon:
        changed: SalonPlan = plan_with(addition, tmp_path, *replaced)
        return Salon(changed, database, HandClock(at(NOW)))

    return build

"""A salon whose book is in YClients: its day is seen, and nothing of it can be changed here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from salonbot.booking.yclients.system import YClientsBooking
from salonbot.clock import Clock
from salonbot.journal.database import Database
from salonbot.journal.edits import Edits
from salonbot.model.messages import ChatKey
from salonbot.sandbox.yclients.faults import HtmlError
from salonbot.sandbox.yclients.server import YClientsSandbox
from salonbot.turns.frontdesk import FrontDesk
from salonbot.turns.rulebook import FromFile, Rulebook
from tests.booking.conftest import clock, connect, database, sandbox
from tests.booking.salon import ANNA, BARI, CUT, PLAN, TOMORROW, at
from tests.booking.yclients.connecting import Connect
from tests.clocks import HandClock
from tests.frontdesk import LOADED
from tests.web.desks import Visitor, visiting, words_of

__all__ = ["clock", "connect", "database", "sandbox"]


class Elsewhere:
    """What the pages need of a salon."""

    def __init__(self, booking: YClientsBooking, connect: Connect, database: Database, clock: Clock) -> None:
        plan = replace(PLAN, yclients=connect.settings())
        self.database, self.clock = database, clock
        file = FromFile(LOADED.configuration, LOADED.configuration.salon[0], plan)
        rulebook = Rulebook(file, booking, Edits(database), lambda _salon, _gathering: None, clock)

        async def word(_chat: ChatKey, _change: object) -> tuple[str, ...]:
            raise AssertionError("nobody is told of what is not changed here")

        self.desk = FrontDesk(rulebook, booking, None, word, lambda _salon, _chat: None)


@asynccontextmanager
async def elsewhere(connect: Connect, database: Database, clock: HandClock, **keys: Any) -> AsyncIterator[Visitor]:
    async with connect(**keys) as booking:
        if keys.get("user_token", "") is not None:
            await booking.book(CUT, BARI, at(TOMORROW, "15:00"), ANNA, key="k")
        salon = Elsewhere(booking, connect, database, clock)
        await salon.desk.rulebook.load()
        async with visiting(salon) as visitor:
            yield visitor


async def test_its_day_is_seen_and_said_to_be_changed_there(
    connect: Connect, database: Database, clock: HandClock
) -> None:
    async with elsewhere(connect, database, clock) as visitor:
        page = await visitor.get("calendar?day=2026-11-25")
        await visitor.get("calendar/new", 404)
        await visitor.post("calendar/new", 404)
        await visitor.get("calendar/visits/1", 404)

    text = words_of(page)
    assert "Записи этого салона ведутся в YClients . Здесь их видно" in text
    assert "15:00 –16:00 Анна Стрижка" in text
    assert "Бари 10:00–20:00" in text
    assert "calendar/new" not in page


async def test_without_rights_in_the_salon_it_is_said_what_is_missing(
    connect: Connect, database: Database, clock: HandClock
) -> None:
    async with elsewhere(connect, database, clock, user_token=None) as visitor:
        text = words_of(await visitor.get("calendar?day=2026-11-25"))

    assert "YCLIENTS_USER_TOKEN" in text


async def test_while_it_is_away_the_page_says_so(
    connect: Connect, database: Database, clock: HandClock, sandbox: YClientsSandbox
) -> None:
    async with elsewhere(connect, database, clock) as visitor:
        sandbox.faults.arm(HtmlError(502), times=None)
        clock.advance(minutes=5)
        assert "Журнал записи сейчас не отвечает" in await visitor.get("calendar?day=2026-11-26")


async def test_its_services_are_shown_and_changed_there(connect: Connect, database: Database, clock: HandClock) -> None:
    async with elsewhere(connect, database, clock) as visitor:
        services, stylists = await visitor.get("settings/services"), await visitor.get("settings/stylists")
        for path in ("settings/services/edit", "settings/stylists/edit", "settings/stylists/remove"):
            await visitor.post(path, 404, id="501", title="x", name="x", minutes="60")

    assert "Здесь их видно, меняют их там" in services
    assert "Стрижка бороды" in services
    assert "Сергей" in stylists
    assert "settings/services/edit" not in services


async def test_lead_time_is_the_salons_also_there(connect: Connect, database: Database, clock: HandClock) -> None:
    async with connect() as booking:
        salon = Elsewhere(booking, connect, database, clock)
        await salon.desk.rulebook.load()
        soon = datetime.combine(clock.now().date(), at(TOMORROW, "13:00").timetz())
        assert await booking.refusal(CUT, BARI, soon) is None

        await salon.desk.rulebook.change_settings({"lead_minutes": 600}, "Хозяйка")

        assert str(await booking.refusal(CUT, BARI, soon)) == "too_soon"

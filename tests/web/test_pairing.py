"""The pairing page in every state a session can be in: it is told in words, and whoever must act is told how."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from salonbot.journal.database import Database
from salonbot.web.pairing import REMEDIES, Pairing
from salonbot.web.server import application, start
from salonbot.whatsapp.states import SessionState
from tests.clocks import HandClock
from tests.journal_fixtures import clock, database
from tests.web.house import BEARER, House, guard_of

__all__ = ["clock", "database"]

NUMBER = "7999*****22"


@pytest.fixture
def house() -> House:
    house = House()
    house.main = replace(house.main, name="Арбат", pairing=None, zone=ZoneInfo("Europe/Moscow"))
    return house


@pytest.fixture
async def visitor(house: House, database: Database, clock: HandClock) -> AsyncIterator[aiohttp.ClientSession]:
    app = application(house, guard_of(database, clock))
    app.add_routes(Pairing(house).routes())
    site = await start(app, "127.0.0.1", 0)
    async with aiohttp.ClientSession(site.url, headers={**BEARER, "Accept": "text/html"}) as http:
        yield http
    await site.close()


async def told(visitor: aiohttp.ClientSession, language: str = "ru") -> str:
    async with visitor.get("/s/main/pairing", params={"lang": language}) as answer:
        assert answer.status == 200
        return await answer.text()


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("state", list(SessionState))
async def test_every_state_is_told_and_where_a_person_is_needed_they_can_act(
    house: House, visitor: aiohttp.ClientSession, state: SessionState, language: str
) -> None:
    house.main = replace(house.main, session=state.value)

    page = await told(visitor, language)

    assert re.search(r'<h2 role="status">\s*\S', page)
    if state.needs_person:
        actions = re.findall(r'/s/main/pairing/(show|again|unlink)"', page)
        assert tuple(actions) == REMEDIES[state.value]


async def test_a_phone_that_has_scanned_is_being_linked(house: House, visitor: aiohttp.ClientSession) -> None:
    house.main = replace(house.main, session="connecting", is_linking=True, number=NUMBER)

    page = await told(visitor)

    assert "Отсканировано, привязываем" in page
    assert f"+{NUMBER}" in page


async def test_a_ban_is_told_with_its_end_in_the_salons_time(house: House, visitor: aiohttp.ClientSession) -> None:
    until = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    house.main = replace(house.main, session="banned", until=until, code=101)

    page = await told(visitor)

    assert "До 25 ноября, 00:30" in page
    assert "Код WhatsApp: 101" in page


@pytest.mark.parametrize(
    ("code", "words"), [(401, "убрали из списка"), (403, "закрыл учётную запись"), (406, "заблокировал учётную запись")]
)
async def test_being_logged_out_is_told_with_its_reason(
    house: House, visitor: aiohttp.ClientSession, code: int, words: str
) -> None:
    house.main = replace(house.main, session="logged_out", code=code)

    assert words in await told(visitor)


async def test_a_typed_code_is_shown_for_as_long_as_it_is_good(house: House, visitor: aiohttp.ClientSession) -> None:
    house.main = replace(house.main, session="pairing")
    async with visitor.post("/s/main/pairing/by-phone", data={"phone": "+7 (999) 000-11-22"}) as answer:
        assert "ABCD-EFGH" in await answer.text()
    assert "ABCD-EFGH" in await told(visitor)
    assert house.asked == [("pair_with_code 79990001122", "main")]

    house.main = replace(house.main, session="online")
    assert "ABCD-EFGH" not in await told(visitor)
    house.main = replace(house.main, session="pairing")
    assert "ABCD-EFGH" not in await told(visitor)


@pytest.mark.parametrize("phone", ["", "123456", "1" * 16, "номер", "١٢٣٤٥٦٧٨"])
async def test_what_is_no_number_is_not_asked_for(house: House, visitor: aiohttp.ClientSession, phone: str) -> None:
    house.main = replace(house.main, session="pairing")

    async with visitor.post("/s/main/pairing/by-phone", data={"phone": phone}) as answer:
        assert answer.status == 422
        assert "не похоже на номер" in await answer.text()

    assert house.asked == []

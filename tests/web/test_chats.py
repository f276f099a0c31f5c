"""The conversations over a real socket, without a browser and without JavaScript: every form works, nothing is run."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from salonbot.journal.conversations import PAGE
from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.outbox import Outbox
from salonbot.journal.turns import Turns
from salonbot.model.messages import Author, ChatKey, MessageId, MessageKind, TurnState
from salonbot.model.salon import SalonId
from salonbot.web.chats import LONGEST_TEXT, Chats, clean
from salonbot.web.chats_view import excerpt
from salonbot.web.server import RunningSite, application, start
from tests.clocks import HandClock
from tests.journal.stuck import hurry, locked
from tests.journal_fixtures import clock, database, door
from tests.messages import ANNA, SALON, incoming
from tests.web.house import BEARER, SCRIPT, House, guard_of

__all__ = ["clock", "database", "door"]

CHAT = f"/s/main/chats/{ANNA}"


@pytest.fixture
def hurried() -> list[tuple[SalonId, ChatKey]]:
    """Chats the dispatcher was told of."""
    return []


@pytest.fixture
async def site(
    database: Database, clock: HandClock, hurried: list[tuple[SalonId, ChatKey]]
) -> AsyncIterator[RunningSite]:
    house = House()
    house.main = replace(house.main, zone=ZoneInfo("Europe/Moscow"))
    app = application(house, guard_of(database, clock))
    chats = Chats(database, clock, lambda salon: timedelta(hours=4), lambda *chat: hurried.append(chat))
    app.add_routes(chats.routes())
    running = await start(app, "127.0.0.1", 0)
    yield running
    await running.close()


@pytest.fixture
async def visitor(site: RunningSite) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser without JavaScript, let in by the token."""
    headers = BEARER | {"Accept": "text/html", "Accept-Language": "ru"}
    async with aiohttp.ClientSession(site.url, headers=headers) as session:
        yield session


async def read(visitor: aiohttp.ClientSession, path: str, status: int = 200) -> str:
    """A page's text without what surrounds words."""
    async with visitor.get(path, allow_redirects=False) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text()


async def press(visitor: aiohttp.ClientSession, button: str, status: int = 303, **fields: str) -> str:
    async with visitor.post(f"{CHAT}/{button}", data=fields, allow_redirects=False) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text() if status != 303 else answer.headers["Location"]


def names(page: str) -> list[str]:
    return re.findall(r'<span class="who">(.*?)</span>', page)


async def test_without_any_message_the_page_says_where_they_will_appear(visitor: aiohttp.ClientSession) -> None:
    assert "Пока никто не писал" in await read(visitor, "/s/main/chats")
    assert "Никто не ждёт" in await read(visitor, "/s/main/chats?show=waiting")
    assert "Ничего не нашлось" in await read(visitor, "/s/main/chats?q=Анна")


async def test_a_chat_is_found_opened_and_read(visitor: aiohttp.ClientSession, door: Door) -> None:
    door.record(incoming("Сколько стоит маникюр?"))

    found = await read(visitor, "/s/main/chats?q=МАНИК")
    opened = await read(visitor, CHAT)

    assert f'href="{CHAT}?q=%D0%9C%D0%90%D0%9D%D0%98%D0%9A"' in found
    assert "<mark>маник</mark>юр" in found
    assert "+79161234567" in opened
    assert "Сколько стоит маникюр?" in opened
    assert 'aria-current="page"' in opened


async def test_nothing_a_customer_writes_or_calls_themselves_is_run(
    visitor: aiohttp.ClientSession, door: Door, database: Database, clock: HandClock
) -> None:
    quoted = incoming(f"да {SCRIPT}", push_name=SCRIPT, quoted_text=f'"><img src=x onerror={SCRIPT}>')
    door.record(quoted)
    door.record(incoming(SCRIPT, id=MessageId("R"), kind=MessageKind.REACTION, target_id=quoted.id, push_name=SCRIPT))
    turns = Turns(database)
    turn = await turns.next_of(SALON, ANNA)
    assert turn is not None
    await turns.note_failure(turn.id, SCRIPT)
    await turns.finish(turn.id, TurnState.FAILED, clock.now())

    for path in ("/s/main/chats", CHAT, f"{CHAT}/part", f"{CHAT}/head", "/s/main/chats/part?q=script"):
        page = await read(visitor, path)
        assert "<script>" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page


async def test_the_list_goes_on_and_comes_back(visitor: aiohttp.ClientSession, door: Door) -> None:
    for number in range(PAGE + 3):
        who = {"chat": ChatKey(f"lid:{number}"), "lid": str(number), "phone": None, "push_name": f"К{number}"}
        door.record(incoming("Привет", **who))

    first = await read(visitor, "/s/main/chats")
    (following,) = re.findall(r'href="(/s/main/chats\?after=\d+)"', first)
    second = await read(visitor, following)

    assert names(first) + names(second) == [f"К{number}" for number in reversed(range(PAGE + 3))]
    assert "К началу" in second


async def test_forms_take_over_write_give_back_and_resolve(
    visitor: aiohttp.ClientSession, door: Door, database: Database, hurried: list[tuple[SalonId, ChatKey]]
) -> None:
    door.record(incoming("Позовите человека"))
    assert "Взять на себя" in await read(visitor, CHAT)

    assert await press(visitor, "take-over") == CHAT
    taken = await read(visitor, CHAT)
    assert "бот молчит до 16:00" in taken
    await press(visitor, "send", text="Я тут\r\nАнна", draft="1")
    await press(visitor, "send", text="Я тут\r\nАнна", draft="1")
    written = await read(visitor, CHAT)
    await press(visitor, "give-back")

    assert [row["text"] for row in await database.rows("SELECT text FROM reply")] == ["Я тут\nАнна"]
    assert "Я тут\nАнна" in written
    assert "Ждёт отправки" in written
    assert set(hurried) == {(SALON, ANNA)}
    assert "Взять на себя" in await read(visitor, CHAT)
    await press(visitor, "resolve")


async def test_what_is_too_long_or_empty_is_not_sent_and_not_lost(
    visitor: aiohttp.ClientSession, door: Door, database: Database
) -> None:
    door.record(incoming())

    await press(visitor, "send", text=" \r\n ", draft="1")
    refused = await press(visitor, "send", status=422, text="я" * (LONGEST_TEXT + 1), draft="2")

    assert "Слишком длинно" in refused
    assert "я" * LONGEST_TEXT in refused
    assert await database.rows("SELECT * FROM reply") == []


async def test_what_cannot_be_written_down_now_is_not_lost(
    visitor: aiohttp.ClientSession, door: Door, database: Database
) -> None:
    door.record(incoming("Сколько стоит маникюр?"))
    await hurry(database)
    with locked(database.path):
        refused = await press(visitor, "send", status=422, text="Тысячу", draft="1")
        await press(visitor, "take-over", status=503)
        found = await read(visitor, "/s/main/chats?q=Анна")

    assert "не может записать" in refused
    assert "Тысячу" in refused
    assert names(found) == ["Анна"]
    await press(visitor, "send", text="Тысячу", draft="1")
    assert [row["text"] for row in await database.rows("SELECT text FROM reply")] == ["Тысячу"]


async def test_a_chat_that_nobody_has_written_in_is_not_there(visitor: aiohttp.ClientSession) -> None:
    for path in (CHAT, f"{CHAT}/part", f"{CHAT}/head", "/s/main/chats/lid:x", "/s/other/chats", "/s/main/chats/lid:"):
        await read(visitor, path, status=404)
    for button in ("send", "take-over", "give-back", "resolve"):
        await press(visitor, button, status=404, text="Привет", draft="1")


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=" + "9" * 40, "show=nothing", "q=%00%ff", "before=²"])
async def test_an_address_with_nonsense_shows_the_list(visitor: aiohttp.ClientSession, door: Door, query: str) -> None:
    door.record(incoming())

    for path in ("/s/main/chats", "/s/main/chats/part", CHAT, f"{CHAT}/part"):
        await read(visitor, f"{path}?{query}")


async def test_a_chat_known_by_phone_is_led_to_its_name_of_today(visitor: aiohttp.ClientSession, door: Door) -> None:
    door.record(incoming("Привет", by_phone=True))
    door.record(incoming("Это я"))

    async with visitor.get("/s/main/chats/pn:79161234567", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, CHAT)


async def test_every_kind_of_message_has_its_place_and_every_state_its_mark(
    visitor: aiohttp.ClientSession, door: Door, database: Database, clock: HandClock
) -> None:
    for kind in MessageKind:
        door.record(incoming("", id=MessageId(kind.value), kind=kind, target_id=MessageId("text")))
    door.record(incoming("С телефона", id=MessageId("OWN"), author=Author.OWNER))
    outbox = Outbox(database)
    for number, state in enumerate(["pending", "sending", "unknown", "refused", "held"]):
        await outbox.write(SALON, ANNA, "x@lid", f"Ответ {number}", clock.now())
        async with database.transaction() as db:
            await db.execute("UPDATE reply SET state = ? WHERE text = ?", (state, f"Ответ {number}"))

    page = await read(visitor, CHAT)

    for words in ("Фото", "Голосовое сообщение", "Звонок", "не удалось прочитать", "С телефона", "Не отправлено"):
        assert words in page
    assert len(page.encode()) < 100_000


async def test_a_long_conversation_stays_light(visitor: aiohttp.ClientSession, door: Door) -> None:
    for number in range(100):
        door.record(incoming("слово " * 40, id=MessageId(f"M{number}")))

    page = await read(visitor, CHAT)
    (earlier,) = re.findall(rf'href="({CHAT}\?before=\d+)"', page)

    assert len(page.encode()) < 100_000
    assert "К последним сообщениям" in await read(visitor, earlier)


def test_what_was_looked_for_is_marked_where_it_is() -> None:
    assert excerpt("А сколько стоит Ещё маникюр?", "еще МАНИ") == [
        ("А сколько стоит ", False),
        ("Ещё", True),
        (" ", False),
        ("мани", True),
        ("кюр?", False),
    ]
    assert excerpt("текст", "") == [("текст", False)]


def test_a_forms_text_keeps_its_lines_and_emoji_and_loses_what_nobody_sees() -> None:
    assert clean(" Да\r\nЖдём 👩‍🦰\x00\x1b[2J\u202e ") == "Да\nЖдём 👩‍🦰[2J"

"""The list of chats: newest first, found by name, number and words whatever their case, and quick among many."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from salonbot.journal.conversations import FILTERS, HEAD, LIST, NAMES, PAGE, Conversations, Wanted
from salonbot.journal.database import Database, Parameters, connect
from salonbot.journal.inbox import Door
from salonbot.journal.search import FOUND, UNINDEXED
from salonbot.journal.stories import GATHERED, TOLD
from salonbot.journal.takeovers import UNANSWERED, Takeovers
from salonbot.journal.timeline import LATER, SPOKEN, UNSAID
from salonbot.journal.turns import Turns
from salonbot.model.messages import Author, ChatKey, IncomingMessage, MessageId, MessageKind, TurnId, TurnState
from salonbot.model.salon import SalonId
from tests.clocks import HandClock
from tests.messages import ANNA, SALON, incoming

TODAY = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def from_person(number: int, name: str, text: str, message: int = 0) -> IncomingMessage:
    return incoming(
        text,
        chat=ChatKey(f"lid:{number}"),
        lid=str(number),
        phone=f"7916000{number:04}",
        push_name=name,
        id=MessageId(f"M{number}-{message}"),
    )


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)


async def listed(
    conversations: Conversations, clock: HandClock, wanted: Wanted = Wanted.ALL, query: str = ""
) -> list[str]:
    """Names of the first page."""
    page = await conversations.page(SALON, now=clock.now(), today=TODAY, wanted=wanted, query=query)
    return [line.person.name for line in page.lines]


async def test_the_chat_with_the_last_word_is_first(door: Door, clock: HandClock, conversations: Conversations) -> None:
    door.record(from_person(1, "Анна", "Привет"))
    door.record(from_person(2, "Вера", "Добрый день"))
    door.record(from_person(1, "Анна", "Вы там?", message=1))

    page = await conversations.page(SALON, now=clock.now(), today=TODAY)

    said = [(line.person.name, line.last.text if line.last else None) for line in page.lines]
    assert said == [("Анна", "Вы там?"), ("Вера", "Добрый день")]
    assert page.following is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("анна", ["Анна Королёва"]),
        ("КОРОЛЕВА", ["Анна Королёва"]),
        ("королёва анна", ["Анна Королёва"]),
        ("79160000002", ["Вера"]),
        ("8 916 000 00 02", ["Вера"]),
        ("0-00-02", ["Вера"]),
        ("окрашивание", ["Вера"]),
        ("ОКРАШ", ["Вера"]),
        ("еще вопрос", ["Анна Королёва"]),
        ("вопрос ЕЩЁ", ["Анна Королёва"]),
        ("привет", ["Вера", "Анна Королёва"]),
        ("крашивание", []),
        ("<script>", ["Вера"]),
        ('"привет" OR * NEAR(', []),
        ("--", []),
        ("%", []),
    ],
)
async def test_chats_are_found_by_name_number_and_words(
    door: Door, clock: HandClock, conversations: Conversations, query: str, expected: list[str]
) -> None:
    door.record(from_person(1, "Анна Королёва", "Привет"))
    door.record(from_person(1, "Анна Королёва", "И ещё вопрос", message=1))
    door.record(from_person(2, "Вера", "ПРИВЕТ! Сколько стоит Окрашивание? <script>"))

    assert await listed(conversations, clock, query=query) == expected


async def test_a_hit_shows_the_newest_message_with_the_words(
    door: Door, clock: HandClock, conversations: Conversations
) -> None:
    for number, text in enumerate(["маникюр завтра", "Маникюр в пятницу", "спасибо"]):
        door.record(from_person(1, "Анна", text, message=number))

    page = await conversations.page(SALON, now=clock.now(), today=TODAY, query="маникюр")

    assert [line.found for line in page.lines] == ["Маникюр в пятницу"]


async def test_a_search_never_leaves_its_salon(door: Door, clock: HandClock, conversations: Conversations) -> None:
    door.record(incoming("тайна", salon=SalonId("x-main"), push_name="Чужая"))
    door.record(incoming("тайна", salon=SalonId("main"), push_name="Своя"))

    assert await listed(conversations, clock, query="тайна") == ["Своя"]


async def test_what_was_edited_is_found_by_its_new_words_and_what_was_deleted_by_none(
    door: Door, clock: HandClock, conversations: Conversations
) -> None:
    door.record(incoming("массаж", id=MessageId("A")))
    assert await listed(conversations, clock, query="массаж") == ["Анна"]

    door.record(incoming("пилинг", id=MessageId("E"), kind=MessageKind.EDIT, target_id=MessageId("A")))
    assert await listed(conversations, clock, query="массаж") == []
    door.record(incoming("", id=MessageId("D"), kind=MessageKind.DELETION, target_id=MessageId("A")))
    door.record(incoming("", id=MessageId("D2"), kind=MessageKind.DELETION, target_id=MessageId("E")))

    assert await listed(conversations, clock, query="пилинг") == []


async def test_words_of_a_message_that_is_gone_are_gone_from_the_index(
    database: Database, door: Door, clock: HandClock, conversations: Conversations
) -> None:
    door.record(incoming("сокровенное"))
    assert await listed(conversations, clock, query="сокровенное") == ["Анна"]
    async with database.transaction() as db:
        await db.execute("DELETE FROM message")
        await db.execute("INSERT INTO message_words (message_words) VALUES ('optimize')")

    index = await database.rows("SELECT block FROM message_words_data")
    assert await database.rows("SELECT * FROM message_words_content") == []
    assert not any("сокровен".encode() in bytes(row["block"]) for row in index)


async def taken(turns: Turns, clock: HandClock, chat: ChatKey) -> TurnId:
    turn = await turns.next_of(SALON, chat)
    assert turn is not None
    clock.advance(seconds=3)
    assert await turns.take(turn.id, clock.now())
    return turn.id


async def test_filters_show_who_waits_who_is_with_a_person_what_failed_and_who_booked(
    database: Database, door: Door, clock: HandClock, conversations: Conversations
) -> None:
    turns, takeovers = Turns(database), Takeovers(database)
    people = {name: ChatKey(f"lid:{number}") for number, name in enumerate(["Ждёт", "Занята", "Сбой", "Запись"], 1)}
    for number, name in enumerate(people, 1):
        door.record(from_person(number, name, "Привет"))
    async with database.transaction() as db:
        await db.execute("UPDATE contact SET waits_since = first_seen WHERE push_name = 'Ждёт'")
    await takeovers.take_over(SALON, people["Занята"], clock.now(), clock.now() + timedelta(hours=1))
    await turns.finish(await taken(turns, clock, people["Занята"]), TurnState.HANDED_OVER, clock.now())
    failed = await taken(turns, clock, people["Сбой"])
    await turns.note_failure(failed, "Boom: !")
    await turns.finish(failed, TurnState.FAILED, clock.now())
    booked = await taken(turns, clock, people["Запись"])
    await turns.finish(booked, TurnState.DONE, clock.now())
    async with database.transaction() as db:
        await db.execute('UPDATE turn SET outcomes = \'[{"kind":"booked"}]\' WHERE id = ?', (booked,))

    found = {wanted: await listed(conversations, clock, wanted) for wanted in Wanted}

    assert found == {
        Wanted.ALL: ["Запись", "Сбой", "Занята", "Ждёт"],
        Wanted.WAITING: ["Занята", "Ждёт"],
        Wanted.TAKEN_OVER: ["Занята"],
        Wanted.FAILED: ["Сбой"],
        Wanted.BOOKED: ["Запись"],
    }
    assert await conversations.waiting(SALON, clock.now()) == 2
    clock.advance(minutes=1)
    await takeovers.resolve(SALON, people["Сбой"], clock.now())
    assert await listed(conversations, clock, Wanted.FAILED) == []


async def test_a_failure_is_over_once_something_was_answered_after_it(
    database: Database, door: Door, clock: HandClock, conversations: Conversations
) -> None:
    turns = Turns(database)
    for number, state in enumerate([TurnState.FAILED, TurnState.DONE]):
        door.record(from_person(1, "Анна", "Привет", message=number))
        before = await listed(conversations, clock, Wanted.FAILED)
        await turns.finish(await taken(turns, clock, ChatKey("lid:1")), state, clock.now())

    assert before == ["Анна"]
    assert await listed(conversations, clock, Wanted.FAILED) == []


async def test_somebody_who_was_answered_by_a_person_waits_no_longer(
    database: Database, door: Door, clock: HandClock, conversations: Conversations
) -> None:
    door.record(incoming())
    await Takeovers(database).take_over(SALON, ANNA, clock.now(), clock.now() + timedelta(hours=1))
    turns = Turns(database)
    await turns.finish(await taken(turns, clock, ANNA), TurnState.HANDED_OVER, clock.now())
    before = await listed(conversations, clock, Wanted.WAITING)
    door.record(incoming("Отвечаю", author=Author.OWNER, id=MessageId("OWN")))

    assert (before, await listed(conversations, clock, Wanted.WAITING)) == (["Анна"], [])


async def test_paging_shows_every_chat_once_even_where_one_moves_up_meanwhile(
    door: Door, clock: HandClock, conversations: Conversations
) -> None:
    everybody = [f"Клиент {number}" for number in range(2 * PAGE + 5)]
    for number, name in enumerate(everybody):
        door.record(from_person(number + 1, name, "Привет"))

    seen: list[str] = []
    before: int | None = None
    for _ in range(3):
        page = await conversations.page(SALON, now=clock.now(), today=TODAY, before=before)
        seen += [line.person.name for line in page.lines]
        before = page.following
        # The last one of all writes while the first page is read: it moves up, and is on the page of its old place.
        door.record(from_person(2 * PAGE, everybody[2 * PAGE - 1], "Ещё раз", message=len(seen)))

    assert before is None
    assert len(seen) == len(set(seen))
    assert set(seen) == set(everybody)


def fill(database: Database, *, messages: int, chats: int) -> None:
    """Years of a salon, written past the inbox's door."""
    words = ["маникюр", "Стрижка", "завтра", "можно", "Ольга", "спасибо", "цена"]
    moment = "2026-11-24T09:00:00.000000Z"
    db = connect(database.path)
    db.execute("BEGIN")
    db.executemany(
        "INSERT INTO contact (salon, chat, reply_to, push_name, phone, first_seen) VALUES ('main', ?, '', ?, ?, ?)",
        [(f"lid:{n}", f"Клиент {n}", f"79{n:09}", moment) for n in range(chats)],
    )
    db.executemany(
        "INSERT INTO turn (id, salon, chat, state, opened_at, due_at) VALUES (?, 'main', ?, 'done', ?, ?)",
        [(n + 1, f"lid:{n % chats}", moment, moment) for n in range(messages // 2)],
    )
    db.executemany(
        "INSERT INTO message (salon, chat, id, author, kind, text, sent_at, recorded_at, turn)"
        " VALUES ('main', ?, ?, ?, 'text', ?, ?, ?, ?)",
        [
            (
                f"lid:{n // 2 % chats}",
                f"M{n}",
                "salon" if n % 2 else "customer",
                f"{words[n % 7]} {words[n % 5]} {n}",
                moment,
                moment,
                n // 2 + 1,
            )
            for n in range(messages)
        ],
    )
    db.execute("COMMIT")
    db.close()


async def test_among_a_hundred_thousand_messages_nothing_reads_them_all(
    database: Database, clock: HandClock, conversations: Conversations
) -> None:
    fill(database, messages=100_000, chats=4_000)

    found = await conversations.page(SALON, now=clock.now(), today=TODAY, query="стрижка 99")
    queries = [FOUND, UNINDEXED, NAMES, HEAD, SPOKEN, LATER, UNSAID, UNANSWERED, GATHERED, TOLD]
    queries += [LIST.format(filter=wanted) for wanted in FILTERS.values()]
    steps = [step for query in queries for step in await plan(database, query)]

    assert len(found.lines) == PAGE
    assert [step for step in steps if re.search(r"SCAN (message|said|reply|turn|later)\b", step)] == []


async def plan(database: Database, query: str) -> list[str]:
    """How SQLite goes about it; what it is asked for does not matter."""
    named = dict.fromkeys(re.findall(r":(\w+)", query), "1")
    parameters: Parameters = named or ("1",) * holes(query)
    return [row["detail"] for row in await database.rows(f"EXPLAIN QUERY PLAN {query}", parameters)]


def holes(query: str) -> int:
    """How many values a query without names wants."""
    numbers = [int(number) for number in re.findall(r"\?(\d+)", query)]
    return max(numbers) if numbers else query.count("?")

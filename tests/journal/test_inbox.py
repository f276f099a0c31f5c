"""The inbox's door: what is recorded, what opens or extends a turn, and who is one person."""

import threading
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salonbot.journal.contacts import Contacts
from salonbot.journal.database import Database, connect, migrate
from salonbot.journal.inbox import Door
from salonbot.journal.turns import Turns
from salonbot.model.messages import Author, ChatKey, MessageId, MessageKind, TurnState
from tests.clocks import HandClock
from tests.journal_fixtures import GATHERING
from tests.messages import ANNA, SALON, incoming


async def test_messages_close_together_become_one_turn_in_order(
    database: Database, door: Door, clock: HandClock
) -> None:
    for word in ("Хочу", "записаться", "завтра"):
        door.record(incoming(word))
        clock.advance(seconds=1)
    turns = Turns(database)

    turn = await turns.next_of(SALON, ANNA)

    assert turn is not None
    assert [message.text for message in await turns.messages(turn.id)] == ["Хочу", "записаться", "завтра"]
    assert turn.due_at == clock.now() - timedelta(seconds=1) + GATHERING.quiet


async def test_a_customer_who_never_pauses_is_answered_after_the_longest_wait(
    database: Database, door: Door, clock: HandClock
) -> None:
    opened = clock.now()
    for number in range(20):
        door.record(incoming(f"слово {number}"))
        clock.advance(seconds=1)

    turn = await Turns(database).next_of(SALON, ANNA)

    assert turn is not None
    assert turn.due_at == opened + GATHERING.longest


async def test_a_repeated_delivery_is_recorded_once_and_makes_no_work(database: Database, door: Door) -> None:
    first = door.record(incoming("Привет"))
    again = door.record(incoming("Привет"))

    assert (first.is_new, first.has_work) == (True, True)
    assert (again.is_new, again.has_work) == (False, False)
    assert len(await database.rows("SELECT * FROM message")) == 1


async def test_a_late_decryption_of_the_same_message_fills_the_gap(database: Database, door: Door) -> None:
    gap = door.record(incoming("", id=MessageId("A1"), kind=MessageKind.UNDECRYPTABLE))
    filled = door.record(incoming("Добрый день", id=MessageId("A1")))

    assert gap.has_work is False
    assert (filled.is_new, filled.has_work) == (True, True)
    assert [row["text"] for row in await database.rows("SELECT text FROM message")] == ["Добрый день"]


async def test_an_edit_while_gathering_changes_the_message_and_a_deletion_removes_it(
    database: Database, door: Door
) -> None:
    door.record(incoming("в 15", id=MessageId("A1")))
    door.record(incoming("лишнее", id=MessageId("A2")))
    door.record(incoming("в 16", id=MessageId("A3"), kind=MessageKind.EDIT, target_id=MessageId("A1")))
    door.record(incoming("", id=MessageId("A4"), kind=MessageKind.DELETION, target_id=MessageId("A2")))
    turns = Turns(database)

    turn = await turns.next_of(SALON, ANNA)

    assert turn is not None
    assert [message.text for message in await turns.messages(turn.id)] == ["в 16"]


async def test_an_edit_of_an_answered_message_is_a_new_wish(database: Database, door: Door, clock: HandClock) -> None:
    door.record(incoming("в 15", id=MessageId("A1")))
    turns = Turns(database)
    first = await turns.next_of(SALON, ANNA)
    assert first is not None
    clock.advance(seconds=3)
    assert await turns.take(first.id, clock.now())
    await turns.finish(first.id, TurnState.DONE, clock.now())

    edited = door.record(incoming("в 16", id=MessageId("A3"), kind=MessageKind.EDIT, target_id=MessageId("A1")))

    second = await turns.next_of(SALON, ANNA)
    assert edited.has_work
    assert second is not None
    assert [message.text for message in await turns.messages(second.id)] == ["в 16"]


async def test_a_reaction_a_call_and_the_owners_own_message_open_no_turn(
    database: Database, door: Door, clock: HandClock
) -> None:
    reaction = door.record(incoming("❤️", kind=MessageKind.REACTION, target_id=MessageId("A1"), id=MessageId("R")))
    call = door.record(incoming("", kind=MessageKind.CALL, id=MessageId("C")))
    own = door.record(incoming("Я сам отвечу", author=Author.OWNER, id=MessageId("O")))

    assert [recorded.has_work for recorded in (reaction, call, own)] == [False, False, False]
    assert await Turns(database).next_of(SALON, ANNA) is None
    contact = await Contacts(database).read(SALON, ANNA)
    assert contact.paused_until == clock.now() + GATHERING.owner_pause


async def test_an_old_message_out_of_the_backlog_is_kept_but_not_answered(
    database: Database, door: Door, clock: HandClock
) -> None:
    old = door.record(incoming("вчерашнее", offline=True, sent_at=clock.now() - timedelta(hours=13)))
    fresh = door.record(incoming("сегодняшнее", offline=True, sent_at=clock.now() - timedelta(hours=1)))

    assert (old.is_new, old.has_work) == (True, False)
    assert fresh.has_work


async def test_a_customer_first_known_by_phone_keeps_name_and_turn_under_the_lid(
    database: Database, door: Door, clock: HandClock
) -> None:
    door.record(incoming("первое", by_phone=True))
    async with database.transaction() as db:
        await db.execute("UPDATE contact SET name = 'Анна'")
    door.record(incoming("второе"))
    later = door.record(incoming("третье", by_phone=True))
    turns = Turns(database)

    turn = await turns.next_of(SALON, ANNA)

    assert later.chat == ANNA
    assert turn is not None
    assert [message.text for message in await turns.messages(turn.id)] == ["первое", "второе", "третье"]
    assert (await Contacts(database).read(SALON, ANNA)).customer.name == "Анна"
    assert len(await database.rows("SELECT * FROM contact")) == 1


async def test_a_taken_turn_gathers_no_more_and_a_late_message_puts_taking_off(
    database: Database, door: Door, clock: HandClock
) -> None:
    door.record(incoming("раз"))
    turns = Turns(database)
    turn = await turns.next_of(SALON, ANNA)
    assert turn is not None
    clock.advance(seconds=2)
    door.record(incoming("два"))
    clock.advance(seconds=1)

    assert not await turns.take(turn.id, clock.now())
    clock.advance(seconds=2)
    assert await turns.take(turn.id, clock.now())
    door.record(incoming("три"))

    assert [message.text for message in await turns.messages(turn.id)] == ["раз", "два"]


async def test_many_callback_threads_record_everything_once(database: Database, door: Door) -> None:
    def deliver(customer: int) -> None:
        chat = ChatKey(f"lid:{customer}")
        for number in range(25):
            message = incoming(f"{number}", chat=chat, lid=str(customer), phone=None, id=MessageId(f"M{number}"))
            door.record(message)
            door.record(message)

    threads = [threading.Thread(target=deliver, args=(customer,)) for customer in range(8)]
    for thread in threads:
        thread.start()
    async with database.transaction() as db:
        await db.execute("INSERT INTO alias VALUES ('main', 'pn:1', 'lid:1')")
    for thread in threads:
        thread.join()

    rows = await database.rows(
        "SELECT chat, group_concat(text) AS texts FROM (SELECT * FROM message ORDER BY seq) GROUP BY chat"
    )
    assert len(rows) == 8
    assert {row["texts"] for row in rows} == {",".join(str(number) for number in range(25))}


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.booleans(), st.floats(0, 6)), min_size=1, max_size=30))
def test_whatever_the_address_and_however_often_each_message_is_in_one_turn_of_one_person(
    tmp_path_factory: pytest.TempPathFactory, deliveries: list[tuple[int, bool, bool, float]]
) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal.sqlite3"
    migrate(path)
    clock = HandClock()
    door = Door(path, clock, GATHERING)
    seen: list[str] = []
    for number, by_phone, phone_hidden, pause in deliveries:
        clock.advance(seconds=pause)
        hidden = {"phone": None} if phone_hidden and not by_phone else {}
        recorded = door.record(incoming(f"m{number}", id=MessageId(f"M{number}"), by_phone=by_phone, **hidden))
        if recorded.is_new:
            seen.append(f"m{number}")
    door.record(incoming("last", id=MessageId("LAST")))
    rows = connect(path).execute("SELECT chat, text, turn FROM message ORDER BY seq").fetchall()
    door.close()

    assert {row["chat"] for row in rows} == {ANNA}
    assert all(row["turn"] is not None for row in rows)
    assert {row["text"] for row in rows} == {*seen, "last"}
    assert len(rows) == len(set(seen)) + 1

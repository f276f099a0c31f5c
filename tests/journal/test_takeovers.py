"""A person takes a chat over, writes in it and gives it back: what the journal says after each of it."""

from datetime import timedelta

import pytest

from salonbot.journal.contacts import Contacts
from salonbot.journal.conversations import Conversations
from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.outbox import Outbox
from salonbot.journal.takeovers import Draft, Takeovers, Written
from salonbot.journal.turns import Turns
from salonbot.model.booking import AppointmentId
from salonbot.model.dialogue import AwaitingTime, Composition, Memory, Understanding
from salonbot.model.messages import Author, ChatKey, MessageId, MessageKind, ReplyState, TurnState
from tests.clocks import HandClock
from tests.messages import ANNA, SALON, incoming

HOUR = timedelta(hours=1)


def draft(text: str, name: str = "form-1") -> Draft:
    return Draft(text, name)


async def standing(database: Database, clock: HandClock, chat: ChatKey = ANNA) -> tuple[bool, bool, bool]:
    """Silent, taken over, waiting."""
    head = await Conversations(database).head(SALON, chat, clock.now())
    assert head is not None
    now = head.standing
    return now.silent_until is not None, now.is_taken_over, now.waits_since is not None


async def test_a_chat_is_taken_over_for_a_time_and_given_back(database: Database, door: Door, clock: HandClock) -> None:
    door.record(incoming())
    takeovers = Takeovers(database)

    await takeovers.take_over(SALON, ANNA, clock.now(), clock.now() + HOUR)
    assert await standing(database, clock) == (True, True, False)
    clock.advance(hours=1)
    assert await standing(database, clock) == (False, False, False)
    await takeovers.take_over(SALON, ANNA, clock.now(), clock.now() + HOUR)
    assert await takeovers.give_back(SALON, ANNA, clock.now(), answer=False) == 0
    assert await standing(database, clock) == (False, False, False)


async def test_what_a_person_writes_is_a_reply_of_theirs_in_the_order_of_the_chat(
    database: Database, door: Door, clock: HandClock
) -> None:
    door.record(incoming())
    turns, takeovers = Turns(database), Takeovers(database)

    written = await takeovers.write(SALON, ANNA, draft("Здравствуйте, это Ольга"), clock.now(), clock.now() + HOUR)

    assert written is Written.KEPT
    waiting, owners = [await turns.read(row["id"]) for row in await database.rows("SELECT id FROM turn ORDER BY id")]
    (reply,) = await Outbox(database).unsent(owners.id)
    assert (waiting.state, owners.state) == (TurnState.OPEN, TurnState.REPLYING)
    assert (reply.text, reply.author, reply.to) == ("Здравствуйте, это Ольга", Author.OWNER, "555666777888@lid")
    assert await standing(database, clock) == (True, True, False)


async def test_the_same_form_sent_twice_is_one_message(database: Database, door: Door, clock: HandClock) -> None:
    door.record(incoming())
    takeovers = Takeovers(database)

    first = await takeovers.write(SALON, ANNA, draft("Ждём вас"), clock.now(), clock.now() + HOUR)
    second = await takeovers.write(SALON, ANNA, draft("Ждём вас"), clock.now(), clock.now() + HOUR)
    other = await takeovers.write(SALON, ANNA, draft("Ждём вас", "form-2"), clock.now(), clock.now() + HOUR)

    assert [first, second, other] == [Written.KEPT, Written.KNOWN, Written.KEPT]
    assert len(await database.rows("SELECT * FROM reply")) == 2


async def test_what_a_person_wrote_joins_the_conversation_as_theirs_and_the_brain_reads_it(
    database: Database, door: Door, clock: HandClock
) -> None:
    door.record(incoming("Можно в пять?"))
    turns, outbox = Turns(database), Outbox(database)
    await Takeovers(database).write(SALON, ANNA, draft("Да, в пять ждём"), clock.now(), clock.now() + HOUR)
    (row,) = await database.rows("SELECT * FROM turn WHERE brain = 'owner'")
    (reply,) = await outbox.unsent(row["id"])
    await outbox.sending(reply.id, clock.now())
    await outbox.sent(reply, MessageId("OUT1"), clock.now())
    await turns.finish(row["id"], TurnState.DONE, clock.now())
    clock.advance(minutes=1)

    answered = await turns.next_of(SALON, ANNA)
    assert answered is not None
    await turns.finish(answered.id, TurnState.HANDED_OVER, clock.now())
    door.record(incoming("Спасибо"))
    following = await turns.next_of(SALON, ANNA)
    assert following is not None
    history = await turns.history(following, 10)

    assert [(said.author, said.text) for said in history] == [
        (Author.CUSTOMER, "Можно в пять?"),
        (Author.OWNER, "Да, в пять ждём"),
    ]


async def test_a_person_who_writes_no_longer_lets_the_customer_wait_and_ends_the_bots_question(
    database: Database, door: Door, clock: HandClock
) -> None:
    door.record(incoming())
    turns, contacts = Turns(database), Contacts(database)
    turn = await turns.next_of(SALON, ANNA)
    assert turn is not None
    asked = AwaitingTime(appointment_id=AppointmentId("7"), expires_at=clock.now() + HOUR)
    await turns.executed(turn.id, (), Memory(misunderstood=1, pending=asked), clock.now(), name=None, phone=None)
    await contacts.wait_for_person(SALON, ANNA, since=clock.now(), until=clock.now() + HOUR)
    assert await standing(database, clock) == (True, False, True)

    await Takeovers(database).write(SALON, ANNA, draft("Я здесь"), clock.now(), clock.now() + HOUR)

    assert await standing(database, clock) == (True, True, False)
    assert (await contacts.read(SALON, ANNA)).memory == Memory(misunderstood=1)


async def test_what_is_resolved_waits_no_longer_and_the_bot_answers_again_unless_a_person_has_the_chat(
    database: Database, door: Door, clock: HandClock
) -> None:
    door.record(incoming())
    takeovers, contacts = Takeovers(database), Contacts(database)
    await contacts.wait_for_person(SALON, ANNA, since=clock.now(), until=clock.now() + HOUR)
    await takeovers.resolve(SALON, ANNA, clock.now())
    assert await standing(database, clock) == (False, False, False)

    await contacts.wait_for_person(SALON, ANNA, since=clock.now(), until=clock.now() + HOUR)
    await takeovers.take_over(SALON, ANNA, clock.now(), clock.now() + HOUR)
    assert await standing(database, clock) == (True, True, True)
    await takeovers.resolve(SALON, ANNA, clock.now())
    assert await standing(database, clock) == (True, True, False)


async def test_a_word_from_the_phone_does_not_shorten_a_takeover(
    database: Database, door: Door, clock: HandClock
) -> None:
    door.record(incoming())
    await Takeovers(database).take_over(SALON, ANNA, clock.now(), clock.now() + 4 * HOUR)
    door.record(incoming("Я тут", author=Author.OWNER, id=MessageId("OWN")))
    clock.advance(minutes=20)

    assert await standing(database, clock) == (True, True, False)


async def test_a_reaction_from_the_phone_takes_nothing_over(database: Database, door: Door, clock: HandClock) -> None:
    door.record(incoming("Спасибо!", id=MessageId("A")))
    heart = incoming("❤️", id=MessageId("R"), kind=MessageKind.REACTION, target_id=MessageId("A"), author=Author.OWNER)
    door.record(heart)

    assert await standing(database, clock) == (False, False, False)


async def test_an_old_takeover_is_not_one_when_the_customer_asks_for_a_person_later(
    database: Database, door: Door, clock: HandClock
) -> None:
    door.record(incoming())
    await Takeovers(database).take_over(SALON, ANNA, clock.now(), clock.now() + HOUR)
    clock.advance(hours=2)

    await Contacts(database).wait_for_person(SALON, ANNA, since=clock.now(), until=clock.now() + HOUR)

    assert await standing(database, clock) == (True, False, True)


async def left_to_a_person(database: Database, door: Door, clock: HandClock, text: str) -> None:
    door.record(incoming(text))
    turns = Turns(database)
    (row,) = await database.rows("SELECT id FROM turn WHERE state = 'open'")
    clock.advance(seconds=3)
    assert await turns.take(row["id"], clock.now())
    await turns.finish(row["id"], TurnState.HANDED_OVER, clock.now())


async def test_given_back_with_an_answer_the_bot_gets_what_nobody_has_answered(
    database: Database, door: Door, clock: HandClock
) -> None:
    takeovers, turns = Takeovers(database), Turns(database)
    await left_to_a_person(database, door, clock, "Раньше")
    door.record(incoming("Отвечаю", author=Author.OWNER, id=MessageId("OWN")))
    await left_to_a_person(database, door, clock, "А сколько стоит?")
    await left_to_a_person(database, door, clock, "И когда можно?")
    head = await Conversations(database).head(SALON, ANNA, clock.now())

    answered = await takeovers.give_back(SALON, ANNA, clock.now(), answer=True)
    turn = await turns.next_of(SALON, ANNA)

    assert head is not None
    assert (head.unanswered, answered) == (2, 2)
    assert turn is not None
    assert (turn.state, turn.due_at) == (TurnState.OPEN, clock.now())
    assert [one.text for one in await turns.messages(turn.id)] == ["А сколько стоит?", "И когда можно?"]
    assert [said.text for said in await turns.history(turn, 9)] == ["Раньше", "Отвечаю"]


async def test_given_back_with_an_answer_where_a_person_is_about_to_say_something_the_bot_adds_nothing(
    database: Database, door: Door, clock: HandClock
) -> None:
    takeovers = Takeovers(database)
    await left_to_a_person(database, door, clock, "А сколько стоит?")
    await takeovers.write(SALON, ANNA, draft("Тысячу"), clock.now(), clock.now() + HOUR)

    assert await takeovers.give_back(SALON, ANNA, clock.now(), answer=True) == 0


async def test_what_came_while_an_answer_was_on_its_way_is_not_answered_by_it(
    database: Database, door: Door, clock: HandClock
) -> None:
    takeovers, outbox = Takeovers(database), Outbox(database)
    await left_to_a_person(database, door, clock, "А сколько стоит?")
    await takeovers.write(SALON, ANNA, draft("Тысячу"), clock.now(), clock.now() + HOUR)
    (row,) = await database.rows("SELECT id FROM turn WHERE brain = 'owner'")
    (reply,) = await outbox.unsent(row["id"])
    clock.advance(seconds=1)
    await left_to_a_person(database, door, clock, "А картой можно?")
    await outbox.sent(reply, MessageId("OUT1"), clock.now())

    assert await takeovers.give_back(SALON, ANNA, clock.now(), answer=True) == 1


async def test_understanding_is_as_far_as_a_turn_goes_once_a_person_has_the_chat(
    database: Database, door: Door, clock: HandClock
) -> None:
    door.record(incoming())
    turns = Turns(database)
    turn = await turns.next_of(SALON, ANNA)
    assert turn is not None
    clock.advance(seconds=3)
    await turns.take(turn.id, clock.now())
    await Takeovers(database).take_over(SALON, ANNA, clock.now(), clock.now() + HOUR)

    goes_on = await turns.understood(turn.id, Understanding(), clock.now())

    assert not goes_on
    assert (await turns.read(turn.id)).state is TurnState.HANDED_OVER


async def test_a_reply_that_yields_is_not_begun_once_a_person_has_the_chat(
    database: Database, door: Door, clock: HandClock
) -> None:
    door.record(incoming())
    turns, outbox = Turns(database), Outbox(database)
    turn = await turns.next_of(SALON, ANNA)
    assert turn is not None
    await turns.composed(turn.id, ["раз", "два"], Composition(text="раз два"), clock.now())
    first, second = await outbox.unsent(turn.id)
    assert await outbox.sending(first.id, clock.now(), yields=True)
    await outbox.sent(first, MessageId("OUT1"), clock.now())
    await Takeovers(database).take_over(SALON, ANNA, clock.now(), clock.now() + HOUR)

    begun = await outbox.sending(second.id, clock.now(), yields=True)
    await outbox.hold_back(turn.id)

    assert not begun
    states = [row["state"] for row in await database.rows("SELECT state FROM reply ORDER BY part")]
    assert states == [ReplyState.SENT, ReplyState.HELD]


async def test_a_chat_found_to_be_another_one_keeps_who_has_it_and_what_was_said(
    database: Database, door: Door, clock: HandClock
) -> None:
    by_phone = ChatKey("pn:79161234567")
    door.record(incoming("Привет", by_phone=True))
    takeovers, conversations = Takeovers(database), Conversations(database)
    await takeovers.take_over(SALON, by_phone, clock.now(), clock.now() + HOUR)
    door.record(incoming("Это снова я"))

    assert await standing(database, clock) == (True, True, False)
    written = await takeovers.write(SALON, by_phone, draft("Вижу"), clock.now(), clock.now() + HOUR)
    listed = await conversations.page(SALON, now=clock.now(), today=clock.now())

    assert written is Written.KEPT
    assert await conversations.known_as(SALON, by_phone) == ANNA
    assert [(line.person.chat, line.last.text if line.last else "") for line in listed.lines] == [(ANNA, "Это снова я")]


async def test_nobody_can_write_to_a_stranger(database: Database, clock: HandClock) -> None:
    takeovers, now = Takeovers(database), clock.now()
    stranger = ChatKey("lid:1")

    for move in (
        takeovers.write(SALON, stranger, draft("Купите"), now, now + HOUR),
        takeovers.take_over(SALON, stranger, now, now + HOUR),
        takeovers.give_back(SALON, stranger, now, answer=True),
        takeovers.resolve(SALON, stranger, now),
    ):
        with pytest.raises(LookupError):
            await move


async def test_a_chat_renamed_while_it_is_answered_is_known_by_its_old_name_and_gets_its_person(
    database: Database, door: Door, clock: HandClock
) -> None:
    old = door.record(incoming("Хочу администратора", by_phone=True)).chat
    door.record(incoming("Вы тут?"))
    contacts = Contacts(database)

    assert (await contacts.read(SALON, old)).customer.chat == ANNA
    await contacts.wait_for_person(SALON, old, since=clock.now(), until=clock.now() + HOUR)

    assert await standing(database, clock) == (True, False, True)

"""A conversation as a messenger shows it, and the story of each turn."""

from datetime import timedelta

import pytest

from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.outbox import Outbox, Receipt
from salonbot.journal.stories import Stage, Stories
from salonbot.journal.takeovers import Draft, Takeovers
from salonbot.journal.timeline import PAGE, Said, Timelines
from salonbot.journal.turns import TurnRecord, Turns
from salonbot.model.commands import HandOver
from salonbot.model.dialogue import Claim, Composition, Memory, Refused, Understanding, Usage
from salonbot.model.messages import Author, MessageId, MessageKind, ReplyState, TurnState
from salonbot.model.outcomes import HandedOver
from tests.clocks import HandClock
from tests.messages import ANNA, SALON, incoming


@pytest.fixture
def timelines(database: Database) -> Timelines:
    return Timelines(database)


async def said(timelines: Timelines) -> tuple[Said, ...]:
    return (await timelines.read(SALON, ANNA)).said


async def taken(turns: Turns, clock: HandClock) -> TurnRecord:
    turn = await turns.next_of(SALON, ANNA)
    assert turn is not None
    clock.advance(seconds=3)
    assert await turns.take(turn.id, clock.now())
    return await turns.read(turn.id)


async def send(database: Database, clock: HandClock, turn: TurnRecord) -> None:
    outbox = Outbox(database)
    for reply in await outbox.unsent(turn.id):
        await outbox.sending(reply.id, clock.now())
        await outbox.sent(reply, MessageId(f"OUT{reply.id}"), clock.now())


async def test_a_conversation_shows_both_sides_and_how_far_each_answer_came(
    database: Database, door: Door, clock: HandClock, timelines: Timelines
) -> None:
    turns = Turns(database)
    door.record(incoming("Привет"))
    turn = await taken(turns, clock)
    await turns.composed(turn.id, ["Здравствуйте!", "Чем помочь?"], Composition(text=""), clock.now())
    await send(database, clock, turn)
    await Outbox(database).receipts([Receipt(SALON, ANNA, (MessageId("OUT1"),), ReplyState.READ, clock.now())])
    await Takeovers(database).write(SALON, ANNA, Draft("И я тут", "1"), clock.now(), clock.now() + timedelta(hours=1))

    assert [(one.author, one.text, one.state, one.turn) for one in await said(timelines)] == [
        (Author.CUSTOMER, "Привет", None, turn.id),
        (Author.SALON, "Здравствуйте!", ReplyState.READ, turn.id),
        (Author.SALON, "Чем помочь?", ReplyState.SENT, turn.id),
        (Author.OWNER, "И я тут", ReplyState.PENDING, turn.id + 1),
    ]


async def test_edits_deletions_and_reactions_are_shown_on_what_they_are_about(
    door: Door, clock: HandClock, timelines: Timelines
) -> None:
    door.record(incoming("в пять", id=MessageId("A")))
    door.record(incoming("секрет", id=MessageId("B")))
    door.record(incoming("фото", id=MessageId("C"), kind=MessageKind.IMAGE))
    for number, emoji in enumerate(["👍", "❤️"]):
        door.record(incoming(emoji, id=MessageId(f"R{number}"), kind=MessageKind.REACTION, target_id=MessageId("C")))
    door.record(incoming("в шесть", id=MessageId("E"), kind=MessageKind.EDIT, target_id=MessageId("A")))
    door.record(incoming("", id=MessageId("D"), kind=MessageKind.DELETION, target_id=MessageId("B")))

    edited, deleted, picture = await said(timelines)

    assert (edited.text, edited.is_edited) == ("в шесть", True)
    assert (deleted.text, deleted.is_deleted) == ("", True)
    assert (picture.kind, picture.text, picture.reactions) == (MessageKind.IMAGE, "фото", ("❤️",))


async def test_nobody_edits_or_deletes_what_the_other_side_has_said(
    door: Door, clock: HandClock, timelines: Timelines
) -> None:
    door.record(incoming("Ждём в пять", id=MessageId("OWN"), author=Author.OWNER))
    door.record(incoming("в два", id=MessageId("E"), kind=MessageKind.EDIT, target_id=MessageId("OWN")))
    door.record(incoming("", id=MessageId("D"), kind=MessageKind.DELETION, target_id=MessageId("OWN")))

    owners = (await said(timelines))[0]
    assert (owners.text, owners.is_edited, owners.is_deleted) == ("Ждём в пять", False, False)

    door.record(
        incoming("", id=MessageId("D2"), kind=MessageKind.DELETION, target_id=MessageId("OWN"), author=Author.OWNER)
    )
    assert (await said(timelines))[0].is_deleted


async def test_an_edit_of_something_answered_is_shown_where_the_bot_answers_it(
    database: Database, door: Door, clock: HandClock, timelines: Timelines
) -> None:
    turns = Turns(database)
    door.record(incoming("в пять", id=MessageId("A")))
    turn = await taken(turns, clock)
    await turns.finish(turn.id, TurnState.DONE, clock.now())
    door.record(incoming("в шесть", id=MessageId("E"), kind=MessageKind.EDIT, target_id=MessageId("A")))

    first, edit = await said(timelines)

    assert (first.text, first.first_text, first.is_edited) == ("в шесть", "в пять", True)
    assert (edit.kind, edit.text) == (MessageKind.EDIT, "в шесть")


async def test_a_long_conversation_is_read_page_by_page_and_nothing_twice(
    door: Door, clock: HandClock, timelines: Timelines
) -> None:
    for number in range(2 * PAGE + 3):
        door.record(incoming(f"сообщение {number}", id=MessageId(f"M{number}")))

    seen: list[str] = []
    before: int | None = None
    while True:
        page = await timelines.read(SALON, ANNA, before)
        seen = [one.text for one in page.said] + seen
        before = page.earlier
        if before is None:
            break

    assert seen == [f"сообщение {number}" for number in range(2 * PAGE + 3)]


async def test_what_was_held_back_or_refused_stays_in_its_place(
    database: Database, door: Door, clock: HandClock, timelines: Timelines
) -> None:
    turns, outbox = Turns(database), Outbox(database)
    door.record(incoming("Привет", id=MessageId("A")))
    turn = await taken(turns, clock)
    await turns.composed(turn.id, ["Здравствуйте!", "Чем помочь?"], Composition(text=""), clock.now())
    first, _ = await outbox.unsent(turn.id)
    await outbox.refused(first.id, "463: no")
    await outbox.hold_back(turn.id)
    clock.advance(seconds=1)
    door.record(incoming("Ау", id=MessageId("B")))

    assert [(one.text, one.state, one.failure) for one in await said(timelines)] == [
        ("Привет", None, None),
        ("Здравствуйте!", ReplyState.REFUSED, "463: no"),
        ("Чем помочь?", ReplyState.HELD, None),
        ("Ау", None, None),
    ]


async def test_a_turn_tells_what_it_gathered_did_said_cost_and_how_long_each_took(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns = Turns(database)
    door.record(incoming("Позовите человека", id=MessageId("A")))
    door.record(incoming("пожалуйста", id=MessageId("B")))
    turn = await taken(turns, clock)
    usage = Usage(stage="understand", model="claude-haiku-5-5", milliseconds=700, input_tokens=1000, output_tokens=50)
    clock.advance(seconds=1)
    await turns.understood(turn.id, Understanding(commands=(HandOver(),), brain="claude", usage=(usage,)), clock.now())
    clock.advance(seconds=2)
    await turns.executed(turn.id, (HandedOver(),), Memory(), clock.now(), name=None, phone=None)
    clock.advance(seconds=4)
    refused = Refused(brain="claude", text="Позвоню в 15:00", claims=(Claim("time", "15:00"),))
    await turns.composed(
        turn.id, ["Передала"], Composition(text="Передала", brain="claude", refused=(refused,)), clock.now()
    )
    clock.advance(seconds=8)
    await send(database, clock, turn)

    story = (await Stories(database).of(SALON, ANNA, [turn.id]))[turn.id]

    assert [one.text for one in story.gathered] == ["Позовите человека", "пожалуйста"]
    assert story.understanding is not None
    assert story.understanding.commands == (HandOver(),)
    assert story.outcomes == (HandedOver(),)
    assert (story.brain, story.refused, story.usage) == ("claude", (refused,), (usage,))
    assert {lap.stage: lap.took.total_seconds() for lap in story.laps} == {
        Stage.GATHERED: 3,
        Stage.UNDERSTOOD: 1,
        Stage.EXECUTED: 2,
        Stage.COMPOSED: 4,
        Stage.SENT: 8,
    }
    assert story.took.total_seconds() == 18


async def test_what_a_person_wrote_has_no_story_and_other_chats_have_none_here(
    database: Database, door: Door, clock: HandClock
) -> None:
    door.record(incoming("Привет"))
    await Takeovers(database).write(SALON, ANNA, Draft("Да", "1"), clock.now(), clock.now() + timedelta(hours=1))
    turns = [row["id"] for row in await database.rows("SELECT id FROM turn ORDER BY id")]

    assert list(await Stories(database).of(SALON, ANNA, turns)) == turns[:1]
    assert await Stories(database).of(SALON, type(ANNA)("lid:1"), turns) == {}

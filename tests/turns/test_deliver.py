"""Replies out: in order, once where that can be known, never silently dropped."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from salonbot.assistant.brain import Brain
from salonbot.booking.system import BookingSystem
from salonbot.clock import Clock, SystemClock
from salonbot.errors import NotConnected, OutcomeUnknown, SendRefused
from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.outbox import Outbox, Receipt
from salonbot.journal.takeovers import Draft, Takeovers
from salonbot.journal.turns import TurnRecord, Turns
from salonbot.model.dialogue import Composition
from salonbot.model.messages import ChatKey, MessageId, ReplyState, TurnState
from salonbot.model.salon import Catalogue, SalonProfile
from salonbot.turns.deliver import RECEIPT_POLL, Delivery, mark_of
from salonbot.turns.limits import Limits
from salonbot.turns.reception import Reception
from tests.assistant.guard.told import CANCELLED
from tests.clocks import HandClock
from tests.fakes import FakeMessenger
from tests.journal.stuck import hurry, locked
from tests.messages import ANNA, SALON, incoming


async def replying(turns: Turns, door: Door, clock: HandClock, *parts: str) -> TurnRecord:
    """A turn of Anna's whose answer has just been composed."""
    door.record(incoming("Привет"))
    turn = await turns.next_of(SALON, ANNA)
    assert turn is not None
    clock.advance(seconds=3)
    assert await turns.take(turn.id, clock.now())
    await turns.composed(turn.id, parts, Composition(text="\n".join(parts)), clock.now())
    return await turns.read(turn.id)


def delivery(database: Database, clock: Clock, messenger: FakeMessenger) -> Delivery:
    # Sending needs neither brain nor booking system: whoever touched them here would fail loudly.
    nobody: Brain = None  # type: ignore[assignment]
    nowhere: BookingSystem = None  # type: ignore[assignment]
    profile = SalonProfile(id=SALON, name="Салон", zone=ZoneInfo("Europe/Moscow"))
    reception = Reception(
        profile,
        Catalogue((), ()),
        nowhere,
        nobody,
        messenger,
        needs_phone=False,
        handover_pause=timedelta(hours=4),
        limits=Limits(per_minute=100, per_hour=1000),
        budget=timedelta(seconds=25),
    )
    return Delivery({SALON: reception}, Turns(database), Outbox(database), clock)


async def reply_states(database: Database) -> list[str]:
    return [row["state"] for row in await database.rows("SELECT state FROM reply ORDER BY part")]


async def test_parts_go_in_order_and_join_the_conversation(database: Database, door: Door, clock: HandClock) -> None:
    turns, messenger = Turns(database), FakeMessenger()
    turn = await replying(turns, door, clock, "Здравствуйте!", "Чем помочь?")

    await delivery(database, clock, messenger).deliver(turn, asyncio.Event())

    assert messenger.texts == ["Здравствуйте!", "Чем помочь?"]
    assert (await turns.read(turn.id)).state is TurnState.DONE
    said = await database.rows("SELECT text FROM message WHERE author = 'salon' ORDER BY seq")
    assert [row["text"] for row in said] == ["Здравствуйте!", "Чем помочь?"]


async def test_a_reply_waits_for_the_connection_and_is_sent_once(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns, messenger = Turns(database), FakeMessenger()
    messenger.failures = [NotConnected("closed"), NotConnected("closed")]
    turn = await replying(turns, door, clock, "Здравствуйте!")

    await delivery(database, clock, messenger).deliver(turn, asyncio.Event())

    assert messenger.texts == ["Здравствуйте!"]
    assert await reply_states(database) == ["sent"]


async def test_a_refused_reply_ends_the_turn_with_the_code_and_is_not_tried_again(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns, messenger = Turns(database), FakeMessenger()
    messenger.failures = [SendRefused(463, "server returned error 463")]
    turn = await replying(turns, door, clock, "раз", "два")

    await delivery(database, clock, messenger).deliver(turn, asyncio.Event())

    ended = await turns.read(turn.id)
    assert messenger.texts == []
    assert ended.state is TurnState.FAILED
    assert ended.failure is not None
    assert "463" in ended.failure
    assert await reply_states(database) == ["refused", "refused"]


async def test_a_reply_in_doubt_is_settled_by_its_receipt(database: Database, door: Door, clock: HandClock) -> None:
    turns, messenger, outbox = Turns(database), FakeMessenger(), Outbox(database)
    messenger.failures = [OutcomeUnknown("no answer")]
    turn = await replying(turns, door, clock, "Здравствуйте!")
    reply = (await outbox.unsent(turn.id))[0]
    messenger.made_ready[mark_of(reply)] = MessageId("3EB0")
    await outbox.receipts([Receipt(SALON, ANNA, (MessageId("3EB0"),), ReplyState.DELIVERED, clock.now())])

    await delivery(database, clock, messenger).deliver(turn, asyncio.Event())

    assert messenger.texts == []
    assert await reply_states(database) == ["delivered"]
    assert (await turns.read(turn.id)).state is TurnState.DONE


@pytest.mark.parametrize("was_made_ready", [True, False])
async def test_a_reply_in_doubt_without_a_receipt_is_sent_again(
    database: Database, door: Door, clock: HandClock, was_made_ready: bool
) -> None:
    turns, messenger, outbox = Turns(database), FakeMessenger(), Outbox(database)
    turn = await replying(turns, door, clock, "Здравствуйте!")
    reply = (await outbox.unsent(turn.id))[0]
    await outbox.sending(reply.id, clock.now())
    assert await outbox.doubt_interrupted() == 1
    if was_made_ready:
        messenger.made_ready[mark_of(reply)] = MessageId("3EB0")
    # A receipt of another message's proves nothing about this one.
    await outbox.receipts([Receipt(SALON, ANNA, (MessageId("OTHER"),), ReplyState.DELIVERED, clock.now())])

    await delivery(database, clock, messenger).deliver(turn, asyncio.Event())

    assert messenger.texts == ["Здравствуйте!"]
    assert await reply_states(database) == ["sent"]


async def test_receipts_move_a_reply_forward_only_even_when_they_overtake_its_record(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns, messenger, outbox = Turns(database), FakeMessenger(), Outbox(database)
    turn = await replying(turns, door, clock, "Здравствуйте!")
    await outbox.receipts([Receipt(SALON, ANNA, (MessageId("OUT1"),), ReplyState.READ, clock.now())])

    await delivery(database, clock, messenger).deliver(turn, asyncio.Event())
    await outbox.receipts([Receipt(SALON, ANNA, (MessageId("OUT1"),), ReplyState.DELIVERED, clock.now())])

    assert await reply_states(database) == ["read"]


async def test_a_receipt_noted_by_a_process_that_died_settles_the_reply_it_left_in_doubt(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns, messenger, outbox = Turns(database), FakeMessenger(), Outbox(database)
    turn = await replying(turns, door, clock, "Здравствуйте!")
    (reply,) = await outbox.unsent(turn.id)
    await outbox.sending(reply.id, clock.now())
    messenger.made_ready[mark_of(reply)] = MessageId("3EB0")
    door.receipt(SALON, ChatKey("pn:79161234567"), [MessageId("3EB0")], ReplyState.READ, clock.now())
    await outbox.doubt_interrupted()

    await delivery(database, clock, messenger).deliver(turn, asyncio.Event())

    assert messenger.texts == []
    assert await reply_states(database) == ["read"]


async def test_receipts_of_known_replies_are_not_kept_apart(database: Database, door: Door, clock: HandClock) -> None:
    turns, messenger = Turns(database), FakeMessenger()
    turn = await replying(turns, door, clock, "Здравствуйте!")
    await delivery(database, clock, messenger).deliver(turn, asyncio.Event())

    door.receipt(SALON, ANNA, [MessageId("OUT1")], ReplyState.READ, clock.now())

    assert await database.rows("SELECT * FROM receipt") == []


async def test_stopping_while_offline_parks_the_reply_for_the_next_start(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns, messenger, stopping = Turns(database), FakeMessenger(), asyncio.Event()
    messenger.online.clear()
    turn = await replying(turns, door, clock, "Здравствуйте!")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(delivery(database, clock, messenger).deliver(turn, stopping))
        await asyncio.sleep(0.01)
        stopping.set()

    assert messenger.texts == []
    assert await reply_states(database) == ["pending"]
    assert (await turns.read(turn.id)).state is TurnState.REPLYING


async def taken_over(database: Database, clock: HandClock) -> None:
    await Takeovers(database).take_over(SALON, ANNA, clock.now(), clock.now() + timedelta(hours=1))


async def test_what_has_not_left_when_a_person_takes_the_chat_over_is_held_back(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns, messenger = Turns(database), FakeMessenger()
    turn = await replying(turns, door, clock, "Здравствуйте!", "Чем помочь?")
    await taken_over(database, clock)

    await delivery(database, clock, messenger).deliver(turn, asyncio.Event())

    assert messenger.texts == []
    assert await reply_states(database) == ["held", "held"]
    assert (await turns.read(turn.id)).state is TurnState.HANDED_OVER


async def test_an_answer_that_tells_of_something_done_goes_also_when_a_person_has_the_chat(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns, messenger = Turns(database), FakeMessenger()
    turn = replace(await replying(turns, door, clock, "Отменила запись."), outcomes=(CANCELLED,))
    await taken_over(database, clock)

    await delivery(database, clock, messenger).deliver(turn, asyncio.Event())

    assert messenger.texts == ["Отменила запись."]


async def test_what_a_person_writes_goes_out_while_the_bot_is_silent(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns, messenger = Turns(database), FakeMessenger()
    turn = await replying(turns, door, clock, "Здравствуйте!")
    await Takeovers(database).write(SALON, ANNA, Draft("Это Ольга", "1"), clock.now(), clock.now() + timedelta(hours=1))
    owners = await turns.next_of(SALON, ANNA)
    assert owners is not None

    for one in (owners, turn):
        await delivery(database, clock, messenger).deliver(one, asyncio.Event())

    assert messenger.texts == ["Это Ольга"]
    assert [row["author"] for row in await database.rows("SELECT author FROM message ORDER BY seq")] == [
        "customer",
        "owner",
    ]


async def test_a_reply_in_doubt_is_settled_and_not_sent_again_once_a_person_has_the_chat(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns, messenger, outbox = Turns(database), FakeMessenger(), Outbox(database)
    turn = await replying(turns, door, clock, "Здравствуйте!")
    reply = (await outbox.unsent(turn.id))[0]
    await outbox.sending(reply.id, clock.now())
    assert await outbox.doubt_interrupted() == 1
    messenger.made_ready[mark_of(reply)] = MessageId("3EB0")
    await taken_over(database, clock)

    await delivery(database, clock, messenger).deliver(turn, asyncio.Event())

    assert messenger.texts == []
    assert await reply_states(database) == ["held"]


async def test_a_reply_that_left_while_the_journal_was_locked_is_noted_and_not_sent_again(
    database: Database, door: Door
) -> None:
    clock = SystemClock()
    messenger, turns = FakeMessenger(), Turns(database)
    turn = await replying(turns, door, HandClock(), "Здравствуйте!")
    await hurry(database)
    messenger.before_send = asyncio.Event()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(delivery(database, clock, messenger).deliver(turn, asyncio.Event()))
        while await reply_states(database) != ["sending"]:  # noqa: ASYNC110 - rows have no event
            await asyncio.sleep(0)
        with locked(database.path):
            messenger.before_send.set()
            while database.trouble.detail is None:  # noqa: ASYNC110 - nor has this
                await asyncio.sleep(0.001)

    assert messenger.texts == ["Здравствуйте!"]
    assert await reply_states(database) == ["sent"]
    assert (await turns.read(turn.id)).state is TurnState.DONE


async def test_a_clock_set_back_makes_no_reply_in_doubt_wait_an_hour(database: Database, door: Door) -> None:
    class SetBack(HandClock):
        """Loses an hour with the first sleep."""

        sleeps = 0

        async def sleep(self, seconds: float) -> None:
            self.sleeps += 1
            self.advance(seconds=seconds, hours=-1 if self.sleeps == 1 else 0)

    turns, messenger, outbox, clock = Turns(database), FakeMessenger(), Outbox(database), SetBack()
    turn = await replying(turns, door, clock, "Здравствуйте!")
    (reply,) = await outbox.unsent(turn.id)
    await outbox.sending(reply.id, clock.now())
    messenger.made_ready[mark_of(reply)] = MessageId("3EB0")
    await outbox.doubt_interrupted()

    await delivery(database, clock, messenger).deliver(turn, asyncio.Event())

    assert messenger.texts == ["Здравствуйте!"]
    assert clock.sleeps * RECEIPT_POLL < timedelta(minutes=1)

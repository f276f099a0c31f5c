"""The machine's clock is set forward or back: nobody waits for an hour that does not come, nothing is done twice."""

import asyncio
from datetime import timedelta

import pytest

from salonbot.journal.database import Database
from salonbot.journal.events import Events, Wish
from salonbot.journal.gaps import Gaps
from salonbot.journal.inbox import Door
from salonbot.journal.turns import TurnRecord, Turns
from salonbot.model.events import EventKind
from salonbot.model.messages import MessageKind, TurnState
from tests.clocks import HandClock
from tests.messages import ANNA, SALON, incoming
from tests.turns.test_dispatch import dispatching
from tests.turns.test_missed import asked, missed


@pytest.mark.parametrize("hours", [1, -1, 24, -24])
async def test_a_turn_that_is_still_gathering_is_answered_once(
    database: Database, door: Door, clock: HandClock, hours: int
) -> None:
    turns, answered = Turns(database), asyncio.Event()
    seen: list[list[str]] = []
    door.record(incoming("Хочу"))
    clock.advance(hours=hours)
    door.record(incoming("на стрижку"))

    async def answer(turn: TurnRecord) -> None:
        seen.append([message.text for message in await turns.messages(turn.id)])
        await turns.finish(turn.id, TurnState.DONE, clock.now())
        answered.set()

    async with dispatching(turns, answer, clock):
        await answered.wait()

    assert seen == [["Хочу", "на стрижку"]]


async def test_a_turn_of_a_future_that_is_gone_is_due_at_once(database: Database, door: Door, clock: HandClock) -> None:
    door.record(incoming("Хочу"))
    turns = Turns(database)
    turn = await turns.next_of(SALON, ANNA)
    assert turn is not None
    assert not await turns.take(turn.id, clock.now()), "it is still gathering"

    clock.advance(hours=-1)

    assert await turns.take(turn.id, clock.now())


async def test_turns_of_a_future_that_is_gone_are_not_counted_as_too_many(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns = Turns(database)
    door.record(incoming("раз"))
    turn = await turns.next_of(SALON, ANNA)
    assert turn is not None
    clock.advance(seconds=5)
    await turns.take(turn.id, clock.now())
    counted = [
        await turns.count_between(SALON, ANNA, clock.now() - timedelta(minutes=1), clock.now(), limited=False),
    ]
    clock.advance(minutes=-30)
    counted.append(
        await turns.count_between(SALON, ANNA, clock.now() - timedelta(minutes=1), clock.now(), limited=False)
    )

    assert counted == [1, 0]


async def test_what_could_not_be_read_is_asked_for_after_the_clock_was_set_back(
    database: Database, door: Door, clock: HandClock
) -> None:
    door.record(incoming("", kind=MessageKind.UNDECRYPTABLE, sent_at=clock.now()))
    clock.advance(hours=-1)

    await missed(database, clock).ask_for_unreadable()

    assert len(await asked(database)) == 1
    assert await Gaps(database).unreadable(clock.now(), clock.now()) == []


async def test_news_for_another_system_does_not_wait_for_the_hour_to_come_again(
    database: Database, door: Door, clock: HandClock
) -> None:
    events = Events(database)
    await events.subscribe({SALON: Wish(frozenset(EventKind), with_texts=False)})
    door.record(incoming("Привет"))
    clock.advance(hours=-1)

    due = await events.due(SALON, clock.now(), 10)

    assert [event.kind for event in due] == [EventKind.MESSAGE_RECEIVED]

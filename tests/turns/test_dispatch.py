"""The dispatcher: one worker per chat, turns in order, chats in parallel, stopping parks what is not running."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from salonbot.clock import SystemClock
from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.takeovers import Draft, Takeovers
from salonbot.journal.turns import TurnRecord, Turns
from salonbot.model.messages import Author, ChatKey, MessageId, TurnId, TurnState
from salonbot.turns.dispatch import Deliver, Dispatcher
from tests.clocks import HandClock
from tests.journal.stuck import hurry, locked
from tests.journal_fixtures import GATHERING
from tests.messages import ANNA, SALON, incoming

GATHERING_LONG = replace(GATHERING, quiet=timedelta(seconds=60), longest=timedelta(seconds=60))


async def deliver_nothing(turn: TurnRecord, stopping: asyncio.Event) -> None:
    raise AssertionError("no turn of these stories has a reply")


@asynccontextmanager
async def dispatching(
    turns: Turns,
    answer: Callable[[TurnRecord], Awaitable[None]],
    clock: HandClock | SystemClock,
    parallel: int = 8,
    deliver: Deliver = deliver_nothing,
) -> AsyncIterator[Dispatcher]:
    dispatcher = Dispatcher(turns, answer, deliver, clock, parallel=parallel)
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(dispatcher.run())
        dispatcher.open(SALON)
        yield dispatcher
        dispatcher.stop()


async def write_under_both_addresses(dispatcher: Dispatcher, door: Door, between: asyncio.Event) -> None:
    """A customer writes under their phone number and, once `between` is set, under their LID: two chats become one."""
    first = await asyncio.to_thread(door.record, incoming("первое", by_phone=True))
    dispatcher.wake(SALON, first.chat)
    await between.wait()
    second = await asyncio.to_thread(door.record, incoming("второе"))
    dispatcher.wake(SALON, second.chat)
    await asyncio.sleep(0.02)


async def test_turns_of_one_chat_are_answered_in_order_and_never_two_at_once(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns = Turns(database)
    seen: list[str] = []
    running = 0
    all_seen = asyncio.Event()

    async def answer(turn: TurnRecord) -> None:
        nonlocal running
        running += 1
        assert running == 1
        texts = [message.text for message in await turns.messages(turn.id)]
        await asyncio.sleep(0.001)
        seen.extend(texts)
        await turns.finish(turn.id, TurnState.DONE, clock.now())
        running -= 1
        if len(seen) == 30:
            all_seen.set()

    async with dispatching(turns, answer, clock) as dispatcher:
        for number in range(30):
            recorded = await asyncio.to_thread(door.record, incoming(f"{number}", id=MessageId(f"M{number}")))
            dispatcher.wake(SALON, recorded.chat)
            if number % 3 == 0:
                await asyncio.sleep(0.002)
        await all_seen.wait()

    assert seen == [f"{number}" for number in range(30)]
    assert dispatcher.busy_chats == 0


async def test_chats_are_answered_in_parallel_up_to_the_bound(database: Database, door: Door, clock: HandClock) -> None:
    turns = Turns(database)
    running = 0
    most = 0
    done = 0
    all_done = asyncio.Event()

    async def answer(turn: TurnRecord) -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        await turns.finish(turn.id, TurnState.DONE, clock.now())
        done += 1
        if done == 12:
            all_done.set()

    async with dispatching(turns, answer, clock, parallel=4) as dispatcher:
        for number in range(12):
            await asyncio.to_thread(
                door.record, incoming("Привет", chat=ChatKey(f"lid:{number}"), phone=None, lid=str(number))
            )
            dispatcher.wake(SALON, ChatKey(f"lid:{number}"))
        await all_done.wait()

    assert most == 4


async def test_a_restart_resumes_what_the_journal_holds(database: Database, door: Door, clock: HandClock) -> None:
    await asyncio.to_thread(door.record, incoming("Привет"))
    turns = Turns(database)
    answered = asyncio.Event()

    async def answer(turn: TurnRecord) -> None:
        await turns.finish(turn.id, TurnState.DONE, clock.now())
        answered.set()

    async with dispatching(turns, answer, clock):
        await answered.wait()

    assert await turns.chats_with_work(SALON) == []


async def test_what_a_person_writes_does_not_wait_until_the_customer_has_ended(database: Database) -> None:
    turns, clock = Turns(database), SystemClock()
    far = Door(database.path, clock, GATHERING_LONG)
    await asyncio.to_thread(far.record, incoming("Я ещё пишу"))
    delivered: asyncio.Queue[str | None] = asyncio.Queue()

    async def answer(turn: TurnRecord) -> None:
        raise AssertionError("the customer has not ended")

    async def deliver(turn: TurnRecord, stopping: asyncio.Event) -> None:
        row = await database.row("SELECT text FROM reply WHERE turn = ?", (turn.id,))
        await turns.finish(turn.id, TurnState.DONE, clock.now())
        delivered.put_nowait(row["text"] if row else None)

    async with dispatching(turns, answer, clock, deliver=deliver) as dispatcher:
        while not dispatcher.busy_chats:  # noqa: ASYNC110 - it has no event, and the story holds at any later moment
            await asyncio.sleep(0.001)
        now = clock.now()
        await Takeovers(database).write(SALON, ANNA, Draft("Это Ольга", "1"), now, now + timedelta(hours=1))
        dispatcher.hurry(SALON, ANNA)
        assert await delivered.get() == "Это Ольга"

    gathering = await turns.next_of(SALON, ANNA)
    assert gathering is not None
    assert gathering.state is TurnState.OPEN
    far.close()


async def test_stopping_leaves_a_gathering_turn_open_for_the_next_start(database: Database, door: Door) -> None:
    turns = Turns(database)
    clock = SystemClock()
    far = Door(database.path, clock, GATHERING_LONG)

    async def answer(turn: TurnRecord) -> None:
        raise AssertionError("it is still gathering")

    async with dispatching(turns, answer, clock) as dispatcher:
        await asyncio.to_thread(far.record, incoming("Хочу"))
        dispatcher.wake(SALON, ANNA)
        await asyncio.sleep(0.02)
    far.close()

    turn = await turns.next_of(SALON, ANNA)
    assert turn is not None
    assert turn.state is TurnState.OPEN


async def test_a_turn_that_moved_to_another_chat_while_running_is_not_answered_twice(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns = Turns(database)
    begun = asyncio.Event()
    go_on = asyncio.Event()
    answers: list[int] = []
    second_done = asyncio.Event()

    async def answer(turn: TurnRecord) -> None:
        answers.append(turn.id)
        begun.set()
        await go_on.wait()
        await turns.finish(turn.id, TurnState.DONE, clock.now())
        if len(answers) == 2:
            second_done.set()

    async with dispatching(turns, answer, clock) as dispatcher:
        await write_under_both_addresses(dispatcher, door, begun)
        go_on.set()
        await second_done.wait()

    assert answers == sorted(set(answers))


async def test_a_turn_waits_for_a_journal_that_takes_nothing_and_goes_on_from_its_last_commit(
    database: Database, door: Door
) -> None:
    turns, clock = Turns(database), SystemClock()
    await asyncio.to_thread(door.record, incoming("Привет", sent_at=clock.now()))
    await hurry(database)
    answered = asyncio.Event()
    attempts = 0

    async def answer(turn: TurnRecord) -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            with locked(database.path):
                await turns.finish(turn.id, TurnState.DONE, clock.now())
        await turns.finish(turn.id, TurnState.DONE, clock.now())
        answered.set()

    async with dispatching(turns, answer, clock):
        await answered.wait()

    assert attempts == 2
    assert await turns.next_of(SALON, ANNA) is None


async def test_a_chat_renamed_while_its_turn_is_being_taken_has_it_answered_once(
    database: Database, door: Door, clock: HandClock
) -> None:
    taken, go_on, second_done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    class Slow(Turns):
        """The journal takes its time right after a turn was taken."""

        async def read(self, turn: TurnId) -> TurnRecord:
            taken.set()
            await go_on.wait()
            return await super().read(turn)

    turns = Slow(database)
    answers: list[int] = []

    async def answer(turn: TurnRecord) -> None:
        answers.append(turn.id)
        await turns.finish(turn.id, TurnState.DONE, clock.now())
        if await turns.next_of(SALON, ANNA) is None:
            second_done.set()

    async with dispatching(turns, answer, clock) as dispatcher:
        await write_under_both_addresses(dispatcher, door, taken)
        go_on.set()
        await second_done.wait()

    assert answers == sorted(set(answers))


async def test_a_chat_renamed_by_what_needs_no_answer_goes_on_with_the_turns_it_has(
    database: Database, door: Door, clock: HandClock
) -> None:
    turns = Turns(database)
    begun, go_on, both_done = asyncio.Event(), asyncio.Event(), asyncio.Event()
    answers: list[int] = []

    async def answer(turn: TurnRecord) -> None:
        begun.set()
        await go_on.wait()
        answers.append(turn.id)
        await turns.finish(turn.id, TurnState.DONE, clock.now())
        if len(answers) == 2:
            both_done.set()

    async with dispatching(turns, answer, clock) as dispatcher:
        first = await asyncio.to_thread(door.record, incoming("первое", by_phone=True))
        dispatcher.wake(SALON, first.chat)
        await begun.wait()
        second = await asyncio.to_thread(door.record, incoming("второе", by_phone=True))
        dispatcher.wake(SALON, second.chat)
        renaming = await asyncio.to_thread(door.record, incoming("Это Ольга", author=Author.OWNER))
        assert not renaming.has_work
        go_on.set()
        await both_done.wait()

    assert await turns.next_of(SALON, ANNA) is None

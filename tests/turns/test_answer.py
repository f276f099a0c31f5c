"""From messages to replies on the real calendar and the offline brain: what a crash between commits leaves behind."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.config.load import load, packaged
from salonbot.journal.contacts import Contacts
from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.noted import NotedRequests
from salonbot.journal.turns import TurnRecord, Turns
from salonbot.model.dialogue import Composition, Memory, Situation, Understanding
from salonbot.model.messages import Author, ChatKey, MessageId, TurnId, TurnState
from salonbot.model.outcomes import Outcome
from salonbot.turns.answer import MOST_ATTEMPTS, SUSPECT_ATTEMPTS, Answering
from salonbot.turns.limits import Limits
from salonbot.turns.reception import Reception
from tests.clocks import HandClock
from tests.fakes import FakeMessenger
from tests.messages import ANNA, SALON, incoming

WISH = "Запишите Анну к Бари на стрижку завтра в 15:00"


Written = TypeVar("Written")


class PowerCutError(BaseException):
    """What ends a process: nothing may catch it."""


class Interrupted(Turns):
    """A journal beside which the power goes at one commit: right after it, or instead of it."""

    def __init__(self, database: Database, commit: str, *, instead: bool = False) -> None:
        super().__init__(database)
        self._commit = commit
        self._instead = instead

    async def understood(self, turn: TurnId, understanding: Understanding, now: datetime) -> bool:
        return await self._reach("understood", super().understood(turn, understanding, now))

    async def executed(
        self,
        turn: TurnId,
        outcomes: tuple[Outcome, ...],
        memory: Memory,
        now: datetime,
        *,
        name: str | None,
        phone: str | None,
    ) -> None:
        await self._reach("executed", super().executed(turn, outcomes, memory, now, name=name, phone=phone))

    async def composed(self, turn: TurnId, parts: Sequence[str], composition: Composition, now: datetime) -> None:
        await self._reach("composed", super().composed(turn, parts, composition, now))

    async def _reach(self, commit: str, writing: Coroutine[None, None, Written]) -> Written:
        if commit == self._commit and self._instead:
            writing.close()
            raise PowerCutError
        written = await writing
        if commit == self._commit:
            raise PowerCutError
        return written


@pytest.fixture
def clock() -> HandClock:
    return HandClock(datetime(2026, 11, 24, 7, 0, tzinfo=UTC))


@pytest.fixture
def answering(database: Database, clock: HandClock, tmp_path: Path) -> Answering:
    plan = load(packaged(), environment={}, state=tmp_path).salons[0]
    reception = Reception(
        profile=plan.profile,
        catalogue=plan.catalogue,
        booking=EmbeddedCalendar(plan, database, clock),
        brain=OfflineBrain(),
        messenger=FakeMessenger(),
        needs_phone=False,
        handover_pause=timedelta(hours=4),
        limits=Limits(per_minute=100, per_hour=1000),
        budget=timedelta(seconds=25),
    )
    return Answering(
        {SALON: reception},
        Turns(database),
        Contacts(database),
        NotedRequests(database),
        clock,
    )


async def taken(turns: Turns, door: Door, clock: HandClock, text: str) -> TurnRecord:
    door.record(incoming(text))
    turn = await turns.next_of(SALON, ANNA)
    assert turn is not None
    clock.advance(seconds=3)
    assert await turns.take(turn.id, clock.now())
    return await turns.read(turn.id)


async def texts(database: Database) -> list[str]:
    return [row["text"] for row in await database.rows("SELECT text FROM reply ORDER BY id")]


@pytest.mark.parametrize("commit", ["understood", "executed", "composed"])
async def test_a_crash_at_any_commit_books_once_and_answers_once(
    database: Database, door: Door, clock: HandClock, answering: Answering, commit: str
) -> None:
    turns = Turns(database)
    turn = await taken(turns, door, clock, WISH)
    with pytest.raises(PowerCutError):
        await replace(answering, turns=Interrupted(database, commit)).answer(turn)
    resumed = await turns.read(turn.id)
    if resumed.state is not TurnState.REPLYING:
        await answering.answer(resumed)

    assert len(await database.rows("SELECT * FROM appointment WHERE state = 'booked'")) == 1
    (said,) = await texts(database)
    assert "15:00" in said


async def test_a_crash_before_the_booking_is_recorded_finds_it_again(
    database: Database, door: Door, clock: HandClock, answering: Answering
) -> None:
    turns = Turns(database)
    turn = await taken(turns, door, clock, WISH)

    with pytest.raises(PowerCutError):
        await replace(answering, turns=Interrupted(database, "executed", instead=True)).answer(turn)
    await answering.answer(await turns.read(turn.id))

    assert len(await database.rows("SELECT * FROM appointment")) == 1
    assert "15:00" in (await texts(database))[0]


async def test_what_was_booked_is_confirmed_even_if_the_owner_has_written_meanwhile(
    database: Database, door: Door, clock: HandClock, answering: Answering
) -> None:
    turns = Turns(database)
    turn = await taken(turns, door, clock, WISH)

    with pytest.raises(PowerCutError):
        await replace(answering, turns=Interrupted(database, "composed", instead=True)).answer(turn)
    door.record(incoming("Сейчас посмотрю", author=Author.OWNER, id=MessageId("OWN")))
    await answering.answer(await turns.read(turn.id))

    assert "15:00" in (await texts(database))[0]


async def test_turns_that_may_have_ended_the_process_are_worked_on_one_at_a_time(
    database: Database, door: Door, clock: HandClock, answering: Answering
) -> None:
    """Else every one in work at such a moment would be counted again, and given up for what another did."""
    turns, at_work = Turns(database), 0

    class Watching(OfflineBrain):
        async def understand(self, situation: Situation) -> Understanding:
            nonlocal at_work
            at_work += 1
            assert at_work == 1
            for _ in range(20):
                await asyncio.sleep(0)
            at_work -= 1
            return await super().understand(situation)

    reception = replace(answering.receptions[SALON], brain=Watching())
    answering = replace(answering, receptions={SALON: reception})
    suspects = []
    for number in range(3):
        chat = ChatKey(f"lid:55500000{number}")
        door.record(incoming("Сколько стоит маникюр?", id=f"A{number}", chat=chat, lid=f"55500000{number}", phone=None))
        clock.advance(seconds=3)
        turn = await turns.next_of(SALON, chat)
        assert turn is not None
        await turns.take(turn.id, clock.now())
        for _ in range(SUSPECT_ATTEMPTS):
            await turns.begin_attempt(turn.id)
        suspects.append(await turns.read(turn.id))

    await asyncio.gather(*(answering.answer(turn) for turn in suspects))

    assert [(await turns.read(turn.id)).attempts for turn in suspects] == [SUSPECT_ATTEMPTS + 1] * 3
    assert [(await turns.read(turn.id)).failure for turn in suspects] == [None] * 3


async def test_a_turn_that_keeps_ending_the_process_is_given_up_with_an_apology(
    database: Database, door: Door, clock: HandClock, answering: Answering
) -> None:
    turns = Turns(database)
    turn = await taken(turns, door, clock, WISH)
    for _ in range(MOST_ATTEMPTS):
        await turns.begin_attempt(turn.id)

    await answering.answer(turn)

    assert "Извините" in (await texts(database))[0]
    assert (await turns.read(turn.id)).failure is not None
    assert await database.rows("SELECT * FROM appointment") == []

"""Requests noted while the booking system is away: kept, tried again, carried out once, or ended."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.booking.system import Guest
from salonbot.config.load import load, packaged
from salonbot.errors import BookingUnavailable, JournalUnavailable, OutcomeUnknown
from salonbot.journal.contacts import Contacts
from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.noted import NotedRequests
from salonbot.journal.turns import Turns
from salonbot.model.messages import ChatKey, MessageId, TurnState
from salonbot.model.salon import SalonId
from salonbot.turns.answer import Answering
from salonbot.turns.limits import Limits
from salonbot.turns.reception import Reception
from salonbot.turns.waiting import FIRST_PAUSE, LONGEST_PAUSE, Waiting, pause_after
from tests.assistant.execution.failing import FailingBooking
from tests.clocks import HandClock
from tests.fakes import FakeMessenger
from tests.messages import ANNA, SALON, incoming

WISH = "Запишите Анну к Бари на стрижку завтра в 15:00"
AWAY = {"appointments": BookingUnavailable("no answer"), "book": BookingUnavailable("no answer")}
OTHER = Guest(chat=ChatKey("lid:42"), name="Пётр", phone="79990000000")


class House:
    """One salon's turns by hand: what a customer writes, and errands when they are due."""

    def __init__(self, database: Database, door: Door, clock: HandClock, state: Path) -> None:
        plan = load(packaged(), environment={}, state=state).salons[0]
        self.plan = replace(plan, profile=replace(plan.profile, id=SALON))
        self.database, self.door, self.clock = database, door, clock
        self.calendar = EmbeddedCalendar(self.plan, database, clock)
        self.booking = FailingBooking(self.calendar, {})
        self.turns, self.requests = Turns(database), NotedRequests(database)
        self.written = 0
        self.answering = self.assembled()

    def assembled(self) -> Answering:
        """The answering room as a start of the program builds it."""
        reception = Reception(
            profile=self.plan.profile,
            catalogue=self.plan.catalogue,
            booking=self.booking,
            brain=OfflineBrain(),
            messenger=FakeMessenger(),
            needs_phone=False,
            handover_pause=timedelta(hours=1),
            limits=Limits(per_minute=100, per_hour=100),
            budget=timedelta(seconds=25),
        )
        return Answering({SALON: reception}, self.turns, Contacts(self.database), self.requests, self.clock)

    async def says(self, text: str) -> str:
        """A customer's turn, and what it is answered."""
        self.written += 1
        chat = self.door.record(replace(incoming(text), id=MessageId(f"M{self.written}"))).chat
        self.clock.advance(seconds=3)
        turn = await self.turns.next_of(SALON, chat)
        assert turn is not None
        assert await self.turns.take(turn.id, self.clock.now())
        return await self.work()

    async def errands(self) -> str:
        """What is due is tried; what the customer is told, if anything."""
        await self.requests.begin_due(self.clock.now(), latest=self.clock.now() + timedelta(minutes=10))
        return await self.work()

    async def work(self) -> str:
        told: list[str] = []
        while (turn := await self.turns.next_of(SALON, ANNA)) is not None:
            await self.answering.answer(turn)
            rows = await self.database.rows("SELECT text FROM reply WHERE turn = ? ORDER BY part", (turn.id,))
            told += [row["text"] for row in rows]
            if (await self.turns.read(turn.id)).state is TurnState.REPLYING:
                await self.turns.finish(turn.id, TurnState.DONE, self.clock.now())
        return "\n".join(told)

    async def appointments(self) -> list[tuple[str, str]]:
        rows = await self.database.rows("SELECT state, start FROM appointment ORDER BY id")
        return [(row["state"], row["start"][:16]) for row in rows]

    async def states(self) -> list[str]:
        return [row["state"] for row in await self.database.rows("SELECT state FROM noted ORDER BY asked_in, key")]


@pytest.fixture
def house(database: Database, door: Door, clock: HandClock, tmp_path: Path) -> House:
    return House(database, door, clock, tmp_path / "state")


async def test_a_wish_is_noted_said_to_be_so_and_confirmed_when_the_system_is_back(house: House) -> None:
    house.booking.failures = dict(AWAY)
    noted = await house.says(WISH)
    early = await house.errands()
    house.clock.advance(seconds=20)
    still_away = await house.errands()
    house.booking.failures = {}
    house.clock.advance(seconds=60)
    confirmed = await house.errands()
    house.clock.advance(hours=3)

    assert "сохранена" in noted
    assert "15:00" in noted
    assert "записаны" not in noted
    assert (early, still_away) == ("", "")
    assert "вы записаны" in confirmed
    assert await house.errands() == ""
    assert len(await house.appointments()) == 1
    assert await house.states() == ["done"]


async def test_a_restart_while_it_waits_and_one_while_it_is_tried_book_once(house: House) -> None:
    house.booking.failures = dict(AWAY)
    await house.says(WISH)
    house.clock.advance(minutes=1)
    house.booking.failures = {}
    await house.requests.begin_due(house.clock.now(), latest=house.clock.now() + timedelta(minutes=10))
    turn = await house.turns.next_of(SALON, ANNA)
    assert turn is not None
    # As far as a process came that ended between the booking and its commit.
    noted = await house.requests.errand(turn.id)
    assert noted is not None
    assert noted.request.service is not None
    await house.calendar.book(
        noted.request.service.id,
        noted.request.stylist_id,
        noted.request.start,
        Guest(chat=ANNA, name="Анна", phone="79161234567"),
        key=noted.request.key,
    )
    house.answering = house.assembled()

    assert "вы записаны" in await house.work()
    assert await house.appointments() == [("booked", "2026-11-25T12:00")]


async def test_a_time_taken_meanwhile_is_answered_with_others_that_can_be_taken(house: House) -> None:
    house.booking.failures = dict(AWAY)
    await house.says(WISH)
    noted = await house.database.row("SELECT * FROM noted")
    assert noted is not None
    catalogue = await house.calendar.catalogue()
    bari = next(one for one in catalogue.stylists if one.name == "Бари")
    cut = next(one for one in catalogue.services if one.title == "Стрижка")
    start = (await house.calendar.profile()).local(house.clock.now() + timedelta(days=1))
    await house.calendar.book(
        cut.id, bari.id, start.replace(hour=15, minute=0, second=0, microsecond=0), OTHER, key="o"
    )
    house.booking.failures = {}
    house.clock.advance(minutes=1)

    offered = await house.errands()
    booked = await house.says("Давайте первый вариант")

    assert "занято" in offered
    assert "Ближайшее" in offered or "Ближайшие" in offered
    assert "вы записаны" in booked.casefold()
    assert len(await house.appointments()) == 2


async def test_cancelling_and_moving_are_noted_after_the_yes_and_done_later(house: House) -> None:
    await house.says(WISH)
    await house.says("Перенесите мою запись на завтра 17:00")
    house.booking.failures = {**AWAY, "move": BookingUnavailable("no answer")}
    noted = await house.says("да")
    house.booking.failures = {}
    house.clock.advance(minutes=1)
    moved = await house.errands()
    await house.says("Отмените мою запись")
    house.booking.failures = {**AWAY, "cancel": BookingUnavailable("no answer")}
    noted_again = await house.says("да")
    house.booking.failures = {}
    house.clock.advance(minutes=1)
    cancelled = await house.errands()

    assert "сохранена: перенести запись" in noted
    assert "перенесена" in moved
    assert "сохранена: отменить запись" in noted_again
    assert "отменена" in cancelled
    assert await house.appointments() == [("cancelled", "2026-11-25T14:00")]


async def test_a_withdrawn_request_is_never_carried_out(house: House) -> None:
    house.booking.failures = dict(AWAY)
    await house.says(WISH)
    dropped = await house.says("Отмените, пожалуйста, запись")
    house.booking.failures = {}
    house.clock.advance(minutes=5)

    assert "больше не в силе" in dropped
    assert await house.errands() == ""
    assert await house.appointments() == []
    assert await house.states() == ["dropped"]


async def test_a_changed_request_is_carried_out_as_it_was_changed(house: House) -> None:
    house.booking.failures = dict(AWAY)
    await house.says(WISH)
    changed = await house.says("Давайте лучше на стрижку к Бари завтра в 17:00")
    house.booking.failures = {}
    house.clock.advance(minutes=5)
    confirmed = await house.errands()

    assert "17:00" in changed
    assert "17:00" in confirmed
    assert await house.appointments() == [("booked", "2026-11-25T14:00")]
    assert await house.states() == ["dropped", "done"]


async def test_what_cannot_be_done_in_a_day_is_given_to_a_person_with_an_apology(house: House) -> None:
    house.booking.failures = dict(AWAY)
    await house.says("Запишите Анну к Бари на стрижку в пятницу в 15:00")
    house.clock.advance(hours=25)

    told = await house.errands()
    contact = await Contacts(house.database).read(SALON, ANNA)

    assert "не удалось" in told
    assert contact.paused_until is not None
    assert await house.states() == ["given_up"]
    assert await house.errands() == ""


async def test_a_write_in_doubt_while_trying_again_goes_to_a_person_and_is_not_repeated(house: House) -> None:
    house.booking.failures = dict(AWAY)
    await house.says(WISH)
    house.booking.failures = {"book": OutcomeUnknown("time-out")}
    house.clock.advance(minutes=1)
    told = await house.errands()
    house.booking.failures = {}
    house.clock.advance(hours=1)

    assert "не дала ясного ответа" in told
    assert await house.errands() == ""
    assert await house.appointments() == []


def test_pauses_grow_from_seconds_to_minutes() -> None:
    pauses = [pause_after(tries) for tries in range(1000)]

    assert pauses[0] == FIRST_PAUSE
    assert pauses[-1] == LONGEST_PAUSE
    assert pauses == sorted(pauses)


async def test_a_journal_that_cannot_be_read_for_a_moment_is_no_reason_to_stop_waiting(
    database: Database, clock: HandClock
) -> None:
    class Failing(NotedRequests):
        """A disk that does not answer the first question."""

        looks = 0

        async def waiting(self) -> dict[SalonId, int]:
            self.looks += 1
            if self.looks == 1:
                raise JournalUnavailable("disk I/O error")
            return {SALON: 1}

    told = asyncio.Event()
    waiting = Waiting(Failing(database), lambda *_: None, lambda *_: told.set(), clock)

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(waiting.run())
        await told.wait()
        running.cancel()

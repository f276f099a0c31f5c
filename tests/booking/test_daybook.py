"""The calendar in the salon's own hands: the bot's rules hold for it, but for lead time and grid; an overlap never."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salonbot.booking.availability import local_moment
from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.booking.daybook import Change, Daybook, Written
from salonbot.errors import AppointmentGone, StartUnavailable
from salonbot.journal.appointments import DESK
from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.model.booking import AppointmentState, Refusal, Window
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId, StylistId
from tests.booking.salon import ANNA, BARI, CUT, NAILS, PLAN, SERGEY, TODAY, TOMORROW, at
from tests.clocks import HandClock
from tests.journal_fixtures import GATHERING
from tests.messages import incoming

SALON = SalonId("main")


@pytest.fixture
def daybook(calendar: EmbeddedCalendar, database: Database, clock: HandClock) -> Daybook:
    return Daybook(calendar, SALON, database, clock)


async def add(daybook: Daybook, start: datetime, *, key: str = "k", phone: str | None = None) -> Written:
    return await daybook.add(CUT, BARI, start, name="Пётр", phone=phone, key=key)


async def test_a_visit_written_down_at_the_desk_takes_its_time_from_customers(
    daybook: Daybook, calendar: EmbeddedCalendar
) -> None:
    written = await add(daybook, at(TOMORROW, "15:00"))

    free = await calendar.free_slots(CUT, stylist_id=BARI, window=Window(TOMORROW, TOMORROW))
    assert written.entry.chat == DESK
    assert at(TOMORROW, "15:00") not in [slot.start for slot in free]


async def test_the_salon_may_book_off_the_grid_and_at_once(daybook: Daybook) -> None:
    written = await add(daybook, at(TODAY, "12:10"))

    assert written.entry.appointment.start == at(TODAY, "12:10")


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (at(TODAY, "11:00"), Refusal.PAST),
        (at(TOMORROW, "21:00"), Refusal.CLOSED),
        (at(TOMORROW, "19:30"), Refusal.CLOSED),
        (at(date(2026, 12, 1), "15:00"), Refusal.CLOSED),
        (at(TOMORROW, "15:30"), Refusal.TAKEN),
    ],
    ids=["past", "after closing", "would not end by closing", "day off", "overlap"],
)
async def test_what_cannot_be_is_refused_with_its_reason(daybook: Daybook, start: datetime, reason: Refusal) -> None:
    await add(daybook, at(TOMORROW, "15:00"))

    with pytest.raises(StartUnavailable) as refused:
        await add(daybook, start, key="other")

    assert refused.value.reason is reason


async def test_the_salon_may_insist_on_a_time_outside_hours_but_never_on_an_overlap(daybook: Daybook) -> None:
    late = at(TOMORROW, "20:30")
    written = await daybook.add(CUT, BARI, late, name="", phone=None, key="a", outside_hours=True)

    with pytest.raises(StartUnavailable) as refused:
        await daybook.add(CUT, BARI, late, name="", phone=None, key="b", outside_hours=True)

    assert daybook.is_outside(written.entry.appointment)
    assert refused.value.reason is Refusal.TAKEN


async def test_a_stylist_is_not_given_what_they_do_not_do(daybook: Daybook) -> None:
    with pytest.raises(StartUnavailable):
        await daybook.add(NAILS, BARI, at(TOMORROW, "15:00"), name="", phone=None, key="k")


async def test_the_same_button_pressed_twice_writes_one_visit(daybook: Daybook, database: Database) -> None:
    first = await add(daybook, at(TOMORROW, "15:00"))
    second = await add(daybook, at(TOMORROW, "15:00"))

    assert second.entry == first.entry
    assert len(await database.rows("SELECT * FROM appointment")) == 1


async def test_a_visit_noted_with_a_customers_phone_is_that_customers(
    daybook: Daybook, calendar: EmbeddedCalendar, database: Database, clock: HandClock
) -> None:
    door = Door(database.path, clock, GATHERING)
    door.record(incoming())
    door.close()

    written = await add(daybook, at(TOMORROW, "15:00"), phone="79161234567")

    assert written.entry.chat == ChatKey("lid:555666777888")


async def test_who_called_first_and_writes_later_finds_their_visit_by_phone(
    daybook: Daybook, calendar: EmbeddedCalendar
) -> None:
    written = await add(daybook, at(TOMORROW, "15:00"), phone=ANNA.phone)

    assert await calendar.appointments(ANNA) == (written.entry.appointment,)
    cancelled = await calendar.cancel(written.entry.appointment.id, ANNA, key="hers")
    assert cancelled.state is AppointmentState.CANCELLED


async def test_the_salon_moves_a_customers_visit_to_another_stylist_and_its_length_stays(
    daybook: Daybook, calendar: EmbeddedCalendar
) -> None:
    booked = await calendar.book(CUT, BARI, at(TOMORROW, "15:00"), ANNA, key="k")

    moved = await daybook.move(booked.id, at(TOMORROW, "16:10"), SERGEY, key="m")

    assert (moved.entry.appointment.stylist_name, moved.entry.appointment.duration) == ("Сергей", booked.duration)
    assert await calendar.appointments(ANNA) == (moved.entry.appointment,)


async def test_a_visit_that_has_begun_or_is_cancelled_is_not_changed(
    daybook: Daybook, calendar: EmbeddedCalendar, clock: HandClock
) -> None:
    booked = await calendar.book(CUT, BARI, at(TOMORROW, "15:00"), ANNA, key="k")
    other = await add(daybook, at(TOMORROW, "17:00"), key="o")
    await daybook.cancel(booked.id, key="c")
    clock.advance(days=2)

    for gone in (booked.id, other.entry.appointment.id):
        with pytest.raises(AppointmentGone):
            await daybook.move(gone, at(TOMORROW + timedelta(days=3), "15:00"), BARI, key="m")


async def test_the_customer_is_told_in_the_commit_of_the_change(
    daybook: Daybook, calendar: EmbeddedCalendar, database: Database, clock: HandClock
) -> None:
    door = Door(database.path, clock, GATHERING)
    door.record(incoming())
    door.close()
    chat = ChatKey("lid:555666777888")
    written = await add(daybook, at(TOMORROW, "15:00"), phone="79161234567")

    async def word(_chat: ChatKey, change: Change) -> tuple[str, ...]:
        return (change.kind,)

    moved = await daybook.move(written.entry.appointment.id, at(TOMORROW, "16:00"), BARI, key="m", word=word)
    again = await daybook.move(written.entry.appointment.id, at(TOMORROW, "16:00"), BARI, key="m", word=word)

    assert (moved.told, again.told) == (chat, None)
    assert [row["text"] for row in await database.rows("SELECT text FROM reply")] == ["moved"]


async def test_a_refused_change_tells_nobody(daybook: Daybook, database: Database, clock: HandClock) -> None:
    door = Door(database.path, clock, GATHERING)
    door.record(incoming())
    door.close()

    async def word(_chat: ChatKey, change: Change) -> tuple[str, ...]:
        return (change.kind,)

    written = await add(daybook, at(TOMORROW, "15:00"), phone="79161234567")
    with pytest.raises(StartUnavailable):
        await daybook.move(written.entry.appointment.id, at(TOMORROW, "23:00"), BARI, key="m", word=word)

    assert await database.rows("SELECT * FROM reply") == []


OPENING = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
STARTS = st.integers(0, 40).map(lambda quarter: OPENING + quarter * timedelta(minutes=15))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["customer books", "salon adds", "salon moves", "salon cancels"]),
        STARTS,
        st.sampled_from([BARI, SERGEY]),
        st.booleans(),
    ),
    max_size=14,
)


@pytest.fixture
async def empty(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "any.sqlite3")
    yield database
    await database.close()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_whoever_writes_no_stylist_ever_has_two_visits_at_once(
    empty: Database, clock: HandClock, steps: list[tuple[str, datetime, StylistId, bool]]
) -> None:
    async with empty.transaction() as db:
        await db.execute("DELETE FROM operation")
        await db.execute("DELETE FROM appointment")
    calendar = EmbeddedCalendar(PLAN, empty, clock)
    daybook = Daybook(calendar, SALON, empty, clock)
    for number, (step, start, stylist, insists) in enumerate(steps):
        key, to_come = f"step {number}", await daybook.to_come()
        one = to_come[number % len(to_come)].appointment if to_come else None
        try:
            if step == "customer books":
                await calendar.book(CUT, stylist, start, ANNA, key=key)
            elif step == "salon adds":
                await daybook.add(CUT, stylist, start, name="", phone=None, key=key, outside_hours=insists)
            elif one is not None and step == "salon moves":
                await daybook.move(one.id, start, stylist, key=key, outside_hours=insists)
            elif one is not None:
                await daybook.cancel(one.id, key=key)
        except StartUnavailable:
            continue

    rows = await empty.rows("SELECT stylist, start, finish FROM appointment WHERE state = 'booked' ORDER BY start")
    for stylist_id in {row["stylist"] for row in rows}:
        own = [row for row in rows if row["stylist"] == stylist_id]
        assert all(earlier["finish"] <= later["start"] for earlier, later in itertools.pairwise(own))


async def test_the_hour_that_is_skipped_or_comes_twice_does_not_lengthen_a_visit(
    database: Database,
) -> None:
    """Berlin, 28 March 2027: two o'clock is three; 31 October: two o'clock comes twice."""
    berlin = ZoneInfo("Europe/Berlin")
    plan = replace(PLAN, profile=replace(PLAN.profile, zone=berlin))
    clock = HandClock(datetime(2027, 3, 1, tzinfo=UTC))
    calendar = EmbeddedCalendar(plan, database, clock)
    daybook = Daybook(calendar, SALON, database, clock)
    start = local_moment(datetime(2027, 3, 28, 1, 30), berlin)  # noqa: DTZ001 - a wall clock's time
    assert start is not None
    assert local_moment(datetime(2027, 3, 28, 2, 30), berlin) is None  # noqa: DTZ001 - likewise

    written = await daybook.add(CUT, BARI, start, name="", phone=None, key="k", outside_hours=True)

    assert f"{written.entry.appointment.end:%H:%M}" == "03:30"
    assert await daybook.between(date(2027, 3, 28), date(2027, 3, 28)) == (written.entry,)

"""A write whose answer was lost is looked up, never sent blindly again: one wish, one record, or an honest unknown."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from salonbot.booking.system import Guest
from salonbot.booking.yclients.errors import Unavailable
from salonbot.errors import BookingUnavailable, OutcomeUnknown, StartUnavailable
from salonbot.model.booking import Appointment, AppointmentState, Refusal
from salonbot.model.messages import ChatKey
from salonbot.sandbox.yclients.faults import Drop, Fault, HtmlError, Silence, Slow, TooMany
from salonbot.sandbox.yclients.faults import Refusal as ServerRefusal
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.booking.salon import ANNA, BARI, CUT, IVAN, PLAN, SERGEY, TODAY, TOMORROW, at
from tests.booking.yclients.connecting import Connect

BOOK = "POST /api/v1/book_record"
MOVE = "PUT /api/v1/record/"
DELETE = "DELETE /api/v1/record/"
AT_THREE = at(TOMORROW, "15:00")

LOST: list[Fault] = [
    Drop(committed=True),
    Drop(committed=False),
    HtmlError(502, committed=True),
    HtmlError(502, committed=False),
    ServerRefusal(200, "Произошла ошибка", committed=True),
    ServerRefusal(500, "Произошла ошибка", committed=False),
]


@pytest.mark.parametrize("fault", LOST, ids=str)
async def test_a_booking_whose_answer_is_lost_is_one_record(
    connect: Connect, sandbox: YClientsSandbox, fault: Fault
) -> None:
    sandbox.faults.arm(fault, call=BOOK)

    async with connect() as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")

        assert [str(one.id) for one in sandbox.records] == [booked.id]
        assert await booking.appointments(ANNA) == (booked,)
        assert await booking.book(CUT, BARI, AT_THREE, ANNA, key="k") == booked


async def test_a_booking_that_times_out_after_it_was_made_is_found(connect: Connect, sandbox: YClientsSandbox) -> None:
    sandbox.faults.arm(Silence(committed=True), call=BOOK)

    async with connect(timeout_seconds=0.3) as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")

    assert [str(one.id) for one in sandbox.records] == [booked.id]


async def test_a_booking_made_long_after_we_stopped_waiting_is_found(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    """The second sending is refused, because the first has come through meanwhile: that record is ours."""
    sandbox.faults.arm(Slow(0.6), call=BOOK)
    sandbox.faults.arm(Slow(0.4), call=BOOK)

    async with connect(timeout_seconds=0.5) as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")

    assert [str(one.id) for one in sandbox.records] == [booked.id]


async def test_an_unknown_outcome_is_found_out_under_the_same_key(connect: Connect, sandbox: YClientsSandbox) -> None:
    async with connect() as booking:
        await booking.catalogue()
        sandbox.faults.arm(Drop(committed=True), call=BOOK)
        sandbox.faults.arm(HtmlError(), call="GET /api/v1/records", times=None)
        with pytest.raises(OutcomeUnknown):
            await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        sandbox.faults.disarm()

    async with connect() as after_a_restart:
        found = await after_a_restart.book(CUT, BARI, AT_THREE, ANNA, key="k")

    assert [str(one.id) for one in sandbox.records] == [found.id]


async def test_a_crash_between_the_record_and_the_journal_leaves_one_record(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    async with connect() as booking:
        await booking.catalogue()
        sandbox.faults.arm(Slow(5), call="GET /api/v1/record/")
        crashing = asyncio.create_task(booking.book(CUT, BARI, AT_THREE, ANNA, key="k"))
        await sandbox.carried_out(BOOK)
        crashing.cancel()
        await asyncio.wait({crashing})
        sandbox.faults.disarm()

    async with connect() as after_a_restart:
        found = await after_a_restart.book(CUT, BARI, AT_THREE, ANNA, key="k")

    assert [str(one.id) for one in sandbox.records] == [found.id]


async def test_a_time_somebody_else_took_meanwhile_is_unknown_first_and_refused_later(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    async with connect() as booking:
        await booking.catalogue()
        sandbox.faults.arm(Drop(committed=False), call=BOOK)
        sandbox.faults.arm(HtmlError(), call="GET /api/v1/records", times=None)
        with pytest.raises(OutcomeUnknown):
            await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        sandbox.faults.disarm()
        await booking.book(CUT, BARI, AT_THREE, IVAN, key="ivan")

        with pytest.raises(OutcomeUnknown):
            await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        connect.clock.advance(minutes=2)
        with pytest.raises(StartUnavailable) as refused:
            await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")

    assert refused.value.reason is Refusal.TAKEN
    assert len(sandbox.records) == 1


async def test_two_records_under_one_marker_are_for_a_person(connect: Connect, sandbox: YClientsSandbox) -> None:
    async with connect() as booking:
        await booking.catalogue()
        sandbox.faults.arm(Drop(committed=True), call=BOOK)
        sandbox.faults.arm(HtmlError(), call="GET /api/v1/records", times=None)
        with pytest.raises(OutcomeUnknown):
            await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        sandbox.faults.disarm()
        first = sandbox.records[0]
        double = sandbox.salon.add(int(SERGEY), [int(CUT)], first.start, first.client)
        double.comment, double.api_id = first.comment, first.api_id

        with pytest.raises(OutcomeUnknown):
            await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")


async def test_a_refused_write_is_no_unknown_one(connect: Connect, sandbox: YClientsSandbox) -> None:
    """429 and a refusal say that nothing was done; the same key may try again."""
    async with connect() as booking:
        await booking.catalogue()
        sandbox.faults.arm(TooMany(), call=BOOK)
        with pytest.raises(BookingUnavailable):
            await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")

        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")

    assert [str(one.id) for one in sandbox.records] == [booked.id]


async def test_with_the_partners_token_alone_a_lost_booking_is_retried_only_while_its_time_is_free(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    async with connect(user_token=None) as booking:
        await booking.catalogue()
        sandbox.faults.arm(Drop(committed=False), call=BOOK)
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="lost")
        assert [str(one.id) for one in sandbox.records] == [booked.id]

        sandbox.faults.arm(Drop(committed=True), call=BOOK)
        with pytest.raises(OutcomeUnknown):
            await booking.book(CUT, BARI, at(TOMORROW, "17:00"), ANNA, key="made")
        with pytest.raises(OutcomeUnknown):
            await booking.book(CUT, BARI, at(TOMORROW, "17:00"), ANNA, key="made")

    assert len(sandbox.records) == 2


@pytest.mark.parametrize("fault", LOST, ids=str)
async def test_a_move_whose_answer_is_lost_ends_where_it_was_meant_to(
    connect: Connect, sandbox: YClientsSandbox, fault: Fault
) -> None:
    async with connect() as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        sandbox.faults.arm(fault, call=MOVE)

        moved = await booking.move(booked.id, at(TOMORROW, "18:00"), ANNA, key="m")

        assert moved == replace(booked, start=at(TOMORROW, "18:00"))
        assert await booking.appointments(ANNA) == (moved,)
        assert len(sandbox.records) == 1


@pytest.mark.parametrize("fault", LOST, ids=str)
async def test_a_cancellation_whose_answer_is_lost_is_one(
    connect: Connect, sandbox: YClientsSandbox, fault: Fault
) -> None:
    async with connect() as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        sandbox.faults.arm(fault, call=DELETE)

        cancelled = await booking.cancel(booked.id, ANNA, key="c")

        assert cancelled.state is AppointmentState.CANCELLED
        assert sandbox.records[0].deleted
        assert await booking.appointments(ANNA) == ()


async def test_a_cancellation_cut_off_by_a_crash_is_told_as_done_afterwards(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    async with connect() as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        sandbox.faults.arm(Silence(committed=True), call=DELETE)
        crashing = asyncio.create_task(booking.cancel(booked.id, ANNA, key="c"))
        await sandbox.carried_out(DELETE)
        crashing.cancel()
        await asyncio.wait({crashing})

    async with connect() as after_a_restart:
        cancelled = await after_a_restart.cancel(booked.id, ANNA, key="c")

    assert (cancelled.id, cancelled.state) == (booked.id, AppointmentState.CANCELLED)


async def test_a_thousand_bookings_with_every_fifth_answer_lost_are_a_thousand_records(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    sandbox.faults.arm(Drop(committed=True), call=BOOK, times=None, share=0.2)
    plan = replace(PLAN, calendar=PLAN.calendar.model_copy(update={"horizon_days": 90}))
    wishes = [
        (stylist, at(day, f"{hour}:00"))
        for day in (TODAY + timedelta(days=n) for n in range(1, 91))
        for stylist in (BARI, SERGEY)
        for hour in range(10, 18)
        if sandbox.salon.starts(int(stylist), [int(CUT)], day)
    ][:1000]
    assert len(wishes) == 1000
    one_after_another = asyncio.Semaphore(25)

    async with connect(plan=plan) as booking:
        await booking.catalogue()

        async def book(number: int) -> Appointment:
            stylist, start = wishes[number]
            guest = Guest(chat=ChatKey(f"lid:{number}"), name="Гость", phone=f"79{number:09}")
            async with one_after_another:
                return await booking.book(CUT, stylist, start, guest, key=f"turn-{number}:0")

        async with asyncio.TaskGroup() as group:
            calls = [group.create_task(book(number)) for number in range(len(wishes))]

    booked = [call.result() for call in calls]
    lost = sum(1 for call in sandbox.calls if call.startswith("GET /api/v1/records"))
    assert lost > 100
    assert [(one.stylist_id, one.start) for one in booked] == wishes
    assert Counter(one.id for one in booked) == Counter(str(one.id) for one in sandbox.records)
    assert set(Counter(one.api_id for one in sandbox.records).values()) == {1}


async def test_a_write_that_never_left_changed_nothing(connect: Connect, sandbox: YClientsSandbox) -> None:
    async with connect() as booking:
        await booking.catalogue()
        await sandbox.__aexit__(None, None, None)

        with pytest.raises(Unavailable):
            await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")

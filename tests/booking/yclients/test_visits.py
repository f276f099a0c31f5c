"""Booking, moving and cancelling as the salon's rights and settings allow, and what its people see of it."""

import asyncio
import re
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salonbot.assistant.execute import execute
from salonbot.booking.system import Guest
from salonbot.booking.yclients.errors import Forbidden, PhoneRefused
from salonbot.errors import AppointmentGone, BookingUnavailable, StartUnavailable
from salonbot.model.booking import AppointmentState, Refusal, Window
from salonbot.model.commands import CreateAppointment
from salonbot.model.dialogue import Memory, Understanding
from salonbot.model.messages import ChatKey
from salonbot.model.outcomes import Booked, Outcome, StartRefused
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.booking.salon import ANNA, BARI, BEARD, CUT, HIDDEN, IVAN, MOSCOW, SERGEY, TODAY, TOMORROW, at
from tests.booking.yclients.connecting import Connect

AT_THREE = at(TOMORROW, "15:00")
ON_TOMORROW = Window(TOMORROW, TOMORROW)


async def test_a_record_says_where_it_came_from_and_carries_its_marker_twice(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    async with connect() as booking:
        await booking.book(CUT, BARI, AT_THREE, ANNA, key="turn-7:0")

    (record,) = sandbox.records
    assert re.fullmatch(r"\d{16}", record.api_id)
    assert record.comment == f"Запись через WhatsApp, № {record.api_id}"
    assert record.client is not None
    assert (record.client.name, record.client.phone) == ("Анна", "79161234567")


async def test_with_a_phone_it_goes_through_the_online_booking_which_gives_a_hash(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    async with connect() as booking:
        await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")

    assert sandbox.records[0].hash
    calls = [call for call in sandbox.calls if call.startswith("POST")]
    assert calls == ["POST /api/v1/book_check/4001", "POST /api/v1/book_record/4001"]


async def test_where_the_online_booking_wants_a_code_by_sms_the_salons_journal_is_written(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    sandbox.salon.phone_confirmation = True

    async with connect() as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        assert await booking.appointments(ANNA) == (booked,)
    assert sandbox.records[0].hash is None

    async with connect(user_token=None) as partner:
        with pytest.raises(Forbidden):
            await partner.book(CUT, BARI, at(TOMORROW, "17:00"), IVAN, key="i")


async def test_a_code_switched_on_since_the_card_was_read_is_noticed(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    async with connect() as booking:
        await booking.catalogue()
        sandbox.salon.phone_confirmation = True

        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")

    assert [str(one.id) for one in sandbox.records] == [booked.id]


async def test_the_online_booking_takes_nobody_without_a_phone(connect: Connect, sandbox: YClientsSandbox) -> None:
    async with connect(user_token=None) as booking:
        with pytest.raises(PhoneRefused):
            await booking.book(CUT, BARI, AT_THREE, HIDDEN, key="k")

    assert sandbox.records == ()


async def test_a_move_loses_nothing_of_the_record(connect: Connect, sandbox: YClientsSandbox) -> None:
    """A replacement is whole: what is not sent back would be gone."""
    async with connect() as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        record = sandbox.records[0]
        record.comment, record.attendance = "Аллергия на краску", 2
        record.extra = {"custom_color": "ff0000", "record_labels": [{"id": 7, "title": "VIP"}], "sms_remain_hours": 6}
        record.services[0] |= {"cost": 1800, "discount": 10, "first_cost": 2000}
        before = (record.comment, record.attendance, record.api_id, record.client, [dict(s) for s in record.services])

        await booking.move(booked.id, at(TOMORROW, "18:00"), ANNA, key="m")

        after = (record.comment, record.attendance, record.api_id, record.client, [dict(s) for s in record.services])
        assert after == before
        assert record.extra == {"custom_color": "ff0000", "record_labels": [7], "sms_remain_hours": 6}
        assert f"{record.start:%H:%M}" == "18:00"


async def test_without_the_right_to_change_records_the_hash_moves_and_cancels(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    sandbox.forbidden |= {"PUT /api/v1/record/", "DELETE /api/v1/record/", "PUT /api/v1/visits/"}

    async with connect() as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        moved = await booking.move(booked.id, at(TOMORROW, "18:00"), ANNA, key="m")
        assert moved.start == at(TOMORROW, "18:00")
        assert (await booking.cancel(booked.id, ANNA, key="c")).state is AppointmentState.CANCELLED

    assert sandbox.records[0].deleted


async def test_without_the_right_to_delete_a_visit_is_marked_as_not_coming(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    sandbox.forbidden.add("DELETE /api/v1/record/")

    async with connect() as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        await booking.cancel(booked.id, ANNA, key="c")
        assert await booking.appointments(ANNA) == ()
        assert AT_THREE in [s.start for s in await booking.free_slots(CUT, stylist_id=BARI, window=ON_TOMORROW)]

    (record,) = sandbox.records
    assert (record.deleted, record.attendance) == (False, -1)
    assert "WhatsApp" in record.comment


async def test_a_salon_may_prefer_to_keep_what_was_cancelled(connect: Connect, sandbox: YClientsSandbox) -> None:
    async with connect(cancel_by="absence") as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        await booking.cancel(booked.id, ANNA, key="c")

    assert (sandbox.records[0].deleted, sandbox.records[0].attendance) == (False, -1)


@pytest.mark.parametrize("user_token", ["user-token", None])
async def test_what_the_salon_forbids_is_not_claimed_to_be_done(
    connect: Connect, sandbox: YClientsSandbox, user_token: str | None
) -> None:
    sandbox.forbidden |= {"PUT /api/v1/record/", "DELETE /api/v1/record/", "PUT /api/v1/visits/", "PUT /api/v1/book_r"}
    sandbox.salon.may_delete_online = False

    async with connect(user_token=user_token) as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        with pytest.raises(BookingUnavailable):
            await booking.move(booked.id, at(TOMORROW, "18:00"), ANNA, key="m")
        with pytest.raises(BookingUnavailable):
            await booking.cancel(booked.id, ANNA, key="c")
        assert await booking.appointments(ANNA) == (booked,)


async def test_a_visit_the_reception_made_is_shown_moved_and_cancelled(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    client = sandbox.salon.client("Анна", "79161234567")
    sandbox.salon.add(int(BARI), [int(CUT), int(BEARD)], AT_THREE.replace(tzinfo=None), client)

    async with connect() as booking:
        (shown,) = await booking.appointments(ANNA)
        assert (shown.service_title, shown.duration) == ("Стрижка + Стрижка бороды", timedelta(minutes=90))
        half_past = at(TOMORROW, "15:30")
        window = Window(TOMORROW, TOMORROW, half_past.time(), half_past.time())
        slots = await booking.free_slots(shown.service_id, stylist_id=BARI, window=window, ignoring=shown.id)
        assert [slot.duration for slot in slots] == [timedelta(minutes=90)]
        moved = await booking.move(shown.id, half_past, ANNA, key="m")
        assert moved == replace(shown, start=half_past)
        await booking.cancel(shown.id, ANNA, key="c")
        assert await booking.appointments(ANNA) == ()


@pytest.mark.parametrize("user_token", ["user-token", None])
async def test_an_own_visit_at_the_days_end_does_not_stand_in_its_own_way(
    connect: Connect, sandbox: YClientsSandbox, user_token: str | None
) -> None:
    """20:00 could not be moved to 19:30 once: the visit itself was what was in the way."""
    async with connect(user_token=user_token) as booking:
        booked = await booking.book(CUT, BARI, at(TOMORROW, "19:00"), ANNA, key="k")
        await booking.book(CUT, BARI, at(TOMORROW, "17:00"), IVAN, key="i")

        assert await booking.refusal(CUT, BARI, at(TOMORROW, "18:30"), ignoring=booked.id) is None
        assert await booking.refusal(CUT, BARI, at(TOMORROW, "17:30"), ignoring=booked.id) is Refusal.TAKEN
        moved = await booking.move(booked.id, at(TOMORROW, "18:30"), ANNA, key="m")

    assert moved.start == at(TOMORROW, "18:30")


async def test_a_visit_into_a_gap_too_short_to_be_offered_makes_its_own_room(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    """Free 16:00-16:30, own 15:00-16:00: an hour from 15:30 fits, although nobody else is offered it."""
    async with connect() as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        await booking.book(CUT, BARI, at(TOMORROW, "16:30"), IVAN, key="i")

        assert (await booking.move(booked.id, at(TOMORROW, "15:30"), ANNA, key="m")).start == at(TOMORROW, "15:30")


async def test_the_salons_own_move_is_what_the_guest_sees(connect: Connect, sandbox: YClientsSandbox) -> None:
    async with connect(user_token=None) as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        sandbox.records[0].start = at(TOMORROW, "11:00").replace(tzinfo=None)
        assert [one.start for one in await booking.appointments(ANNA)] == [at(TOMORROW, "11:00")]

        sandbox.records[0].deleted = True
        assert await booking.appointments(ANNA) == ()
        assert (await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")).state is AppointmentState.CANCELLED
        with pytest.raises(AppointmentGone):
            await booking.cancel(booked.id, ANNA, key="c")


@pytest.mark.parametrize("no_anyone", [True, False])
async def test_anyone_is_always_a_real_stylist(connect: Connect, sandbox: YClientsSandbox, no_anyone: bool) -> None:
    """Stylist 0 was seen to have no free time in a salon where everybody had."""
    sandbox.quirks.no_anyone = no_anyone

    async with connect() as booking:
        await booking.book(CUT, SERGEY, at(TOMORROW, "10:00"), IVAN, key="i")
        booked = await booking.book(CUT, None, AT_THREE, ANNA, key="k")

    assert booked.stylist_id == BARI
    assert {one.staff_id for one in sandbox.records} == {int(BARI), int(SERGEY)}
    assert not any("/0/" in call for call in sandbox.calls)


async def test_a_fully_booked_day_of_a_stylist_is_no_day_off(connect: Connect, sandbox: YClientsSandbox) -> None:
    async with connect(user_token=None) as booking:
        for hour in range(10, 20):
            sandbox.salon.add(int(BARI), [int(CUT)], at(TOMORROW, f"{hour}:00").replace(tzinfo=None), None)

        (day,) = await booking.schedule(BARI, TOMORROW, TOMORROW)
        assert [(f"{one.start:%H:%M}", f"{one.end:%H:%M}") for one in day.hours] == [("10:00", "20:00")]
        assert await booking.refusal(CUT, BARI, AT_THREE) is Refusal.TAKEN


async def test_each_of_two_hundred_losers_of_a_race_is_offered_something_else(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    async with connect() as booking:

        async def ask(number: int) -> Outcome:
            execution = await execute(
                Understanding(
                    commands=(CreateAppointment(service="Стрижка", start=AT_THREE),), memory=Memory(), brain="test"
                ),
                booking=booking,
                guest=Guest(chat=ChatKey(f"lid:{number}"), name="Гость", phone=f"79{number:09}"),
                now=connect.clock.now().astimezone(MOSCOW),
                key_prefix=f"turn-{number}",
                needs_phone=True,
            )
            return execution.outcomes[0]

        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(ask(number)) for number in range(200)]
        outcomes = [task.result() for task in asked]

    assert len([one for one in outcomes if isinstance(one, Booked)]) == 2
    refused = [one for one in outcomes if isinstance(one, StartRefused)]
    assert len(refused) == 198
    assert all(len(one.nearest) == 3 and one.reason is Refusal.TAKEN for one in refused)


async def test_a_service_withdrawn_since_is_refused(connect: Connect, sandbox: YClientsSandbox) -> None:
    async with connect() as booking:
        await booking.catalogue()
        del sandbox.salon.services[int(CUT)]

        with pytest.raises(StartUnavailable):
            await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")


@pytest.mark.parametrize("no_anyone", [False, True])
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_many_days_of_many_stylists_hold_the_same_slots_as_each_day_of_each(
    connect: Connect, sandbox: YClientsSandbox, no_anyone: bool, data: st.DataObject
) -> None:
    sandbox.quirks.no_anyone = no_anyone
    sandbox.salon.records.clear()
    for _ in range(data.draw(st.integers(0, 40))):
        stylist = int(data.draw(st.sampled_from([BARI, SERGEY])))
        day = TODAY + timedelta(days=data.draw(st.integers(0, 10)))
        start = datetime.combine(day, time(data.draw(st.integers(9, 19)), data.draw(st.sampled_from([0, 15, 30]))))
        length = data.draw(st.sampled_from([1800, 3600, 5400]))
        sandbox.salon.add(stylist, [int(CUT)], start, None, seconds=length, if_busy=True)
    window = Window(TODAY, TODAY + timedelta(days=10))

    async with connect(slots_seconds=0) as quick, connect(user_token=None, slots_seconds=0) as thorough:
        await quick.catalogue()
        before = len(sandbox.calls)
        together = await quick.free_slots(CUT, stylist_id=None, window=window)
        asked = len(sandbox.calls) - before

        assert together == await thorough.free_slots(CUT, stylist_id=None, window=window)
        assert no_anyone or asked <= 12

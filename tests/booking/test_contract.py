"""What every booking system promises, whichever it is. The fixture `booking` goes through all of them."""

import asyncio
from datetime import date, datetime, timedelta

import pytest

from salonbot.booking.system import BookingSystem, Guest
from salonbot.errors import AppointmentGone, StartUnavailable
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState, Refusal, Window
from salonbot.model.messages import ChatKey
from salonbot.model.salon import PriceRange, ServiceId, StylistId
from tests.booking.salon import (
    ANNA,
    BARI,
    BEARD,
    CUT,
    HIDDEN,
    IVAN,
    MONDAY,
    NAILS,
    OLGA,
    SERGEY,
    TODAY,
    TOMORROW,
    at,
)
from tests.clocks import HandClock

ON_TOMORROW = Window(TOMORROW, TOMORROW)
AT_THREE = at(TOMORROW, "15:00")


async def starts(booking: BookingSystem, service: ServiceId, stylist: StylistId | None, day: date) -> list[str]:
    slots = await booking.free_slots(service, stylist_id=stylist, window=Window(day, day))
    return [f"{slot.start:%H:%M}" for slot in slots]


async def book(booking: BookingSystem, guest: Guest, clock: str = "15:00", *, key: str = "k") -> Appointment:
    return await booking.book(CUT, BARI, at(TOMORROW, clock), guest, key=key)


async def test_slots_run_from_opening_to_the_last_visit_that_ends_by_closing(booking: BookingSystem) -> None:
    found = await starts(booking, CUT, BARI, TOMORROW)

    assert found[:3] == ["10:00", "10:30", "11:00"]
    assert found[-1] == "19:00"


async def test_no_visit_runs_into_a_break(booking: BookingSystem) -> None:
    found = await starts(booking, NAILS, OLGA, TOMORROW)

    assert "13:00" in found
    assert "13:30" not in found
    assert "14:30" not in found
    assert "15:00" in found


async def test_slots_ascend_and_equal_starts_follow_the_salons_order(booking: BookingSystem) -> None:
    slots = await booking.free_slots(CUT, stylist_id=None, window=ON_TOMORROW)

    assert [(slot.start, slot.stylist_id) for slot in slots[:4]] == [
        (at(TOMORROW, "09:00"), SERGEY),
        (at(TOMORROW, "09:30"), SERGEY),
        (at(TOMORROW, "10:00"), BARI),
        (at(TOMORROW, "10:00"), SERGEY),
    ]
    assert [slot.start for slot in slots] == sorted(slot.start for slot in slots)


async def test_today_offers_nothing_inside_the_lead_time(booking: BookingSystem) -> None:
    assert (await starts(booking, CUT, BARI, TODAY))[0] == "13:00"


async def test_an_open_window_ends_at_the_horizon(booking: BookingSystem) -> None:
    slots = await booking.free_slots(CUT, stylist_id=BARI, window=Window())

    assert slots[-1].start.date() == TODAY + timedelta(days=30)


async def test_a_window_of_the_evening_holds_only_the_evening(booking: BookingSystem) -> None:
    window = Window(TOMORROW, TOMORROW, at(TOMORROW, "17:00").time(), None)

    slots = await booking.free_slots(CUT, stylist_id=BARI, window=window)

    assert [f"{slot.start:%H:%M}" for slot in slots] == ["17:00", "17:30", "18:00", "18:30", "19:00"]


@pytest.mark.parametrize("day", [TOMORROW - timedelta(days=400), date.min, date.max])
async def test_impossible_days_have_no_slots(booking: BookingSystem, day: date) -> None:
    assert await starts(booking, CUT, None, day) == []


async def test_a_stylist_has_no_slots_for_what_they_do_not_do(booking: BookingSystem) -> None:
    assert await starts(booking, NAILS, BARI, TOMORROW) == []


async def test_a_booked_visit_takes_its_time_and_no_more(booking: BookingSystem) -> None:
    booked = await book(booking, ANNA)

    free = await starts(booking, CUT, BARI, TOMORROW)
    assert booked.state is AppointmentState.BOOKED
    assert booked.price == PriceRange(150000, 200000)
    assert {"14:30", "15:00", "15:30"}.isdisjoint(free)
    assert {"14:00", "16:00"} <= set(free)


async def test_a_taken_start_is_refused_and_nothing_changes(booking: BookingSystem) -> None:
    await book(booking, ANNA)

    with pytest.raises(StartUnavailable) as refused:
        await book(booking, IVAN, key="other")

    assert refused.value.reason is Refusal.TAKEN
    assert await booking.appointments(IVAN) == ()


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (at(TODAY, "11:30"), Refusal.PAST),
        (at(TODAY - timedelta(days=365), "15:00"), Refusal.PAST),
        (at(TODAY, "12:30"), Refusal.TOO_SOON),
        (at(TODAY + timedelta(days=31), "15:00"), Refusal.TOO_FAR),
        (at(TOMORROW, "09:30"), Refusal.CLOSED),
        (at(TOMORROW, "19:30"), Refusal.CLOSED),
        (at(TOMORROW, "15:10"), Refusal.CLOSED),
        (at(MONDAY, "15:00"), Refusal.CLOSED),
        (at(date(2026, 12, 1), "15:00"), Refusal.CLOSED),
    ],
)
async def test_a_start_is_refused_for_its_own_reason(booking: BookingSystem, start: datetime, reason: Refusal) -> None:
    assert await booking.refusal(CUT, BARI, start) is reason
    with pytest.raises(StartUnavailable) as refused:
        await booking.book(CUT, BARI, start, ANNA, key="k")
    assert refused.value.reason is reason
    assert await booking.appointments(ANNA) == ()


async def test_what_is_free_is_not_refused(booking: BookingSystem) -> None:
    assert await booking.refusal(CUT, BARI, AT_THREE) is None
    await book(booking, ANNA)
    assert await booking.refusal(CUT, BARI, AT_THREE) is Refusal.TAKEN
    assert await booking.refusal(CUT, None, AT_THREE) is None


async def test_anyone_means_each_free_stylist_once(booking: BookingSystem) -> None:
    guests = [Guest(chat=ChatKey(f"lid:{n}"), name="Гость", phone=f"7900000000{n}") for n in range(3)]

    first = await booking.book(CUT, None, AT_THREE, guests[0], key="1")
    second = await booking.book(CUT, None, AT_THREE, guests[1], key="2")

    assert {first.stylist_id, second.stylist_id} == {BARI, SERGEY}
    with pytest.raises(StartUnavailable) as refused:
        await booking.book(CUT, None, AT_THREE, guests[2], key="3")
    assert refused.value.reason is Refusal.TAKEN


async def test_a_key_books_once(booking: BookingSystem) -> None:
    first = await book(booking, ANNA)
    again = await book(booking, ANNA)

    assert again == first
    assert await booking.appointments(ANNA) == (first,)


async def test_a_key_books_once_when_used_ten_times_at_once(booking: BookingSystem) -> None:
    async with asyncio.TaskGroup() as group:
        calls = [group.create_task(book(booking, ANNA)) for _ in range(10)]

    assert len({call.result().id for call in calls}) == 1
    assert len(await booking.appointments(ANNA)) == 1


async def test_a_key_finds_its_booking_when_the_start_has_come_too_near(
    booking: BookingSystem, clock: HandClock
) -> None:
    first = await book(booking, ANNA)
    clock.advance(hours=26, minutes=30)

    assert await book(booking, ANNA) == first


async def test_moving_frees_the_old_time_and_keeps_the_stylist(booking: BookingSystem) -> None:
    booked = await book(booking, ANNA)

    moved = await booking.move(booked.id, at(TOMORROW, "18:00"), ANNA, key="m")

    assert (moved.id, moved.stylist_id, moved.start) == (booked.id, BARI, at(TOMORROW, "18:00"))
    free = await starts(booking, CUT, BARI, TOMORROW)
    assert "15:00" in free
    assert "18:00" not in free


async def test_an_appointment_does_not_stand_in_its_own_way(booking: BookingSystem) -> None:
    booked = await book(booking, ANNA)
    half_past = at(TOMORROW, "15:30")
    around = Window(TOMORROW, TOMORROW, half_past.time(), half_past.time())

    offered = await booking.free_slots(CUT, stylist_id=BARI, window=around, ignoring=booked.id)
    moved = await booking.move(booked.id, half_past, ANNA, key="m")

    assert [slot.start for slot in offered] == [half_past]
    assert moved.start == half_past


async def test_a_move_to_a_taken_time_changes_nothing(booking: BookingSystem) -> None:
    booked = await book(booking, ANNA)
    await book(booking, IVAN, "17:00", key="ivan")

    with pytest.raises(StartUnavailable) as refused:
        await booking.move(booked.id, at(TOMORROW, "16:30"), ANNA, key="m")

    assert refused.value.reason is Refusal.TAKEN
    assert await booking.appointments(ANNA) == (booked,)


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (at(TODAY, "11:30"), Refusal.PAST),
        (at(TODAY, "12:30"), Refusal.TOO_SOON),
        (at(TODAY + timedelta(days=31), "15:00"), Refusal.TOO_FAR),
        (at(TOMORROW, "19:30"), Refusal.CLOSED),
        (at(MONDAY, "15:00"), Refusal.CLOSED),
    ],
)
async def test_a_move_keeps_the_rules_of_a_booking(booking: BookingSystem, start: datetime, reason: Refusal) -> None:
    booked = await book(booking, ANNA)

    with pytest.raises(StartUnavailable) as refused:
        await booking.move(booked.id, start, ANNA, key="m")

    assert refused.value.reason is reason
    assert await booking.appointments(ANNA) == (booked,)


async def test_a_move_can_change_the_stylist_when_told_so(booking: BookingSystem) -> None:
    booked = await book(booking, ANNA)

    moved = await booking.move(booked.id, at(TOMORROW, "09:00"), ANNA, key="m", stylist_id=SERGEY)

    assert (moved.stylist_id, moved.stylist_name) == (SERGEY, "Сергей")
    assert "15:00" in await starts(booking, CUT, BARI, TOMORROW)


async def test_a_key_moves_once(booking: BookingSystem) -> None:
    booked = await book(booking, ANNA)
    moved = await booking.move(booked.id, at(TOMORROW, "18:00"), ANNA, key="m")

    assert await booking.move(booked.id, at(TOMORROW, "18:00"), ANNA, key="m") == moved


async def test_a_cancelled_time_is_free_again(booking: BookingSystem) -> None:
    booked = await book(booking, ANNA)

    cancelled = await booking.cancel(booked.id, ANNA, key="c")

    assert cancelled.state is AppointmentState.CANCELLED
    assert await booking.appointments(ANNA) == ()
    assert (await book(booking, IVAN, key="ivan")).start == AT_THREE


async def test_a_key_cancels_once_and_another_finds_nothing(booking: BookingSystem) -> None:
    booked = await book(booking, ANNA)
    cancelled = await booking.cancel(booked.id, ANNA, key="c")

    assert await booking.cancel(booked.id, ANNA, key="c") == cancelled
    with pytest.raises(AppointmentGone):
        await booking.cancel(booked.id, ANNA, key="another")


async def test_a_stranger_sees_and_changes_nothing(booking: BookingSystem) -> None:
    booked = await book(booking, ANNA)

    assert await booking.appointments(IVAN) == ()
    with pytest.raises(AppointmentGone):
        await booking.cancel(booked.id, IVAN, key="c")
    with pytest.raises(AppointmentGone):
        await booking.move(booked.id, at(TOMORROW, "18:00"), IVAN, key="m")
    assert await booking.appointments(ANNA) == (booked,)


async def test_a_told_phone_opens_nobody_elses_records(booking: BookingSystem) -> None:
    booked = await book(booking, ANNA)
    liar = Guest(chat=ChatKey("lid:666"), name="Анна", told_phone=ANNA.phone)

    assert await booking.appointments(liar) == ()
    with pytest.raises(AppointmentGone):
        await booking.cancel(booked.id, liar, key="c")


async def test_the_same_full_phone_in_another_chat_is_the_same_person(booking: BookingSystem) -> None:
    booked = await book(booking, ANNA)
    other_chat = Guest(chat=ChatKey("pn:79161234567"), name="Анна", phone="79161234567")
    part_of_it = Guest(chat=ChatKey("pn:9161234567"), name="Анна", phone="9161234567")

    assert await booking.appointments(other_chat) == (booked,)
    assert await booking.appointments(part_of_it) == ()


async def test_a_guest_without_a_phone_owns_by_chat_alone(booking: BookingSystem) -> None:
    booked = await book(booking, HIDDEN)
    another = Guest(chat=ChatKey("lid:1004"), name="Лида")

    assert await booking.appointments(HIDDEN) == (booked,)
    assert await booking.appointments(another) == ()


async def test_appointments_ascend_and_leave_out_what_has_begun(booking: BookingSystem, clock: HandClock) -> None:
    late = await book(booking, ANNA, "18:00", key="1")
    early = await book(booking, ANNA, "10:00", key="2")

    assert await booking.appointments(ANNA) == (early, late)
    clock.advance(hours=24)
    assert await booking.appointments(ANNA) == (late,)
    with pytest.raises(AppointmentGone):
        await booking.cancel(early.id, ANNA, key="c")


@pytest.mark.parametrize("nonsense", ["", "0", "-1", "999999", "1; DROP TABLE appointment", "²", "9" * 400])
async def test_an_id_that_names_nothing_is_gone(booking: BookingSystem, nonsense: str) -> None:
    await book(booking, ANNA)

    with pytest.raises(AppointmentGone):
        await booking.cancel(AppointmentId(nonsense), ANNA, key="c")
    assert len(await booking.appointments(ANNA)) == 1


async def test_a_schedule_names_every_day_with_days_off_empty(booking: BookingSystem) -> None:
    days = await booking.schedule(BARI, MONDAY, MONDAY + timedelta(days=2))

    assert [(day.day, len(day.hours)) for day in days] == [
        (MONDAY, 0),
        (MONDAY + timedelta(days=1), 0),
        (MONDAY + timedelta(days=2), 1),
    ]


async def test_two_hundred_racing_for_the_same_slots_book_each_once(booking: BookingSystem) -> None:
    wanted = [at(TOMORROW, clock) for clock in ("12:00", "12:30", "13:00", "15:00")]
    guests = [Guest(chat=ChatKey(f"lid:{n}"), name="Гость", phone=f"79{n:09}") for n in range(200)]

    async def try_to_book(number: int, guest: Guest) -> Appointment | Refusal:
        try:
            return await booking.book(BEARD, None, wanted[number % 4], guest, key=f"race-{number}")
        except StartUnavailable as refused:
            return refused.reason

    async with asyncio.TaskGroup() as group:
        calls = [group.create_task(try_to_book(n, guest)) for n, guest in enumerate(guests)]
    results = [call.result() for call in calls]

    won = [result for result in results if isinstance(result, Appointment)]
    assert sorted((a.stylist_id, a.start) for a in won) == sorted((s, w) for s in (BARI, SERGEY) for w in wanted)
    assert {result for result in results if isinstance(result, Refusal)} == {Refusal.TAKEN}

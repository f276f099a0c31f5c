"""Moving and cancelling: asked first, then exactly what was asked, and only the customer's own."""

from datetime import datetime, time, timedelta

import pytest

from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.model.booking import Appointment, AppointmentState, Refusal
from salonbot.model.commands import (
    CancelAppointment,
    CreateAppointment,
    RescheduleAppointment,
    SearchSlots,
    ShowAppointments,
)
from salonbot.model.dialogue import AwaitingTime, Memory
from salonbot.model.outcomes import (
    AppointmentsShown,
    Booked,
    Cancelled,
    ConfirmationNeeded,
    Moved,
    NewTimeNeeded,
    NothingToChange,
    Purpose,
    SlotsFound,
    StartRefused,
    WhichAppointment,
)
from salonbot.model.salon import ServiceId
from tests.assistant.execution.talk import Talk
from tests.booking.salon import ANNA, BARI, BEARD, CUT, IVAN, NAILS, OLGA, SERGEY, TODAY, TOMORROW, at
from tests.clocks import HandClock

FRIDAY = TODAY + timedelta(days=3)
AT_THREE, AT_SIX = at(TOMORROW, "15:00"), at(TOMORROW, "18:00")


@pytest.fixture
async def booked(calendar: EmbeddedCalendar) -> Appointment:
    """Anna's haircut with Бари tomorrow at 15:00."""
    return await calendar.book(CUT, BARI, AT_THREE, ANNA, key="before")


@pytest.fixture
async def nails(calendar: EmbeddedCalendar) -> Appointment:
    """Anna's manicure with Ольга on Friday at 12:00."""
    return await calendar.book(NAILS, OLGA, at(FRIDAY, "12:00"), ANNA, key="nails")


async def test_cancelling_names_the_appointment_and_waits_for_a_yes(talk: Talk, booked: Appointment) -> None:
    asked = await talk.hears(ConfirmationNeeded, CancelAppointment())
    assert (asked.purpose, asked.appointment) == (Purpose.CANCEL, booked)
    assert await talk.booking.appointments(ANNA) == (booked,)

    cancelled = await talk.hears(Cancelled, CancelAppointment(confirmed=True))
    assert (cancelled.appointment.id, cancelled.appointment.state) == (booked.id, AppointmentState.CANCELLED)
    assert await talk.booking.appointments(ANNA) == ()


async def test_a_yes_that_nobody_asked_for_is_asked_for(talk: Talk, booked: Appointment) -> None:
    await talk.hears(ConfirmationNeeded, CancelAppointment(confirmed=True))

    assert await talk.booking.appointments(ANNA) == (booked,)


async def test_a_yes_to_moving_is_no_yes_to_cancelling(talk: Talk, booked: Appointment) -> None:
    await talk.hears(ConfirmationNeeded, RescheduleAppointment(start=AT_SIX))

    asked = await talk.hears(ConfirmationNeeded, CancelAppointment(confirmed=True))

    assert asked.purpose is Purpose.CANCEL
    assert await talk.booking.appointments(ANNA) == (booked,)


async def test_a_yes_after_half_an_hour_is_asked_for_again(talk: Talk, clock: HandClock, booked: Appointment) -> None:
    await talk.hears(ConfirmationNeeded, RescheduleAppointment(start=AT_SIX))
    clock.advance(minutes=31)

    asked = await talk.hears(ConfirmationNeeded, RescheduleAppointment(confirmed=True))

    assert asked.new_slot is not None
    assert asked.new_slot.start == AT_SIX
    assert await talk.booking.appointments(ANNA) == (booked,)
    assert (await talk.hears(Moved, RescheduleAppointment(confirmed=True))).appointment.start == AT_SIX


async def test_a_yes_cancels_once(talk: Talk, booked: Appointment) -> None:
    await talk.hears(ConfirmationNeeded, CancelAppointment())
    await talk.hears(Cancelled, CancelAppointment(confirmed=True))

    nothing = await talk.hears(NothingToChange, CancelAppointment(confirmed=True))

    assert nothing.purpose is Purpose.CANCEL


@pytest.mark.parametrize("command", [CancelAppointment(), RescheduleAppointment(start=AT_SIX)])
async def test_without_an_appointment_there_is_nothing_to_change(
    talk: Talk, command: CancelAppointment | RescheduleAppointment
) -> None:
    await talk.hears(NothingToChange, command)


async def test_somebody_elses_appointment_is_nothing_to_change(
    calendar: EmbeddedCalendar, clock: HandClock, booked: Appointment
) -> None:
    stranger = Talk(calendar, clock, IVAN)

    await stranger.hears(NothingToChange, CancelAppointment(confirmed=True))
    assert (await stranger.hears(AppointmentsShown, ShowAppointments())).appointments == ()
    assert await calendar.appointments(ANNA) == (booked,)


async def test_a_told_phone_shows_nobody_elses_appointments(
    calendar: EmbeddedCalendar, clock: HandClock, booked: Appointment
) -> None:
    stranger = Talk(calendar, clock, IVAN)

    shown = await stranger.hears(AppointmentsShown, ShowAppointments(), phone=ANNA.phone)

    assert shown.appointments == ()
    assert await calendar.appointments(ANNA) == (booked,)


async def test_several_are_asked_about_and_chosen_by_number(
    talk: Talk, booked: Appointment, nails: Appointment
) -> None:
    which = await talk.hears(WhichAppointment, CancelAppointment())
    assert which.appointments == (booked, nails)

    asked = await talk.hears(ConfirmationNeeded, choice=2)
    assert asked.appointment == nails

    cancelled = await talk.hears(Cancelled, CancelAppointment(confirmed=True))
    assert cancelled.appointment.id == nails.id
    assert await talk.booking.appointments(ANNA) == (booked,)


@pytest.mark.parametrize("choice", [0, 3, -1, 10**9])
async def test_a_number_that_was_not_shown_is_asked_for_again(
    talk: Talk, booked: Appointment, nails: Appointment, choice: int
) -> None:
    await talk.hears(WhichAppointment, CancelAppointment())

    await talk.hears(WhichAppointment, choice=choice)


@pytest.mark.parametrize(("service", "expected"), [(CUT, "Стрижка"), (NAILS, "Маникюр")])
async def test_a_word_tells_which_of_several_is_meant(
    talk: Talk, booked: Appointment, nails: Appointment, service: ServiceId, expected: str
) -> None:
    talk.memory = Memory(service_id=service)

    asked = await talk.hears(ConfirmationNeeded, CancelAppointment())

    assert asked.appointment.service_title == expected


async def test_the_day_tells_which_of_several_shall_be_cancelled(
    talk: Talk, booked: Appointment, nails: Appointment
) -> None:
    talk.memory = Memory(window=SearchSlots(date_from=FRIDAY, date_to=FRIDAY).window)

    assert (await talk.hears(ConfirmationNeeded, CancelAppointment())).appointment == nails


async def test_a_choice_carries_the_new_time_with_it(talk: Talk, booked: Appointment, nails: Appointment) -> None:
    await talk.hears(WhichAppointment, RescheduleAppointment(start=AT_SIX))

    asked = await talk.hears(ConfirmationNeeded, choice=1)

    assert asked.appointment == booked
    assert asked.new_slot is not None
    assert asked.new_slot.start == AT_SIX


async def test_moving_is_asked_and_then_done(talk: Talk, booked: Appointment) -> None:
    asked = await talk.hears(ConfirmationNeeded, RescheduleAppointment(start=AT_SIX))
    assert asked.new_slot is not None
    assert (asked.new_slot.start, asked.new_slot.stylist_id) == (AT_SIX, BARI)
    assert await talk.booking.appointments(ANNA) == (booked,)

    moved = await talk.hears(Moved, RescheduleAppointment(confirmed=True))
    assert (moved.appointment.id, moved.appointment.start, moved.previous_start) == (booked.id, AT_SIX, AT_THREE)
    assert talk.memory == Memory(last_appointment_id=booked.id)


async def test_a_yes_moves_to_the_time_that_was_asked_about(talk: Talk, booked: Appointment) -> None:
    await talk.hears(ConfirmationNeeded, RescheduleAppointment(start=AT_SIX))
    other = at(TOMORROW, "11:00")

    asked = await talk.hears(ConfirmationNeeded, RescheduleAppointment(start=other, confirmed=True))

    assert asked.new_slot is not None
    assert asked.new_slot.start == other
    assert await talk.booking.appointments(ANNA) == (booked,)


async def test_the_same_yes_after_a_crash_moves_once_and_says_the_same(talk: Talk, booked: Appointment) -> None:
    await talk.hears(ConfirmationNeeded, RescheduleAppointment(start=AT_SIX))

    before = await talk.execution(RescheduleAppointment(confirmed=True))
    after = await talk.execution(RescheduleAppointment(confirmed=True))

    assert isinstance(before.outcomes[0], Moved)
    assert after == before


async def test_the_same_yes_after_a_crash_cancels_once_and_says_the_same(talk: Talk, booked: Appointment) -> None:
    await talk.hears(ConfirmationNeeded, CancelAppointment())

    before = await talk.execution(CancelAppointment(confirmed=True))
    after = await talk.execution(CancelAppointment(confirmed=True))

    assert isinstance(before.outcomes[0], Cancelled)
    assert after == before


async def test_a_yes_to_what_the_salon_has_moved_since_is_asked_again(talk: Talk, booked: Appointment) -> None:
    await talk.hears(ConfirmationNeeded, CancelAppointment())
    moved = await talk.booking.move(booked.id, at(FRIDAY, "15:00"), ANNA, key="by the salon")

    asked = await talk.hears(ConfirmationNeeded, CancelAppointment(confirmed=True))

    assert asked.appointment == moved
    assert await talk.booking.appointments(ANNA) == (moved,)


async def test_an_own_appointment_does_not_block_its_move_by_half_an_hour(talk: Talk, booked: Appointment) -> None:
    await talk.hears(ConfirmationNeeded, RescheduleAppointment(start=at(TOMORROW, "15:30")))

    moved = await talk.hears(Moved, RescheduleAppointment(confirmed=True))

    assert (moved.appointment.start, moved.appointment.stylist_id) == (at(TOMORROW, "15:30"), BARI)


async def test_a_busy_time_is_refused_with_three_others_and_nothing_moves(talk: Talk, booked: Appointment) -> None:
    for stylist in (BARI, SERGEY):
        await talk.booking.book(CUT, stylist, at(TOMORROW, "17:00"), IVAN, key=f"ivan {stylist}")

    refused = await talk.hears(StartRefused, RescheduleAppointment(start=at(TOMORROW, "17:00")))

    assert (refused.reason, refused.moving) == (Refusal.TAKEN, booked)
    assert [f"{slot.start:%d %H:%M}" for slot in refused.nearest] == ["25 15:30", "25 16:00", "25 18:00"]
    assert isinstance(talk.memory.pending, AwaitingTime)
    assert await talk.booking.appointments(ANNA) == (booked,)


async def test_a_time_lost_between_question_and_yes_is_refused_and_the_old_one_kept(
    talk: Talk, booked: Appointment
) -> None:
    await talk.hears(ConfirmationNeeded, RescheduleAppointment(start=AT_SIX))
    await talk.booking.book(CUT, BARI, AT_SIX, IVAN, key="ivan")

    refused = await talk.hears(StartRefused, RescheduleAppointment(confirmed=True))

    assert refused.moving == booked
    assert len(refused.nearest) == 3
    assert await talk.booking.appointments(ANNA) == (booked,)


async def test_another_stylist_is_proposed_where_only_they_are_free(talk: Talk, booked: Appointment) -> None:
    asked = await talk.hears(ConfirmationNeeded, RescheduleAppointment(start=at(TOMORROW, "09:00")))
    assert asked.new_slot is not None
    assert asked.new_slot.stylist_id == SERGEY

    moved = await talk.hears(Moved, RescheduleAppointment(confirmed=True))
    assert moved.appointment.stylist_name == "Сергей"


async def test_a_move_without_a_time_is_asked_when_to(talk: Talk, booked: Appointment) -> None:
    needed = await talk.hears(NewTimeNeeded, RescheduleAppointment())

    assert needed.appointment == booked
    assert len(needed.slots) == 5
    assert AT_THREE not in {slot.start for slot in needed.slots}
    assert {slot.stylist_id for slot in needed.slots} == {BARI}

    asked = await talk.hears(ConfirmationNeeded, RescheduleAppointment(start=needed.slots[2].start))
    assert asked.new_slot == needed.slots[2]


async def test_a_move_to_a_day_offers_the_same_hour_among_others(talk: Talk, booked: Appointment) -> None:
    needed = await talk.hears(NewTimeNeeded, RescheduleAppointment(date_from=FRIDAY, date_to=FRIDAY))

    assert {slot.start.date() for slot in needed.slots} == {FRIDAY}
    assert at(FRIDAY, "15:00") in {slot.start for slot in needed.slots}
    assert len(needed.slots) == 5


async def test_a_move_to_an_hour_without_a_day_stays_on_its_day(talk: Talk, booked: Appointment) -> None:
    six = time(18, 0)

    asked = await talk.hears(ConfirmationNeeded, RescheduleAppointment(time_from=six, time_to=six))

    assert asked.new_slot is not None
    assert asked.new_slot.start == AT_SIX


async def test_a_move_to_a_full_day_offers_the_days_around_it(talk: Talk, booked: Appointment) -> None:
    monday = TODAY + timedelta(days=6)

    needed = await talk.hears(NewTimeNeeded, RescheduleAppointment(date_from=monday, date_to=monday))

    assert BARI in {slot.stylist_id for slot in needed.slots}
    assert needed.slots


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (at(TODAY, "10:00"), Refusal.PAST),
        (at(TOMORROW, "23:00"), Refusal.CLOSED),
        (at(TODAY + timedelta(days=40), "15:00"), Refusal.TOO_FAR),
        (at(TODAY + timedelta(days=4000), "15:00"), Refusal.TOO_FAR),
    ],
)
async def test_an_impossible_time_moves_nothing(
    talk: Talk, booked: Appointment, start: datetime, reason: Refusal
) -> None:
    refused = await talk.hears(StartRefused, RescheduleAppointment(start=start))

    assert refused.reason is reason
    assert refused.nearest
    assert await talk.booking.appointments(ANNA) == (booked,)


async def test_a_move_to_where_it_stands_needs_no_yes(talk: Talk, booked: Appointment) -> None:
    shown = await talk.hears(AppointmentsShown, RescheduleAppointment(start=AT_THREE))

    assert shown.appointments == (booked,)
    assert talk.memory.pending is None


async def test_free_times_asked_for_in_the_middle_of_a_move_are_about_that_visit(
    talk: Talk, booked: Appointment
) -> None:
    await talk.hears(ConfirmationNeeded, RescheduleAppointment(start=AT_SIX))
    half_past = time(15, 30)

    found = await talk.hears(
        SlotsFound, SearchSlots(date_from=TOMORROW, date_to=TOMORROW, time_from=half_past, time_to=half_past)
    )
    assert (found.service.id, found.slots[0].start) == (CUT, at(TOMORROW, "15:30"))
    assert talk.memory.service_id is None

    # A yes now is not a yes to 18:00.
    await talk.says(RescheduleAppointment(confirmed=True))
    assert await talk.booking.appointments(ANNA) == (booked,)


async def test_cancel_and_book_anew_in_one_turn(talk: Talk, booked: Appointment) -> None:
    await talk.hears(ConfirmationNeeded, CancelAppointment())
    anew = CreateAppointment(service="Стрижка", start=AT_THREE, stylist="Бари")

    outcomes = await talk.says(CancelAppointment(confirmed=True), anew)

    assert [type(outcome) for outcome in outcomes] == [Cancelled, Booked]
    (only,) = await talk.booking.appointments(ANNA)
    assert only.id != booked.id


async def test_the_appointments_shown_are_the_customers_own(
    talk: Talk, booked: Appointment, nails: Appointment
) -> None:
    await talk.booking.book(BEARD, SERGEY, AT_THREE, IVAN, key="ivan")

    shown = await talk.hears(AppointmentsShown, ShowAppointments())

    assert shown.appointments == (booked, nails)

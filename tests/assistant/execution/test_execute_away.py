"""The booking system is away, or leaves a write in doubt: nothing is claimed, nothing is done twice."""

from datetime import time, timedelta

import pytest

from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.errors import BookingUnavailable, OutcomeUnknown
from salonbot.model.commands import (
    CancelAppointment,
    Command,
    CreateAppointment,
    HandOver,
    ListServices,
    RescheduleAppointment,
    SaveName,
    SearchSlots,
    ShowAppointments,
    ShowSchedule,
)
from salonbot.model.outcomes import Booked, BookingAway, HandedOver, NameNeeded, RequestNoted, ServicesListed
from tests.assistant.execution.failing import FailingBooking
from tests.assistant.execution.talk import Talk
from tests.booking.salon import ANNA, HIDDEN, TOMORROW, at
from tests.clocks import HandClock

AWAY = BookingUnavailable("no answer")
CUT = CreateAppointment(service="Стрижка", start=at(TOMORROW, "15:00"), stylist="Бари")
SEARCH = SearchSlots(service="Стрижка", date_from=TOMORROW, date_to=TOMORROW, time_from=time(15))


async def test_an_absent_booking_system_is_never_a_full_one(calendar: EmbeddedCalendar, clock: HandClock) -> None:
    talk = Talk(FailingBooking(calendar, {"*": AWAY}), clock, ANNA)

    assert await talk.says(SEARCH, CUT, HandOver()) == (BookingAway(), BookingAway(), HandedOver())


@pytest.mark.parametrize(
    ("method", "command"),
    [
        ("free_slots", SEARCH),
        ("appointments", ShowAppointments()),
        ("appointments", CancelAppointment()),
        ("appointments", RescheduleAppointment()),
        ("schedule", ShowSchedule(stylist="Бари")),
    ],
)
async def test_one_call_that_fails_spoils_one_command(
    calendar: EmbeddedCalendar, clock: HandClock, method: str, command: Command
) -> None:
    talk = Talk(FailingBooking(calendar, {method: AWAY}), clock, ANNA)

    outcomes = await talk.says(command, ListServices())

    assert [type(outcome) for outcome in outcomes] == [BookingAway, ServicesListed]
    assert await calendar.appointments(ANNA) == ()


@pytest.mark.parametrize("method", ["book", "appointments"])
async def test_a_complete_wish_is_noted_and_the_rest_of_the_turn_goes_on(
    calendar: EmbeddedCalendar, clock: HandClock, method: str
) -> None:
    talk = Talk(FailingBooking(calendar, {method: AWAY}), clock, ANNA)

    noted, listed = await talk.says(CUT, ListServices())

    assert isinstance(noted, RequestNoted)
    assert (noted.start, noted.name) == (CUT.start, ANNA.name)
    assert isinstance(listed, ServicesListed)
    assert await calendar.appointments(ANNA) == ()


async def test_what_was_told_while_it_was_away_is_kept_and_finishes_the_booking(
    calendar: EmbeddedCalendar, clock: HandClock
) -> None:
    booking = FailingBooking(calendar, {})
    talk = Talk(booking, clock, HIDDEN, needs_phone=False)
    talk.guest = type(HIDDEN)(chat=HIDDEN.chat)
    await talk.hears(NameNeeded, CUT)

    booking.failures = {"book": AWAY}
    noted = await talk.hears(RequestNoted, SaveName(name="Лида"))
    assert talk.guest.name == "Лида"

    booking.failures = {}
    clock.advance(minutes=5)
    done = await talk.again(noted)
    assert done is not None
    (booked,) = done.outcomes
    assert isinstance(booked, Booked)
    assert booked.appointment.customer_name == "Лида"
    assert await talk.again(noted) == done


async def test_a_write_in_doubt_is_told_upwards_and_found_by_its_key_when_executed_again(
    calendar: EmbeddedCalendar, clock: HandClock
) -> None:
    booking = FailingBooking(calendar, {"book": OutcomeUnknown("time-out")}, after_writing=True)
    talk = Talk(booking, clock, ANNA)
    with pytest.raises(OutcomeUnknown):
        await talk.execution(CUT)

    booking.failures = {}
    clock.advance(seconds=timedelta(minutes=1).total_seconds())
    booked = await talk.hears(Booked, CUT)

    assert await calendar.appointments(ANNA) == (booked.appointment,)

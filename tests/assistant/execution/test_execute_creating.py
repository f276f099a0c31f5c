"""New appointments: booked once, held back for a name or a phone, or refused with something better."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.booking.system import Guest
from salonbot.model.booking import Refusal
from salonbot.model.commands import CreateAppointment, SaveName, SearchSlots
from salonbot.model.dialogue import AwaitingDetails, Memory
from salonbot.model.messages import ChatKey
from salonbot.model.outcomes import (
    Booked,
    NameNeeded,
    NameSaved,
    PhoneNeeded,
    ServiceNeeded,
    ServiceUnknown,
    SlotsFound,
    StartRefused,
    StylistCannot,
    StylistUnknown,
)
from salonbot.model.salon import ServiceId
from tests.assistant.execution.talk import Talk
from tests.booking.salon import ANNA, BARI, CUT, HIDDEN, IVAN, MONDAY, OLGA, SERGEY, TODAY, TOMORROW, at
from tests.clocks import HandClock

STRANGER = Guest(chat=ChatKey("lid:2001"), phone="79165554433")
AT_THREE = at(TOMORROW, "15:00")


def cut(start: datetime = AT_THREE, stylist: str | None = "Бари", name: str | None = None) -> CreateAppointment:
    return CreateAppointment(service="Стрижка", start=start, stylist=stylist, name=name)


async def test_a_known_customer_is_booked_at_once(talk: Talk) -> None:
    booked = await talk.hears(Booked, cut())

    assert (booked.appointment.service_title, booked.appointment.stylist_name) == ("Стрижка", "Бари")
    assert (booked.appointment.start, booked.appointment.customer_name) == (AT_THREE, "Анна")
    assert await talk.booking.appointments(ANNA) == (booked.appointment,)
    assert talk.memory == Memory(last_appointment_id=booked.appointment.id)


async def test_a_stranger_is_asked_for_a_name_and_booked_with_it(calendar: EmbeddedCalendar, clock: HandClock) -> None:
    talk = Talk(calendar, clock, STRANGER)

    asked = await talk.hears(NameNeeded, cut())
    assert (asked.slot.start, asked.stylist.name) == (AT_THREE, "Бари")
    assert await calendar.appointments(STRANGER) == ()

    clock.advance(minutes=7)
    booked = await talk.hears(Booked, SaveName(name="Арбак"))
    assert booked.appointment.customer_name == talk.guest.name == "Арбак"
    assert talk.memory.pending is None


async def test_a_name_told_with_the_wish_is_used_and_kept(calendar: EmbeddedCalendar, clock: HandClock) -> None:
    talk = Talk(calendar, clock, STRANGER)

    booked = await talk.hears(Booked, cut(name="Арбак"))

    assert booked.appointment.customer_name == talk.guest.name == "Арбак"


async def test_a_name_for_somebody_else_does_not_rename_the_customer(talk: Talk) -> None:
    booked = await talk.hears(Booked, cut(name="Пётр"))

    assert booked.appointment.customer_name == "Пётр"
    assert talk.guest.name == "Анна"


@pytest.mark.parametrize("words", ["Стрижка", "борода", "https://example.org", "79161234567", "  ", "я" * 200])
async def test_what_is_no_name_is_asked_for_again(calendar: EmbeddedCalendar, clock: HandClock, words: str) -> None:
    talk = Talk(calendar, clock, STRANGER)
    await talk.hears(NameNeeded, cut())

    await talk.hears(NameNeeded, SaveName(name=words))

    assert talk.guest.name == ""
    assert await calendar.appointments(STRANGER) == ()


async def test_a_name_and_the_wish_in_one_turn_book_once(calendar: EmbeddedCalendar, clock: HandClock) -> None:
    talk = Talk(calendar, clock, STRANGER)
    await talk.hears(NameNeeded, cut())

    outcomes = await talk.says(SaveName(name="Арбак"), cut())

    assert [type(outcome) for outcome in outcomes] == [NameSaved, Booked]
    assert len(await calendar.appointments(STRANGER)) == 1


async def test_a_slot_lost_while_the_name_was_awaited_is_refused_with_others(
    calendar: EmbeddedCalendar, clock: HandClock
) -> None:
    talk = Talk(calendar, clock, STRANGER)
    await talk.hears(NameNeeded, cut())
    await calendar.book(CUT, BARI, AT_THREE, IVAN, key="ivan")

    refused = await talk.hears(StartRefused, SaveName(name="Арбак"))

    assert refused.reason is Refusal.TAKEN
    assert len(refused.nearest) == 3
    assert talk.guest.name == "Арбак"
    assert talk.memory.pending is None


async def test_a_busy_start_is_refused_before_the_name_is_asked(calendar: EmbeddedCalendar, clock: HandClock) -> None:
    await calendar.book(CUT, BARI, AT_THREE, IVAN, key="ivan")

    refused = await Talk(calendar, clock, STRANGER).hears(StartRefused, cut())

    assert refused.reason is Refusal.TAKEN


async def test_a_name_that_comes_the_next_day_books_nothing(calendar: EmbeddedCalendar, clock: HandClock) -> None:
    talk = Talk(calendar, clock, STRANGER)
    await talk.hears(NameNeeded, cut(at(TOMORROW, "19:00")))
    clock.advance(hours=13)

    await talk.hears(NameSaved, SaveName(name="Арбак"))

    assert await calendar.appointments(STRANGER) == ()


async def test_a_search_after_the_question_drops_the_old_wish(calendar: EmbeddedCalendar, clock: HandClock) -> None:
    talk = Talk(calendar, clock, STRANGER)
    await talk.hears(NameNeeded, cut())
    await talk.hears(SlotsFound, SearchSlots(date_from=TOMORROW, date_to=TOMORROW))

    await talk.hears(NameSaved, SaveName(name="Арбак"))

    assert await calendar.appointments(STRANGER) == ()


async def test_a_hidden_phone_is_asked_for_and_booked_with(calendar: EmbeddedCalendar, clock: HandClock) -> None:
    talk = Talk(calendar, clock, HIDDEN)
    asked = await talk.hears(PhoneNeeded, cut())
    assert asked.slot.start == AT_THREE

    booked = await talk.hears(Booked, phone="+7 999 000-11-22")

    assert booked.appointment.customer_phone == talk.guest.told_phone == "79990001122"


async def test_name_and_phone_are_asked_one_after_the_other(calendar: EmbeddedCalendar, clock: HandClock) -> None:
    talk = Talk(calendar, clock, replace(HIDDEN, name=""))

    await talk.hears(NameNeeded, cut())
    await talk.hears(PhoneNeeded, SaveName(name="Лида"))
    booked = await talk.hears(Booked, phone="79990001122")

    assert (booked.appointment.customer_name, booked.appointment.start) == ("Лида", AT_THREE)


async def test_half_a_phone_is_no_phone(calendar: EmbeddedCalendar, clock: HandClock) -> None:
    talk = Talk(calendar, clock, HIDDEN)
    await talk.hears(PhoneNeeded, cut())

    await talk.hears(PhoneNeeded, phone="123-45")

    assert talk.guest.told_phone is None


async def test_a_salon_that_needs_no_phone_does_not_ask(calendar: EmbeddedCalendar, clock: HandClock) -> None:
    await Talk(calendar, clock, HIDDEN, needs_phone=False).hears(Booked, cut())


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (at(TODAY, "11:00"), Refusal.PAST),
        (at(TODAY - timedelta(days=800), "15:00"), Refusal.PAST),
        (at(TODAY, "12:30"), Refusal.TOO_SOON),
        (at(TODAY + timedelta(days=31), "15:00"), Refusal.TOO_FAR),
        (at(TODAY + timedelta(days=3000), "15:00"), Refusal.TOO_FAR),
        (datetime.max.replace(tzinfo=AT_THREE.tzinfo), Refusal.TOO_FAR),
        (datetime.min.replace(tzinfo=AT_THREE.tzinfo), Refusal.PAST),
        (at(TOMORROW, "20:00"), Refusal.CLOSED),
        (at(MONDAY, "15:00"), Refusal.CLOSED),
    ],
)
@pytest.mark.parametrize("guest", [ANNA, STRANGER], ids=["known", "stranger"])
async def test_an_impossible_start_is_refused_with_three_that_are_possible(
    calendar: EmbeddedCalendar, clock: HandClock, guest: Guest, start: datetime, reason: Refusal
) -> None:
    talk = Talk(calendar, clock, guest)

    refused = await talk.hears(StartRefused, cut(start))

    assert refused.reason is reason
    assert len(refused.nearest) == 3
    assert await calendar.appointments(guest) == ()
    for slot in refused.nearest:
        assert await calendar.refusal(CUT, slot.stylist_id, slot.start) is None
    assert talk.memory.offered == refused.nearest


async def test_a_busy_start_brings_the_nearest_of_the_same_stylist(calendar: EmbeddedCalendar, talk: Talk) -> None:
    await calendar.book(CUT, BARI, AT_THREE, IVAN, key="ivan")

    refused = await talk.hears(StartRefused, cut())

    assert [f"{slot.start:%d %H:%M}" for slot in refused.nearest] == ["25 13:30", "25 14:00", "25 16:00"]
    assert {slot.stylist_id for slot in refused.nearest} == {BARI}


async def test_after_a_refusal_an_offered_start_is_booked(calendar: EmbeddedCalendar, talk: Talk) -> None:
    await calendar.book(CUT, BARI, AT_THREE, IVAN, key="ivan")
    await talk.hears(StartRefused, cut())

    booked = await talk.hears(Booked, cut(at(TOMORROW, "16:00"), stylist=None))

    assert booked.appointment.stylist_id == BARI


async def test_a_day_off_brings_the_stylists_next_days_and_the_others_that_day(talk: Talk) -> None:
    refused = await talk.hears(StartRefused, cut(at(MONDAY, "15:00")))

    assert {slot.stylist_id for slot in refused.nearest} == {SERGEY, BARI}


async def test_the_same_wish_twice_is_one_appointment(talk: Talk) -> None:
    first = await talk.hears(Booked, cut())
    again = await talk.hears(Booked, cut(stylist=None))

    assert again.appointment == first.appointment
    assert len(await talk.booking.appointments(ANNA)) == 1


async def test_the_same_turn_executed_again_after_a_crash_books_once(talk: Talk) -> None:
    wishes = (cut(stylist=None), CreateAppointment(service="Стрижка бороды", start=at(TOMORROW, "17:00")))

    before = await talk.execution(*wishes)
    after = await talk.execution(*wishes)

    assert after == before
    assert len(await talk.booking.appointments(ANNA)) == 2


async def test_a_start_that_was_offered_with_a_stylist_is_booked_with_them(
    calendar: EmbeddedCalendar, talk: Talk
) -> None:
    found = await talk.hears(SlotsFound, SearchSlots(service="Стрижка", date_from=TOMORROW, date_to=TOMORROW))

    for slot in found.slots:
        booked = await talk.hears(Booked, cut(slot.start, stylist=None))
        assert booked.appointment.stylist_id == slot.stylist_id
        await calendar.cancel(booked.appointment.id, ANNA, key=f"undo-{slot.start}")
        talk.memory = Memory(service_id=CUT, offered=found.slots)


async def test_nobody_else_is_booked_in_place_of_the_stylist_who_was_offered(
    calendar: EmbeddedCalendar, clock: HandClock
) -> None:
    talk = Talk(calendar, clock, STRANGER)
    asked = await talk.hears(NameNeeded, cut(stylist=None))
    await calendar.book(CUT, asked.stylist.id, AT_THREE, IVAN, key="ivan")

    refused = await talk.hears(StartRefused, SaveName(name="Арбак"))

    assert AT_THREE in {slot.start for slot in refused.nearest}
    assert asked.stylist.id not in {slot.stylist_id for slot in refused.nearest if slot.start == AT_THREE}


async def test_an_unknown_stylist_is_said_to_be_unknown(talk: Talk) -> None:
    unknown = await talk.hears(StylistUnknown, cut(stylist="Иван"))

    assert unknown.mention == "Иван"
    assert {stylist.id for stylist in unknown.stylists} == {BARI, SERGEY, OLGA}


@pytest.mark.parametrize("words", ["Сергею", "серёжа", "Sergey", "СЕРГЕЙ"])
async def test_a_stylist_is_known_in_any_form(talk: Talk, words: str) -> None:
    booked = await talk.hears(Booked, cut(stylist=words))

    assert booked.appointment.stylist_id == SERGEY


async def test_a_stylist_who_does_not_do_it_is_not_booked_for_it(talk: Talk) -> None:
    cannot = await talk.hears(StylistCannot, cut(stylist="Ольга"))

    assert [stylist.id for stylist in cannot.others] == [BARI, SERGEY]


async def test_a_stylist_spoken_of_before_does_not_forbid_a_service_of_others(talk: Talk) -> None:
    talk.memory = Memory(stylist_id=BARI)

    booked = await talk.hears(Booked, CreateAppointment(service="Маникюр", start=AT_THREE))

    assert booked.appointment.stylist_id == OLGA


async def test_an_alias_word_for_word_is_booked(talk: Talk) -> None:
    booked = await talk.hears(Booked, CreateAppointment(service="Борода", start=AT_THREE))

    assert booked.appointment.service_title == "Стрижка бороды"


@pytest.mark.parametrize("words", ["стрижку", "детскую", "маникюрчик"])
async def test_a_service_not_named_word_for_word_is_asked_about(talk: Talk, words: str) -> None:
    asked = await talk.hears(ServiceNeeded, CreateAppointment(service=words, start=AT_THREE))

    assert asked.mention == words
    assert asked.candidates
    assert await talk.booking.appointments(ANNA) == ()


async def test_a_service_the_salon_does_not_offer_is_said_so(talk: Talk) -> None:
    unknown = await talk.hears(ServiceUnknown, CreateAppointment(service="Массаж спины", start=AT_THREE))

    assert unknown.mention == "Массаж спины"
    assert await talk.booking.appointments(ANNA) == ()


async def test_what_a_customer_calls_a_service_is_repeated_only_in_part(talk: Talk) -> None:
    unknown = await talk.hears(ServiceUnknown, CreateAppointment(service="ы\n" * 5000, start=AT_THREE))

    assert len(unknown.mention) <= 80
    assert "\n" not in unknown.mention


async def test_a_service_that_left_the_catalogue_while_a_name_was_awaited_is_not_booked(
    calendar: EmbeddedCalendar, clock: HandClock
) -> None:
    talk = Talk(calendar, clock, STRANGER)
    await talk.hears(NameNeeded, cut())
    pending = talk.memory.pending
    assert isinstance(pending, AwaitingDetails)
    talk.memory = replace(talk.memory, pending=replace(pending, service_id=ServiceId("gone")))

    await talk.hears(ServiceNeeded, SaveName(name="Арбак"))

    assert await calendar.appointments(STRANGER) == ()

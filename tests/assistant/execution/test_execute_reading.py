"""Questions: services, free times and schedules, and what is said when the booking system is away."""

from datetime import date, time, timedelta

import pytest

from salonbot.model.booking import Window
from salonbot.model.commands import (
    Command,
    CreateAppointment,
    ExplainService,
    HandOver,
    ListServices,
    SaveName,
    SearchSlots,
    ShowAppointments,
    ShowSchedule,
)
from salonbot.model.outcomes import (
    NameSaved,
    NoSlots,
    ScheduleShown,
    ServiceExplained,
    ServiceNeeded,
    ServicesListed,
    ServiceUnknown,
    SlotsFound,
    StylistCannot,
    StylistUnknown,
)
from tests.assistant.execution.talk import Talk
from tests.booking.salon import (
    ANNA,
    BARI,
    COLOUR,
    CUT,
    IVAN,
    MONDAY,
    NAILS,
    OLGA,
    SERGEY,
    TODAY,
    TOMORROW,
    at,
)


def tomorrow(clock: str | None = None, *, service: str | None = None, stylist: str | None = None) -> SearchSlots:
    exact = time.fromisoformat(clock) if clock else None
    return SearchSlots(
        service=service, stylist=stylist, date_from=TOMORROW, date_to=TOMORROW, time_from=exact, time_to=exact
    )


@pytest.mark.parametrize(
    ("command", "titles"),
    [
        (ListServices(), ["Стрижка", "Стрижка бороды", "Детская стрижка", "Окрашивание", "Маникюр"]),
        (ListServices(category="ногти"), ["Маникюр"]),
        (ListServices(service="Окрашивание"), ["Окрашивание"]),
        (ListServices(service="покраска"), ["Окрашивание"]),
        (ListServices(category="маникюр"), ["Маникюр"]),
    ],
)
async def test_the_services_asked_for_are_listed(talk: Talk, command: ListServices, titles: list[str]) -> None:
    listed = await talk.hears(ServicesListed, command)

    assert [service.title for service in listed.services] == titles


@pytest.mark.parametrize("command", [ListServices(service="Татуировка"), ExplainService(service="Татуировка")])
async def test_a_service_nobody_offers_is_unknown(talk: Talk, command: Command) -> None:
    assert (await talk.hears(ServiceUnknown, command)).mention == "Татуировка"


async def test_an_explained_service_is_what_is_spoken_of(talk: Talk) -> None:
    explained = await talk.hears(ServiceExplained, ExplainService(service="Стрижка"))
    assert [stylist.id for stylist in explained.stylists] == [BARI, SERGEY]

    found = await talk.hears(SlotsFound, tomorrow())
    assert found.service.id == CUT


async def test_a_search_without_a_service_asks_for_one_and_keeps_the_day(talk: Talk) -> None:
    needed = await talk.hears(ServiceNeeded, tomorrow())

    assert len(needed.candidates) == 5
    assert talk.memory.window == Window(TOMORROW, TOMORROW)


async def test_a_day_is_answered_with_five_starts_from_morning_to_evening(talk: Talk) -> None:
    found = await talk.hears(SlotsFound, tomorrow(service="Стрижка"))

    assert [f"{slot.start:%H:%M}" for slot in found.slots] == ["09:00", "11:30", "14:00", "16:30", "19:00"]
    assert {slot.stylist_id for slot in found.slots} == {BARI, SERGEY}
    assert found.more
    assert talk.memory.offered == found.slots
    assert talk.memory.service_id == CUT


async def test_no_day_is_answered_with_the_next_few_days(talk: Talk) -> None:
    found = await talk.hears(SlotsFound, SearchSlots(service="Стрижка", stylist="Бари"))

    assert sorted({slot.start.date() for slot in found.slots}) == [TODAY, TOMORROW, TODAY + timedelta(days=2)]
    assert found.slots[0].start == at(TODAY, "13:00")
    assert len(found.slots) == 5
    assert talk.memory.stylist_id == BARI


async def test_a_week_is_answered_over_the_whole_week(talk: Talk) -> None:
    found = await talk.hears(
        SlotsFound, SearchSlots(service="Стрижка", date_from=MONDAY, date_to=MONDAY + timedelta(days=6))
    )

    assert len({slot.start.date() for slot in found.slots}) == 5
    assert found.slots[-1].start.date() == MONDAY + timedelta(days=6)


async def test_an_evening_holds_no_afternoon(talk: Talk) -> None:
    evening = SearchSlots(service="Стрижка", date_from=TOMORROW, date_to=TOMORROW, time_from=time(17))

    found = await talk.hears(SlotsFound, evening)

    assert all(slot.start.time() >= time(17) for slot in found.slots)


async def test_an_exact_time_that_is_free_is_that_one_slot(talk: Talk) -> None:
    found = await talk.hears(SlotsFound, tomorrow("15:00", service="Стрижка", stylist="Сергей"))

    assert [(slot.start, slot.stylist_id) for slot in found.slots] == [(at(TOMORROW, "15:00"), SERGEY)]
    assert not found.more
    assert await talk.booking.appointments(ANNA) == ()


async def test_an_exact_time_that_is_taken_brings_the_nearest(talk: Talk) -> None:
    await talk.booking.book(NAILS, OLGA, at(TOMORROW, "17:00"), IVAN, key="ivan")

    nothing = await talk.hears(NoSlots, tomorrow("17:00", service="Маникюр"))

    assert [f"{slot.start:%d %H:%M}" for slot in nothing.nearest] == ["25 15:30", "25 16:00", "25 18:00"]
    assert not nothing.day_off
    assert talk.memory.offered == nothing.nearest


async def test_a_stylists_day_off_is_said_to_be_one(talk: Talk) -> None:
    nothing = await talk.hears(
        NoSlots, SearchSlots(service="Стрижка", stylist="Бари", date_from=MONDAY, date_to=MONDAY)
    )

    assert nothing.day_off
    assert BARI in {slot.stylist_id for slot in nothing.nearest}


async def test_a_full_day_is_no_day_off(talk: Talk) -> None:
    for clock in ("10:00", "12:00", "15:00", "17:00"):
        await talk.booking.book(COLOUR, OLGA, at(TOMORROW, clock), IVAN, key=clock)

    nothing = await talk.hears(NoSlots, tomorrow(service="Окрашивание"))

    assert not nothing.day_off
    assert len(nothing.nearest) == 3


@pytest.mark.parametrize(
    "days",
    [
        (TODAY - timedelta(days=9), TODAY - timedelta(days=7)),
        (TODAY + timedelta(days=100), TODAY + timedelta(days=101)),
        (date.min, date.min),
        (date.max, date.max),
        (TOMORROW, TODAY),
    ],
    ids=["past", "far", "the beginning of time", "the end of time", "backwards"],
)
async def test_days_that_cannot_be_served_bring_some_that_can(talk: Talk, days: tuple[date, date]) -> None:
    nothing = await talk.hears(NoSlots, SearchSlots(service="Стрижка", date_from=days[0], date_to=days[1]))

    assert len(nothing.nearest) == 3


@pytest.mark.parametrize("days", [(date.min, None), (None, date.max), (date.min, date.max)])
async def test_endless_windows_are_answered_from_now_on(talk: Talk, days: tuple[date | None, date | None]) -> None:
    found = await talk.hears(SlotsFound, SearchSlots(service="Стрижка", date_from=days[0], date_to=days[1]))

    assert found.slots[0].start == at(TODAY, "13:00")


async def test_a_stylist_is_remembered_until_somebody_else_is_named(talk: Talk) -> None:
    await talk.hears(SlotsFound, tomorrow(service="Стрижка", stylist="Сергей"))

    again = await talk.hears(SlotsFound, tomorrow("16:00"))
    assert again.stylist is not None
    assert again.stylist.id == SERGEY

    other = await talk.hears(SlotsFound, tomorrow("16:00", stylist="Бари"))
    assert other.slots[0].stylist_id == BARI


async def test_a_stylist_is_unknown_or_cannot(talk: Talk) -> None:
    await talk.hears(StylistUnknown, tomorrow(service="Стрижка", stylist="Иван"))
    await talk.hears(StylistCannot, tomorrow(service="Стрижка", stylist="Ольга"))
    await talk.hears(StylistUnknown, ShowSchedule(stylist="Арина"))


@pytest.mark.parametrize(
    ("days", "first", "count"),
    [
        ((None, None), TODAY, 7),
        ((MONDAY, MONDAY), MONDAY, 1),
        ((TODAY, TODAY + timedelta(days=60)), TODAY, 14),
        ((TODAY - timedelta(days=3), TOMORROW), TODAY, 2),
        ((MONDAY, None), MONDAY, 7),
        ((date.min, date.max), TODAY, 14),
    ],
)
async def test_a_schedule_shows_a_week_or_what_was_asked_for(
    talk: Talk, days: tuple[date | None, date | None], first: date, count: int
) -> None:
    shown = await talk.hears(ScheduleShown, ShowSchedule(stylist="Бари", date_from=days[0], date_to=days[1]))

    assert [day.day for day in shown.days] == [first + timedelta(days=n) for n in range(count)]


async def test_several_wishes_are_carried_out_in_their_order(talk: Talk) -> None:
    outcomes = await talk.says(
        ListServices(category="Борода"),
        CreateAppointment(service="Стрижка", start=at(TOMORROW, "15:00")),
        ShowAppointments(),
        HandOver(),
    )

    assert [outcome.kind for outcome in outcomes] == ["services_listed", "booked", "appointments_shown", "handed_over"]


async def test_a_name_is_kept(talk: Talk) -> None:
    saved = await talk.hears(NameSaved, SaveName(name="  Анна   Мария "))

    assert saved.name == talk.guest.name == "Анна Мария"

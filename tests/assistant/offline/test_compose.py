"""Outcomes into the customer's text: all the facts, no others, one question, in words the brain itself can read."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.assistant.offline.compose import compose
from salonbot.assistant.offline.figures import Figures
from salonbot.assistant.offline.ground import Ground
from salonbot.assistant.offline.recall import recall
from salonbot.assistant.offline.texts_en import ENGLISH
from salonbot.assistant.offline.texts_ru import RUSSIAN, plural
from salonbot.assistant.offline.thread import Asked
from salonbot.model.booking import Appointment, AppointmentId, Refusal, Slot, Window
from salonbot.model.dialogue import AwaitingDetails, AwaitingYes, Memory, Topic, Understanding
from salonbot.model.outcomes import (
    AppointmentsShown,
    Booked,
    ConfirmationNeeded,
    HandedOver,
    NameNeeded,
    NameSaved,
    NewTimeNeeded,
    NoSlots,
    Outcome,
    PhoneNeeded,
    Purpose,
    ScheduleShown,
    ServiceNeeded,
    ServicesListed,
    SlotsFound,
    StartRefused,
    StylistUnknown,
    WhichAppointment,
)
from salonbot.model.salon import Hours, PriceRange, WorkingDay
from tests.assistant.arbat import NOW, appointment, at, catalogue, in_a_while, salon, service, situation, slot, stylist
from tests.assistant.guard.outcomes import outcomes
from tests.assistant.offline.talk import history

HAIRCUT, BARI = service("Стрижка"), stylist("Бари")
CLOCK = re.compile(r"\b\d{1,2}:\d\d\b")


def told(*what: Outcome, said: str = "здравствуйте", **understood: object) -> str:
    """The reply in Russian, to somebody greeted already."""
    here = situation(said, greeted_today=True)
    return compose(here, Understanding(**understood), what)  # type: ignore[arg-type]


def test_a_booking_is_confirmed_with_everything_about_it() -> None:
    text = told(Booked(appointment=appointment()))

    for fact in ("Анна", "Стрижка", "Бари", "во вторник, 24 ноября, в 15:00", "1 500–2 000 ₽", "Москва, ул. Арбат, 10"):
        assert fact in text


def test_a_booking_is_confirmed_in_english_to_who_writes_english() -> None:
    text = told(Booked(appointment=appointment()), said="book it please")

    for fact in ("booked", "on Tuesday, 24 November, at 15:00", "1,500–2,000 ₽", "See you at"):
        assert fact in text


def test_the_list_of_services_is_whole_and_grouped() -> None:
    text = told(ServicesListed(services=catalogue().services))

    for offered in catalogue().services:
        assert f"• {offered.title}: " in text
    assert text.index("Волосы:") < text.index("Детская стрижка") < text.index("Борода:") < text.index("Ногти:")


def test_slots_are_told_by_day_with_weekday_and_date() -> None:
    slots = (slot("2026-11-24 12:00"), slot("2026-11-24 14:30"), slot("2026-11-25 10:00"))

    text = told(SlotsFound(service=HAIRCUT, stylist=BARI, window=Window(), slots=slots))

    assert "во вторник, 24 ноября: 12:00, 14:30\nв среду, 25 ноября: 10:00" in text
    assert text.endswith("Какое время вам подходит?")


def test_somebody_else_than_asked_for_is_named_with_their_times() -> None:
    nearest = (slot("2026-11-24 16:00", "Сергей"),)

    text = told(
        StartRefused(service=HAIRCUT, stylist=BARI, start=at("2026-11-24 15:00"), reason=Refusal.TAKEN, nearest=nearest)
    )

    assert "16:00 (Сергей)" in text


def test_an_unknown_stylist_is_never_called_busy() -> None:
    text = told(StylistUnknown(mention="Иван", stylists=catalogue().stylists))

    assert "«Иван» у нас нет" in text
    assert "Бари, Сергей, Рамзан, Марина, Ольга" in text
    assert "занят" not in text


def test_a_day_off_is_told_as_one() -> None:
    monday = date(2026, 11, 30)
    window = Window(monday, monday, time(17), None)

    text = told(NoSlots(service=HAIRCUT, stylist=BARI, window=window, nearest=(), day_off=True))

    assert text == "К сожалению, в понедельник, 30 ноября мастер Бари не работает. Посмотреть другое время?"


def test_a_schedule_names_days_off() -> None:
    days = (WorkingDay(date(2026, 11, 24), (Hours(time(10), time(20)),)), WorkingDay(date(2026, 11, 30)))

    assert (
        told(ScheduleShown(stylist=BARI, days=days))
        == "График работы, мастер Бари:\nвт, 24 ноября: 10:00–20:00\nпн, 30 ноября: выходной"
    )


def test_the_greeting_comes_once_a_day_by_the_salons_clock() -> None:
    evening = situation("привет", now=at("2026-11-23 19:00"))

    assert compose(evening, Understanding(topics=(Topic.GREETING,)), ()).startswith("Добрый вечер! ")
    assert not compose(replace(evening, greeted_today=True), Understanding(topics=(Topic.GREETING,)), ()).startswith(
        "Добрый"
    )


def test_one_thing_is_asked_at_a_time() -> None:
    asked = NameNeeded(slot=slot("2026-11-24 15:00"), service=HAIRCUT, stylist=BARI)

    text = told(ServicesListed(services=(service("Маникюр"),)), asked)

    assert text.count("?") == 1
    assert text.endswith("Как вас зовут?")


def test_the_address_is_told_once() -> None:
    twice = (Booked(appointment=appointment()), Booked(appointment=appointment("2026-11-25 15:00", "Ольга", "Маникюр")))

    assert told(*twice, topics=(Topic.THANKS,)).count("Ждём вас по адресу") == 1


def test_a_saved_name_goes_without_saying_beside_a_booking() -> None:
    assert "Спасибо" not in told(NameSaved(name="Анна"), Booked(appointment=appointment()))
    assert told(NameSaved(name="Анна")) == "Спасибо, Анна!"


def test_a_person_is_offered_to_who_was_misunderstood_twice() -> None:
    assert "администратор" in told(topics=(Topic.UNCLEAR,), memory=Memory(misunderstood=2))
    assert "администратор" not in told(topics=(Topic.UNCLEAR,), memory=Memory(misunderstood=1))


def test_what_was_asked_is_asked_again_when_the_answer_was_not_understood() -> None:
    waiting = AwaitingDetails(
        service_id=HAIRCUT.id, stylist_id=BARI.id, start=at("2026-11-24 15:00"), missing="name", expires_at=in_a_while()
    )

    assert "как вас зовут" in told(topics=(Topic.UNCLEAR,), memory=Memory(pending=waiting))


def test_a_no_to_a_change_says_that_nothing_changed() -> None:
    pending = AwaitingYes(
        purpose=Purpose.CANCEL,
        appointment_id=AppointmentId("a"),
        new_start=None,
        new_stylist_id=None,
        expires_at=in_a_while(),
    )
    here = situation("нет", greeted_today=True, memory=Memory(pending=pending))

    assert compose(here, Understanding(topics=(Topic.REFUSAL,)), ()) == "Хорошо, запись остаётся без изменений."


def test_facts_of_the_salon_are_told_only_where_they_are_known() -> None:
    nameless = replace(salon(), address="", phone="", hours_note="", website="")
    here = situation("адрес?", greeted_today=True, salon=nameless)

    for topic in (Topic.ADDRESS, Topic.HOURS, Topic.CONTACTS):
        assert "администратор" in compose(here, Understanding(topics=(topic,)), ())


@pytest.mark.parametrize("said", ["здравствуйте", "hello"])
@pytest.mark.parametrize("topic", list(Topic))
def test_every_topic_has_words_in_both_languages(topic: Topic, said: str) -> None:
    text = told(topics=(topic,), said=said)

    assert text
    assert "{" not in text


@given(st.lists(outcomes, min_size=1, max_size=4), st.sampled_from(["здравствуйте", "hello"]))
def test_times_and_prices_told_stand_in_the_outcomes(results: list[Outcome], said: str) -> None:
    text = told(*results, said=said)

    allowed = _clocks(results)
    assert set(CLOCK.findall(text)) <= allowed
    assert not re.search(r"[{}*_#]|None|\[", text)


def _clocks(results: list[Outcome]) -> set[str]:
    """Every clock time that the outcomes, the salon's profile or a name in them holds."""
    shown = re.findall(r"datetime\.(?:datetime\(\d+, \d+, \d+, (\d+), (\d+)|time\((\d+), (\d+))", repr(results))
    return {f"{int(a or c):02}:{int(b or d):02}" for a, b, c, d in shown} | set(CLOCK.findall(salon().hours_note))


QUESTIONS: list[tuple[Callable[[], Outcome], Asked]] = [
    (lambda: NameNeeded(slot=slot("2026-11-24 15:00"), service=HAIRCUT, stylist=BARI), Asked.NAME),
    (lambda: PhoneNeeded(slot=slot("2026-11-24 15:00"), service=HAIRCUT, stylist=BARI), Asked.PHONE),
    (lambda: ConfirmationNeeded(purpose=Purpose.CANCEL, appointment=appointment()), Asked.CHANGE),
    (
        lambda: ConfirmationNeeded(purpose=Purpose.MOVE, appointment=appointment(), new_slot=slot("2026-11-25 16:00")),
        Asked.CHANGE,
    ),
    (
        lambda: WhichAppointment(purpose=Purpose.CANCEL, appointments=(appointment(), appointment("2026-11-25 12:00"))),
        Asked.APPOINTMENT,
    ),
    (
        lambda: SlotsFound(
            service=HAIRCUT, stylist=BARI, window=Window(), slots=(slot("2026-11-24 12:00"), slot("2026-11-24 13:00"))
        ),
        Asked.SLOT,
    ),
    (lambda: SlotsFound(service=HAIRCUT, stylist=BARI, window=Window(), slots=(slot("2026-11-24 12:00"),)), Asked.SLOT),
    (lambda: NewTimeNeeded(appointment=appointment(), window=Window(), slots=()), Asked.TIME),
    (lambda: ServiceNeeded(candidates=(HAIRCUT,)), Asked.SERVICE),
    (lambda: StylistUnknown(mention="Иван", stylists=(BARI,)), Asked.STYLIST),
    (lambda: NoSlots(service=HAIRCUT, stylist=None, window=Window(), nearest=()), Asked.LOOK),
]


@pytest.mark.parametrize("said", ["здравствуйте", "hello"])
@pytest.mark.parametrize(("outcome", "asked"), QUESTIONS)
def test_our_own_questions_are_recognised_without_memory(
    outcome: Callable[[], Outcome], asked: Asked, said: str
) -> None:
    """A chat whose memory is lost, or an `eval` history in our own words."""
    text = told(outcome(), said=said)

    thread = recall(situation(history=history(text)), Ground(catalogue(), salon(), at(NOW)))

    assert thread.asked is asked


@pytest.mark.parametrize(
    ("count", "form"), [(1, "час"), (2, "часа"), (5, "часов"), (11, "часов"), (21, "час"), (22, "часа"), (112, "часов")]
)
def test_russian_counts_take_the_right_form(count: int, form: str) -> None:
    assert plural(count, "час", "часа", "часов") == form


def test_prices_have_their_currency_and_their_kopecks() -> None:
    here = Figures(RUSSIAN, salon(), catalogue(), at(NOW))
    there = Figures(ENGLISH, replace(salon(), currency="CHF"), catalogue(), at(NOW))

    assert here.price(PriceRange(150_000, 200_000)) == "1 500–2 000 ₽"
    assert here.price(PriceRange(99_950, 99_950)) == "999,50 ₽"
    assert there.price(PriceRange(1_234_500, 1_234_500)) == "12,345 CHF"


def test_another_year_is_said() -> None:
    far = Slot(HAIRCUT.id, BARI.id, at("2027-01-11 12:00"), timedelta(hours=1))

    text = told(SlotsFound(service=HAIRCUT, stylist=BARI, window=Window(), slots=(far,)))

    assert "в понедельник, 11 января 2027 года, в 12:00" in text


def test_several_appointments_are_numbered_as_they_will_be_chosen() -> None:
    mine: tuple[Appointment, ...] = (appointment(), appointment("2026-11-25 12:00", "Ольга", "Маникюр"))

    text = told(AppointmentsShown(appointments=mine))

    assert "1. Стрижка, мастер Бари, во вторник, 24 ноября, в 15:00\n2. Маникюр" in text


def test_handing_over_promises_no_time() -> None:
    assert not CLOCK.search(told(HandedOver()))

"""What salons were once told wrongly: bookings that did not exist, people and prices that were made up."""

from collections.abc import Callable

import pytest

from salonbot.model.booking import Window
from salonbot.model.outcomes import ScheduleShown
from tests.assistant.incidents.talking import Salon, Talker

WISHES = {
    "a free time": ("Запишите к Бари на стрижку завтра в 15:00", True),
    "without having looked before": ("маникюр в среду в 12, запишите", True),
    "a time that is taken": ("Запишите к Марине на стрижку завтра в 15:00", False),
    "a day off": ("Запишите к Рамзану на стрижку завтра в 15:00", False),
    "before opening": ("Запишите к Бари на стрижку завтра в 7 утра", False),
    "past closing": ("Запишите к Бари на стрижку завтра в 19:30", False),
    "who is not there": ("Запишите к Ивану на стрижку завтра в 15:00", False),
    "what is not done": ("Запишите на массаж завтра в 15:00", False),
    "what they do not do": ("Запишите к Бари на педикюр завтра в 15:00", False),
    "without an hour": ("Запишите к Бари на стрижку завтра", False),
    "without a service": ("Запишите меня завтра на 15:00", False),
    "a day that is past": ("Запишите на стрижку 1 ноября в 15:00", False),
    "a question": ("А в 15:00 завтра у Бари на стрижку свободно?", False),
}


@pytest.mark.parametrize("wish", WISHES)
async def test_booked_is_said_exactly_when_the_calendar_holds_it(salon: Salon, anna: Talker, wish: str) -> None:
    await salon.guest("Вера").say("Запишите к Марине на стрижку завтра в 15:00")
    text, is_booked = WISHES[wish]
    answer = await anna.say(text)

    assert bool(await anna.visits()) is is_booked
    assert ("вы записаны" in answer.casefold()) is is_booked


async def test_a_move_to_a_busy_time_is_not_told_as_done(salon: Salon, anna: Talker) -> None:
    for name in ("Бари", "Сергею", "Марине"):
        await salon.guest("Вера").say(f"Запишите к {name} на стрижку завтра в 14:00")
    await anna.say("Запишите к Бари на стрижку завтра в 16:00")
    answers = [await anna.say("Перенесите на 14:00"), await anna.say("да")]

    assert await anna.visits() == ["Стрижка Бари 2026-11-24 16:00"]
    assert not [answer for answer in answers if "перенес" in answer.casefold().replace("ё", "е")]


async def test_a_time_taken_between_question_and_yes_is_not_told_as_done(salon: Salon, anna: Talker) -> None:
    await anna.say("Запишите к Бари на стрижку завтра в 16:00")
    await anna.say("Перенесите на 18:00")
    await salon.guest("Вера").say("Запишите к Бари на стрижку завтра в 18:00")
    answer = await anna.say("да")

    assert await anna.visits() == ["Стрижка Бари 2026-11-24 16:00"]
    assert "Запись перенесена" not in answer


@pytest.mark.parametrize(
    "text",
    ["Привет", "Когда можно прийти?", "Вы работаете завтра?", "Есть время завтра?", "Здравствуйте, есть окошки?"],
)
async def test_no_time_is_named_without_a_search(guest: Talker, text: str) -> None:
    await guest.say(text)
    if "slots_found" not in guest.kinds:
        assert "свободно" not in guest.last.casefold()


@pytest.mark.parametrize(
    "text", ["Покажи услуги", "Какие услуги у вас есть?", "Прайс скиньте", "Что вы делаете и почём"]
)
async def test_a_price_list_of_forty_services_is_told_whole_and_holds_nothing_else(
    other_salon: Callable[..., Salon], text: str
) -> None:
    more = "\n".join(
        f'[[salon.service]]\ntitle = "Уход {n}"\nminutes = 30\nprice_from = {n}00\ncategory = "Уход"'
        for n in range(1, 32)
    )
    answer = await other_salon(more).guest().say(text)

    for n in range(1, 32):
        assert f"Уход {n}: {n // 10 if n >= 10 else ''}" in answer
    assert answer.count("₽") == 40


@pytest.mark.parametrize(
    "text", ["Есть ли мастер Иван?", "Иван завтра работает?", "Запишите меня к Ивану", "Хочу к Ивану завтра"]
)
async def test_somebody_who_does_not_work_here_is_said_not_to(guest: Talker, text: str) -> None:
    answer = await guest.say(text)

    assert "нет" in answer
    assert "занят" not in answer
    assert "свободн" not in answer


async def test_a_stylists_own_services_are_asked_about_where_none_was_named(guest: Talker) -> None:
    answer = await guest.say("Запишите меня к Ольге")

    assert "Педикюр" in answer
    assert "Стрижка" not in answer


@pytest.mark.parametrize("text", ["Педикюр — это что?", "Что такое педикюр?", "расскажите про педикюр"])
async def test_a_service_is_explained_in_the_salons_own_words(guest: Talker, text: str) -> None:
    assert "обработкой стоп" in await guest.say(text)


async def test_what_the_salon_does_not_know_is_not_explained(guest: Talker) -> None:
    answer = await guest.say("Экспресс — это?")

    assert guest.kinds[:1] != ["service_explained"]
    assert "экспресс" not in answer.replace("«Экспресс»", "").casefold()


async def test_a_stylist_with_a_full_day_is_not_said_to_be_off(salon: Salon, anna: Talker) -> None:
    for hour in range(10, 20):
        await salon.guest("Вера").say(f"Запишите к Бари на стрижку завтра в {hour}:00")
    works = await anna.say("Бари завтра работает?")
    taken = await anna.say("А на стрижку к нему завтра можно?")

    assert "10:00" in works
    assert "не работает" not in works + taken


async def test_schedule_and_free_times_never_contradict_each_other(salon: Salon, anna: Talker) -> None:
    for stylist in salon.plan.catalogue.stylists:
        await anna.say(f"Когда работает {stylist.name}?")
        (shown,) = anna.outcomes
        assert isinstance(shown, ScheduleShown)
        for day in shown.days:
            service = next(iter(stylist.services))
            slots = await salon.booking.free_slots(service, stylist_id=stylist.id, window=Window(day.day, day.day))
            assert bool(slots) is bool(day.hours)


async def test_a_general_question_names_all_services_and_childrens_too(guest: Talker) -> None:
    answer = await guest.say("Что у вас есть?")
    for title in ("Стрижка", "Детская стрижка", "Окрашивание", "Педикюр", "Коррекция бровей"):
        assert title in answer
    assert "1 000" in (await guest.say("Сколько стоит подстричь ребёнка?")).replace("\xa0", " ")

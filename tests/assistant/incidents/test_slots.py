"""Free times once told as taken, and times offered that could not be had."""

import re
from collections.abc import Callable

import pytest

from salonbot.model.outcomes import NoSlots, SlotsFound, StartRefused
from tests.assistant.incidents.talking import Salon, Talker

TAKEN = ("занят", "нет свободн", "не наш")


def says_taken(answer: str) -> bool:
    return any(word in answer.casefold() for word in TAKEN)


async def test_two_questions_about_free_times_are_both_answered_with_times(guest: Talker) -> None:
    first = await guest.say("Есть завтра время на стрижку у Бари?")
    second = await guest.say("А у Сергея?")

    assert not says_taken(first + second)
    for answer, name in ((first, "Бари"), (second, "Серге")):
        assert name in answer
    assert guest.kinds == ["slots_found"]


async def test_all_that_was_found_is_told(guest: Talker) -> None:
    answer = await guest.say("Когда завтра можно на педикюр?")
    (found,) = guest.outcomes
    assert isinstance(found, SlotsFound)

    assert 3 <= len(found.slots) <= 5
    for slot in found.slots:
        assert f"{slot.start:%H:%M}" in answer


@pytest.mark.parametrize(
    "text", ["На завтра", "Хочу записаться на завтра", "Есть что-нибудь на завтра?", "Запишите меня"]
)
async def test_without_a_service_it_is_asked_for_and_nothing_is_said_to_be_taken(guest: Talker, text: str) -> None:
    answer = await guest.say(text)

    assert guest.kinds == ["service_needed"]
    assert "услуг" in answer
    assert not says_taken(answer)


async def test_the_service_of_the_dialogue_holds_for_another_day(guest: Talker) -> None:
    await guest.say("Сколько стоит педикюр?")
    await guest.say("А на завтра есть время?")

    (found,) = guest.outcomes
    assert isinstance(found, SlotsFound)
    assert found.service.title == "Педикюр"


@pytest.mark.parametrize(
    "text", ["Хочу подстричь ребёнка завтра", "Сына надо подстричь завтра", "детская стрижка на завтра есть?"]
)
async def test_a_childs_cut_finds_the_childs_service_and_its_times(guest: Talker, text: str) -> None:
    await guest.say(text)

    (found,) = guest.outcomes
    assert isinstance(found, SlotsFound)
    assert found.service.title == "Детская стрижка"


async def test_the_last_visit_ends_with_the_stylists_day(anna: Talker) -> None:
    too_late = await anna.say("Запишите к Бари на стрижку завтра в 19:30")
    assert isinstance(anna.outcomes[0], StartRefused)
    assert "вы записаны" not in too_late
    await anna.say("тогда в 19:00")
    assert await anna.visits() == ["Стрижка Бари 2026-11-24 19:00"]


async def test_an_own_visit_does_not_stand_in_the_way_of_its_move_by_half_an_hour(anna: Talker) -> None:
    await anna.say("Запишите к Бари на стрижку завтра в 19:00")
    await anna.say("А могу я перезаписаться на 18:30?")
    await anna.say("да")

    assert await anna.visits() == ["Стрижка Бари 2026-11-24 18:30"]


async def test_a_long_service_is_not_offered_into_a_short_gap(salon: Salon, guest: Talker) -> None:
    for hour in ("11:00", "13:00"):
        await salon.guest("Вера").say(f"Запишите к Марине на стрижку завтра в {hour}")
    await guest.say("Когда завтра можно к Марине на окрашивание?")
    (found,) = guest.outcomes
    assert isinstance(found, SlotsFound)

    assert {f"{slot.start:%H:%M}" for slot in found.slots} <= {
        "14:00",
        "14:30",
        "15:00",
        "15:30",
        "16:00",
        "16:30",
        "17:00",
    }


@pytest.mark.parametrize("text", ["вечером", "после 18", "ближе к вечеру", "после работы вечером"])
async def test_who_asks_for_the_evening_is_not_offered_the_afternoon(guest: Talker, text: str) -> None:
    await guest.say(f"Можно завтра к Бари на стрижку {text}?")

    (found,) = guest.outcomes
    assert isinstance(found, SlotsFound)
    assert all(slot.start.hour >= 17 for slot in found.slots)


@pytest.mark.parametrize("choice", ["первое", "давайте второй вариант", "последнее подойдёт"])
async def test_an_offered_time_is_booked_to_the_minute(anna: Talker, choice: str) -> None:
    await anna.say("Когда завтра можно к Бари на стрижку?")
    (found,) = anna.outcomes
    assert isinstance(found, SlotsFound)
    place = {"п": 0, "д": 1}[choice[0]] if choice != "последнее подойдёт" else -1
    await anna.say(choice)

    assert await anna.visits() == [f"Стрижка Бари {found.slots[place].start:%Y-%m-%d %H:%M}"]


async def test_the_same_time_is_not_given_twice(salon: Salon) -> None:
    first, second = salon.guest("Анна"), salon.guest("Вера")
    for talker in (first, second):
        await talker.say("Есть время у Бари на стрижку завтра в 15:00?")
    for talker in (first, second):
        await talker.say("Да, запишите")

    assert await first.visits() == ["Стрижка Бари 2026-11-24 15:00"]
    assert "Стрижка Бари 2026-11-24 15:00" not in await second.visits()


async def test_who_is_away_is_not_offered(other_salon: Callable[..., Salon]) -> None:
    sick = ('hours = { "tue-sun" = "10:00-20:00" }', 'hours = { "tue-sun" = "10:00-20:00" }\ndays_off = ["2026-11-24"]')
    salon = other_salon("", sick)
    guest = salon.guest("Анна")
    answer = await guest.say("Запишите к Бари на стрижку завтра в 15:00")
    assert await guest.visits() == []
    assert "нерабоч" in answer

    other = salon.guest()
    assert "Бари" not in await other.say("Кто завтра может подстричь?")
    assert other.kinds == ["slots_found"]


async def test_at_most_five_times_are_offered_and_none_where_the_time_was_given(guest: Talker) -> None:
    await guest.say("Когда на этой неделе можно на стрижку?")
    (found,) = guest.outcomes
    assert isinstance(found, SlotsFound)
    assert len(found.slots) <= 5
    asked = await guest.say("Запишите к Бари на стрижку в среду в 15:00")

    assert guest.kinds == ["name_needed"]
    assert "Как вас зовут" in asked
    assert re.findall(r"\d\d:\d\d", asked) == ["15:00"]


async def test_a_busy_time_brings_three_others_in_words(salon: Salon, anna: Talker) -> None:
    await salon.guest("Вера").say("Запишите к Бари на стрижку завтра в 15:00")
    answer = await anna.say("Запишите к Бари на стрижку завтра в 15:00")
    (refused,) = anna.outcomes
    assert isinstance(refused, StartRefused)

    assert len(refused.nearest) == 3
    for slot in refused.nearest:
        assert f"{slot.start:%H:%M}" in answer
    assert "object" not in answer


async def test_a_full_day_brings_other_days(salon: Salon, anna: Talker) -> None:
    for hour in range(10, 20):
        await salon.guest("Вера").say(f"Запишите к Бари на стрижку завтра в {hour}:00")
    answer = await anna.say("Есть завтра время у Бари на стрижку?")
    (nothing,) = anna.outcomes
    assert isinstance(nothing, NoSlots)

    assert nothing.nearest
    assert f"{nothing.nearest[0].start:%H:%M}" in answer

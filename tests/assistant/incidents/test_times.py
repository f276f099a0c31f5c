"""Hours and days that were once misheard, from the words to the minute on record."""

from datetime import timedelta

import pytest

from salonbot.model.outcomes import SlotsFound
from tests.assistant.incidents.talking import Salon, Talker


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("в 3", "15:00"),
        ("на 2", "14:00"),
        ("на час", "13:00"),
        ("на утро 10", "10:00"),
        ("в пол 4", "15:30"),
        ("в 6 вечера", "18:00"),
        ("к 11", "11:00"),
        ("в полдень", "12:00"),
    ],
)
async def test_a_spoken_hour_is_booked_as_it_was_meant(anna: Talker, said: str, start: str) -> None:
    await anna.say(f"Запишите к Бари на стрижку завтра {said}")

    assert await anna.visits() == [f"Стрижка Бари 2026-11-24 {start}"]


@pytest.mark.parametrize(
    ("said", "start"), [("давай на час", "13:00"), ("на 2", "14:00"), ("в 3", "15:00"), ("утром в 10", "10:00")]
)
async def test_an_hour_alone_answers_the_question_when(anna: Talker, said: str, start: str) -> None:
    await anna.say("Когда завтра можно к Бари на стрижку?")
    await anna.say(said)

    assert await anna.visits() == [f"Стрижка Бари 2026-11-24 {start}"]


@pytest.mark.parametrize(
    ("said", "day"),
    [("11 декабря", "2026-12-11"), ("1 декабря", "2026-12-01"), ("31 декабря", "2026-12-31"), ("25-го", "2026-11-25")],
)
@pytest.mark.parametrize("hour", ["10:00", "19:00"])
async def test_a_date_stays_that_date_early_and_late(anna: Talker, said: str, day: str, hour: str) -> None:
    answer = await anna.say(f"Запишите к Бари на стрижку {said} в {hour}")

    assert await anna.visits() == [f"Стрижка Бари {day} {hour}"]
    assert str(int(day[-2:])) in answer


@pytest.mark.parametrize("said", ["лучше послезавтра", "давайте в среду", "нет, в среду"])
async def test_the_time_is_kept_where_only_the_day_changes(guest: Talker, said: str) -> None:
    await guest.say("Хочу к Бари на стрижку завтра в 15:00")
    asked = await guest.say(said)

    assert "15:00" in asked
    assert "25 ноября" in asked


@pytest.mark.parametrize("said", ["Запиши на 15:00", "запишите в 15:00", "на 15 часов"])
async def test_tomorrow_stays_tomorrow_when_only_the_time_follows(anna: Talker, said: str) -> None:
    await anna.say("Хочу завтра на стрижку к Бари")
    await anna.say(said)

    assert await anna.visits() == ["Стрижка Бари 2026-11-24 15:00"]


async def test_a_day_that_has_gone_by_is_not_meant_any_more(salon: Salon, anna: Talker) -> None:
    await anna.say("Есть в среду время у Бари на стрижку?")
    salon.clock.advance(days=7)
    await anna.say("А во сколько можно?")

    (found,) = anna.outcomes
    assert isinstance(found, SlotsFound)
    now = salon.clock.now()
    assert all(now < slot.start < now + timedelta(days=7) for slot in found.slots)

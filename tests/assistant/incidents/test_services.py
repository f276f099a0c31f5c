"""Services once taken for others, and titles that broke the text."""

from collections.abc import Callable

import pytest

from salonbot.model.outcomes import ServiceNeeded, SlotsFound
from tests.assistant.incidents.talking import Salon, Talker

WAX = """
[[salon.service]]
title = "Воск"
minutes = 15
price_from = 400
[[salon.service]]
title = "Воск комплекс"
minutes = 45
price_from = 1000
[[salon.service]]
title = "Отец + сын"
minutes = 90
price_from = 3000
[[salon.service]]
title = "Экспресс | уход"
minutes = 30
price_from = 900
description = "Быстрый уход | без записи заранее."
[[salon.stylist]]
name = "Лилит"
services = ["Воск", "Воск комплекс", "Отец + сын", "Экспресс | уход"]
hours = { "mon-sun" = "10:00-20:00" }
"""


def title_found(talker: Talker) -> str:
    (found,) = talker.outcomes
    assert isinstance(found, SlotsFound), found
    return found.service.title


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("на стрижку", "Стрижка"),
        ("на стрижку бороды", "Стрижка бороды"),
        ("на бороду", "Стрижка бороды"),
        ("на стрижку и бороду", "Стрижка + борода"),
        ("на детскую стрижку", "Детская стрижка"),
        ("на маникюр", "Маникюр"),
        ("на маникюр с гель-лаком", "Маникюр с покрытием"),
    ],
)
async def test_the_service_that_was_named_is_meant_and_no_combination(guest: Talker, said: str, title: str) -> None:
    await guest.say(f"Есть время завтра {said}?")

    assert title_found(guest) == title


@pytest.mark.parametrize(("said", "title"), [("воск", "Воск"), ("воск комплекс", "Воск комплекс")])
async def test_the_longest_title_said_is_meant(other_salon: Callable[..., Salon], said: str, title: str) -> None:
    guest = other_salon(WAX).guest()
    await guest.say(f"Есть время завтра на {said}?")

    assert title_found(guest) == title


async def test_an_alias_wins_over_a_word_inside_another_title(other_salon: Callable[..., Salon]) -> None:
    guest = other_salon(WAX).guest()
    await guest.say("Есть время завтра на комплекс?")

    assert title_found(guest) == "Стрижка + борода"


async def test_a_word_of_two_titles_is_asked_about_and_not_guessed(other_salon: Callable[..., Salon]) -> None:
    guest = other_salon(
        WAX,
        ('"комплекс", ', ""),
        ('title = "Педикюр"', 'title = "Педикюр комплекс"'),
        ('"Маникюр с покрытием", "Педикюр"', '"Маникюр с покрытием", "Педикюр комплекс"'),
    ).guest()
    await guest.say("Запишите на комплекс завтра в 15:00")

    (asked,) = guest.outcomes
    assert isinstance(asked, ServiceNeeded)
    assert {service.title for service in asked.candidates} == {"Воск комплекс", "Педикюр комплекс"}


@pytest.mark.parametrize("said", ["подстричь сына", "стрижку для ребёнка", "детскую стрижку"])
async def test_a_child_is_not_given_the_service_for_father_and_son(
    other_salon: Callable[..., Salon], said: str
) -> None:
    guest = other_salon(WAX).guest()
    await guest.say(f"Хочу завтра {said}")

    assert title_found(guest) == "Детская стрижка"


async def test_a_stroke_in_a_title_cuts_nothing(other_salon: Callable[..., Salon]) -> None:
    guest = other_salon(WAX).guest("Анна")
    listed = await guest.say("Какие у вас услуги?")
    assert "Экспресс | уход: 900" in listed
    assert "без записи заранее" in await guest.say("Экспресс уход — это что?")
    await guest.say("Запишите завтра в 12:00")

    assert await guest.visits() == ["Экспресс | уход Лилит 2026-11-24 12:00"]


@pytest.mark.parametrize(
    "said", ["к Бари", "у Бари", "с Бари", "к Марине", "у Марины", "Марину", "к Сергею", "у Серёжи", "к Серёге"]
)
async def test_a_stylist_is_found_in_every_case_of_the_name(guest: Talker, said: str) -> None:
    await guest.say(f"Есть время завтра на стрижку {said}?")

    (found,) = guest.outcomes
    assert isinstance(found, SlotsFound)
    assert found.stylist is not None
    assert found.stylist.name[:3] == said.split()[-1][:3]

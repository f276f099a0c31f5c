"""Services in noisy text, in the default salon's catalogue and in others."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.assistant.offline.services import candidates_for, find_category, find_services
from salonbot.model.salon import Catalogue, Service, ServiceId
from tests.assistant.arbat import catalogue


def of(*titles: str, aliases: dict[str, tuple[str, ...]] | None = None) -> Catalogue:
    """A catalogue of these services."""
    hour = timedelta(hours=1)
    services = (Service(ServiceId(t), t, hour, aliases=(aliases or {}).get(t, ())) for t in titles)
    return Catalogue(tuple(services), ())


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("на стрижку бороды", ["Стрижка бороды"]),
        ("стришка", ["Стрижка"]),
        ("манекюр с покрытием", ["Маникюр с покрытием"]),
        ("маникюр без покрытия", ["Маникюр"]),
        ("маникюр с гель-лаком", ["Маникюр с покрытием"]),
        ("ногти с покрытием", ["Маникюр с покрытием"]),
        ("стрижка и борода", ["Стрижка + борода"]),
        ("стрижку с бородой", ["Стрижка + борода"]),
        ("подстричься и бороду поправить", ["Стрижка + борода"]),
        ("запишите сына завтра на стрижку", ["Детская стрижка"]),
        ("a haircut for my 5 year old", ["Детская стрижка"]),
        ("маникюр и педикюр", ["Маникюр", "Педикюр"]),
        ("стрижку, бороду и брови", ["Стрижка + борода", "Коррекция бровей"]),
        ("чем маникюр отличается от маникюра с покрытием", ["Маникюр", "Маникюр с покрытием"]),
        ("haircut and beard", ["Стрижка + борода"]),
        ("gel manicure", ["Маникюр с покрытием"]),
        ("а детская почём?", ["Детская стрижка"]),
        ("в каком вы городе", []),
        ("спасибо", []),
    ],
)
def test_the_fullest_service_named_is_meant(text: str, titles: list[str]) -> None:
    assert [mention.value for mention in find_services(text, catalogue())] == titles


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("на массаж спины", "массаж спины"),
        ("вы делаете эпиляцию?", "эпиляция"),
        ("наращивание ногтей", "наращивание ногтей"),
        ("ламинирование бровей", "ламинирование бровей"),
        ("lash extensions", "lash extensions"),
    ],
)
def test_a_service_nobody_offers_is_heard_as_one(text: str, words: str) -> None:
    (mention,) = find_services(text, catalogue())

    assert (mention.service, mention.value) == (None, words)


def test_two_services_words_in_one_expression_are_neither() -> None:
    (mention,) = find_services("окрашивание бровей", catalogue())

    assert mention.service is None
    assert {service.title for service in mention.candidates} == {"Окрашивание", "Коррекция бровей"}


def test_a_word_that_begins_several_titles_is_asked_about() -> None:
    barbershop = of("Мужская стрижка", "Женская стрижка", "Детская стрижка")

    (mention,) = find_services("запишите на стрижку", barbershop)

    assert mention.service is None
    assert [service.title for service in mention.candidates] == ["Мужская стрижка", "Женская стрижка"]


def test_who_it_is_for_chooses_among_them() -> None:
    barbershop = of("Мужская стрижка", "Женская стрижка", "Детская стрижка")

    for text, title in (("мужа на стрижку", "Мужская стрижка"), ("стрижка для дочки", "Детская стрижка")):
        (mention,) = find_services(text, barbershop)
        assert mention.value == title


def test_a_salon_without_a_combination_gets_two_services() -> None:
    salon = of("Стрижка", "Стрижка бороды")

    assert [m.value for m in find_services("стрижка и борода", salon)] == ["Стрижка", "Стрижка бороды"]


def test_services_outside_the_vocabulary_are_found_by_their_titles() -> None:
    salon = of("Королевское бритьё", "Уход Olaplex", "Массаж головы", aliases={"Уход Olaplex": ("олаплекс",)})

    for text, title in (
        ("на королевское бритье", "Королевское бритьё"),
        ("сделайте олаплекс", "Уход Olaplex"),
        ("массаж головы завтра", "Массаж головы"),
    ):
        (mention,) = find_services(text, salon)
        assert mention.value == title


def test_the_candidates_for_words_of_a_command() -> None:
    assert [service.title for service in candidates_for("стрижку бороды", catalogue())] == ["Стрижка бороды"]
    assert candidates_for("массаж", catalogue()) == ()


def test_a_category_is_found_in_any_case() -> None:
    assert find_category("что у вас для ногтей", catalogue()) == "Ногти"
    assert find_category("что у вас для собак", catalogue()) is None


@given(st.text())
def test_mentions_lie_in_the_text_in_order(text: str) -> None:
    mentions = find_services(text, catalogue())

    assert all(0 <= mention.start < mention.end <= len(text) for mention in mentions)
    assert list(mentions) == sorted(mentions, key=lambda mention: mention.start)

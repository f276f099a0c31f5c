"""Stylists in noisy text: cases, short forms, Latin letters, strangers, and who is not meant."""

import pytest

from salonbot.assistant.offline.names import case_forms, nominative
from salonbot.assistant.offline.stylists import find_stylists, says_anyone, stylists_for
from salonbot.model.salon import Catalogue, Stylist, StylistId
from tests.assistant.arbat import catalogue


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("к Бари", "Бари"),
        ("у Марины", "Марина"),
        ("Сергею на стрижку", "Сергей"),
        ("к Серёже", "Сергей"),
        ("к Сереге", "Сергей"),
        ("к Олечке", "Ольга"),
        ("к Рамазану", "Рамзан"),
        ("к Барри", "Бари"),
        ("мастер Оля", "Ольга"),
        ("к девушке Ольге", "Ольга"),
        ("with Sergey", "Сергей"),
        ("Bari's hours", "Бари"),
        ("with olga", "Ольга"),
        ("не к Бари, а к Сергею", "Сергей"),
    ],
)
def test_a_stylist_is_found_in_any_form(text: str, name: str) -> None:
    (mention,) = find_stylists(text, catalogue())

    assert mention.value == name
    assert mention.stylist is not None


@pytest.mark.parametrize(
    ("text", "name"), [("к Ивану", "Иван"), ("к анжеле", "Анжела"), ("with John", "John"), ("к Джамшуту", "Джамшуту")]
)
def test_somebody_who_does_not_work_here_is_named_as_the_customer_did(text: str, name: str) -> None:
    (mention,) = find_stylists(text, catalogue())

    assert (mention.stylist, mention.value) == (None, name)


@pytest.mark.parametrize("text", ["к вечеру", "к вам завтра", "к 15:00", "к двум", "I want to book", "к сожалению"])
def test_what_a_preposition_leads_to_need_not_be_a_person(text: str) -> None:
    assert find_stylists(text, catalogue()) == ()


def test_the_guest_to_be_booked_is_no_stylist() -> None:
    assert find_stylists("Запишите Ольгу на маникюр", catalogue()) == ()


def test_two_of_one_name_are_asked_about() -> None:
    two = Catalogue((), (Stylist(StylistId("1"), "Анна Белова"), Stylist(StylistId("2"), "Анна Петрова")))

    (either,) = find_stylists("к Анне", two)
    assert (either.stylist, len(either.candidates)) == (None, 2)
    assert [stylist.name for stylist in stylists_for("Беловой", two)] == ["Анна Белова"]


def test_anyone_will_do() -> None:
    assert says_anyone("неважно к кому")
    assert not says_anyone("к бари")


@pytest.mark.parametrize(
    ("form", "name"), [("анну", "Анна"), ("олегом", "Олег"), ("ольге", "Ольга"), ("стрижку", None)]
)
def test_a_common_name_is_brought_back_to_the_nominative(form: str, name: str | None) -> None:
    assert nominative(form) == name


def test_an_indeclinable_name_has_one_form() -> None:
    assert case_forms("Бари") == {"бари"}

"""Names and phones in customers' words."""

import pytest

from salonbot.assistant.offline.introductions import answered, find_phone, introduced
from tests.assistant.offline.talk import understood

ASKED = ("> Запишите на стрижку к Бари завтра в 15:00", "Хорошо. Как вас зовут?")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Меня зовут Арсен", "Арсен"),
        ("я Арсен", "Арсен"),
        ("арсен", "Арсен"),
        ("Стрижка и борода Арбак", "Арбак"),
        ("ЕЛЕНА", "Елена"),
        ("Анна Петрова", "Анна Петрова"),
        ("Олегом меня зовут", "Олег"),
        ("запишите на имя Анны", "Анна"),
        ("Марина", "Марина"),
        ("Джамшут", "Джамшут"),
        ("My name is John Smith", "John Smith"),
        ("I'm Kate", "Kate"),
    ],
)
def test_a_name_given_when_asked_is_the_name_alone(text: str, name: str) -> None:
    (command,) = understood(text, *ASKED).commands

    assert command.kind == "save_name"
    assert command.name == name


@pytest.mark.parametrize(
    "text", ["стрижка", "завтра", "пожалуйста", "не скажу", "ок", "зачем вам?", "понедельник", "да"]
)
def test_what_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert [command.kind for command in understood(text, *ASKED).commands if command.kind == "save_name"] == []


def test_a_name_with_a_changed_time_books_anew() -> None:
    (command,) = understood("Арслан, но давайте в 16:00", *ASKED).commands

    assert command.kind == "create_appointment"
    assert (command.name, command.start.hour) == ("Арслан", 16)


def test_a_volunteered_name_goes_with_the_wish() -> None:
    (command,) = understood("Меня зовут Оля, хочу на стрижку завтра в 15:00").commands

    assert command.kind == "create_appointment"
    assert command.name == "Оля"


@pytest.mark.parametrize("text", ["Я хочу", "I'm late", "это срочно", "я к Бари", "Запишите меня", "for tomorrow"])
def test_nobody_is_called_like_a_sentence(text: str) -> None:
    assert introduced(text) is None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("8 916 123-45-67", "79161234567"),
        ("+7 (916) 1234567", "79161234567"),
        ("9161234567", "79161234567"),
        ("+49 151 23456789", "4915123456789"),
    ],
)
def test_a_phone_is_read_in_the_usual_spellings(text: str, digits: str) -> None:
    found = find_phone(text)

    assert found is not None
    assert found[0] == digits


@pytest.mark.parametrize("text", ["в 15:00", "25.11.2026", "1500 рублей", "12345"])
def test_other_numbers_are_no_phones(text: str) -> None:
    assert find_phone(text) is None


def test_an_asked_for_phone_is_handed_on_without_a_command() -> None:
    understanding = understood("89161234567", "> стрижка завтра в 15", "Подскажите номер телефона для записи.")

    assert (understanding.commands, understanding.phone) == ((), "79161234567")


def test_a_phone_nobody_asked_for_is_left_alone() -> None:
    assert understood("Запишите на стрижку завтра в 15 на номер 89161234567").phone is None


def test_the_rest_of_an_answer_is_looked_at_only_where_nothing_is_read_already() -> None:
    found = answered("маникюр Людмила", [(0, 7)])

    assert found is not None
    assert found.name == "Людмила"

"""The salon's own words for "I want a person": in any form, never inside another word."""

import pytest

from salonbot.assistant.persons import asks_for_person, heard
from salonbot.model.commands import HandOver, ListServices
from salonbot.model.dialogue import Topic, Understanding

WORDS = ("Людмила Петровна", "рекламация", "front desk", "  ", "!")


@pytest.mark.parametrize(
    "text",
    [
        "Людмилу Петровну позовите",
        "у меня РЕКЛАМАЦИЯ!",
        "написать рекламацию",
        "the front desk please",
        "людмила\nпетровна",
    ],
)
def test_the_phrase_is_heard_in_any_form(text: str) -> None:
    assert asks_for_person(text, WORDS)


@pytest.mark.parametrize(
    "text", ["Людмила тут?", "Петровна Людмила", "реклама", "desk", "", "🙂", "front  of the desk"]
)
def test_part_of_a_phrase_or_another_word_is_not_enough(text: str) -> None:
    assert not asks_for_person(text, WORDS)


def test_what_else_was_understood_is_kept_and_the_person_is_called_once() -> None:
    listed = Understanding(commands=(ListServices(),), topics=(Topic.UNCLEAR,), reply="…")

    found = heard(listed, "рекламация", WORDS)

    assert found.commands == (ListServices(), HandOver())
    assert (found.topics, found.reply) == ((), None)
    assert heard(found, "рекламация", WORDS) is found

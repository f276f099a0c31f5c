"""Text into comparable words: folding, stems, slips of the finger, and word borders in Cyrillic."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.assistant.offline.words import LONGEST_TEXT, clean, close, fold, is_russian, stem, tokens


@pytest.mark.parametrize(("text", "found"), [("спасибо!", True), ("спасибочки", False), ("о, спасибо вам", True)])
def test_word_borders_hold_in_cyrillic(text: str, found: bool) -> None:
    """The replaced system's thanks were never recognised, for its `\\b` knew only Latin letters."""
    assert bool(re.search(r"\bспасибо\b", text)) is found


@pytest.mark.parametrize(
    "forms",
    ["стрижка стрижку стрижки стрижке стрижкой стрижек", "борода бороду бороды бороде", "маникюр маникюра маникюром"],
)
def test_the_cases_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(("word", "known"), [("стришка", "стрижка"), ("манекюр", "маникюр"), ("haircat", "haircut")])
def test_one_slip_of_the_finger_is_the_same_word(word: str, known: str) -> None:
    assert close(word, known)


@pytest.mark.parametrize(
    ("word", "known"), [("город", "бород"), ("массаж", "макияж"), ("ноги", "ногти"), ("поправить", "покрасить")]
)
def test_a_weak_likeness_is_another_word(word: str, known: str) -> None:
    assert not close(word, known)


def test_invisible_letters_do_not_part_a_word() -> None:
    assert clean("стри\u200bж\u2060ка") == "стрижка"


def test_russian_is_told_from_english_by_its_letters() -> None:
    assert is_russian("Хочу к Bari")
    assert not is_russian("I want a haircut у Бари")


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text())
def test_tokens_stand_where_they_say(text: str) -> None:
    for token in tokens(text):
        assert fold(text[token.start : token.end]) == token.text


@given(st.text())
def test_cleaned_text_is_bounded_and_printable(text: str) -> None:
    cleaned = clean(text)

    assert len(cleaned) <= LONGEST_TEXT
    assert "\x00" not in cleaned

"""Long answers become messages a person would have sent; harmless marks are cleaned."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salonbot.assistant.guard import split, tidy
from salonbot.assistant.guard.parts import COMFORTABLE, LONGEST

TITLES = [f"Стрижка «номер {n}» | для тех, кто ценит время" for n in range(60)]


def test_a_short_text_stays_whole() -> None:
    assert split("Записала вас.\n\nЖдём!") == ["Записала вас.\n\nЖдём!"]


def test_a_long_list_is_cut_between_lines_and_loses_nothing() -> None:
    text = "Наши услуги:\n\n" + "\n".join(f"• {title}: 1 500 ₽" for title in TITLES)
    parts = split(text)
    assert 1 < len(parts) <= 3
    assert "\n".join(parts).split() == text.split()
    assert all(any(title in part for part in parts) for title in TITLES)


def test_paragraphs_are_kept_together_where_they_fit() -> None:
    paragraphs = ["а" * 600, "б" * 600, "в" * 300]
    assert split("\n\n".join(paragraphs)) == [paragraphs[0], f"{paragraphs[1]}\n\n{paragraphs[2]}"]


def test_what_no_three_messages_hold_is_cut_with_an_ellipsis() -> None:
    parts = split("слово " * 10_000)
    assert len(parts) == 3
    assert all(len(part) <= LONGEST for part in parts)
    assert parts[-1].endswith("…")


def test_nothing_to_say_is_no_message() -> None:
    assert split(" \n ") == []


@settings(max_examples=300)
@given(st.text(alphabet="аб. \n!?", max_size=9000), st.integers(1, 4))
def test_any_text_fits_the_messages_it_may_have(text: str, parts: int) -> None:
    pieces = split(text, parts)
    assert len(pieces) <= parts
    assert all(piece.strip() and len(piece) <= LONGEST for piece in pieces)
    if len(text) <= COMFORTABLE:
        assert "".join(pieces).split() == text.strip().split()


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("**Стрижка** — 1500 ₽", "*Стрижка* — 1500 ₽"),
        ("# Услуги\n* Стрижка\n* Борода", "Услуги\n• Стрижка\n• Борода"),
        ("`Записала` вас", "Записала вас"),
        ("[Сайт](https://evil.example)", "Сайт"),
        ("Запи\u200bсала\u202e вас\ufeff", "Записала вас"),
        ("семья 👨\u200d👩\u200d👧", "семья 👨\u200d👩\u200d👧"),
        ('"Здравствуйте!"', "Здравствуйте!"),
        ("а\n\n\n\nб \nв", "а\n\nб\nв"),
        ("нуль\x00внутри", "нульвнутри"),
    ],
)
def test_harmless_marks_are_cleaned(text: str, clean: str) -> None:
    assert tidy(text) == clean


@settings(max_examples=300)
@given(st.text(max_size=300))
def test_tidying_twice_changes_nothing_a_second_time_for_plain_text(text: str) -> None:
    plain = "".join(char for char in text if char.isalnum() or char == " ").strip()
    assert tidy(tidy(plain)) == tidy(plain)

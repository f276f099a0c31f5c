"""The small language of weekdays, hours and days off."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.config.hours import WEEKDAYS, UnreadableError, day_hours, days_off, week, weekdays
from salonbot.model.salon import Hours


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon", {0}),
        ("tue-sun", {1, 2, 3, 4, 5, 6}),
        ("thu-mon", {3, 4, 5, 6, 0}),
        ("sun-sun", {6}),
        ("mon-wed, fri", {0, 1, 2, 4}),
        ("Mon – WED", {0, 1, 2}),
        ("monday,sunday", {0, 6}),
        ("mon-fri, fri", {0, 1, 2, 3, 4}),
    ],
)
def test_weekdays_are_single_ranges_or_lists_and_may_wrap(text: str, days: set[int]) -> None:
    assert weekdays(text) == days


@pytest.mark.parametrize("text", ["", "mon-", "-", "mon-tue-wed", "mon,,tue", "8", "moon day", "mon fri"])
def test_other_weekdays_are_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        weekdays(text)


@given(st.sampled_from(WEEKDAYS), st.sampled_from(WEEKDAYS))
def test_a_range_and_its_continuation_make_a_week(first: str, last: str) -> None:
    inside = weekdays(f"{first}-{last}")

    assert {WEEKDAYS.index(first), WEEKDAYS.index(last)} <= inside
    assert len(inside) == (WEEKDAYS.index(last) - WEEKDAYS.index(first)) % 7 + 1


def test_hours_are_put_in_order() -> None:
    assert day_hours("15:00-19:00,9:30–14:00") == (Hours(time(9, 30), time(14)), Hours(time(15), time(19)))


def test_hours_may_touch() -> None:
    assert len(day_hours("10:00-14:00, 14:00-18:00")) == 2


@pytest.mark.parametrize(
    "text", ["", "10-18", "10:00", "10:00-24:00", "25:00-26:00", "18:00-10:00", "10:00-10:00", "١٠:00-18:00", "x-y"]
)
def test_other_hours_are_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        day_hours(text)


def test_overlapping_hours_are_refused_within_a_key_and_across_keys() -> None:
    with pytest.raises(UnreadableError, match="do not overlap"):
        day_hours("10:00-14:00, 13:59-15:00")

    _, mistakes = week({"mon-wed": "10:00-14:00", "wed": "13:00-15:00"})

    assert [(key, mistake.found) for key, mistake in mistakes] == [
        (None, "wed: 10:00-14:00 and 13:00-15:00 on the same day")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-02-30",
        "31.12.2026",
        "2026-1-1",
        "2027-01-08..2027-01-01",
        "..",
        "2026-01-01..",
        "2000-01-01..9999-12-31",
    ],
)
def test_other_days_off_are_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        days_off(text)


def test_a_range_of_days_off_has_both_its_ends() -> None:
    assert list(days_off("2026-12-31 .. 2027-01-01")) == [date(2026, 12, 31), date(2027, 1, 1)]


@given(st.text(max_size=40))
def test_no_text_gets_more_than_a_refusal(text: str) -> None:
    read, mistakes = week({text: text})

    assert any(read) is not bool(mistakes)

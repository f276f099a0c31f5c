"""What holds for any text and any day: nothing raises, nothing past, the spans are honest, renderings read back."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salonbot.assistant.offline.when import merge, read_offers, read_when
from tests.assistant.when.phrases import MOSCOW, NOW, shown

VOCABULARY = """
в на к с до после через не или и лучше завтра сегодня послезавтра среду пятницу понедельника неделе следующей
этой выходных утром вечером днём обеда час часа часов полчаса минут пол половина четверть без пять шести трёх
3 5 10 12 15 25 31 15:30 9.00 15.08 25-го 5-6 ноября декабря числа позже раньше пораньше не могу перенести у
Бари стрижку , . ? - ! at on by from to next this week Monday tomorrow noon pm half past quarter 3pm 25th Nov
in two days an hour later earlier not any time
"""
WORDS = tuple(VOCABULARY.split())
wild = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
moments = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2032, 12, 31)).map(  # noqa: DTZ001 - given a zone right here
    lambda naive: naive.replace(tzinfo=MOSCOW)
)
days_ahead = st.integers(min_value=0, max_value=300)
MONTHS = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
WEEKDAYS = ("понедельник", "вторник", "среду", "четверг", "пятницу", "субботу", "воскресенье")
ENGLISH_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@settings(max_examples=400)
@given(text=wild, now=moments)
def test_any_text_is_read_without_an_error_and_in_order(text: str, now: datetime) -> None:
    when = read_when(text, now=now)

    assert list(when.days) == sorted(set(when.days))
    assert list(when.starts) == sorted(set(when.starts))
    assert when.date_from is None or when.date_to is None or when.date_from <= when.date_to
    assert all(one.end <= other.start for one, other in zip(when.spans, when.spans[1:], strict=False))
    assert all(0 <= span.start < span.end <= len(text) for span in when.spans)
    assert not when.options or when.spans


@settings(max_examples=300)
@given(phrase=st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), now=moments)
def test_a_phrase_without_a_year_never_names_a_day_gone_by(phrase: str, now: datetime) -> None:
    when = read_when(phrase, now=now)

    assert all(day >= now.date() for day in when.days)
    assert when.date_to is None or when.date_to >= now.date()


@settings(max_examples=200)
@given(text=wild, earlier=wild, now=moments)
def test_any_two_texts_merge_and_any_text_may_be_an_offer(text: str, earlier: str, now: datetime) -> None:
    window = merge(read_when(earlier, now=now).as_window(), read_when(text, now=now))

    assert window.date_from is None or window.date_to is None or window.date_from <= window.date_to
    assert all(0 <= offer.span.start < offer.span.end <= len(text) for offer in read_offers(text, now=now))


@settings(max_examples=300)
@given(
    now=moments,
    ahead=days_ahead,
    hour=st.integers(8, 21),
    minute=st.sampled_from([0, 15, 30, 45]),
    form=st.integers(0, 13),
)
def test_a_day_and_time_written_out_read_back_the_same(
    now: datetime, ahead: int, hour: int, minute: int, form: int
) -> None:
    day, at = now.date() + timedelta(days=ahead), time(hour, minute)
    phrases = (
        f"{day.day} {MONTHS[day.month - 1]} в {at:%H:%M}",
        f"{day.day} {MONTHS[day.month - 1]} {day.year} года, {at:%H:%M}",
        f"на {day:%d.%m} в {at:%H.%M}",
        f"{day:%d.%m.%Y} {at:%H:%M}",
        f"{day:%d/%m/%Y} к {at:%H:%M}",
        f"{day:%Y-%m-%d} {at:%H:%M}",
        f"в {at:%H ч %M мин} {day:%d.%m.%y}",
        f"{WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]}, {at:%H:%M}",
        f"{ENGLISH_WEEKDAYS[day.weekday()]} {day:%d %B} at {at:%H:%M}",
        f"{day:%B %d}, {day.year} at {at:%I:%M %p}",
        f"{day:%b} {day.day} {at:%I:%M%p}",
        f"the {day.day}th of {day:%B} at {at:%H:%M}",
        f"Запишите на {day.day}-е {MONTHS[day.month - 1]} {at:%H %M}",
        f"book me for {day:%d %b}, {at:%I:%M} {at:%p}",
    )

    when = read_when(phrases[form], now=now)

    assert (when.date_from, when.date_to, when.time_from, when.time_to) == (day, day, at, at), phrases[form]


@settings(max_examples=100)
@given(now=moments, weekday=st.integers(0, 6))
def test_a_weekday_is_the_next_to_come_and_next_weekday_is_in_the_next_calendar_week(
    now: datetime, weekday: int
) -> None:
    coming = read_when(f"в {WEEKDAYS[weekday]}", now=now).date_from
    following = read_when(f"next {ENGLISH_WEEKDAYS[weekday]}", now=now).date_from

    assert coming is not None
    assert following is not None
    assert coming.weekday() == following.weekday() == weekday
    assert timedelta(days=1) <= coming - now.date() <= timedelta(days=7)
    assert following.isocalendar()[1] == (now.date() + timedelta(days=7)).isocalendar()[1]


@pytest.mark.parametrize(
    ("now", "phrase", "said"),
    [
        (datetime(2026, 11, 29, 23, 59, tzinfo=MOSCOW), "завтра", "30.11"),
        (datetime(2026, 11, 30, 0, 1, tzinfo=MOSCOW), "завтра", "01.12"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=MOSCOW), "через час", "01.01.27 00:30"),
        (datetime(2026, 12, 31, 12, 0, tzinfo=MOSCOW), "послезавтра", "02.01.27"),
        (datetime(2028, 2, 28, 12, 0, tzinfo=MOSCOW), "завтра", "29.02.28"),
        (datetime(2028, 2, 29, 12, 0, tzinfo=MOSCOW), "29 февраля", "29.02.28"),
        (datetime(2026, 1, 31, 12, 0, tzinfo=MOSCOW), "через месяц", "28.02"),
        (datetime(2026, 11, 28, 12, 0, tzinfo=MOSCOW), "на выходных", "28.11-29.11"),
        (datetime(2026, 11, 29, 12, 0, tzinfo=MOSCOW), "на выходных", "29.11"),
        (datetime(2026, 11, 29, 12, 0, tzinfo=MOSCOW), "в следующую среду", "02.12"),
        (datetime(2026, 11, 29, 12, 0, tzinfo=MOSCOW), "на этой неделе", "29.11"),
        (datetime(2026, 11, 28, 12, 0, tzinfo=MOSCOW), "в будни", "30.11-04.12"),
        (datetime(2026, 11, 25, 12, 0, tzinfo=MOSCOW), "в среду", "02.12"),
        (datetime(2026, 11, 25, 12, 0, tzinfo=MOSCOW), "в эту среду", "25.11"),
        (datetime(2026, 11, 26, 12, 0, tzinfo=MOSCOW), "25 ноября", "25.11.27"),
        (datetime(2026, 11, 26, 12, 0, tzinfo=MOSCOW), "25-го", "25.12"),
    ],
)
def test_the_edges_of_days_weeks_months_and_years_hold(now: datetime, phrase: str, said: str) -> None:
    assert shown(read_when(phrase, now=now)) == said


def test_an_hour_from_now_is_an_hour_when_the_clocks_go_back() -> None:
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))

    when = read_when("через час", now=before)

    assert (before.time(), when.time_from) == (time(2, 30), time(2, 30))


def test_a_long_text_is_read_only_to_its_limit() -> None:
    when = read_when("завтра в 15:00 " + "а " * 50_000 + "в пятницу", now=NOW)

    assert when.days == (date(2026, 11, 24),)

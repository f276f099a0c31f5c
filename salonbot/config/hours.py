"""The small language of working hours: weekdays, hours, days off. Texts in, values or UnreadableError out."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta
from itertools import pairwise

from salonbot.config.place import printable
from salonbot.config.wording import nearest
from salonbot.model.salon import Hours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONG_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RUSSIAN_WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")

DASH = re.compile(r"\s*[-–—]\s*")
INTERVAL = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

LONGEST_ABSENCE_DAYS = 366

Week = tuple[tuple[Hours, ...], ...]
"""Seven days, Monday first; each day's hours ascending, without overlap; empty is a day off."""


class UnreadableError(Exception):
    """A text that does not say hours, weekdays or dates."""

    def __init__(self, found: str, expected: str) -> None:
        self.found = found
        self.expected = expected
        super().__init__(f"{found}; expected {expected}")


def weekdays(text: str) -> frozenset[int]:
    """`mon`, `tue-sun`, `mon-wed, fri`, `thu-mon` (round the week's end): 0 is Monday. Raises UnreadableError."""
    days: set[int] = set()
    for part in text.split(","):
        ends = [_weekday(word, text) for word in DASH.split(part.strip())]
        if len(ends) > 2:
            raise UnreadableError(f'the days "{printable(text)}"', 'two ends at most, such as "tue-sun"')
        first, last = ends[0], ends[-1]
        days.update((first + step) % 7 for step in range((last - first) % 7 + 1))
    return frozenset(days)


def _weekday(word: str, text: str) -> int:
    folded = word.strip().casefold()
    for names in (WEEKDAYS, LONG_WEEKDAYS):
        if folded in names:
            return names.index(folded)
    if folded in RUSSIAN_WEEKDAYS:
        meant = f'"{WEEKDAYS[RUSSIAN_WEEKDAYS.index(folded)]}" for "{folded}"'
    elif near := nearest(folded, WEEKDAYS):
        meant = f'"{near[0]}"?'
    else:
        meant = 'a day or a range of days, such as "tue-sun" or "mon-wed, fri"'
    days = ", ".join(WEEKDAYS)
    raise UnreadableError(f'the day "{printable(word)}" in "{printable(text)}"', f"{meant}; the days are {days}")


def day_hours(text: str) -> tuple[Hours, ...]:
    """`10:00-20:00` or `10:00-14:00, 15:00-19:00`, ascending. Raises UnreadableError."""
    return in_order([_interval(part.strip()) for part in text.split(",")])


def _interval(text: str) -> Hours:
    match = INTERVAL.fullmatch(text)
    if match is None:
        raise UnreadableError(
            f'the hours "{printable(text)}"', 'hours such as "10:00-20:00"; for a day off leave the day out'
        )
    opens, opens_minute, closes, closes_minute = (int(digits) for digits in match.groups())
    try:
        hours = Hours(time(opens, opens_minute), time(closes, closes_minute))
    except ValueError:
        raise UnreadableError(f'the hours "{printable(text)}"', "times from 00:00 to 23:59") from None
    if hours.start >= hours.end:
        raise UnreadableError(f'the hours "{printable(text)}"', "an end after the start, on the same day")
    return hours


def in_order(hours: list[Hours]) -> tuple[Hours, ...]:
    """The day's hours, ascending. Raises UnreadableError where two overlap."""
    ordered = sorted(hours, key=lambda one: one.start)
    for earlier, later in pairwise(ordered):
        if later.start < earlier.end:
            raise UnreadableError(f"{_shown(earlier)} and {_shown(later)} on the same day", "hours that do not overlap")
    return tuple(ordered)


def _shown(hours: Hours) -> str:
    return f"{hours.start:%H:%M}-{hours.end:%H:%M}"


def week(table: Mapping[str, str]) -> tuple[Week, list[tuple[str | None, UnreadableError]]]:
    """A stylist's week from its table, and every mistake with its key (None: of two keys together)."""
    days: list[list[Hours]] = [[] for _ in WEEKDAYS]
    mistakes: list[tuple[str | None, UnreadableError]] = []
    for key, text in table.items():
        try:
            hours = day_hours(text)
        except UnreadableError as mistake:
            hours = ()
            mistakes.append((key, mistake))
        try:
            for day in weekdays(key):
                days[day].extend(hours)
        except UnreadableError as mistake:
            mistakes.append((key, mistake))
    ordered: list[tuple[Hours, ...]] = []
    for name, hours_of_day in zip(WEEKDAYS, days, strict=True):
        try:
            ordered.append(in_order(hours_of_day))
        except UnreadableError as mistake:
            ordered.append(())
            mistakes.append((None, UnreadableError(f"{name}: {mistake.found}", mistake.expected)))
    return tuple(ordered), mistakes


def days_off(text: str) -> Iterator[date]:
    """The days of `2026-12-31` or `2027-01-01..2027-01-08`, both ends included. Raises UnreadableError."""
    first_text, dots, last_text = (part.strip() for part in text.partition(".."))
    first = _date(first_text, text)
    last = _date(last_text, text) if dots else first
    if last < first:
        raise UnreadableError(f'"{printable(text)}"', "a range whose first day comes first")
    if (last - first).days >= LONGEST_ABSENCE_DAYS:
        raise UnreadableError(f'"{printable(text)}"', f"at most {LONGEST_ABSENCE_DAYS} days; did the year slip?")
    return (first + timedelta(days=step) for step in range((last - first).days + 1))


def _date(text: str, whole: str) -> date:
    if DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise UnreadableError(f'"{printable(whole)}"', f"a day of the calendar; {text} is none") from None
    raise UnreadableError(f'"{printable(whole)}"', 'a date such as "2026-12-31", or a range "2027-01-01..2027-01-08"')

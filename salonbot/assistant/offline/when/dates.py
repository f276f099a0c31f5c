"""Rules for the day of the month: "25.11", «25-26 ноября», «первого декабря», "Nov 25th", «25 числа», «на 25-е»."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial

from salonbot.assistant.offline.when import reckoning
from salonbot.assistant.offline.when.pieces import DayPiece, Days, Impossible, Stretch
from salonbot.assistant.offline.when.sheet import Rule, pattern

Meaning = Callable[[date, re.Match[str]], DayPiece | None]
"""What a match on a given day says."""

_DAY = r"[NWO](?:0?[1-9]|[12]\d|3[01])(?![^ ])"
_DAYS = re.compile(_DAY)
_OR = r"(?:или|либо|or|and|и|,|/)"
_YEAR_WORD = r"(?: (?:года|год|году|г)(?: \.)?)?"
_YEAR = rf"(?:(?: ,)? (?P<year>N20\d\d){_YEAR_WORD})?"


def number(tag: str) -> int:
    """The number in a tag: 25 of `O25`, `N25`, `W25`."""
    return int(re.sub(r"\D", "", tag))


def on_day(rules: tuple[tuple[str, Meaning], ...]) -> Callable[[date], tuple[Rule[DayPiece], ...]]:
    """Rules that need to know what day it is: compiled once, bound to a day at each reading."""
    compiled = tuple((pattern(text), meaning) for text, meaning in rules)

    @lru_cache(maxsize=8)
    def bound(today: date) -> tuple[Rule[DayPiece], ...]:
        return tuple(Rule(one, partial(meaning, today)) for one, meaning in compiled)

    return bound


def _digits(today: date, match: re.Match[str]) -> DayPiece:
    day, month, year = match["digits"].lstrip("YS").replace("/", ".").split(".")[:3] + [""] * ("/" in match["digits"])
    return _date(today, int(day), int(month), int(year) if year else None)


def _day_month(today: date, match: re.Match[str]) -> DayPiece:
    year = number(match["year"]) if match["year"] else None
    return _date(today, number(match["d"]), number(match["m"]), year)


def _date(today: date, day: int, month: int, year: int | None) -> DayPiece:
    found = reckoning.day_and_month(day, month, today) if year is None else reckoning.valid(year, month, day)
    return Impossible() if found is None else Days((found,), is_past=found < today)


def _choice_in_month(today: date, match: re.Match[str]) -> DayPiece:
    month = number(match["m"])
    found = [reckoning.day_and_month(number(said), month, today) for said in _DAYS.findall(match["days"])]
    return _days(found)


def _range_in_month(today: date, match: re.Match[str]) -> DayPiece:
    first, last = _ends(match)
    return _range(today, first, reckoning.day_and_month(last, number(match["m"]), today))


def _range_of_numbers(today: date, match: re.Match[str]) -> DayPiece | None:
    first, last = _ends(match)
    return _range(today, first, reckoning.day_of_month(last, today)) if 1 <= first < last <= 31 else None


def numbers(today: date, match: re.Match[str]) -> DayPiece:
    """The next days of the numbers said, month unsaid."""
    return _days([reckoning.day_of_month(number(said), today) for said in _DAYS.findall(match.group())])


def _days(found: list[date | None]) -> DayPiece:
    known = tuple(day for day in found if day is not None)
    return Days(known) if known else Impossible()


def _ends(match: re.Match[str]) -> tuple[int, int]:
    first, last = re.findall(r"\d+", match["days"])
    return int(first), int(last)


def _range(today: date, first: int, last: date | None) -> DayPiece:
    start = reckoning.valid(last.year, last.month, first) if last else None
    if last is None or start is None or start > last:
        return Impossible()
    return Stretch(max(start, today), last)


_ENDS = rf"(?P<days>{_DAY} (?:по|до|-|to|through|until) {_DAY}|D\d+-\d+)"
_NOT_AN_HOUR = r"(?! (?:AM|PM|o'clock|часов|час|минут|утра|вечера)(?![^ ]))"
_NO_DAY = r"(?! (?:час|часов|мастер\w*|раз\w*|этаж\w*|floor|time|year|birthday|visit|visits)(?![^ ]))"
_AFTER_SMALL_ORDINAL = (
    r"(?= (?:[.,!?;)(-]|[_#@]+|в|во|на|к|ко|у|с|до|после|или|и|а|не|утром|днем|вечером|at|for|or|and|in|with|please|"
    r"можно|"
    r"свободно|есть|пожалуйста|если|удобно|подойдет|запиш\w+|хочу|по|works?|is|from|to|through|of|next|следующий|C.*|H.*|"
    r"[NW]\d+)(?![^ ])| ?$)"
)

explicit = on_day(
    (
        (rf"(?P<digits>Y\d+\.\d+\.\d*){_YEAR_WORD}", _digits),
        (r"(?P<digits>S\d+/\d+)", _digits),
        (rf"(?:с |со |from |between )?{_ENDS} (?P<m>MO\d+)", _range_in_month),
        (rf"(?P<m>MO\d+) {_ENDS}", _range_in_month),
        (rf"(?P<days>{_DAY}(?: {_OR} (?:на )?{_DAY})+) (?:of )?(?P<m>MO\d+)", _choice_in_month),
        (rf"(?:the )?(?P<d>{_DAY}) (?:of )?(?:числа )?(?P<m>MO\d+){_YEAR}", _day_month),
        (rf"(?P<m>MO\d+) (?:the )?(?P<d>{_DAY}){_YEAR}{_NOT_AN_HOUR}", _day_month),
        (rf"(?:с |со )?(?P<days>{_DAY} по {_DAY})(?: (?:число|числа))?{_NOT_AN_HOUR}", _range_of_numbers),
        (r"(?P<days>D\d+-\d+) (?:число|числа|числах)", _range_of_numbers),
        (r"(?P<days>D2[4-9]-\d+)", _range_of_numbers),
        (rf"{_DAY}(?: {_OR} (?:на )?{_DAY})* (?:число|числа|числу)|(?:число|числа|числу) {_DAY}", numbers),
        # "на 12 в 15:00": of two numbers one is the day.
        (r"(?<=на )N\d{1,2}(?= (?:в|к|на) (?:H\d|N\d|W\d|пол|P\d))(?! в N1(?![^ ]))", numbers),
        (r"N(?:2[4-9]|3[01])(?= (?:в|к|at|утром|днем|вечером)(?![^ ]))", numbers),
    )
)
"""Dates that nothing else can be; read before the times of day."""

ordinals = on_day(
    (
        (rf"(?:the )?O(?:[4-9]|[12]\d|3[01])(?: {_OR} (?:на )?{_DAY})*{_NO_DAY}", numbers),
        (rf"(?:the )?O[123]{_AFTER_SMALL_ORDINAL}", numbers),
        (
            r"(?:(?<=\bна )|(?<=\bдо )|(?<=\bс )|(?<=\bпосле ))N(?:2[4-9]|3[01])"
            r"(?= (?:[.,!?;)]|[_#@]+|или|и|на|по|до|свободно|можно)(?![^ ])|$)",
            numbers,
        ),
    )
)
"""Numbers of days that a clock phrase has the first claim on («половина четвёртого»); read after the times of day."""

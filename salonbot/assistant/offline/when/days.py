"""Rules for days without a date: weekdays, distances from today, weeks, weekends, months and their parts."""

import re
from datetime import date, timedelta

from salonbot.assistant.offline.when import reckoning
from salonbot.assistant.offline.when.dates import Meaning, number, on_day
from salonbot.assistant.offline.when.pieces import DayPiece, Days, Stretch, Weekday, Which

_WEEK = r"(?:недел\w+|week|week's)"
_NEXT = r"(?:следующий(?: \.)?|next|той)"
_THIS = r"(?:этот|this|текущ\w+)"


def _away(days: int) -> Meaning:
    return lambda today, _match: Days((today + timedelta(days=days),))


def _weekday(which: Which, weeks_later: int = 0) -> Meaning:
    return lambda _today, match: Weekday(number(match["w"]), which, weeks_later)


def _week(weeks: int) -> Meaning:
    def stretch(today: date, _match: re.Match[str]) -> DayPiece:
        monday = reckoning.monday_of(today) + timedelta(weeks=weeks)
        return Stretch(max(today, monday), monday + timedelta(days=6), is_week=True)

    return stretch


def _third_of_week(today: date, match: re.Match[str]) -> DayPiece:
    first, last = ((0, 1), (2, 3), (4, 6))[_third(match["third"])]
    monday = reckoning.monday_of(today) + timedelta(weeks=1 if match["next"] else 0)
    if monday + timedelta(days=last) < today:
        monday += timedelta(weeks=1)
    return Stretch(max(today, monday + timedelta(days=first)), monday + timedelta(days=last))


def _rest_of_week(today: date, _match: re.Match[str]) -> DayPiece:
    return Stretch(today, reckoning.in_week_of(today, reckoning.SUNDAY))


def _rest_of_month(today: date, match: re.Match[str]) -> DayPiece:
    last = reckoning.month_stretch(number(match["m"]), today)[1] if match["m"] else reckoning.last_of_month(today)
    return Stretch(today, last)


def _this_and_next_week(today: date, _match: re.Match[str]) -> DayPiece:
    return Stretch(today, reckoning.in_week_of(today, reckoning.SUNDAY) + timedelta(weeks=1))


def _named_month(today: date, match: re.Match[str]) -> DayPiece:
    first, last = reckoning.month_stretch(number(match["m"]), today)
    return _part_of_month(today, match["third"], first.replace(day=1), last)


def _this_or_next_month(today: date, match: re.Match[str]) -> DayPiece:
    first = today.replace(day=1)
    is_over = match["third"] and _third(match["third"]) == 0 and today.day > reckoning.THIRD_OF_MONTH
    if match["next"] or is_over:
        first = reckoning.last_of_month(first) + timedelta(days=1)
    return _part_of_month(today, match["third"], first, reckoning.last_of_month(first))


def _part_of_month(today: date, said: str | None, first: date, last: date) -> DayPiece:
    if said:
        first, last = reckoning.third_of_month(_third(said), first)
    return Stretch(max(first, today), max(last, today))


def _weekend(today: date, match: re.Match[str]) -> DayPiece:
    first, last = reckoning.weekend(today)
    if match["next"]:
        last = reckoning.in_week_of(today, reckoning.SUNDAY) + timedelta(weeks=1)
        first = last - timedelta(days=1)
    return Stretch(first, last, is_week=True)


def _workdays(today: date, _match: re.Match[str]) -> DayPiece:
    return Stretch(*reckoning.workdays(today))


def _next_days(today: date, match: re.Match[str]) -> DayPiece:
    said = match["n"] or match["n2"] or ""
    count = number(said) if said[:1] in {"N", "W"} else 2 if said.startswith(("пар", "couple")) else 3
    return Stretch(today, today + timedelta(days=count))


def _within(days: int) -> Meaning:
    return lambda today, _match: Stretch(today, today + timedelta(days=days))


def _third(word: str) -> int:
    """0 the beginning, 1 the middle, 2 the end."""
    if re.match(r"нач|перв|begin|start|early", word):
        return 0
    return 1 if re.match(r"сер|mid", word) else 2


_THIRD = (
    r"(?P<third>начал\w+|середин\w+|кон(?:ец|ц)\w*|первы\w+ числ\w+|последн\w+ числ\w+|beginning|start|middle|mid|"
    r"end|early|late) (?:of )?(?:the )?"
)
_UNTIL_END = r"(?:до|к|by|until|before) (?:the )?(?:конца|концу|end of) (?:the )?"
_WHICH_PERIOD = rf"(?:(?P<next>{_NEXT}|следующ\w+) |{_THIS} )?"

spoken = on_day(
    (
        (r"послезавтра|после(?: -)? завтра|(?:the )?day after (?:tomorrow|tmrw)|overmorrow", _away(2)),
        (r"сегодня(?: же)?|сегодняшний(?: день| дня| дню)?|today", _away(0)),
        (r"(?:a )?week (?:from|after) tomorrow", _away(8)),
        (r"завтра|завтрашний(?: день| дня| дню)?|tomorrow", _away(1)),
        (r"(?:a )?week (?:from|on|after) (?P<w>WD\d)", _weekday(Which.COMING, weeks_later=1)),
        (r"W2 weeks (?:from|on|after) (?P<w>WD\d)", _weekday(Which.COMING, weeks_later=2)),
        (r"(?P<w>WD\d) week(?= (?:[.,!?;)]|at)|$)", _weekday(Which.COMING, weeks_later=1)),
        (rf"(?:{_NEXT}|следующ\w+) (?P<w>WD\d)", _weekday(Which.NEXT_WEEK)),
        (rf"{_THIS} (?:ближайший |coming )?(?P<w>WD\d)", _weekday(Which.THIS_WEEK)),
        (r"(?:ближайший |coming )?(?P<w>WD\d)", _weekday(Which.COMING)),
        (rf"{_UNTIL_END}(?:{_THIS} )?{_WEEK}", _rest_of_week),
        (rf"{_UNTIL_END}(?P<m>MO\d+)|{_UNTIL_END}(?:{_THIS} )?(?:месяц\w*|month)", _rest_of_month),
        (rf"{_THIRD}{_WHICH_PERIOD}{_WEEK}", _third_of_week),
        (rf"{_THIRD}{_WHICH_PERIOD}(?:месяц\w*|month)", _this_or_next_month),
        (rf"{_THIRD}(?P<m>MO\d+)", _named_month),
        (rf"(?P<third>)(?:(?P<next>{_NEXT}|следующ\w+)|{_THIS}) (?:месяц\w*|month)", _this_or_next_month),
        (r"(?P<third>)(?:(?<=\bв )|(?<=\bin )|(?<=\bна ))(?P<m>MO\d+)(?! [NW]\d)", _named_month),
        (
            r"(?:в )?(?:течени[ие] |ближайший )(?:недел\w+|W7 дней)|(?:within|in|over) the next week|within a week",
            _within(7),
        ),
        (
            r"(?:в )?ближайший (?P<n>(?:[NW]\d+|пар\w+|несколько) )?(?:дни|дня|дней|день|деньк\w+)|"
            r"(?:in |over |within )?(?:the )?next (?P<n2>[NW]\d+|few|couple(?: of)?|several) days",
            _next_days,
        ),
        (r"(?:на )?днях|one of these days", _within(3)),
        (
            rf"(?:(?:(?P<next>{_NEXT}|следующ\w+)|{_THIS}|ближайший|coming) )?(?:выходные|weekends?)|(?<=\bв )выходной",
            _weekend,
        ),
        (
            r"(?:в )?(?:будни|рабочие дни|рабочий день)(?: день| дни| дня)?|(?:a )?(?:week ?days?|work ?days?|"
            r"business days?)",
            _workdays,
        ),
        (rf"{_THIS}(?: {_WEEK})? (?:или|и|либо|or|and) (?:на )?{_NEXT} {_WEEK}", _this_and_next_week),
        (rf"{_NEXT} {_WEEK}", _week(1)),
        (rf"{_THIS} {_WEEK}|(?<=\bна )неделе|(?:during|in) the week", _week(0)),
    )
)
"""Read after the times of day."""

"""Rules for the day: dates, weekdays, distances from today, weeks and months, and the bounds and ranges built of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from salonbot.assistant.offline.when import reckoning
from salonbot.assistant.offline.when.pieces import DayPiece, Days, Impossible, Stretch, Weekday, Which
from salonbot.assistant.offline.when.sheet import Rule, pattern

_DAY = r"[NWO](?:0?[1-9]|[12]\d|3[01])(?![^ ])"
_OR = r"(?:или|либо|or|and|и|,|/)"
_YEAR = r"(?:(?: ,)? (?P<year>N20\d\d)(?: (?:года|год|г)(?: \.)?)?)?"
_WEEK = r"(?:недел\w+|week|week's)"
_NEXT = r"(?:следующий|next|той)"
_THIS = r"(?:этот|this|текущ\w+)"


@dataclass(frozen=True, slots=True)
class Today:
    """The day a text is read on, and what the rules make of a match on it."""

    day: date

    def digits(self, match: re.Match[str]) -> DayPiece:
        year = int(match["y"]) if match["y"] else None
        return self._date(int(match["d"]), int(match["m"]), year)

    def day_month(self, match: re.Match[str]) -> DayPiece:
        year = int(match["year"][1:]) if match["year"] else None
        return self._date(_number(match["d"]), _number(match["m"]), year)

    def list_in_month(self, match: re.Match[str]) -> DayPiece:
        month = _number(match["m"])
        found = [self._date(_number(said), month, None) for said in _DAYS.findall(match["days"])]
        days = tuple(day for piece in found if isinstance(piece, Days) for day in piece.days)
        return Days(days) if days else Impossible()

    def range_in_month(self, match: re.Match[str]) -> DayPiece:
        ends = _ends(match)
        month = _number(match["m"])
        last = reckoning.day_and_month(ends[1], month, self.day)
        return self._until(last, ends[0])

    def range_in_this_month(self, match: re.Match[str]) -> DayPiece | None:
        ends = _ends(match)
        if not 1 <= ends[0] < ends[1] <= 31:
            return None
        return self._until(reckoning.day_of_month(ends[1], self.day), ends[0])

    def number(self, match: re.Match[str]) -> DayPiece:
        days = [reckoning.day_of_month(_number(said), self.day) for said in _DAYS.findall(match.group())]
        found = tuple(day for day in days if day is not None)
        return Days(found) if found else Impossible()

    def month(self, match: re.Match[str]) -> DayPiece:
        first, last = reckoning.month_stretch(_number(match["m"]), self.day)
        return self._third(match, first.replace(day=1), last) if match["third"] else Stretch(first, last)

    def this_month(self, match: re.Match[str]) -> DayPiece:
        first = self.day.replace(day=1)
        if match["next"]:
            first = reckoning.last_of_month(first) + timedelta(days=1)
        elif match["third"] and _third(match["third"]) == 0:
            # The beginning of the month is this month's only while it lasts.
            first = first if self.day.day <= 10 else reckoning.last_of_month(first) + timedelta(days=1)
        return self._third(match, first, reckoning.last_of_month(first))

    def _third(self, match: re.Match[str], first: date, last: date) -> DayPiece:
        if match["third"]:
            starts = (first, first + timedelta(days=10), first + timedelta(days=20))
            third = _third(match["third"])
            first, last = starts[third], last if third == 2 else starts[third + 1] - timedelta(days=1)
        return Stretch(max(first, self.day), max(last, self.day))

    def away(self, days: int) -> Callable[[re.Match[str]], DayPiece]:
        return lambda _match: Days((self.day + timedelta(days=days),))

    def week(self, weeks: int) -> Callable[[re.Match[str]], DayPiece]:
        monday = reckoning.monday_of(self.day) + timedelta(weeks=weeks)
        return lambda _match: Stretch(max(self.day, monday), monday + timedelta(days=6), is_week=True)

    def third_of_week(self, match: re.Match[str]) -> DayPiece:
        first, last = ((0, 1), (2, 3), (4, 6))[_third(match["third"])]
        monday = reckoning.monday_of(self.day) + timedelta(weeks=1 if match["next"] else 0)
        if monday + timedelta(days=last) < self.day:
            monday += timedelta(weeks=1)
        return Stretch(max(self.day, monday + timedelta(days=first)), monday + timedelta(days=last))

    def rest_of_week(self, _match: re.Match[str]) -> DayPiece:
        return Stretch(self.day, reckoning.in_week_of(self.day, reckoning.SUNDAY))

    def weekend(self, match: re.Match[str]) -> DayPiece:
        if match["next"]:
            sunday = reckoning.in_week_of(self.day, reckoning.SUNDAY) + timedelta(weeks=1)
            return Stretch(sunday - timedelta(days=1), sunday)
        return Stretch(*reckoning.weekend(self.day))

    def workdays(self, _match: re.Match[str]) -> DayPiece:
        return Stretch(*reckoning.workdays(self.day))

    def next_days(self, match: re.Match[str]) -> DayPiece:
        said = match["n"] or ""
        count = _number(said) if said[:1] in {"N", "W"} else 2 if said.startswith("пар") else 3
        return Stretch(self.day, self.day + timedelta(days=count))

    def next_seven_days(self, _match: re.Match[str]) -> DayPiece:
        return Stretch(self.day, self.day + timedelta(days=7))

    def _date(self, day: int, month: int, year: int | None) -> DayPiece:
        if year is None:
            found = reckoning.day_and_month(day, month, self.day)
        else:
            found = reckoning.valid(year, month, day)
        return Impossible() if found is None else Days((found,), is_past=found < self.day)

    def _until(self, last: date | None, first_number: int) -> DayPiece:
        if last is None:
            return Impossible()
        first = reckoning.valid(last.year, last.month, first_number)
        if first is None or first > last:
            return Impossible()
        return Stretch(max(first, self.day), last)


def _number(tag: str) -> int:
    return int(re.sub(r"\D", "", tag))


def _ends(match: re.Match[str]) -> tuple[int, int]:
    first, last = re.findall(r"\d+", match["days"])
    return int(first), int(last)


def _third(word: str) -> int:
    """0 the beginning, 1 the middle, 2 the end."""
    if re.match(r"нач|begin|start|early|перв", word):
        return 0
    return 1 if re.match(r"сер|mid", word) else 2


_DAYS = re.compile(_DAY)
_THIRD = r"(?P<third>начал\w+|середин\w+|кон(?:ец|ц)\w*|beginning|start|middle|mid|end|early|late) (?:of )?(?:the )?"


@lru_cache(maxsize=8)
def explicit(today: date) -> tuple[Rule[DayPiece], ...]:
    """Dates that nothing else can be; read before the times of day."""
    on = Today(today)
    ends = rf"(?P<days>{_DAY} (?:по|до|-|to|through|until) {_DAY}|D\d+-\d+)"
    several = rf"(?P<days>{_DAY}(?: {_OR} (?:на )?{_DAY})+)"
    return (
        Rule(pattern(r"Y(?P<d>\d+)\.(?P<m>\d+)\.(?P<y>\d*)(?: (?:года|год|г)(?: \.)?)?"), on.digits),
        Rule(pattern(r"S(?P<d>\d+)/(?P<m>\d+)(?P<y>)"), on.digits),
        Rule(pattern(rf"(?:с |со |from |between )?{ends} (?P<m>MO\d+)"), on.range_in_month),
        Rule(pattern(rf"(?P<m>MO\d+) {ends}"), on.range_in_month),
        Rule(pattern(rf"{several} (?:of )?(?P<m>MO\d+)"), on.list_in_month),
        Rule(pattern(rf"(?:the )?(?P<d>{_DAY}) (?:of )?(?:числа )?(?P<m>MO\d+){_YEAR}"), on.day_month),
        Rule(pattern(rf"(?P<m>MO\d+) (?:the )?(?P<d>{_DAY}){_YEAR}(?! (?:AM|PM|o'clock))"), on.day_month),
        Rule(
            pattern(rf"(?:с |со )?(?P<days>{_DAY} по {_DAY})(?: (?:число|числа))?(?! (?:часов|MO))"),
            on.range_in_this_month,
        ),
        Rule(pattern(r"(?P<days>D\d+-\d+) (?:число|числа|числах)"), on.range_in_this_month),
        Rule(pattern(r"(?P<days>D2[4-9]-\d+)"), on.range_in_this_month),
        Rule(
            pattern(rf"{_DAY}(?: {_OR} (?:на )?{_DAY})* (?:число|числа|числу)|(?:число|числа|числу) {_DAY}"), on.number
        ),
        # "на 12 в 15:00": of two numbers one is the day.
        Rule(pattern(r"(?<=на )N\d{1,2}(?= (?:в|к|на) (?:H\d|N\d|W\d|пол|P\d))(?! в N1(?![^ ]))"), on.number),
        Rule(pattern(r"N(?:2[4-9]|3[01])(?= (?:в|к|at|утром|днем|вечером)(?![^ ]))"), on.number),
    )


_AFTER_ORDINAL = (
    r"(?= (?:[.,!?;)(-]|[_#@]+|в|во|на|к|ко|у|с|до|после|или|и|а|не|утром|днем|вечером|at|for|or|and|in|with|please|можно|свободно|есть|"
    r"пожалуйста|если|удобно|подойдет|запиш\w+|хочу|часов|по|-|works?|is|from|to|through)(?![^ ])| ?$)"
)


@lru_cache(maxsize=8)
def spoken(today: date) -> tuple[Rule[DayPiece], ...]:
    """All other days; read after the times of day."""
    on = Today(today)
    next_or_not = rf"(?:(?P<next>{_NEXT})|{_THIS}|ближайший|coming)?"
    return (
        Rule(pattern(r"послезавтра|после(?: -)? завтра|(?:the )?day after (?:tomorrow|tmrw)|overmorrow"), on.away(2)),
        Rule(pattern(r"сегодня(?: же)?|сегодняшний(?: день| дня| дню)?|today"), on.away(0)),
        Rule(pattern(r"завтра|завтрашний(?: день| дня| дню)?|tomorrow"), on.away(1)),
        Rule(pattern(r"(?:a )?week (?:from|on|after) (?P<w>WD\d)|(?P<w2>WD\d) week(?! \w)"), _week_after),
        Rule(pattern(r"(?:a )?week (?:from|after) tomorrow"), on.away(8)),
        Rule(pattern(rf"(?:{_NEXT}|следующ\w+) (?P<w>WD\d)"), lambda m: Weekday(_number(m["w"]), Which.NEXT_WEEK)),
        Rule(
            pattern(rf"{_THIS} (?:ближайший |coming )?(?P<w>WD\d)"), lambda m: Weekday(_number(m["w"]), Which.THIS_WEEK)
        ),
        Rule(pattern(r"(?:ближайший |coming )?(?P<w>WD\d)(?! \. \w)"), lambda m: Weekday(_number(m["w"]))),
        Rule(pattern(rf"до конца недели|(?:by|until|before) (?:the )?end of (?:the |this )?week"), on.rest_of_week),
        Rule(pattern(rf"{_THIRD}(?:(?P<next>{_NEXT}) |{_THIS} )?{_WEEK}"), on.third_of_week),
        Rule(pattern(rf"{_THIRD}(?:(?P<next>{_NEXT}) |{_THIS} )?(?:месяц\w*|month)"), on.this_month),
        Rule(pattern(rf"{_THIRD}(?P<m>MO\d+)"), on.month),
        Rule(
            pattern(r"(?P<third>)(?:(?P<next>следующем|следующий|next)|(?:этот|this)) (?:месяц\w*|month)"),
            on.this_month,
        ),
        Rule(pattern(r"(?P<third>)(?:(?<=\bв )|(?<=\bin )|(?<=\bна ))(?P<m>MO\d+)(?! [NW]\d)"), on.month),
        Rule(
            pattern(
                r"(?:в )?(?:течени[ие]|ближайший) (?:недел\w+|семи дней)|(?:within|in) the next week|over the next week|within a week"
            ),
            on.next_seven_days,
        ),
        Rule(
            pattern(
                r"(?:в )?ближайший (?P<n>[NW]\d+ |пар\w+ |несколько )?(?:дни|дня|дней|день|деньк\w+)|(?:in |over |within )?(?:the )?next (?:few|couple(?: of)?|several) days(?P<n2>)"
            ),
            lambda m: on.next_days(m),
        ),
        Rule(pattern(r"(?:на )?днях(?P<n>)|one of these days"), lambda _m: Stretch(today, today + timedelta(days=3))),
        Rule(pattern(rf"(?:{next_or_not} )?(?:выходные|weekends?)|(?<=\bв )выходной"), on.weekend),
        Rule(
            pattern(
                r"(?:в )?(?:будни|рабочие дни|рабочий день)(?: день| дни| дня)?|(?:on )?(?:a )?(?:weekdays?|workdays?|week days?|business days?)"
            ),
            on.workdays,
        ),
        Rule(pattern(rf"{_NEXT} {_WEEK}"), on.week(1)),
        Rule(pattern(rf"{_THIS} {_WEEK}|(?<=на )неделе|(?:during|in) the week"), on.week(0)),
        Rule(
            pattern(
                r"(?:the )?O(?:[4-9]|[12]\d|3[01])(?! (?:час\w*|мастер\w*|раз\w*|этаж\w*|floor|time|year|birthday|visit))"
            ),
            on.number,
        ),
        Rule(pattern(rf"(?:the )?O[123]{_AFTER_ORDINAL}"), on.number),
        Rule(
            pattern(
                r"(?:(?<=\bна )|(?<=\bдо )|(?<=\bс )|(?<=\bпосле ))N(?:2[4-9]|3[01])(?= (?:[.,!?;)]|[_#@]+|или|и|свободно|можно)(?![^ ])|$)"
            ),
            on.number,
        ),
    )


def _week_after(match: re.Match[str]) -> Weekday:
    return Weekday(_number(match["w"] or match["w2"]), weeks_later=1)

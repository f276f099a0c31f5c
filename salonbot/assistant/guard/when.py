"""Times and dates of a text, held against Support.

A time that starts something must belong to its day; a free time must be free; a weekday must be a supported date's;
where something is said to be done, only the outcome of that deed counts, not what the customer had asked for.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from salonbot.assistant.guard.claims import speaks_of_a_deed
from salonbot.assistant.guard.findings import Finding, Kind
from salonbot.assistant.guard.lines import Line
from salonbot.assistant.guard.sentences import Sentence, clauses
from salonbot.assistant.guard.support import CLOCK, Support, clock_of
from salonbot.assistant.offline.when import Offer

_MONTHS: Final = (
    "янв|jan", "фев|feb", "мар|mar", "апр|apr", "ма[йя]|may", "июн|jun", "июл|jul", "авг|aug", "сен|sep", "окт|oct",
    "ноя|nov", "дек|dec",
)  # fmt: skip
_MONTH: Final = r"(?:январ|феврал|март|апрел|ма[йя]\b|июн|июл|август|сентябр|октябр|ноябр|декабр)[а-я]*"
_MONTH_EN: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b"
)
_DAY_MONTH: Final = re.compile(rf"\b(\d{{1,2}})(?:-?го|-?е|st|nd|rd|th)?(?: of)? ({_MONTH}|{_MONTH_EN})")
_MONTH_DAY: Final = re.compile(rf"\b({_MONTH_EN})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?!\d|:)")
_NUMERIC: Final = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?(?![\d.]*\d)")
_ISO: Final = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_WEEKDAYS: Final = tuple(
    re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")
    for pattern in (
        r"понедельник(?:а|у|ом|е|и|ам)?|пн|mondays?|mon",
        r"вторник(?:а|у|ом|е|и|ам)?|вт|tuesdays?|tues?",
        r"сред(?:а|ы|у|е|ой|ам)|ср|wednesdays?|wed",
        r"четверг(?:а|у|ом|е|и|ам)?|чт|thursdays?|thurs?|thu",
        r"пятниц(?:а|ы|у|е|ей|ам)|пт|fridays?|fri",
        r"суббот(?:а|ы|у|е|ой|ам)|сб|saturdays?|sat",
        r"воскресень(?:е|я|ю|ем|ям)|вс|sundays?|sun",
    )
)
_RELATIVE: Final = (
    (re.compile(r"\b(?:послезавтра|day after tomorrow)\b"), 2),
    (re.compile(r"(?<!after )\b(?:завтра|tomorrow)\b"), 1),
)
_TODAY: Final = re.compile(r"\b(?:сегодня|today)\b")
_FACTUAL: Final = re.compile(
    r"свобод|занят|работает|выходн|принима|окн[оа]|окош|запис|free|availab|work|taken|busy|off\b|open"
)
_FREE: Final = re.compile(
    r"\b(?:свободн\w*|свободен|есть (?:время|окн\w+|окош\w+|мест\w+)|могу предложить|предлагаю|доступн\w*|"
    r"available|free|open)\b"
)
_BOUND: Final = re.compile(
    r"(?:после|до|с|со|от|раньше|позже|начиная с|after|before|from|until|till|between|by|and|и|по) ?(?:the )?$"
)
_UNTIL: Final = re.compile(r"(?:до|по|–|—|-|to|until|till) ?$")
LONGEST_LOOK_BACK: Final = 14


def times(line: Line, support: Support, now: datetime, *, is_deed_told: bool) -> Iterator[Finding]:
    """Findings on clock times. `is_deed_told`: the text says somewhere that something was done."""
    sentence = line.sentence
    deeds = _deed_starts(support) if speaks_of_a_deed(sentence) else None
    echo = frozenset() if is_deed_told else support.said_times
    over: set[time] = set()
    for found in CLOCK.finditer(sentence.text):
        if _is_date(sentence.text, found, support):
            continue
        clock = clock_of(found)
        if clock in support.ends and _UNTIL.search(sentence.folded[: found.start()]):
            over.add(clock)
        elif clock not in support.times and clock not in echo:
            yield Finding(Kind.TIME, found.group())
    for quote, clock, days in _grouped(line.offers, sentence.text):
        if clock in over:
            continue
        if deeds is None and days and len(several := _days_named(sentence, support, now)) > 1:
            # «16:30 завтра или 12:00 в среду»: whose day is whose is not sure, any of them will do.
            days |= several
        if not _is_supported(clock, days, support, echo) or (deeds and not _is_deed(clock, days, deeds, support)):
            yield Finding(Kind.TIME, quote)
    yield from _free_times(sentence, support)


def dates(sentence: Sentence, support: Support, now: datetime, *, is_deed_told: bool) -> Iterator[Finding]:
    """Findings on dates and weekdays."""
    known = support.dates if is_deed_told else support.dates | support.said_dates
    folded = sentence.folded
    named: list[tuple[int, date]] = []
    for start, quote, day, month in _explicit(folded):
        fitting = [one for one in known if (one.day, one.month) == (day, month)]
        if fitting:
            named.append((start, fitting[0]))
        elif f"{day}.{month:02}" not in support.salon_words:
            yield Finding(Kind.DATE, sentence.text[start : start + len(quote)])
    for pattern, ahead in _RELATIVE:
        for found in pattern.finditer(folded):
            if now.date() + timedelta(days=ahead) not in known:
                yield Finding(Kind.DATE, found.group())
    today = _TODAY.search(folded)
    if today and now.date() not in known and (_FACTUAL.search(folded) or CLOCK.search(folded)):
        yield Finding(Kind.DATE, today.group())
    yield from _weekdays(sentence, support, known, named)


def _weekdays(
    sentence: Sentence, support: Support, known: frozenset[date], named: list[tuple[int, date]]
) -> Iterator[Finding]:
    for number, pattern in enumerate(_WEEKDAYS):
        for found in pattern.finditer(sentence.folded):
            word = found.group()
            if len(word) <= 3 and word.isascii() and not sentence.text[found.start()].isupper():
                # "sat", "sun" and "mon" are words of their own in small letters.
                continue
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", support.salon_words):
                continue
            beside = [day for start, day in named if 0 <= start - found.end() <= LONGEST_LOOK_BACK]
            if not any(day.weekday() == number for day in beside or known):
                yield Finding(Kind.DATE, sentence.text[found.start() : found.end()])


def _days_named(sentence: Sentence, support: Support, now: datetime) -> frozenset[date]:
    """The supported days a sentence names."""
    folded = sentence.folded
    written = {(day, month) for _, _, day, month in _explicit(folded)}
    found = {one for one in support.dates if (one.day, one.month) in written or _WEEKDAYS[one.weekday()].search(folded)}
    return frozenset(
        found | {now.date() + timedelta(days=ahead) for pattern, ahead in _RELATIVE if pattern.search(folded)}
    )


def _explicit(folded: str) -> Iterator[tuple[int, str, int, int]]:
    """(place, words, day, month) of every date written out."""
    for found in _DAY_MONTH.finditer(folded):
        yield found.start(), found.group(), int(found[1]), _month(found[2])
    for found in _MONTH_DAY.finditer(folded):
        yield found.start(), found.group(), int(found[2]), _month(found[1])
    for found in _ISO.finditer(folded):
        yield found.start(), found.group(), int(found[3]), int(found[2])
    for found in _NUMERIC.finditer(folded):
        day, month = int(found[1]), int(found[2])
        # Two digits that could be a time as well are judged there.
        if (
            1 <= day <= 31
            and 1 <= month <= 12
            and len(found[2]) == 2
            and (found[3] or not _reads_as_time(folded, found))
        ):
            yield found.start(), found.group(), day, month


def _reads_as_time(folded: str, found: re.Match[str]) -> bool:
    return bool(re.search(r"(?:в|к|до|с|после|at|by|from|to|until) $", folded[: found.start()]))


def _is_date(text: str, found: re.Match[str], support: Support) -> bool:
    """«24.11» with a point is a date where it could be one."""
    if "." not in found.group() or _reads_as_time(text.lower(), found):
        return False
    return 1 <= int(found[2]) <= 12 and len(found[1]) <= 2 and int(found[1]) <= 31


def _month(word: str) -> int:
    return next(number for number, stems in enumerate(_MONTHS, start=1) if re.match(stems, word))


def _grouped(offers: tuple[Offer, ...], text: str) -> Iterator[tuple[str, time, frozenset[date]]]:
    """One reading of a clock time may be given with several days: any of them will do."""
    days: dict[tuple[int, int, time], set[date]] = {}
    for offer in offers:
        group = days.setdefault((offer.span.start, offer.span.end, offer.at), set())
        if offer.day is not None:
            group.add(offer.day)
    for (start, end, clock), group in days.items():
        yield text[start:end], clock, frozenset(group)


def _is_supported(clock: time, days: frozenset[date], support: Support, echo: frozenset[time]) -> bool:
    if clock in echo:
        return True
    if clock not in support.times:
        return False
    on_days = {day for day, at in support.starts if at == clock}
    # A bound or an end belongs to no day in particular.
    return not days or not on_days or bool(days & on_days)


def _deed_starts(support: Support) -> frozenset[tuple[date, time]]:
    return frozenset((one.start.date(), one.start.time().replace(tzinfo=None)) for one in support.appointments)


def _is_deed(clock: time, days: frozenset[date], deeds: frozenset[tuple[date, time]], support: Support) -> bool:
    own = deeds | support.previous
    return any(at == clock and (not days or day in days) for day, at in own)


def _free_times(sentence: Sentence, support: Support) -> Iterator[Finding]:
    """Times said to be free that the outcomes do not offer."""
    offered = {clock for _, clock in support.free}
    for clause, start in clauses(sentence):
        if not _FREE.search(clause) or re.search(r"\b(?:не|нет|ничего|no|not|nothing|isn't|занят\w*)\b", clause):
            continue
        for found in CLOCK.finditer(clause):
            clock = clock_of(found)
            is_bound = _BOUND.search(clause[: found.start()]) is not None
            if clock not in offered and not (is_bound and clock in support.times | support.said_times):
                yield Finding(Kind.TIME, sentence.text[start + found.start() : start + found.end()])

"""Tables of phrases: what is read on the left, what it says on the right, in a short notation.

`24.11` a day, `24.11.27` one of another year than 2026, `24.11-29.11` a stretch, `24.11-` an open one, `15:00` an exact
start, `15:00-17:00`, `-12:00`, `17:00-` bounds, nothing: nothing said. Alternatives are parted by ` / `. Marks follow:
`~` about, `soonest`, `any time`, `any day`, `+1:00` and `-1:00` shifts by hours, `+7d` by days, `later`, `earlier`,
`not …` refused, `from …` moved away from, and the doubts by name.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from salonbot.assistant.offline.when import When
from salonbot.model.booking import Window

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=MOSCOW)
"""A Monday, ten in the morning."""


def table(text: str) -> list[tuple[str, str]]:
    """The phrases of a table and what each says."""
    rows = [line.rpartition("|") for line in text.strip().splitlines() if line.strip()]
    return [(phrase.strip(), said.strip()) for phrase, _, said in rows]


def shown(when: When) -> str:
    """What was read, in the notation of the tables."""
    marks = [
        "~" if when.is_approximate else "",
        "soonest" if when.is_soonest else "",
        "any time" if when.is_any_time else "",
        "any day" if when.is_any_day else "",
        _shift(when),
        *(f"not {_window(refused)}" for refused in when.excluded),
        "" if when.origin.is_open else f"from {_window(when.origin)}",
        when.doubt.value if when.doubt else "",
    ]
    return " ".join([" / ".join(_window(option) for option in when.options), *filter(None, marks)]).strip()


def _window(window: Window) -> str:
    days = _pair(_day(window.date_from), _day(window.date_to))
    times = _pair(_time(window.time_from), _time(window.time_to))
    return f"{days} {times}".strip()


def _pair(low: str, high: str) -> str:
    return low if low == high else f"{low}-{high}"


def _day(day: date | None) -> str:
    if day is None:
        return ""
    return f"{day:%d.%m}" if day.year == NOW.year else f"{day:%d.%m.%y}"


def _time(at: time | None) -> str:
    return "" if at is None else f"{at:%H:%M}"


def _shift(when: When) -> str:
    if when.relative_shift is None:
        return {-1: "earlier", 0: "", 1: "later"}[when.direction]
    sign, amount = "-+"[when.direction > 0], abs(when.relative_shift)
    if amount >= timedelta(days=1):
        return f"{sign}{amount.days}d"
    minutes = amount // timedelta(minutes=1)
    return f"{sign}{minutes // 60}:{minutes % 60:02}"

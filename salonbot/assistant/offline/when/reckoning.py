"""The reckoning of days: pure arithmetic on local dates, so that no change of clocks can move a day."""

from datetime import date, timedelta

MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6
THIRD_OF_MONTH = 10
"""Days in the beginning and in the middle of a month; its end has the rest."""
_YEARS_AHEAD = 8
"""A 29 February comes within eight years, 2100 included."""


def coming(weekday: int, today: date) -> date:
    """The next day of that name, today excluded."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def monday_of(day: date) -> date:
    """The first day of the calendar week."""
    return day - timedelta(days=day.weekday())


def in_week_of(day: date, weekday: int) -> date:
    """The day of that name in the calendar week of another."""
    return monday_of(day) + timedelta(days=weekday)


def day_of_month(day: int, today: date) -> date | None:
    """The next day of that number, today included; a month that is too short is passed over."""
    year, month = today.year, today.month
    for _ in range(12):
        found = valid(year, month, day)
        if found is not None and found >= today:
            return found
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None


def day_and_month(day: int, month: int, today: date) -> date | None:
    """The next such date, today included; None where no year has it."""
    for year in range(today.year, today.year + _YEARS_AHEAD + 1):
        found = valid(year, month, day)
        if found is not None and found >= today:
            return found
    return None


def valid(year: int, month: int, day: int) -> date | None:
    """The date, or None where the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_stretch(month: int, today: date) -> tuple[date, date]:
    """That month, from today where it is the present one; next year's where it is over."""
    year = today.year if month >= today.month else today.year + 1
    return max(today, date(year, month, 1)), last_of_month(date(year, month, 1))


def last_of_month(day: date) -> date:
    """The last day of that month."""
    first_of_next = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return first_of_next - timedelta(days=1)


def third_of_month(third: int, first: date) -> tuple[date, date]:
    """The beginning (0), middle (1) or end (2) of the month that begins on a day."""
    start = first + timedelta(days=THIRD_OF_MONTH * third)
    return start, last_of_month(first) if third == 2 else start + timedelta(days=THIRD_OF_MONTH - 1)


def months_later(day: date, months: int) -> date:
    """The same number in a later month, or that month's last day where it is shorter."""
    index = day.month - 1 + months
    first = date(day.year + index // 12, index % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), last_of_month(first))


def weekend(today: date) -> tuple[date, date]:
    """The coming Saturday and Sunday; what is left of it where it has begun."""
    sunday = in_week_of(today, SUNDAY)
    return max(today, sunday - timedelta(days=1)), sunday


def workdays(today: date) -> tuple[date, date]:
    """What is left of this week's Monday to Friday, or the next week's."""
    if today.weekday() > FRIDAY:
        monday = in_week_of(today, MONDAY) + timedelta(days=7)
        return monday, in_week_of(monday, FRIDAY)
    return today, in_week_of(today, FRIDAY)

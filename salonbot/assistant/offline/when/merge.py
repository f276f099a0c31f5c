"""A later wish set against an earlier one: what it names replaces, what it leaves open is remembered."""

from datetime import date, datetime, time, timedelta

from salonbot.assistant.offline.when.reading import When
from salonbot.model.booking import Window

_ANY_DAY = date(2000, 1, 1)
"""A day to reckon clock times on."""


def merge(earlier: Window, later: When) -> Window:
    """The window to search now.

    - The day: the later's where it names one ("нет, лучше в среду"); none after "any day"; else the earlier's.
    - The time: the later's where it names one ("нет, лучше в 5"); none after "any time"; else the earlier's, exact or
      part of the day ("а в среду?" keeps "15:00" and "evening").
    - "An hour later" moves the earlier's times by the hour, "a week later" its days; they never leave the day, nor fall
      out of order. Where there is no earlier to move, the shift changes nothing.
    - "Earlier" and "later" without an amount, after an exact time, open the side they name and keep that time as the
      bound (`15:00` and "пораньше": up to 15:00); the caller leaves the very start out. After a part of the day or a
      range they keep its bounds; where the later names a time itself, they change nothing.
    """
    names_day = later.date_from is not None or later.date_to is not None
    names_time = later.time_from is not None or later.time_to is not None
    day = (later.date_from, later.date_to) if names_day or later.is_any_day else (earlier.date_from, earlier.date_to)
    clock = (
        (later.time_from, later.time_to) if names_time or later.is_any_time else (earlier.time_from, earlier.time_to)
    )
    if later.relative_shift is not None and abs(later.relative_shift) >= timedelta(days=1):
        day = day if names_day else (_moved_day(day[0], later), _moved_day(day[1], later))
    elif later.relative_shift is not None:
        clock = clock if names_time else (_moved_time(clock[0], later), _moved_time(clock[1], later))
    elif later.direction and not names_time and clock[0] is not None and clock[0] == clock[1]:
        clock = (None, clock[1]) if later.direction < 0 else (clock[0], None)
    return Window(*day, *clock)


def _moved_day(day: date | None, later: When) -> date | None:
    if day is None or later.relative_shift is None:
        return day
    try:
        return day + later.relative_shift
    except OverflowError:
        return day


def _moved_time(at: time | None, later: When) -> time | None:
    if at is None or later.relative_shift is None:
        return at
    moved = datetime.combine(_ANY_DAY, at) + later.relative_shift
    if moved.date() != _ANY_DAY:
        return time(0) if moved.date() < _ANY_DAY else time(23, 59)
    return moved.time()

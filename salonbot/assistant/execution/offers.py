"""Which of many free slots to name: a few well spread ones, or those nearest to a wish. Arithmetic only."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from salonbot.model.booking import Slot, Window
from salonbot.model.salon import StylistId

MOST_OFFERED = 5
MOST_NEAREST = 3
DAYS_AT_ONCE = 3
"""Days a search without a last day is answered with: the soonest."""
ZERO = timedelta(0)

T = TypeVar("T")


def spread(slots: Sequence[Slot], window: Window, limit: int = MOST_OFFERED) -> tuple[Slot, ...]:
    """At most `limit` slots, ascending, one per start, spread over the days, the hours and the stylists.

    `slots` ascend by start. A window with a last day is covered to its end; an open one by its first few days.
    """
    by_start = _by_start(slots)
    by_day: dict[date, list[datetime]] = {}
    for start in by_start:
        by_day.setdefault(start.date(), []).append(start)
    days = list(by_day)
    chosen_days = days[:DAYS_AT_ONCE] if window.date_to is None else _evenly(days, limit)
    chosen = _spread_over(chosen_days, by_day, limit)
    # Days with little to offer leave room for more from the others.
    rest = [start for start in by_start if start not in chosen and start.date() in chosen_days]
    chosen += _evenly(rest, limit - len(chosen))
    return _with_varied_stylists([by_start[start] for start in sorted(chosen)])


def nearest(
    slots: Sequence[Slot], wish: Window, stylist_id: StylistId | None, limit: int = MOST_NEAREST
) -> tuple[Slot, ...]:
    """The slots closest to a wish, ascending, one per start: by day, then the stylist asked for, then by the clock."""
    ranked = sorted(slots, key=_closeness(wish, stylist_id))
    chosen: dict[datetime, Slot] = {}
    for slot in ranked:
        if len(chosen) < limit:
            chosen.setdefault(slot.start, slot)
    asked_for = [slot for slot in ranked if slot.stylist_id == stylist_id and slot.start not in chosen]
    if len(chosen) == limit and asked_for and all(slot.stylist_id != stylist_id for slot in chosen.values()):
        # Whoever asks for a person is always told when that person is free.
        chosen.popitem()
        chosen[asked_for[0].start] = asked_for[0]
    return tuple(chosen[start] for start in sorted(chosen))


def days_apart(day: date, window: Window) -> int:
    """Days between a day and the window; 0 inside it."""
    if window.date_from and day < window.date_from:
        return (window.date_from - day).days
    return (day - window.date_to).days if window.date_to and day > window.date_to else 0


def _closeness(wish: Window, stylist_id: StylistId | None) -> Callable[[Slot], tuple[int, bool, timedelta, datetime]]:
    def key(slot: Slot) -> tuple[int, bool, timedelta, datetime]:
        is_other = stylist_id is not None and slot.stylist_id != stylist_id
        return days_apart(slot.start.date(), wish), is_other, _clock_apart(slot.start.time(), wish), slot.start

    return key


def _clock_apart(clock: time, wish: Window) -> timedelta:
    if wish.time_from and clock < wish.time_from:
        return _since_midnight(wish.time_from) - _since_midnight(clock)
    if wish.time_to and clock > wish.time_to:
        return _since_midnight(clock) - _since_midnight(wish.time_to)
    return ZERO


def _since_midnight(clock: time) -> timedelta:
    return timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)


def _by_start(slots: Sequence[Slot]) -> dict[datetime, list[Slot]]:
    by_start: dict[datetime, list[Slot]] = {}
    for slot in slots:
        by_start.setdefault(slot.start, []).append(slot)
    return by_start


def _spread_over(days: Sequence[date], by_day: dict[date, list[datetime]], limit: int) -> list[datetime]:
    chosen: list[datetime] = []
    for position, day in enumerate(days):
        quota = limit // len(days) + (position < limit % len(days))
        starts = by_day[day]
        if quota == 1 and len(days) > 1:
            # One start a day: early on the first day, late on the last, so that all parts of a day are named.
            chosen.append(starts[position * (len(starts) - 1) // (len(days) - 1)])
        else:
            chosen += _evenly(starts, quota)
    return chosen


def _evenly(items: Sequence[T], count: int) -> list[T]:
    """So many of the items at equal distances, the first and the last among them."""
    if count >= len(items):
        return list(items)
    if count <= 1:
        return list(items[:count])
    return [items[n * (len(items) - 1) // (count - 1)] for n in range(count)]


def _with_varied_stylists(groups: Sequence[Sequence[Slot]]) -> tuple[Slot, ...]:
    named: Counter[StylistId] = Counter()
    chosen: list[Slot] = []
    for group in groups:
        slot = min(group, key=lambda slot: named[slot.stylist_id])
        named[slot.stylist_id] += 1
        chosen.append(slot)
    return tuple(chosen)

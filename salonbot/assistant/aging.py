"""What a memory is worth after a while. In: a chat's memory and the time. Out: the same without what has gone by."""

from dataclasses import replace
from datetime import date, datetime

from salonbot.model.booking import Window
from salonbot.model.dialogue import Memory


def aged(memory: Memory, now: datetime) -> Memory:
    """The memory as of `now` (aware, in the salon's zone): "when then?" a week later does not mean last Wednesday.

    Offers stay as long as one of them can still be had: customers choose them by their place.
    """
    can_be_had = any(slot.start > now for slot in memory.offered)
    return replace(memory, window=_still_open(memory.window, now.date()), offered=memory.offered if can_be_had else ())


def _still_open(window: Window, today: date) -> Window:
    if window.date_to is not None and window.date_to < today:
        return Window()
    if window.date_from is not None and window.date_from < today:
        return replace(window, date_from=today)
    return window

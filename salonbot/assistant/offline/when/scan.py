"""One text read by all rules, in an order that keeps them apart: a date before a clock, a clock before an ordinal."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from salonbot.assistant.offline.when import dates, days, noise, parts, shifts, times
from salonbot.assistant.offline.when.bounds import Dated, bounded
from salonbot.assistant.offline.when.clock import join_clocks
from salonbot.assistant.offline.when.pieces import DayPiece, Days, Moment, Shift, TimePiece, Wish
from salonbot.assistant.offline.when.sheet import Found, Sheet

_MOVING = re.compile(
    r"(?<![^ ])(?:перен[ое]с\w*|передвин\w*|сдвин\w*|перезапи\w*|перепи[сш]\w*|поменя\w*|измени\w*|сменит\w*|"
    r"перекин\w*|"
    r"mov\w+|resched\w*|chang\w+|switch\w*|push\w*|shift\w*|postpon\w*|transfer\w*)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """All phrases of time in one text, each kind in the order of the text. The sheet maps them to characters."""

    sheet: Sheet
    today: date
    is_moving: bool
    days: list[Found[Dated]]
    times: list[Found[TimePiece]]
    moments: list[Found[Moment]]
    shifts: list[Found[Shift]]
    wishes: list[Found[Wish]]


def scan(text: str, *, now: datetime) -> Reading:
    """Everything the grammar finds in the text; never raises."""
    sheet, today = Sheet(text), now.date()
    is_moving = _MOVING.search(sheet.line) is not None
    sheet.strike(noise.BEFORE_ALL)
    named: list[Found[DayPiece]] = sheet.read(dates.explicit(today), "@")
    counted = sheet.read(shifts.COUNTED, "_")
    from_now = sheet.read(shifts.from_now(now), "@")
    sheet.strike(noise.DURATIONS)
    clocks = _times_of_day(sheet, is_moving=is_moving)
    named += [*sheet.read(dates.ordinals(today), "@"), *sheet.read(days.spoken(today), "@")]
    found_times: list[Found[TimePiece]] = [*clocks, *sheet.read(parts.PARTS, "#")]
    counted += sheet.read(shifts.DIRECTIONS, "_")
    found_times += sheet.read(times.LONE, "#")
    named += [Found(f.value, f.start, f.end) for f in from_now if isinstance(f.value, Days)]
    return Reading(
        sheet=sheet,
        today=today,
        is_moving=is_moving,
        days=bounded(sheet, named, today, is_moving=is_moving),
        times=sorted(found_times, key=lambda found: found.start),
        moments=[Found(f.value, f.start, f.end) for f in from_now if isinstance(f.value, Moment)],
        shifts=[Found(f.value, f.start, f.end) for f in counted if isinstance(f.value, Shift)],
        wishes=[Found(f.value, f.start, f.end) for f in counted if isinstance(f.value, Wish)],
    )


def _times_of_day(sheet: Sheet, *, is_moving: bool) -> list[Found[TimePiece]]:
    sheet.rewrite(join_clocks)
    found: list[Found[TimePiece]] = [*sheet.read(times.MOVES, "#")]
    if is_moving:
        found += sheet.read(times.MOVES_WHERE_MOVING, "#")
    return [*found, *sheet.read(times.RANGES, "#"), *sheet.read(times.BOUNDS, "#"), *sheet.read(times.STARTS, "#")]

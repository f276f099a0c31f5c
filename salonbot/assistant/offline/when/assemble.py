"""Phrases put together: which are one wish, which a choice, which replace another, and the bounds they come to."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta

from salonbot.assistant.offline.when import reckoning
from salonbot.assistant.offline.when.bounds import Dated, extent, resolved
from salonbot.assistant.offline.when.clock import Clock, Part
from salonbot.assistant.offline.when.pieces import (
    Between,
    DayPiece,
    Days,
    Impossible,
    InPart,
    Starts,
    Stretch,
    TimePiece,
    Weekday,
)
from salonbot.assistant.offline.when.reading import Doubt
from salonbot.assistant.offline.when.refusals import is_refused, is_refused_with_the_last
from salonbot.assistant.offline.when.scan import Reading
from salonbot.assistant.offline.when.sheet import Found
from salonbot.model.booking import Window

_OR = re.compile(r"(?<![^ ])(?:или|либо|хоть|or)(?![^ ])")
_NOTHING = re.compile(r"^[ @#_]*(?:(?:в|во|на|к|on|at|the|to)(?![^ ])[ @#_]*)*$")
_CHOICE = re.compile(
    r"^[ ,/;(@#_-]*(?:(?:или|либо|or|and|и|а также|в|во|на|к|on|at|the|можно|даже|может|maybe)(?![^ ])[ ,/;(@#_-]*)*$"
)
_CORRECTION = re.compile(
    r"(?<![^ ])(?:нет|не|ой|точнее|вернее|лучше|actually|instead|rather|sorry|wait|no|передумал\w*|mean)(?![^ ])"
)
_FALLBACK = re.compile(r"(?<![^ ])(?:если (?:нет|не)|(?:нет|занят\w*)(?: ,)? то|if (?:not|that|no))(?![^ ])")


@dataclass(slots=True)
class Wish:
    """One alternative: a day, times of it, or both."""

    day: DayPiece | None = None
    times: list[TimePiece] = field(default_factory=list)


@dataclass(slots=True)
class Sum:
    """What the phrases of one text come to."""

    wishes: list[Wish] = field(default_factory=list)
    excluded: list[Window] = field(default_factory=list)
    origin: Window = field(default_factory=Window)
    doubt: Doubt | None = None
    is_leaving: bool = False
    """The last day read is one to be moved away from, and a time right after it is too ("с пятницы в 3 на субботу")."""


def assemble(reading: Reading) -> Sum:
    """The alternatives in the order said, corrections applied; what one lacks is taken from its neighbours."""
    total = Sum(wishes=[Wish()])
    pieces: list[Found[Dated] | Found[TimePiece]] = sorted(
        [*reading.days, *reading.times], key=lambda piece: piece.start
    )
    polite = len(pieces) == 1 and "?" in reading.sheet.line
    previous, was_refused = 0, False
    for piece in pieces:
        line = reading.sheet.line
        continues = was_refused and is_refused_with_the_last(line[: piece.start])
        was_refused = not polite and (continues or is_refused(line, piece.start, piece.end))
        if was_refused:
            previous = piece.end
            total.excluded += _windows(Wish(*_as_wish(piece.value)), reading.today)
            continue
        _add(total, piece, reading, gap=reading.sheet.line[previous : piece.start])
        previous = piece.end
    _fill_gaps(total.wishes)
    return total


def options(total: Sum, today: date) -> tuple[Window, ...]:
    """Each alternative as a window, in the order said, none twice."""
    windows = [window for wish in total.wishes for window in _windows(wish, today)]
    return tuple(dict.fromkeys(window for window in windows if not window.is_open))


def _as_wish(value: Dated | TimePiece) -> tuple[DayPiece | None, list[TimePiece]]:
    return (value.piece, []) if isinstance(value, Dated) else (None, [value])


def _add(total: Sum, piece: Found[Dated] | Found[TimePiece], reading: Reading, gap: str) -> None:
    value, wish = piece.value, total.wishes[-1]
    has_said = wish.day is not None or bool(wish.times)
    is_correction = _CORRECTION.search(gap) is not None and not _FALLBACK.search(gap)
    is_choice = not is_correction and (_CHOICE.match(gap) is not None or _FALLBACK.search(gap) is not None)
    if has_said and _OR.search(gap) and not is_correction:
        total.wishes.append(wish := Wish())
    if reading.is_moving and _NOTHING.match(gap):
        is_choice = False
    if total.is_leaving and not isinstance(value, Dated) and _NOTHING.match(gap):
        start = _time_bounds([value])[0]
        total.origin, total.is_leaving = replace(total.origin, time_from=start[0], time_to=start[1]), False
        return
    total.is_leaving = False
    if isinstance(value, Dated):
        disagree = {type(wish.day), type(value.piece)} == {Days, Weekday} and _NOTHING.match(gap) is not None
        _add_day(total, wish, value, reading, is_choice=is_choice and not disagree)
    else:
        _add_time(total, wish, value, reading, is_choice=is_choice)


def _add_day(total: Sum, wish: Wish, dated: Dated, reading: Reading, *, is_choice: bool) -> None:
    if isinstance(dated.piece, Impossible):
        total.doubt = Doubt.IMPOSSIBLE
        return
    if isinstance(dated.piece, Days) and dated.piece.is_past:
        total.doubt = Doubt.PAST
    if dated.is_left:
        total.origin, total.is_leaving = _windows(Wish(dated.piece), reading.today)[0], True
        return
    if wish.day is None:
        wish.day = dated.piece
        return
    both = _same_day(wish.day, dated.piece, reading.today)
    if both is not None:
        wish.day = both
    elif is_choice:
        total.wishes.append(Wish(dated.piece))
    elif reading.is_moving:
        total.origin, wish.day, wish.times = _windows(wish, reading.today)[0], dated.piece, []
    elif {type(wish.day), type(dated.piece)} == {Days, Weekday}:
        total.doubt = Doubt.CONTRADICTION
        wish.day = wish.day if isinstance(wish.day, Days) else dated.piece
    else:
        wish.day, wish.times = dated.piece, []


def _same_day(one: DayPiece, other: DayPiece, today: date) -> DayPiece | None:
    """Two phrases as one day, where they can be: a date with its weekday, a weekday within a week."""
    if one == other:
        return one
    if isinstance(one, Stretch) and isinstance(other, Stretch):
        return _overlap(one, other)
    return _narrowed(one, other, today) or _narrowed(other, one, today)


def _narrowed(wide: DayPiece, narrow: DayPiece, today: date) -> DayPiece | None:
    if isinstance(wide, Stretch) and isinstance(narrow, Weekday):
        return _weekday_in(wide, narrow, today)
    if isinstance(wide, Stretch) and isinstance(narrow, Days):
        return narrow if _within(wide, narrow) else _in_month(wide, narrow)
    if isinstance(wide, Days) and isinstance(narrow, Weekday):
        if wide.in_weeks:
            return Days((reckoning.in_week_of(wide.days[0], narrow.number),))
        return wide if any(day.weekday() == narrow.number for day in wide.days) else None
    return None


def _weekday_in(week: Stretch, weekday: Weekday, today: date) -> Days | None:
    """The day of that name in the week, or in the weekend; where it is over, the next to come."""
    if not week.is_week or week.first is None or week.last is None:
        return None
    day = reckoning.in_week_of(week.last, weekday.number)
    is_weekend = week.last - week.first <= timedelta(days=1) and week.first.weekday() >= reckoning.SATURDAY
    if is_weekend and not _within(week, Days((day,))):
        return None
    return Days((day if day >= today else resolved(weekday, today),))


def _in_month(wide: Stretch, narrow: Days) -> Days | None:
    """ "7 числа следующего месяца": the number, in that month."""
    if wide.first is None or wide.first.day != 1 or wide.last != reckoning.last_of_month(wide.first):
        return None
    day = reckoning.valid(wide.first.year, wide.first.month, narrow.days[0].day)
    return Days((day,)) if day and len(narrow.days) == 1 else None


def _within(wide: Stretch, narrow: Days) -> bool:
    return all((not wide.first or wide.first <= day) and (not wide.last or day <= wide.last) for day in narrow.days)


def _overlap(one: Stretch, other: Stretch) -> Stretch | None:
    """What two stretches share, where one only bounds the other ("на этой неделе, но после среды")."""
    first = max(filter(None, (one.first, other.first)), default=None)
    last = min(filter(None, (one.last, other.last)), default=None)
    bounds_only = None in {one.last, other.last} or one.first == other.first
    return Stretch(first, last) if bounds_only and (not first or not last or first <= last) else None


def _add_time(total: Sum, wish: Wish, value: TimePiece, reading: Reading, *, is_choice: bool) -> None:
    if isinstance(value, Starts) and value.away_from is not None:
        at = value.away_from.settled()
        total.origin = replace(total.origin, time_from=at, time_to=at)
    rivals = [said for said in wish.times if _excludes(said, value)]
    if rivals and is_choice:
        total.wishes.append(Wish(None, [value]))
        return
    if rivals and reading.is_moving:
        start = _time_bounds(wish.times)[0]
        total.origin = replace(total.origin, time_from=start[0], time_to=start[1])
    wish.times = [said for said in wish.times if said not in rivals] + [value]


def _excludes(said: TimePiece, value: TimePiece) -> bool:
    """Whether the later phrase cannot hold beside the earlier one."""
    if isinstance(said, Starts) and isinstance(value, Starts):
        return True
    if isinstance(said, Between) and isinstance(value, Between):
        return (said.low is None) == (value.low is None) or (said.high is None) == (value.high is None)
    if isinstance(said, InPart) and isinstance(value, InPart):
        return _meet((said.part.low, said.part.high), (value.part.low, value.part.high)) is None
    return False


def _fill_gaps(wishes: list[Wish]) -> None:
    """ "В среду или в четверг в 5": the time belongs to both; "завтра в 3 или в 4": so does the day."""
    wishes[:] = [wish for wish in wishes if wish.day is not None or wish.times] or [Wish()]
    day = next((wish.day for wish in wishes if wish.day is not None), None)
    for wish in wishes:
        day = wish.day = wish.day or day
    later: list[TimePiece] = []
    for wish in reversed(wishes):
        later = wish.times = wish.times or later
    earlier: list[TimePiece] = []
    for wish in wishes:
        earlier = wish.times = wish.times or earlier
    _share_parts(wishes)


def _share_parts(wishes: list[Wish]) -> None:
    """ "Утром в 9 или 10", "в 3 или 4 дня": one alternative's part of the day tells the other's half."""
    parts = [_part_of(wish.times) for wish in wishes]
    shared = next((part for part in parts if part is not None), None)
    for wish, part in zip(wishes, parts, strict=True):
        only_starts = bool(wish.times) and all(isinstance(piece, Starts) for piece in wish.times)
        if shared is not None and part is None and only_starts:
            wish.times = [*wish.times, InPart(shared)]


def _part_of(pieces: list[TimePiece]) -> Part | None:
    for piece in pieces:
        if isinstance(piece, InPart):
            return piece.part
        if isinstance(piece, Starts):
            return next((clock.part for clock in reversed(piece.clocks) if clock.part), None)
    return None


def _windows(wish: Wish, today: date) -> list[Window]:
    if isinstance(wish.day, Days):
        spans: list[tuple[date | None, date | None]] = [(day, day) for day in wish.day.days]
    else:
        spans = [extent(wish.day, today) if wish.day is not None else (None, None)]
    return [Window(first, last, low, high) for first, last in spans for low, high in _time_bounds(wish.times)]


def _time_bounds(pieces: list[TimePiece]) -> list[tuple[time | None, time | None]]:
    """The bounds that all the phrases together leave: one pair, or one for each clock time to choose from."""
    part = next((piece.part for piece in pieces if isinstance(piece, InPart)), None)
    starts = next((piece for piece in pieces if isinstance(piece, Starts)), None)
    if starts is not None:
        tail = part or next((clock.part for clock in reversed(starts.clocks) if clock.part), None)
        return [(at, at) for at in dict.fromkeys(clock.settled(tail) for clock in starts.clocks)]
    bounds: tuple[time | None, time | None] = (None, None)
    for piece in pieces:
        if isinstance(piece, Between):
            bounds = _meet(bounds, _range(piece, part)) or _range(piece, part)
    for piece in pieces:
        if isinstance(piece, InPart):
            bounds = _meet(bounds, (piece.part.low, piece.part.high)) or bounds
    return [bounds]


def _range(between: Between, part: Part | None) -> tuple[time | None, time | None]:
    """Both ends of a range; the tail of the last tells the half of the first, and the first is never after the last."""
    low, high = between.low, between.high
    if low is None or high is None:
        return (low.settled(part) if low else None, high.settled(part) if high else None)
    last = high.settled(part)
    first = low.settled(high.part or part)
    if first >= last and (morning := low.in_the_morning() or _as_morning(low)) is not None and morning < last:
        return morning, last
    return first, last


def _as_morning(clock: Clock) -> time | None:
    return time(clock.hour, clock.minute) if clock.part is None else None


def _meet(
    one: tuple[time | None, time | None], other: tuple[time | None, time | None]
) -> tuple[time | None, time | None] | None:
    """What two pairs of bounds share, None where that is nothing."""
    low = max((bound for bound in (one[0], other[0]) if bound is not None), default=None)
    high = min((bound for bound in (one[1], other[1]) if bound is not None), default=None)
    return None if low is not None and high is not None and low > high else (low, high)

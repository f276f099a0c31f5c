"""What the words before a day make of it: «до пятницы», «с понедельника по среду», «со среды на пятницу»."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from salonbot.assistant.offline.when import reckoning
from salonbot.assistant.offline.when.pieces import DayPiece, Days, Impossible, Stretch, Weekday, Which
from salonbot.assistant.offline.when.sheet import Found, Sheet

_BEFORE = re.compile(
    r"(?<![^ ])(?:(?P<bound>не позже|не позднее|не раньше|не ранее|начиная с|начиная со|до|после|позже|раньше|с|"
    r"со|от|к|ко|между|"
    r"not before|no later than|no earlier than|later than|earlier than|starting from|starting on|starting|from|since|"
    r"by|until|before|after|between|through) )?"
    r"(?:(?:в|во|на|по|on|for|the|самый|только|лучше|этот|each|every) )*$"
)
_FROM = frozenset(
    {
        "с",
        "со",
        "от",
        "from",
        "since",
        "начиная с",
        "начиная со",
        "starting",
        "starting from",
        "starting on",
        "не раньше",
        "не ранее",
        "not before",
        "no earlier than",
    }
)
_AFTER = frozenset({"после", "позже", "after", "later than"})
_THROUGH = frozenset({"не позже", "не позднее", "к", "ко", "by", "until", "through", "no later than"})
_BEFORE_IT = frozenset({"до", "раньше", "before", "earlier than"})
_INCLUSIVE = re.compile(r" (?:включительно|inclusive)")
_RANGE_GAP = re.compile(r"^ (?:(?:по|до|-|to|through|until)|(?P<and>и|and)) (?:on |the |в |во )?$")
_MOVE_GAP = re.compile(r"^ (?:.{0,40} )?(?:на|to) (?:the |on )?$")


@dataclass(frozen=True, slots=True)
class Dated:
    """A day piece with the word that bounds it; `is_left` where an appointment is to be moved away from it."""

    piece: DayPiece
    bound: str = ""
    is_left: bool = False


def bounded(sheet: Sheet, found: list[Found[DayPiece]], today: date, *, is_moving: bool) -> list[Found[Dated]]:
    """The day pieces with their prepositions taken in, ranges made one, in the order of the text."""
    ordered = sorted(found, key=lambda piece: piece.start)
    prefixed = [_with_prefix(sheet, piece) for piece in ordered]
    result: list[Found[Dated]] = []
    for i, piece in enumerate(prefixed):
        raw = ordered[i]
        before = result[-1] if result else None
        gap = sheet.line[before.end : raw.start] if before else ""
        if before and _is_range(before, piece.value.piece, gap, is_moving=is_moving):
            result[-1] = Found(Dated(_joined(before.value.piece, piece.value.piece, today)), before.start, piece.end)
        else:
            if before and _is_move(before, gap, is_moving=is_moving):
                result[-1] = replace(before, value=replace(before.value, is_left=True))
            result.append(piece)
    alone = len(result) == 1
    return [replace(one, value=_settled(one.value, today, is_left=is_moving and alone)) for one in result]


def resolved(weekday: Weekday, today: date) -> date:
    """The date of a weekday that no week is named for."""
    if weekday.which is Which.NEXT_WEEK:
        return reckoning.in_week_of(today + timedelta(weeks=1), weekday.number)
    if weekday.which is Which.THIS_WEEK and weekday.number >= today.weekday():
        return reckoning.in_week_of(today, weekday.number)
    return reckoning.coming(weekday.number, today) + timedelta(weeks=weekday.weeks_later)


def extent(piece: DayPiece, today: date) -> tuple[date | None, date | None]:
    """The first and the last day; both None where there is none."""
    if isinstance(piece, Days):
        return min(piece.days), max(piece.days)
    if isinstance(piece, Weekday):
        day = resolved(piece, today)
        return day, day
    return (piece.first, piece.last) if isinstance(piece, Stretch) else (None, None)


def _with_prefix(sheet: Sheet, piece: Found[DayPiece]) -> Found[Dated]:
    match = _BEFORE.search(sheet.line[: piece.start])
    if match is None:
        return Found(Dated(piece.value), piece.start, piece.end)
    bound = match["bound"] or ""
    if bound in _BEFORE_IT and _INCLUSIVE.match(sheet.line[piece.end :]):
        bound = "by"
    return Found(Dated(piece.value, bound), match.start(), piece.end)


def _is_range(before: Found[Dated], piece: DayPiece, gap: str, *, is_moving: bool) -> bool:
    match = _RANGE_GAP.match(gap)
    if match is None or isinstance(before.value.piece, Stretch) or _is_same(before.value.piece, piece):
        return False
    if is_moving and gap.startswith(" to"):
        return False
    return not match["and"] or before.value.bound in {"между", "between"}


def _is_same(one: DayPiece, other: DayPiece) -> bool:
    """ "2 декабря - среда" is one day, not a range."""
    return isinstance(one, Days) and isinstance(other, Weekday) and one.days[0].weekday() == other.number


def _is_move(before: Found[Dated], gap: str, *, is_moving: bool) -> bool:
    return (
        before.value.bound in {"с", "со", "from"} and (is_moving or "на" in gap.split()) and bool(_MOVE_GAP.match(gap))
    )


def _joined(low: DayPiece, high: DayPiece, today: date) -> DayPiece:
    first, last = extent(low, today)[0], extent(high, today)[1]
    if isinstance(high, Weekday) and first is not None and high.which is Which.COMING:
        last = reckoning.coming(high.number, first)
    return Stretch(first, last) if first and last and first <= last else high


def _settled(dated: Dated, today: date, *, is_left: bool) -> Dated:
    """The bound worked into the piece; nothing earlier than today is in reach."""
    first, last = extent(dated.piece, today)
    bound = dated.bound
    if first is None or last is None or dated.is_left or isinstance(dated.piece, Impossible):
        return dated
    if bound in _FROM:
        return replace(dated, is_left=True) if is_left and bound in {"с", "со", "from"} else Dated(Stretch(first, None))
    if bound in _AFTER:
        return Dated(Stretch(last + timedelta(days=1), None))
    if bound in _BEFORE_IT:
        return Dated(Stretch(today, max(today, first - timedelta(days=1))))
    relative = isinstance(dated.piece, Days) and last <= today + timedelta(days=2)
    if bound in _THROUGH and not (bound in {"к", "ко"} and relative):
        return Dated(Stretch(today, max(today, last)))
    return dated

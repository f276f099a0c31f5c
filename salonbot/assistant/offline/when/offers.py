"""What a salon named in its own message: every concrete start, each with the day it stands under."""

from collections.abc import Sequence
from datetime import date, datetime

from salonbot.assistant.offline.when.bounds import Dated, resolved
from salonbot.assistant.offline.when.pieces import Days, Starts, TimePiece, Weekday
from salonbot.assistant.offline.when.reading import Offer, Span
from salonbot.assistant.offline.when.scan import Reading, scan
from salonbot.assistant.offline.when.sheet import Found


def read_offers(text: str, *, now: datetime) -> tuple[Offer, ...]:
    """Every clock time to start at, in the order of the text, with its day.

    The day is the nearest one before it, else the first one after it, else None. Days that stand together without a
    time between them head the times together: a date beside its weekday is one day, "во вторник и среду" are two.
    Ranges ("с 10 до 20") are hours, not offers. `now` is when the message was written, aware, in the salon's zone.
    """
    reading = scan(text, now=now)
    heading: list[date] = []
    waiting: list[Found[TimePiece]] = []
    offers: list[Offer] = []
    is_open = False
    pieces: list[Found[Dated] | Found[TimePiece]] = [*reading.days, *reading.times]
    for found in sorted(pieces, key=lambda piece: piece.start):
        if isinstance(found.value, Dated):
            heading = _headed(heading if is_open else [], found.value, reading.today)
            is_open = True
            offers += [offer for early in waiting for offer in _offers(reading, early, heading)]
            waiting = []
        elif heading:
            is_open = False
            offers += _offers(reading, found, heading)
        else:
            waiting.append(found)
    offers += [offer for late in waiting for offer in _offers(reading, late, [None])]
    return tuple(dict.fromkeys(offers))


def _headed(heading: list[date], dated: Dated, today: date) -> list[date]:
    """The days over the next times, with one more said; a weekday beside its own date adds none."""
    piece = dated.piece
    if isinstance(piece, Days):
        said = list(piece.days)
        if heading and all(day.weekday() in {other.weekday() for other in said} for day in heading):
            return said
        return [*heading, *(day for day in said if day not in heading)]
    if isinstance(piece, Weekday):
        if any(day.weekday() == piece.number for day in heading):
            return heading
        return [*heading, resolved(piece, today)]
    return heading


def _offers(reading: Reading, found: Found[TimePiece], days: Sequence[date | None]) -> list[Offer]:
    if not isinstance(found.value, Starts):
        return []
    span = Span(*reading.sheet.characters(found.start, found.end))
    return [Offer(day, clock.settled(), span) for day in days for clock in found.value.clocks]

"""The door of the grammar: a customer's text in, `When` out."""

from datetime import date, datetime, time
from typing import TypeVar

from salonbot.assistant.offline.when.assemble import assemble, options
from salonbot.assistant.offline.when.pieces import Starts, Wish
from salonbot.assistant.offline.when.reading import Span, When
from salonbot.assistant.offline.when.scan import Reading, scan
from salonbot.model.booking import Window

Bound = TypeVar("Bound", date, time)


def read_when(text: str, *, now: datetime) -> When:
    """What the text says of when to come. `now` is aware, in the salon's zone. Never raises, whatever the text."""
    reading = scan(text, now=now)
    total = assemble(reading)
    choices = options(total, reading.today)
    for moment in reading.moments:
        at = moment.value.at
        choices = (Window(at.date(), at.date(), at.time().replace(tzinfo=None), at.time().replace(tzinfo=None)),)
    wishes = {found.value for found in reading.wishes}
    shift = reading.shifts[-1].value if reading.shifts else None
    if Wish.SOONEST in wishes and not any(choice.date_from or choice.date_to for choice in choices):
        choices = tuple(
            Window(reading.today, None, choice.time_from, choice.time_to) for choice in choices or (Window(),)
        )
    starts = _starts(choices)
    days = tuple(sorted({c.date_from for c in choices if c.date_from is not None and c.date_from == c.date_to}))
    return When(
        date_from=_least([choice.date_from for choice in choices]),
        date_to=_greatest([choice.date_to for choice in choices]),
        time_from=_least([choice.time_from for choice in choices]),
        time_to=_greatest([choice.time_to for choice in choices]),
        exact_time=len(starts) == 1 and all(c.time_from is not None and c.time_from == c.time_to for c in choices),
        exact_day=len(days) == 1 and all(c.date_from == c.date_to for c in choices),
        is_approximate=any(isinstance(f.value, Starts) and f.value.is_approximate for f in reading.times),
        days=days,
        starts=starts,
        options=choices,
        excluded=tuple(total.excluded),
        origin=total.origin,
        relative_shift=shift.amount if shift else None,
        direction=shift.direction if shift else 0,
        is_soonest=Wish.SOONEST in wishes,
        is_any_time=not wishes.isdisjoint({Wish.ANY_TIME, Wish.WHENEVER}),
        is_any_day=Wish.ANY_DAY in wishes or (Wish.WHENEVER in wishes and not reading.days),
        doubt=total.doubt,
        spans=_spans(reading),
    )


def _starts(choices: tuple[Window, ...]) -> tuple[time, ...]:
    return tuple(sorted({c.time_from for c in choices if c.time_from is not None and c.time_from == c.time_to}))


def _least(bounds: list[Bound | None]) -> Bound | None:
    known = [bound for bound in bounds if bound is not None]
    return min(known) if known and len(known) == len(bounds) else None


def _greatest(bounds: list[Bound | None]) -> Bound | None:
    known = [bound for bound in bounds if bound is not None]
    return max(known) if known and len(known) == len(bounds) else None


def _spans(reading: Reading) -> tuple[Span, ...]:
    """The characters of all phrases, those that touch or overlap made one."""
    ranges = sorted(
        reading.sheet.characters(found.start, found.end)
        for kind in (reading.days, reading.times, reading.moments, reading.shifts, reading.wishes)
        for found in kind
    )
    spans: list[Span] = []
    for start, end in ranges:
        if spans and start <= spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(end, spans[-1].end))
        else:
            spans.append(Span(start, end))
    return tuple(spans)

"""Moving and cancelling: what is to become of an appointment the customer has."""

import re
from dataclasses import replace
from typing import Final

from salonbot.assistant.offline import answers
from salonbot.assistant.offline.cue_table import Intent
from salonbot.assistant.offline.ground import Ground
from salonbot.assistant.offline.grouping import Wish
from salonbot.assistant.offline.services import find_services
from salonbot.assistant.offline.thread import Asked, Offered, Thread, single_day, single_time, start_of
from salonbot.assistant.offline.when import When, merge, read_offers, read_when
from salonbot.assistant.offline.wishes import Reading
from salonbot.model.booking import Window
from salonbot.model.commands import (
    CancelAppointment,
    Command,
    CreateAppointment,
    RescheduleAppointment,
)
from salonbot.model.outcomes import Purpose

_SAME_TIME: Final = re.compile(r"\b(?:то же (?:самое )?время|в это же время|то же время|same time)\b")
_UNTIL: Final = re.compile(r"\b(?:отлож\w+|postpone\w*|put (?:it )?off)\b.*\b(?:до|till?|until)\b")
_SAME_DAY: Final = re.compile(r"\b(?:тот же день|этот же день|тот же самый день|same day)\b")


def with_name(command: Command, name: str) -> Command:
    """The booking with the customer's name in it; any other command as it is."""
    return replace(command, name=name) if isinstance(command, CreateAppointment) else command


def cancel(wish: Wish, thread: Thread, reading: Reading) -> tuple[tuple[Command, ...], Thread]:
    """A cancellation, never confirmed by the wish itself."""
    named = wish.when.excluded[0] if wish.when.excluded else wish.when.as_window()
    after = Thread(
        service=wish.services[0].value if wish.services else None,
        stylist=wish.stylists[0].value if wish.stylists else None,
        window=named,
        purpose=Purpose.CANCEL,
        appointment=thread.appointment,
        last=thread.last,
    )
    return (CancelAppointment(),), after


def move(wish: Wish, thread: Thread, reading: Reading, ground: Ground) -> tuple[Command, Thread]:
    """A move to where the wish and what was said before it point, never confirmed by the wish itself."""
    target = _target(wish, thread, reading)
    after = replace(
        thread,
        service=wish.services[0].value if wish.services else None,
        stylist=wish.stylists[0].value if wish.stylists else None,
        purpose=Purpose.MOVE,
        change=target,
        asked=None,
        offers=(),
    )
    return move_to(target, ground), after


def move_to(target: Window, ground: Ground) -> RescheduleAppointment:
    """The unconfirmed command for a target: an exact start, or the window."""
    start = start_of(target, ground.zone)
    if start:
        return RescheduleAppointment(start=start)
    return RescheduleAppointment(
        date_from=target.date_from, date_to=target.date_to, time_from=target.time_from, time_to=target.time_to
    )


def continues_move(wish: Wish, thread: Thread, reading: Reading) -> bool:
    """Whether a time without a verb goes on with a move: asked where to, or a correction right after a booking."""
    if not wish.when or wish.services:
        return False
    if thread.purpose is Purpose.MOVE:
        return Intent.BOOK not in wish.intents
    return (
        not thread.appointment.is_open and thread.service is None and (wish.is_correction or wish.when.direction != 0)
    )


def has_other_time(reading: Reading, thread: Thread) -> bool:
    """Whether a message names a time that is not the one a yes is asked for."""
    when = reading.when
    if not when:
        return False
    known = thread.change if thread.purpose is Purpose.MOVE else thread.appointment
    if when.direction or when.relative_shift:
        return True
    return not _agrees_with(when, known)


def has_new_time(reading: Reading, thread: Thread) -> bool:
    """Whether a message changes the time of the wish that is waiting for a name."""
    if not reading.when:
        return False
    return bool(reading.when.direction) or not _agrees_with(reading.when, thread.window)


def _agrees_with(when: When, known: Window) -> bool:
    day, at = single_day(known), single_time(known)
    same_day = when.date_from is None or (day is not None and when.date_from <= day <= (when.date_to or day))
    same_time = not (when.time_from or when.time_to) or (
        at is not None and (when.time_from or at) <= at <= (when.time_to or at)
    )
    return same_day and same_time


def chosen_offer(reading: Reading, thread: Thread) -> Offered | None:
    """The time among those the salon named that a message takes: by its place, its hour, or its stylist."""
    offers = _of_stylist(reading, thread.offers)
    if reading.services and thread.service and reading.services[0].value != thread.service:
        return None
    when = reading.when
    number = answers.chosen_number(reading.folded, len(offers)) if thread.asked in (Asked.SLOT, Asked.TIME) else None
    by_word = number is not None and not any(char.isdigit() for char in reading.folded)
    if number is not None and (by_word or thread.choices or not when):
        return offers[number]
    if when and not when.relative_shift and (when.exact_time or not when.direction):
        fitting = [offer for offer in offers if _is_named(offer, when)]
        if fitting:
            alone = len(fitting) == 1 and not reading.is_question
            return fitting[0] if when.exact_time or alone else None
    if when or not reading.stylists or len(offers) != 1 or reading.is_question:
        return None
    return offers[0]


def _of_stylist(reading: Reading, offers: tuple[Offered, ...]) -> tuple[Offered, ...]:
    if not reading.stylists:
        return offers
    named = reading.stylists[0].value
    return tuple(offer for offer in offers if offer.stylist in (named, None))


def _is_named(offer: Offered, when: When) -> bool:
    if not (when.time_from or when.time_to or when.date_from):
        return False
    day = offer.day is None or when.date_from is None or when.date_from <= offer.day <= (when.date_to or offer.day)
    if when.exact_time:
        return day and offer.at in when.starts
    return day and (when.time_from or offer.at) <= offer.at <= (when.time_to or offer.at)


def chosen_appointment(reading: Reading, thread: Thread, ground: Ground) -> int | None:
    """Which of the appointments shown is meant, from 0: by its place, its day, its time, its service or its stylist."""
    count = len(thread.choices)
    number = answers.chosen_number(reading.folded, count or 5)
    if number is not None:
        return number
    fitting = [index for index, line in enumerate(thread.choices) if _line_fits(line, reading, ground)]
    return fitting[0] if len(fitting) == 1 else None


def _line_fits(line: str, reading: Reading, ground: Ground) -> bool:
    named = bool(reading.when.date_from or reading.when.exact_time or reading.services or reading.stylists)
    services = {mention.value for mention in find_services(line, ground.catalogue)}
    if reading.services and reading.services[0].value not in services:
        return False
    if reading.stylists and reading.stylists[0].value.lower()[:4] not in line:
        return False
    when = reading.when
    if when.date_from or when.exact_time:
        offers = read_offers(line, now=ground.now)
        days = {offer.day for offer in offers} | {read_when(line, now=ground.now).date_from}
        if when.date_from and when.date_from not in days:
            return False
        if when.exact_time and not {offer.at for offer in offers} & set(when.starts):
            return False
    return named


def _target(wish: Wish, thread: Thread, reading: Reading) -> Window:
    when = settled(wish.when)
    earlier = thread.change if thread.purpose is Purpose.MOVE else Window()
    if when.relative_shift or when.direction:
        # «на час позже»: counted from the appointment itself unless a target was already spoken of
        earlier = earlier if start_like(earlier) else thread.appointment
    target = merge(earlier, when)
    if _UNTIL.search(reading.folded) and target.date_to and not when.exact_day:
        # to put it off «до субботы», "till Saturday", is to have it on Saturday
        target = replace(target, date_from=target.date_to)
    if _SAME_TIME.search(reading.folded):
        target = replace(target, time_from=thread.appointment.time_from, time_to=thread.appointment.time_to)
    timed = bool(target.time_from or target.time_to)
    if timed and target.date_from is None and (when.exact_time or _SAME_DAY.search(reading.folded)):
        return replace(target, date_from=thread.appointment.date_from, date_to=thread.appointment.date_to)
    return target


def settled(when: When) -> When:
    """«Попозже, в 18:00»: the hour named says it all."""
    return replace(when, direction=0) if when.exact_time and when.direction and not when.relative_shift else when


def start_like(window: Window) -> bool:
    """Whether a window holds a clock time to count from."""
    return single_time(window) is not None

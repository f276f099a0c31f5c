"""Wishes to come: a service, a stylist and a time, said or remembered, become a booking or a search.

The rule: a service and an exact start make a booking; a question about what is free, or anything less, makes a
search.
"""

import re
from dataclasses import replace
from typing import Final

from salonbot.assistant.offline.cue_table import Intent
from salonbot.assistant.offline.ground import Ground
from salonbot.assistant.offline.grouping import Wish
from salonbot.assistant.offline.services import ServiceMention
from salonbot.assistant.offline.stylists import says_same
from salonbot.assistant.offline.thread import Offered, Thread, start_of, without_days, without_times
from salonbot.assistant.offline.when import When, merge
from salonbot.assistant.offline.wishes import Reading
from salonbot.model.booking import Window
from salonbot.model.commands import Command, CreateAppointment, RescheduleAppointment, SearchSlots
from salonbot.model.dialogue import Topic
from salonbot.model.outcomes import Purpose

_OTHER_TIME: Final = re.compile(
    r"\b(?:друг(?:ое|ие|ого|ому) (?:врем\w+|час\w*|вариант\w*|окн\w+|окош\w+)|(?:еще|ещё) (?:варианты|время|"
    r"что-нибудь|окн\w+|окош\w+)|иное время|(?:other|another|different|any other|more) "
    r"(?:time|times|slot|slots|options?))\b"
)
_OTHER_DAY: Final = re.compile(
    r"\b(?:еще (?:дни|даты)|друг(?:ой|ие|ого|ому|им|их) (?:день|дни|дня|дат\w+|дню|дням)|(?:other|another|different|"
    r"any other) (?:day|days|date|dates))\b"
)
_PRONOUN: Final = re.compile(r"\b(?:он|она|него|нее|нему|ней|he|she|him|her)\b")
_DEMANDS: Final = re.compile(
    r"\?\W*(?:(?:если|и|то|тогда|да|есть|свободно|if|so|then|yes),? )*(?:запиш\w+|записывай\w*|заброниру\w+|"
    r"book (?:me|it))"
)
"""«Сможет завтра в 5? Запишите»: the question is only how it begins."""
_TOO: Final = re.compile(r"\b(?:тоже|еще|также|заодно|вдобавок|too|also|as well)\b")
_ALSO: Final = re.compile(
    r"^\W*(?:и|а еще|еще|также|плюс|and|also)\b|\b(?:ней же|нему же|тот же день|same day|сразу после|заодно)\b"
)


def book_or_search(
    wish: Wish, thread: Thread, reading: Reading, ground: Ground, *, agreed: bool = False, widen: bool = False
) -> tuple[tuple[Command, ...], Thread]:
    """The commands of a wish to come, one per service named (none for words that wish nothing), and what follows."""
    if not agreed and not _is_wish(wish, thread, reading):
        return (), thread
    if _DEMANDS.search(reading.folded[wish.start : wish.end]):
        wish = replace(wish, intents=wish.intents - {Intent.AVAILABILITY})
    fresh = _is_fresh(wish, thread)
    window = _window(wish, Thread() if fresh else thread, reading, widen=widen)
    stylist = _stylist(wish, thread, reading, fresh=fresh)
    services = [mention.value for mention in wish.services] or _carried(wish, thread, reading)
    if not wish.when.exact_time and services != [thread.service] and _TOO.search(reading.folded[wish.start : wish.end]):
        # «На маникюр тоже»: not at the very time of the other
        window = without_times(window)
    commands: list[Command] = []
    for index, service in enumerate(services or [None]):
        mine = without_times(window) if index and _follows_time(wish, wish.services[index]) else window
        commands.append(_command(service, _able(stylist, service, wish, ground), mine, wish, ground, name=reading.name))
    service = services[0] if services else thread.service
    after = replace(
        thread,
        service=service,
        stylist=_able(stylist, service, wish, ground),
        window=window,
        offers=(),
        asked=None,
        purpose=None,
        last=Intent.AVAILABILITY,
    )
    return tuple(commands), after


def chosen_slot(offer: Offered, thread: Thread, reading: Reading, ground: Ground) -> tuple[tuple[Command, ...], Thread]:
    """The command that takes one of the times the salon named: a booking, or the new time of a move."""
    day = offer.day or thread.window.date_from
    window = Window(day, day, offer.at, offer.at)
    start = start_of(window, ground.zone)
    if thread.purpose is Purpose.MOVE:
        after = replace(thread, change=window, asked=None, offers=())
        if start is None:
            return (RescheduleAppointment(time_from=offer.at, time_to=offer.at),), after
        return (RescheduleAppointment(start=start),), after
    service = reading.services[0].value if reading.services else thread.service or offer.service
    stylist = reading.stylists[0].value if reading.stylists else thread.stylist or offer.stylist
    after = replace(thread, service=service, stylist=stylist, window=window, offers=(), asked=None)
    if service is None or start is None:
        search = SearchSlots(
            service=service, stylist=stylist, date_from=day, date_to=day, time_from=offer.at, time_to=offer.at
        )
        return (search,), after
    return (CreateAppointment(service=service, stylist=stylist, start=start, name=reading.name),), after


def _is_wish(wish: Wish, thread: Thread, reading: Reading) -> bool:
    """Whether words without a clear intent are meant as a wish to come, and not as talk («какая завтра погода»)."""
    if wish.intents & {Intent.BOOK, Intent.AVAILABILITY, Intent.RECORD}:
        return wish.has_details or reading.strange_in(wish) <= 2
    if not wish.services and not wish.stylists and _is_about_salon(reading):
        return False
    if reading.folded.strip().isdigit() and not (thread.asked or thread.service or thread.offers):
        return False
    if not wish.has_details and not (
        reading.anyone or reading.another or _OTHER_TIME.search(reading.folded) or _OTHER_DAY.search(reading.folded)
    ):
        return False
    if wish.is_correction and thread.service and not reading.is_question:
        return True
    named = bool(wish.services or wish.stylists)
    return reading.strange_in(wish) <= (3 if named else 0 if not (thread.asked or thread.service) else 1)


def _is_about_salon(reading: Reading) -> bool:
    return any(
        topic in (Topic.HOURS, Topic.ADDRESS, Topic.CONTACTS, Topic.WHO_ARE_YOU) for topic in reading.heard.topics
    )


def _is_fresh(wish: Wish, thread: Thread) -> bool:
    """A new wish: another service with its own day and no word of correction. An earlier time no longer counts."""
    if not wish.services or wish.is_correction or thread.service is None:
        return False
    other = wish.services[0].value != thread.service
    return (
        other
        and bool(wish.when)
        and bool(wish.intents & {Intent.BOOK, Intent.RECORD, Intent.WISH, Intent.AVAILABILITY})
    )


def _window(wish: Wish, thread: Thread, reading: Reading, *, widen: bool) -> Window:
    earlier = thread.window
    folded = reading.folded[wish.start : wish.end]
    if widen or _OTHER_TIME.search(folded):
        earlier = without_times(earlier)
    if _OTHER_DAY.search(folded):
        earlier = without_days(earlier)
    when = wish.when
    if when.exact_time and when.direction and not when.relative_shift:
        when = replace(when, direction=0)
    if when.direction and thread.offers and not when.relative_shift:
        return _beside_offers(when, earlier, thread)
    merged = merge(earlier, when)
    if (merged.time_from or merged.time_to) and not merged.date_from and len({o.day for o in thread.offers}) == 1:
        day = thread.offers[0].day
        merged = replace(merged, date_from=day, date_to=day)
    if _ALSO.search(reading.folded) and merged.date_from is None and not thread.appointment.is_open:
        # «И ещё маникюр в 18:30» right after a booking is for the same day
        merged = replace(merged, date_from=thread.appointment.date_from, date_to=thread.appointment.date_to)
    return merged


def _beside_offers(when: When, earlier: Window, thread: Thread) -> Window:
    """«Есть пораньше?»: before the first time named, or after the last."""
    times = sorted(offer.at for offer in thread.offers)
    open_window = without_times(merge(earlier, replace(when, direction=0)))
    if when.direction < 0:
        return replace(open_window, time_to=times[0])
    return replace(open_window, time_from=times[-1])


def _stylist(wish: Wish, thread: Thread, reading: Reading, *, fresh: bool) -> str | None:
    if wish.stylists:
        return wish.stylists[-1].value if wish.is_correction else wish.stylists[0].value
    if reading.anyone or reading.another:
        return None
    if says_same(reading.folded):
        return thread.stylist or thread.spoken_of
    if fresh:
        return None
    inherited = [mention for mention in reading.stylists if mention.start < wish.start]
    same = not reading.services or _PRONOUN.search(reading.folded[wish.start : wish.end])
    return inherited[-1].value if inherited and same else thread.stylist


def _carried(wish: Wish, thread: Thread, reading: Reading) -> list[str | None]:
    """The service of a part that names none: from elsewhere in the message, else remembered."""
    if reading.services:
        before = [mention for mention in reading.services if mention.start < wish.start]
        nearest: ServiceMention = (before or list(reading.services))[-1 if before else 0]
        return [nearest.value]
    return [thread.service] if thread.service else []


def _follows_time(wish: Wish, mention: ServiceMention) -> bool:
    """«Стрижка завтра в 12 и маникюр»: the time was said of the first."""
    return wish.when.exact_time and any(span[1] <= mention.start for span in wish.when.spans)


def _able(stylist: str | None, service: str | None, wish: Wish, ground: Ground) -> str | None:
    """A remembered stylist who does not do the new service is let go; one named just now is not."""
    if stylist is None or wish.stylists or service is None:
        return stylist
    person, wanted = ground.catalogue.stylist_named(stylist), ground.catalogue.service_titled(service)
    return None if person and wanted and wanted.id not in person.services else stylist


def _command(
    service: str | None, stylist: str | None, window: Window, wish: Wish, ground: Ground, *, name: str | None
) -> Command:
    start = start_of(window, ground.zone)
    asks = Intent.AVAILABILITY in wish.intents or (wish.is_question and not wish.intents & {Intent.BOOK, Intent.RECORD})
    if service and start and not asks:
        return CreateAppointment(service=service, stylist=stylist, start=start, name=name)
    return SearchSlots(
        service=service,
        stylist=stylist,
        date_from=window.date_from,
        date_to=window.date_to,
        time_from=window.time_from,
        time_to=window.time_to,
    )

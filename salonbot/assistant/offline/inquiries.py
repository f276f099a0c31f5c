"""Questions: prices and services, what a service is, when a stylist works, which appointments there are."""

import re
from dataclasses import replace
from typing import Final

from salonbot.assistant.offline.cue_table import Intent
from salonbot.assistant.offline.ground import Ground
from salonbot.assistant.offline.grouping import Wish
from salonbot.assistant.offline.services import find_category
from salonbot.assistant.offline.stylists import says_same
from salonbot.assistant.offline.thread import Thread
from salonbot.assistant.offline.when import When
from salonbot.assistant.offline.wishes import Reading
from salonbot.assistant.offline.words import blank
from salonbot.model.booking import Window
from salonbot.model.commands import Command, ExplainService, ListServices, ShowAppointments, ShowSchedule
from salonbot.model.dialogue import Topic

_ALL_PRICES: Final = re.compile(
    r"\b(?:цены|прайс\w*|расцен\w+|тариф\w*|услуг\w*|прейскурант\w*|ценник\w*|prices|price ?list|pricing|services|"
    r"rates|your charges|что (?:у вас|вы|еще)|все|остальн\w+|list|занимаетесь|умеете|предлагаете|оказываете|"
    r"предложить|(?:че|чо|шо) (?:у вас|вы|еще)|do you (?:do|offer|provide)|can you (?:do|offer))\b"
)
_FOLLOW_UP: Final = re.compile(
    r"^\W*(?:а|и|а если|ну а|and|what about|how about|а как насчет|а что насчет|как насчет|а по)\b"
)
_IS_THERE: Final = re.compile(
    r"\W*(?:(?:а|и|ну|will|is|be) )*(?:есть|будет|тут|здесь|там|в салоне|на работе|in|there|around)"
    r"(?: (?:ли|у вас))?\W*"
)
_DONE_BY: Final = re.compile(r"\b(?:он|она|его|ее|него|нее|he|she|his|her)\b")

_Answer = tuple[tuple[Command, ...], Thread]


def inquire(wish: Wish, thread: Thread, before: Thread, reading: Reading, ground: Ground) -> _Answer | None:
    """The commands of a question and the dialogue after it; None where the wish is none."""
    intents = wish.intents
    if not intents - {Intent.WISH} and _FOLLOW_UP.match(reading.folded) and before.last and wish.has_details:
        intents = intents | _followed_up(wish, before)
    if Intent.MINE in intents:
        return (ShowAppointments(),), thread
    asks_hours = Topic.HOURS in reading.heard.topics and bool(reading.stylists) and not wish.services
    asks_hours = asks_hours or (thread.service is None and _asks_presence(wish, reading))
    if Intent.SCHEDULE in intents or (asks_hours and not intents & {Intent.BOOK, Intent.RECORD, Intent.AVAILABILITY}):
        same_days = before.window if Intent.SCHEDULE not in wish.intents and before.last is Intent.SCHEDULE else None
        found = _schedule(wish, thread, reading, same_days)
        if found is not None:
            return found
    if Intent.PRICE in intents:
        return _prices(wish, intents, thread, reading, ground)
    if Intent.EXPLAIN in intents:
        found = _explain(wish, thread, reading)
        if found is not None:
            return found
    if Intent.LIST in intents and not intents & {Intent.BOOK, Intent.AVAILABILITY} and not wish.when:
        found = _prices(wish, intents, thread, reading, ground)
        return found if found[0] else None
    return None


def _asks_presence(wish: Wish, reading: Reading) -> bool:
    """«Сергей сегодня есть?»: the person, perhaps a day, and nothing else."""
    if wish.services or not wish.stylists or wish.when.exact_time or any(who.is_towards for who in wish.stylists):
        return False
    known = [(who.start, who.end) for who in wish.stylists] + [(span[0], span[1]) for span in wish.when.spans]
    rest = blank(reading.folded, known)[wish.start : wish.end]
    return _IS_THERE.fullmatch(" ".join(rest.split())) is not None


def _followed_up(wish: Wish, before: Thread) -> set[Intent]:
    """«А педикюр?» after a price, «а Марина?» after a schedule: the same question about something else."""
    if before.last in (Intent.PRICE, Intent.EXPLAIN) and wish.services and not wish.when:
        return {before.last}
    if before.last is Intent.SCHEDULE and not wish.services and (wish.stylists or wish.when):
        return {Intent.SCHEDULE}
    return set()


def _schedule(wish: Wish, thread: Thread, reading: Reading, same_days: Window | None) -> _Answer | None:
    """`same_days`: those of the question that this one only continues («а Ольга?»)."""
    people = [mention.value for mention in wish.stylists or reading.stylists or reading.strangers]
    pronoun = says_same(reading.folded) or _DONE_BY.search(reading.folded) or _FOLLOW_UP.match(reading.folded)
    if not people and pronoun and thread.stylist:
        people = [thread.stylist]
    if not people and thread.spoken_of and _DONE_BY.search(reading.folded):
        people = [thread.spoken_of]
    if not people:
        return None
    days: When | Window = wish.when if wish.when.date_from or same_days is None else same_days
    commands = tuple(
        ShowSchedule(stylist=name, date_from=days.date_from, date_to=days.date_to) for name in dict.fromkeys(people)
    )
    window = replace(thread.window, date_from=days.date_from, date_to=days.date_to) if days.date_from else thread.window
    return commands, replace(thread, stylist=people[0], window=window, last=Intent.SCHEDULE)


def _prices(
    wish: Wish, intents: frozenset[Intent] | set[Intent], thread: Thread, reading: Reading, ground: Ground
) -> _Answer:
    spoken_of = wish.stylists[0].value if wish.stylists else thread.spoken_of
    after = replace(thread, last=Intent.PRICE, spoken_of=spoken_of)
    category = find_category(reading.text[wish.start : wish.end], ground.catalogue)
    wants_all = bool(_ALL_PRICES.search(reading.folded[wish.start : wish.end]))
    mentioned = wish.services or (reading.services if not category and not wants_all else ())
    if category and wants_all and not any(mention.service and len(mention.words.split()) > 1 for mention in mentioned):
        return (ListServices(category=category),), after
    if mentioned:
        commands = tuple(ListServices(service=mention.value) for mention in mentioned)
        return commands, replace(after, service=mentioned[0].value)
    if category:
        return (ListServices(category=category),), after
    if wants_all:
        return (ListServices(),), after
    if reading.strange_in(wish) or not intents & {Intent.PRICE}:
        return (), thread
    return (ListServices(service=thread.service),), after


def _explain(wish: Wish, thread: Thread, reading: Reading) -> _Answer | None:
    mentioned = wish.services or reading.services
    names = [mention.value for mention in mentioned]
    if not names and thread.service and not reading.strange_in(wish):
        names = [thread.service]
    if not names:
        return None
    commands = tuple(ExplainService(service=name) for name in dict.fromkeys(names))
    day = wish.when.as_window() if wish.when.date_from else thread.window
    return commands, replace(thread, service=names[0], window=day, last=Intent.EXPLAIN)

"""A message, read: who, what and when, cut into the separate things it asks for.

In: a customer's text, the catalogue, the present moment. Out: a Reading with its Wishes in order. What the words
mean in this dialogue («в 12» after an offer, «да» after a question) is not decided here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from salonbot.assistant.offline.attacks import without_attacks
from salonbot.assistant.offline.cues import Heard, hear
from salonbot.assistant.offline.everyday import LITTLE_WORDS
from salonbot.assistant.offline.grouping import CORRECTION, Wish, cut_into_wishes
from salonbot.assistant.offline.introductions import find_phone, introduced
from salonbot.assistant.offline.services import ServiceMention, find_services
from salonbot.assistant.offline.stylists import (
    StylistMention,
    find_strangers,
    find_stylists,
    says_another,
    says_anyone,
)
from salonbot.assistant.offline.when import When, read_when
from salonbot.assistant.offline.words import blank, clean, fold, tokens
from salonbot.model.salon import Catalogue

_NOT_THIS: Final = re.compile(
    r"\bне (?!могл?и? бы|раньше|позже|ранее|позднее|знаю|важно)(?:(?:на|в|во|к|ко|у|с) )?(?:\w+ ?){1,3}?,? (?:а|"
    r"но)\b|\bвместо \w+(?: \w+борода?)?|"
    r"\bnot (?:(?:a|an|the|on|at|with|to) )?(?:\w+ ?){1,2}?,? but\b|\binstead of (?:(?:a|an|the) )?\w+"
)
_NOT_WHEN: Final = re.compile(
    r"\bкак(?:ой|ое|ая) (?:\w+ )?(?:сегодня|завтра) (?:день|число|дата)\b|\bwhat (?:day|date|time) is it\b|"
    r"\b\d{1,2} ?(?:лет|годик\w*|года?|years?(?: old)?|месяц\w*|yo|y\.o\.)\b|\b\d[\d ]{2,6} ?(?:р\b|руб\w*|₽|"
    r"rub\w*|\$|евро|€|тыс\w*)|"
    r"[$€₽] ?\d+|\b(?:на|для)? ?(?:двоих|троих|четверых)\b|\b\d+ (?:человек\w*|people|persons|раз\w*|times)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A whole message."""

    text: str
    folded: str
    heard: Heard
    wishes: tuple[Wish, ...]
    services: tuple[ServiceMention, ...]
    stylists: tuple[StylistMention, ...]
    strangers: tuple[StylistMention, ...]
    """Common names that are nobody's here, with no sign whether a stylist is meant."""
    when: When
    name: str | None
    """The customer's (or their guest's) name, where it was volunteered."""
    phone: str | None
    anyone: bool
    another: bool
    is_correction: bool
    is_attack: bool
    """Some of the text spoke to the machine, not to the salon; it was not read."""
    strange: tuple[tuple[int, str], ...]
    """Words that nothing explains, with their places."""
    explained: tuple[tuple[int, int], ...]
    """Places read as services, stylists, times, a phone or a greeting."""

    @property
    def has_details(self) -> bool:
        return bool(self.services or self.stylists or self.when)

    @property
    def is_question(self) -> bool:
        return "?" in self.text

    def strange_in(self, wish: Wish) -> int:
        """How many words of a wish nothing explains."""
        return sum(wish.start <= place < wish.end for place, _ in self.strange)


def read(raw: str, catalogue: Catalogue, now: datetime) -> Reading:
    """What a customer's message says, by itself. `now` is aware, in the salon's zone."""
    text, is_attack = without_attacks(clean(raw))
    folded = fold(text)
    anyone = says_anyone(folded)
    # «К тому, кто свободен» asks for no free time
    heard = hear(blank(folded, anyone))
    phone = find_phone(text)
    hidden = list(heard.topic_spans)
    if phone:
        hidden.append(phone[1:])
    name = introduced(blank(text, hidden))
    if name:
        hidden.append((name.start, name.end))
    for_people = blank(text, [*hidden, *(found.span() for found in _NOT_THIS.finditer(folded))])
    services = _not_denied(find_services(for_people, catalogue), folded)
    stylists = find_stylists(blank(for_people, [(m.start, m.end) for m in services]), catalogue)
    mentions = [(m.start, m.end) for m in services] + [(m.start, m.end) for m in stylists]
    # A word in place of each mention: «к … в среду» must not become «к среде».
    no_times = [found.span() for found in _NOT_WHEN.finditer(folded)]
    for_when = blank(blank(text, [*hidden, *no_times]), mentions, ink="ъ")
    when = read_when(for_when, now=now)
    explained = (*hidden, *mentions, *((span[0], span[1]) for span in when.spans))
    wishes = cut_into_wishes(text, folded, for_when, heard, services, stylists, when, now)
    return Reading(
        text=text,
        folded=folded,
        heard=heard,
        wishes=wishes,
        services=services,
        stylists=stylists,
        strangers=find_strangers(blank(text, explained), catalogue),
        when=when,
        name=name.name if name else None,
        phone=phone[0] if phone else None,
        anyone=bool(anyone),
        another=says_another(folded),
        is_correction=bool(CORRECTION.search(folded)) or bool(_NOT_THIS.search(folded)),
        is_attack=is_attack,
        strange=_strange(text, explained, heard),
        explained=explained,
    )


def _not_denied(services: tuple[ServiceMention, ...], folded: str) -> tuple[ServiceMention, ...]:
    """«Не маникюр, педикюр»: without the one said no to, where another is named."""
    wanted = tuple(m for m in services if not re.search(r"\b(?:не|not)(?: на| a| the)? $", folded[: m.start]))
    return wanted or services


def _strange(text: str, explained: Iterable[tuple[int, int]], heard: Heard) -> tuple[tuple[int, str], ...]:
    cues = [(cue.start, cue.end) for cue in heard.cues]
    return tuple(
        (token.start, token.text)
        for token in tokens(blank(text, [*explained, *cues]))
        if token.text[0].isalpha() and len(token.text) > 1 and token.text not in LITTLE_WORDS
    )

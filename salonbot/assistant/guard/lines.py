"""A sentence with what the grammar reads in it, read once for all checks."""

from dataclasses import dataclass
from datetime import datetime

from salonbot.assistant.guard.sentences import Sentence
from salonbot.assistant.offline.services import ServiceMention, find_services
from salonbot.assistant.offline.stylists import StylistMention, find_stylists
from salonbot.assistant.offline.when import Offer, read_offers
from salonbot.model.salon import Catalogue, Service


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence and its readings."""

    sentence: Sentence
    mentions: tuple[ServiceMention, ...]
    people: tuple[StylistMention, ...]
    offers: tuple[Offer, ...]
    """Clock times at which something starts, with their days."""

    @property
    def services(self) -> tuple[Service, ...]:
        """The catalogue's services it speaks of."""
        found: list[Service] = []
        for mention in self.mentions:
            found += [mention.service] if mention.service else list(mention.candidates)
        return tuple(dict.fromkeys(found))


def line_of(sentence: Sentence, catalogue: Catalogue, now: datetime) -> Line:
    """The sentence, read."""
    text = sentence.text
    return Line(sentence, find_services(text, catalogue), find_stylists(text, catalogue), read_offers(text, now=now))

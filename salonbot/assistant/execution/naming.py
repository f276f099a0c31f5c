"""A command's words against the catalogue: exact title or alias first, then the matcher that reads customers' texts.

In: what stands in a command's `service`, `stylist` or `name`. Out: what it is, or what it could be.
"""

import unicodedata
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

from salonbot.assistant.offline import services, stylists
from salonbot.assistant.offline.words import tokens
from salonbot.model.salon import Catalogue, Service, Stylist

LONGEST_MENTION = 80
LONGEST_NAME = 60
CLOSEST = 3
LEAST_LIKENESS = 60.0
"""Of 100: below this a title is not worth naming as "perhaps you mean"."""


@dataclass(frozen=True, slots=True)
class ServiceMatch:
    """What words mean as a service. `exact` is None where they are not a title or an alias word for word."""

    mention: str
    exact: Service | None
    candidates: tuple[Service, ...]
    """What the words could mean: `exact` alone, or one or several that must be asked about, or none."""

    @property
    def only(self) -> Service | None:
        """The one service it can be: good enough to show, not to book."""
        return self.candidates[0] if len(self.candidates) == 1 else None


def match_service(words: str, catalogue: Catalogue) -> ServiceMatch:
    """What these words mean in this catalogue."""
    mention = shortened(words)
    key = _key(words)
    titled = [service for service in catalogue.services if _key(service.title) == key]
    called = titled or [s for s in catalogue.services if key in {_key(alias) for alias in s.aliases}]
    if len(called) == 1:
        return ServiceMatch(mention, called[0], (called[0],))
    meant = tuple(called) or services.candidates_for(mention, catalogue) or _containing(mention, catalogue)
    return ServiceMatch(mention, None, meant)


def closest_services(words: str, catalogue: Catalogue) -> tuple[Service, ...]:
    """Services whose titles or aliases look like these words, the most alike first."""
    names = [(name, service) for service in catalogue.services for name in (service.title, *service.aliases)]
    found = process.extract(
        shortened(words),
        [name for name, _ in names],
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=LEAST_LIKENESS,
        limit=None,
    )
    return tuple(dict.fromkeys(names[index][1] for _, _, index in found))[:CLOSEST]


def match_stylist(words: str, catalogue: Catalogue) -> Stylist | None:
    """The one stylist these words name, in any case or short form; None for a stranger or for several."""
    key = _key(words)
    exact = [stylist for stylist in catalogue.stylists if key in {_key(n) for n in (stylist.name, *stylist.aliases)}]
    found = tuple(exact) or stylists.stylists_for(shortened(words), catalogue)
    return found[0] if len(found) == 1 else None


def match_category(words: str, catalogue: Catalogue) -> str | None:
    """The category these words name, as the catalogue writes it."""
    key = _key(words)
    exact = next((service.category for service in catalogue.services if _key(service.category) == key), None)
    return exact or services.find_category(shortened(words), catalogue)


def sensible_name(words: str, catalogue: Catalogue) -> str | None:
    """A person's name fit for the salon's books, or None: a link, a number or a service is nobody's name."""
    name = " ".join(words.split())
    is_written_as_name = all(_is_name_character(char) for char in name) and any(char.isalpha() for char in name)
    if not is_written_as_name or len(name) > LONGEST_NAME:
        return None
    return None if match_service(name, catalogue).exact else name


def shortened(words: str) -> str:
    """One line, at most LONGEST_MENTION characters: what may be repeated to a customer."""
    return " ".join(words.split())[:LONGEST_MENTION]


def _containing(words: str, catalogue: Catalogue) -> tuple[Service, ...]:
    """Services whose title or an alias holds all of these words, in whatever form («детскую»)."""
    said = _stems(words)
    if not said:
        return ()
    return tuple(s for s in catalogue.services if any(said <= _stems(name) for name in (s.title, *s.aliases)))


def _stems(words: str) -> frozenset[str]:
    return frozenset(token.stem for token in tokens(words) if len(token.text) > 2)


def _is_name_character(char: str) -> bool:
    return char.isalpha() or char in " -'’." or unicodedata.category(char) == "Mn"


def _key(words: str) -> str:
    return " ".join(words.casefold().replace("ё", "е").split())

"""People and services a text speaks of that the salon does not have.

To say that somebody does not work here, or that a thing is not done, is fine; so is to ask.
"""

import re
from collections.abc import Iterator
from typing import Final

from salonbot.assistant.guard.findings import Finding, Kind
from salonbot.assistant.guard.lines import Line
from salonbot.assistant.guard.support import Support
from salonbot.assistant.offline.names import case_forms
from salonbot.assistant.offline.stylists import find_strangers, find_stylists
from salonbot.assistant.offline.words import fold, stem, tokens
from salonbot.model.dialogue import Situation

_PRICED_ITEM: Final = re.compile(
    r"^\W*(?P<name>[^\W\d][^\d\n:–—]{2,60}?)\s*(?:[–—:]|-|\bот\b|\bза\b|\bfrom\b)\s*(?:от |from )?"
    r"\d[\d .,–—-]*(?:₽|руб|р\.|rub|usd|eur|\$|€)",
    re.IGNORECASE,
)
_LABEL: Final = re.compile(r"(?:цена|стоимость|итого|всего|price|cost|total)\b")
_TITLED: Final = re.compile(
    r"\b(?:мастер|барбер|стилист|парикмахер)(?:а|у|ом|е)?\s+([А-ЯЁ][а-яё]+)|\b(?:stylist|barber|master)\s+([A-Z][a-z]+)"
)


def strangers(line: Line, support: Support, situation: Situation) -> Iterator[Finding]:
    """Names of people who do not work here."""
    sentence = line.sentence
    if sentence.is_negated or sentence.is_question:
        return
    own = {form for name in support.names for word in name.split() for form in case_forms(word)}
    known = own | support.vocabulary
    mentions = [*find_strangers(sentence.text, situation.catalogue)]
    mentions += [
        mention
        for mention in line.people
        if mention.is_towards and mention.stylist is None and not mention.candidates and not mention.name.isascii()
    ]
    spans = {(mention.start, mention.end) for mention in mentions}
    spans |= {found.span(found.lastindex or 0) for found in _TITLED.finditer(sentence.text)}
    for start, end in sorted(spans):
        word = sentence.text[start:end]
        is_ours = any(
            mention.stylist or mention.candidates for mention in find_stylists(f"к {word}", situation.catalogue)
        )
        if word[0].isupper() and not is_ours and fold(word) not in known and stem(fold(word)) not in known:
            yield Finding(Kind.STYLIST, word)


def wrong_hands(line: Line, support: Support) -> Iterator[Finding]:
    """A time told of one stylist that the outcomes give to another."""
    named = {mention.stylist.name for mention in line.people if mention.stylist}
    if len(named) != 1 or not support.whose:
        return
    (name,) = named
    known = {clock for _, clock in support.whose}
    for offer in line.offers:
        if offer.at in known and (name, offer.at) not in support.whose:
            yield Finding(Kind.STYLIST, f"{name}, {offer.at:%H:%M}")


def unknown_services(line: Line, support: Support) -> Iterator[Finding]:
    """Things the salon is said to do and does not."""
    sentence, mentions = line.sentence, line.mentions
    if sentence.is_negated or sentence.is_question:
        return
    for mention in mentions:
        words = sentence.text[mention.start : mention.end]
        if mention.service is None and not mention.candidates and stem(fold(words)) not in support.salon_words:
            yield Finding(Kind.SERVICE, words)
    item = _PRICED_ITEM.match(sentence.text)
    if item is not None and not any(mention.service or mention.candidates for mention in mentions):
        name = item["name"].strip()
        stems = [token.stem for token in tokens(name) if len(token.text) > 3]
        if stems and not _LABEL.match(fold(name)) and not any(one in support.salon_words for one in stems):
            yield Finding(Kind.SERVICE, name)

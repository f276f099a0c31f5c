"""`check`: one pass over a text, every sort of claim held against one Support. Pure; a millisecond."""

import re
import unicodedata
from typing import Final

from salonbot.assistant.guard.claims import claims, speaks_of_a_deed
from salonbot.assistant.guard.contacts import contacts
from salonbot.assistant.guard.findings import Finding, Kind
from salonbot.assistant.guard.lines import line_of
from salonbot.assistant.guard.marks import leaks, marks
from salonbot.assistant.guard.money import durations, prices
from salonbot.assistant.guard.names import strangers, unknown_services, wrong_hands
from salonbot.assistant.guard.sentences import sentences
from salonbot.assistant.guard.support import support_of
from salonbot.assistant.guard.when import dates, times
from salonbot.assistant.offline.words import fold
from salonbot.model.dialogue import Situation
from salonbot.model.outcomes import Outcome
from salonbot.model.salon import Service

SHORTEST_QUOTE: Final = 20
"""Characters from which a line of the salon's is a sentence and not a title."""
_QUOTED: Final = "·"
_LOOK_ALIKES: Final = str.maketrans("aceopxyABCEHKMOPTXкУ", "асеорхуАВСЕНКМОРТХкУ")
_MIXED: Final = re.compile(r"\b(?=\w*[а-яёА-ЯЁ])(?=\w*[a-zA-Z])\w+\b")


def check(
    text: str, *, situation: Situation, outcomes: tuple[Outcome, ...], private: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    """Every claim of the text that neither outcomes nor the salon's own facts support; empty where all is well.

    `private` are texts of which no part may be seen.
    """
    plain = _plain(text)
    if not any(char.isalnum() for char in plain) and not _is_sign(plain):
        return (Finding(Kind.EMPTY, text[:60]),)
    support = support_of(situation, outcomes)
    found = [*marks(plain), *leaks(plain, private), *contacts(plain, support, situation)]
    pieces = sentences(_without_quotes(plain, support.salon_words))
    is_deed_told = any(speaks_of_a_deed(piece) for piece in pieces)
    context: tuple[Service, ...] = ()
    for piece in pieces:
        line = line_of(piece, situation.catalogue, situation.now)
        found += claims(piece, support)
        found += times(line, support, situation.now, is_deed_told=is_deed_told)
        found += dates(piece, support, situation.now, is_deed_told=is_deed_told)
        found += prices(line, support, situation, context)
        found += durations(line, support, situation, context)
        found += strangers(line, support, situation)
        found += wrong_hands(line, support)
        found += unknown_services(line, support)
        context = line.services or context
    return tuple(dict.fromkeys(found))


def _plain(text: str) -> str:
    """The text as a reader sees it: nothing invisible, no look-alike letters inside a word, one kind of space."""
    visible = "".join(
        char for char in text if char == "\n" or unicodedata.category(char) not in ("Cf", "Cc", "Co", "Cs")
    )
    spaced = re.sub(r"[^\S\n]", " ", visible)
    return _MIXED.sub(lambda found: found.group().translate(_LOOK_ALIKES), spaced)


def _without_quotes(text: str, salon_words: str) -> str:
    """The text without what the salon says of itself word for word: «окрашивание в один тон» is no clock time."""
    folded = fold(text)
    for line in re.split(r"\n|; |\. ", salon_words):
        start = folded.find(line) if len(line) >= SHORTEST_QUOTE else -1
        while start >= 0:
            text = text[:start] + _QUOTED * len(line) + text[start + len(line) :]
            start = folded.find(line, start + len(line))
    return text


def _is_sign(text: str) -> bool:
    """An emoji alone is an answer too."""
    return any(unicodedata.category(char) == "So" for char in text)

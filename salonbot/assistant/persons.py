"""Words of the salon's own by which a customer asks for a person: heard whichever brain has understood the rest."""

from collections.abc import Sequence
from dataclasses import replace

from salonbot.assistant.offline.words import clean, tokens
from salonbot.model.commands import HandOver
from salonbot.model.dialogue import Topic, Understanding

MOST_COMMANDS = 4


def asks_for_person(text: str, phrases: Sequence[str]) -> bool:
    """Whether one of the phrases stands in the text, word after word, in any form («жалоба» in «у меня жалобу …»)."""
    said = [token.stem for token in tokens(clean(text))]
    for phrase in phrases:
        wanted = [token.stem for token in tokens(clean(phrase))]
        length = len(wanted)
        if wanted and any(said[at : at + length] == wanted for at in range(len(said) - length + 1)):
            return True
    return False


def heard(understanding: Understanding, text: str, phrases: Sequence[str]) -> Understanding:
    """The understanding with the wish for a person, where the text has it and the brain has not heard it."""
    if not asks_for_person(text, phrases) or any(isinstance(one, HandOver) for one in understanding.commands):
        return understanding
    return replace(
        understanding,
        commands=(*understanding.commands[: MOST_COMMANDS - 1], HandOver()),
        topics=tuple(topic for topic in understanding.topics if topic is not Topic.UNCLEAR),
        reply=None,
    )

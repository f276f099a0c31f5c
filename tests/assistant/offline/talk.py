"""Short hand for the offline brain's tests: a message, what was said before it, what was understood."""

from typing import Any

from salonbot.assistant.offline.stage_one import understanding
from salonbot.model.dialogue import Understanding
from salonbot.model.messages import Author, Utterance
from tests.assistant.arbat import NOW, at, situation


def history(*said: str) -> tuple[Utterance, ...]:
    """«> …» is the customer's, anything else the salon's."""
    return tuple(
        Utterance(Author.CUSTOMER if text.startswith("> ") else Author.SALON, text.removeprefix("> "), at(NOW))
        for text in said
    )


def understood(text: str, *said: str, **changed: Any) -> Understanding:
    """What the offline brain makes of a message after what was said, on Monday, 23 November 2026, at 10:00."""
    return understanding(situation(text, history=history(*said), **changed))

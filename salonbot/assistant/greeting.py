"""The salon's own greeting: whether it is said in this turn, and that it says nothing untrue. Pure, but for the log."""

from dataclasses import dataclass, replace

import structlog

from salonbot.assistant.claude.prompts import private_lines
from salonbot.assistant.guard import Finding, check
from salonbot.assistant.offline.stage_one import speaks_russian
from salonbot.model.dialogue import Situation

log = structlog.get_logger()

LONGEST_LINE = 160
"""Characters of a greeting and an answer that still read well as one line."""


@dataclass(frozen=True, slots=True)
class Greetings:
    """What the owner wants said first; empty: the house's own greeting by the time of day."""

    russian: str = ""
    english: str = ""


def opened(situation: Situation, greetings: Greetings) -> Situation:
    """The situation with the greeting the customer's language has, at the first answer of a day.

    One that states what neither catalogue nor profile say is left out: the house's own is said instead.
    """
    greeting = greetings.russian if speaks_russian(situation) else greetings.english
    if situation.greeted_today or not greeting:
        return situation
    if findings := unsupported(greeting, situation):
        log.warning("greeting_refused", salon=situation.salon.id, findings=sorted({one.kind.value for one in findings}))
        return situation
    return replace(situation, greeted_today=True, opening=greeting)


def unsupported(greeting: str, situation: Situation) -> tuple[Finding, ...]:
    """What the greeting claims without support, whoever the customer is and whatever they said."""
    nobody = replace(situation, text="", history=(), customer=None, memory=None)
    return check(greeting, situation=nobody, outcomes=(), private=private_lines())


def with_opening(text: str, situation: Situation) -> str:
    """The answer behind the greeting."""
    if not situation.opening:
        return text
    is_line = "\n" not in situation.opening + text and len(situation.opening) + len(text) < LONGEST_LINE
    return f"{situation.opening}{' ' if is_line else chr(10) * 2}{text}"

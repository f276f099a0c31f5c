"""How a turn gets its text: composed, tidied, checked; refused once and worded anew; else the plain text goes."""

from dataclasses import replace
from typing import Protocol, runtime_checkable

import structlog

from salonbot.assistant.brain import Brain
from salonbot.assistant.claude.prompts import private_lines
from salonbot.assistant.guard.check import check
from salonbot.assistant.guard.findings import Finding, Kind
from salonbot.assistant.guard.tidying import tidy
from salonbot.model.dialogue import Claim, Composition, Refused, Situation, Understanding
from salonbot.model.outcomes import Outcome

log = structlog.get_logger()


@runtime_checkable
class SecondChance(Protocol):
    """A brain whose text may be refused: it can word it anew, and has a plain one behind it."""

    async def reword(
        self,
        situation: Situation,
        understanding: Understanding,
        outcomes: tuple[Outcome, ...],
        refused: str,
        findings: tuple[str, ...],
    ) -> Composition:
        """Another text, the findings known."""

    async def plain(
        self, situation: Situation, understanding: Understanding, outcomes: tuple[Outcome, ...]
    ) -> Composition:
        """The text made of the outcomes alone."""


async def compose_guarded(
    brain: Brain, situation: Situation, understanding: Understanding, outcomes: tuple[Outcome, ...]
) -> Composition:
    """A text that says nothing unsupported, with the cost of all attempts and what was wrong with those refused."""
    composition = _checked(await brain.compose(situation, understanding, outcomes), situation, outcomes)
    if composition.refused and isinstance(brain, SecondChance) and composition.brain != "offline":
        shown = tuple(str(Finding(Kind(claim.kind), claim.quote)) for claim in composition.refused[-1].claims)
        again = await brain.reword(situation, understanding, outcomes, composition.text, shown)
        composition = _after(composition, _checked(again, situation, outcomes))
        if composition.refused[1:] and composition.brain != "offline":
            plain = await brain.plain(situation, understanding, outcomes)
            composition = _after(composition, _checked(plain, situation, outcomes))
    return _gone(composition)


def _checked(composition: Composition, situation: Situation, outcomes: tuple[Outcome, ...]) -> Composition:
    text = tidy(composition.text)
    findings = check(text, situation=situation, outcomes=outcomes, private=private_lines())
    if not findings:
        return replace(composition, text=text)
    log.warning("text_refused", brain=composition.brain, findings=sorted({one.kind.value for one in findings}))
    refused = Refused(
        brain=composition.brain,
        text=text,
        claims=tuple(Claim(finding.kind.value, finding.quote) for finding in findings),
    )
    return replace(composition, text=text, refused=(refused,))


def _after(earlier: Composition, composition: Composition) -> Composition:
    usage, refused = earlier.usage + composition.usage, earlier.refused + composition.refused
    return replace(composition, usage=usage, refused=refused)


def _gone(composition: Composition) -> Composition:
    """A text made of the outcomes alone goes whatever the guard thinks; what it thinks is kept."""
    refused = tuple(replace(one, went_out=one.text == composition.text) for one in composition.refused)
    return replace(composition, refused=refused)

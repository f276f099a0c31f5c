"""How a turn gets its text: composed, tidied, checked; refused once and worded anew; else the plain text goes."""

from dataclasses import replace
from typing import Protocol, runtime_checkable

import structlog

from salonbot.assistant.brain import Brain
from salonbot.assistant.claude.prompts import private_lines
from salonbot.assistant.guard.check import check
from salonbot.assistant.guard.findings import Finding
from salonbot.assistant.guard.tidying import tidy
from salonbot.model.dialogue import Composition, Situation, Understanding
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
    """A text that says nothing unsupported, with the cost of all attempts."""
    composition = _tidied(await brain.compose(situation, understanding, outcomes))
    findings = _findings(composition, situation, outcomes)
    if findings and isinstance(brain, SecondChance) and composition.brain != "offline":
        shown = tuple(str(finding) for finding in findings)
        spent = composition.usage
        composition = _tidied(await brain.reword(situation, understanding, outcomes, composition.text, shown))
        composition = replace(composition, usage=spent + composition.usage)
        findings = _findings(composition, situation, outcomes)
    if findings and isinstance(brain, SecondChance) and composition.brain != "offline":
        plain = _tidied(await brain.plain(situation, understanding, outcomes))
        composition = replace(plain, usage=composition.usage + plain.usage)
        # Made of the outcomes alone, it goes whatever the guard thinks; what it thinks is logged.
        _findings(composition, situation, outcomes)
    return composition


def _tidied(composition: Composition) -> Composition:
    return replace(composition, text=tidy(composition.text))


def _findings(composition: Composition, situation: Situation, outcomes: tuple[Outcome, ...]) -> tuple[Finding, ...]:
    findings = check(composition.text, situation=situation, outcomes=outcomes, private=private_lines())
    if findings:
        kinds = sorted({finding.kind.value for finding in findings})
        log.warning("text_refused", brain=composition.brain, findings=kinds)
    return findings

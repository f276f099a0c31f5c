"""ClaudeBrain: understand and compose by the Messages API, one call each at best.

A bare yes to a pending move or cancellation asks nobody: code knows what it confirms. Small talk costs one call, for
stage 1 may answer it. Everything that goes wrong leaves as ClaudeUnavailable, within the stage's and the turn's time.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from salonbot.assistant.brain import Brain
from salonbot.assistant.claude import prompts, telling
from salonbot.assistant.claude.asking import Meter, Question, ask, pseudonym
from salonbot.assistant.claude.consent import is_bare_yes, pending_yes
from salonbot.assistant.claude.faults import ClaudeUnavailable, Trouble
from salonbot.assistant.claude.reading import Nonsense, Reading, read
from salonbot.assistant.claude.schema import UNDERSTANDING
from salonbot.assistant.claude.settling import confirmed_command, settled
from salonbot.clock import Clock
from salonbot.model.dialogue import Composition, Memory, Situation, Understanding
from salonbot.model.outcomes import Outcome

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

UNDERSTAND_TOKENS: Final = 800
COMPOSE_TOKENS: Final = 2000
"""A long price list in Cyrillic takes about 1,500."""
SHOWN_AGAIN: Final = 2000
"""Characters of a refused answer that the model is shown for its repair."""
SHORTEST_STAGE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLimits:
    """Seconds each stage may take in all, retries and repair included."""

    understand: float = 8.0
    compose: float = 9.0
    left_after_understanding: float = 4.0
    """What of the turn's budget stage 1 leaves for execution and a text."""
    left_after_composing: float = 1.0


class ClaudeBrain:
    """Satisfies Brain. One per salon over the process's one client, or one for all: it keeps no state."""

    def __init__(
        self,
        client: "AsyncAnthropic",
        *,
        drafts: Brain,
        clock: Clock,
        salt: bytes,
        model: str = "claude-haiku-5-5",
        compose_model: str | None = None,
        limits: StageLimits = StageLimits(),
    ) -> None:
        self._client = client
        self._drafts = drafts
        """Writes the plain text that stage 2 improves: the offline brain."""
        self._clock = clock
        self._salt = salt
        self._model = model
        self._compose_model = compose_model or model
        self._limits = limits

    @property
    def name(self) -> str:
        return "claude"

    async def understand(self, situation: Situation) -> Understanding:
        """Stage 1. Raises ClaudeUnavailable."""
        pending = pending_yes(situation)
        if pending is not None and is_bare_yes(situation.text):
            memory = situation.memory or Memory()
            command = confirmed_command(pending)
            return Understanding(commands=(command,), memory=replace(memory, misunderstood=0), brain=self.name)
        meter = Meter()
        question = Question(
            stage="understand",
            model=self._model,
            system=_told("understand", situation),
            messages=(("user", telling.to_understand(situation)),),
            longest_answer=UNDERSTAND_TOKENS,
            schema=UNDERSTANDING,
            user_id=self._user(situation),
        )
        until = self._until(situation, self._limits.understand, self._limits.left_after_understanding)
        reading = await self._reading(question, situation, until, meter)
        return replace(settled(reading, situation), usage=meter.spent)

    async def _reading(self, question: Question, situation: Situation, until: float, meter: Meter) -> Reading:
        """The answer, parsed; a bad one is shown to the model once."""
        text = await ask(self._client, question, until=until, meter=meter)
        try:
            return read(text, situation)
        except Nonsense as nonsense:
            complaint = f"Your answer was refused: {nonsense}. Give the whole JSON object again."
            again = (("assistant", text[:SHOWN_AGAIN]), ("user", complaint))
        question = replace(question, messages=(*question.messages, *again))
        text = await ask(self._client, question, until=until, meter=meter)
        try:
            return read(text, situation)
        except Nonsense as nonsense:
            raise ClaudeUnavailable(Trouble.NONSENSE, str(nonsense), usage=meter.spent) from nonsense

    async def compose(
        self, situation: Situation, understanding: Understanding, outcomes: tuple[Outcome, ...]
    ) -> Composition:
        """Stage 2, or stage 1's own reply where nothing was done. Raises ClaudeUnavailable."""
        if understanding.reply is not None and not understanding.commands and not outcomes:
            return Composition(text=understanding.reply, brain=self.name)
        return await self._worded(situation, understanding, outcomes, None)

    async def reword(
        self,
        situation: Situation,
        understanding: Understanding,
        outcomes: tuple[Outcome, ...],
        refused: str,
        findings: tuple[str, ...],
    ) -> Composition:
        """Stage 2 once more, shown what was found wrong with a text. Raises ClaudeUnavailable."""
        return await self._worded(situation, understanding, outcomes, (refused, findings))

    async def _worded(
        self,
        situation: Situation,
        understanding: Understanding,
        outcomes: tuple[Outcome, ...],
        refused: tuple[str, tuple[str, ...]] | None,
    ) -> Composition:
        draft = await self._drafts.compose(situation, replace(understanding, reply=None), outcomes)
        meter = Meter()
        question = Question(
            stage="compose" if refused is None else "reword",
            model=self._compose_model,
            system=_told("compose", situation),
            messages=(("user", telling.to_compose(situation, outcomes, understanding.topics, draft.text, refused)),),
            longest_answer=COMPOSE_TOKENS,
            user_id=self._user(situation),
        )
        until = self._until(situation, self._limits.compose, self._limits.left_after_composing)
        text = await ask(self._client, question, until=until, meter=meter)
        return Composition(text=text, brain=self.name, usage=meter.spent)

    def _until(self, situation: Situation, longest: float, reserve: float) -> float:
        """When the stage must end, by the loop's clock. Raises ClaudeUnavailable where there is no time to begin."""
        seconds = longest
        if situation.answer_by is not None:
            left = (situation.answer_by - self._clock.now()).total_seconds() - reserve
            seconds = min(longest, left)
        if seconds < SHORTEST_STAGE_SECONDS:
            raise ClaudeUnavailable(Trouble.SLOW, "the turn has no time left")
        return asyncio.get_running_loop().time() + seconds

    def _user(self, situation: Situation) -> str | None:
        return None if situation.customer is None else pseudonym(situation.customer.chat, self._salt)


def _told(stage: prompts.Stage, situation: Situation) -> tuple[str, ...]:
    """The stable blocks, most general first."""
    salon = prompts.description(situation.salon, situation.catalogue)
    return (prompts.rules(stage), salon, *prompts.manner(situation.tone))

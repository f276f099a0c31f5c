"""The brain that tries Claude and falls back to the offline brain: no customer waits for a model that is away.

In: what any brain gets. Out: what any brain gives, with the cost of failed attempts kept. A turn that the offline brain
understood is composed by it too. `tell_owner` is told where an episode begins and ends; `state` is for /status.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

import structlog

from salonbot.assistant.brain import Brain
from salonbot.assistant.claude.breaker import Breaker, BreakerStatus, Episode
from salonbot.assistant.claude.budget import DailyBudget
from salonbot.assistant.claude.faults import ClaudeUnavailable
from salonbot.clock import Clock
from salonbot.model.alerts import Alert, AlertKind, News, Recovered
from salonbot.model.dialogue import Composition, Situation, Understanding, Usage
from salonbot.model.outcomes import Outcome

log = structlog.get_logger()

UNDERSTAND, COMPOSE = "understand", "compose"
"""The stages the breaker tells apart."""


class Rewording(Brain, Protocol):
    """A brain that can word a refused text anew."""

    async def reword(
        self,
        situation: Situation,
        understanding: Understanding,
        outcomes: tuple[Outcome, ...],
        refused: str,
        findings: tuple[str, ...],
    ) -> Composition:
        """Stage 2 once more. Raises BrainUnavailable."""


def watched_breaker(clock: Clock, tell_owner: Callable[[News], None]) -> Breaker:
    """A breaker whose episodes the owner hears of: once when Claude goes, once when it is back."""

    def away(episode: Episode) -> None:
        log.warning("claude_away", trouble=episode.trouble.value, detail=episode.detail)
        kind = AlertKind.CLAUDE_AWAY
        tell_owner(Alert(kind=kind, detail=episode.detail, needs_owner=episode.trouble.needs_owner))

    def answers() -> None:
        tell_owner(Recovered(kind=AlertKind.CLAUDE_AWAY))

    def back(episode: Episode) -> None:
        log.info("claude_back", since=episode.since.isoformat())
        answers()

    return Breaker(clock, on_open=away, on_close=back, on_first=answers)


class Relay:
    """Satisfies Brain. One per salon; breaker and budget are the process's."""

    def __init__(
        self,
        claude: Rewording,
        offline: Brain,
        *,
        breaker: Breaker,
        budget: DailyBudget,
        tell_owner: Callable[[News], None],
    ) -> None:
        self._claude = claude
        self._offline = offline
        self._breaker = breaker
        self._budget = budget
        self._tell_owner = tell_owner

    @property
    def name(self) -> str:
        return "claude"

    def state(self) -> BreakerStatus:
        """Whether Claude is being asked, for the status page."""
        return self._breaker.status()

    async def understand(self, situation: Situation) -> Understanding:
        """Claude's understanding, or the offline brain's with what the attempt cost."""
        if not await self._may_ask(situation):
            return await self._offline.understand(situation)
        try:
            with self._breaker.call(UNDERSTAND):
                understanding = await self._claude.understand(situation)
        except ClaudeUnavailable as failure:
            await self._note(situation, failure, UNDERSTAND)
            plain = await self._offline.understand(situation)
            return replace(plain, usage=failure.usage + plain.usage)
        await self._paid(situation, understanding.usage, UNDERSTAND)
        return understanding

    async def compose(
        self, situation: Situation, understanding: Understanding, outcomes: tuple[Outcome, ...]
    ) -> Composition:
        """Claude's wording where Claude understood, the offline brain's else."""
        if understanding.reply is not None and not understanding.commands and not outcomes:
            # Stage 1 has answered already: nobody is asked.
            return Composition(text=understanding.reply, brain=understanding.brain)
        return await self._worded(
            situation, understanding, outcomes, lambda: self._claude.compose(situation, understanding, outcomes)
        )

    async def reword(
        self,
        situation: Situation,
        understanding: Understanding,
        outcomes: tuple[Outcome, ...],
        refused: str,
        findings: tuple[str, ...],
    ) -> Composition:
        """Another wording after a check, or the offline brain's text."""
        return await self._worded(
            situation,
            understanding,
            outcomes,
            lambda: self._claude.reword(situation, understanding, outcomes, refused, findings),
        )

    async def plain(
        self, situation: Situation, understanding: Understanding, outcomes: tuple[Outcome, ...]
    ) -> Composition:
        """The offline brain's text, without asking anybody."""
        return await self._offline.compose(situation, replace(understanding, reply=None), outcomes)

    async def _worded(
        self,
        situation: Situation,
        understanding: Understanding,
        outcomes: tuple[Outcome, ...],
        ask: Callable[[], Awaitable[Composition]],
    ) -> Composition:
        if understanding.brain == self._offline.name or not await self._may_ask(situation):
            return await self.plain(situation, understanding, outcomes)
        try:
            with self._breaker.call(COMPOSE):
                composition = await ask()
        except ClaudeUnavailable as failure:
            await self._note(situation, failure, COMPOSE)
            text = await self.plain(situation, understanding, outcomes)
            return replace(text, usage=failure.usage + text.usage)
        await self._paid(situation, composition.usage, COMPOSE)
        return composition

    async def _may_ask(self, situation: Situation) -> bool:
        if not self._breaker.admits():
            return False
        if not await self._budget.is_spent(situation):
            return True
        if await self._budget.is_first_notice(situation):
            log.warning("claude_budget_spent", salon=situation.salon.id)
            self._tell_owner(Alert(kind=AlertKind.BUDGET_SPENT, salon=situation.salon.id))
        return False

    async def _paid(self, situation: Situation, usage: tuple[Usage, ...], stage: str) -> None:
        if usage:
            self._breaker.succeeded(stage)
            await self._budget.count(situation, usage)

    async def _note(self, situation: Situation, failure: ClaudeUnavailable, stage: str) -> None:
        log.warning("claude_unavailable", stage=stage, trouble=failure.trouble.value, detail=str(failure))
        await self._budget.count(situation, failure.usage)

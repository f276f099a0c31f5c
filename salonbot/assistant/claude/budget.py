"""What Claude may cost a salon a day, in the salon's own days."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

import structlog

from salonbot.assistant.claude.models import CARDS, cost_of
from salonbot.model.dialogue import Situation, Usage
from salonbot.model.salon import SalonId

log = structlog.get_logger()


class Spending(Protocol):
    """What earlier runs of the program spent: the journal knows."""

    async def spent_today(self, salon: SalonId) -> float:
        """USD of the salon's current local day, as recorded."""


class NoSpending:
    """Nothing is recorded: the demo, the chat, the tests."""

    async def spent_today(self, salon: SalonId) -> float:
        return 0.0


@dataclass(slots=True)
class _Day:
    day: date
    before: float
    """Spent before this process first asked, USD."""
    since: float = 0.0
    is_told: bool = False


class DailyBudget:
    """Counts what this process spends on top of what was recorded when it first asked that day."""

    def __init__(self, limit_usd: float, spending: Spending) -> None:
        self._limit = limit_usd
        self._spending = spending
        self._days: dict[SalonId, _Day] = {}
        self._unknown: set[str] = set()

    async def is_spent(self, situation: Situation) -> bool:
        """Whether the salon's local day has no money left."""
        day = await self._day(situation)
        limit = self._limit if situation.daily_budget_usd is None else situation.daily_budget_usd
        return day.before + day.since >= limit

    async def count(self, situation: Situation, usage: tuple[Usage, ...]) -> None:
        """Add what these calls cost."""
        for one in usage:
            if one.model not in CARDS and one.model not in self._unknown:
                self._unknown.add(one.model)
                log.warning("model_price_unknown", model=one.model, counted_as="the dearest known")
        if usage:
            (await self._day(situation)).since += cost_of(usage)

    async def is_first_notice(self, situation: Situation) -> bool:
        """True once per salon and day: for telling the owner."""
        day = await self._day(situation)
        is_first, day.is_told = not day.is_told, True
        return is_first

    async def _day(self, situation: Situation) -> _Day:
        salon, today = situation.salon.id, situation.now.date()
        known = self._days.get(salon)
        if known is not None and known.day == today:
            return known
        before = await self._spending.spent_today(salon)
        # Another turn may have asked meanwhile: what it counted must not be lost.
        known = self._days.get(salon)
        if known is None or known.day != today:
            known = self._days[salon] = _Day(today, before)
        return known

"""What Claude has cost, read from the turns in the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from salonbot.assistant.claude.models import cost_of
from salonbot.clock import Clock
from salonbot.journal.turns import Turns
from salonbot.model.salon import SalonId


@dataclass(frozen=True, slots=True)
class Costs:
    """A salon's local day so far."""

    usd: float
    turns: int
    bookings: int

    @property
    def usd_per_turn(self) -> float | None:
        """None before the day's first turn."""
        return self.usd / self.turns if self.turns else None

    @property
    def usd_per_booking(self) -> float | None:
        """None before the day's first booking."""
        return self.usd / self.bookings if self.bookings else None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Satisfies `claude.budget.Spending`."""

    turns: Turns
    clock: Clock
    zones: Mapping[SalonId, ZoneInfo]

    async def spent_today(self, salon: SalonId) -> float:
        """USD of the salon's current local day, as recorded."""
        return (await self.today(salon)).usd

    async def today(self, salon: SalonId) -> Costs:
        """The salon's local day so far."""
        now = self.clock.now().astimezone(self.zones[salon])
        day = await self.turns.day(salon, datetime.combine(now.date(), time(), now.tzinfo))
        return Costs(usd=cost_of(day.usage), turns=day.turns, bookings=day.bookings)

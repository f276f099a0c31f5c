"""One customer's conversation as execution sees it: commands in, outcomes out, memory and contact kept meanwhile."""

from dataclasses import replace
from typing import TypeVar

from salonbot.assistant.execute import Execution, execute, try_again
from salonbot.booking.system import BookingSystem, Guest
from salonbot.clock import Clock
from salonbot.model.commands import Command
from salonbot.model.dialogue import Memory, Understanding
from salonbot.model.outcomes import Outcome, RequestNoted
from tests.booking.salon import MOSCOW

T = TypeVar("T")


class Talk:
    """Keeps what `turns` would keep."""

    def __init__(self, booking: BookingSystem, clock: Clock, guest: Guest, *, needs_phone: bool = True) -> None:
        self.booking = booking
        self.clock = clock
        self.guest = guest
        self.memory = Memory()
        self.needs_phone = needs_phone
        self.turn = 0

    async def execution(self, *commands: Command, phone: str | None = None, choice: int | None = None) -> Execution:
        """Execute one turn without keeping what came of it, as before a crash."""
        return await execute(
            Understanding(commands=commands, memory=self.memory, phone=phone, choice=choice),
            booking=self.booking,
            guest=self.guest,
            now=self.clock.now().astimezone(MOSCOW),
            key_prefix=f"{self.guest.chat}-{self.turn}",
            needs_phone=self.needs_phone,
        )

    async def again(self, noted: RequestNoted) -> Execution | None:
        """A noted request once more."""
        return await try_again(
            noted,
            booking=self.booking,
            guest=self.guest,
            memory=self.memory,
            now=self.clock.now().astimezone(MOSCOW),
            needs_phone=self.needs_phone,
        )

    async def says(
        self, *commands: Command, phone: str | None = None, choice: int | None = None
    ) -> tuple[Outcome, ...]:
        """One turn's outcomes."""
        done = await self.execution(*commands, phone=phone, choice=choice)
        self.turn += 1
        self.memory = done.memory
        self.guest = replace(
            self.guest, name=done.name or self.guest.name, told_phone=done.phone or self.guest.told_phone
        )
        return done.outcomes

    async def hears(self, kind: type[T], *commands: Command, phone: str | None = None, choice: int | None = None) -> T:
        """The one outcome of a turn, which is of that kind."""
        (outcome,) = await self.says(*commands, phone=phone, choice=choice)
        assert isinstance(outcome, kind), outcome
        return outcome

"""What a brain is: it reads a situation and names commands; it reads outcomes and writes to the customer."""

from typing import Protocol

from salonbot.model.dialogue import Composition, Situation, Understanding
from salonbot.model.outcomes import Outcome


class Brain(Protocol):
    """Understands and composes; does nothing itself. Raises BrainUnavailable when it cannot answer now."""

    @property
    def name(self) -> str:
        """Short, for the journal and the log: `offline`, `claude`."""

    async def understand(self, situation: Situation) -> Understanding:
        """Stage 1: the customer's words into typed commands, at most four, in the order to execute them."""

    async def compose(
        self, situation: Situation, understanding: Understanding, outcomes: tuple[Outcome, ...]
    ) -> Composition:
        """Stage 2: outcomes (one per command, same order) into the customer's text; without commands, for topics."""

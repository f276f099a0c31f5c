"""The offline brain: understands and composes with our own grammar and texts. No key, no network, no waiting."""

from salonbot.assistant.offline.compose import compose
from salonbot.assistant.offline.stage_one import understanding
from salonbot.model.dialogue import Composition, Situation, Understanding
from salonbot.model.outcomes import Outcome


class OfflineBrain:
    """Satisfies `Brain`. Never unavailable; a turn takes milliseconds."""

    @property
    def name(self) -> str:
        return "offline"

    async def understand(self, situation: Situation) -> Understanding:
        """Stage 1: the customer's words into commands."""
        return understanding(situation)

    async def compose(
        self, situation: Situation, understanding: Understanding, outcomes: tuple[Outcome, ...]
    ) -> Composition:
        """Stage 2: what came of them, told to the customer."""
        return Composition(text=compose(situation, understanding, outcomes))

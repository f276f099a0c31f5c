"""What is known of each model: its prices and the parameters it takes.

Source: platform.claude.com, models overview, pricing, thinking-troubleshooting, read 2026-11. Prices are for prompts up
to 100,000 tokens; ours stay under 30,000.
"""

from dataclasses import dataclass
from typing import Literal

from salonbot.model.dialogue import Usage

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class ModelCard:
    """USD per million tokens, and how to keep the model from thinking at length."""

    input: float
    output: float
    cache_read: float
    cache_write: float
    thinking: Literal["disabled", "between_tools"] | None = None
    """None: the model decides by itself, and thinking counts towards max_tokens."""
    takes_effort: bool = True

    def cost(self, usage: Usage) -> float:
        """USD of one call."""
        return (
            usage.input_tokens * self.input
            + usage.cached_tokens * self.cache_read
            + usage.cache_write_tokens * self.cache_write
            + usage.output_tokens * self.output
        ) / MILLION


CARDS = {
    "claude-haiku-5-5": ModelCard(0.10, 0.50, 0.01, 0.125, thinking="disabled"),
    # Sonnet 5.5 has no "disabled"; without tools there is nothing to think between.
    "claude-sonnet-5-5": ModelCard(2.0, 10.0, 0.20, 2.50, thinking="between_tools"),
    "claude-opus-5-5": ModelCard(4.0, 20.0, 0.40, 5.0),
    "claude-fable-5-1": ModelCard(10.0, 50.0, 1.0, 12.5),
}
UNKNOWN = ModelCard(10.0, 50.0, 1.0, 12.5, takes_effort=False)
"""A model we have no card for is counted as the dearest, and asked for nothing it might refuse."""


def card_of(model: str) -> ModelCard:
    """The model's card, or UNKNOWN."""
    return CARDS.get(model, UNKNOWN)


def cost_of(usage: tuple[Usage, ...]) -> float:
    """USD of these calls together."""
    return sum(card_of(one.model).cost(one) for one in usage)

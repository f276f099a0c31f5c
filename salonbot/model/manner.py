"""How a salon speaks to its customers: what its owner may choose."""

from enum import StrEnum


class Tone(StrEnum):
    """The salon's voice. What is true is the same in all of them."""

    WARM = "warm"
    """Kind and short: the house's own."""
    FORMAL = "formal"
    """Reserved and courteous, without emoji or exclamation."""
    BRIEF = "brief"
    """The fewest words that say it."""
    PLAYFUL = "playful"
    """Light, with a smile and at most one emoji."""

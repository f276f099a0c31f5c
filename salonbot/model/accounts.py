"""Who may open the pages."""

from dataclasses import dataclass
from typing import NewType

from salonbot.model.salon import SalonId

AccountId = NewType("AccountId", int)


@dataclass(frozen=True, slots=True)
class Account:
    """One person with a password, or the holder of the token."""

    id: AccountId | None
    """None for the token, which is nobody's own."""
    name: str
    is_owner: bool
    """Owners see every salon, and make accounts for others."""
    salons: frozenset[SalonId] = frozenset()
    """Those that an account which is not the owner's may see."""
    language: str = ""
    """Of the pages; empty: what the browser asks for."""

    def may_see(self, salon: str) -> bool:
        """Whether that salon's pages are open to them."""
        return self.is_owner or salon in self.salons

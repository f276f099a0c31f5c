"""One salon of the process, built: what `daemon` makes of a `[[salon]]` table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from salonbot.config.plan import SalonPlan
from salonbot.model.salon import SalonId
from salonbot.turns.reception import Reception
from salonbot.whatsapp.session import Session


@dataclass(frozen=True, slots=True)
class Tenant:
    """One salon, built."""

    plan: SalonPlan
    session: Session
    reception: Reception


class Receptions(Mapping[SalonId, Reception]):
    """Receptions by salon, as the tenants stand now."""

    def __init__(self, tenants: Mapping[SalonId, Tenant]) -> None:
        self._tenants = tenants

    def __getitem__(self, salon: SalonId) -> Reception:
        return self._tenants[salon].reception

    def __iter__(self) -> Iterator[SalonId]:
        return iter(self._tenants)

    def __len__(self) -> int:
        return len(self._tenants)

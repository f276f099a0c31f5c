"""One salon of the process, built: what `salons` makes of a `[[salon]]` table."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from salonbot.config.plan import SalonPlan
from salonbot.errors import SalonClosed
from salonbot.model.salon import SalonId
from salonbot.turns.changes import Changes
from salonbot.turns.frontdesk import FrontDesk
from salonbot.turns.reception import Reception
from salonbot.whatsapp.session import Session

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Tenant:
    """One salon, built."""

    plan: SalonPlan
    session: Session
    reception: Reception
    desk: FrontDesk
    """For the salon's own people."""
    changes: Changes | None = None
    """Of a salon on YClients: what the salon itself does to its customers' visits."""


class OfTenants(Mapping[SalonId, T_co], Generic[T_co]):
    """Something of every salon, as the tenants stand now. Raises SalonClosed for one that is none of them."""

    def __init__(self, tenants: Mapping[SalonId, Tenant], part: Callable[[Tenant], T_co]) -> None:
        self._tenants = tenants
        self._part = part

    def __getitem__(self, salon: SalonId) -> T_co:
        try:
            return self._part(self._tenants[salon])
        except KeyError:
            raise SalonClosed(salon) from None

    def __iter__(self) -> Iterator[SalonId]:
        return iter(self._tenants)

    def __len__(self) -> int:
        return len(self._tenants)

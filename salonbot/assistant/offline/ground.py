"""What stays the same while a message is read: the catalogue, the moment, the salon's facts."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from salonbot.model.salon import Catalogue, SalonProfile


@dataclass(frozen=True, slots=True)
class Ground:
    """The firm ground under a dialogue."""

    catalogue: Catalogue
    salon: SalonProfile
    now: datetime
    """Aware, in the salon's zone."""

    @property
    def zone(self) -> ZoneInfo:
        return self.salon.zone

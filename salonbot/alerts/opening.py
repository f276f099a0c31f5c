"""From the configuration to who is told and how."""

from datetime import time
from zoneinfo import ZoneInfo

from salonbot.alerts.deciding import Rules
from salonbot.alerts.desk import Owner
from salonbot.alerts.quiet import QuietHours
from salonbot.config.load import Loaded
from salonbot.model.alerts import AlertKind, Severity
from salonbot.model.salon import SalonId

NIGHT = (time(22), time(8))
URGENT = frozenset(kind for kind in AlertKind if kind.severity is Severity.URGENT)


def owner_of(salon: SalonId | None, loaded: Loaded) -> Owner:
    """Who is told of that salon's matters; None: of the house's, in the zone of its first salon."""
    zones = {plan.profile.id: plan.profile.zone for plan in loaded.salons}
    zone = zones.get(salon) if salon else None
    return Owner(Rules(QuietHours(*NIGHT, zone or _first(zones)), URGENT), {})


def _first(zones: dict[SalonId, ZoneInfo]) -> ZoneInfo:
    return next(iter(zones.values()))

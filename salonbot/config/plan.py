"""A salon as the rooms use it: the settings of one `[[salon]]` table, cross-checked, in the words of the trade."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from salonbot.config.hours import Week
from salonbot.config.salon_settings import CalendarSettings, YClientsSettings
from salonbot.model.salon import Catalogue, SalonProfile, StylistId


@dataclass(frozen=True, slots=True)
class SalonPlan:
    """One salon. Services and stylists have the ids of their settings, else their titles and names in small letters."""

    profile: SalonProfile
    catalogue: Catalogue
    working_hours: Mapping[StylistId, Week]
    """Of every stylist: seven days, Monday first; each day's hours ascending, without overlap; empty is a day off."""
    days_off: Mapping[StylistId, frozenset[date]]
    """Of every stylist: local dates without work, whatever the week says."""
    calendar: CalendarSettings
    yclients: YClientsSettings | None = None
    """Where appointments live in YClients; None: in the embedded calendar."""

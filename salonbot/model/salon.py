"""What a salon is and offers: profile, services, stylists, working days."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NewType
from zoneinfo import ZoneInfo

SalonId = NewType("SalonId", str)
ServiceId = NewType("ServiceId", str)
StylistId = NewType("StylistId", str)


@dataclass(frozen=True, slots=True)
class PriceRange:
    """A price in minor currency units (kopecks, cents); `low == high` for a fixed price."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Service:
    """One thing a customer can book."""

    id: ServiceId
    title: str
    duration: timedelta
    price: PriceRange | None = None
    category: str = ""
    description: str = ""
    aliases: tuple[str, ...] = ()
    """Other words customers use for it, as the salon knows them; any case and form."""


@dataclass(frozen=True, slots=True)
class Stylist:
    """A person who serves customers."""

    id: StylistId
    name: str
    services: frozenset[ServiceId] = frozenset()
    aliases: tuple[str, ...] = ()
    """Diminutives and other spellings («Серёжа», "Sergey")."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Services and stylists of one salon, in the salon's own order."""

    services: tuple[Service, ...]
    stylists: tuple[Stylist, ...]

    def __hash__(self) -> int:
        """Of the ids alone: what was read of a text is kept by catalogue, and asked for hundreds of times in a turn."""
        return hash((*(service.id for service in self.services), *(stylist.id for stylist in self.stylists)))

    def service(self, service_id: ServiceId) -> Service | None:
        """The service of that id, or None if it is no longer offered."""
        return next((s for s in self.services if s.id == service_id), None)

    def stylist(self, stylist_id: StylistId) -> Stylist | None:
        """The stylist of that id, or None if they have left."""
        return next((s for s in self.stylists if s.id == stylist_id), None)

    def service_titled(self, title: str) -> Service | None:
        """The service with exactly this title, upper and lower case alike."""
        return next((s for s in self.services if s.title.casefold() == title.casefold()), None)

    def stylist_named(self, name: str) -> Stylist | None:
        """The stylist with exactly this name, upper and lower case alike."""
        return next((s for s in self.stylists if s.name.casefold() == name.casefold()), None)

    def stylists_for(self, service_id: ServiceId) -> tuple[Stylist, ...]:
        """Who does that service, in the salon's order."""
        return tuple(s for s in self.stylists if service_id in s.services)


@dataclass(frozen=True, slots=True)
class Hours:
    """An interval of one local day, [start, end)."""

    start: time
    end: time


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """When a stylist works on one local day; empty `hours` is a day off."""

    day: date
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class SalonProfile:
    """What the bot may say about the salon itself."""

    id: SalonId
    name: str
    zone: ZoneInfo
    address: str = ""
    phone: str = ""
    currency: str = "RUB"
    """ISO 4217; two minor digits are assumed."""
    hours_note: str = ""
    """Opening hours in the salon's own words («Вт-Вс 10:00-20:00»)."""
    website: str = ""
    notes: tuple[str, ...] = field(default=())
    """Facts the bot may repeat word for word (parking, payment), one sentence each."""

    def local(self, moment: datetime) -> datetime:
        """An aware moment in the salon's own zone."""
        return moment.astimezone(self.zone)

"""The salon behind the loopback YClients: who works when, what is booked, and what can be. Decides, never waits.

All times are naive wall times of the salon, as YClients keeps them. Between looking whether a time is free and taking
it nothing is awaited, so of two calls for the same time exactly one gets it.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from salonbot.model.salon import Catalogue, Hours, SalonProfile, StylistId

DEFAULT_SECONDS = 3600
FIRST_RECORD = 700_001


class CalendarRules(Protocol):
    """How soon and on which grid visits start."""

    @property
    def grid_minutes(self) -> int: ...
    @property
    def lead_minutes(self) -> int: ...


class Plan(Protocol):
    """What a salon of the configuration offers: enough to open the same one here."""

    @property
    def profile(self) -> SalonProfile: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def working_hours(self) -> Mapping[StylistId, tuple[tuple[Hours, ...], ...]]: ...
    @property
    def days_off(self) -> Mapping[StylistId, frozenset[date]]: ...
    @property
    def calendar(self) -> CalendarRules: ...


class Busy(Exception):
    """The time is taken or nobody works then."""


@dataclass(slots=True)
class Service:
    id: int
    title: str
    seconds: int
    price_min: float = 0
    price_max: float = 0
    category_id: int = 1
    comment: str = ""
    weight: int = 0
    parts: tuple[int, ...] = ()
    """Of a composite service: what it is booked by."""


@dataclass(slots=True)
class Stylist:
    id: int
    name: str
    services: set[int]
    week: tuple[tuple[Hours, ...], ...]
    days_off: set[date] = field(default_factory=set)
    weight: int = 0
    seconds: dict[int, int] = field(default_factory=dict)
    """Services this one does in another time than usual."""
    prices: dict[int, tuple[float, float]] = field(default_factory=dict)
    hidden: bool = False


@dataclass(slots=True)
class Client:
    id: int
    name: str
    phone: str


@dataclass(slots=True)
class Record:
    id: int
    staff_id: int
    services: list[dict[str, object]]
    start: datetime
    seconds: int
    client: Client | None
    comment: str = ""
    api_id: str = ""
    attendance: int = 0
    deleted: bool = False
    hash: str | None = None
    """Given by book_record alone."""
    online: bool = False
    created: datetime = field(default_factory=lambda: datetime(2026, 1, 1))  # noqa: DTZ001 - wall time
    changed: datetime = field(default_factory=lambda: datetime(2026, 1, 1))  # noqa: DTZ001
    extra: dict[str, object] = field(default_factory=dict)
    """Fields of the salon's own people: colours, labels, breaks."""

    @property
    def visit_id(self) -> int:
        return self.id + 1_000_000

    @property
    def end(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)

    @property
    def takes_time(self) -> bool:
        return not self.deleted and self.attendance != -1


class Salon:
    """One company."""

    def __init__(self, company_id: int, now: Callable[[], datetime]) -> None:
        self.id = company_id
        self.title = "Салон"
        self.zone = ZoneInfo("Europe/Moscow")
        self.address = ""
        self.phone = ""
        self.phone_confirmation = False
        self.may_delete_online = True
        self.code = "1234"
        self.blacklist: set[str] = set()
        self.grid = timedelta(minutes=30)
        self.delay = timedelta()
        self.categories: dict[int, str] = {}
        self.services: dict[int, Service] = {}
        self.stylists: dict[int, Stylist] = {}
        self.clients: dict[int, Client] = {}
        self.records: dict[int, Record] = {}
        self._now = now

    def seed(self, plan: Plan) -> None:
        """Open with the services, stylists and hours of a configured salon; numeric ids are kept, others are given."""
        self.title, self.zone = plan.profile.name, plan.profile.zone
        self.address, self.phone = plan.profile.address, plan.profile.phone
        self.grid = timedelta(minutes=plan.calendar.grid_minutes)
        self.delay = timedelta(minutes=plan.calendar.lead_minutes)
        catalogue = plan.catalogue
        names = list(dict.fromkeys(service.category or "Услуги" for service in catalogue.services))
        self.categories = dict(enumerate(names, start=1))
        service_ids = _numbered([str(one.id) for one in catalogue.services], 101)
        for weight, service in enumerate(reversed(catalogue.services), start=1):
            number, price = service_ids[str(service.id)], service.price
            self.services[number] = Service(
                id=number,
                title=service.title,
                seconds=int(service.duration.total_seconds()),
                price_min=price.low / 100 if price else 0,
                price_max=price.high / 100 if price else 0,
                category_id=names.index(service.category or "Услуги") + 1,
                comment=service.description,
                weight=weight,
            )
        stylist_ids = _numbered([str(one.id) for one in catalogue.stylists], 501)
        for weight, stylist in enumerate(reversed(catalogue.stylists), start=1):
            number = stylist_ids[str(stylist.id)]
            self.stylists[number] = Stylist(
                id=number,
                name=stylist.name,
                services={service_ids[str(service)] for service in stylist.services},
                week=plan.working_hours[stylist.id],
                days_off=set(plan.days_off[stylist.id]),
                weight=weight,
            )

    def wall_now(self) -> datetime:
        """The salon's wall clock."""
        return self._now().astimezone(self.zone).replace(tzinfo=None)

    def aware(self, wall: datetime) -> datetime:
        """A wall time with the salon's offset."""
        return wall.replace(tzinfo=self.zone)

    def seconds(self, staff_id: int, services: Sequence[int]) -> int:
        """How long these services take that stylist."""
        own = self.stylists[staff_id].seconds
        return sum(own.get(one, self.services[one].seconds) for one in services) or DEFAULT_SECONDS

    def able(self, services: Sequence[int]) -> Iterator[Stylist]:
        """Who does all of them."""
        return (one for one in self.stylists.values() if not one.hidden and set(services) <= one.services)

    def hours(self, staff_id: int, day: date) -> tuple[Hours, ...]:
        """Working hours of one day."""
        stylist = self.stylists[staff_id]
        return () if day in stylist.days_off else stylist.week[day.weekday()]

    def starts(self, staff_id: int, services: Sequence[int], day: date) -> list[datetime]:
        """Free starts of the online booking."""
        seconds = self.seconds(staff_id, services) if staff_id in self.stylists else 0
        return [wall for wall in self._grid(staff_id, services, day) if self.is_clear(staff_id, wall, seconds)]

    def is_offered(self, staff_id: int, services: Sequence[int], start: datetime) -> bool:
        """Whether the online booking would take it."""
        is_possible = start in self._grid(staff_id, services, start.date())
        return is_possible and self.is_clear(staff_id, start, self.seconds(staff_id, services))

    def _grid(self, staff_id: int, services: Sequence[int], day: date) -> Iterator[datetime]:
        """Starts at which the visit fits the hours, taken or not."""
        stylist = self.stylists.get(staff_id)
        if stylist is None or stylist.hidden or not set(services) <= stylist.services:
            return
        length = timedelta(seconds=self.seconds(staff_id, services))
        for hours in self.hours(staff_id, day):
            wall = datetime.combine(day, hours.start)
            while wall + length <= datetime.combine(day, hours.end):
                if wall >= self.wall_now() + self.delay:
                    yield wall
                wall += self.grid

    def is_clear(self, staff_id: int, start: datetime, seconds: int, *, ignoring: int | None = None) -> bool:
        """Whether no record overlaps."""
        end = start + timedelta(seconds=seconds)
        return not any(
            one.takes_time and one.staff_id == staff_id and one.id != ignoring and one.start < end and start < one.end
            for one in self.records.values()
        )

    def works(self, staff_id: int, start: datetime, seconds: int) -> bool:
        """Whether the visit lies within the stylist's hours."""
        end = start + timedelta(seconds=seconds)
        return any(
            datetime.combine(start.date(), hours.start) <= start and end <= datetime.combine(start.date(), hours.end)
            for hours in self.hours(staff_id, start.date())
        )

    def client(self, name: str, phone: str) -> Client:
        """The client of that phone, or a new one; whoever has no phone is always new."""
        known = next((one for one in self.clients.values() if phone and one.phone == phone), None)
        if known is None:
            known = Client(300_001 + len(self.clients), name, phone)
            self.clients[known.id] = known
        return known

    def add(
        self,
        staff_id: int,
        services: Sequence[int],
        start: datetime,
        client: Client | None,
        *,
        seconds: int | None = None,
        if_busy: bool = False,
        online: bool = False,
    ) -> Record:
        """Write a record. Raises Busy, unless it may lie over others."""
        seconds = seconds or self.seconds(staff_id, services)
        if not if_busy and not (self.works(staff_id, start, seconds) and self.is_clear(staff_id, start, seconds)):
            raise Busy
        record = Record(
            id=FIRST_RECORD + len(self.records),
            staff_id=staff_id,
            services=[self.as_sold(one) for one in services],
            start=start,
            seconds=seconds,
            client=client,
            hash=secrets.token_hex(16) if online else None,
            online=online,
            created=self.wall_now(),
            changed=self.wall_now(),
        )
        self.records[record.id] = record
        return record

    def as_sold(self, service_id: int) -> dict[str, object]:
        """A service as it stands in a record."""
        service = self.services[service_id]
        return {
            "id": service.id,
            "title": service.title,
            "cost": service.price_min,
            "first_cost": service.price_min,
            "discount": 0,
            "amount": 1,
        }


def _numbered(ids: Sequence[str], first: int) -> dict[str, int]:
    """A number for each id: its own where all are numbers."""
    if all(one.isascii() and one.isdecimal() for one in ids):
        return {one: int(one) for one in ids}
    return {one: first + position for position, one in enumerate(ids)}


def utc_seconds(moment: datetime) -> int:
    """Unix seconds of an aware moment."""
    return int(moment.astimezone(UTC).timestamp())


def wall_time(text: object, zone: ZoneInfo) -> datetime:
    """What a client sent as a start: naive is the salon's wall clock, an offset is converted. Raises ValueError."""
    said = datetime.fromisoformat(str(text))
    return said if said.tzinfo is None else said.astimezone(zone).replace(tzinfo=None)


def clock(wall: time) -> str:
    """`10:00`."""
    return f"{wall:%H:%M}"

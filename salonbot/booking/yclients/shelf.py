"""What the salon offers: company card, services, stylists, who does what in how long for how much.

Read once before first use, then again every half hour in the background (`keep_fresh`). While YClients is away the last
reading is served, with one warning: names and prices change seldom, free times are never taken from here.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import structlog

from salonbot.booking.yclients import wire
from salonbot.booking.yclients.errors import Forbidden, Unauthorised
from salonbot.booking.yclients.online import Online
from salonbot.clock import Clock
from salonbot.config.plan import SalonPlan
from salonbot.config.salons import MINOR_UNITS, tidy
from salonbot.errors import BookingUnavailable
from salonbot.model.salon import Catalogue, PriceRange, SalonProfile, Service, ServiceId, Stylist, StylistId

log = structlog.get_logger()

USUAL = timedelta(hours=1)
"""A service whose length nobody tells; YClients itself takes an hour then."""


@dataclass(frozen=True, slots=True)
class Offer:
    """How one stylist does one service."""

    duration: timedelta
    price: PriceRange | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """One reading of all that."""

    profile: SalonProfile
    catalogue: Catalogue
    offers: Mapping[tuple[StylistId, ServiceId], Offer]
    parts: Mapping[ServiceId, tuple[str, ...]]
    """Of composite services: the services they are booked by."""
    needs_code: bool
    """The online booking wants a code sent by SMS, or an e-mail address: neither can be had over WhatsApp."""
    read_at: datetime

    @property
    def zone(self) -> ZoneInfo:
        """Whose wall clock YClients' times are."""
        return self.profile.zone

    def booked_by(self, service: ServiceId) -> tuple[str, ...]:
        """The ids that are sent for this service."""
        return self.parts.get(service, (str(service),))

    def offer(self, stylist: StylistId, service: ServiceId) -> Offer | None:
        """How that stylist does that service; None where they do not."""
        return self.offers.get((stylist, service))


class CatalogueShelf:
    """The last reading."""

    def __init__(self, plan: SalonPlan, online: Online, clock: Clock) -> None:
        self._plan = plan
        self._online = online
        self._clock = clock
        self._stock: Stock | None = None
        self._reading = asyncio.Lock()
        self._is_away = False

    async def stock(self) -> Stock:
        """The last reading, or the first. Raises BookingUnavailable where there is none yet and cannot be."""
        if self._stock is None:
            async with self._reading:
                if self._stock is None:
                    self._stock = await self._read()
        return self._stock

    async def keep_fresh(self, every: timedelta) -> None:
        """Read again and again, until cancelled."""
        while True:
            await self._clock.sleep(every.total_seconds())
            await self.refresh()

    async def refresh(self) -> None:
        """Read again; where that cannot be done the last reading stays."""
        try:
            stock = await self._read()
        except BookingUnavailable as error:
            if not self._is_away:
                age = None if self._stock is None else str(self._clock.now() - self._stock.read_at)
                log.warning("yclients_catalogue_stale", reason=str(error), age=age)
            self._is_away = True
        else:
            if self._is_away:
                log.info("yclients_catalogue_fresh_again")
            self._is_away, self._stock = False, stock

    async def _read(self) -> Stock:
        company = await self._card()
        services, categories = await self._online.services()
        staff = [one for one in await self._online.staff() if not (one.hidden or one.fired or one.status)]
        does: dict[str, dict[str, wire.Service]] = {}
        for one in staff:
            of_one, _ = await self._online.services(one.id)
            does[one.id] = {service.id: service for service in of_one}
        return compiled(self._plan, company, services, categories, staff, does, self._clock.now())

    async def _card(self) -> wire.Company:
        """The company's card; where these tokens may not see it, an empty one: the configuration says the same."""
        try:
            return await self._online.company()
        except (Unauthorised, Forbidden) as refused:
            log.warning("yclients_card_refused", said=refused.said)
            return wire.Company(id=str(self._plan.yclients.company_id if self._plan.yclients else 0))


def compiled(
    plan: SalonPlan,
    company: wire.Company,
    services: Sequence[wire.Service],
    categories: Sequence[wire.Category],
    staff: Sequence[wire.Staff],
    does: Mapping[str, Mapping[str, wire.Service]],
    now: datetime,
) -> Stock:
    """One reading out of YClients' answers, in the salon's own order: heavier first."""
    offers: dict[tuple[StylistId, ServiceId], Offer] = {}
    parts = {ServiceId(service.id): service.parts for service in services if service.parts}
    for one in staff:
        for service in services:
            offer = _offer(service, does[one.id])
            if offer is not None:
                offers[StylistId(one.id), ServiceId(service.id)] = offer
    heavier = sorted(staff, key=lambda one: -one.weight)
    stylists = tuple(_stylist(one, offers, plan) for one in heavier)
    rank = {category.id: (-category.weight, position) for position, category in enumerate(categories)}
    ordered = sorted(
        (service for service in services if service.active and tidy(service.title)),
        key=lambda service: (rank.get(service.category_id, (1, 0)), -service.weight),
    )
    titles = {category.id: category.title for category in categories}
    return Stock(
        profile=_profile(plan, company),
        catalogue=Catalogue(
            tuple(_service(service, titles, offers, plan) for service in ordered),
            tuple(stylist for stylist in stylists if stylist.services),
        ),
        offers=offers,
        parts=parts,
        needs_code=company.phone_confirmation or company.booking_email_required,
        read_at=now,
    )


def _offer(service: wire.Service, does: Mapping[str, wire.Service]) -> Offer | None:
    """How a stylist does this service, given what they do; a composite one only where they do all of its parts."""
    of_parts = [does.get(part) for part in service.parts]
    own = does.get(service.id)
    if (own is None and not of_parts) or None in of_parts:
        return None
    seconds = own.seance_length if own else 0
    seconds = seconds or sum(part.seance_length for part in of_parts if part)
    return Offer(timedelta(seconds=seconds) if seconds else USUAL, _price(own or service))


def _service(
    wired: wire.Service,
    categories: Mapping[str, str],
    offers: Mapping[tuple[StylistId, ServiceId], Offer],
    plan: SalonPlan,
) -> Service:
    service_id = ServiceId(wired.id)
    durations = [offer.duration for (_, service), offer in offers.items() if service == service_id]
    namesake = plan.catalogue.service_titled(tidy(wired.title))
    return Service(
        id=service_id,
        title=tidy(wired.title),
        # The shortest: what nobody does faster may not keep a customer from a start that a stylist has.
        duration=min(durations, default=USUAL),
        price=_price(wired),
        category=tidy(categories.get(wired.category_id, "")),
        description=" ".join(wired.comment.split()) or (namesake.description if namesake else ""),
        aliases=namesake.aliases if namesake else (),
    )


def _stylist(wired: wire.Staff, offers: Mapping[tuple[StylistId, ServiceId], Offer], plan: SalonPlan) -> Stylist:
    stylist_id = StylistId(wired.id)
    namesake = plan.catalogue.stylist_named(tidy(wired.name))
    does = frozenset(service for stylist, service in offers if stylist == stylist_id)
    return Stylist(stylist_id, tidy(wired.name), does, namesake.aliases if namesake else ())


def _price(wired: wire.Service) -> PriceRange | None:
    """0 to 0 is a price the salon does not show."""
    low, high = sorted((wired.price_min, wired.price_max or wired.price_min))
    return PriceRange(round(low * MINOR_UNITS), round(high * MINOR_UNITS)) if high > 0 else None


def _profile(plan: SalonPlan, company: wire.Company) -> SalonProfile:
    """The configured profile on the company's clock; what the configuration leaves open is taken from the card."""
    own = plan.profile
    return replace(
        own,
        zone=_zone(company.timezone_name, own.zone),
        address=own.address or " ".join(company.address.split()),
        phone=own.phone or company.phone.strip(),
        website=own.website or company.site.strip(),
    )


def _zone(name: str, configured: ZoneInfo) -> ZoneInfo:
    try:
        zone = ZoneInfo(name) if name else configured
    except (ZoneInfoNotFoundError, ValueError, OSError):
        log.warning("yclients_zone_unknown", zone=name, used=configured.key)
        return configured
    if zone.key != configured.key:
        log.warning("yclients_zone_differs", yclients=zone.key, configured=configured.key)
    return zone

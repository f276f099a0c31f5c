"""From the settings of a salon to its plan: what no single setting can tell is checked here."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from salonbot.config.hours import UnreadableError, Week, days_off, week
from salonbot.config.place import NAMES, Place, printable
from salonbot.config.plan import SalonPlan
from salonbot.config.salon_settings import SalonSettings, ServiceSettings, StylistSettings
from salonbot.config.shapes import Settings
from salonbot.config.tables import Findings
from salonbot.config.wording import instead_of, nearest, number
from salonbot.model.salon import Catalogue, PriceRange, SalonId, SalonProfile, Service, ServiceId, Stylist, StylistId

MINOR_UNITS = 100


def plan_salons(salons: Sequence[SalonSettings], findings: Findings) -> tuple[SalonPlan, ...]:
    """The plans of all salons, in the file's order; what is wrong or odd is noted in `findings`."""
    _refuse_twins([(Place(f"salon[{index}].id"), salon.id) for index, salon in enumerate(salons)], findings)
    return tuple(
        plan_salon(salon, _named(Place(f"salon[{index}]"), "salon", salon), findings)
        for index, salon in enumerate(salons)
    )


def plan_salon(salon: SalonSettings, place: Place, findings: Findings) -> SalonPlan:
    """The plan of one salon; what is wrong or odd is noted in `findings`, each at its place."""
    profile = SalonProfile(
        id=SalonId(salon.id),
        name=salon.name,
        zone=_zone(salon.zone, place.key("zone"), findings),
        address=salon.address,
        phone=salon.phone,
        currency=salon.currency,
        hours_note=salon.hours_note,
        website=salon.website,
        notes=salon.notes,
    )
    if salon.calendar.lead_minutes >= salon.calendar.horizon_days * 24 * 60:
        findings.problem(
            place.key("calendar").key("lead_minutes"),
            f"{salon.calendar.lead_minutes} minutes, with horizon_days = {salon.calendar.horizon_days}",
            "less than the horizon: otherwise no visit could ever be booked",
        )
    services = _services(salon, place, findings)
    stylists: list[Stylist] = []
    weeks: dict[StylistId, Week] = {}
    absences: dict[StylistId, frozenset[date]] = {}
    for index, settings in enumerate(salon.stylist):
        at = _named(place.key("stylist").item(index), "stylist", settings)
        stylist = _stylist(settings, salon, services, at, findings)
        stylists.append(stylist)
        weeks[stylist.id] = _week(settings, at, findings)
        absences[stylist.id] = _days_off(settings, at, findings)
    at_stylist = place.key("stylist")
    _refuse_twins([(at_stylist.item(index).key("name"), one.name) for index, one in enumerate(stylists)], findings)
    _refuse_second_ids([(at_stylist.item(index), one) for index, one in enumerate(salon.stylist)], findings)
    catalogue = Catalogue(services, tuple(stylists))
    if salon.yclients is None:
        _warn(catalogue, place, findings)
    return SalonPlan(profile, catalogue, weeks, absences, salon.calendar, salon.yclients)


def _named(place: Place, kind: str, settings: Settings) -> Place:
    """The place with the name that stands in the file; stand-ins are no names."""
    return place.named(kind, settings.model_dump(include=settings.model_fields_set & {NAMES[kind]}))


def tidy(text: str) -> str:
    """A title or name with one space between words and none around."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def identifier(text: str) -> str:
    """The stable id of a title or name: small letters alone decide."""
    return tidy(text).casefold()


def id_of(settings: ServiceSettings | StylistSettings) -> str:
    """What appointments know a service or a stylist by."""
    if settings.id is not None:
        return settings.id
    return identifier(settings.title if isinstance(settings, ServiceSettings) else settings.name)


def _zone(name: str, place: Place, findings: Findings) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # Etc/GMT+3 lies three hours *west* of Greenwich: never what "GMT+3" means here, so never suggested.
        known = [zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")]
        cities = {zone.rpartition("/")[2]: zone for zone in sorted(known)}
        close = [*nearest(name, known, limit=3, cutoff=0.75), *(cities[city] for city in nearest(name, cities))]
        meant = ", ".join(f'"{zone}"' for zone in dict.fromkeys(close))
        findings.problem(
            place,
            f'the text "{printable(name)}"',
            f"the IANA name of a time zone: {meant}?" if close else 'an IANA time zone, such as "Europe/Moscow"',
        )
        return ZoneInfo("UTC")


def _services(salon: SalonSettings, place: Place, findings: Findings) -> tuple[Service, ...]:
    services = tuple(
        _service(settings, _named(place.key("service").item(index), "service", settings), findings)
        for index, settings in enumerate(salon.service)
    )
    at_service = place.key("service")
    _refuse_twins([(at_service.item(index).key("title"), one.title) for index, one in enumerate(services)], findings)
    _refuse_second_ids([(at_service.item(index), one) for index, one in enumerate(salon.service)], findings)
    return services


def _service(settings: ServiceSettings, place: Place, findings: Findings) -> Service:
    return Service(
        id=ServiceId(id_of(settings)),
        title=tidy(settings.title),
        duration=timedelta(minutes=settings.minutes),
        price=_price(settings, place, findings),
        category=tidy(settings.category),
        description=settings.description,
        aliases=settings.aliases,
    )


def _price(settings: ServiceSettings, place: Place, findings: Findings) -> PriceRange | None:
    low, high = settings.price_from, settings.price_to
    if low is None:
        if high is not None:
            findings.problem(place.key("price_from"), "nothing, beside a price_to", "both, or price_from alone")
        return None
    if high is not None and high < low:
        findings.problem(
            place.key("price_to"), f"the number {number(high)}", f"price_from ({number(low)}) or more, or nothing"
        )
    return PriceRange(round(low * MINOR_UNITS), round((low if high is None else high) * MINOR_UNITS))


def _stylist(
    settings: StylistSettings, salon: SalonSettings, services: tuple[Service, ...], place: Place, findings: Findings
) -> Stylist:
    titled = {identifier(service.title): service for service in services}
    # A service whose own title could not be read may be the one that is meant here.
    all_known = "service" in salon.model_fields_set or not salon.service
    all_known = all_known and all("title" in service.model_fields_set for service in salon.service)
    does: set[ServiceId] = set()
    for index, title in enumerate(settings.services):
        service = titled.get(identifier(title))
        if service is not None:
            does.add(service.id)
        elif all_known:
            findings.problem(
                place.key("services").item(index),
                f'the unknown service "{printable(title)}"',
                instead_of(title, [one.title for one in services]),
            )
    return Stylist(StylistId(id_of(settings)), tidy(settings.name), frozenset(does), settings.aliases)


def _week(settings: StylistSettings, place: Place, findings: Findings) -> Week:
    read, mistakes = week(settings.hours)
    for key, mistake in mistakes:
        at = place.key("hours")
        findings.problem(at if key is None else at.key(key), mistake.found, mistake.expected)
    return read


def _days_off(settings: StylistSettings, place: Place, findings: Findings) -> frozenset[date]:
    days: set[date] = set()
    for index, text in enumerate(settings.days_off):
        try:
            days.update(days_off(text))
        except UnreadableError as mistake:
            findings.problem(place.key("days_off").item(index), mistake.found, mistake.expected)
    return frozenset(days)


def _refuse_twins(named: Iterable[tuple[Place, str]], findings: Findings) -> None:
    first: dict[str, Place] = {}
    for place, name in named:
        twin = first.setdefault(identifier(name), place)
        if not identifier(name):
            findings.problem(place, "only spaces", "a name that can be read")
        elif twin is not place:
            findings.problem(place, f'"{printable(name)}" a second time', f"another name: {twin.path} has this one")


def _refuse_second_ids(tables: Sequence[tuple[Place, ServiceSettings | StylistSettings]], findings: Findings) -> None:
    """Ids made of equal titles are the titles' mistake; here it is about those that are written out."""
    first: dict[str, tuple[Place, ServiceSettings | StylistSettings]] = {}
    for place, table in tables:
        twin, other = first.setdefault(id_of(table), (place, table))
        if twin is not place and not (table.id is None and other.id is None):
            wanted = f"another id: {twin.path} has this one"
            findings.problem(place.key("id"), f'"{printable(id_of(table))}" a second time', wanted)


def _warn(catalogue: Catalogue, place: Place, findings: Findings) -> None:
    if not catalogue.services:
        findings.warn(place, "offers no services: nothing can be booked")
    for index, service in enumerate(catalogue.services):
        if not catalogue.stylists_for(service.id):
            at = place.key("service").item(index).named("service", {"title": service.title})
            findings.warn(at, "no stylist does this service: it cannot be booked")

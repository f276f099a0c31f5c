"""What is decided about visits without asking anybody: who could do one, how long it takes, which reason counts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from salonbot.booking.system import Guest
from salonbot.booking.yclients import reading
from salonbot.booking.yclients.ownership import Owned
from salonbot.booking.yclients.phones import digits
from salonbot.booking.yclients.shelf import Stock
from salonbot.errors import AppointmentGone
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState, Refusal
from salonbot.model.salon import Service, ServiceId, Stylist, StylistId

UNWRITTEN = AppointmentId("")


def able(service_id: ServiceId, stylist_id: StylistId | None, stock: Stock, moved: Owned | None) -> tuple[Stylist, ...]:
    """Who does the service, in the salon's order; whoever has the record that is moved surely does."""
    able_ones = stock.catalogue.stylists_for(service_id)
    if moved is not None and service_id in reading.services(moved.record):
        has_it = StylistId(moved.record.stylist)
        able_ones = tuple(one for one in stock.catalogue.stylists if one in able_ones or one.id == has_it)
    return tuple(one for one in able_ones if stylist_id in (None, one.id))


def services(service_id: ServiceId, stock: Stock, moved: Owned | None) -> tuple[str, ...]:
    """What YClients is asked about: of a record that is moved all its services, known or not; none: no such service."""
    if moved is not None and service_id in reading.services(moved.record):
        return reading.services(moved.record)
    return stock.booked_by(service_id) if stock.catalogue.service(service_id) else ()


def wanted(service: Service, stylist: Stylist, start: datetime, guest: Guest, stock: Stock) -> Appointment:
    """The visit as it shall be; its id is not known yet."""
    offer = stock.offer(stylist.id, service.id)
    return Appointment(
        id=UNWRITTEN,
        service_id=service.id,
        service_title=service.title,
        stylist_id=stylist.id,
        stylist_name=stylist.name,
        start=start.astimezone(stock.zone),
        duration=offer.duration if offer else service.duration,
        state=AppointmentState.BOOKED,
        customer_name=guest.name,
        customer_phone=digits(guest.reachable_at),
        price=offer.price if offer else service.price,
    )


def moved_to(before: Appointment, owned: Owned, start: datetime, stylist_id: StylistId, stock: Stock) -> Appointment:
    """The appointment at its new place; with another stylist it takes as long as that one needs."""
    if stylist_id == before.stylist_id:
        return replace(before, start=start)
    stylist = stock.catalogue.stylist(stylist_id)
    if stylist is None:
        raise AppointmentGone("no such stylist")
    offers = [stock.offer(stylist_id, ServiceId(service)) for service in reading.services(owned.record)]
    known = [offer.duration for offer in offers if offer is not None]
    duration = sum(known, timedelta()) if len(known) == len(offers) and known else before.duration
    return replace(before, start=start, stylist_id=stylist_id, stylist_name=stylist.name, duration=duration)


def duration(stylist_id: StylistId, services: Sequence[str], stock: Stock) -> timedelta:
    """How long these services take that stylist, as far as it is known."""
    offers = [stock.offer(stylist_id, ServiceId(service)) for service in services]
    known = sum((offer.duration for offer in offers if offer), timedelta())
    return known or timedelta(hours=1)


def weightiest(reasons: Sequence[Refusal | None]) -> Refusal:
    """What to tell of several stylists' reasons: that a time is taken is truer than that others do not work then."""
    found = [reason for reason in reasons if reason is not None]
    return Refusal.TAKEN if Refusal.TAKEN in found else found[0]

"""A new appointment: refused with alternatives, held back for a name or a phone, or booked."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import structlog

from salonbot.assistant.execution.desk import DETAILS, Desk, Done, exactly, offering, settled
from salonbot.assistant.execution.naming import sensible_name
from salonbot.assistant.execution.searching import (
    POPULAR,
    Wrong,
    impossible,
    refused,
    service_wanted,
    stylist_wanted,
)
from salonbot.errors import BookingUnavailable, DetailRefused, StartUnavailable
from salonbot.model.booking import Appointment, AppointmentState, Refusal
from salonbot.model.commands import CreateAppointment
from salonbot.model.dialogue import AwaitingDetails, Memory
from salonbot.model.outcomes import (
    Booked,
    Cancelled,
    HandedOver,
    NameNeeded,
    PhoneNeeded,
    RequestNoted,
    ServiceNeeded,
)
from salonbot.model.salon import Service, Stylist, StylistId

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wish:
    """One visit somebody wants."""

    service: Service
    start: datetime
    asked: Stylist | None
    """The stylist the customer asked for."""
    stylist_id: StylistId | None
    """Whom to book: the one asked for, or the one this start was offered with, or (None) anyone."""


async def create(command: CreateAppointment, desk: Desk, memory: Memory) -> Done:
    """Book what was asked for, or say what is in the way."""
    start = desk.local(command.start)
    memory = replace(memory, window=exactly(start), pending=None)
    service = service_wanted(command.service, desk, memory, to_book=True)
    if not isinstance(service, Service):
        return Done(service, _supposing(service, memory))
    memory = replace(memory, service_id=service.id)
    stylist = stylist_wanted(command.stylist, service, desk, memory)
    if not isinstance(stylist, Stylist | None):
        return Done(stylist, memory)
    if stylist is not None:
        memory = replace(memory, stylist_id=stylist.id)
    name = sensible_name(command.name, desk.catalogue) if command.name else None
    wish = Wish(service, start, stylist, stylist.id if stylist else _offered_with(service, start, memory))
    return await _book(desk.named(name) if name else desk, memory, wish)


async def resume(pending: AwaitingDetails, desk: Desk, memory: Memory) -> Done:
    """The booking that lacked a detail, now that more is known about the guest."""
    service = desk.catalogue.service(pending.service_id)
    if service is None:
        memory = replace(memory, service_id=None, pending=None)
        return Done(ServiceNeeded(candidates=desk.catalogue.services[:POPULAR]), memory)
    stylist = desk.catalogue.stylist(pending.stylist_id)
    asked = stylist if memory.stylist_id == pending.stylist_id else None
    return await _book(desk, memory, Wish(service, desk.local(pending.start), asked, pending.stylist_id))


async def book_noted(noted: RequestNoted, wanted: Service, desk: Desk, memory: Memory) -> Done:
    """A noted wish once more; noted again while the booking system is away."""
    start = desk.local(noted.start)
    service = desk.catalogue.service(wanted.id) or wanted
    stylist_id = noted.stylist.id if noted.stylist else memory.stylist_id
    memory = replace(memory, window=exactly(start), service_id=service.id, stylist_id=stylist_id, pending=None)
    return await _book(desk, memory, Wish(service, start, noted.stylist, noted.stylist_id))


async def _book(desk: Desk, memory: Memory, wish: Wish) -> Done:
    try:
        return await _book_or_ask(desk, memory, wish)
    except BookingUnavailable as away:
        is_complete = desk.guest.name and not (desk.needs_phone and desk.guest.reachable_at is None)
        if not is_complete:
            raise
        log.warning("booking_away", asked="book", detail=str(away))
        noted = RequestNoted(
            key=desk.key,
            purpose=None,
            start=wish.start,
            service=wish.service,
            stylist=wish.asked,
            stylist_id=wish.stylist_id,
            name=desk.guest.name,
        )
        return Done(noted, replace(memory, pending=None))


async def _book_or_ask(desk: Desk, memory: Memory, wish: Wish) -> Done:
    reason = impossible(wish.start, desk)
    if reason is not None:
        return await _refused(desk, memory, wish, reason)
    existing = await _same_visit(desk, wish)
    if existing is not None:
        return Done(Booked(appointment=existing), settled(memory, existing))
    if not desk.guest.name or (desk.needs_phone and desk.guest.reachable_at is None):
        return await _ask_for_detail(desk, memory, wish, "phone" if desk.guest.name else "name")
    try:
        booked = await desk.booking.book(wish.service.id, wish.stylist_id, wish.start, desk.guest, key=desk.key)
    except StartUnavailable as unavailable:
        return await _refused(desk, memory, wish, unavailable.reason)
    except DetailRefused as refusal:
        if refusal.missing == "phone" and desk.guest.phone is not None:
            # WhatsApp's own number is not welcome there: only a person of the salon can say why.
            return Done(HandedOver(), replace(memory, pending=None))
        return await _ask_for_detail(desk, memory, wish, refusal.missing)
    if booked.state is AppointmentState.CANCELLED:
        # This wish was carried out before, and the salon has cancelled the visit since.
        return Done(Cancelled(appointment=booked), settled(memory, None))
    return Done(Booked(appointment=booked), settled(memory, booked))


async def _same_visit(desk: Desk, wish: Wish) -> Appointment | None:
    """The guest's own appointment for the very same visit: asking twice does not book twice."""
    for appointment in await desk.booking.appointments(desk.guest):
        is_same_person = wish.asked is None or wish.asked.id == appointment.stylist_id
        if appointment.service_id == wish.service.id and appointment.start == wish.start and is_same_person:
            return appointment
    return None


async def _ask_for_detail(desk: Desk, memory: Memory, wish: Wish, missing: Literal["name", "phone"]) -> Done:
    """Nothing is asked for a start that cannot be had anyway."""
    bookable = desk.catalogue.stylists_for(wish.service.id)
    able = {stylist.id: stylist for stylist in bookable if wish.stylist_id in (None, stylist.id)}
    free = await desk.booking.free_slots(wish.service.id, stylist_id=wish.stylist_id, window=exactly(wish.start))
    slot = next((slot for slot in free if slot.stylist_id in able), None)
    if slot is None:
        reason = await desk.booking.refusal(wish.service.id, wish.stylist_id, wish.start)
        # None: it was taken a moment ago and is free again; the customer finds it among the nearest.
        return await _refused(desk, memory, wish, reason or Refusal.TAKEN)
    pending = AwaitingDetails(
        service_id=wish.service.id,
        stylist_id=slot.stylist_id,
        start=slot.start,
        missing=missing,
        expires_at=desk.now + DETAILS,
    )
    kind = NameNeeded if missing == "name" else PhoneNeeded
    outcome = kind(slot=slot, service=wish.service, stylist=able[slot.stylist_id])
    return Done(outcome, replace(memory, pending=pending))


async def _refused(desk: Desk, memory: Memory, wish: Wish, reason: Refusal) -> Done:
    outcome = await refused(desk, wish.service, wish.asked, wish.start, reason)
    return Done(outcome, replace(offering(memory, outcome.nearest), pending=None))


def _offered_with(service: Service, start: datetime, memory: Memory) -> StylistId | None:
    """Whoever this start was offered with: the customer accepted that person with it."""
    return next((s.stylist_id for s in memory.offered if s.service_id == service.id and s.start == start), None)


def _supposing(wrong: Wrong, memory: Memory) -> Memory:
    """The one service it is likely to be is asked about: a yes then means that one."""
    if isinstance(wrong, ServiceNeeded) and len(wrong.candidates) == 1:
        return replace(memory, service_id=wrong.candidates[0].id)
    return memory

"""When could I come, and when does somebody work: reading free slots and schedules."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from salonbot.assistant.execution import offers
from salonbot.assistant.execution.desk import (
    FARTHEST,
    Desk,
    Done,
    exactly,
    looking_around,
    moving,
    offering,
    wanted_stylist,
)
from salonbot.assistant.execution.naming import closest_services, match_service, match_stylist, shortened
from salonbot.model.booking import AppointmentId, Refusal, Slot, Window
from salonbot.model.commands import SearchSlots, ShowSchedule
from salonbot.model.dialogue import Memory
from salonbot.model.outcomes import (
    NoSlots,
    ScheduleShown,
    ServiceNeeded,
    ServiceUnknown,
    SlotsFound,
    StartRefused,
    StylistCannot,
    StylistUnknown,
)
from salonbot.model.salon import Catalogue, Service, Stylist

POPULAR = 5
"""Services named where none was asked for: the first of the salon's own order."""
WEEK = timedelta(days=6)
MONTH = timedelta(days=30)
LONGEST_SCHEDULE = timedelta(days=13)
BEFORE, AFTER = timedelta(days=3), timedelta(days=7)
"""How far around a wish the nearest slots are looked for first."""
SOON = timedelta(days=13)

Wrong = ServiceNeeded | ServiceUnknown | StylistUnknown | StylistCannot


def service_wanted(words: str | None, desk: Desk, memory: Memory, *, to_book: bool) -> Service | Wrong:
    """The service a command or the conversation means; to be booked it must be named word for word."""
    catalogue = desk.catalogue
    if words is None:
        remembered = catalogue.service(memory.service_id) if memory.service_id else None
        return remembered or ServiceNeeded(candidates=catalogue.services[:POPULAR])
    match = match_service(words, catalogue)
    service = match.exact if to_book else match.only
    if service is not None:
        return service
    if match.candidates:
        return ServiceNeeded(candidates=match.candidates, mention=match.mention)
    return ServiceUnknown(mention=match.mention, closest=closest_services(words, catalogue))


def stylist_wanted(words: str | None, service: Service, desk: Desk, memory: Memory) -> Stylist | Wrong | None:
    """The stylist a command or the conversation means; None is anyone."""
    if words is None:
        return wanted_stylist(memory, service, desk.catalogue)
    stylist = match_stylist(words, desk.catalogue)
    if stylist is None:
        return unknown_stylist(words, desk.catalogue)
    if service.id not in stylist.services:
        return StylistCannot(stylist=stylist, service=service, others=desk.catalogue.stylists_for(service.id))
    return stylist


def _service_with(words: str | None, desk: Desk, memory: Memory) -> ServiceNeeded | StylistUnknown:
    """Which service, where none was said: of the one stylist spoken of, if any. A stranger has none to choose from."""
    stylist = desk.catalogue.stylist(memory.stylist_id) if memory.stylist_id else None
    if words is not None:
        stylist = match_stylist(words, desk.catalogue)
        if stylist is None:
            return unknown_stylist(words, desk.catalogue)
    done = desk.catalogue.services if stylist is None else _done_by(stylist, desk.catalogue)
    return ServiceNeeded(candidates=done[:POPULAR])


def _done_by(stylist: Stylist, catalogue: Catalogue) -> tuple[Service, ...]:
    """What this stylist does, in the salon's order."""
    return tuple(service for service in catalogue.services if service.id in stylist.services)


def unknown_stylist(words: str, catalogue: Catalogue) -> StylistUnknown:
    """Nobody of that name works here; these do."""
    return StylistUnknown(mention=shortened(words), stylists=catalogue.stylists)


async def search(command: SearchSlots, desk: Desk, memory: Memory) -> Done:
    """Slots that fit, or the nearest that almost do."""
    ignoring = moving(desk, memory)
    known = await _with_service_of(ignoring, desk, memory)
    memory = memory if command.window.is_open else replace(memory, window=command.window)
    service = service_wanted(command.service, desk, known, to_book=False)
    if not isinstance(service, Service):
        return Done(_service_with(command.stylist, desk, memory) if command.service is None else service, memory)
    stylist = stylist_wanted(command.stylist, service, desk, known)
    if not isinstance(stylist, Stylist | None):
        return Done(stylist, replace(memory, service_id=service.id))
    found = await first_free(desk, service, stylist, command.window, ignoring=ignoring)
    memory = looking_around(memory)
    if known.service_id == memory.service_id or service.id != known.service_id:
        stylist_id = stylist.id if stylist else memory.stylist_id
        memory = replace(memory, service_id=service.id, stylist_id=stylist_id)
    if not found:
        near = await nearest_slots(desk, service, stylist, command.window, ignoring=ignoring)
        off = await _is_day_off(desk, stylist, command.window)
        nothing = NoSlots(service=service, stylist=stylist, window=command.window, nearest=near, day_off=off)
        return Done(nothing, offering(memory, near))
    slots = offers.spread(found, command.window)
    more = len({slot.start for slot in found}) > len(slots)
    shown = SlotsFound(service=service, stylist=stylist, window=command.window, slots=slots, more=more)
    return Done(shown, offering(memory, slots))


async def show_schedule(command: ShowSchedule, desk: Desk, memory: Memory) -> Done:
    """The days of one stylist, from today or later: a week unless told otherwise, two at most."""
    stylist = match_stylist(command.stylist, desk.catalogue)
    if stylist is None:
        return Done(unknown_stylist(command.stylist, desk.catalogue), memory)
    first = min(max(command.date_from or desk.today, desk.today), desk.today + FARTHEST)
    last = first + WEEK if command.date_to is None or command.date_to < first else command.date_to
    days = await desk.booking.schedule(stylist.id, first, min(last, first + LONGEST_SCHEDULE))
    return Done(ScheduleShown(stylist=stylist, days=days), replace(memory, stylist_id=stylist.id))


async def first_free(
    desk: Desk, service: Service, stylist: Stylist | None, window: Window, *, ignoring: AppointmentId | None = None
) -> tuple[Slot, ...]:
    """Free slots of the window; of an open-ended one those of its first stretch of days that holds any."""
    for stretch in _stretches(window, desk.today):
        slots = await _free(desk, service, stylist, stretch, ignoring)
        if slots:
            return slots
    return ()


async def free_at(
    desk: Desk, service: Service, stylist: Stylist | None, start: datetime, *, ignoring: AppointmentId | None = None
) -> tuple[Slot, ...]:
    """One slot for everyone who is free then, in the salon's order."""
    return await _free(desk, service, stylist, exactly(start), ignoring)


async def nearest_slots(
    desk: Desk, service: Service, stylist: Stylist | None, wish: Window, *, ignoring: AppointmentId | None = None
) -> tuple[Slot, ...]:
    """The three free slots closest to a wish, ascending: the same day first, the stylist asked for before others."""
    wish = _possible(wish, desk.today)
    first, last = wish.date_from or desk.today, wish.date_to or desk.today
    same_days = await _free(desk, service, None, Window(first, last), ignoring)
    stylist_id = stylist.id if stylist else None
    is_enough = len({slot.start for slot in same_days}) >= offers.MOST_NEAREST and (
        stylist is None or any(slot.stylist_id == stylist_id for slot in same_days)
    )
    if is_enough:
        return offers.nearest(same_days, wish, stylist_id)
    around = Window(max(first - BEFORE, desk.today), last + AFTER)
    slots = await _free(desk, service, None, around, ignoring)
    if not slots:
        wish = replace(wish, date_from=desk.today, date_to=desk.today)
        slots = await _free(desk, service, None, Window(desk.today, desk.today + SOON), ignoring)
    return offers.nearest(slots, wish, stylist_id)


async def refused(
    desk: Desk,
    service: Service,
    stylist: Stylist | None,
    start: datetime,
    reason: Refusal,
    *,
    ignoring: AppointmentId | None = None,
) -> StartRefused:
    """That start cannot be had, and the nearest that can."""
    near = await nearest_slots(desk, service, stylist, exactly(start), ignoring=ignoring)
    return StartRefused(service=service, stylist=stylist, start=start, reason=reason, nearest=near)


def impossible(start: datetime, desk: Desk) -> Refusal | None:
    """Why no booking system need be asked about that start."""
    if start.date() > desk.today + FARTHEST:
        return Refusal.TOO_FAR
    return Refusal.PAST if start <= desk.now else None


async def _free(
    desk: Desk, service: Service, stylist: Stylist | None, window: Window, ignoring: AppointmentId | None
) -> tuple[Slot, ...]:
    stylist_id = stylist.id if stylist else None
    return await desk.booking.free_slots(service.id, stylist_id=stylist_id, window=window, ignoring=ignoring)


async def _with_service_of(appointment_id: AppointmentId | None, desk: Desk, memory: Memory) -> Memory:
    """While an appointment is being moved, "when could I come?" is about its service and stylist.

    For this search only: were they kept, a later booking could take them for something the customer had said.
    """
    if appointment_id is None or memory.service_id is not None:
        return memory
    for appointment in await desk.booking.appointments(desk.guest):
        if appointment.id == appointment_id:
            stylist_id = memory.stylist_id or appointment.stylist_id
            return replace(memory, service_id=appointment.service_id, stylist_id=stylist_id)
    return memory


def _stretches(window: Window, today: date) -> Iterator[Window]:
    """The window cut into stretches of days worth asking for one after the other; nothing lies in the past."""
    latest = today + FARTHEST
    first = max(window.date_from or today, today)
    if first > latest:
        return
    if window.date_to is not None:
        last = min(window.date_to, first + MONTH, latest)
        if first <= last:
            yield replace(window, date_from=first, date_to=last)
        return
    yield replace(window, date_from=first, date_to=first + WEEK)
    yield replace(window, date_from=first + WEEK + timedelta(days=1), date_to=first + MONTH)


def _possible(wish: Window, today: date) -> Window:
    """The wish with dates the salon could serve: past, far and unsaid ones become today."""
    latest = today + FARTHEST
    first, last = wish.date_from or wish.date_to or today, wish.date_to or wish.date_from or today
    if last < today or first > latest:
        return replace(wish, date_from=today, date_to=today)
    first = max(first, today)
    return replace(wish, date_from=first, date_to=min(max(first, last), first + MONTH, latest))


async def _is_day_off(desk: Desk, stylist: Stylist | None, window: Window) -> bool:
    day = window.date_from
    if stylist is None or day is None or day != window.date_to or not desk.today <= day <= desk.today + FARTHEST:
        return False
    schedule = await desk.booking.schedule(stylist.id, day, day)
    return not any(working.hours for working in schedule)

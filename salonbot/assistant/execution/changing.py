"""Moving and cancelling: find which appointment is meant, ask, and on a yes do exactly what was asked.

A yes counts only while its question stands, and it executes the question's appointment and time, whatever else the
command says. Everything here reads and changes the guest's own appointments alone.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import structlog

from salonbot.assistant.execution import offers
from salonbot.assistant.execution.desk import ASKED, Desk, Done, offering, settled
from salonbot.assistant.execution.searching import first_free, free_at, impossible, nearest_slots, refused
from salonbot.errors import AppointmentGone, BookingUnavailable, StartUnavailable
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState, Refusal, Slot, Window
from salonbot.model.commands import CancelAppointment, RescheduleAppointment
from salonbot.model.dialogue import AwaitingChoice, AwaitingTime, AwaitingYes, Memory
from salonbot.model.outcomes import (
    AppointmentsShown,
    Cancelled,
    ConfirmationNeeded,
    Moved,
    NewTimeNeeded,
    NothingToChange,
    Purpose,
    RequestNoted,
    StartRefused,
    WhichAppointment,
)
from salonbot.model.salon import Service, Stylist

log = structlog.get_logger()

A_FEW_DAYS = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Target:
    """Where an appointment shall go: one start, or a window (open where nothing was said)."""

    start: datetime | None = None
    window: Window = Window()  # noqa: RUF009 - frozen, and equal to any other open window


async def show_appointments(desk: Desk, memory: Memory) -> Done:
    """The guest's own appointments to come."""
    own = await desk.booking.appointments(desk.guest)
    if len(own) == 1:
        memory = replace(memory, last_appointment_id=own[0].id)
    return Done(AppointmentsShown(appointments=own), memory)


async def cancel(command: CancelAppointment, desk: Desk, memory: Memory) -> Done:
    """Ask whether to cancel, or on a yes cancel."""
    try:
        return await _cancel_or_ask(command, desk, memory)
    except BookingUnavailable as away:
        asked = _standing_question(Purpose.CANCEL, desk, memory) if command.confirmed else None
        if asked is None or asked.start is None:
            raise
        return _noted(asked, asked.start, away, desk, memory)


async def _cancel_or_ask(command: CancelAppointment, desk: Desk, memory: Memory) -> Done:
    own = await desk.booking.appointments(desk.guest)
    asked = _standing_question(Purpose.CANCEL, desk, memory) if command.confirmed else None
    if asked is not None and not _was_changed(asked, own):
        return await _cancel(asked, desk, memory)
    meant = _meant(own, Purpose.CANCEL, desk, memory)
    if not isinstance(meant, Appointment):
        return _which(meant, Purpose.CANCEL, Target(), desk, memory)
    question = ConfirmationNeeded(purpose=Purpose.CANCEL, appointment=meant)
    return Done(question, replace(_about(meant, memory), pending=_yes_to(Purpose.CANCEL, meant, None, desk)))


async def reschedule(command: RescheduleAppointment, desk: Desk, memory: Memory) -> Done:
    """Ask for a time, ask whether to move, or on a yes move."""
    try:
        return await _move_or_ask(command, desk, memory)
    except BookingUnavailable as away:
        asked = _move_agreed_to(command, desk, memory)
        if asked is None or asked.new_start is None:
            raise
        return _noted(asked, asked.new_start, away, desk, memory)


async def _move_or_ask(command: RescheduleAppointment, desk: Desk, memory: Memory) -> Done:
    own = await desk.booking.appointments(desk.guest)
    asked = _move_agreed_to(command, desk, memory)
    if asked is not None and asked.new_start is not None and not _was_changed(asked, own):
        return await _move(asked, asked.new_start, own, desk, memory)
    target = _target(command, memory)
    meant = _meant(own, Purpose.MOVE, desk, memory)
    if not isinstance(meant, Appointment):
        return _which(meant, Purpose.MOVE, target, desk, memory)
    start = _exact_start(target, meant)
    if start is not None:
        return await _ask_to_move(meant, start, desk, memory)
    return await _ask_for_time(meant, target.window, desk, memory)


async def _cancel(asked: AwaitingYes, desk: Desk, memory: Memory) -> Done:
    try:
        cancelled = await desk.booking.cancel(asked.appointment_id, desk.guest, key=desk.key)
    except AppointmentGone:
        return Done(NothingToChange(purpose=Purpose.CANCEL), settled(memory, None))
    return Done(Cancelled(appointment=cancelled), settled(memory, None))


async def _move(
    asked: AwaitingYes, new_start: datetime, own: tuple[Appointment, ...], desk: Desk, memory: Memory
) -> Done:
    before = _by_id(own, asked.appointment_id)
    start = desk.local(new_start)
    try:
        moved = await desk.booking.move(
            asked.appointment_id, start, desk.guest, key=desk.key, stylist_id=asked.new_stylist_id
        )
    except AppointmentGone:
        return Done(NothingToChange(purpose=Purpose.MOVE), settled(memory, None))
    except StartUnavailable as unavailable:
        if before is None:
            return Done(NothingToChange(purpose=Purpose.MOVE), settled(memory, None))
        return await _refused(before, start, unavailable.reason, desk, memory)
    if moved.state is AppointmentState.CANCELLED:
        return Done(Cancelled(appointment=moved), settled(memory, None))
    # After a crash the record already stands at its new start: what it was is known from the question.
    previous = asked.start or (before.start if before else moved.start)
    return Done(Moved(appointment=moved, previous_start=desk.local(previous)), settled(memory, moved))


async def _ask_to_move(meant: Appointment, start: datetime, desk: Desk, memory: Memory) -> Done:
    reason = impossible(start, desk)
    if reason is not None:
        return await _refused(meant, start, reason, desk, memory)
    start = desk.local(start)
    service, stylist = _service(meant, desk), _stylist(meant, desk, memory)
    if start == meant.start and (stylist is None or stylist.id == meant.stylist_id):
        # It is there already: nothing to confirm.
        return Done(AppointmentsShown(appointments=(meant,)), replace(memory, pending=None))
    free = await free_at(desk, service, None, start, ignoring=meant.id)
    if not free:
        reason = await desk.booking.refusal(service.id, stylist.id if stylist else None, start, ignoring=meant.id)
        return await _refused(meant, start, reason or Refusal.TAKEN, desk, memory)
    slot = next((slot for slot in free if stylist and slot.stylist_id == stylist.id), free[0])
    question = ConfirmationNeeded(purpose=Purpose.MOVE, appointment=meant, new_slot=slot)
    return Done(question, replace(_about(meant, memory), pending=_yes_to(Purpose.MOVE, meant, slot, desk)))


async def _ask_for_time(meant: Appointment, window: Window, desk: Desk, memory: Memory) -> Done:
    service, stylist = _service(meant, desk), _stylist(meant, desk, memory)
    near = _near(window, meant)
    found = await first_free(desk, service, stylist, near, ignoring=meant.id)
    found = tuple(slot for slot in found if slot.start != meant.start)
    if found:
        slots = _with_same_hour(offers.spread(found, near), found, meant)
    else:
        slots = await nearest_slots(desk, service, stylist, near, ignoring=meant.id)
    memory = replace(offering(_about(meant, memory), slots), pending=_time_for(meant, desk))
    return Done(NewTimeNeeded(appointment=meant, window=window, slots=slots), memory)


async def _refused(meant: Appointment, start: datetime, reason: Refusal, desk: Desk, memory: Memory) -> Done:
    stylist = _stylist(meant, desk, memory)
    refusal = await refused(desk, _service(meant, desk), stylist, start, reason, ignoring=meant.id)
    outcome: StartRefused = replace(refusal, moving=meant)
    return Done(outcome, replace(offering(_about(meant, memory), outcome.nearest), pending=_time_for(meant, desk)))


def _which(meant: tuple[Appointment, ...], purpose: Purpose, target: Target, desk: Desk, memory: Memory) -> Done:
    """None or several could be meant: say so, or ask."""
    if not meant:
        return Done(NothingToChange(purpose=purpose), replace(memory, pending=None))
    pending = AwaitingChoice(
        purpose=purpose,
        appointment_ids=tuple(appointment.id for appointment in meant),
        new_start=target.start,
        new_window=target.window,
        expires_at=desk.now + ASKED,
    )
    return Done(WhichAppointment(purpose=purpose, appointments=meant), replace(memory, pending=pending))


def _meant(
    own: tuple[Appointment, ...], purpose: Purpose, desk: Desk, memory: Memory
) -> Appointment | tuple[Appointment, ...]:
    """The one appointment meant; otherwise those it could be (none, or several)."""
    pending = desk.pending(memory)
    if (
        isinstance(pending, AwaitingChoice)
        and desk.choice is not None
        and 1 <= desk.choice <= len(pending.appointment_ids)
    ):
        chosen = _by_id(own, pending.appointment_ids[desk.choice - 1])
        if chosen is not None:
            return chosen
    likely = _narrowed(own, purpose, memory)
    if len(likely) == 1:
        return likely[0]
    if isinstance(pending, AwaitingYes | AwaitingTime):
        spoken_of = _by_id(own, pending.appointment_id)
        if spoken_of is not None:
            return spoken_of
    return likely


def _narrowed(own: tuple[Appointment, ...], purpose: Purpose, memory: Memory) -> tuple[Appointment, ...]:
    """Those that fit what was said of the service, the stylist and, to cancel, the time; what fits none is ignored."""
    of_service = tuple(a for a in own if memory.service_id in (None, a.service_id)) or own
    of_stylist = tuple(a for a in of_service if memory.stylist_id in (None, a.stylist_id)) or of_service
    if purpose is Purpose.MOVE:
        # A move's window is where it shall go, not where it is.
        return of_stylist
    return tuple(a for a in of_stylist if memory.window.allows(a.start)) or of_stylist


def _standing_question(purpose: Purpose, desk: Desk, memory: Memory) -> AwaitingYes | None:
    pending = desk.pending(memory)
    return pending if isinstance(pending, AwaitingYes) and pending.purpose is purpose else None


def _move_agreed_to(command: RescheduleAppointment, desk: Desk, memory: Memory) -> AwaitingYes | None:
    """The move that a yes of this command is to; a yes that names another time is to none."""
    asked = _standing_question(Purpose.MOVE, desk, memory) if command.confirmed else None
    return asked if asked is not None and command.start in (None, asked.new_start) else None


def _noted(asked: AwaitingYes, start: datetime, away: BookingUnavailable, desk: Desk, memory: Memory) -> Done:
    """What was agreed to, kept until the booking system is back."""
    log.warning("booking_away", asked=asked.purpose.value, detail=str(away))
    noted = RequestNoted(
        key=desk.key,
        purpose=asked.purpose,
        start=desk.local(start),
        stylist_id=asked.new_stylist_id,
        appointment_id=asked.appointment_id,
        previous_start=desk.local(asked.start) if asked.purpose is Purpose.MOVE and asked.start else None,
    )
    return Done(noted, replace(memory, pending=None, last_appointment_id=asked.appointment_id))


def _was_changed(asked: AwaitingYes, own: tuple[Appointment, ...]) -> bool:
    """Whether somebody else moved the appointment after the question: then the yes was to something else."""
    now = _by_id(own, asked.appointment_id)
    return now is not None and asked.start is not None and now.start not in (asked.start, asked.new_start)


def _target(command: RescheduleAppointment, memory: Memory) -> Target:
    if command.start is not None or not command.window.is_open:
        return Target(command.start, command.window)
    # Nothing new was said: what was asked about before holds on, even when the question has expired.
    match memory.pending:
        case AwaitingChoice(purpose=Purpose.MOVE, new_start=start, new_window=window):
            return Target(start, window)
        case AwaitingYes(purpose=Purpose.MOVE, new_start=start) if command.confirmed:
            return Target(start)
        case _:
            return Target()


def _exact_start(target: Target, meant: Appointment) -> datetime | None:
    """The one start meant: «на 16:00» without a day is the appointment's own day."""
    if target.start is not None:
        return target.start
    window = target.window
    if window.time_from is None or window.time_from != window.time_to or window.date_from != window.date_to:
        return None
    return datetime.combine(window.date_from or meant.start.date(), window.time_from, meant.start.tzinfo)


def _near(window: Window, meant: Appointment) -> Window:
    """The window to look in: without days, the appointment's own and the few after it."""
    if window.date_from or window.date_to:
        return window
    day = meant.start.date()
    is_time_said = window.time_from or window.time_to
    return replace(window, date_from=day, date_to=day if is_time_said else day + A_FEW_DAYS)


def _with_same_hour(slots: tuple[Slot, ...], found: tuple[Slot, ...], meant: Appointment) -> tuple[Slot, ...]:
    """Whoever only changes the day mostly wants to keep the hour: it is named where it is free."""
    clock: time = meant.start.time()
    same = next((slot for slot in found if slot.start.time() == clock), None)
    if same is None or any(slot.start == same.start for slot in slots):
        return slots
    farthest = max(slots, key=lambda slot: abs(slot.start - same.start)) if len(slots) >= offers.MOST_OFFERED else None
    kept = [slot for slot in slots if slot is not farthest]
    return tuple(sorted([*kept, same], key=lambda slot: slot.start))


def _yes_to(purpose: Purpose, meant: Appointment, slot: Slot | None, desk: Desk) -> AwaitingYes:
    is_other_person = slot is not None and slot.stylist_id != meant.stylist_id
    return AwaitingYes(
        purpose=purpose,
        appointment_id=meant.id,
        new_start=slot.start if slot else None,
        new_stylist_id=slot.stylist_id if slot and is_other_person else None,
        expires_at=desk.now + ASKED,
        start=meant.start,
    )


def _time_for(meant: Appointment, desk: Desk) -> AwaitingTime:
    return AwaitingTime(appointment_id=meant.id, expires_at=desk.now + ASKED)


def _about(meant: Appointment, memory: Memory) -> Memory:
    """The conversation is about this appointment now."""
    return replace(memory, last_appointment_id=meant.id)


def _service(meant: Appointment, desk: Desk) -> Service:
    """What the appointment is for, even when the salon no longer offers it."""
    offered = desk.catalogue.service(meant.service_id)
    return offered or Service(meant.service_id, meant.service_title, meant.duration, meant.price)


def _stylist(meant: Appointment, desk: Desk, memory: Memory) -> Stylist | None:
    """Who shall do it: the stylist spoken of last, else the one who has it now."""
    for stylist_id in (memory.stylist_id, meant.stylist_id):
        stylist = desk.catalogue.stylist(stylist_id) if stylist_id else None
        if stylist is not None and meant.service_id in stylist.services:
            return stylist
    return None


def _by_id(own: tuple[Appointment, ...], appointment_id: AppointmentId) -> Appointment | None:
    return next((appointment for appointment in own if appointment.id == appointment_id), None)

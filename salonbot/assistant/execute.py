"""Commands into outcomes, for every brain alike, against whichever booking system the salon has.

In: what stage 1 understood, with the memory it starts from. Out: one outcome per command in the same order, and the
memory afterwards. No text is made here, and nothing is kept: executed again with the same key prefix, for instance
after a crash, the same commands find their first bookings and make no second ones.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

import structlog

from salonbot.assistant.execution.again import carry_out
from salonbot.assistant.execution.answering import explain_service, list_services
from salonbot.assistant.execution.changing import cancel, reschedule, show_appointments
from salonbot.assistant.execution.creating import create, resume
from salonbot.assistant.execution.desk import Desk, Done
from salonbot.assistant.execution.naming import sensible_name
from salonbot.assistant.execution.searching import search, show_schedule
from salonbot.booking.system import BookingSystem, Guest
from salonbot.errors import BookingUnavailable
from salonbot.model.commands import (
    CancelAppointment,
    Command,
    CreateAppointment,
    ExplainService,
    HandOver,
    ListServices,
    RescheduleAppointment,
    SaveName,
    SearchSlots,
    ShowAppointments,
    ShowSchedule,
)
from salonbot.model.dialogue import AwaitingChoice, AwaitingDetails, Memory, Understanding
from salonbot.model.outcomes import BookingAway, HandedOver, NameSaved, Outcome, Purpose, RequestNoted
from salonbot.model.salon import Catalogue

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What came of a turn's commands."""

    outcomes: tuple[Outcome, ...]
    """One per command, in order; none for a name that is no name (a link, a service's title)."""
    memory: Memory
    name: str | None = None
    """The customer's name, where this turn told it: to be kept."""
    phone: str | None = None
    """The phone they told, digits with country code: to be kept as told, never as proof of who they are."""


@dataclass(frozen=True, slots=True)
class _Resume:
    """Not a customer's command: go on with the booking that lacked a detail."""

    pending: AwaitingDetails


Step = Command | _Resume


async def execute(
    understanding: Understanding,
    *,
    booking: BookingSystem,
    guest: Guest,
    now: datetime,
    key_prefix: str,
    needs_phone: bool,
) -> Execution:
    """Carry out the commands in order.

    A booking system that is away makes BookingAway of the commands that need it, and RequestNoted of those that need
    nothing else: whoever calls keeps these, and lets `try_again` see to them. Raises OutcomeUnknown where a write
    may or may not have happened: the turn is executed again later, with the same key prefix, and then finds out.
    """
    phone = _full_phone(understanding.phone)
    if phone is not None:
        guest = replace(guest, told_phone=phone)
    try:
        catalogue = await booking.catalogue()
    except BookingUnavailable:
        log.warning("booking_away", asked="catalogue")
        return _without_booking(understanding, phone)
    name = _told_name(understanding, guest, catalogue)
    desk = Desk(
        booking=booking,
        catalogue=catalogue,
        guest=replace(guest, name=name) if name else guest,
        now=now,
        needs_phone=needs_phone,
        key="",
        choice=understanding.choice,
    )
    outcomes: list[Outcome] = []
    memory = understanding.memory
    for position, step in enumerate(_steps(understanding, desk)):
        done = await _carry_out(step, replace(desk, key=f"{key_prefix}:{position}"), memory)
        if done is not None:
            outcomes.append(done.outcome)
            memory = done.memory
    return Execution(outcomes=tuple(outcomes), memory=memory, name=name, phone=phone)


async def try_again(
    noted: RequestNoted, *, booking: BookingSystem, guest: Guest, memory: Memory, now: datetime, needs_phone: bool
) -> Execution | None:
    """Carry out a noted request; None while the booking system is away. Raises OutcomeUnknown, as `execute` does."""
    try:
        catalogue = await booking.catalogue()
    except BookingUnavailable:
        return None
    desk = Desk(booking=booking, catalogue=catalogue, guest=guest, now=now, needs_phone=needs_phone, key=noted.key)
    try:
        done = await carry_out(noted, desk, memory)
    except BookingUnavailable:
        return None
    return None if isinstance(done.outcome, RequestNoted) else Execution(outcomes=(done.outcome,), memory=done.memory)


def _steps(understanding: Understanding, desk: Desk) -> tuple[Step, ...]:
    """The commands, preceded by what an answer to our own question continues."""
    commands = understanding.commands
    match desk.pending(understanding.memory):
        case AwaitingDetails() as pending if understanding.phone is not None and not _has(
            commands, CreateAppointment, SaveName
        ):
            return (_Resume(pending), *commands)
        case AwaitingDetails() as pending if not _has(commands, CreateAppointment):
            return tuple(_Resume(pending) if isinstance(command, SaveName) else command for command in commands)
        case AwaitingChoice(purpose=purpose) if understanding.choice is not None and not _has(
            commands, CancelAppointment, RescheduleAppointment
        ):
            chosen = CancelAppointment() if purpose is Purpose.CANCEL else RescheduleAppointment()
            return (chosen, *commands)
        case _:
            return commands


async def _carry_out(step: Step, desk: Desk, memory: Memory) -> Done | None:
    try:
        return await _dispatch(step, desk, memory)
    except BookingUnavailable:
        log.warning("booking_away", asked=type(step).__name__)
        return Done(BookingAway(), memory)


async def _dispatch(step: Step, desk: Desk, memory: Memory) -> Done | None:  # noqa: C901 - one flat arm per command
    match step:
        case ListServices():
            return list_services(step, desk, memory)
        case ExplainService():
            return explain_service(step, desk, memory)
        case SearchSlots():
            return await search(step, desk, memory)
        case ShowSchedule():
            return await show_schedule(step, desk, memory)
        case CreateAppointment():
            return await create(step, desk, memory)
        case RescheduleAppointment():
            return await reschedule(step, desk, memory)
        case CancelAppointment():
            return await cancel(step, desk, memory)
        case ShowAppointments():
            return await show_appointments(desk, memory)
        case _Resume(pending=pending):
            return await resume(pending, desk, memory)
        case SaveName(name=words):
            name = sensible_name(words, desk.catalogue)
            return Done(NameSaved(name=name), memory) if name else None
        case HandOver():
            return Done(HandedOver(), memory)
        case _:
            assert_never(step)


def _told_name(understanding: Understanding, guest: Guest, catalogue: Catalogue) -> str | None:
    """The name to keep: a correction of it always, one told with a wish only where none was known."""
    for command in understanding.commands:
        if isinstance(command, SaveName):
            return sensible_name(command.name, catalogue)
        if isinstance(command, CreateAppointment) and command.name and not guest.name:
            return sensible_name(command.name, catalogue)
    return None


def _without_booking(understanding: Understanding, phone: str | None) -> Execution:
    away = tuple(HandedOver() if isinstance(c, HandOver) else BookingAway() for c in understanding.commands)
    return Execution(outcomes=away, memory=understanding.memory, phone=phone)


def _full_phone(told: str | None) -> str | None:
    """The digits of a full international number, or None: it is E.164's 15 at most, and shorter ones lack something."""
    digits = "".join(char for char in told or "" if char.isascii() and char.isdigit())
    return digits if 10 <= len(digits) <= 15 else None


def _has(commands: tuple[Command, ...], *kinds: type[Command]) -> bool:
    return any(isinstance(command, kinds) for command in commands)

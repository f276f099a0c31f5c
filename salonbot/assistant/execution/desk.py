"""What the execution of one command has on its desk, and what it hands back."""

from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta

from salonbot.booking.system import BookingSystem, Guest
from salonbot.model.booking import Appointment, AppointmentId, Slot, Window
from salonbot.model.dialogue import AwaitingTime, AwaitingYes, Memory, Pending
from salonbot.model.outcomes import Outcome, Purpose
from salonbot.model.salon import Catalogue, Service, Stylist

ASKED = timedelta(minutes=30)
"""How long a yes, a choice or a new time is taken as the answer to the question."""
DETAILS = timedelta(hours=12)
"""How long a name or phone completes a wish: longer, for the start is checked again before it is booked."""
FARTHEST = timedelta(days=366)
"""No salon books beyond; dates further away are answered without asking the booking system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything one command may use. Nothing here changes while it runs."""

    booking: BookingSystem
    catalogue: Catalogue
    guest: Guest
    now: datetime
    """Aware, in the salon's zone."""
    needs_phone: bool
    key: str
    """Names this wish: the same turn executed again has the same key at the same position."""
    choice: int | None = None
    """Which of several appointments the customer means, counted from 1."""

    @property
    def today(self) -> date:
        """The salon's local day."""
        return self.now.date()

    def local(self, moment: datetime) -> datetime:
        """A moment to the minute in the salon's zone."""
        moment = moment.replace(second=0, microsecond=0)
        # At the two ends of the calendar a change of zone would overflow; no salon is open there.
        is_convertible = MINYEAR < moment.year < MAXYEAR
        return moment.astimezone(self.now.tzinfo) if is_convertible else moment.replace(tzinfo=self.now.tzinfo)

    def pending(self, memory: Memory) -> Pending | None:
        """What the customer was asked, if the question still stands."""
        asked = memory.pending
        return asked if asked is not None and asked.expires_at > self.now else None

    def named(self, name: str) -> "Desk":
        """The same desk for a guest of that name."""
        return replace(self, guest=replace(self.guest, name=name))


@dataclass(frozen=True, slots=True)
class Done:
    """What came of one command, and what the conversation remembers afterwards."""

    outcome: Outcome
    memory: Memory


def exactly(start: datetime) -> Window:
    """The window that holds this one start."""
    clock = start.time()
    return Window(start.date(), start.date(), clock, clock)


def offering(memory: Memory, slots: tuple[Slot, ...]) -> Memory:
    """Remember what was just offered."""
    return replace(memory, offered=slots)


def settled(memory: Memory, appointment: Appointment | None) -> Memory:
    """Booked, moved or cancelled: the conversation starts anew, knowing only what "it" is."""
    return Memory(last_appointment_id=appointment.id if appointment else None, misunderstood=memory.misunderstood)


def looking_around(memory: Memory) -> Memory:
    """A search between a question and its answer: a later yes must not be taken for the old question.

    A move stays a move that lacks its time; anything else that was asked is dropped.
    """
    asked = memory.pending
    if isinstance(asked, AwaitingYes) and asked.purpose is Purpose.MOVE:
        return replace(memory, pending=AwaitingTime(appointment_id=asked.appointment_id, expires_at=asked.expires_at))
    return memory if isinstance(asked, AwaitingTime) else replace(memory, pending=None)


def moving(desk: Desk, memory: Memory) -> AppointmentId | None:
    """The appointment that is about to be moved, whose own time must not count as taken."""
    match desk.pending(memory):
        case AwaitingTime(appointment_id=appointment_id):
            return appointment_id
        case AwaitingYes(purpose=Purpose.MOVE, appointment_id=appointment_id):
            return appointment_id
        case _:
            return None


def wanted_stylist(memory: Memory, service: Service, catalogue: Catalogue) -> Stylist | None:
    """The stylist spoken of before, unless they do not do this service: nobody asked for them here."""
    stylist = catalogue.stylist(memory.stylist_id) if memory.stylist_id else None
    return stylist if stylist and service.id in stylist.services else None

"""What came of a command: a closed set of values. A reply may say only what stands in an outcome or in the catalogue.

An expected refusal (a taken slot, an unknown stylist) is an outcome, not an exception. All datetimes are aware, in the
salon's zone.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from salonbot.model.booking import Appointment, AppointmentId, Refusal, Slot, Window
from salonbot.model.salon import Service, Stylist, StylistId, WorkingDay


class Purpose(StrEnum):
    """What is to be done with an existing appointment."""

    MOVE = "move"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesListed:
    """The services asked for, in the salon's order; `asked` is the category or service named, if any."""

    kind: Literal["services_listed"] = "services_listed"
    services: tuple[Service, ...]
    asked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceExplained:
    kind: Literal["service_explained"] = "service_explained"
    service: Service
    stylists: tuple[Stylist, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotsFound:
    """Fitting slots, ascending, at most five; `more` where the window holds others."""

    kind: Literal["slots_found"] = "slots_found"
    service: Service
    stylist: Stylist | None
    window: Window
    slots: tuple[Slot, ...]
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSlots:
    """Nothing free in the window; `nearest` are the closest free slots elsewhere: at most three, ascending, or none."""

    kind: Literal["no_slots"] = "no_slots"
    service: Service
    stylist: Stylist | None
    window: Window
    nearest: tuple[Slot, ...]
    day_off: bool = False
    """The stylist asked for does not work on the day asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleShown:
    """Consecutive local days of one stylist, days off included."""

    kind: Literal["schedule_shown"] = "schedule_shown"
    stylist: Stylist
    days: tuple[WorkingDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A record exists in the booking system."""

    kind: Literal["booked"] = "booked"
    appointment: Appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRefused:
    """The start asked for cannot be had, for a new booking or a move; nothing was changed."""

    kind: Literal["start_refused"] = "start_refused"
    service: Service
    stylist: Stylist | None
    start: datetime
    reason: Refusal
    nearest: tuple[Slot, ...]
    """The closest free slots, at most three, ascending; may be empty."""
    moving: Appointment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceNeeded:
    """A wish without a service; `candidates` are those it could mean (several haircuts), or popular ones."""

    kind: Literal["service_needed"] = "service_needed"
    candidates: tuple[Service, ...]
    mention: str | None = None
    """The customer's words, where they named something that fits several services."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameNeeded:
    """All is clear but the customer's name; the slot is free now and not yet booked."""

    kind: Literal["name_needed"] = "name_needed"
    slot: Slot
    service: Service
    stylist: Stylist


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNeeded:
    """WhatsApp hides the phone and the booking needs it; not yet booked."""

    kind: Literal["phone_needed"] = "phone_needed"
    slot: Slot
    service: Service
    stylist: Stylist


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUnknown:
    """The salon does not offer what was named; `closest` may help (at most three)."""

    kind: Literal["service_unknown"] = "service_unknown"
    mention: str
    closest: tuple[Service, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StylistUnknown:
    kind: Literal["stylist_unknown"] = "stylist_unknown"
    mention: str
    stylists: tuple[Stylist, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StylistCannot:
    """This stylist does not do that service; `others` do."""

    kind: Literal["stylist_cannot"] = "stylist_cannot"
    stylist: Stylist
    service: Service
    others: tuple[Stylist, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichAppointment:
    """Several appointments could be meant: the customer chooses by number or by words."""

    kind: Literal["which_appointment"] = "which_appointment"
    purpose: Purpose
    appointments: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationNeeded:
    """Nothing has been changed: the customer is asked to say yes to exactly this."""

    kind: Literal["confirmation_needed"] = "confirmation_needed"
    purpose: Purpose
    appointment: Appointment
    new_slot: Slot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTimeNeeded:
    """A move without a time; `slots` are some that would do (at most five, may be empty)."""

    kind: Literal["new_time_needed"] = "new_time_needed"
    appointment: Appointment
    window: Window
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The booking system holds the appointment at its new start."""

    kind: Literal["moved"] = "moved"
    appointment: Appointment
    previous_start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """The booking system no longer holds the appointment."""

    kind: Literal["cancelled"] = "cancelled"
    appointment: Appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentsShown:
    """The customer's own appointments to come, ascending; may be empty."""

    kind: Literal["appointments_shown"] = "appointments_shown"
    appointments: tuple[Appointment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingToChange:
    """A move or cancellation was asked for, but the customer has no appointment to come."""

    kind: Literal["nothing_to_change"] = "nothing_to_change"
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSaved:
    kind: Literal["name_saved"] = "name_saved"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """The owner has been told that a person is wanted."""

    kind: Literal["handed_over"] = "handed_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingAway:
    """The booking system cannot be reached: nothing was changed, nothing is known about free slots."""

    kind: Literal["booking_away"] = "booking_away"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestNoted:
    """The booking system is away and the wish lacks nothing else: it is kept, and carried out when it can be.

    Nothing was changed yet. Whoever keeps it tries again under `key`, which is this wish's alone.
    """

    kind: Literal["request_noted"] = "request_noted"
    key: str
    purpose: Purpose | None
    """None: a new appointment."""
    start: datetime
    """When it shall be; of a visit to be cancelled, when it is."""
    service: Service | None = None
    """Of a new appointment."""
    stylist: Stylist | None = None
    """The one asked for."""
    stylist_id: StylistId | None = None
    """Whom to book: the one asked for, or the one this start was offered with, or (None) anyone."""
    name: str = ""
    """Whom to book it for."""
    appointment_id: AppointmentId | None = None
    """Of a visit to be moved or cancelled."""
    previous_start: datetime | None = None
    """Where the visit to be moved is, as far as known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestDropped:
    """A noted request that the customer has withdrawn or changed before it was carried out: it never will be."""

    kind: Literal["request_dropped"] = "request_dropped"
    request: RequestNoted


Outcome = (
    ServicesListed
    | ServiceExplained
    | SlotsFound
    | NoSlots
    | ScheduleShown
    | Booked
    | StartRefused
    | ServiceNeeded
    | NameNeeded
    | PhoneNeeded
    | ServiceUnknown
    | StylistUnknown
    | StylistCannot
    | WhichAppointment
    | ConfirmationNeeded
    | NewTimeNeeded
    | Moved
    | Cancelled
    | AppointmentsShown
    | NothingToChange
    | NameSaved
    | HandedOver
    | BookingAway
    | RequestNoted
    | RequestDropped
)

"""The one Protocol every booking system satisfies. `execute` knows nothing else about where appointments live."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from salonbot.config.plan import SalonPlan
from salonbot.model.booking import Appointment, AppointmentId, Refusal, Slot, Window
from salonbot.model.messages import ChatKey
from salonbot.model.salon import Catalogue, SalonProfile, ServiceId, StylistId, WorkingDay


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Who the appointment is for. Ownership goes by chat or by the full phone WhatsApp vouches for, never by name."""

    chat: ChatKey
    name: str = ""
    phone: str | None = None
    """Digits with country code, no plus, as WhatsApp gives it: proof of ownership."""
    told_phone: str | None = None
    """What they told us where WhatsApp hides it: written into records, proof of nothing, for anyone can tell any."""

    @property
    def reachable_at(self) -> str | None:
        """The phone a record is made with."""
        return self.phone or self.told_phone


class BookingSystem(Protocol):
    """Free slots and appointments of one salon. All datetimes are aware, in the salon's zone.

    Every method raises BookingUnavailable when the system cannot be reached: that is never "no free slots".
    Writes take a `key` that names the wish (turn and position): a second call with the same key returns the first
    call's appointment and changes nothing. A write whose fate is unknown raises OutcomeUnknown.
    """

    async def profile(self) -> SalonProfile:
        """The salon as the booking system knows it, over what is configured."""

    async def catalogue(self) -> Catalogue:
        """Services and stylists on offer now."""

    async def free_slots(
        self,
        service_id: ServiceId,
        *,
        stylist_id: StylistId | None,
        window: Window,
        ignoring: AppointmentId | None = None,
    ) -> tuple[Slot, ...]:
        """Free slots within the window (horizon and lead time applied), by start, then in the salon's order.

        `stylist_id` None is anyone who does the service. `ignoring` leaves out an appointment about to be moved.
        """

    async def refusal(
        self,
        service_id: ServiceId,
        stylist_id: StylistId | None,
        start: datetime,
        *,
        ignoring: AppointmentId | None = None,
    ) -> Refusal | None:
        """Why this start cannot be booked now, or None where it can. Reserves nothing."""

    async def schedule(self, stylist_id: StylistId, first: date, last: date) -> tuple[WorkingDay, ...]:
        """One entry per local day, both ends included."""

    async def book(
        self, service_id: ServiceId, stylist_id: StylistId | None, start: datetime, guest: Guest, *, key: str
    ) -> Appointment:
        """Book, with any free stylist who does the service when `stylist_id` is None. Raises StartUnavailable."""

    async def move(
        self,
        appointment_id: AppointmentId,
        start: datetime,
        guest: Guest,
        *,
        key: str,
        stylist_id: StylistId | None = None,
    ) -> Appointment:
        """Move to a new start, with the same stylist unless told otherwise.

        Raises StartUnavailable, AppointmentGone.
        """

    async def cancel(self, appointment_id: AppointmentId, guest: Guest, *, key: str) -> Appointment:
        """Cancel; the cancelled appointment is returned. Raises AppointmentGone where it is not the guest's."""

    async def appointments(self, guest: Guest) -> tuple[Appointment, ...]:
        """The guest's booked appointments that have not begun, ascending by start."""


class PlannedBooking(BookingSystem, Protocol):
    """One whose plan may change while it works: both of ours."""

    def adopt(self, plan: SalonPlan) -> None:
        """From the next search and the next booking on this plan counts, as far as it has the say."""

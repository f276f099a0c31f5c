"""Slots, appointments, and why a booking can be refused."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NewType

from salonbot.model.salon import PriceRange, ServiceId, StylistId

AppointmentId = NewType("AppointmentId", str)


def after(start: datetime, duration: timedelta) -> datetime:
    """The moment that much real time later, in the zone of `start`; plain addition ignores an hour the clock skips."""
    return (start.astimezone(UTC) + duration).astimezone(start.tzinfo)


@dataclass(frozen=True, slots=True)
class Window:
    """When a customer would like to come, in salon-local terms; None is "open".

    Both dates are inclusive. The times bound the *start* of the visit, inclusive; where they are equal it is exact.
    """

    date_from: date | None = None
    date_to: date | None = None
    time_from: time | None = None
    time_to: time | None = None

    @property
    def is_open(self) -> bool:
        """True where nothing was said about when."""
        return self == Window()

    def allows(self, start: datetime) -> bool:
        """Whether a visit may start at this moment, given in the salon's own zone."""
        day, clock = start.date(), start.time().replace(tzinfo=None)
        return (
            (self.date_from is None or day >= self.date_from)
            and (self.date_to is None or day <= self.date_to)
            and (self.time_from is None or clock >= self.time_from)
            and (self.time_to is None or clock <= self.time_to)
        )


@dataclass(frozen=True, slots=True)
class Slot:
    """A start at which a stylist is free for a service; `start` is aware, in the salon's zone."""

    service_id: ServiceId
    stylist_id: StylistId
    start: datetime
    duration: timedelta

    @property
    def end(self) -> datetime:
        """When the visit would be over."""
        return after(self.start, self.duration)


class AppointmentState(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Appointment:
    """A record of the booking system. Titles and names are those of its making, for both may leave the catalogue."""

    id: AppointmentId
    service_id: ServiceId
    service_title: str
    stylist_id: StylistId
    stylist_name: str
    start: datetime
    """Aware, in the salon's zone."""
    duration: timedelta
    state: AppointmentState
    customer_name: str
    customer_phone: str | None
    """Digits with country code, no plus; None where WhatsApp hides it."""
    price: PriceRange | None = None

    @property
    def end(self) -> datetime:
        """When the visit is over."""
        return after(self.start, self.duration)


class Refusal(StrEnum):
    """Why a start cannot be booked."""

    TAKEN = "taken"
    CLOSED = "closed"
    """Outside the stylist's hours, or the visit would not end before they close."""
    PAST = "past"
    TOO_SOON = "too_soon"
    """Inside the salon's lead time."""
    TOO_FAR = "too_far"
    """Beyond the salon's booking horizon."""

"""What a customer can want done: a closed set, the meeting point of every brain and of `execute`.

The names and fields are part of the interface (`salonbot eval --help`). None means "not said". `service` and `stylist`
hold the title or name in the catalogue where it was recognised, the customer's own words otherwise; execution tells
them apart and answers honestly. There is no phone and no customer field: the sender is the customer.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from salonbot.model.booking import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class ListServices:
    """Which services there are and what they cost."""

    kind: Literal["list_services"] = "list_services"
    service: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainService:
    """What a service is."""

    kind: Literal["explain_service"] = "explain_service"
    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSlots:
    """When could I come?"""

    kind: Literal["search_slots"] = "search_slots"
    service: str | None = None
    stylist: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    time_from: time | None = None
    time_to: time | None = None

    @property
    def window(self) -> Window:
        return Window(self.date_from, self.date_to, self.time_from, self.time_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowSchedule:
    """When does a stylist work?"""

    kind: Literal["show_schedule"] = "show_schedule"
    stylist: str
    date_from: date | None = None
    date_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAppointment:
    """Book this service at this time."""

    kind: Literal["create_appointment"] = "create_appointment"
    service: str
    start: datetime
    """Aware, in the salon's zone, to the minute."""
    stylist: str | None = None
    name: str | None = None
    """The customer's name, where they gave it with the wish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleAppointment:
    """Move my appointment: to an exact start, or somewhere into a window."""

    kind: Literal["reschedule_appointment"] = "reschedule_appointment"
    start: datetime | None = None
    """Aware, in the salon's zone, to the minute."""
    date_from: date | None = None
    date_to: date | None = None
    time_from: time | None = None
    time_to: time | None = None
    confirmed: bool = False
    """The customer has said yes to exactly this move, after the salon asked."""

    @property
    def window(self) -> Window:
        return Window(self.date_from, self.date_to, self.time_from, self.time_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAppointment:
    """Cancel my appointment."""

    kind: Literal["cancel_appointment"] = "cancel_appointment"
    confirmed: bool = False
    """The customer has said yes to cancelling, after the salon asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowAppointments:
    """Which appointments do I have?"""

    kind: Literal["show_appointments"] = "show_appointments"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveName:
    """My name is ..."""

    kind: Literal["save_name"] = "save_name"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """I want to talk to a person."""

    kind: Literal["hand_over"] = "hand_over"


Command = (
    ListServices
    | ExplainService
    | SearchSlots
    | ShowSchedule
    | CreateAppointment
    | RescheduleAppointment
    | CancelAppointment
    | ShowAppointments
    | SaveName
    | HandOver
)

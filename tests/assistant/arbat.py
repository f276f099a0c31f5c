"""The default configuration's salon, and situations in it, for tests of the assistant."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from salonbot.config.load import load
from salonbot.config.plan import SalonPlan
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState, Slot
from salonbot.model.dialogue import Situation
from salonbot.model.messages import ChatKey, Customer
from salonbot.model.salon import Catalogue, SalonProfile, Service, Stylist

CONFIG = Path(__file__).parents[2] / "config.toml"
ANNA = ChatKey("lid:555666777888")


@cache
def plan() -> SalonPlan:
    """«Салон „Арбат“» as it stands in the repository's config.toml."""
    return load(CONFIG, environment={}).salons[0]


def salon() -> SalonProfile:
    return plan().profile


def catalogue() -> Catalogue:
    return plan().catalogue


def service(title: str) -> Service:
    found = catalogue().service_titled(title)
    assert found is not None
    return found


def stylist(name: str) -> Stylist:
    found = catalogue().stylist_named(name)
    assert found is not None
    return found


def at(text: str) -> datetime:
    """A local moment of the salon's: `at("2026-11-24 15:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=salon().zone)


NOW = "2026-11-23 10:00"
"""A Monday."""


def situation(text: str = "Привет", **changed: Any) -> Situation:
    """Anna writes on Monday, 23 November 2026, at 10:00."""
    fields: dict[str, Any] = {
        "salon": salon(),
        "catalogue": catalogue(),
        "now": at(NOW),
        "text": text,
        "customer": Customer(salon().id, ANNA, phone="79161234567", name="Анна"),
    }
    return Situation(**(fields | changed))


def slot(start: str, name: str = "Бари", title: str = "Стрижка") -> Slot:
    return Slot(service(title).id, stylist(name).id, at(start), service(title).duration)


def appointment(start: str = "2026-11-24 15:00", name: str = "Бари", title: str = "Стрижка") -> Appointment:
    wanted = service(title)
    return Appointment(
        id=AppointmentId("a-1"),
        service_id=wanted.id,
        service_title=wanted.title,
        stylist_id=stylist(name).id,
        stylist_name=name,
        start=at(start),
        duration=wanted.duration,
        state=AppointmentState.BOOKED,
        customer_name="Анна",
        customer_phone="79161234567",
        price=wanted.price,
    )


def in_a_while(minutes: float = 30) -> datetime:
    return at(NOW) + timedelta(minutes=minutes)

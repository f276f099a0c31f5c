"""Outcomes as plain facts for the model: words, dates and prices; no identifier, no phone."""

from datetime import date, datetime, time, timedelta
from typing import Any

from salonbot.model.booking import Appointment, Slot, Window
from salonbot.model.dialogue import Situation
from salonbot.model.outcomes import Outcome, RequestNoted
from salonbot.model.salon import PriceRange, Service, Stylist, WorkingDay

Fact = dict[str, Any]

HIDDEN = frozenset({"key", "stylist_id", "appointment_id"})
"""Fields of a noted request that are the program's own."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def weekday(day: date) -> str:
    """The day's name, for a model that miscounts."""
    return WEEKDAYS[day.weekday()]


def iso(moment: datetime) -> str:
    """Local time to the minute, without the zone: everything the model sees is local."""
    return f"{moment:%Y-%m-%dT%H:%M}"


def fact_of(outcome: Outcome, situation: Situation) -> Fact:
    """The outcome's kind and its fields, as far as a customer may know them."""
    return {
        name: _value(getattr(outcome, name), situation)
        for name in outcome.__dataclass_fields__
        if name not in HIDDEN and getattr(outcome, name) not in (None, Window())
    }


def _value(value: object, situation: Situation) -> object:
    match value:
        case tuple():
            return [_value(one, situation) for one in value]
        case Service():
            return _service(value, situation)
        case Stylist():
            return value.name
        case Slot():
            return _slot(value, situation)
        case Appointment():
            return _appointment(value, situation)
        case Window() | WorkingDay():
            return window_fact(value) if isinstance(value, Window) else _day(value)
        case bool():
            return value
        case RequestNoted():
            return fact_of(value, situation)
    return _clock(value)


def _clock(value: object) -> str:
    match value:
        case datetime():
            return f"{iso(value)} {weekday(value.date())}"
        case date():
            return f"{value.isoformat()} {weekday(value)}"
        case time():
            return f"{value:%H:%M}"
    return str(value)


def window_fact(window: Window) -> Fact:
    """The bounds that are set, ISO."""
    bounds = {name: getattr(window, name) for name in window.__dataclass_fields__}
    return {name: _clock(bound) for name, bound in bounds.items() if bound is not None}


def _day(day: WorkingDay) -> Fact:
    hours = [f"{hours.start:%H:%M}-{hours.end:%H:%M}" for hours in day.hours]
    return {"day": _clock(day.day), "hours": hours or "day off"}


def _service(service: Service, situation: Situation) -> Fact:
    fact: Fact = {"service": service.title, "minutes": _minutes(service.duration)}
    if service.price is not None:
        fact["price"] = _price(service.price, situation)
    if service.description:
        fact["description"] = service.description
    return fact


def _slot(slot: Slot, situation: Situation) -> Fact:
    stylist = situation.catalogue.stylist(slot.stylist_id)
    return {"start": f"{iso(slot.start)} {weekday(slot.start.date())}", "stylist": stylist.name if stylist else None}


def _appointment(appointment: Appointment, situation: Situation) -> Fact:
    fact: Fact = {
        "service": appointment.service_title,
        "stylist": appointment.stylist_name,
        "start": f"{iso(appointment.start)} {weekday(appointment.start.date())}",
        "minutes": _minutes(appointment.duration),
    }
    if appointment.price is not None:
        fact["price"] = _price(appointment.price, situation)
    return fact


def _price(price: PriceRange, situation: Situation) -> str:
    low, high = (f"{amount / 100:.2f}".removesuffix(".00") for amount in (price.low, price.high))
    amount = low if low == high else f"{low}-{high}"
    return f"{amount} {situation.salon.currency}"


def _minutes(duration: timedelta) -> int:
    return int(duration.total_seconds() // 60)

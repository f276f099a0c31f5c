"""Outcomes of every kind, drawn at random: what the offline composer is asked to put into words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import get_args

from hypothesis import strategies as st

from salonbot.model.booking import Appointment, AppointmentId, Refusal, Slot, Window
from salonbot.model.outcomes import (
    AppointmentsShown,
    Booked,
    BookingAway,
    Cancelled,
    ConfirmationNeeded,
    HandedOver,
    Moved,
    NameNeeded,
    NameSaved,
    NewTimeNeeded,
    NoSlots,
    NothingToChange,
    Outcome,
    PhoneNeeded,
    Purpose,
    RequestDropped,
    RequestNoted,
    ScheduleShown,
    ServiceExplained,
    ServiceNeeded,
    ServicesListed,
    ServiceUnknown,
    SlotsFound,
    StartRefused,
    StylistCannot,
    StylistUnknown,
    WhichAppointment,
)
from salonbot.model.salon import Hours, Service, Stylist, WorkingDay
from tests.assistant.arbat import NOW, appointment, at, catalogue

services: st.SearchStrategy[Service] = st.sampled_from(catalogue().services)
stylists: st.SearchStrategy[Stylist] = st.sampled_from(catalogue().stylists)
days: st.SearchStrategy[date] = st.integers(0, 59).map(lambda ahead: at(NOW).date() + timedelta(days=ahead))
clocks: st.SearchStrategy[time] = st.integers(9 * 4, 20 * 4).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
mentions: st.SearchStrategy[str] = st.sampled_from(
    ["массаж", "Иван", "королевское бритьё", "Sugaring", "к Зухре", "спа"]
)
purposes: st.SearchStrategy[Purpose] = st.sampled_from(Purpose)


@st.composite
def starts(draw: st.DrawFn) -> datetime:
    return datetime.combine(draw(days) + timedelta(days=1), draw(clocks), tzinfo=at(NOW).tzinfo)


@st.composite
def slots(draw: st.DrawFn) -> Slot:
    service = draw(services)
    able = catalogue().stylists_for(service.id)
    return Slot(service.id, draw(st.sampled_from(able)).id, draw(starts()), service.duration)


def _slots_of(
    draw: st.DrawFn, service: Service, most: int, least: int = 0, by: Stylist | None = None
) -> tuple[Slot, ...]:
    able = (by,) if by is not None else catalogue().stylists_for(service.id)
    moments = sorted(draw(st.sets(starts(), min_size=least, max_size=most)))
    return tuple(Slot(service.id, draw(st.sampled_from(able)).id, start, service.duration) for start in moments)


@st.composite
def appointments(draw: st.DrawFn) -> Appointment:
    service = draw(services)
    name = draw(st.sampled_from(catalogue().stylists_for(service.id))).name
    made = appointment(f"{draw(starts()):%Y-%m-%d %H:%M}", name, service.title)
    return replace(made, price=draw(st.sampled_from([service.price, None])))


@st.composite
def windows(draw: st.DrawFn) -> Window:
    first, last = sorted((draw(days), draw(days)))
    early, late = sorted((draw(clocks), draw(clocks)))
    day = draw(st.sampled_from([(None, None), (first, first), (first, last), (first, None), (None, last)]))
    clock = draw(st.sampled_from([(None, None), (early, early), (early, late), (early, None), (None, late)]))
    return Window(*day, *clock)


@st.composite
def working_days(draw: st.DrawFn) -> tuple[WorkingDay, ...]:
    first = draw(days)
    hours = (Hours(time(10), time(14)), Hours(time(15), time(20)))
    return tuple(
        WorkingDay(first + timedelta(days=ahead), hours[: draw(st.integers(0, 2))])
        for ahead in range(draw(st.integers(1, 7)))
    )


@st.composite
def searches(draw: st.DrawFn) -> Outcome:
    service, window = draw(services), draw(windows())
    stylist = draw(st.none() | st.sampled_from(catalogue().stylists_for(service.id)))
    kind = draw(st.sampled_from(["found", "none", "refused", "moving"]))
    if kind == "found":
        fitting = _slots_of(draw, service, 5, 1, stylist)
        return SlotsFound(service=service, stylist=stylist, window=window, slots=fitting, more=draw(st.booleans()))
    nearest = _slots_of(draw, service, 3, by=stylist)
    if kind == "none":
        off = stylist is not None and draw(st.booleans())
        return NoSlots(service=service, stylist=stylist, window=window, nearest=nearest, day_off=off)
    return StartRefused(
        service=service,
        stylist=stylist,
        start=draw(starts()),
        reason=draw(st.sampled_from(Refusal)),
        nearest=nearest,
        moving=draw(appointments()) if kind == "moving" else None,
    )


@st.composite
def needs(draw: st.DrawFn) -> Outcome:
    slot = draw(slots())
    service, stylist = catalogue().service(slot.service_id), catalogue().stylist(slot.stylist_id)
    assert service is not None
    assert stylist is not None
    if draw(st.booleans()):
        return NameNeeded(slot=slot, service=service, stylist=stylist)
    return PhoneNeeded(slot=slot, service=service, stylist=stylist)


@st.composite
def confirmations(draw: st.DrawFn) -> Outcome:
    purpose, mine = draw(purposes), draw(appointments())
    new = Slot(mine.service_id, mine.stylist_id, draw(starts()), mine.duration) if purpose is Purpose.MOVE else None
    return ConfirmationNeeded(purpose=purpose, appointment=mine, new_slot=new)


@st.composite
def time_wanted(draw: st.DrawFn) -> Outcome:
    mine = draw(appointments())
    service = catalogue().service(mine.service_id)
    assert service is not None
    return NewTimeNeeded(appointment=mine, window=draw(windows()), slots=_slots_of(draw, service, 5))


some_services = st.lists(services, max_size=9, unique=True).map(tuple)
some_appointments = st.lists(appointments(), max_size=3, unique_by=lambda one: one.start).map(
    lambda many: tuple(sorted(many, key=lambda one: one.start))
)

noted: st.SearchStrategy[RequestNoted] = st.one_of(
    st.builds(
        RequestNoted,
        key=st.just("turn-1:0"),
        purpose=st.none(),
        start=starts(),
        service=services,
        stylist=st.none() | stylists,
    ),
    st.builds(
        RequestNoted,
        key=st.just("turn-1:0"),
        purpose=purposes,
        start=starts(),
        appointment_id=st.just(AppointmentId("7")),
        previous_start=st.none() | starts(),
    ),
)

outcomes: st.SearchStrategy[Outcome] = st.one_of(
    searches(),
    needs(),
    confirmations(),
    time_wanted(),
    st.builds(ServicesListed, services=some_services, asked=st.none() | mentions),
    services.map(lambda one: ServiceExplained(service=one, stylists=catalogue().stylists_for(one.id))),
    st.builds(ScheduleShown, stylist=stylists, days=working_days()),
    st.builds(Booked, appointment=appointments()),
    st.builds(ServiceNeeded, candidates=some_services, mention=st.sampled_from([None, "стрижка", "ногти", "haircut"])),
    st.builds(ServiceUnknown, mention=mentions, closest=st.lists(services, max_size=3, unique=True).map(tuple)),
    mentions.map(lambda one: StylistUnknown(mention=one, stylists=catalogue().stylists)),
    st.builds(
        StylistCannot, stylist=stylists, service=services, others=st.lists(stylists, max_size=3, unique=True).map(tuple)
    ),
    st.builds(WhichAppointment, purpose=purposes, appointments=some_appointments.filter(lambda many: len(many) > 1)),
    st.builds(Moved, appointment=appointments(), previous_start=starts()),
    st.builds(Cancelled, appointment=appointments()),
    st.builds(AppointmentsShown, appointments=some_appointments),
    st.builds(NothingToChange, purpose=purposes),
    st.builds(NameSaved, name=st.sampled_from(["Анна", "Арбак", "John"])),
    st.just(HandedOver()),
    st.just(BookingAway()),
    noted,
    st.builds(RequestDropped, request=noted),
)

KINDS: tuple[Callable[..., Outcome], ...] = get_args(Outcome)

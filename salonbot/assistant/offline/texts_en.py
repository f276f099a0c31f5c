"""Every sentence an English-speaking customer can get. Titles and names stay as the catalogue has them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import assert_never

from salonbot.assistant.offline.parts import SIGNS, Part, amount
from salonbot.model.booking import Appointment, Refusal, Slot, Window
from salonbot.model.dialogue import Topic
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
from salonbot.model.salon import PriceRange, SalonProfile, Service, Stylist, WorkingDay

CAN_BE_CHANGED = "You can move or cancel an appointment at any time by writing here."

_WEEKDAY = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_REFUSED = {
    Refusal.TAKEN: "Sorry, that time is already taken",
    Refusal.CLOSED: "Sorry, that time is not available: outside working hours",
    Refusal.PAST: "That time is already over, not available",
    Refusal.TOO_SOON: "Sorry, that time is too soon, not available any more",
    Refusal.TOO_FAR: "Sorry, that date is too far ahead, not available yet",
}


class English:
    """The salon's voice in English."""

    def __init__(self, salon: SalonProfile, now: datetime) -> None:
        self._salon = salon
        self._now = now

    def greeting(self) -> str:
        """By the salon's own clock."""
        hour = self._now.hour
        if 5 <= hour < 12:
            return "Good morning!"
        if 12 <= hour < 18:
            return "Good afternoon!"
        return "Good evening!" if 18 <= hour < 23 else "Hello!"

    def tell(self, outcome: Outcome) -> Part:
        """What is said of one outcome: nothing that does not stand in it, in the catalogue or in the salon's profile."""
        match outcome:
            case ServicesListed() | ServiceExplained() | ServiceNeeded() | ServiceUnknown():
                return self._about_services(outcome)
            case SlotsFound() | NoSlots() | StartRefused() | ScheduleShown():
                return self._about_times(outcome)
            case StylistUnknown() | StylistCannot():
                return self._about_stylists(outcome)
            case Booked() | Moved() | Cancelled() | AppointmentsShown():
                return self._about_appointments(outcome)
            case NameNeeded() | PhoneNeeded() | WhichAppointment() | ConfirmationNeeded() | NewTimeNeeded():
                return self._asking(outcome)
            case NothingToChange():
                verb = "cancel" if outcome.purpose is Purpose.CANCEL else "move"
                return Part(f"You have no upcoming appointment to {verb}.", "Would you like to book one?")
            case NameSaved():
                return Part(f"Thank you, {outcome.name}!")
            case HandedOver():
                return Part("Your message has been passed to a person of the salon; they will answer you in this chat.")
            case BookingAway():
                call = f" or call {self._salon.phone}" if self._salon.phone else ""
                return Part(
                    f"The appointment book cannot be reached right now; nothing was changed. Please write a little later{call}."
                )
            case _:
                assert_never(outcome)

    def topic(self, topic: Topic, *, misunderstood: int, has_offers: bool) -> str:
        """What is said to small talk and to questions about the salon."""
        salon = self._salon
        match topic:
            case Topic.GREETING:
                return f"This is {salon.name}. I can tell you about services and prices, book, move or cancel an appointment."
            case Topic.THANKS:
                return "You are welcome!"
            case Topic.FAREWELL:
                return "Goodbye, see you!"
            case Topic.AGREEMENT:
                return "Which time suits you?" if has_offers else "Good! Anything else I can help with?"
            case Topic.REFUSAL:
                return "All right. Write if you need anything."
            case Topic.ADDRESS:
                return f"Our address: {salon.address}." if salon.address else self._ask_us("the address")
            case Topic.HOURS:
                return (
                    f"Our opening hours: {salon.hours_note}." if salon.hours_note else self._ask_us("the opening hours")
                )
            case Topic.CONTACTS:
                ways = [f"phone {salon.phone}"] if salon.phone else []
                ways += [f"website {salon.website}"] if salon.website else []
                return f"How to reach us: {', '.join(ways)}." if ways else self._ask_us("the contacts")
            case Topic.WHO_ARE_YOU:
                return (
                    f"I am the virtual assistant of {salon.name}: I tell about services, book, move and cancel appointments. "
                    "If you need a person, write “operator”."
                )
            case Topic.MEDIA:
                return "I cannot read voice messages, pictures and files yet. Please write it in words."
            case Topic.UNCLEAR:
                return self._unclear(misunderstood)
            case _:
                assert_never(topic)

    def _ask_us(self, what: str) -> str:
        return f"A person of the salon can tell you {what}: write “operator”."

    def _unclear(self, misunderstood: int) -> str:
        if misunderstood >= 2:
            return "It seems I do not understand you. If you like, I will call a person of the salon: write “operator”."
        return (
            "Sorry, I did not understand that. I can tell you about services and prices, find a time, "
            "book, move or cancel an appointment."
        )

    def _about_services(self, outcome: ServicesListed | ServiceExplained | ServiceNeeded | ServiceUnknown) -> Part:
        match outcome:
            case ServicesListed():
                return self._listed(outcome)
            case ServiceExplained():
                service = outcome.service
                about = (
                    f"{service.title}: {self._sentence(service.description)}"
                    if service.description
                    else f"{service.title}."
                )
                people = (
                    f" {_one_or_many(outcome.stylists, 'Stylist', 'Stylists')}: {_names(outcome.stylists)}."
                    if outcome.stylists
                    else ""
                )
                return Part(f"{about} {self._price_and_length(service)}{people}", "Would you like to book?")
            case ServiceNeeded():
                return self._service_needed(outcome)
            case ServiceUnknown():
                text = f"We do not offer “{outcome.mention}”."
                if outcome.closest:
                    return Part(f"{text} These are close:\n{self._lines(outcome.closest)}", "Would one of these do?")
                return Part(text, "Shall I send you the list of services?")

    def _listed(self, outcome: ServicesListed) -> Part:
        if not outcome.services:
            return Part("The list of services is empty at the moment.")
        if len(outcome.services) == 1:
            (service,) = outcome.services
            return Part(f"{service.title}. {self._price_and_length(service)}", "Would you like to book?")
        categories = dict.fromkeys(service.category for service in outcome.services)
        blocks = []
        for category in categories:
            lines = self._lines(service for service in outcome.services if service.category == category)
            blocks.append(f"{category}:\n{lines}" if category else lines)
        head = "Our services and prices" if outcome.asked is None else "This is what we have"
        return Part(f"{head}\n\n" + "\n\n".join(blocks), "Which service would you like to book?")

    def _service_needed(self, outcome: ServiceNeeded) -> Part:
        question = "Which service would you like to book?"
        if not outcome.candidates:
            return Part(question, must_ask=True)
        head = f"“{outcome.mention}” can be:" if outcome.mention else "For example:"
        lines = self._lines(outcome.candidates)
        if outcome.mention:
            return Part(f"{head}\n{lines}\n{question}", must_ask=True)
        return Part(f"{question} {head}\n{lines}", must_ask=True)

    def _about_times(self, outcome: SlotsFound | NoSlots | StartRefused | ScheduleShown) -> Part:
        match outcome:
            case SlotsFound():
                what = _what(outcome.service, outcome.stylist)
                if len(outcome.slots) == 1:
                    (slot,) = outcome.slots
                    return Part(f"Available: {what}, {self._on(slot.start)}.", "Shall I book it for you?")
                more = " There are other times, too." if outcome.more else ""
                return Part(f"{what}. Available times:\n{self._slots(outcome.slots)}", f"Which time suits you?{more}")
            case NoSlots():
                return self._no_slots(outcome)
            case StartRefused():
                text = (
                    f"{_REFUSED[outcome.reason]}: {_what(outcome.service, outcome.stylist)}, {self._on(outcome.start)}."
                )
                if outcome.moving:
                    text += f" Your appointment has not changed: {self._on(outcome.moving.start)}."
                return self._nearest(text, outcome.nearest)
            case ScheduleShown():
                return Part(self._schedule(outcome))

    def _no_slots(self, outcome: NoSlots) -> Part:
        when = self._window(outcome.window)
        if outcome.day_off and outcome.stylist:
            text = f"{outcome.stylist.name} is off {when or 'on these days'}."
        else:
            text = (
                f"Sorry, there is nothing free{' ' + when if when else ''}: {_what(outcome.service, outcome.stylist)}."
            )
        return self._nearest(text, outcome.nearest)

    def _nearest(self, text: str, slots: Sequence[Slot]) -> Part:
        if not slots:
            return Part(text, "Shall I look for another time?")
        return Part(f"{text}\nThe nearest available times:\n{self._slots(slots)}", "Would one of these suit you?")

    def _schedule(self, outcome: ScheduleShown) -> str:
        if len(outcome.days) == 1:
            (day,) = outcome.days
            works = f"works {_hours(day)}" if day.hours else "does not work"
            return f"{outcome.stylist.name} {works} {self._on_day(day.day)}."
        lines = "\n".join(
            f"{_WEEKDAY[day.day.weekday()][:3]}, {self._date(day.day)}: {_hours(day)}" for day in outcome.days
        )
        return f"Working hours, {outcome.stylist.name}:\n{lines}"

    def _about_stylists(self, outcome: StylistUnknown | StylistCannot) -> Part:
        match outcome:
            case StylistUnknown():
                text = f"There is no stylist “{outcome.mention}” here. {_one_or_many(outcome.stylists, 'Our stylist', 'Our stylists')}: {_names(outcome.stylists)}."
                return Part(text, "Which stylist would you like?")
            case StylistCannot():
                text = f"{outcome.stylist.name} does not do this: {outcome.service.title}."
                if not outcome.others:
                    return Part(text)
                return Part(
                    f"{text} {_one_or_many(outcome.others, 'It is done by', 'It is done by')}: {_names(outcome.others)}.",
                    "Which stylist would you like?",
                )

    def _about_appointments(self, outcome: Booked | Moved | Cancelled | AppointmentsShown) -> Part:
        address = f"See you at {self._salon.address}." if self._salon.address else ""
        match outcome:
            case Booked(appointment=appointment):
                name = f"{appointment.customer_name}, you" if appointment.customer_name else "You"
                price = f" Price: {self._price(appointment.price)}." if appointment.price else ""
                return Part(f"{name} are booked: {self._visit(appointment)}.{price}", closing=address)
            case Moved(appointment=appointment):
                return Part(
                    f"Your appointment has been moved. Before: {self._on(outcome.previous_start)}. Now: {self._visit(appointment)}.",
                    closing=address,
                )
            case Cancelled(appointment=appointment):
                return Part(
                    f"Your appointment has been cancelled: {self._visit(appointment)}. We hope to see you another time."
                )
            case AppointmentsShown(appointments=()):
                return Part("You have no upcoming appointments.", "Would you like to book?")
            case AppointmentsShown(appointments=(only,)):
                return Part(f"You are booked: {self._visit(only)}.", closing=address)
            case AppointmentsShown():
                return Part(f"Your appointments:\n{self._numbered(outcome.appointments)}", closing=address)

    def _asking(
        self, outcome: NameNeeded | PhoneNeeded | WhichAppointment | ConfirmationNeeded | NewTimeNeeded
    ) -> Part:
        match outcome:
            case NameNeeded():
                return Part(
                    f"That time is free: {_what(outcome.service, outcome.stylist)}, {self._on(outcome.slot.start)}. What is your name?",
                    must_ask=True,
                )
            case PhoneNeeded():
                what = f"{_what(outcome.service, outcome.stylist)}, {self._on(outcome.slot.start)}"
                return Part(
                    f"That time is free: {what}. Please send me your phone number for the booking.", must_ask=True
                )
            case WhichAppointment():
                verb = "cancel" if outcome.purpose is Purpose.CANCEL else "move"
                return Part(
                    f"You have several appointments:\n{self._numbered(outcome.appointments)}\nWhich one shall I {verb}?",
                    must_ask=True,
                )
            case ConfirmationNeeded():
                return self._confirmation(outcome)
            case NewTimeNeeded():
                visit = self._visit(outcome.appointment)
                free = f"\nAvailable times:\n{self._slots(outcome.slots)}" if outcome.slots else ""
                return Part(f"You are booked now: {visit}.{free}\nWhen shall I move it to?", must_ask=True)

    def _confirmation(self, outcome: ConfirmationNeeded) -> Part:
        visit = self._visit(outcome.appointment)
        if outcome.purpose is Purpose.CANCEL or outcome.new_slot is None:
            verb = "cancel" if outcome.purpose is Purpose.CANCEL else "move"
            return Part(f"Shall I {verb} this appointment: {visit}? Please answer yes or no.", must_ask=True)
        return Part(
            f"Now: {visit}.\nShall I move it to {self._on(outcome.new_slot.start)}? Please answer yes or no.",
            must_ask=True,
        )

    def _price_and_length(self, service: Service) -> str:
        price = f"Price: {self._price(service.price)}, length" if service.price else "Length"
        return f"{price}: {duration(service.duration)}."

    def _lines(self, services: Iterable[Service]) -> str:
        return "\n".join(
            f"• {service.title}"
            + (f": {self._price(service.price)}" if service.price else "")
            + f", {duration(service.duration)}"
            for service in services
        )

    def _price(self, price: PriceRange) -> str:
        sign = SIGNS.get(self._salon.currency, self._salon.currency)
        low = amount(price.low, thousands=",", decimal=".")
        if price.low == price.high:
            return f"{low} {sign}"
        return f"{low}–{amount(price.high, thousands=',', decimal='.')} {sign}"

    def _visit(self, appointment: Appointment) -> str:
        return f"{appointment.service_title} with {appointment.stylist_name}, {self._on(appointment.start)}"

    def _numbered(self, appointments: Sequence[Appointment]) -> str:
        return "\n".join(f"{number}. {self._visit(appointment)}" for number, appointment in enumerate(appointments, 1))

    def _slots(self, slots: Sequence[Slot]) -> str:
        lines = []
        for day, same_day in groupby(slots, key=lambda slot: slot.start.date()):
            times = dict.fromkeys(f"{slot.start:%H:%M}" for slot in same_day)
            lines.append(f"{self._on_day(day)}: {', '.join(times)}")
        return "\n".join(lines)

    def _on(self, start: datetime) -> str:
        return f"{self._on_day(start.date())}, at {start:%H:%M}"

    def _on_day(self, day: date) -> str:
        return f"on {_WEEKDAY[day.weekday()]}, {self._date(day)}"

    def _date(self, day: date) -> str:
        year = f" {day.year}" if day.year != self._now.year else ""
        return f"{day.day} {_MONTH[day.month - 1]}{year}"

    def _window(self, window: Window) -> str:
        return " ".join(
            part
            for part in (self._days(window.date_from, window.date_to), _times(window.time_from, window.time_to))
            if part
        )

    def _days(self, first: date | None, last: date | None) -> str:
        if first and first == last:
            return self._on_day(first)
        since = f"from {self._date(first)}" if first else ""
        until = f"to {self._date(last)}" if last else ""
        return " ".join(part for part in (since, until) if part)

    @staticmethod
    def _sentence(text: str) -> str:
        return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def duration(length: timedelta) -> str:
    """1 hour 30 minutes."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    said = [f"{hours} hour{'s' if hours != 1 else ''}"] if hours else []
    said += [f"{minutes} minute{'s' if minutes != 1 else ''}"] if minutes or not hours else []
    return " ".join(said)


def _times(first: time | None, last: time | None) -> str:
    if first and first == last:
        return f"at {first:%H:%M}"
    since = f"from {first:%H:%M}" if first else ""
    until = f"until {last:%H:%M}" if last else ""
    return " ".join(part for part in (since, until) if part)


def _what(service: Service, stylist: Stylist | None) -> str:
    return f"{service.title} with {stylist.name}" if stylist else service.title


def _names(stylists: Iterable[Stylist]) -> str:
    return ", ".join(stylist.name for stylist in stylists)


def _one_or_many(people: Sequence[Stylist], one: str, many: str) -> str:
    return one if len(people) == 1 else many


def _hours(day: WorkingDay) -> str:
    return ", ".join(f"{part.start:%H:%M}–{part.end:%H:%M}" for part in day.hours) or "day off"

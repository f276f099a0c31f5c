"""The salon's voice: what is said of each outcome and each topic, in the language of a Wording.

Nothing is said that does not stand in the outcome, in the catalogue or in the salon's profile.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import assert_never

from salonbot.assistant.offline.figures import Figures
from salonbot.assistant.offline.parts import Part
from salonbot.assistant.offline.wording import Wording
from salonbot.model.booking import Slot
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
from salonbot.model.salon import Catalogue, SalonProfile, Stylist


class Voice:
    """One salon speaking to one customer at one moment."""

    def __init__(self, words: Wording, salon: SalonProfile, catalogue: Catalogue, now: datetime) -> None:
        self._words = words
        self._salon = salon
        self._catalogue = catalogue
        self._now = now
        self._write = Figures(words, salon, catalogue, now)

    def greeting(self) -> str:
        """By the salon's own clock."""
        hour = self._now.hour
        if 5 <= hour < 12:
            return self._words.good_morning
        if 12 <= hour < 18:
            return self._words.good_day
        return self._words.good_evening if 18 <= hour < 23 else self._words.good_night

    def tell(self, outcome: Outcome) -> Part:
        """What is said of one outcome."""
        words = self._words
        match outcome:
            case ServicesListed() | ServiceExplained() | ServiceNeeded() | ServiceUnknown():
                return self._about_services(outcome)
            case SlotsFound() | NoSlots() | StartRefused() | ScheduleShown():
                return self._about_times(outcome)
            case StylistUnknown() | StylistCannot():
                return self._about_stylists(outcome)
            case Booked() | Moved() | Cancelled() | AppointmentsShown() | NothingToChange():
                return self._about_appointments(outcome)
            case NameNeeded() | PhoneNeeded() | WhichAppointment() | ConfirmationNeeded() | NewTimeNeeded():
                return self._asking(outcome)
            case NameSaved():
                return Part(words.name_saved.format(name=outcome.name))
            case HandedOver():
                return Part(words.handed_over)
            case BookingAway() | RequestNoted() | RequestDropped():
                return self._while_away(outcome)
            case _:
                assert_never(outcome)

    def topic(self, topic: Topic, *, misunderstood: int = 0) -> str:
        """What is said to small talk and to questions about the salon."""
        words = self._words
        match topic:
            case Topic.ADDRESS | Topic.HOURS | Topic.CONTACTS | Topic.GREETING | Topic.WHO_ARE_YOU:
                return self._about_salon(topic)
            case Topic.THANKS:
                return words.you_are_welcome
            case Topic.FAREWELL:
                return words.farewell
            case Topic.AGREEMENT:
                return words.agreement
            case Topic.REFUSAL:
                return words.refusal
            case Topic.MEDIA:
                return words.no_media
            case Topic.UNCLEAR:
                return words.unclear_again if misunderstood >= 2 else words.unclear
            case _:
                assert_never(topic)

    def _about_salon(self, topic: Topic) -> str:
        words, salon = self._words, self._salon
        if topic is Topic.ADDRESS and salon.address:
            return words.address.format(address=salon.address)
        if topic is Topic.HOURS and salon.hours_note:
            return words.hours.format(hours=salon.hours_note)
        ways = [words.phone.format(phone=salon.phone)] if salon.phone else []
        ways += [words.website.format(website=salon.website)] if salon.website else []
        if topic is Topic.CONTACTS and ways:
            return words.contacts.format(ways=", ".join(ways))
        if topic is Topic.GREETING:
            return words.about_us.format(salon=salon.name)
        return words.who_we_are.format(salon=salon.name) if topic is Topic.WHO_ARE_YOU else words.ask_a_person

    def _about_services(self, outcome: ServicesListed | ServiceExplained | ServiceNeeded | ServiceUnknown) -> Part:
        words = self._words
        match outcome:
            case ServicesListed():
                return self._listed(outcome)
            case ServiceExplained(service=service, stylists=stylists):
                about = (
                    f"{service.title}: {_sentence(service.description)}" if service.description else f"{service.title}."
                )
                by = words.done_by_one if len(stylists) == 1 else words.done_by_many
                people = f" {by.format(names=_names(stylists))}" if stylists else ""
                return Part(f"{about} {self._write.price_and_duration(service)}{people}", words.want_to_book)
            case ServiceNeeded(candidates=candidates):
                lines = f"\n{self._write.lines(candidates)}" if candidates else ""
                if outcome.mention:
                    return Part(
                        f"{words.which_like.format(mention=outcome.mention)}{lines}\n{words.which_service}",
                        must_ask=True,
                    )
                example = f" {words.for_example}" if candidates else ""
                return Part(f"{words.which_service}{example}{lines}", must_ask=True)
            case ServiceUnknown(closest=closest):
                text = words.service_unknown.format(mention=outcome.mention)
                if closest:
                    return Part(f"{text} {words.something_close}\n{self._write.lines(closest)}", words.would_one_do)
                return Part(text, words.send_services)

    def _listed(self, outcome: ServicesListed) -> Part:
        words, services = self._words, outcome.services
        if not services:
            return Part(words.no_services)
        if len(services) == 1:
            return Part(f"{services[0].title}. {self._write.price_and_duration(services[0])}", words.want_to_book)
        blocks = []
        for category in dict.fromkeys(service.category for service in services):
            lines = self._write.lines(service for service in services if service.category == category)
            blocks.append(f"{category}:\n{lines}" if category else lines)
        head = words.services if outcome.asked is None else words.some_services
        return Part(f"{head}\n\n" + "\n\n".join(blocks), words.which_service)

    def _about_times(self, outcome: SlotsFound | NoSlots | StartRefused | ScheduleShown) -> Part:
        words = self._words
        match outcome:
            case SlotsFound(slots=(slot,)) if not outcome.more:
                person = outcome.stylist or self._catalogue.stylist(slot.stylist_id)
                what = self._write.what(outcome.service, person)
                return Part(words.one_slot.format(what=what, start=self._write.on(slot.start)), words.book_it)
            case SlotsFound():
                head = words.slots.format(what=self._write.what(outcome.service, outcome.stylist))
                more = f"\n{words.more_times}" if outcome.more else ""
                return Part(f"{head}\n{self._write.slots(outcome.slots, outcome.stylist)}{more}", words.which_time)
            case NoSlots():
                return self._no_slots(outcome)
            case StartRefused():
                what = self._write.what(outcome.service, outcome.stylist)
                text = words.refused[outcome.reason].format(what=what, start=self._write.on(outcome.start))
                if outcome.moving:
                    text += " " + words.not_moved.format(start=self._write.on(outcome.moving.start))
                return self._nearest(text, outcome.nearest, outcome.stylist)
            case ScheduleShown():
                return Part(self._schedule(outcome))

    def _no_slots(self, outcome: NoSlots) -> Part:
        words, window = self._words, outcome.window
        if outcome.day_off and outcome.stylist:
            when = self._write.days(window.date_from, window.date_to) or words.on_these_days
            text = words.day_off.format(stylist=outcome.stylist.name, when=when)
        else:
            when = self._write.window_words(window)
            what = self._write.what(outcome.service, outcome.stylist)
            text = words.no_slots.format(when=f" {when}" if when else "", what=what)
        return self._nearest(text, outcome.nearest, outcome.stylist)

    def _nearest(self, text: str, slots: Sequence[Slot], stylist: Stylist | None) -> Part:
        words = self._words
        if not slots:
            return Part(text, words.look_further)
        return Part(f"{text}\n{words.nearest}\n{self._write.slots(slots, stylist)}", words.would_one_suit)

    def _schedule(self, outcome: ScheduleShown) -> str:
        words, name = self._words, outcome.stylist.name
        if len(outcome.days) == 1:
            (day,) = outcome.days
            template = words.works if day.hours else words.works_not
            return template.format(stylist=name, day=self._write.on_day(day.day), hours=self._write.hours(day))
        lines = [f"{self._write.in_table(day.day)}: {self._write.hours(day)}" for day in outcome.days]
        return "\n".join((words.schedule.format(stylist=name), *lines))

    def _while_away(self, outcome: BookingAway | RequestNoted | RequestDropped) -> Part:
        words = self._words
        match outcome:
            case BookingAway():
                call = f" {words.away_call.format(phone=self._salon.phone)}" if self._salon.phone else ""
                return Part(words.away + call)
            case RequestNoted():
                return Part(words.noted.format(request=self._requested(outcome)))
            case RequestDropped(request=request):
                return Part(words.request_dropped.format(request=self._requested(request)))

    def _requested(self, noted: RequestNoted) -> str:
        """What a noted request asks for."""
        words, start = self._words, self._write.on(noted.start)
        if noted.service is not None:
            return words.visit_wanted.format(what=self._write.what(noted.service, noted.stylist), start=start)
        if noted.purpose is Purpose.CANCEL:
            return words.cancelling_wanted.format(start=start)
        if noted.previous_start is None:
            return words.moving_wanted.format(start=start)
        return words.moving_wanted_from.format(before=self._write.on(noted.previous_start), start=start)

    def _about_stylists(self, outcome: StylistUnknown | StylistCannot) -> Part:
        words = self._words
        if isinstance(outcome, StylistUnknown):
            text, people = words.stylist_unknown.format(mention=outcome.mention), outcome.stylists
            ours = words.our_stylist if len(people) == 1 else words.our_stylists
        else:
            text = words.stylist_cannot.format(stylist=outcome.stylist.name, service=outcome.service.title)
            people = outcome.others
            ours = words.done_by_one if len(people) == 1 else words.done_by_many
        if not people:
            return Part(text)
        return Part(f"{text} {ours.format(names=_names(people))}", words.to_whom)

    def _about_appointments(self, outcome: Booked | Moved | Cancelled | AppointmentsShown | NothingToChange) -> Part:
        words = self._words
        address = words.expect_you.format(address=self._salon.address) if self._salon.address else ""
        match outcome:
            case Booked(appointment=it):
                template = words.booked_named if it.customer_name else words.booked
                price = f" {words.price.format(price=self._write.price(it.price))}" if it.price else ""
                return Part(
                    template.format(name=it.customer_name, visit=self._write.visit(it)) + price, closing=address
                )
            case Moved(appointment=it):
                before = self._write.on(outcome.previous_start)
                return Part(words.moved.format(before=before, visit=self._write.visit(it)), closing=address)
            case Cancelled(appointment=it):
                return Part(words.cancelled.format(visit=self._write.visit(it)))
            case AppointmentsShown(appointments=()):
                return Part(words.none_booked, words.want_to_book)
            case AppointmentsShown(appointments=(only,)):
                return Part(words.booked.format(visit=self._write.visit(only)), closing=address)
            case AppointmentsShown(appointments=several):
                return Part(f"{words.appointments}\n{self._write.numbered(several)}", closing=address)
            case NothingToChange(purpose=purpose):
                text = words.nothing_to_cancel if purpose is Purpose.CANCEL else words.nothing_to_move
                return Part(text, words.want_to_book)

    def _asking(
        self, outcome: NameNeeded | PhoneNeeded | WhichAppointment | ConfirmationNeeded | NewTimeNeeded
    ) -> Part:
        words = self._words
        match outcome:
            case NameNeeded(slot=slot) | PhoneNeeded(slot=slot):
                template = words.name_needed if isinstance(outcome, NameNeeded) else words.phone_needed
                what = self._write.what(outcome.service, outcome.stylist)
                return Part(template.format(what=what, start=self._write.on(slot.start)), must_ask=True)
            case WhichAppointment(purpose=purpose):
                question = words.which_to_cancel if purpose is Purpose.CANCEL else words.which_to_move
                lines = self._write.numbered(outcome.appointments)
                return Part(f"{words.several}\n{lines}\n{question}", must_ask=True)
            case ConfirmationNeeded():
                return Part(self._confirmation(outcome), must_ask=True)
            case NewTimeNeeded(appointment=it):
                times = f"\n{words.free_times}\n{self._write.slots(outcome.slots, None)}" if outcome.slots else ""
                now = words.now_booked.format(visit=self._write.visit(it))
                return Part(f"{now}{times}\n{words.move_to_when}", must_ask=True)

    def _confirmation(self, outcome: ConfirmationNeeded) -> str:
        it, slot = outcome.appointment, outcome.new_slot
        if slot is None:
            return self._words.cancel_this.format(visit=self._write.visit(it))
        start, person = self._write.on(slot.start), self._catalogue.stylist(slot.stylist_id)
        if person and slot.stylist_id != it.stylist_id:
            start = self._words.anyone_at.format(time=start, stylist=person.name)
        return self._words.move_this.format(visit=self._write.visit(it), start=start)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _names(stylists: Iterable[Stylist]) -> str:
    return ", ".join(stylist.name for stylist in stylists)

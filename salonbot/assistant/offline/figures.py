"""How days, times, prices and lists are written in the language of a Wording."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby

from salonbot.assistant.offline.parts import SIGNS, amount
from salonbot.assistant.offline.wording import Wording
from salonbot.model.booking import Appointment, Slot, Window
from salonbot.model.salon import Catalogue, PriceRange, SalonProfile, Service, Stylist, WorkingDay


class Figures:
    """Writes what a salon's values are, as seen from one moment. All datetimes are aware, in the salon's zone."""

    def __init__(self, words: Wording, salon: SalonProfile, catalogue: Catalogue, now: datetime) -> None:
        self._words = words
        self._salon = salon
        self._catalogue = catalogue
        self._now = now

    def in_table(self, day: date) -> str:
        """Short weekday and date."""
        return self._words.in_table(day, self._now.year)

    def price_and_duration(self, service: Service) -> str:
        """«Цена: 1 500–2 000 ₽, длительность: 1 час.»"""
        words, length = self._words, self._words.duration(service.duration)
        if service.price is None:
            return words.only_duration.format(duration=length)
        return words.price_and_duration.format(price=self.price(service.price), duration=length)

    def lines(self, services: Iterable[Service]) -> str:
        """A line a service: title, price, duration."""
        return "\n".join(
            f"• {service.title}"
            + (f": {self.price(service.price)}" if service.price else "")
            + f", {self._words.duration(service.duration)}"
            for service in services
        )

    def price(self, price: PriceRange) -> str:
        """A fixed price or a range, with the currency's sign."""
        sign = SIGNS.get(self._salon.currency, self._salon.currency)
        low, high = (
            amount(minor, thousands=self._words.thousands, decimal=self._words.decimal)
            for minor in (price.low, price.high)
        )
        return f"{low} {sign}" if low == high else f"{low}–{high} {sign}"

    def visit(self, it: Appointment) -> str:
        """Service, stylist and start of an appointment."""
        return self._words.visit.format(service=it.service_title, stylist=it.stylist_name, start=self.on(it.start))

    def numbered(self, appointments: Sequence[Appointment]) -> str:
        """Appointments as a numbered list."""
        return "\n".join(f"{number}. {self.visit(it)}" for number, it in enumerate(appointments, 1))

    def slots(self, slots: Sequence[Slot], asked: Stylist | None) -> str:
        """A line a day. Stylists are named where they differ from the one asked for, or from each other."""
        people = {slot.stylist_id for slot in slots}
        named = len(people) > 1 or (asked is not None and people != {asked.id})
        lines = []
        for day, same_day in groupby(slots, key=lambda slot: slot.start.date()):
            times = dict.fromkeys(self._time(slot, named=named) for slot in same_day)
            lines.append(f"{self.on_day(day)}: {', '.join(times)}")
        return "\n".join(lines)

    def _time(self, slot: Slot, *, named: bool) -> str:
        person = self._catalogue.stylist(slot.stylist_id) if named else None
        time = f"{slot.start:%H:%M}"
        return self._words.anyone_at.format(time=time, stylist=person.name) if person else time

    def what(self, service: Service, stylist: Stylist | None) -> str:
        """A service, and with whom where that is settled."""
        if stylist is None:
            return service.title
        return self._words.with_stylist.format(service=service.title, stylist=stylist.name)

    def hours(self, day: WorkingDay) -> str:
        """A day's working hours, or that it is a day off."""
        return ", ".join(f"{part.start:%H:%M}–{part.end:%H:%M}" for part in day.hours) or self._words.off

    def on(self, start: datetime) -> str:
        """Weekday, date and time."""
        return self._words.start.format(day=self.on_day(start.date()), time=f"{start:%H:%M}")

    def on_day(self, day: date) -> str:
        """Weekday and date."""
        return self._words.on_day(day, self._now.year)

    def window_words(self, window: Window) -> str:
        """Days and times of a window; empty for an open one."""
        return " ".join(filter(None, (self.days(window.date_from, window.date_to), self._times(window))))

    def days(self, first: date | None, last: date | None) -> str:
        """A day, or from when to when; empty where nothing was said."""
        words, year = self._words, self._now.year
        if first and first == last:
            return self.on_day(first)
        since = words.since_day.format(day=words.plain_date(first, year)) if first else ""
        until = words.until_day.format(day=words.plain_date(last, year)) if last else ""
        return " ".join(filter(None, (since, until)))

    def _times(self, window: Window) -> str:
        words, first, last = self._words, window.time_from, window.time_to
        if first and first == last:
            return words.same_start.format(time=f"{first:%H:%M}")
        since = words.since_time.format(time=f"{first:%H:%M}") if first else ""
        until = words.until_time.format(time=f"{last:%H:%M}") if last else ""
        return " ".join(filter(None, (since, until)))

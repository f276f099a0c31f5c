"""A visit that is wanted, and how its record is recognised. No I/O."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from salonbot.booking.system import Guest
from salonbot.booking.yclients import reading, wire
from salonbot.booking.yclients.online import Visit
from salonbot.booking.yclients.phones import digits
from salonbot.booking.yclients.shelf import Stock
from salonbot.journal.records import KnownRecord
from salonbot.model.booking import Appointment, AppointmentId

IsFree = Callable[[], Awaitable[bool]]
"""Whether the time that was wanted is still offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A visit to be booked."""

    key: str
    guest: Guest
    wanted: Appointment
    """With the stylist and the start that are tried; its id is not known yet."""
    stock: Stock
    is_free: IsFree
    begun_at: datetime

    def visit(self, mark: str) -> Visit:
        """The same in YClients' words."""
        return Visit(
            services=self.stock.booked_by(self.wanted.service_id),
            staff=self.wanted.stylist_id,
            start=self.wanted.start,
            zone=self.stock.zone,
            seconds=int(self.wanted.duration.total_seconds()),
            name=self.wanted.customer_name,
            phone=digits(self.wanted.customer_phone),
            marker=mark,
            comment=reading.comment(mark),
        )


def known_record(wish: Wish, visit: Visit, record: str, hash_: str | None) -> KnownRecord:
    """The record that this wish has become, for the journal."""
    return KnownRecord(AppointmentId(record), wish.guest.chat, visit.phone, visit.name, hash_)


def is_match(record: wire.Record, visit: Visit) -> bool:
    """Whether the record is this visit's: by marker, phone and time."""
    phone = digits(record.client.phone) if record.client else None
    is_same = phone == visit.phone and reading.start(record, visit.zone) == visit.start
    return is_same and reading.carries(record, visit.marker)


def is_at(record: wire.Record, wanted: Appointment, stock: Stock) -> bool:
    """Whether the record stands where it is wanted."""
    is_there = reading.start(record, stock.zone) == wanted.start and record.stylist == wanted.stylist_id
    return is_there and not record.is_off

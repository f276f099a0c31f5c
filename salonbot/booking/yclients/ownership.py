"""Whose record is it: nothing is shown to a guest, or changed for them, that is not theirs beyond doubt.

A record is a guest's when its client has exactly the phone WhatsApp vouches for, or when it was made through us for
this very chat and still has the phone it was made with. Never by a name, a part of a number, or a phone somebody told.
What the server was asked for does not count: it was seen to answer a question about one phone with others' records.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from salonbot.booking.system import Guest
from salonbot.booking.yclients import reading, wire
from salonbot.booking.yclients.errors import Absent, Forbidden, Unreadable
from salonbot.booking.yclients.office import Office
from salonbot.booking.yclients.online import Online
from salonbot.booking.yclients.phones import digits
from salonbot.booking.yclients.shelf import Stock
from salonbot.clock import Clock
from salonbot.errors import AppointmentGone
from salonbot.journal.records import KnownRecord, Records
from salonbot.model.booking import AppointmentId

log = structlog.get_logger()

LONGEST_ID = 18
A_YEAR = timedelta(days=366)
MOVED_ON = timedelta(days=1)
"""A record whose start we know to be past may have been moved by the salon since: so long we look again."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A record that is the guest's."""

    record: wire.Record
    known: KnownRecord | None
    """What we know of it where it was made through us."""

    @property
    def hash(self) -> str | None:
        return self.known.hash if self.known else None


class Ownership:
    """One salon's records, seen by their owners."""

    def __init__(self, online: Online, office: Office | None, journal: Records, clock: Clock) -> None:
        self._online = online
        self._office = office
        self._journal = journal
        self._clock = clock

    async def upcoming(self, guest: Guest, stock: Stock) -> tuple[Owned, ...]:
        """The guest's records that are booked and have not begun, ascending by start."""
        now = self._clock.now()
        found = {record.id: record for record in await self._by_phone(guest, now.astimezone(stock.zone).date())}
        known = {one.id: one for one in await self._journal.made_for(guest.chat, guest.phone, since=now - MOVED_ON)}
        for one in known.values():
            if one.id not in found and (record := await self.read(one.id, one)) is not None:
                found[record.id] = record
        begun: list[tuple[datetime, Owned]] = []
        for record in found.values():
            owned = Owned(record, known.get(AppointmentId(record.id)))
            try:
                start = reading.start(record, stock.zone)
            except Unreadable:
                log.warning("yclients_record_unreadable", record=record.id)
                continue
            if not record.is_off and start > now and is_owned(record, guest, owned.known):
                begun.append((start, owned))
        return tuple(owned for _, owned in sorted(begun, key=lambda one: (one[0], int(one[1].record.id))))

    async def owned(self, appointment_id: AppointmentId, guest: Guest, stock: Stock) -> Owned:
        """The guest's own record that is booked and has not begun. Raises AppointmentGone."""
        if not is_id(appointment_id):
            raise AppointmentGone("no id of a record")
        known = await self._journal.known(appointment_id)
        record = await self.read(appointment_id, known)
        if record is None or record.is_off or not is_owned(record, guest, known):
            raise AppointmentGone(f"appointment {appointment_id}")
        if reading.start(record, stock.zone) <= self._clock.now():
            raise AppointmentGone(f"appointment {appointment_id} has begun")
        return Owned(record, known)

    async def read(self, record_id: AppointmentId, known: KnownRecord | None) -> wire.Record | None:
        """The record as it is now, whoever it belongs to; None where there is none, or none we could see."""
        try:
            if self._office is not None:
                record = await self._office.record(record_id)
            elif known is not None and known.hash:
                record = await self._online.record(record_id, known.hash)
            else:
                return None
        except Absent:
            return None
        if record.id != record_id:
            log.error("yclients_other_record", asked=record_id, answered=record.id)
            return None
        if self._office is None and known is not None and record.client is None:
            # Seen by its hash a record does not tell its client; the hash itself was given to us for this one.
            return record.model_copy(update={"client": wire.Client(name=known.name, phone=known.phone or "")})
        return record

    async def _by_phone(self, guest: Guest, today: date) -> list[wire.Record]:
        """What the salon's journal has for the guest's phone, as the server believes; it is checked by the caller."""
        if guest.phone is None or self._office is None:
            return []
        last = today + A_YEAR
        try:
            clients = await self._office.clients(guest.phone)
        except Forbidden as forbidden:
            log.warning("yclients_clients_forbidden", said=forbidden.said)
            return list(await self._office.records(today, last))
        records: list[wire.Record] = []
        for client in clients:
            records += await self._office.records(today, last, client=client)
        return records


def is_owned(record: wire.Record, guest: Guest, known: KnownRecord | None) -> bool:
    """Whether this record is the guest's."""
    phone = digits(record.client.phone) if record.client else None
    if guest.phone is not None and phone == digits(guest.phone):
        return True
    return known is not None and known.id == record.id and known.chat == guest.chat and known.phone == phone


def is_id(text: str) -> bool:
    """Whether it could name a record."""
    return text.isascii() and text.isdecimal() and 0 < len(text) <= LONGEST_ID

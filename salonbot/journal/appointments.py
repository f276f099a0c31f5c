"""The embedded calendar's records and the idempotency keys they were written under.

Reading functions take `fetch`: `Database.rows` outside a transaction, `connection.execute_fetchall` within one.
Writing functions take the connection of a running transaction; one transaction is one wish.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import aiosqlite

from salonbot.journal.moments import from_text, to_text
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState
from salonbot.model.messages import ChatKey
from salonbot.model.salon import PriceRange, SalonId, ServiceId, StylistId

Fetch = Callable[[str, tuple[object, ...]], Awaitable[Iterable[sqlite3.Row]]]

OVERLAP = "slot taken"
"""What the overlap triggers raise; the same words stand in the first migration."""


class Operation(StrEnum):
    """What was done under a key."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"


class Overlap(Exception):
    """The stylist has another visit at that time; the statement did nothing, the transaction goes on."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A booked interval of one stylist, [start, finish), UTC."""

    stylist: StylistId
    start: datetime
    finish: datetime


BUSY = """
SELECT stylist, start, finish FROM appointment
WHERE salon = ? AND state = 'booked' AND finish > ? AND start < ? AND id IS NOT ? ORDER BY start
"""


async def busy(
    fetch: Fetch, salon: SalonId, first: datetime, last: datetime, *, ignoring: AppointmentId | None = None
) -> tuple[Visit, ...]:
    """Visits of all stylists that touch [first, last), ascending by start, one appointment left out."""
    rows = await fetch(BUSY, (salon, to_text(first), to_text(last), None if ignoring is None else row_id(ignoring)))
    return tuple(Visit(StylistId(r["stylist"]), from_text(r["start"]), from_text(r["finish"])) for r in rows)


UPCOMING = """
SELECT * FROM appointment WHERE salon = ?1 AND state = 'booked' AND start > ?2 AND id IN (
    SELECT id FROM appointment WHERE salon = ?1 AND chat = ?3
    UNION SELECT id FROM appointment WHERE salon = ?1 AND phone = ?4
) ORDER BY start, id
"""


async def upcoming(
    fetch: Fetch, salon: SalonId, *, chat: ChatKey, phone: str | None, now: datetime
) -> tuple[Appointment, ...]:
    """Booked appointments of that chat or phone that have not begun, ascending; times in UTC."""
    return tuple(_appointment(row) for row in await fetch(UPCOMING, (salon, to_text(now), chat, phone)))


OWNED = "SELECT * FROM appointment WHERE salon = ?1 AND id = ?2 AND (chat = ?3 OR phone = ?4)"


async def owned(
    fetch: Fetch, salon: SalonId, appointment: AppointmentId, *, chat: ChatKey, phone: str | None
) -> Appointment | None:
    """The appointment in whatever state, if it is that chat's or that phone's; times in UTC."""
    rows = await fetch(OWNED, (salon, row_id(appointment), chat, phone))
    return next((_appointment(row) for row in rows), None)


DESK = ChatKey("desk")
"""Whose a visit is that the salon's own people wrote down for somebody who has no chat. No customer's chat is named so;
a customer who writes later from the phone that was noted finds it by that.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment as the salon sees it; times in UTC."""

    appointment: Appointment
    chat: ChatKey
    """DESK where there is none."""


BETWEEN = """
SELECT * FROM appointment WHERE salon = ? AND state = 'booked' AND finish > ? AND start < ? ORDER BY start, id
"""


async def between(fetch: Fetch, salon: SalonId, first: datetime, last: datetime) -> tuple[Entry, ...]:
    """All booked appointments that touch [first, last), ascending by start."""
    rows = await fetch(BETWEEN, (salon, to_text(first), to_text(last)))
    return tuple(Entry(_appointment(row), ChatKey(row["chat"])) for row in rows)


TO_COME = "SELECT * FROM appointment WHERE salon = ? AND state = 'booked' AND finish > ? ORDER BY start, id"


async def to_come(fetch: Fetch, salon: SalonId, now: datetime) -> tuple[Entry, ...]:
    """All booked appointments that are not over, ascending by start."""
    return tuple(Entry(_appointment(row), ChatKey(row["chat"])) for row in await fetch(TO_COME, (salon, to_text(now))))


async def entry(fetch: Fetch, salon: SalonId, appointment: AppointmentId) -> Entry | None:
    """The appointment of that id, in whatever state and whosever it is."""
    rows = await fetch("SELECT * FROM appointment WHERE salon = ? AND id = ?", (salon, row_id(appointment)))
    return next((Entry(_appointment(row), ChatKey(row["chat"])) for row in rows), None)


CHAT_OF = "SELECT chat FROM contact WHERE salon = ? AND phone = ? ORDER BY first_seen LIMIT 1"


async def chat_of(fetch: Fetch, salon: SalonId, phone: str) -> ChatKey | None:
    """The chat whose phone WhatsApp vouches for."""
    return next((ChatKey(row["chat"]) for row in await fetch(CHAT_OF, (salon, phone))), None)


DONE_UNDER = """
SELECT appointment.* FROM operation JOIN appointment ON appointment.id = operation.appointment
WHERE operation.salon = ? AND operation.key = ?
"""


async def done_under(fetch: Fetch, salon: SalonId, key: str) -> Appointment | None:
    """The appointment an earlier call with this key wrote, as it is today."""
    return next((_appointment(row) for row in await fetch(DONE_UNDER, (salon, key))), None)


INSERT = """
INSERT INTO appointment (salon, chat, service, service_title, stylist, stylist_name, start, finish, state, name, phone,
    price_low, price_high, created_at, changed_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'booked', ?, ?, ?, ?, ?, ?) RETURNING *
"""


async def insert(
    db: aiosqlite.Connection, salon: SalonId, chat: ChatKey, wish: Appointment, *, key: str, now: datetime
) -> Appointment:
    """Write a new booked appointment (the id of `wish` is not looked at). Raises Overlap."""
    price = wish.price
    row = await _write(
        db,
        INSERT,
        (
            salon,
            chat,
            wish.service_id,
            wish.service_title,
            wish.stylist_id,
            wish.stylist_name,
            to_text(wish.start),
            to_text(wish.end),
            wish.customer_name,
            wish.customer_phone,
            price.low if price else None,
            price.high if price else None,
            to_text(now),
            to_text(now),
        ),
    )
    written = _appointment(row)
    await _remember(db, salon, key, Operation.BOOK, written, None, now)
    return written


UPDATE = """
UPDATE appointment SET stylist = ?, stylist_name = ?, start = ?, finish = ?, state = ?, changed_at = ?
WHERE salon = ? AND id = ? RETURNING *
"""


async def change(
    db: aiosqlite.Connection,
    salon: SalonId,
    before: Appointment,
    wanted: Appointment,
    operation: Operation,
    *,
    key: str,
    now: datetime,
) -> Appointment:
    """Give an appointment another time, stylist or state. Raises Overlap."""
    row = await _write(
        db,
        UPDATE,
        (
            wanted.stylist_id,
            wanted.stylist_name,
            to_text(wanted.start),
            to_text(wanted.end),
            wanted.state,
            to_text(now),
            salon,
            row_id(before.id),
        ),
    )
    await _remember(db, salon, key, operation, before, before.start, now)
    return _appointment(row)


REMEMBER = "INSERT INTO operation (salon, key, kind, appointment, previous_start, at) VALUES (?, ?, ?, ?, ?, ?)"


async def _remember(
    db: aiosqlite.Connection,
    salon: SalonId,
    key: str,
    operation: Operation,
    appointment: Appointment,
    previous_start: datetime | None,
    now: datetime,
) -> None:
    previous = to_text(previous_start) if previous_start else None
    await db.execute(REMEMBER, (salon, key, operation, row_id(appointment.id), previous, to_text(now)))


async def _write(db: aiosqlite.Connection, statement: str, values: tuple[object, ...]) -> sqlite3.Row:
    try:
        rows = await db.execute_fetchall(statement, values)
    except sqlite3.IntegrityError as error:
        if str(error) == OVERLAP:
            raise Overlap from error
        raise
    return next(iter(rows))


def row_id(appointment: AppointmentId) -> int:
    """The row an id names; 0, which is no row, for an id this calendar never gave out."""
    # isascii: str.isdigit also accepts digits that int() does not; 18 digits always fit SQLite's integer.
    return int(appointment) if appointment.isascii() and appointment.isdigit() and len(appointment) <= 18 else 0


def _appointment(row: sqlite3.Row) -> Appointment:
    start, finish = from_text(row["start"]), from_text(row["finish"])
    return Appointment(
        id=AppointmentId(str(row["id"])),
        service_id=ServiceId(row["service"]),
        service_title=row["service_title"],
        stylist_id=StylistId(row["stylist"]),
        stylist_name=row["stylist_name"],
        start=start,
        duration=finish - start,
        state=AppointmentState(row["state"]),
        customer_name=row["name"],
        customer_phone=row["phone"],
        price=None if row["price_low"] is None else PriceRange(row["price_low"], row["price_high"]),
    )

"""What is done through a booking system that lives elsewhere: its records made through us, and the writes to it.

A write is noted as an intention before it leaves and settled when its fate is known. An intention found without an
end is the trace of a crash or a lost answer: the booking system has to be asked what became of it.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from salonbot.journal.appointments import Operation
from salonbot.journal.codec import dump
from salonbot.journal.database import Database
from salonbot.journal.moments import from_text, to_text
from salonbot.model.booking import Appointment, AppointmentId
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId

APPOINTMENT: TypeAdapter[Appointment] = TypeAdapter(Appointment)


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A record that was made through us."""

    id: AppointmentId
    chat: ChatKey
    phone: str | None
    """Digits, as written into the record; told phones are among them, so it proves nothing."""
    name: str
    hash: str | None
    """The right to change this one record; None where the booking system gave none."""


@dataclass(frozen=True, slots=True)
class Intention:
    """One write under its idempotency key."""

    key: str
    kind: Operation
    marker: str
    appointment: Appointment
    """What is wanted (a move, a cancellation: what it was before); once done, what it became. Start in some zone."""
    begun_at: datetime
    is_done: bool


class Records:
    """The records and intentions of one salon."""

    def __init__(self, database: Database, salon: SalonId) -> None:
        self._database = database
        self._salon = salon

    async def intention(self, key: str) -> Intention | None:
        """What was begun or done under this key."""
        row = await self._database.row("SELECT * FROM intention WHERE salon = ? AND key = ?", (self._salon, key))
        return None if row is None else _intention(row)

    async def begin(self, key: str, kind: Operation, marker: str, wanted: Appointment, now: datetime) -> None:
        """Note a write before it leaves; noted again, it aims at what is wanted now."""
        values = (self._salon, key, kind, marker, dump(APPOINTMENT, wanted), to_text(now))
        async with self._database.transaction() as db:
            await db.execute(BEGIN, values)

    async def drop(self, key: str) -> None:
        """The write certainly did not happen."""
        async with self._database.transaction() as db:
            await db.execute(
                "DELETE FROM intention WHERE salon = ? AND key = ? AND done_at IS NULL", (self._salon, key)
            )

    async def settle(self, key: str, became: Appointment, now: datetime, *, made: KnownRecord | None = None) -> None:
        """The write happened, with this result; `made` is the record to remember where it is a new one."""
        async with self._database.transaction() as db:
            await db.execute(SETTLE, (dump(APPOINTMENT, became), to_text(now), self._salon, key))
            if made is not None:
                values = (self._salon, made.id, made.chat, made.phone, made.name, made.hash, to_text(became.start))
                await db.execute(REMEMBER, values)
            await db.execute(
                "UPDATE record SET start = ? WHERE salon = ? AND id = ?",
                (to_text(became.start), self._salon, became.id),
            )

    async def known(self, record: AppointmentId) -> KnownRecord | None:
        """The record, if it was made through us."""
        row = await self._database.row("SELECT * FROM record WHERE salon = ? AND id = ?", (self._salon, record))
        return None if row is None else _known(row)

    async def made_for(self, chat: ChatKey, phone: str | None, *, since: datetime) -> tuple[KnownRecord, ...]:
        """Records made through us for that chat, or with that phone, which begin after `since`; by start."""
        rows = await self._database.rows(MADE_FOR, (self._salon, to_text(since), chat, phone))
        return tuple(_known(row) for row in rows)


BEGIN = """
INSERT INTO intention (salon, key, kind, marker, appointment, begun_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (salon, key) DO UPDATE
SET kind = excluded.kind, marker = excluded.marker, appointment = excluded.appointment, begun_at = excluded.begun_at
"""

SETTLE = "UPDATE intention SET appointment = ?, done_at = ? WHERE salon = ? AND key = ?"

REMEMBER = """
INSERT INTO record (salon, id, chat, phone, name, hash, start) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""

MADE_FOR = """
SELECT * FROM record WHERE salon = ?1 AND start > ?2 AND id IN (
    SELECT id FROM record WHERE salon = ?1 AND chat = ?3
    UNION SELECT id FROM record WHERE salon = ?1 AND phone = ?4
) ORDER BY start, id
"""


def _intention(row: sqlite3.Row) -> Intention:
    return Intention(
        key=row["key"],
        kind=Operation(row["kind"]),
        marker=row["marker"],
        appointment=APPOINTMENT.validate_json(row["appointment"]),
        begun_at=from_text(row["begun_at"]),
        is_done=row["done_at"] is not None,
    )


def _known(row: sqlite3.Row) -> KnownRecord:
    return KnownRecord(AppointmentId(row["id"]), ChatKey(row["chat"]), row["phone"], row["name"], row["hash"])

"""What the salon's own people do to records that live elsewhere: what was heard, what was seen, what was told.

What was heard is a set of records to read again, so an event that comes twice or late does no harm. What was seen is
what a customer was last told or knows from their own doing; a notice and its sight are one commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import aiosqlite

from salonbot.journal.codec import dump
from salonbot.journal.database import Database
from salonbot.journal.moments import from_text, to_text
from salonbot.journal.records import APPOINTMENT
from salonbot.model.booking import Appointment, AppointmentId
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId


@dataclass(frozen=True, slots=True)
class Sight:
    """A record as it was at a moment; its start is in some zone."""

    appointment: Appointment
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """What one customer is to be told."""

    chat: ChatKey
    parts: Sequence[str]


async def notify(db: aiosqlite.Connection, salon: SalonId, notice: Notice, at: datetime) -> bool:
    """Tell a customer, within a running transaction; False where the salon knows no such chat.

    The notice is a turn without messages: it is delivered in the order of the chat's turns, by who delivers those.
    """
    made = await db.execute(
        "INSERT INTO turn (salon, chat, state, opened_at, due_at) SELECT salon, chat, 'replying', ?, ?"
        " FROM contact WHERE salon = ? AND chat = ?",
        (to_text(at), to_text(at), salon, notice.chat),
    )
    if made.rowcount != 1:
        return False
    await db.executemany(
        "INSERT INTO reply (salon, chat, turn, part, recipient, text, state, created_at)"
        " SELECT salon, chat, ?, ?, reply_to, ?, 'pending', ? FROM contact WHERE salon = ? AND chat = ?",
        [(made.lastrowid, part, text, to_text(at), salon, notice.chat) for part, text in enumerate(notice.parts)],
    )
    return True


class RecordNews:
    """The news of one salon's records."""

    def __init__(self, database: Database, salon: SalonId) -> None:
        self._database = database
        self._salon = salon

    async def hear(self, records: Sequence[AppointmentId], now: datetime) -> None:
        """These are said to have changed; heard again before they were read, they are read once."""
        async with self._database.transaction() as db:
            await db.executemany(
                "INSERT INTO record_news (salon, record, heard_at) VALUES (?, ?, ?)"
                " ON CONFLICT (salon, record) DO UPDATE SET heard_at = excluded.heard_at",
                [(self._salon, record, to_text(now)) for record in records],
            )

    async def heard(self) -> tuple[tuple[AppointmentId, datetime], ...]:
        """Records to be read again, and when they were heard of, longest first."""
        rows = await self._database.rows(
            "SELECT record, heard_at FROM record_news WHERE salon = ? ORDER BY heard_at, record", (self._salon,)
        )
        return tuple((AppointmentId(row["record"]), from_text(row["heard_at"])) for row in rows)

    async def handled(self, record: AppointmentId, heard_at: datetime) -> None:
        """It was read since; one heard of again meanwhile stays."""
        async with self._database.transaction() as db:
            await db.execute(
                "DELETE FROM record_news WHERE salon = ? AND record = ? AND heard_at = ?",
                (self._salon, record, to_text(heard_at)),
            )

    async def seen(self, record: AppointmentId) -> Sight | None:
        """The record as it was last seen."""
        row = await self._database.row(
            "SELECT appointment, seen_at FROM record_seen WHERE salon = ? AND record = ?", (self._salon, record)
        )
        return None if row is None else Sight(APPOINTMENT.validate_json(row["appointment"]), from_text(row["seen_at"]))

    async def see(self, now: Appointment, at: datetime, notice: Notice | None = None) -> bool:
        """The record is so now, and its customer is told in the same commit; True where somebody is told."""
        async with self._database.transaction() as db:
            await db.execute(
                "INSERT INTO record_seen (salon, record, appointment, seen_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (salon, record) DO UPDATE"
                " SET appointment = excluded.appointment, seen_at = excluded.seen_at",
                (self._salon, now.id, dump(APPOINTMENT, now), to_text(at)),
            )
            if notice is None:
                return False
            return await notify(db, self._salon, notice, at)

    async def chat_of(self, phone: str) -> ChatKey | None:
        """The chat whose phone WhatsApp vouches for."""
        row = await self._database.row(
            "SELECT chat FROM contact WHERE salon = ? AND phone = ? ORDER BY first_seen LIMIT 1", (self._salon, phone)
        )
        return None if row is None else ChatKey(row["chat"])

    async def own_doing(self, record: AppointmentId) -> Sight | None:
        """What the bot itself last did to the record, or is doing; when it began."""
        row = await self._database.row(
            "SELECT iif(kind = 'cancel', json_set(appointment, '$.state', 'cancelled'), appointment) AS became,"
            " begun_at FROM intention WHERE salon = ? AND json_extract(appointment, '$.id') = ?"
            " ORDER BY begun_at DESC LIMIT 1",
            (self._salon, record),
        )
        return None if row is None else Sight(APPOINTMENT.validate_json(row["became"]), from_text(row["begun_at"]))

    async def swept_until(self) -> datetime | None:
        """Up to when all changes are known; None before the first sweep."""
        row = await self._database.row("SELECT until FROM record_sweep WHERE salon = ?", (self._salon,))
        return None if row is None else from_text(row["until"])

    async def swept(self, until: datetime) -> None:
        """All changes up to then have been heard of."""
        async with self._database.transaction() as db:
            await db.execute(
                "INSERT INTO record_sweep (salon, until) VALUES (?, ?)"
                " ON CONFLICT (salon) DO UPDATE SET until = excluded.until",
                (self._salon, to_text(until)),
            )

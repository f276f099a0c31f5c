"""Events for other systems: written by the journal's triggers in the commit of what they tell of, read here.

An event waits until it is delivered, and is gone then; one that was tried too often stays as a dead letter for a while.
Events have no order but their sequence: one that has to wait does not hold up those after it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from salonbot.journal.database import Database
from salonbot.journal.moments import from_text, to_text
from salonbot.model.events import EventKind
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId


@dataclass(frozen=True, slots=True)
class Wish:
    """What one salon's receiver is told."""

    kinds: frozenset[EventKind]
    with_texts: bool
    """Customers' words, names and numbers too."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    sequence: int
    """Ascends with the commits of this journal."""
    id: str
    """Stays the same however often it is sent."""
    salon: SalonId
    kind: EventKind
    chat: ChatKey | None
    phone: str | None
    """Digits; None where it is about no customer, or WhatsApp hides it."""
    details: Mapping[str, object]
    at: datetime
    tries: int
    """That failed."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that was given up."""

    id: str
    kind: EventKind
    at: datetime
    tries: int
    failure: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a salon's receiver does not have."""

    waiting: int
    oldest: datetime | None
    """When the oldest waiting event happened."""
    last_failure: str | None
    """Of the newest waiting event that failed."""
    dead: int
    dead_letters: tuple[DeadLetter, ...]
    """The newest ones, newest first."""


class Events:
    """Reads and moves events; every move is one commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def subscribe(self, wishes: Mapping[SalonId, Wish]) -> None:
        """From here on these are written, and no others. What waits for a receiver that is no more is dropped."""
        rows = [(salon, kind, int(wish.with_texts)) for salon, wish in wishes.items() for kind in wish.kinds]
        async with self._database.transaction() as db:
            await db.execute("DELETE FROM event_wish")
            await db.executemany("INSERT INTO event_wish (salon, kind, with_texts) VALUES (?, ?, ?)", rows)
            await db.execute("DELETE FROM event WHERE (salon, kind) NOT IN (SELECT salon, kind FROM event_wish)")

    async def note(self, salon: SalonId, kind: EventKind, details: Mapping[str, object], at: datetime) -> None:
        """An event about no customer that no row tells of; nothing where nobody wishes to be told."""
        async with self._database.transaction() as db:
            await db.execute(
                "INSERT INTO event (salon, kind, details, at, next_try_at)"
                " SELECT salon, kind, ?, ?, ? FROM event_wish WHERE salon = ? AND kind = ?",
                (json.dumps(details, ensure_ascii=False), to_text(at), to_text(at), salon, kind),
            )

    async def due(self, salon: SalonId, now: datetime, limit: int) -> tuple[Event, ...]:
        """Events to be sent now, those that happened first first; what they tell of is on the disk.

        New ones are due also where the machine's clock has been set back.
        """
        rows = await self._database.rows(
            """
            SELECT event.*, coalesce(contact.phone, contact.told_phone, event.phone) AS number
            FROM event LEFT JOIN contact ON contact.salon = event.salon AND contact.chat = event.chat
            WHERE event.salon = ? AND next_try_at IS NOT NULL AND (next_try_at <= ? OR tries = 0)
            ORDER BY sequence LIMIT ?
            """,
            (salon, to_text(now), limit),
        )
        if rows:
            await self._database.on_disk()
        return tuple(_event(row) for row in rows)

    async def delivered(self, sequence: int) -> None:
        """The receiver has it: nothing more is kept of it."""
        async with self._database.transaction() as db:
            await db.execute("DELETE FROM event WHERE sequence = ?", (sequence,))

    async def failed(self, sequence: int, failure: str, next_try_at: datetime | None) -> None:
        """The try failed; None: it is given up."""
        async with self._database.transaction() as db:
            await db.execute(
                "UPDATE event SET tries = tries + 1, failure = ?, next_try_at = ? WHERE sequence = ?",
                (failure, to_text(next_try_at) if next_try_at else None, sequence),
            )

    async def forget_dead(self, before: datetime) -> None:
        """Drop dead letters of what happened before that moment."""
        async with self._database.transaction() as db:
            await db.execute("DELETE FROM event WHERE next_try_at IS NULL AND at < ?", (to_text(before),))

    async def backlog(self, salon: SalonId, *, letters: int) -> Backlog:
        """What waits and what is dead, with at most so many dead letters."""
        counts = await self._database.row(
            "SELECT count(next_try_at) AS waiting, count(*) - count(next_try_at) AS dead,"
            " min(iif(next_try_at IS NULL, NULL, at)) AS oldest FROM event WHERE salon = ?",
            (salon,),
        )
        failing = await self._database.row(
            "SELECT failure FROM event WHERE salon = ? AND next_try_at IS NOT NULL AND failure IS NOT NULL"
            " ORDER BY sequence DESC LIMIT 1",
            (salon,),
        )
        dead = await self._database.rows(
            "SELECT id, kind, at, tries, failure FROM event WHERE salon = ? AND next_try_at IS NULL"
            " ORDER BY sequence DESC LIMIT ?",
            (salon, letters),
        )
        return Backlog(
            waiting=counts["waiting"] if counts else 0,
            oldest=from_text(counts["oldest"]) if counts and counts["oldest"] else None,
            last_failure=failing["failure"] if failing else None,
            dead=counts["dead"] if counts else 0,
            dead_letters=tuple(
                DeadLetter(row["id"], EventKind(row["kind"]), from_text(row["at"]), row["tries"], row["failure"] or "")
                for row in dead
            ),
        )


def _event(row: Row) -> Event:
    return Event(
        sequence=row["sequence"],
        id=row["id"],
        salon=SalonId(row["salon"]),
        kind=EventKind(row["kind"]),
        chat=ChatKey(row["chat"]) if row["chat"] else None,
        phone=row["number"],
        details=json.loads(row["details"]),
        at=from_text(row["at"]),
        tries=row["tries"],
    )

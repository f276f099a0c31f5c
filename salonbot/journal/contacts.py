"""Customers as the salon knows them: name, phone, memory, and whether a person has taken over."""

from dataclasses import dataclass
from datetime import datetime

from salonbot.journal import codec
from salonbot.journal.database import Database
from salonbot.journal.identity import NAME_OF_TODAY
from salonbot.journal.moments import from_text, to_text
from salonbot.model.dialogue import Memory
from salonbot.model.messages import ChatKey, Customer
from salonbot.model.salon import SalonId


@dataclass(frozen=True, slots=True)
class Contact:
    """One customer's row."""

    customer: Customer
    reply_to: str
    memory: Memory
    paused_until: datetime | None
    last_reply_at: datetime | None
    """When the salon last wrote to them, this program or a person; None for a stranger."""


class Contacts:
    """Reads and keeps contacts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, salon: SalonId, chat: ChatKey) -> Contact:
        """The contact of a chat that has written at least once, by any of its names. Raises LookupError otherwise."""
        row = await self._database.row(
            f"""
            SELECT contact.*, (
                SELECT max(recorded_at) FROM message
                WHERE message.salon = contact.salon AND message.chat = contact.chat AND author <> 'customer'
                  AND kind NOT IN ('reaction', 'deletion')
            ) AS last_reply_at
            FROM contact WHERE salon = ?1 AND chat = {NAME_OF_TODAY}
            """,  # noqa: S608
            (salon, chat),
        )
        if row is None:
            raise LookupError(f"no contact {chat}")
        return Contact(
            customer=Customer(
                salon, ChatKey(row["chat"]), phone=row["phone"], told_phone=row["told_phone"], name=row["name"]
            ),
            reply_to=row["reply_to"],
            memory=codec.MEMORY.validate_json(row["memory"]) if row["memory"] else Memory(),
            paused_until=from_text(row["paused_until"]) if row["paused_until"] else None,
            last_reply_at=from_text(row["last_reply_at"]) if row["last_reply_at"] else None,
        )

    async def wait_for_person(self, salon: SalonId, chat: ChatKey, *, since: datetime, until: datetime) -> None:
        """The customer asked for a person: the bot is silent in this chat until then, or until it is given back.

        Where a person has just taken it over, it stays theirs for as long.
        """
        async with self._database.transaction() as db:
            await db.execute(
                "UPDATE contact SET waits_since = coalesce(waits_since, ?3),"  # noqa: S608
                " taken_over_at = iif(paused_until > ?3, taken_over_at, NULL),"
                f" paused_until = max(coalesce(paused_until, ''), ?4) WHERE salon = ?1 AND chat = {NAME_OF_TODAY}",
                (salon, chat, to_text(since), to_text(until)),
            )

"""Messages that never reached the inbox, or reached it unreadable, and the request to write them once more.

Such a request is a turn without messages, made with its reply already composed: it goes out in the order of its chat,
survives a restart and is sent once, like any answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import aiosqlite

from salonbot.journal.database import Database
from salonbot.journal.identity import NAME_OF_TODAY
from salonbot.journal.moments import from_text, to_text
from salonbot.model.messages import ChatKey, MessageId
from salonbot.model.salon import SalonId


@dataclass(frozen=True, slots=True)
class Heard:
    """A private message of a customer's that the engine has decrypted or tried to."""

    chat: ChatKey
    """As the engine addresses it; the inbox may know the chat under another name."""
    reply_to: str
    """JID."""
    id: MessageId


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message in the inbox whose content never came."""

    salon: SalonId
    heard: Heard
    sent_at: datetime


class Gaps:
    """Finds what is missing and notes what was done about it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, salon: SalonId, heard: Sequence[Heard]) -> None:
        """At the first start of an installation: what the engine decrypted before it (newest first) is not its own."""
        async with self._database.transaction() as db:
            await db.execute("INSERT OR IGNORE INTO compared (salon, id) VALUES (?, ?)", (salon, _newest(heard)))

    async def compared_until(self, salon: SalonId) -> str | None:
        """The id of the newest message of the engine's that has been seen to.

        Empty where none has been since an installation that began with none; None before its first start.
        """
        row = await self._database.row("SELECT id FROM compared WHERE salon = ?", (salon,))
        return str(row["id"]) if row else None

    async def lost(self, salon: SalonId, heard: Sequence[Heard]) -> list[Heard]:
        """Those of the engine's list (newest first) that came since the last comparison and are nowhere; oldest first.

        Where the engine's file no longer knows the last comparison, those newer than all that are known.
        """
        row = await self._database.row("SELECT id FROM compared WHERE salon = ?", (salon,))
        until = row["id"] if row else _newest(heard)
        is_anchored = not until or any(one.id == until for one in heard)
        found: list[Heard] = []
        for one in heard:
            is_known = await self.is_known(salon, one)
            if one.id == until or (is_known and not is_anchored):
                break
            if not is_known:
                found.append(one)
        return found[::-1]

    async def compared(self, salon: SalonId, heard: Sequence[Heard]) -> None:
        """All up to the newest of these has been seen to."""
        if heard:
            async with self._database.transaction() as db:
                await db.execute("UPDATE compared SET id = ? WHERE salon = ?", (_newest(heard), salon))

    async def is_known(self, salon: SalonId, heard: Heard) -> bool:
        """In the inbox, or of no interest, or asked for already."""
        row = await self._database.row(
            """
            SELECT 1 FROM accounted WHERE salon = ?1 AND id = ?3
            UNION ALL SELECT 1 FROM message WHERE salon = ?1 AND chat = ?2 AND id = ?3
            UNION ALL SELECT 1 FROM alias JOIN message ON message.salon = alias.salon AND message.chat = alias.chat
                WHERE alias.salon = ?1 AND alias.alias = ?2 AND message.id = ?3
            """,
            (salon, heard.chat, heard.id),
        )
        return row is not None

    async def unreadable(self, before: datetime, now: datetime) -> list[Unreadable]:
        """Customers' messages recorded before that moment whose content has not come, not yet seen to; oldest first.

        Those of the future are among them: the machine's clock has been set back.
        """
        rows = await self._database.rows(
            """
            SELECT message.salon, message.chat, message.id, message.sent_at, contact.reply_to
            FROM message JOIN contact ON contact.salon = message.salon AND contact.chat = message.chat
            WHERE kind = 'undecryptable' AND author = 'customer' AND deleted = 0
              AND (recorded_at <= ? OR recorded_at > ?)
              AND NOT EXISTS (SELECT 1 FROM accounted WHERE salon = message.salon AND id = message.id)
            ORDER BY seq
            """,
            (to_text(before), to_text(now)),
        )
        return [
            Unreadable(
                SalonId(row["salon"]),
                Heard(ChatKey(row["chat"]), row["reply_to"], MessageId(row["id"])),
                from_text(row["sent_at"]),
            )
            for row in rows
        ]

    async def last_words(self, salon: SalonId, chat: ChatKey) -> str:
        """What the customer wrote last that could be read; empty for a stranger."""
        row = await self._database.row(
            "SELECT text FROM message WHERE salon = ?1 AND text <> '' AND author = 'customer'"  # noqa: S608
            f" AND chat = {NAME_OF_TODAY} ORDER BY seq DESC LIMIT 1",
            (salon, chat),
        )
        return str(row["text"]) if row else ""

    async def account(self, salon: SalonId, heard: Sequence[Heard], now: datetime) -> None:
        """Nothing is owed for these."""
        async with self._database.transaction() as db:
            await _account(db, salon, heard, now)

    async def ask(self, salon: SalonId, heard: Sequence[Heard], text: str, now: datetime) -> ChatKey | None:
        """Owe one chat this request for these messages of its; None where a person has the chat, who sees them.

        Returns the chat as the inbox knows it.
        """
        first = heard[0]
        async with self._database.transaction() as db:
            await _account(db, salon, heard, now)
            rows = await db.execute_fetchall(
                "SELECT contact.reply_to, contact.paused_until, names.chat FROM (SELECT coalesce((SELECT chat FROM"
                " alias WHERE salon = ?1 AND alias = ?2), ?2) AS chat) AS names"
                " LEFT JOIN contact ON contact.salon = ?1 AND contact.chat = names.chat",
                (salon, first.chat),
            )
            row = next(iter(rows))
            if row["paused_until"] is not None and from_text(row["paused_until"]) > now:
                return None
            turn = await db.execute_insert(
                "INSERT INTO turn (salon, chat, state, opened_at, due_at, brain)"
                " VALUES (?, ?, 'replying', ?, ?, 'notice')",
                (salon, row["chat"], to_text(now), to_text(now)),
            )
            await db.execute(
                "INSERT INTO reply (salon, chat, turn, part, recipient, text, state, created_at)"
                " VALUES (?, ?, ?, 0, ?, ?, 'pending', ?)",
                (salon, row["chat"], turn[0] if turn else None, row["reply_to"] or first.reply_to, text, to_text(now)),
            )
            return ChatKey(row["chat"])


def _newest(heard: Sequence[Heard]) -> str:
    return heard[0].id if heard else ""


async def _account(db: aiosqlite.Connection, salon: SalonId, heard: Sequence[Heard], now: datetime) -> None:
    await db.executemany(
        "INSERT OR IGNORE INTO accounted (salon, id, at) VALUES (?, ?, ?)",
        [(salon, one.id, to_text(now)) for one in heard],
    )

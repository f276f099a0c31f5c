"""Replies as rows: `pending -> sending -> sent -> delivered -> read`, or `unknown`, or `refused`, or `held`.

WhatsApp gives a message its id only while it is being sent, so a crash between sending and its record leaves a reply
`unknown`. A receipt for the message that was made ready for it settles it; without one it is sent again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

import aiosqlite

from salonbot.journal.database import Database
from salonbot.journal.identity import NAME_OF_TODAY
from salonbot.journal.inbox import EARLY_RECEIPT
from salonbot.journal.moments import to_text
from salonbot.journal.takeovers import FORGET_QUESTION, IS_TAKEN_OVER
from salonbot.model.messages import Author, ChatKey, MessageId, Reply, ReplyId, ReplyState, TurnId
from salonbot.model.salon import SalonId


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a customer's device says of messages of ours."""

    salon: SalonId
    chat: ChatKey
    message_ids: tuple[MessageId, ...]
    state: ReplyState
    """DELIVERED or READ."""
    at: datetime
    """When it was heard."""


def from_row(row: Row) -> Reply:
    return Reply(
        id=ReplyId(row["id"]),
        salon=SalonId(row["salon"]),
        chat=ChatKey(row["chat"]),
        turn=TurnId(row["turn"]) if row["turn"] is not None else None,
        part=row["part"],
        to=row["recipient"],
        text=row["text"],
        state=ReplyState(row["state"]),
        message_id=MessageId(row["message_id"]) if row["message_id"] else None,
        author=Author(row["author"]),
    )


class Outbox:
    """Reads and moves replies; every move is one commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def doubt_interrupted(self) -> int:
        """At start: replies the last process was sending are `unknown` now. Returns how many."""
        async with self._database.transaction() as db:
            cursor = await db.execute("UPDATE reply SET state = 'unknown' WHERE state = 'sending'")
            return cursor.rowcount

    async def write(self, salon: SalonId, chat: ChatKey, to: str, text: str, now: datetime) -> Reply:
        """A pending message of the salon's own, outside any turn."""
        async with self._database.transaction() as db:
            cursor = await db.execute(
                "INSERT INTO reply (salon, chat, part, recipient, text, state, created_at)"
                " VALUES (?, coalesce((SELECT chat FROM alias WHERE salon = ? AND alias = ?), ?), 0, ?, ?,"
                " 'pending', ?) RETURNING *",
                (salon, salon, chat, chat, to, text, to_text(now)),
            )
            row = await cursor.fetchone()
            await cursor.close()
        if row is None:
            raise LookupError("an inserted row was not returned")
        return from_row(row)

    async def unsent(self, turn: TurnId) -> list[Reply]:
        """Replies of a turn still to be sent or settled, in order."""
        rows = await self._database.rows(
            "SELECT * FROM reply WHERE turn = ? AND state IN ('pending', 'sending', 'unknown') ORDER BY part", (turn,)
        )
        return [from_row(row) for row in rows]

    async def sending(self, reply: ReplyId, now: datetime, *, yields: bool = False) -> bool:
        """pending -> sending: from here on a crash leaves doubt. One that `yields` stays where a person has the chat.

        Returns whether it is to be sent. All that led to it is on the disk by then: what a customer is told is not
        forgotten in a power cut.
        """
        return bool(await self._database.write(BEGIN, (to_text(now), reply, yields)))

    async def sent(self, reply: Reply, message_id: MessageId, now: datetime) -> None:
        """sending -> sent; the message joins the conversation."""
        async with self._database.transaction(durable=False) as db:
            await db.execute(
                "UPDATE reply SET state = 'sent', message_id = ?, sent_at = ? WHERE id = ?",
                (message_id, to_text(now), reply.id),
            )
            await db.execute(
                """
                INSERT OR IGNORE INTO message (salon, chat, id, author, kind, text, sent_at, recorded_at, turn)
                SELECT salon, chat, ?, author, 'text', text, ?, ?, turn FROM reply WHERE id = ?
                """,
                (message_id, to_text(now), to_text(now), reply.id),
            )
            # Its receipt may have been quicker than this commit.
            await _apply_early_receipts(db, reply.id)

    async def put_back(self, reply: ReplyId) -> None:
        """sending -> pending: it certainly did not leave."""
        await self._database.write("UPDATE reply SET state = 'pending' WHERE id = ?", (reply,), durable=False)

    async def doubt(self, reply: ReplyId) -> None:
        """sending -> unknown: it may have left."""
        await self._database.write("UPDATE reply SET state = 'unknown' WHERE id = ?", (reply,), durable=False)

    async def refused(self, reply: ReplyId, failure: str) -> None:
        """WhatsApp will not take it; it is not tried again."""
        async with self._database.transaction() as db:
            await db.execute("UPDATE reply SET state = 'refused', failure = ? WHERE id = ?", (failure, reply))

    async def hold_back(self, turn: TurnId) -> None:
        """What has not left of this turn's answer never will; a question in it was not heard, so none is waited for."""
        async with self._database.transaction() as db:
            await db.execute(
                "UPDATE reply SET state = 'held' WHERE turn = ? AND state IN ('pending', 'sending', 'unknown')", (turn,)
            )
            await db.execute(
                f"UPDATE contact SET {FORGET_QUESTION}"  # noqa: S608
                " WHERE (salon, chat) = (SELECT salon, chat FROM turn WHERE id = ?)",
                (turn,),
            )

    async def settle(self, reply: Reply, message_id: MessageId, now: datetime) -> bool:
        """unknown -> sent, if a receipt shows that the message of this id arrived; False where none has come."""
        row = await self._database.row(
            "SELECT 1 FROM receipt WHERE salon = ? AND chat = (SELECT chat FROM reply WHERE id = ?) AND message_id = ?",
            (reply.salon, reply.id, message_id),
        )
        if row is None:
            return False
        await self.sent(reply, message_id, now)
        return True

    async def receipts(self, receipts: Sequence[Receipt]) -> None:
        """Customers' devices have these messages. One commit, however many: they may come faster than commits go."""
        rows = [
            (receipt.salon, receipt.chat, message_id, receipt.state, to_text(receipt.at))
            for receipt in receipts
            for message_id in receipt.message_ids
        ]
        async with self._database.transaction(durable=False) as db:
            await db.executemany(EARLY_RECEIPT, rows)
            await db.executemany(MARK_KNOWN, rows)


BEGIN = f"""
UPDATE reply SET state = 'sending', sending_at = ?1, tries = tries + 1
WHERE id = ?2 AND NOT (?3 AND EXISTS (
    SELECT 1 FROM contact WHERE contact.salon = reply.salon AND contact.chat = reply.chat AND {IS_TAKEN_OVER}))
RETURNING id
"""  # noqa: S608
MARK_KNOWN = f"""
UPDATE reply SET
    state = iif(state = 'read', 'read', ?4),
    delivered_at = iif(?4 = 'delivered', ?5, delivered_at),
    read_at = iif(?4 = 'read', ?5, read_at)
WHERE salon = ?1 AND chat = {NAME_OF_TODAY} AND message_id = ?3
"""  # noqa: S608


async def _apply_early_receipts(db: aiosqlite.Connection, reply: ReplyId) -> None:
    rows = await db.execute_fetchall(
        "SELECT receipt.salon, receipt.chat, receipt.message_id, kind, receipt.at FROM receipt"
        " JOIN reply ON reply.id = ? AND receipt.salon = reply.salon"
        " AND receipt.chat = reply.chat AND receipt.message_id = reply.message_id ORDER BY kind",
        (reply,),
    )
    await db.executemany(MARK_KNOWN, [tuple(row) for row in rows])

"""One person, one chat: WhatsApp addresses the same customer now by LID, now by phone number."""

import sqlite3

from salonbot.model.messages import ChatKey, IncomingMessage

NAME_OF_TODAY = "coalesce((SELECT chat FROM alias WHERE salon = ?1 AND alias = ?2), ?2)"
"""What chat ?2 of salon ?1 is called since it was merged with another, if it was."""

MOVED_TABLES = ("message", "turn", "reply", "receipt", "appointment", "record", "noted", "event")


def canonical_chat(db: sqlite3.Connection, message: IncomingMessage) -> ChatKey:
    """The chat a message belongs to; the LID chat wins, and what was kept under the phone number moves to it."""
    if message.chat.startswith("pn:"):
        return _known_as(db, message)
    if message.phone is not None:
        by_phone = ChatKey(f"pn:{message.phone}")
        learned = db.execute(
            "INSERT OR IGNORE INTO alias (salon, alias, chat) VALUES (?, ?, ?)", (message.salon, by_phone, message.chat)
        )
        if learned.rowcount == 1:
            _merge(db, message.salon, by_phone, message.chat)
    return message.chat


def _known_as(db: sqlite3.Connection, message: IncomingMessage) -> ChatKey:
    row = db.execute("SELECT chat FROM alias WHERE salon = ? AND alias = ?", (message.salon, message.chat)).fetchone()
    return ChatKey(row["chat"]) if row else message.chat


def _merge(db: sqlite3.Connection, salon: str, old: ChatKey, new: ChatKey) -> None:
    """Move all that is kept under `old` to `new`. Both open a turn at most; the older one keeps gathering."""
    if not db.execute("SELECT 1 FROM contact WHERE salon = ? AND chat = ?", (salon, old)).fetchone():
        return
    where = (salon, old)
    both_open = db.execute(
        "SELECT id FROM turn WHERE salon = ? AND chat IN (?, ?) AND state = 'open' ORDER BY id", (salon, old, new)
    ).fetchall()
    if len(both_open) == 2:
        kept, dropped = both_open[0]["id"], both_open[1]["id"]
        db.execute("UPDATE message SET turn = ? WHERE turn = ?", (kept, dropped))
        db.execute("DELETE FROM turn WHERE id = ?", (dropped,))
    db.execute(
        "INSERT OR IGNORE INTO contact (salon, chat, reply_to, lid, phone, told_phone, push_name, name, memory,"
        " paused_until, waits_since, first_seen, taken_over_at, resolved_at, last_seq)"
        " SELECT salon, ?, reply_to, lid, phone, told_phone, push_name, name, memory, paused_until, waits_since,"
        " first_seen, taken_over_at, resolved_at, last_seq FROM contact WHERE salon = ? AND chat = ?",
        (new, *where),
    )
    db.execute("DELETE FROM contact WHERE salon = ? AND chat = ?", where)
    for table in MOVED_TABLES:
        db.execute(f"UPDATE OR IGNORE {table} SET chat = ? WHERE salon = ? AND chat = ?", (new, *where))  # noqa: S608
    for table in ("message", "receipt"):
        # The same message came under both addresses: the row under the LID stays.
        db.execute(f"DELETE FROM {table} WHERE salon = ? AND chat = ?", where)  # noqa: S608

"""The inbox's door: a message is committed here, in the engine's callback thread, before anything else happens to it.

WhatsApp regards a message as delivered as soon as the engine has decrypted it, so nothing may stand between the
callback and this commit. The same commit opens or extends the chat's turn: gathering is in the journal, not in memory.
It does not wait for the disk: behind every message in work others wait in the engine's memory, WhatsApp takes them all
for delivered, and a process that dies takes them along.
"""

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from salonbot.clock import Clock
from salonbot.journal.database import connect
from salonbot.journal.flush import Flusher
from salonbot.journal.identity import NAME_OF_TODAY, canonical_chat
from salonbot.journal.moments import from_text, to_text
from salonbot.journal.takeovers import SPEAK_UP
from salonbot.journal.trouble import Trouble
from salonbot.model.messages import Author, ChatKey, IncomingMessage, MessageId, MessageKind, ReplyState
from salonbot.model.salon import SalonId

ANSWERED = frozenset(
    {
        MessageKind.TEXT,
        MessageKind.IMAGE,
        MessageKind.VIDEO,
        MessageKind.VOICE,
        MessageKind.DOCUMENT,
        MessageKind.STICKER,
        MessageKind.LOCATION,
        MessageKind.CONTACT,
    }
)
"""Kinds a customer expects an answer to."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """How messages become turns; see `[turns]` in the configuration."""

    quiet: timedelta
    longest: timedelta
    too_old: timedelta
    owner_pause: timedelta


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one message."""

    chat: ChatKey
    """The chat it was recorded under: the LID chat where a phone-number chat is known to be the same person."""
    is_new: bool
    """False for a repeated delivery."""
    has_work: bool
    """A turn of this chat waits to be worked on."""


class Door:
    """Records incoming messages from any thread. One connection, one lock, one commit per message."""

    def __init__(self, path: Path, clock: Clock, gathering: Gathering, trouble: Trouble | None = None) -> None:
        """`gathering` holds for salons that have no rules of their own, see `gather`; `trouble` is the journal's, where
        a `Database` is open on the same file.
        """
        self._trouble = trouble or Trouble()
        self._clock = clock
        self._gathering = gathering
        self._of_salons: dict[SalonId, Gathering] = {}
        self._lock = threading.Lock()
        self._connection = connect(path)
        self._connection.execute("SELECT 1 FROM message").fetchone()  # the first look makes the write-ahead file
        self._flusher = Flusher(path)

    def gathering(self, salon: SalonId) -> Gathering:
        """The rules of this salon."""
        return self._of_salons.get(salon, self._gathering)

    def close(self) -> None:
        """Wait for the running commit and the disk, and close."""
        with self._lock:
            self._flusher.close()
            self._connection.close()

    def gather(self, salon: SalonId, gathering: Gathering) -> None:
        """From its next message on this salon's messages become turns by rules of its own; from any thread."""
        self._of_salons[salon] = gathering

    def record(self, message: IncomingMessage) -> Recorded:
        """Commit one message and return what became of it. Raises JournalUnavailable where it may be possible later.

        Never in the event loop's own thread while `Database` may be writing: it would wait here for a transaction that
        only the loop can end.
        """
        now = self._clock.now()
        with self._lock, self._trouble.committing():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                recorded = _record(self._connection, message, now, self.gathering(message.salon))
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        self._flusher.soon()
        return recorded

    def receipt(
        self, salon: SalonId, chat: ChatKey, message_ids: Sequence[MessageId], state: ReplyState, at: datetime
    ) -> None:
        """Note a receipt for messages no reply is known to have: it may be what settles a reply in doubt, and WhatsApp
        tells it once. Those of known replies can wait for `Outbox.receipts`. Raises JournalUnavailable.
        """
        with self._lock, self._trouble.committing():
            written = self._connection.executemany(
                EARLY_RECEIPT, [(salon, chat, message_id, state, to_text(at)) for message_id in message_ids]
            ).rowcount
        if written > 0:
            self._flusher.soon()

    def pass_by(self, salon: SalonId, message_id: MessageId) -> None:
        """Note a message that says nothing to a person, or it would be taken for lost. Raises JournalUnavailable."""
        with self._lock, self._trouble.committing():
            self._connection.execute(
                "INSERT OR IGNORE INTO accounted (salon, id, at) VALUES (?, ?, ?)",
                (salon, message_id, to_text(self._clock.now())),
            )


EARLY_RECEIPT = f"""
INSERT OR IGNORE INTO receipt (salon, chat, message_id, kind, at)
SELECT ?1, names.chat, ?3, ?4, ?5
FROM (SELECT {NAME_OF_TODAY} AS chat) AS names
WHERE NOT EXISTS (SELECT 1 FROM reply WHERE salon = ?1 AND chat = names.chat AND message_id = ?3)
"""  # noqa: S608


def _record(db: sqlite3.Connection, message: IncomingMessage, now: datetime, gathering: Gathering) -> Recorded:
    chat = canonical_chat(db, message)
    _note_contact(db, message, chat, now)
    if not _insert(db, message, chat, now):
        return Recorded(chat, is_new=False, has_work=False)
    if message.author is Author.OWNER:
        if message.target_id:
            _change_target(db, message, chat)
        if message.kind not in (MessageKind.REACTION, MessageKind.DELETION):
            db.execute(SPEAK_UP, (to_text(now), to_text(now + gathering.owner_pause), message.salon, chat))
        return Recorded(chat, is_new=True, has_work=False)
    answered = _change_target(db, message, chat) if message.target_id else message.kind in ANSWERED
    is_stale = message.offline and now - message.sent_at > gathering.too_old
    if not answered or is_stale:
        return Recorded(chat, is_new=True, has_work=False)
    _attach_to_turn(db, message, chat, now, gathering)
    return Recorded(chat, is_new=True, has_work=True)


def _note_contact(db: sqlite3.Connection, message: IncomingMessage, chat: ChatKey, now: datetime) -> None:
    db.execute(
        """
        INSERT INTO contact (salon, chat, reply_to, lid, phone, push_name, first_seen) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (salon, chat) DO UPDATE SET
            reply_to = excluded.reply_to,
            lid = coalesce(excluded.lid, lid),
            phone = coalesce(excluded.phone, phone),
            push_name = CASE WHEN excluded.push_name = '' THEN push_name ELSE excluded.push_name END
        """,
        (
            message.salon,
            chat,
            message.reply_to,
            message.lid,
            message.phone,
            message.push_name if message.author is Author.CUSTOMER else "",
            to_text(now),
        ),
    )


def _insert(db: sqlite3.Connection, message: IncomingMessage, chat: ChatKey, now: datetime) -> bool:
    """False where this message of this chat is known. One that could not be decrypted at first fills its gap."""
    cursor = db.execute(
        """
        INSERT INTO message (salon, chat, id, author, kind, text, sent_at, recorded_at, quoted_text, target_id, offline)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (salon, chat, id) DO UPDATE SET
            kind = excluded.kind, text = excluded.text, recorded_at = excluded.recorded_at,
            quoted_text = excluded.quoted_text, target_id = excluded.target_id
        WHERE kind = 'undecryptable' AND excluded.kind <> 'undecryptable'
        """,
        (
            message.salon,
            chat,
            message.id,
            message.author,
            message.kind,
            message.text,
            to_text(message.sent_at),
            to_text(now),
            message.quoted_text,
            message.target_id,
            int(message.offline),
        ),
    )
    return cursor.rowcount == 1


def _change_target(db: sqlite3.Connection, message: IncomingMessage, chat: ChatKey) -> bool:
    """Apply an edit or deletion to the message it names; True where an answer is due after that.

    Nobody deletes what the other side has said, whatever their program claims. An edit of something already answered is
    a new wish; one of a message still being gathered only changes it.
    """
    target = (message.salon, chat, message.target_id)
    row = db.execute(
        "SELECT turn.state FROM message LEFT JOIN turn ON turn.id = message.turn"
        " WHERE message.salon = ? AND message.chat = ? AND message.id = ?",
        target,
    ).fetchone()
    is_gathering = row is not None and row["state"] == "open"
    if message.kind is MessageKind.DELETION:
        db.execute(
            "UPDATE message SET deleted = 1 WHERE salon = ? AND chat = ? AND id = ? AND (author = 'customer') = ?",
            (*target, message.author is Author.CUSTOMER),
        )
        return False
    if message.kind is MessageKind.EDIT:
        if is_gathering:
            db.execute("UPDATE message SET text = ? WHERE salon = ? AND chat = ? AND id = ?", (message.text, *target))
        return not is_gathering
    return False


def _attach_to_turn(
    db: sqlite3.Connection, message: IncomingMessage, chat: ChatKey, now: datetime, gathering: Gathering
) -> None:
    row = db.execute(
        "SELECT id, opened_at FROM turn WHERE salon = ? AND chat = ? AND state = 'open'", (message.salon, chat)
    ).fetchone()
    if row is None:
        cursor = db.execute(
            "INSERT INTO turn (salon, chat, state, opened_at, due_at) VALUES (?, ?, 'open', ?, ?)",
            (message.salon, chat, to_text(now), to_text(now + min(gathering.quiet, gathering.longest))),
        )
        turn = cursor.lastrowid
    else:
        turn = row["id"]
        due = min(now + gathering.quiet, from_text(row["opened_at"]) + gathering.longest)
        db.execute("UPDATE turn SET due_at = ? WHERE id = ?", (to_text(due), turn))
    db.execute(
        "UPDATE message SET turn = ? WHERE salon = ? AND chat = ? AND id = ?", (turn, message.salon, chat, message.id)
    )

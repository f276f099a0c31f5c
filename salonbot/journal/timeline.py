"""One conversation as a messenger shows it: what was said, in order, with all that happened to it later."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from salonbot.journal.database import Database
from salonbot.journal.moments import from_text
from salonbot.model.messages import Author, ChatKey, MessageKind, ReplyState, TurnId
from salonbot.model.salon import SalonId

PAGE = 40
"""Messages shown at once."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing in a conversation."""

    key: str
    """Names it on a page."""
    author: Author
    kind: MessageKind
    text: str
    """As it stands now: after the last edit; empty where it was deleted."""
    at: datetime
    quoted: str = ""
    """What it answers to."""
    is_deleted: bool = False
    is_edited: bool = False
    first_text: str = ""
    """Of an edited one, what it said before."""
    reactions: tuple[str, ...] = ()
    turn: TurnId | None = None
    """The turn it was gathered in, or that it answers."""
    state: ReplyState | None = None
    """Of what went out through this program, or is to."""
    failure: str | None = None
    """Why it was refused."""
    offline: bool = False
    """It came late: WhatsApp had kept it while we were away."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of a conversation."""

    said: tuple[Said, ...]
    """Oldest first."""
    earlier: int | None
    """What to ask for to see what was said before; None: nothing was."""


class Timelines:
    """Reads conversations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, salon: SalonId, chat: ChatKey, before: int | None = None) -> Timeline:
        """The last messages before the place `before`, and, at the end, what waits to be sent or never was."""
        rows = await self._database.rows(
            SPOKEN, {"salon": salon, "chat": chat, "before": before or 1 << 62, "limit": PAGE + 1}
        )
        shown = rows[:PAGE][::-1]
        later = await self._later(salon, chat, [row["id"] for row in shown])
        said = [_said(row, later.get(row["id"], ())) for row in shown]
        has_earlier = len(rows) > PAGE
        unsaid = await self._database.rows(
            UNSAID,
            {
                "salon": salon,
                "chat": chat,
                "from": shown[0]["recorded_at"] if has_earlier else "",
                "until": "" if before is None else shown[-1]["recorded_at"] if shown else "0",
            },
        )
        merged = sorted(
            [*zip((row["recorded_at"] for row in shown), said, strict=True)]
            + [(row["created_at"], _unsaid(row)) for row in unsaid],
            key=lambda one: one[0],
        )
        return Timeline(tuple(one for _, one in merged), earlier=shown[0]["seq"] if has_earlier else None)

    async def _later(self, salon: SalonId, chat: ChatKey, ids: list[str]) -> dict[str, list[Row]]:
        """Edits, deletions and reactions of these messages, in order."""
        rows = await self._database.rows(LATER, {"salon": salon, "chat": chat, "ids": json.dumps(ids)})
        grouped: dict[str, list[Row]] = {}
        for row in rows:
            grouped.setdefault(row["target_id"], []).append(row)
        return grouped


@dataclass(frozen=True, slots=True)
class _Later:
    edited_to: str | None = None
    is_deleted: bool = False
    reactions: tuple[str, ...] = ()


def _sum_up(changes: Iterable[Row], author: Author) -> _Later:
    """What happened to a message of that author's. Only who said something can change or delete it."""
    edited_to: str | None = None
    is_deleted = False
    reactions: dict[str, str] = {}
    for row in changes:
        is_own = (row["author"] == Author.CUSTOMER) == (author is Author.CUSTOMER)
        match MessageKind(row["kind"]):
            case MessageKind.EDIT if is_own:
                edited_to = row["text"]
            case MessageKind.DELETION if is_own:
                is_deleted = True
            case MessageKind.REACTION:
                # A person's later reaction replaces the earlier one; an empty one takes it back.
                reactions[row["author"]] = row["text"]
            case _:
                pass
    return _Later(edited_to, is_deleted, tuple(emoji for emoji in reactions.values() if emoji))


def _said(row: Row, changes: Iterable[Row]) -> Said:
    later = _sum_up(changes, Author(row["author"]))
    is_deleted = bool(row["deleted"]) or later.is_deleted
    is_edited = later.edited_to is not None and not is_deleted
    text = later.edited_to if later.edited_to is not None else row["text"]
    return Said(
        key=f"m{row['seq']}",
        author=Author(row["author"]),
        kind=MessageKind(row["kind"]),
        text="" if is_deleted else text,
        at=moment_of(row),
        quoted="" if is_deleted else row["quoted_text"],
        is_deleted=is_deleted,
        is_edited=is_edited,
        first_text=row["text"] if is_edited and row["text"] != text else "",
        reactions=later.reactions,
        turn=TurnId(row["turn"]) if row["turn"] is not None else None,
        state=ReplyState(row["state"]) if row["state"] else None,
        failure=row["failure"],
        offline=bool(row["offline"]),
    )


def moment_of(row: Row) -> datetime:
    """When a message belongs into a conversation: when it came, or, kept by WhatsApp meanwhile, when it was written."""
    return from_text(row["sent_at"] if row["offline"] else row["recorded_at"])


def _unsaid(row: Row) -> Said:
    return Said(
        key=f"r{row['id']}",
        author=Author(row["author"]),
        kind=MessageKind.TEXT,
        text=row["text"],
        at=from_text(row["created_at"]),
        turn=TurnId(row["turn"]) if row["turn"] is not None else None,
        state=ReplyState(row["state"]),
        failure=row["failure"],
    )


SPOKEN = """
SELECT message.*, reply.state, reply.failure
FROM message LEFT JOIN reply
    ON reply.salon = message.salon AND reply.chat = message.chat AND reply.message_id = message.id
WHERE message.salon = :salon AND message.chat = :chat AND message.seq < :before
  AND message.kind NOT IN ('reaction', 'deletion') AND NOT (message.kind = 'edit' AND message.turn IS NULL)
ORDER BY message.seq DESC LIMIT :limit
"""
LATER = """
SELECT target_id, kind, author, text FROM message
WHERE salon = :salon AND chat = :chat AND target_id IN (SELECT value FROM json_each(:ids)) ORDER BY seq
"""
UNSAID = """
SELECT * FROM reply
WHERE salon = :salon AND chat = :chat AND sent_at IS NULL AND created_at >= :from
  AND (:until = '' OR created_at <= :until)
ORDER BY id
"""

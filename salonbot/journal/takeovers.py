"""A person of the salon takes a chat over, writes in it, gives it back: what the pages do to a conversation.

What they write is a turn without messages, made with its reply already composed, as errands and requests to write again
are: it goes out in the order of its chat, survives a crash, and is sent once. It is the salon's own voice, not the
bot's: its author is OWNER in the outbox and in the conversation, it goes out while the bot is silent, and nothing
counts it as an answer.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import aiosqlite

from salonbot.journal.database import Database
from salonbot.journal.identity import NAME_OF_TODAY
from salonbot.journal.moments import to_text
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId

FORGET_QUESTION = "memory = json_set(memory, '$.pending', NULL)"
"""A person has spoken in between: a yes from now on need not be one to what the bot had asked."""

IS_TAKEN_OVER = "taken_over_at IS NOT NULL AND paused_until > ?1"
"""Of a contact: a person has the chat at ?1."""

SPEAK_UP = f"""
UPDATE contact SET waits_since = NULL,
    paused_until = iif({IS_TAKEN_OVER}, max(paused_until, ?2), ?2),
    taken_over_at = iif(paused_until > ?1, coalesce(taken_over_at, ?1), ?1),
    {FORGET_QUESTION}
WHERE salon = ?3 AND chat = ?4
"""  # noqa: S608
"""A person of the salon speaks at ?1: the bot is silent until ?2, or for longer where it was taken over for longer."""

TAKE_OVER = f"""
UPDATE contact SET taken_over_at = iif(paused_until > ?1, coalesce(taken_over_at, ?1), ?1),
    paused_until = max(coalesce(paused_until, ''), ?2), {FORGET_QUESTION}
WHERE salon = ?3 AND chat = ?4
"""  # noqa: S608
GIVE_BACK = f"""
UPDATE contact SET taken_over_at = NULL, paused_until = NULL, waits_since = NULL, resolved_at = ?1, {FORGET_QUESTION}
WHERE salon = ?2 AND chat = ?3
"""  # noqa: S608
RESOLVE = f"""
UPDATE contact SET waits_since = NULL, resolved_at = ?1, paused_until = iif({IS_TAKEN_OVER}, paused_until, NULL)
WHERE salon = ?2 AND chat = ?3
"""  # noqa: S608

MOST_ANSWERED = 30
"""Messages the bot is given to answer when it gets a chat back."""


class Written(StrEnum):
    """What became of something a person wrote."""

    KEPT = "kept"
    """It will be sent."""
    KNOWN = "known"
    """It was kept before: the same form was sent twice."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Something a person of the salon writes to a customer."""

    text: str
    id: str
    """Names it: the same is never sent twice."""


class Takeovers:
    """Every move is one commit. All raise LookupError for a chat that nobody has written in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take_over(self, salon: SalonId, chat: ChatKey, now: datetime, until: datetime) -> None:
        """The bot is silent in this chat until then. What it has not begun to do for the customer it leaves."""
        async with self._database.transaction() as db:
            known = await _known(db, salon, chat)
            await db.execute(TAKE_OVER, (to_text(now), to_text(until), salon, known.chat))

    async def write(self, salon: SalonId, chat: ChatKey, draft: Draft, now: datetime, until: datetime) -> Written:
        """Send this as the salon, and take the chat over until then."""
        async with self._database.transaction() as db:
            known = await _known(db, salon, chat)
            is_known = await db.execute_fetchall(
                "SELECT 1 FROM reply WHERE salon = ? AND chat = ? AND draft = ?", (salon, known.chat, draft.id)
            )
            if list(is_known):
                return Written.KNOWN
            turn = await db.execute_insert(
                "INSERT INTO turn (salon, chat, state, opened_at, due_at, composed_at, brain)"
                " VALUES (?1, ?2, 'replying', ?3, ?3, ?3, 'owner')",
                (salon, known.chat, to_text(now)),
            )
            await db.execute(
                "INSERT INTO reply (salon, chat, turn, part, recipient, text, state, created_at, author, draft)"
                " VALUES (?, ?, ?, 0, ?, ?, 'pending', ?, 'owner', ?)",
                (salon, known.chat, turn[0] if turn else None, known.reply_to, draft.text, to_text(now), draft.id),
            )
            await db.execute(SPEAK_UP, (to_text(now), to_text(until), salon, known.chat))
        return Written.KEPT

    async def give_back(self, salon: SalonId, chat: ChatKey, now: datetime, *, answer: bool) -> int:
        """The bot answers again what comes from now on; with `answer` also what has not been answered by anybody.

        Returns how many messages it is to answer now: the chat has work where there are any.
        """
        async with self._database.transaction() as db:
            known = await _known(db, salon, chat)
            await db.execute(GIVE_BACK, (to_text(now), salon, known.chat))
            return await _open_again(db, salon, known.chat, now) if answer else 0

    async def resolve(self, salon: SalonId, chat: ChatKey, now: datetime) -> None:
        """Nothing is open here any more. The bot is no longer silent, unless a person has taken the chat over."""
        async with self._database.transaction() as db:
            known = await _known(db, salon, chat)
            await db.execute(RESOLVE, (to_text(now), salon, known.chat))


OPEN_WORDS = """
FROM message LEFT JOIN turn ON turn.id = message.turn
WHERE message.salon = {salon} AND message.chat = {chat} AND message.author = 'customer' AND message.deleted = 0
  AND message.kind NOT IN ('reaction', 'deletion', 'call', 'undecryptable', 'other')
  AND (message.turn IS NULL OR turn.state IN ('done', 'handed_over', 'failed'))
  AND message.recorded_at > coalesce((
    SELECT max(created_at) FROM reply
    WHERE reply.salon = {salon} AND reply.chat = {chat} AND reply.state NOT IN ('held', 'refused')), '')
  AND message.seq > coalesce((
    SELECT said.seq FROM message AS said
    WHERE said.salon = {salon} AND said.chat = {chat} AND said.author = 'owner' AND said.turn IS NULL
    AND said.kind NOT IN ('reaction', 'deletion') ORDER BY said.seq DESC LIMIT 1), 0)
"""
"""What a customer wrote since the salon last had something to say.

An answer counts from when it was made, not from when it was recorded as sent: what came in between it does not answer.
"""
UNANSWERED = f"SELECT message.seq {OPEN_WORDS.format(salon='?1', chat='?2')} ORDER BY message.seq DESC LIMIT ?3"


@dataclass(frozen=True, slots=True)
class _Known:
    chat: ChatKey
    reply_to: str


async def _known(db: aiosqlite.Connection, salon: SalonId, chat: ChatKey) -> _Known:
    """The chat under its name of today: a merge of two chats may have renamed it since the page was shown."""
    rows = await db.execute_fetchall(
        f"SELECT chat, reply_to FROM contact WHERE salon = ?1 AND chat = {NAME_OF_TODAY}",  # noqa: S608
        (salon, chat),
    )
    for row in rows:
        return _Known(ChatKey(row["chat"]), row["reply_to"])
    raise LookupError(f"no contact {chat}")


async def _open_again(db: aiosqlite.Connection, salon: SalonId, chat: ChatKey, now: datetime) -> int:
    found = [row["seq"] for row in await db.execute_fetchall(UNANSWERED, (salon, chat, MOST_ANSWERED))]
    if not found:
        return 0
    rows = list(
        await db.execute_fetchall("SELECT id FROM turn WHERE salon = ? AND chat = ? AND state = 'open'", (salon, chat))
    )
    if rows:
        turn = rows[0]["id"]
    else:
        made = await db.execute_insert(
            "INSERT INTO turn (salon, chat, state, opened_at, due_at) VALUES (?1, ?2, 'open', ?3, ?3)",
            (salon, chat, to_text(now)),
        )
        turn = made[0] if made else None
    await db.executemany("UPDATE message SET turn = ? WHERE seq = ?", [(turn, seq) for seq in found])
    return len(found)

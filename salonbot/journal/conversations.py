"""The chats of a salon as its people see them: a list by the last word, with filters and a search."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from sqlite3 import Row

from salonbot.errors import JournalUnavailable
from salonbot.journal.database import Database
from salonbot.journal.moments import from_text, to_text
from salonbot.journal.search import Search, fold, words_of
from salonbot.journal.takeovers import OPEN_WORDS, UNANSWERED
from salonbot.journal.timeline import moment_of
from salonbot.model.messages import Author, ChatKey, MessageKind, ReplyState
from salonbot.model.salon import SalonId

PAGE = 40
"""Chats of one page of the list."""
FEWEST_DIGITS = 3
"""Of a phone number, to search for it."""


class Wanted(StrEnum):
    """Which chats."""

    ALL = "all"
    WAITING = "waiting"
    """The customer asked for a person, or wrote in a chat that a person has, and nobody has answered."""
    TAKEN_OVER = "taken_over"
    FAILED = "failed"
    """The last answer failed, or did not go out."""
    BOOKED = "booked"
    """The bot has booked a visit today."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who the chat is with."""

    chat: ChatKey
    name: str
    """The name they gave, else the one of their WhatsApp profile; may be empty. Untrusted text."""
    phone: str | None
    """Digits; None where WhatsApp hides it and they have not told it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Who has the chat."""

    waits_since: datetime | None
    """The customer waits for a person."""
    silent_until: datetime | None
    """The bot is silent until then; None: it answers."""
    is_taken_over: bool
    """A person has the chat until then."""
    has_failed: bool


@dataclass(frozen=True, slots=True)
class LastWord:
    """What was said last."""

    author: Author
    kind: MessageKind
    text: str
    is_deleted: bool
    at: datetime
    state: ReplyState | None
    """Of what the salon said through this program."""


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One chat of the list."""

    person: Person
    standing: Standing
    last: LastWord | None
    found: str | None
    """The newest message that holds the words searched for."""


@dataclass(frozen=True, slots=True)
class ChatList:
    """One page of the list, newest first."""

    lines: tuple[ChatLine, ...]
    following: int | None
    """Where the next page begins; None: there is none."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above a conversation."""

    person: Person
    standing: Standing
    unanswered: int
    """Messages of the customer's that nobody of the salon has answered."""


class Conversations:
    """Reads; changes nothing but the index it searches in."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.search = Search(database)

    async def page(
        self,
        salon: SalonId,
        *,
        now: datetime,
        today: datetime,
        wanted: Wanted = Wanted.ALL,
        query: str = "",
        before: int | None = None,
    ) -> ChatList:
        """Chats after the place `before`, newest first. A chat that moves up meanwhile is on no page twice.

        `today` is when the salon's day began. `query` is a part of a name, of a phone number, or words of a message.
        """
        found: dict[ChatKey, str | None] | None = None
        if query.strip():
            found = await self._found(salon, query)
        rows = await self._database.rows(
            LIST.format(filter=FILTERS[wanted]),
            {
                "salon": salon,
                "now": to_text(now),
                "today": to_text(today),
                "day_before": to_text(today - timedelta(days=1)),
                "before": before if before is not None else 1 << 62,
                "chats": None if found is None else json.dumps(list(found)),
                "limit": PAGE + 1,
            },
        )
        lines = tuple(_line(row, now, (found or {}).get(ChatKey(row["chat"]))) for row in rows[:PAGE])
        return ChatList(lines, following=rows[PAGE - 1]["last_seq"] if len(rows) > PAGE else None)

    async def waiting(self, salon: SalonId, now: datetime) -> int:
        """How many customers wait for a person."""
        row = await self._database.row(
            f"SELECT count(*) AS n FROM contact WHERE salon = :salon AND {FILTERS[Wanted.WAITING]}",  # noqa: S608
            {"salon": salon, "now": to_text(now)},
        )
        return int(row["n"]) if row else 0

    async def known_as(self, salon: SalonId, chat: ChatKey) -> ChatKey:
        """The name a chat goes by today: one known by phone number may have become known under its LID."""
        row = await self._database.row("SELECT chat FROM alias WHERE salon = ? AND alias = ?", (salon, chat))
        return ChatKey(row["chat"]) if row else chat

    async def head(self, salon: SalonId, chat: ChatKey, now: datetime) -> Head | None:
        """Who the chat is with and who has it; None: nobody has written in it."""
        row = await self._database.row(HEAD, {"salon": salon, "chat": chat, "now": to_text(now)})
        if row is None:
            return None
        unanswered = await self._database.rows(UNANSWERED, (salon, chat, 100))
        return Head(_person(row), _standing(row, now), len(unanswered))

    async def _found(self, salon: SalonId, query: str) -> dict[ChatKey, str | None]:
        """Chats of people of that name or number, and those where somebody said that: with what was said."""
        words = words_of(query)
        with suppress(JournalUnavailable):  # nothing can be written now: what is indexed can still be found
            await self.search.catch_up()
        found: dict[ChatKey, str | None] = {hit.chat: hit.text for hit in await self.search.chats_with(salon, words)}
        digits = "".join(filter(str.isdecimal, query))
        for row in await self._database.rows(NAMES, (salon,)):
            person = fold(f"{row['push_name']} {row['name'] or ''}")
            is_named = bool(words) and all(word in person for word in words)
            if is_named or (len(digits) >= FEWEST_DIGITS and _has_number(row, digits)):
                found[ChatKey(row["chat"])] = None
        return found


def _has_number(row: Row, digits: str) -> bool:
    numbers = f"{row['phone'] or ''} {row['told_phone'] or ''} {row['chat'].partition(':')[2]}"
    # In Russia a number is dialled with 8 and written with +7.
    return digits in numbers or (digits.startswith("8") and f"7{digits[1:]}" in numbers)


def _person(row: Row) -> Person:
    chat = ChatKey(row["chat"])
    by_key = chat.removeprefix("pn:") if chat.startswith("pn:") else None
    return Person(chat, row["name"] or row["push_name"], row["phone"] or row["told_phone"] or by_key)


def _standing(row: Row, now: datetime) -> Standing:
    until = from_text(row["paused_until"]) if row["paused_until"] else None
    is_silent = until is not None and until > now
    return Standing(
        waits_since=from_text(row["waits_since"]) if row["waits_since"] else None,
        silent_until=until if is_silent else None,
        is_taken_over=is_silent and row["taken_over_at"] is not None,
        has_failed=bool(row["has_failed"]),
    )


def _line(row: Row, now: datetime, found: str | None) -> ChatLine:
    last = None
    if row["kind"] is not None:
        last = LastWord(
            author=Author(row["author"]),
            kind=MessageKind(row["kind"]),
            text=row["text"],
            is_deleted=bool(row["deleted"]),
            at=moment_of(row),
            state=ReplyState(row["state"]) if row["state"] else None,
        )
    return ChatLine(_person(row), _standing(row, now), last, found)


HAS_FAILED = """
EXISTS (
    SELECT 1 FROM turn WHERE turn.salon = contact.salon AND turn.chat = contact.chat AND turn.state = 'failed'
    AND coalesce(turn.failure, '') <> 'limited'
    AND coalesce(turn.finished_at, turn.opened_at) > coalesce(contact.resolved_at, '')
    AND NOT EXISTS (
        SELECT 1 FROM turn AS later WHERE later.salon = turn.salon AND later.chat = turn.chat AND later.id > turn.id
        AND later.state = 'done'))
"""
IN_HANDS = "contact.taken_over_at IS NOT NULL AND contact.paused_until > :now"
WAITING = f"""
(contact.waits_since IS NOT NULL
 OR ({IN_HANDS} AND EXISTS (SELECT 1 {OPEN_WORDS.format(salon="contact.salon", chat="contact.chat")})))
"""
FILTERS = {
    Wanted.ALL: "TRUE",
    Wanted.WAITING: WAITING,
    Wanted.TAKEN_OVER: IN_HANDS,
    Wanted.FAILED: HAS_FAILED,
    Wanted.BOOKED: """contact.chat IN (
        SELECT chat FROM turn WHERE turn.salon = :salon AND opened_at >= :day_before
        AND coalesce(taken_at, finished_at, opened_at) >= :today AND outcomes LIKE '%"kind":"booked"%')""",
}
CONTACT = f"""
contact.chat, contact.push_name, contact.name, contact.phone, contact.told_phone, contact.waits_since,
contact.paused_until, contact.taken_over_at, contact.last_seq, {HAS_FAILED} AS has_failed
"""
LIST = f"""
SELECT {CONTACT}, message.author, message.kind, message.text, message.deleted, message.sent_at, message.recorded_at,
    message.offline, (
    SELECT reply.state FROM reply
    WHERE reply.salon = contact.salon AND reply.chat = contact.chat AND reply.message_id = message.id) AS state
FROM contact LEFT JOIN message ON message.seq = contact.last_seq
WHERE contact.salon = :salon AND contact.last_seq > 0 AND contact.last_seq < :before AND {{filter}}
  AND (:chats IS NULL OR contact.chat IN (SELECT value FROM json_each(:chats)))
ORDER BY contact.last_seq DESC LIMIT :limit
"""  # noqa: S608
HEAD = f"SELECT {CONTACT} FROM contact WHERE salon = :salon AND chat = :chat"  # noqa: S608
NAMES = "SELECT chat, push_name, name, phone, told_phone FROM contact WHERE salon = ?"

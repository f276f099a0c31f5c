"""Words in messages, found whatever their case: an index of folded words, kept behind the inbox's back.

The inbox must not wait for an index, and SQLite's own functions fold ASCII only. So triggers note which messages are
to be indexed (`message_unindexed`), and `catch_up` does it before anybody searches.
"""

import re
from dataclasses import dataclass

from salonbot.journal.database import Database
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId

BATCH = 500
"""Messages indexed in one commit: few enough that the inbox never waits long for it."""
MOST_HITS = 5000
"""The newest messages that hold all the words; older ones are not looked at."""
MOST_WORDS = 8

_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """The same for all that a person would call the same: case and ё make no difference."""
    return text.casefold().replace("ё", "е")


def words_of(query: str) -> tuple[str, ...]:
    """The folded words of a query."""
    return tuple(_WORD.findall(fold(query))[:MOST_WORDS])


@dataclass(frozen=True, slots=True)
class Hit:
    """A chat that has the words, and the newest message that holds them."""

    chat: ChatKey
    text: str


class Search:
    """Finds messages by words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def catch_up(self, *, batches: int | None = None) -> int:
        """Index what is to be indexed, at most so many batches of it; returns how many messages that were."""
        done = 0
        while batches is None or done < batches * BATCH:
            indexed = await self._index_batch()
            done += indexed
            if indexed < BATCH:
                break
        return done

    async def _index_batch(self) -> int:
        async with self._database.transaction(durable=False) as db:
            rows = list(await db.execute_fetchall(UNINDEXED, (BATCH,)))
            if not rows:
                return 0
            await db.executemany("DELETE FROM message_words WHERE rowid = ?", [(row["seq"],) for row in rows])
            await db.executemany(
                "INSERT INTO message_words (rowid, salon, words) VALUES (?, ?, ?)",
                [(row["seq"], _token(row["salon"]), fold(row["text"])) for row in rows if row["is_said"]],
            )
            await db.executemany("DELETE FROM message_unindexed WHERE seq = ?", [(row["seq"],) for row in rows])
        return len(rows)

    async def chats_with(self, salon: SalonId, words: tuple[str, ...]) -> list[Hit]:
        """Chats with a message that holds all these folded words, or words that begin with them."""
        if not words:
            return []
        wanted = " AND ".join(f'words : "{word}" *' for word in words)
        rows = await self._database.rows(FOUND, (f"salon : {_token(salon)} AND {wanted}", MOST_HITS))
        return [Hit(ChatKey(row["chat"]), row["text"]) for row in rows]


UNINDEXED = """
SELECT noted.seq, message.salon, message.text,
    message.text <> '' AND message.deleted = 0 AND message.kind NOT IN ('reaction', 'deletion') AS is_said
FROM message_unindexed AS noted LEFT JOIN message ON message.seq = noted.seq ORDER BY noted.seq LIMIT ?
"""
FOUND = """
SELECT chat, text, max(seq) FROM message
WHERE seq IN (SELECT rowid FROM message_words WHERE message_words MATCH ? ORDER BY rowid DESC LIMIT ?)
GROUP BY chat
"""


def _token(salon: str) -> str:
    """The salon as one word of the index: its own id may be several, and part of another's."""
    return "s" + salon.encode().hex()

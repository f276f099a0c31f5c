"""The life of a turn as rows: every method that moves a turn on is one commit; a restart resumes at the last one.

None of them waits for the disk: nobody outside knows of a turn before its reply leaves, and `Outbox.sending` waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from salonbot.journal import codec
from salonbot.journal.database import Database
from salonbot.journal.identity import NAME_OF_TODAY
from salonbot.journal.moments import from_text, to_text
from salonbot.journal.takeovers import IS_TAKEN_OVER
from salonbot.model.dialogue import Composition, Memory, Understanding, Usage
from salonbot.model.messages import Author, ChatKey, MessageId, MessageKind, TurnId, TurnState, Utterance
from salonbot.model.outcomes import Outcome
from salonbot.model.salon import SalonId

LIMITED = "limited"
"""The failure of a turn that was one too many."""
LEAVE_TO_A_PERSON = f"""
UPDATE turn SET state = 'handed_over', finished_at = ?1
WHERE id = ?2 AND EXISTS (
    SELECT 1 FROM contact WHERE contact.salon = turn.salon AND contact.chat = turn.chat AND {IS_TAKEN_OVER})
"""  # noqa: S608
UNFINISHED = "state NOT IN ('done', 'handed_over', 'failed')"


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A turn at its last commit. `understanding` is known from `executing` on, `outcomes` from `composing` on."""

    id: TurnId
    salon: SalonId
    chat: ChatKey
    state: TurnState
    opened_at: datetime
    due_at: datetime
    taken_at: datetime | None
    """When gathering ended; None of what is no answer to a customer's messages."""
    attempts: int
    understanding: Understanding | None
    outcomes: tuple[Outcome, ...] | None
    failure: str | None


@dataclass(frozen=True, slots=True)
class TurnMessage:
    """One message of a turn, in the order of arrival."""

    id: MessageId
    kind: MessageKind
    text: str
    quoted_text: str


@dataclass(frozen=True, slots=True)
class Day:
    """A salon's turns since a moment."""

    turns: int
    bookings: int
    usage: tuple[Usage, ...]


def from_row(row: Row) -> TurnRecord:
    return TurnRecord(
        id=TurnId(row["id"]),
        salon=SalonId(row["salon"]),
        chat=ChatKey(row["chat"]),
        state=TurnState(row["state"]),
        opened_at=from_text(row["opened_at"]),
        due_at=from_text(row["due_at"]),
        taken_at=from_text(row["taken_at"]) if row["taken_at"] else None,
        attempts=row["attempts"],
        understanding=codec.UNDERSTANDING.validate_json(row["understanding"]) if row["understanding"] else None,
        outcomes=codec.OUTCOMES.validate_json(row["outcomes"]) if row["outcomes"] else None,
        failure=row["failure"],
    )


class Turns:
    """Reads and moves turns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def chats_with_work(self, salon: SalonId) -> list[ChatKey]:
        """The salon's chats with an unfinished turn, the one waiting longest first: what a restart resumes."""
        rows = await self._database.rows(
            f"SELECT chat FROM turn WHERE salon = ? AND {UNFINISHED} GROUP BY chat ORDER BY min(id)",  # noqa: S608
            (salon,),
        )
        return [ChatKey(row["chat"]) for row in rows]

    async def next_of(self, salon: SalonId, chat: ChatKey) -> TurnRecord | None:
        """The oldest unfinished turn of a chat; what a person of the salon wrote does not wait for the bot's.

        A chat that was renamed while it was worked on is asked for by its old name, and has its turns all the same.
        """
        row = await self._database.row(
            f"SELECT * FROM turn WHERE salon = ?1 AND chat = {NAME_OF_TODAY} AND {UNFINISHED}"  # noqa: S608
            " ORDER BY brain IS 'owner' DESC, id LIMIT 1",
            (salon, chat),
        )
        return from_row(row) if row else None

    async def read(self, turn: TurnId) -> TurnRecord:
        """The turn at its last commit. Raises LookupError for an unknown id."""
        row = await self._database.row("SELECT * FROM turn WHERE id = ?", (turn,))
        if row is None:
            raise LookupError(f"no turn {turn}")
        return from_row(row)

    async def take(self, turn: TurnId, now: datetime) -> bool:
        """End gathering. False where a message has come meanwhile and put the due time off.

        A turn that was opened in the future is due: the machine's clock has been set back.
        """
        taken = await self._database.write(
            "UPDATE turn SET state = 'understanding', taken_at = ?1 WHERE id = ?2 AND state = 'open'"
            " AND (due_at <= ?1 OR opened_at > ?1) RETURNING id",
            (to_text(now), turn),
            durable=False,
        )
        return bool(taken)

    async def begin_attempt(self, turn: TurnId) -> int:
        """Count and return the attempts at this turn, this one included."""
        rows = await self._database.write(
            "UPDATE turn SET attempts = attempts + 1 WHERE id = ? RETURNING attempts", (turn,), durable=False
        )
        return int(rows[0]["attempts"]) if rows else 0

    async def messages(self, turn: TurnId) -> tuple[TurnMessage, ...]:
        """The turn's messages in order of arrival, without those their sender has deleted."""
        rows = await self._database.rows(
            "SELECT id, kind, text, quoted_text FROM message WHERE turn = ? AND author = 'customer' AND deleted = 0"
            " ORDER BY seq",
            (turn,),
        )
        return tuple(
            TurnMessage(MessageId(row["id"]), MessageKind(row["kind"]), row["text"], row["quoted_text"]) for row in rows
        )

    async def history(self, turn: TurnRecord, limit: int) -> tuple[Utterance, ...]:
        """What was said in the chat before this turn, oldest first, at most `limit` utterances."""
        rows = await self._database.rows(
            """
            SELECT author, text, recorded_at FROM message
            WHERE salon = ? AND chat = ? AND deleted = 0 AND text <> '' AND kind <> 'reaction'
              AND (turn < ? OR (turn IS NULL AND recorded_at <= ?))
            ORDER BY seq DESC LIMIT ?
            """,
            (turn.salon, turn.chat, turn.id, to_text(turn.due_at), limit),
        )
        return tuple(
            Utterance(Author(row["author"]), row["text"], from_text(row["recorded_at"])) for row in reversed(rows)
        )

    async def last_words(self, salon: SalonId, chat: ChatKey) -> str:
        """The last text the customer wrote in that chat, or nothing."""
        row = await self._database.row(
            "SELECT text FROM message WHERE salon = ? AND chat = ? AND author = 'customer' AND kind = 'text'"
            " AND deleted = 0 ORDER BY seq DESC LIMIT 1",
            (salon, chat),
        )
        return str(row["text"]) if row else ""

    async def understood(self, turn: TurnId, understanding: Understanding, now: datetime) -> bool:
        """understanding -> executing; where a person has taken the chat over meanwhile, it is left to them.

        Returns whether the turn goes on.
        """
        async with self._database.transaction(durable=False) as db:
            await db.execute(
                "UPDATE turn SET understanding = ?, usage = ?, understood_at = ? WHERE id = ?",
                (
                    codec.dump(codec.UNDERSTANDING, understanding),
                    codec.dump(codec.USAGE, understanding.usage),
                    to_text(now),
                    turn,
                ),
            )
            left = await db.execute(LEAVE_TO_A_PERSON, (to_text(now), turn))
            if left.rowcount:
                return False
            await db.execute("UPDATE turn SET state = 'executing' WHERE id = ?", (turn,))
            return True

    async def executed(
        self,
        turn: TurnId,
        outcomes: tuple[Outcome, ...],
        memory: Memory,
        now: datetime,
        *,
        name: str | None,
        phone: str | None,
    ) -> None:
        """executing -> composing; what the customer told about themselves is kept with it."""
        async with self._database.transaction(durable=False) as db:
            await db.execute(
                "UPDATE turn SET state = 'composing', outcomes = ?, memory = ?, executed_at = ? WHERE id = ?",
                (codec.dump(codec.OUTCOMES, outcomes), codec.dump(codec.MEMORY, memory), to_text(now), turn),
            )
            await db.execute(
                "UPDATE contact SET memory = ?, name = coalesce(?, name), told_phone = coalesce(?, told_phone)"
                " WHERE (salon, chat) = (SELECT salon, chat FROM turn WHERE id = ?)",
                (codec.dump(codec.MEMORY, memory), name, phone, turn),
            )

    async def composed(self, turn: TurnId, parts: Sequence[str], composition: Composition, now: datetime) -> None:
        """composing -> replying: the replies exist from this commit on."""
        async with self._database.transaction(durable=False) as db:
            row = await (await db.execute("SELECT usage FROM turn WHERE id = ?", (turn,))).fetchone()
            earlier: tuple[Usage, ...] = codec.USAGE.validate_json(row["usage"]) if row and row["usage"] else ()
            await db.execute(
                "UPDATE turn SET state = 'replying', brain = ?, usage = ?, refused = ?, composed_at = ? WHERE id = ?",
                (
                    composition.brain,
                    codec.dump(codec.USAGE, earlier + composition.usage),
                    codec.dump(codec.REFUSED, composition.refused) if composition.refused else None,
                    to_text(now),
                    turn,
                ),
            )
            # A merge of chats may have renamed the chat meanwhile: the turn's row knows its name of today.
            await db.executemany(
                """
                INSERT INTO reply (salon, chat, turn, part, recipient, text, state, created_at)
                SELECT turn.salon, turn.chat, turn.id, ?, contact.reply_to, ?, 'pending', ?
                FROM turn JOIN contact ON contact.salon = turn.salon AND contact.chat = turn.chat WHERE turn.id = ?
                """,
                [(part, text, to_text(now), turn) for part, text in enumerate(parts)],
            )

    async def note_failure(self, turn: TurnId, failure: str) -> None:
        """Remember why; the turn ends as failed once its apology has gone."""
        await self._database.write("UPDATE turn SET failure = ? WHERE id = ?", (failure, turn), durable=False)

    async def finish(self, turn: TurnId, state: TurnState, now: datetime) -> None:
        """Into a final state."""
        await self._database.write(
            "UPDATE turn SET state = ?, finished_at = ? WHERE id = ?", (state, to_text(now), turn), durable=False
        )

    async def day(self, salon: SalonId, since: datetime) -> Day:
        """What was done and used since that moment."""
        rows = await self._database.rows(
            "SELECT usage, outcomes FROM turn WHERE salon = ? AND taken_at >= ?", (salon, to_text(since))
        )
        return Day(
            turns=len(rows),
            bookings=sum('"kind":"booked"' in (row["outcomes"] or "") for row in rows),
            usage=tuple(one for row in rows if row["usage"] for one in codec.USAGE.validate_json(row["usage"])),
        )

    async def count_between(
        self, salon: SalonId, chat: ChatKey, since: datetime, now: datetime, *, limited: bool
    ) -> int:
        """Turns of a chat taken since that moment, either those answered or those `limited` for being too many.

        Not those of the future: the machine's clock may have been set back.
        """
        row = await self._database.row(
            "SELECT count(*) AS n FROM turn WHERE salon = ? AND chat = ? AND taken_at BETWEEN ? AND ?"
            " AND coalesce(failure = ?, 0) = ?",
            (salon, chat, to_text(since), to_text(now), LIMITED, int(limited)),
        )
        return int(row["n"]) if row else 0

    async def last_was_limited(self, turn: TurnRecord) -> bool:
        """Whether the turn before this one was one too many."""
        row = await self._database.row(
            "SELECT failure FROM turn WHERE salon = ? AND chat = ? AND id < ? ORDER BY id DESC LIMIT 1",
            (turn.salon, turn.chat, turn.id),
        )
        return row is not None and row["failure"] == LIMITED

"""What has happened since the last look, for the metrics: new messages and turns that have ended, never whose.

Each question reads only the rows after a mark, by an index, so a scrape costs the same in a journal of any size.
"""

from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from salonbot.journal import codec
from salonbot.journal.database import Database
from salonbot.journal.moments import from_text, to_text
from salonbot.model.dialogue import Usage
from salonbot.model.salon import SalonId

MOST_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Ended:
    """A turn in a final state."""

    id: int
    salon: SalonId
    state: str
    opened_at: datetime
    taken_at: datetime | None
    understood_at: datetime | None
    executed_at: datetime | None
    composed_at: datetime | None
    first_sent_at: datetime | None
    finished_at: datetime
    sent: int
    """Its replies that WhatsApp took."""
    refused: int
    outcomes: tuple[str, ...]
    """Their kinds: booked, moved ..."""
    usage: tuple[Usage, ...]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """How many of something are in a state, at one salon."""

    salon: SalonId
    state: str
    count: int


class Figures:
    """Reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last_message(self) -> int:
        """The mark that is behind every message there is."""
        row = await self._database.row("SELECT max(seq) AS seq FROM message")
        return int(row["seq"] or 0) if row else 0

    async def messages_after(self, mark: int) -> tuple[dict[tuple[SalonId, str], int], int]:
        """Messages recorded after the mark by salon and author, and the mark behind them."""
        rows = await self._database.rows(
            "SELECT salon, author, count(*) AS n, max(seq) AS seq FROM message WHERE seq > ? GROUP BY salon, author",
            (mark,),
        )
        found = {(SalonId(row["salon"]), str(row["author"])): int(row["n"]) for row in rows}
        return found, max((int(row["seq"]) for row in rows), default=mark)

    async def ended_since(self, moment: datetime) -> tuple[Ended, ...]:
        """Turns that ended then or later, oldest first, MOST_AT_ONCE at the most."""
        rows = await self._database.rows(ENDED, (to_text(moment), MOST_AT_ONCE))
        return tuple(_ended(row) for row in rows)

    async def unfinished_turns(self) -> tuple[Unfinished, ...]:
        """By salon and state."""
        return await self._unfinished(
            "SELECT salon, state, count(*) AS n FROM turn WHERE state NOT IN ('done', 'handed_over', 'failed')"
            " GROUP BY salon, state"
        )

    async def unsent_replies(self) -> tuple[Unfinished, ...]:
        """By salon and state."""
        return await self._unfinished(
            "SELECT salon, state, count(*) AS n FROM reply WHERE state IN ('pending', 'sending', 'unknown')"
            " GROUP BY salon, state"
        )

    async def events(self) -> tuple[Unfinished, ...]:
        """Events for other systems that wait, and those given up, by salon."""
        return await self._unfinished(
            "SELECT salon, iif(next_try_at IS NULL, 'dead', 'waiting') AS state, count(*) AS n FROM event"
            " GROUP BY salon, state"
        )

    async def _unfinished(self, sql: str) -> tuple[Unfinished, ...]:
        return tuple(
            Unfinished(SalonId(row["salon"]), str(row["state"]), int(row["n"]))
            for row in await self._database.rows(sql)
        )


ENDED = """
SELECT turn.*, (SELECT min(sent_at) FROM reply WHERE reply.turn = turn.id) AS first_sent_at,
    (SELECT count(*) FROM reply WHERE reply.turn = turn.id AND sent_at IS NOT NULL) AS sent,
    (SELECT count(*) FROM reply WHERE reply.turn = turn.id AND state = 'refused') AS refused_replies,
    (SELECT group_concat(json_extract(value, '$.kind')) FROM json_each(turn.outcomes)) AS kinds
FROM turn WHERE finished_at >= ? AND state IN ('done', 'handed_over', 'failed') ORDER BY finished_at LIMIT ?
"""


def _ended(row: Row) -> Ended:
    return Ended(
        id=row["id"],
        salon=SalonId(row["salon"]),
        state=row["state"],
        opened_at=from_text(row["opened_at"]),
        taken_at=_moment(row["taken_at"]),
        understood_at=_moment(row["understood_at"]),
        executed_at=_moment(row["executed_at"]),
        composed_at=_moment(row["composed_at"]),
        first_sent_at=_moment(row["first_sent_at"]),
        finished_at=from_text(row["finished_at"]),
        sent=row["sent"],
        refused=row["refused_replies"],
        outcomes=tuple((row["kinds"] or "").split(",")) if row["kinds"] else (),
        usage=codec.USAGE.validate_json(row["usage"]) if row["usage"] else (),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)

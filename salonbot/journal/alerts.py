"""Episodes of trouble and what was told of them; every move is one commit."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Row

from salonbot.journal.database import Database
from salonbot.journal.moments import from_text, to_text
from salonbot.model.alerts import Alert, AlertKind, Episode, Notice, NoticeState, Occasion, Recovered
from salonbot.model.salon import SalonId


class Alerts:
    """Keeps episodes and notices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, alert: Alert, now: datetime) -> Episode:
        """The episode this belongs to: one that is on, one that ended just now and is on again, or a new one."""
        salon, kind = alert.salon or "", alert.kind
        settled = to_text(now - kind.settles_within)
        async with self._database.transaction() as db:
            rows = await db.execute_fetchall(LAST, (salon, kind))
            last = next(iter(rows), None)
            if last is None or (last["over_at"] is not None and last["over_at"] <= settled):
                values = (salon, kind, alert.detail, alert.count, alert.needs_owner, *(3 * [to_text(now)]))
                rows = await db.execute_fetchall(OPEN, values)
            else:
                is_news = last["over_at"] is not None or alert.count > last["count"]
                values = (alert.detail, alert.count, alert.needs_owner, to_text(now), is_news, to_text(now), last["id"])
                rows = await db.execute_fetchall(AGAIN, values)
            return _episode(next(iter(rows)))

    async def note_told(self, alert: Alert, channels: Sequence[str], at: datetime) -> Episode:
        """As `note`, of what these channels have already been told, while the journal could not be written."""
        episode = await self.note(alert, at)
        async with self._database.transaction() as db:
            await db.executemany(
                "INSERT INTO notice (alert, channel, occasion, count, decided_at, state, tries, told_at)"
                " VALUES (?, ?, 'opened', ?, ?, 'told', 1, ?)",
                [(episode.id, channel, episode.count, to_text(at), to_text(at)) for channel in channels],
            )
        return episode

    async def end(self, recovered: Recovered, now: datetime) -> bool:
        """The episode is over; False where none was on, which costs no write: it is said often, and seldom new."""
        on = "SELECT 1 FROM alert WHERE salon = ? AND kind = ? AND over_at IS NULL"
        if await self._database.row(on, (recovered.salon or "", recovered.kind)) is None:
            return False
        async with self._database.transaction() as db:
            cursor = await db.execute(
                "UPDATE alert SET over_at = ?1, look_at = ?1 WHERE salon = ?2 AND kind = ?3 AND over_at IS NULL",
                (to_text(now), recovered.salon or "", recovered.kind),
            )
            return cursor.rowcount == 1

    async def see(self, episode: int, now: datetime) -> bool:
        """A person has taken note; False where there is no such episode that is on."""
        async with self._database.transaction() as db:
            cursor = await db.execute(
                "UPDATE alert SET seen_at = ? WHERE id = ? AND over_at IS NULL", (to_text(now), episode)
            )
            return cursor.rowcount == 1

    async def on(self) -> tuple[Episode, ...]:
        """All that is on, oldest first."""
        rows = await self._database.rows("SELECT * FROM alert WHERE over_at IS NULL ORDER BY id")
        return tuple(_episode(row) for row in rows)

    async def newest(self, limit: int, salons: Sequence[SalonId] | None = None) -> tuple[Episode, ...]:
        """Episodes, over or not, newest first; only those of these salons where some are named."""
        if salons is None:
            rows = await self._database.rows("SELECT * FROM alert ORDER BY id DESC LIMIT ?", (limit,))
        else:
            marks = ", ".join("?" * len(salons))
            rows = await self._database.rows(
                f"SELECT * FROM alert WHERE salon IN ({marks}) ORDER BY id DESC LIMIT ?",  # noqa: S608
                (*salons, limit),
            )
        return tuple(_episode(row) for row in rows)

    async def undecided(self, now: datetime) -> tuple[Episode, ...]:
        """Episodes of which somebody may have to be told by now."""
        rows = await self._database.rows("SELECT * FROM alert WHERE look_at <= ? ORDER BY id", (to_text(now),))
        return tuple(_episode(row) for row in rows)

    async def notices(self, episode: int) -> tuple[Notice, ...]:
        """Everything told of an episode, oldest first."""
        rows = await self._database.rows("SELECT * FROM notice WHERE alert = ? ORDER BY id", (episode,))
        return tuple(_notice(row) for row in rows)

    async def decided(
        self,
        episode: Episode,
        tell: Sequence[tuple[str, Occasion]],
        drop: Sequence[int],
        look_at: datetime | None,
        now: datetime,
    ) -> None:
        """Keep a decision: from this commit on the notices exist, and are tried until they are told or given up."""
        moment = to_text(now)
        async with self._database.transaction() as db:
            await db.executemany(
                "INSERT INTO notice (alert, channel, occasion, count, decided_at, state, next_try_at)"
                " VALUES (?, ?, ?, ?, ?, 'waiting', ?)",
                [(episode.id, channel, occasion, episode.count, moment, moment) for channel, occasion in tell],
            )
            await db.executemany("UPDATE notice SET state = 'dropped' WHERE id = ?", [(one,) for one in drop])
            # Raised or ended meanwhile: then the decision is not about how things are now, and is made again.
            await db.execute(
                "UPDATE alert SET look_at = ? WHERE id = ? AND over_at IS ? AND count = ?",
                (
                    to_text(look_at) if look_at else None,
                    episode.id,
                    to_text(episode.over_at) if episode.over_at else None,
                    episode.count,
                ),
            )

    async def due(self, channel: str, now: datetime) -> tuple[Notice, ...]:
        """Notices to be tried now over this channel, oldest first."""
        rows = await self._database.rows(
            "SELECT * FROM notice WHERE state = 'waiting' AND next_try_at <= ? AND channel = ? ORDER BY id",
            (to_text(now), channel),
        )
        return tuple(_notice(row) for row in rows)

    async def episode(self, number: int) -> Episode:
        """Raises LookupError for an unknown one."""
        row = await self._database.row("SELECT * FROM alert WHERE id = ?", (number,))
        if row is None:
            raise LookupError(f"no episode {number}")
        return _episode(row)

    async def told(self, notice: Notice, now: datetime) -> None:
        """waiting -> told; what comes next of the episode is decided anew."""
        async with self._database.transaction() as db:
            await db.execute(
                "UPDATE notice SET state = 'told', told_at = ?, failure = NULL WHERE id = ?", (to_text(now), notice.id)
            )
            await db.execute(LOOK, (to_text(now), notice.episode))

    async def gave_up(self, notice: Notice, failure: str, now: datetime) -> None:
        """waiting -> given up."""
        async with self._database.transaction() as db:
            await db.execute(
                "UPDATE notice SET state = 'given_up', tries = tries + 1, failure = ? WHERE id = ?",
                (failure, notice.id),
            )
            await db.execute(LOOK, (to_text(now), notice.episode))

    async def put_off(self, notice: Notice, failure: str, next_try_at: datetime) -> None:
        """The try failed: it waits for the next one."""
        async with self._database.transaction() as db:
            await db.execute(
                "UPDATE notice SET tries = tries + 1, failure = ?, next_try_at = ? WHERE id = ? AND state = 'waiting'",
                (failure, to_text(next_try_at), notice.id),
            )


LOOK = "UPDATE alert SET look_at = ? WHERE id = ?"

LAST = """
SELECT id, over_at, count FROM alert WHERE salon = ? AND kind = ?
ORDER BY over_at IS NULL DESC, over_at DESC LIMIT 1
"""

OPEN = """
INSERT INTO alert (salon, kind, detail, count, needs_owner, opened_at, raised_at, look_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *
"""

AGAIN = """
UPDATE alert SET detail = ?, count = ?, needs_owner = ?, raised_at = ?, over_at = NULL,
    seen_at = iif(over_at IS NULL, seen_at, NULL), look_at = iif(?, ?, look_at)
WHERE id = ? RETURNING *
"""


def _episode(row: Row) -> Episode:
    return Episode(
        id=row["id"],
        kind=AlertKind(row["kind"]),
        salon=SalonId(row["salon"]) if row["salon"] else None,
        detail=row["detail"],
        count=row["count"],
        needs_owner=bool(row["needs_owner"]),
        opened_at=from_text(row["opened_at"]),
        raised_at=from_text(row["raised_at"]),
        over_at=_moment(row["over_at"]),
        seen_at=_moment(row["seen_at"]),
    )


def _notice(row: Row) -> Notice:
    return Notice(
        id=row["id"],
        episode=row["alert"],
        channel=row["channel"],
        occasion=Occasion(row["occasion"]),
        count=row["count"],
        decided_at=from_text(row["decided_at"]),
        state=NoticeState(row["state"]),
        tries=row["tries"],
        told_at=_moment(row["told_at"]),
        failure=row["failure"],
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else from_text(text)

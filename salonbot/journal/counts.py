"""Figures for /status, counted from the rows themselves."""

from dataclasses import dataclass
from datetime import datetime

from salonbot.journal.database import Database
from salonbot.journal.moments import from_text, to_text

RECENT_TURNS = 500


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Whether turns move."""

    oldest_due: datetime | None
    """When the turn that waits longest for its answer was due; those that only wait to be sent are not counted."""
    moved: datetime | None
    """When a turn was last answered or finished."""


class Counts:
    """Counts what is in the journal; never whose it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def trouble(self) -> str | None:
        """What keeps commits from coming through; None while they do."""
        return self._database.trouble.detail

    async def of_house(self) -> dict[str, dict[str, int]]:
        """Messages by author, turns and replies by state, appointments by state, customers waiting for a person."""
        return {
            "messages": await self._grouped("SELECT author AS name, count(*) AS n FROM message GROUP BY author"),
            "turns": await self._grouped("SELECT state AS name, count(*) AS n FROM turn GROUP BY state"),
            "replies": await self._grouped("SELECT state AS name, count(*) AS n FROM reply GROUP BY state"),
            "appointments": await self._grouped("SELECT state AS name, count(*) AS n FROM appointment GROUP BY state"),
            "waiting_for_a_person": await self._grouped(
                "SELECT salon AS name, count(*) AS n FROM contact WHERE waits_since IS NOT NULL GROUP BY salon"
            ),
        }

    async def pipeline(self, now: datetime) -> Pipeline:
        """How far the turns are; cheap in a journal of any size."""
        row = await self._database.row(
            """
            SELECT (
                SELECT min(due_at) FROM turn
                WHERE state NOT IN ('done', 'handed_over', 'failed') AND state <> 'replying' AND due_at <= ?
            ) AS oldest_due, (
                SELECT max(finished_at) FROM turn WHERE id > (SELECT max(id) FROM turn) - ?
            ) AS finished, (
                SELECT created_at FROM reply ORDER BY id DESC LIMIT 1
            ) AS answered
            """,
            (to_text(now), RECENT_TURNS),
        )
        oldest_due, finished, answered = row or (None, None, None)
        moved = max(finished or "", answered or "")
        return Pipeline(from_text(oldest_due) if oldest_due else None, from_text(moved) if moved else None)

    async def _grouped(self, sql: str) -> dict[str, int]:
        return {row["name"]: row["n"] for row in await self._database.rows(sql)}

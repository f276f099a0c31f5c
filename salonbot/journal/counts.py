"""Figures for /status, counted from the rows themselves."""

from salonbot.journal.database import Database


class Counts:
    """Counts what is in the journal; never whose it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

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

    async def _grouped(self, sql: str) -> dict[str, int]:
        return {row["name"]: row["n"] for row in await self._database.rows(sql)}

"""What went wrong for customers and who waits, counted for the lookout: by salon, never whose it is.

Asked every few seconds: each question is answered from an index, whatever the size of the journal.
"""

from datetime import datetime, timedelta

from salonbot.journal.database import Database
from salonbot.journal.moments import to_text
from salonbot.model.salon import SalonId

STUCK_TRIES = 6
"""An event that failed this often has waited some five minutes."""
PATIENCE = timedelta(minutes=10)
Counted = dict[SalonId, int]


class Troubles:
    """Counts; salons without any are left out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting_for_a_person(self) -> Counted:
        """Customers who asked for a person and have not been answered by one."""
        return await self._counted(WAITING)

    async def noted_requests(self) -> Counted:
        """Customers' requests that wait for a booking system."""
        return await self._counted(NOTED)

    async def undelivered_events(self, now: datetime) -> Counted:
        """Events that the salon's other system has not taken for a good while, though it was tried."""
        return await self._counted(EVENTS, to_text(now - PATIENCE))

    async def failed_turns(self, since: datetime) -> Counted:
        """Turns that ended in an apology since then; those that were one too many are not among them."""
        return await self._counted(FAILED, to_text(since))

    async def refused_replies(self, since: datetime) -> Counted:
        """Answers that WhatsApp did not take, of turns that ended since then."""
        return await self._counted(REFUSED, to_text(since))

    async def lost_messages(self, since: datetime) -> Counted:
        """Messages that came since then and still cannot be read."""
        return await self._counted(UNREADABLE, to_text(since))

    async def _counted(self, sql: str, *values: str) -> Counted:
        return {SalonId(row["salon"]): int(row["n"]) for row in await self._database.rows(sql, values)}


WAITING = "SELECT salon, count(*) AS n FROM contact WHERE waits_since IS NOT NULL GROUP BY salon"
NOTED = "SELECT salon, count(*) AS n FROM noted WHERE state = 'waiting' GROUP BY salon"
EVENTS = f"""
SELECT salon, count(*) AS n FROM event
WHERE tries >= {STUCK_TRIES} AND next_try_at IS NOT NULL AND at <= ? GROUP BY salon
"""  # noqa: S608
FAILED = """
SELECT salon, count(*) AS n FROM turn INDEXED BY turn_finished
WHERE finished_at >= ? AND state = 'failed' AND failure IS NOT 'limited' AND failure NOT LIKE 'refused:%' GROUP BY salon
"""
REFUSED = """
SELECT salon, count(*) AS n FROM turn INDEXED BY turn_finished
WHERE finished_at >= ? AND state = 'failed' AND failure LIKE 'refused:%' GROUP BY salon
"""
UNREADABLE = """
SELECT salon, count(*) AS n FROM message WHERE kind = 'undecryptable' AND recorded_at >= ? GROUP BY salon
"""

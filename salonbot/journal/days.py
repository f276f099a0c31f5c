"""A salon's days in figures, and what stands on its door now: for the page of the day, never slow.

A day is an interval of moments: which, the salon's zone decides. Each question reads one day by an index; days that
cannot change any more are asked about once.
"""

from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row
from statistics import median

from salonbot.journal.database import Database
from salonbot.journal.moments import from_text, to_text
from salonbot.model.dialogue import Usage
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId


@dataclass(frozen=True, slots=True)
class DayFigures:
    """What happened in one day."""

    messages: int
    """Of customers."""
    answered: int
    """Turns that got their answer."""
    failed: int
    """Turns that got an apology, or whose answer did not arrive."""
    to_person: int
    """Turns left to a person."""
    booked: int
    moved: int
    cancelled: int
    seconds_to_answer: float | None
    """The median from a turn's first message to its answer's first word; None without any."""
    usage: tuple[Usage, ...]
    """One for each model: all its calls together."""

    @property
    def turns(self) -> int:
        """All that were taken up."""
        return self.answered + self.failed + self.to_person


@dataclass(frozen=True, slots=True)
class Waiting:
    """A customer who waits for a person."""

    chat: ChatKey
    name: str
    """As they call themselves; may be empty. Untrusted text."""
    phone: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """A turn that did not end well."""

    chat: ChatKey
    name: str
    phone: str | None
    at: datetime
    why: str
    """`refused`, `doubt` or `error`."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A visit to come."""

    start: datetime
    finish: datetime | None
    service: str
    """Empty where the visit lives in another system, which alone knows."""
    stylist: str
    name: str
    chat: ChatKey | None
    """None: nobody we have a conversation with."""


class Days:
    """Reads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[SalonId, datetime], DayFigures] = {}

    async def figures(self, salon: SalonId, since: datetime, until: datetime, *, is_over: bool) -> DayFigures:
        """One day's, from `since` up to `until`; `is_over`: nothing of it can change any more."""
        key = salon, since
        if is_over and key in self._known:
            return self._known[key]
        found = await self._figures(salon, since, until)
        if is_over:
            self._known[key] = found
            if len(self._known) > MOST_KNOWN:
                del self._known[min(self._known, key=lambda one: one[1])]
        return found

    async def waiting(self, salon: SalonId, limit: int) -> tuple[Waiting, ...]:
        """Customers who wait for a person, the longest wait first."""
        rows = await self._database.rows(WAITING, (salon, limit))
        return tuple(_waiting(row) for row in rows)

    async def failures(self, salon: SalonId, since: datetime, limit: int) -> tuple[Failure, ...]:
        """Turns that ended badly since then, the newest first."""
        rows = await self._database.rows(FAILURES, (salon, to_text(since), limit))
        return tuple(
            Failure(
                ChatKey(row["chat"]), _name(row), _phone(row), from_text(row["finished_at"]), _why(row["failure"] or "")
            )
            for row in rows
        )

    async def upcoming(self, salon: SalonId, now: datetime, limit: int, *, elsewhere: bool) -> tuple[Upcoming, ...]:
        """Visits that are not over, by their start; `elsewhere`: those the bot made in another booking system."""
        rows = await self._database.rows(RECORDS if elsewhere else VISITS, (salon, to_text(now), limit))
        return tuple(
            Upcoming(
                start=from_text(row["start"]),
                finish=from_text(row["finish"]) if row["finish"] else None,
                service=row["service"],
                stylist=row["stylist"],
                name=row["name"],
                chat=ChatKey(row["chat"]) if row["is_customer"] else None,
            )
            for row in rows
        )

    async def _figures(self, salon: SalonId, since: datetime, until: datetime) -> DayFigures:
        day = (salon, to_text(since), to_text(until))
        messages = await self._database.row(MESSAGES, day)
        states = {row["state"]: int(row["n"]) for row in await self._database.rows(TURNS, day)}
        kinds = {row["kind"]: int(row["n"]) for row in await self._database.rows(OUTCOMES, day)}
        seconds = [float(row["seconds"]) for row in await self._database.rows(ANSWERS, day)]
        usage = tuple(_usage(row) for row in await self._database.rows(USAGE, day))
        return DayFigures(
            messages=int(messages["n"]) if messages else 0,
            answered=states.get("done", 0),
            failed=states.get("failed", 0),
            to_person=states.get("handed_over", 0),
            booked=kinds.get("booked", 0),
            moved=kinds.get("moved", 0),
            cancelled=kinds.get("cancelled", 0),
            seconds_to_answer=max(0.0, median(seconds)) if seconds else None,
            usage=usage,
        )


MOST_KNOWN = 2000

MESSAGES = """
SELECT count(*) AS n FROM message
WHERE salon = ? AND author = 'customer' AND recorded_at >= ? AND recorded_at < ?
"""

# The errand of a noted request is never taken: it is no turn of a customer's, though it may book.
TURNS = """
SELECT state, count(*) AS n FROM turn WHERE salon = ? AND taken_at >= ? AND taken_at < ? GROUP BY state
"""

OUTCOMES = """
SELECT json_extract(value, '$.kind') AS kind, count(*) AS n FROM turn, json_each(turn.outcomes)
WHERE salon = ? AND opened_at >= ? AND opened_at < ? GROUP BY kind
"""

ANSWERS = """
SELECT (julianday(min(reply.sent_at)) - julianday(turn.opened_at)) * 86400 AS seconds
FROM turn JOIN reply ON reply.turn = turn.id
WHERE turn.salon = ? AND turn.taken_at >= ? AND turn.taken_at < ? AND reply.sent_at IS NOT NULL GROUP BY turn.id
"""

USAGE = """
SELECT json_extract(value, '$.model') AS model,
    sum(json_extract(value, '$.input_tokens')) AS input, sum(json_extract(value, '$.cached_tokens')) AS cached,
    sum(json_extract(value, '$.cache_write_tokens')) AS written, sum(json_extract(value, '$.output_tokens')) AS output
FROM turn, json_each(turn.usage)
WHERE salon = ? AND taken_at >= ? AND taken_at < ? GROUP BY model
"""

WAITING = """
SELECT chat, name, push_name, phone, told_phone, waits_since FROM contact
WHERE salon = ? AND waits_since IS NOT NULL ORDER BY waits_since LIMIT ?
"""

FAILURES = """
SELECT turn.chat, turn.finished_at, turn.failure, contact.name, contact.push_name, contact.phone, contact.told_phone
FROM turn LEFT JOIN contact ON contact.salon = turn.salon AND contact.chat = turn.chat
WHERE turn.salon = ?1 AND turn.taken_at >= ?2 AND turn.state = 'failed' AND turn.failure IS NOT 'limited'
ORDER BY turn.taken_at DESC LIMIT ?3
"""

VISITS = """
SELECT start, finish, service_title AS service, stylist_name AS stylist, appointment.name, appointment.chat,
    contact.chat IS NOT NULL AS is_customer
FROM appointment LEFT JOIN contact ON contact.salon = appointment.salon AND contact.chat = appointment.chat
WHERE appointment.salon = ? AND state = 'booked' AND finish > ? ORDER BY start LIMIT ?
"""

RECORDS = """
SELECT start, NULL AS finish, '' AS service, '' AS stylist, record.name, record.chat,
    contact.chat IS NOT NULL AS is_customer
FROM record LEFT JOIN contact ON contact.salon = record.salon AND contact.chat = record.chat
WHERE record.salon = ? AND start > ? ORDER BY start LIMIT ?
"""


def _usage(row: Row) -> Usage:
    return Usage(
        stage="all",
        model=row["model"],
        milliseconds=0,
        input_tokens=row["input"] or 0,
        cached_tokens=row["cached"] or 0,
        cache_write_tokens=row["written"] or 0,
        output_tokens=row["output"] or 0,
    )


def _waiting(row: Row) -> Waiting:
    return Waiting(ChatKey(row["chat"]), _name(row), _phone(row), from_text(row["waits_since"]))


def _name(row: Row) -> str:
    return str(row["name"] or row["push_name"] or "")


def _phone(row: Row) -> str | None:
    phone = row["phone"] or row["told_phone"]
    return str(phone) if phone else None


def _why(failure: str) -> str:
    if failure.startswith("refused"):
        return "refused"
    return "doubt" if failure.startswith("in doubt") else "error"

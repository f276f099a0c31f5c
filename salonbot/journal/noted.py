"""Requests that wait for a booking system that is away: what was asked for, when it is tried again, what became of it.

Each is tried by an errand: a turn without messages, worked on in the order of the chat's turns and resumed like them
after a crash. One request has one errand, begun anew for every try.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from sqlite3 import Row

from pydantic import TypeAdapter

from salonbot.journal.codec import dump
from salonbot.journal.database import Database
from salonbot.journal.moments import from_text, to_text
from salonbot.model.messages import ChatKey, TurnId
from salonbot.model.outcomes import Outcome, RequestNoted
from salonbot.model.salon import SalonId

REQUEST: TypeAdapter[RequestNoted] = TypeAdapter(RequestNoted)


class NotedState(StrEnum):
    """Where a noted request stands."""

    WAITING = "waiting"
    DONE = "done"
    """Tried, with an answer of the booking system: a yes, or a no the customer was told."""
    DROPPED = "dropped"
    """Withdrawn or changed by the customer."""
    GIVEN_UP = "given_up"
    """Not carried out in time: a person was told."""


@dataclass(frozen=True, slots=True)
class Noted:
    """One request and its fate so far."""

    salon: SalonId
    request: RequestNoted
    state: NotedState
    asked_in: TurnId
    noted_at: datetime
    tries: int
    """Those that found the booking system away."""


class NotedRequests:
    """Keeps requests; every move is one commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, turn: TurnId, outcomes: Sequence[Outcome], now: datetime, first_try: datetime) -> None:
        """Keep what this turn has noted; kept before, it stays as it is."""
        noted = [outcome for outcome in outcomes if isinstance(outcome, RequestNoted)]
        if not noted:
            return
        async with self._database.transaction() as db:
            # A merge of chats may have renamed the chat meanwhile: the turn's row knows its name of today.
            await db.executemany(
                "INSERT OR IGNORE INTO noted (salon, key, chat, request, state, asked_in, noted_at, next_try_at)"
                " SELECT salon, ?, chat, ?, 'waiting', id, ?, ? FROM turn WHERE id = ?",
                [(one.key, dump(REQUEST, one), to_text(now), to_text(first_try), turn) for one in noted],
            )

    async def open_to(self, turn: TurnId) -> tuple[RequestNoted, ...]:
        """Requests of the turn's chat that it may still withdraw, or has withdrawn before a crash; oldest first."""
        rows = await self._database.rows(
            "SELECT noted.request FROM noted JOIN turn ON turn.salon = noted.salon AND turn.chat = noted.chat"
            " WHERE turn.id = ? AND asked_in <> turn.id"
            " AND (noted.state = 'waiting' OR (noted.state = 'dropped' AND dropped_in = turn.id))"
            " ORDER BY noted_at, asked_in",
            (turn,),
        )
        return tuple(REQUEST.validate_json(row["request"]) for row in rows)

    async def drop(self, salon: SalonId, keys: Sequence[str], turn: TurnId) -> None:
        """waiting -> dropped, by the customer in this turn."""
        if not keys:
            return
        async with self._database.transaction() as db:
            await db.executemany(
                "UPDATE noted SET state = 'dropped', dropped_in = ? WHERE salon = ? AND key = ? AND state = 'waiting'",
                [(turn, salon, key) for key in keys],
            )

    async def begin_due(self, now: datetime, latest: datetime) -> list[tuple[SalonId, ChatKey]]:
        """Begin the errands of requests whose time has come, or lies after `latest`; the chats that have work then."""
        chats: list[tuple[SalonId, ChatKey]] = []
        async with self._database.transaction() as db:
            for row in list(await db.execute_fetchall(DUE, {"now": to_text(now), "latest": to_text(latest)})):
                errand = row["errand"]
                if errand is None:
                    made = await db.execute(
                        "INSERT INTO turn (salon, chat, state, opened_at, due_at) VALUES (?, ?, 'executing', ?, ?)",
                        (row["salon"], row["chat"], to_text(now), to_text(now)),
                    )
                    errand = made.lastrowid
                else:
                    await db.execute(
                        "UPDATE turn SET state = 'executing', attempts = 0, finished_at = NULL WHERE id = ?", (errand,)
                    )
                await db.execute(
                    "UPDATE noted SET errand = ? WHERE salon = ? AND key = ?", (errand, row["salon"], row["key"])
                )
                chats.append((SalonId(row["salon"]), ChatKey(row["chat"])))
        return chats

    async def errand(self, turn: TurnId) -> Noted | None:
        """The request this turn is the errand of."""
        row = await self._database.row("SELECT * FROM noted WHERE errand = ?", (turn,))
        return None if row is None else _noted(row)

    async def put_off(self, noted: Noted, turn: TurnId, now: datetime, next_try: datetime) -> None:
        """The booking system is still away: the errand rests until then."""
        async with self._database.transaction() as db:
            await db.execute(
                "UPDATE noted SET tries = tries + 1, next_try_at = ? WHERE salon = ? AND key = ?",
                (to_text(next_try), noted.salon, noted.request.key),
            )
            await db.execute("UPDATE turn SET state = 'done', finished_at = ? WHERE id = ?", (to_text(now), turn))

    async def end(self, noted: Noted, state: NotedState) -> None:
        """waiting -> a final state; one that was reached before stays."""
        async with self._database.transaction() as db:
            await db.execute(
                "UPDATE noted SET state = ? WHERE salon = ? AND key = ? AND state = 'waiting'",
                (state, noted.salon, noted.request.key),
            )

    async def hasten(self, salon: SalonId, now: datetime) -> None:
        """The booking system gave a sign of life: all that waits for it may be tried."""
        async with self._database.transaction() as db:
            await db.execute(
                "UPDATE noted SET next_try_at = ? WHERE salon = ? AND state = 'waiting' AND next_try_at > ?",
                (to_text(now), salon, to_text(now)),
            )

    async def waiting(self) -> dict[SalonId, int]:
        """How many requests wait, by salon; salons without any are left out."""
        rows = await self._database.rows(
            "SELECT salon, count(*) AS n FROM noted WHERE state = 'waiting' GROUP BY salon ORDER BY salon"
        )
        return {SalonId(row["salon"]): int(row["n"]) for row in rows}


DUE = """
SELECT noted.* FROM noted LEFT JOIN turn ON turn.id = noted.errand
WHERE noted.state = 'waiting' AND (noted.next_try_at <= :now OR noted.next_try_at > :latest)
  AND (turn.id IS NULL OR turn.state IN ('done', 'handed_over', 'failed'))
ORDER BY noted.next_try_at, noted.asked_in
"""


def _noted(row: Row) -> Noted:
    return Noted(
        salon=SalonId(row["salon"]),
        request=REQUEST.validate_json(row["request"]),
        state=NotedState(row["state"]),
        asked_in=TurnId(row["asked_in"]),
        noted_at=from_text(row["noted_at"]),
        tries=row["tries"],
    )

"""How a turn came to its answer: what it gathered, understood, did, said, and how long each of that took."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from sqlite3 import Row

from salonbot.journal import codec
from salonbot.journal.database import Database
from salonbot.journal.moments import from_text
from salonbot.model.dialogue import Refused, Understanding, Usage
from salonbot.model.messages import ChatKey, MessageKind, TurnId, TurnState
from salonbot.model.outcomes import Outcome
from salonbot.model.salon import SalonId


class Stage(StrEnum):
    """What a turn passes through."""

    GATHERED = "gathered"
    UNDERSTOOD = "understood"
    EXECUTED = "executed"
    COMPOSED = "composed"
    SENT = "sent"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Lap:
    """One stage, and how long it took from the end of the one before."""

    stage: Stage
    took: timedelta


@dataclass(frozen=True, slots=True)
class Gathered:
    """One message of a turn."""

    kind: MessageKind
    text: str
    at: datetime
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class Story:
    """One turn, told."""

    turn: TurnId
    state: TurnState
    opened_at: datetime
    gathered: tuple[Gathered, ...]
    laps: tuple[Lap, ...]
    understanding: Understanding | None
    outcomes: tuple[Outcome, ...] | None
    brain: str | None
    """Whose text it was; `notice`: a fixed sentence."""
    refused: tuple[Refused, ...]
    """What the guard thought of texts that claimed something without support."""
    usage: tuple[Usage, ...]
    failure: str | None

    @property
    def took(self) -> timedelta:
        """From the first message to the last stage that is known."""
        return sum((lap.took for lap in self.laps), timedelta())


class Stories:
    """Reads turns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, salon: SalonId, chat: ChatKey, turns: Sequence[TurnId]) -> dict[TurnId, Story]:
        """These turns of a chat; those of other chats, and what a person of the salon wrote, are left out."""
        asked = {"salon": salon, "chat": chat, "turns": json.dumps(list(turns))}
        gathered: dict[int, list[Gathered]] = {}
        for row in await self._database.rows(GATHERED, asked):
            gathered.setdefault(row["turn"], []).append(
                Gathered(
                    MessageKind(row["kind"]), row["text"], from_text(row["sent_at"]), is_deleted=bool(row["deleted"])
                )
            )
        rows = await self._database.rows(TOLD, asked)
        return {TurnId(row["id"]): _story(row, tuple(gathered.get(row["id"], ()))) for row in rows}


def _story(row: Row, gathered: tuple[Gathered, ...]) -> Story:
    return Story(
        turn=TurnId(row["id"]),
        state=TurnState(row["state"]),
        opened_at=from_text(row["opened_at"]),
        gathered=gathered,
        laps=_laps(row),
        understanding=codec.UNDERSTANDING.validate_json(row["understanding"]) if row["understanding"] else None,
        outcomes=codec.OUTCOMES.validate_json(row["outcomes"]) if row["outcomes"] else None,
        brain=row["brain"],
        refused=codec.REFUSED.validate_json(row["refused"]) if row["refused"] else (),
        usage=codec.USAGE.validate_json(row["usage"]) if row["usage"] else (),
        failure=row["failure"],
    )


MOMENTS = (
    (Stage.GATHERED, "taken_at"),
    (Stage.UNDERSTOOD, "understood_at"),
    (Stage.EXECUTED, "executed_at"),
    (Stage.COMPOSED, "composed_at"),
    (Stage.SENT, "sent_at"),
    (Stage.DELIVERED, "delivered_at"),
)


def _laps(row: Row) -> tuple[Lap, ...]:
    """Stages the turn has passed. One that was begun anew after a restart has no time for those it passed before."""
    laps: list[Lap] = []
    before = from_text(row["opened_at"])
    for stage, column in MOMENTS:
        if row[column] is None:
            continue
        at = from_text(row[column])
        laps.append(Lap(stage, max(at - before, timedelta())))
        before = max(at, before)
    return tuple(laps)


GATHERED = """
SELECT turn, kind, text, sent_at, deleted FROM message
WHERE turn IN (SELECT value FROM json_each(:turns)) AND salon = :salon AND chat = :chat AND author = 'customer'
ORDER BY seq
"""
TOLD = """
SELECT turn.*,
    (SELECT min(sent_at) FROM reply WHERE reply.turn = turn.id) AS sent_at,
    (SELECT min(delivered_at) FROM reply WHERE reply.turn = turn.id AND part = 0) AS delivered_at
FROM turn
WHERE id IN (SELECT value FROM json_each(:turns)) AND salon = :salon AND chat = :chat AND brain IS NOT 'owner'
"""

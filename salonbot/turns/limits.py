"""How many turns one customer may have answered: a pure decision, and what it is made of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from salonbot.journal.turns import TurnRecord, Turns


class Verdict(Enum):
    ANSWER = "answer"
    NOTICE = "notice"
    """Too many in a minute: say so once."""
    LONG_NOTICE = "long_notice"
    """Too many in an hour: say so once; that a minute's patience helps would not be true."""
    SILENCE = "silence"
    """Too many, and it has been said."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Turns answered per customer."""

    per_minute: int
    per_hour: int


@dataclass(frozen=True, slots=True)
class Recent:
    """A customer's turns before this one."""

    answered_last_minute: int
    answered_last_hour: int
    limited_last_minute: int
    """Turns not answered because of the limits."""
    last_was_limited: bool
    """Nothing has been answered since a turn was not."""


def judge(recent: Recent, limits: Limits) -> Verdict:
    """Whether the next turn is answered."""
    if recent.answered_last_hour >= limits.per_hour:
        return Verdict.SILENCE if recent.last_was_limited else Verdict.LONG_NOTICE
    if recent.answered_last_minute >= limits.per_minute:
        return Verdict.SILENCE if recent.limited_last_minute else Verdict.NOTICE
    return Verdict.ANSWER


async def recent_of(turn: TurnRecord, turns: Turns, now: datetime) -> Recent:
    """What the journal knows of the customer's turns before this one, which has been taken already."""
    chat, minute, hour = (turn.salon, turn.chat), now - timedelta(minutes=1), now - timedelta(hours=1)
    return Recent(
        answered_last_minute=await turns.count_between(*chat, minute, now, limited=False) - 1,
        answered_last_hour=await turns.count_between(*chat, hour, now, limited=False) - 1,
        limited_last_minute=await turns.count_between(*chat, minute, now, limited=True),
        last_was_limited=await turns.last_was_limited(turn),
    )

"""How many turns one customer may have answered: a pure decision."""

from dataclasses import dataclass
from enum import Enum


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

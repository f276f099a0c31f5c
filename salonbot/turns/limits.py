"""How many turns one customer may have answered: a pure decision."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    ANSWER = "answer"
    NOTICE = "notice"
    """Too many: say so once."""
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


def judge(recent: Recent, limits: Limits) -> Verdict:
    """Whether the next turn is answered."""
    if recent.answered_last_minute < limits.per_minute and recent.answered_last_hour < limits.per_hour:
        return Verdict.ANSWER
    return Verdict.SILENCE if recent.limited_last_minute else Verdict.NOTICE

"""Dataclasses of the model to and from JSON columns."""

from typing import TypeVar

from pydantic import TypeAdapter

from salonbot.model.dialogue import Memory, Refused, Understanding, Usage
from salonbot.model.outcomes import Outcome

T = TypeVar("T")

UNDERSTANDING: TypeAdapter[Understanding] = TypeAdapter(Understanding)
MEMORY: TypeAdapter[Memory] = TypeAdapter(Memory)
OUTCOMES: TypeAdapter[tuple[Outcome, ...]] = TypeAdapter(tuple[Outcome, ...])
USAGE: TypeAdapter[tuple[Usage, ...]] = TypeAdapter(tuple[Usage, ...])
REFUSED: TypeAdapter[tuple[Refused, ...]] = TypeAdapter(tuple[Refused, ...])


def dump(adapter: TypeAdapter[T], value: T) -> str:
    """Compact JSON text of one value."""
    return adapter.dump_json(value).decode()

"""The shape of a stage-1 answer: one static schema for all salons, for each new one costs the API a compile.

It holds nothing the API refuses (ranges, recursion, lengths): those are checked in `reading`. There is no field for a
customer, a phone to book for, an identifier or a price: what cannot be said cannot be obeyed.
"""

from typing import Final, get_args

from salonbot.model.commands import Command
from salonbot.model.dialogue import Topic

KINDS: Final = tuple(str(command.__dataclass_fields__["kind"].default) for command in get_args(Command))
TOPICS: Final = tuple(topic.value for topic in Topic)

_TEXT: Final[dict[str, object]] = {"type": "string"}

COMMAND_FIELDS: Final[dict[str, dict[str, object]]] = {
    "kind": {"type": "string", "enum": list(KINDS)},
    "service": _TEXT,
    "category": _TEXT,
    "stylist": _TEXT,
    "date_from": {"type": "string", "description": "YYYY-MM-DD"},
    "date_to": {"type": "string", "description": "YYYY-MM-DD"},
    "time_from": {"type": "string", "description": "HH:MM"},
    "time_to": {"type": "string", "description": "HH:MM"},
    "start": {"type": "string", "description": "YYYY-MM-DDTHH:MM, local"},
    "name": _TEXT,
    "confirmed": {"type": "boolean"},
}
ANSWER_FIELDS: Final[dict[str, dict[str, object]]] = {
    "commands": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": COMMAND_FIELDS,
            "required": ["kind"],
            "additionalProperties": False,
        },
    },
    "topics": {"type": "array", "items": {"type": "string", "enum": list(TOPICS)}},
    "reply": _TEXT,
    "phone": _TEXT,
    "choice": {"type": "integer"},
}
UNDERSTANDING: Final[dict[str, object]] = {
    "type": "object",
    "properties": ANSWER_FIELDS,
    "required": ["commands", "topics"],
    "additionalProperties": False,
}

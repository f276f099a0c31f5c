"""Stage-1 answers for scripts."""

import json
from typing import Any

from salonbot.sandbox.messages_api.answers import Says


def understood(*commands: dict[str, Any], topics: tuple[str, ...] = (), **more: Any) -> Says:
    """A well-formed answer of the model's."""
    return Says(text=json.dumps({"commands": list(commands), "topics": list(topics), **more}, ensure_ascii=False))


CREATE = {"kind": "create_appointment", "service": "Стрижка", "stylist": "Бари", "start": "2026-11-24T15:00"}

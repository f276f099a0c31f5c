"""Webhooks: what the salon's people do is told to the configured addresses, with no promise about order or number."""

import random
from dataclasses import dataclass, field
from typing import Any

import aiohttp


@dataclass(slots=True)
class Hooks:
    """Where events go, and how badly."""

    urls: list[str] = field(default_factory=list)
    self_sending: bool = False
    """Also tell of what the hook's own creator does over the API."""
    partial: bool = False
    """Only the fields that changed, as the newer events have it."""
    duplicate: int = 1
    """How often each event is sent."""
    shuffled: bool = False
    """Events that wait together are sent in any order."""
    sent: list[dict[str, Any]] = field(default_factory=list)
    _waiting: list[dict[str, Any]] = field(default_factory=list)
    _chance: random.Random = field(default_factory=lambda: random.Random(1))

    def tell(self, company_id: int, record: dict[str, Any], status: str) -> None:
        """Note an event about a record: create, update or delete."""
        data = (
            {name: record[name] for name in ("id", "comment", "deleted") if name in record} if self.partial else record
        )
        event = {"company_id": company_id, "resource": "record", "resource_id": record["id"], "status": status}
        self._waiting += [{**event, "data": data}] * self.duplicate

    async def deliver(self) -> None:
        """Send what waits. Any answer counts as delivered, and so does none."""
        events, self._waiting = self._waiting, []
        if self.shuffled:
            self._chance.shuffle(events)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            for event in events:
                self.sent.append(event)
                for url in self.urls:
                    try:
                        async with session.post(url, json=event) as answer:
                            await answer.read()
                    except (TimeoutError, aiohttp.ClientError):
                        continue

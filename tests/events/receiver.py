"""Another system on loopback: keeps the events it is sent, and fails as told."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from salonbot.clock import Clock
from salonbot.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, check_signature, check_time

SECRET = "the-secret-of-the-events"


@dataclass(slots=True)
class Listener:
    """What came, and how the next requests are answered: a status, "hang" or "cut"; 200 when there is nothing left."""

    clock: Clock
    url: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    """Those whose signature held, delivered or not."""
    headers: list[Mapping[str, str]] = field(default_factory=list)
    answers: deque[int | str] = field(default_factory=deque)
    extra: Mapping[str, str] = field(default_factory=dict)
    """Headers of the answers."""

    def kinds(self) -> list[str]:
        return [event["kind"] for event in self.events]

    async def hear(self, request: web.Request) -> web.Response:
        body = await request.read()
        timestamp = request.headers[TIMESTAMP_HEADER]
        check_time(timestamp, self.clock.now())
        check_signature(request.headers[SIGNATURE_HEADER], SECRET, "POST", request.raw_path, timestamp, body)
        self.events.append(json.loads(body))
        self.headers.append(dict(request.headers))
        answer = self.answers.popleft() if self.answers else 200
        if answer == "hang":
            await asyncio.sleep(60)
        if answer == "cut":
            assert request.transport is not None
            request.transport.abort()
        return web.Response(status=answer if isinstance(answer, int) else 200, headers=self.extra)


@asynccontextmanager
async def listening(clock: Clock) -> AsyncIterator[Listener]:
    listener = Listener(clock)
    app = web.Application()
    app.router.add_post("/events", listener.hear)
    app.router.add_route("*", "/elsewhere", listener.hear)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    listener.url = f"http://127.0.0.1:{runner.addresses[0][1]}/events?of=a:b"
    yield listener
    await runner.cleanup()

"""Our re-implementation of what the common WhatsApp gateways do, in Python on the same engine.

A message restarts a timer of its chat; when the timer runs out, what was gathered in memory goes into a queue in
memory; a few workers take from the queue, answer, and send. Nothing of it is written down.
"""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salonbot.cli.demo.stage import trust
from salonbot.config.load import load
from salonbot.config.plan import SalonPlan
from tests.bench.contestants.memory import Conversations, Handler, connect_all, text_of

WORKERS = 16


@dataclass
class Gathered:
    """What one chat has written since the timer last ran out."""

    client: Any
    chat: Any
    user: str
    conversations: Conversations
    texts: list[str] = field(default_factory=list)
    timer: asyncio.Task[None] | None = None


class Gateway:
    """Timers and the queue of all salons."""

    def __init__(self, quiet: float) -> None:
        self._quiet = quiet
        self._gathered: dict[tuple[int, str], Gathered] = {}
        self._queue: asyncio.Queue[Gathered] = asyncio.Queue()

    def handler(self, plan: SalonPlan) -> Handler:
        """Of one salon."""
        conversations = Conversations(plan)

        async def on_message(client: Any, event: Any) -> None:
            source = event.Info.MessageSource
            if not (text := text_of(event)):
                return
            key = (id(client), source.Sender.User)
            one = self._gathered.setdefault(key, Gathered(client, source.Chat, source.Sender.User, conversations))
            one.texts.append(text)
            if one.timer is not None:
                one.timer.cancel()
            one.timer = asyncio.create_task(self._ripen(key))

        return on_message

    async def _ripen(self, key: tuple[int, str]) -> None:
        await asyncio.sleep(self._quiet)
        self._queue.put_nowait(self._gathered.pop(key))

    async def work(self) -> None:
        """One worker."""
        while True:
            one = await self._queue.get()
            await one.client.send_message(one.chat, await one.conversations.answer(one.user, "\n".join(one.texts)))


async def main(config: Path, state: Path) -> None:
    """Connect all, and work."""
    gateway = Gateway(load(config, environment={}).configuration.turns.quiet_seconds)
    workers = [asyncio.create_task(gateway.work()) for _ in range(WORKERS)]
    await asyncio.gather(connect_all(config, state, gateway.handler), *workers)


if __name__ == "__main__":
    credentials, config, state = map(Path, sys.argv[1:4])
    trust(credentials)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    asyncio.run(main(config, state))

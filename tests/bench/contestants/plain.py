"""A plain neonize handler, as its documentation shows one: a message comes, an answer goes, all state in memory."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from salonbot.cli.demo.stage import trust
from salonbot.config.plan import SalonPlan
from tests.bench.contestants.memory import Conversations, Handler, connect_all, text_of


def handler(plan: SalonPlan) -> Handler:
    """The whole program."""
    conversations = Conversations(plan)

    async def on_message(client: Any, event: Any) -> None:
        source = event.Info.MessageSource
        if text := text_of(event):
            await client.send_message(source.Chat, await conversations.answer(source.Sender.User, text))

    return on_message


if __name__ == "__main__":
    credentials, config, state = map(Path, sys.argv[1:4])
    trust(credentials)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    asyncio.run(connect_all(config, state, handler))

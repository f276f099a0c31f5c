"""An engine in a process of its own: `python -m tests.sandbox.whatsapp.child DIRECTORY DATABASE PROXY_URL`.

Tells what happens as lines of JSON, `[kind, text]`; answers every message with its text; runs until it is killed.
"""

import asyncio
import json
import sys
from pathlib import Path

from salonbot.sandbox.whatsapp.trust import trust_sandbox
from tests.sandbox.whatsapp.driver import Engine


async def run(database: Path, proxy_url: str) -> None:
    engine = Engine(database, proxy_url)
    await engine.connect()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_tell_codes(engine))
        tasks.create_task(_echo(engine))


async def _tell_codes(engine: Engine) -> None:
    while True:
        _tell("code", await engine.codes.get())


async def _echo(engine: Engine) -> None:
    while True:
        message = await engine.messages.get()
        _tell("message", message.Message.conversation)
        await engine.send(message.Info.MessageSource.Chat, message.Message.conversation)


def _tell(kind: str, text: str) -> None:
    print(json.dumps([kind, text]), flush=True)


if __name__ == "__main__":
    trust_sandbox(Path(sys.argv[1]))
    asyncio.run(run(Path(sys.argv[2]), sys.argv[3]))

"""How the stories are told: a fixed Tuesday morning, and a customer who waits for an answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from sqlite3 import Row
from typing import Any

from salonbot.cli.demo.stage import Stage
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.web.token import token

TUESDAY_MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
"""10:00 in Moscow; every stylist but Рамзан works on the Wednesday after it."""


async def ask(stage: Stage, customer: Customer, text: str) -> str:
    """Write, and return the whole answer."""
    await customer.send(text, to=stage.phone)
    return await answer_to(stage, customer)


async def answer_to(stage: Stage, customer: Customer) -> str:
    """All parts of the next answer."""
    parts = [(await customer.next_reply()).text]
    await settled(stage)
    while customer_has_more(customer, len(parts)):
        parts.append((await customer.next_reply()).text)
    return "\n".join(parts)


def customer_has_more(customer: Customer, taken: int) -> bool:
    return bool(customer._unread) and taken < 10


async def settled(stage: Stage) -> None:
    """Return when no chat is being worked on."""
    await until(lambda: _is_idle(stage))


async def _is_idle(stage: Stage) -> bool:
    return not stage.daemon.dispatcher.busy_chats


@asynccontextmanager
async def process_of(
    *command: str, stdout: int = asyncio.subprocess.DEVNULL, **options: Any
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process, its output thrown away unless asked for; killed at the end where it has not ended."""
    process = await asyncio.create_subprocess_exec(*command, stdout=stdout, **options)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def until(look: Callable[[], Awaitable[object]], timeout_s: float = 30) -> None:
    """Return when `look` finds something true: the journal has no event to wait for."""
    async with asyncio.timeout(timeout_s):
        while not await look():  # noqa: ASYNC110 - rows have no event
            await asyncio.sleep(0.01)


def bearer(stage: Stage) -> dict[str, str]:
    """What a script that has the state folder's token sends to the pages."""
    return {"Authorization": f"Bearer {token(stage.daemon.folder.web_token)}"}


async def column(stage: Stage, sql: str) -> list[object]:
    """The first column of every row."""
    return [row[0] for row in await rows(stage, sql)]


async def rows(stage: Stage, sql: str) -> list[Row]:
    return await stage.daemon.database.rows(sql)

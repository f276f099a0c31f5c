"""An engine in another process trusts the same sandbox, may be killed, and is served again when it comes back."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox

Start = Callable[[], Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def start(sandbox: WhatsAppSandbox, sandbox_directory: Path, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts the engine's process; always with the same database."""
    children: list[asyncio.subprocess.Process] = []

    async def run() -> asyncio.subprocess.Process:
        where = (str(sandbox_directory), str(tmp_path / "child.db"), sandbox.proxy_url)
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.sandbox.whatsapp.child", *where, stdout=asyncio.subprocess.PIPE
        )
        children.append(child)
        return child

    yield run
    for child in children:
        await _kill(child)


async def test_an_engine_killed_in_another_process_continues_where_it_was(
    sandbox: WhatsAppSandbox, anna: Customer, start: Start
) -> None:
    phone = sandbox.add_phone("79990001122", "111222333444")
    child = await start()
    await phone.scan(await _told(child, "code"))
    await phone.wait_online()
    await anna.send("раз", to=phone)
    assert (await anna.next_reply()).text == "раз"

    await _kill(child)
    await phone.wait_offline()
    await anna.send("два", to=phone)
    await start()

    assert (await anna.next_reply()).text == "два"
    assert phone.logins == 2


async def _told(child: asyncio.subprocess.Process, kind: str) -> str:
    assert child.stdout is not None
    async with asyncio.timeout(30):
        async for line in child.stdout:
            if line.startswith(b"["):
                told, text = json.loads(line)
                if told == kind:
                    return str(text)
    raise AssertionError("the child process ended")


async def _kill(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        child.kill()
    await child.wait()

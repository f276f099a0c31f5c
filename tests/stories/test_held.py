"""A start in the second in which a short command holds the state folder: waited for, never a reason to stay down."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.statefolder import StateFolder
from tests.stories.telling import process_of
from tests.stories.test_process import configured, linked, running

WAITS = "start_waits_for_state_folder"
FOR_GOOD = 2
"""The exit code after which systemd leaves it down (`RestartPreventExitStatus`)."""


@pytest.fixture
def config(tmp_path: Path, sandbox: WhatsAppSandbox) -> Path:
    return configured(tmp_path, sandbox, quiet_seconds=0.1)


@asynccontextmanager
async def sending(sandbox_directory: Path, config: Path, number: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`salonbot send`, as its own process."""
    command = (sys.executable, "-m", "tests.stories.child", str(sandbox_directory), "send", f"+{number}", "Проверка")
    where = ("--config", str(config), "--state", str(config.parent / "state"))
    async with process_of(*command, *where) as process:
        yield process


async def holds(folder: Path, command: str) -> None:
    """Return once that command has the folder."""
    async with asyncio.timeout(60):
        while command not in (folder / "lock").read_text():  # noqa: ASYNC110 - a lock has no event
            await asyncio.sleep(0.02)


async def test_it_comes_up_by_itself_when_the_command_is_done(
    sandbox_directory: Path, config: Path, sandbox: WhatsAppSandbox, phone: Phone, anna: Customer
) -> None:
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        await child.ends_after(signal.SIGTERM)
    await phone.wait_offline()
    sandbox.unplug()
    async with sending(sandbox_directory, config, anna.number) as command:
        await holds(config.parent / "state", "salonbot send")
        async with running(sandbox_directory, config) as child:
            await child.says(WAITS)
            sandbox.plug_in()
            test_message = await anna.next_reply(30)
            await child.says('"online"')
            await anna.send("Сколько стоит маникюр?", to=phone)
            answer = await anna.next_reply(30)
            code = await child.ends_after(signal.SIGTERM)
        sent = await command.wait()

    assert test_message.text == "Проверка"
    assert "`salonbot send`" in child.output
    assert child.output.count(WAITS) == 1
    assert "Маникюр" in answer.text
    assert (sent, code) == (0, 0)


async def test_where_the_command_takes_long_it_ends_so_that_systemd_tries_again(
    sandbox_directory: Path, config: Path
) -> None:
    with StateFolder.open(config.parent / "state", errand="salonbot restore"):
        async with running(sandbox_directory, config) as child:
            code = await child.process.wait()

    assert code not in (0, FOR_GOOD)
    assert "is held by `salonbot restore` (process " in child.output
    assert "Traceback" not in child.output


async def test_it_ends_when_told_to_while_it_waits_for_the_command(sandbox_directory: Path, config: Path) -> None:
    with StateFolder.open(config.parent / "state", errand="salonbot forget"):
        async with running(sandbox_directory, config) as child:
            await child.says(WAITS)
            code = await child.ends_after(signal.SIGTERM)

    assert code == 0

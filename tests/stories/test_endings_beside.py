"""SIGTERM beside a backup, and in the middle of a reload: in ten seconds it is over, with 0."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from salonbot.config.load import load, packaged
from salonbot.sandbox.messages_api.answers import Answer, Hangs, Received
from salonbot.sandbox.messages_api.server import MessagesApi
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.sandbox.yclients.faults import Silence
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.scanner import read_code
from tests.stories.test_endings import QUESTION, House, World, ends, house, phone
from tests.stories.test_process import linked
from tests.stories.test_sighup import SECOND, reload

__all__ = ["house", "phone"]


@asynccontextmanager
async def stuck_backup(world: World, target: Path) -> AsyncIterator[None]:
    """`salonbot backup`, stopped where it has begun to copy: it holds whatever it holds then for as long as this."""
    state = world.config.parent / "state"
    process = await asyncio.create_subprocess_exec(
        *(
            sys.executable,
            "-m",
            "salonbot",
            "backup",
            "--config",
            str(world.config),
            "--state",
            str(state),
            str(target),
        ),
        stdout=asyncio.subprocess.DEVNULL,
        env={**os.environ, "BACKUP_PASSPHRASE": "correct horse battery staple"},
    )
    try:
        async with asyncio.timeout(60):
            while not list(state.glob(".backup-*/*")):  # noqa: ASYNC110 - a folder has no event
                await asyncio.sleep(0.001)
        process.send_signal(signal.SIGSTOP)
        yield
        process.send_signal(signal.SIGCONT)
        assert await process.wait() == 0, "and the backup is good"
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_it_ends_beside_a_backup_that_does_not_come_to_its_end(house: House, tmp_path: Path) -> None:
    world = await house()
    await linked(world.child, world.phone)
    async with stuck_backup(world, tmp_path / "salon.age"):
        await ends(world)


async def test_it_ends_where_it_is_told_to_reload_and_to_stop_at_once(house: House) -> None:
    world = await house()
    await linked(world.child, world.phone)
    reload(world.child, world.config, more=SECOND)

    await ends(world)


async def test_it_ends_while_a_reload_waits_for_a_yclients_that_does_not_answer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with YClientsSandbox() as yclients:
        yclients.seed(load(packaged(), environment={}).salons[0])
        yclients.faults.arm(Silence(committed=False), call="GET ", times=None)
        monkeypatch.setenv("YCLIENTS_PARTNER_TOKEN", yclients.partner_token)
        monkeypatch.setenv("YCLIENTS_USER_TOKEN", yclients.user_token)
        world = await house()
        await linked(world.child, world.phone)
        table = f'\n[salon.yclients]\ncompany_id = {yclients.salon.id}\naddress = "{yclients.url}"\n'
        reload(world.child, world.config, more=table)
        async with asyncio.timeout(30):
            while not yclients.calls:  # noqa: ASYNC110 - a list has no event
                await asyncio.sleep(0.02)

        await ends(world)


@pytest.mark.parametrize("goes", [True, False], ids=["goes", "changes"])
async def test_it_ends_while_a_salon_goes_or_changes_whose_turn_does_not_come_to_its_end(
    house: House, sandbox: WhatsAppSandbox, monkeypatch: pytest.MonkeyPatch, goes: bool
) -> None:
    asked = asyncio.Event()

    async def hang(_: Received) -> Answer:
        asked.set()
        return Hangs()

    other = sandbox.add_phone("79990003344", "111222333444666")
    async with MessagesApi(hang) as api:
        monkeypatch.setenv("ANTHROPIC_API_KEY", api.key)
        world = await house(
            lambda text: text.replace('brain = "auto"', f'brain = "claude"\nbase_url = "{api.base_url}"')
        )
        await linked(world.child, world.phone)
        reload(world.child, world.config, more=SECOND)
        await world.child.says("Valid for", after="Link Второй салон")
        await other.scan(read_code(world.child.output))
        await other.wait_online()
        await world.anna.send(QUESTION, to=other)
        await asked.wait()
        if goes:
            reload(world.child, world.config, (SECOND, ""))
            await asyncio.sleep(1)  # well within what its turn gets to end
        else:
            reload(world.child, world.config, ("price_from = 3000", "price_from = 4000"))
            await world.child.says("configuration_reloaded", after="Link Второй салон")

        await ends(world)

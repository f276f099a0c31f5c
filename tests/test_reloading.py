"""Reading the configuration again: what the owner hears of it. What it changes: `stories/test_reload`."""

import asyncio

from salonbot.config.load import Loaded, load, packaged
from salonbot.model.alerts import AlertKind, News, Recovered
from salonbot.reloading import Reloading
from salonbot.systemd import Systemd


async def test_a_start_that_reads_the_configuration_well_ends_what_a_failed_reload_has_told() -> None:
    heard: asyncio.Queue[News] = asyncio.Queue()

    async def apply(_loaded: Loaded) -> None:
        raise AssertionError("nobody has asked")

    reloading = Reloading(lambda: load(packaged(), environment={}), apply, heard.put_nowait)
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(reloading.run(Systemd(), lambda: "Online."))
        first = await heard.get()
        running.cancel()

    assert first == Recovered(kind=AlertKind.RELOAD_FAILED)

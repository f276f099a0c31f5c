"""Fifty salons in one process: all of them online, and every one of them answers."""

import asyncio

from salonbot.cli.demo.stage import open_stage
from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.stories.several import asked, crowd, link_all, phones, with_salons

SALONS = 50


async def test_fifty_salons_are_online_at_once_and_answer(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox
) -> None:
    ids, theirs = [f"salon-{number}" for number in range(SALONS)], phones(sandbox, SALONS)
    async with open_stage(with_salons(loaded, ids), clock, sandbox, theirs[0]) as stage:
        await link_all(stage, ids, theirs)
        pairs = zip(crowd(sandbox, SALONS), theirs, strict=True)
        answers = await asyncio.gather(*(asked(*pair, "Сколько стоит маникюр?", 60) for pair in pairs))
        states = [tenant.session.state.value for tenant in stage.daemon.tenants.values()]

    assert all("Маникюр" in answer for answer in answers)
    assert states == ["online"] * SALONS

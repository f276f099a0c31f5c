"""The real daemon on the real engine, linked to a loopback WhatsApp, for stories told from the customer's side."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from salonbot.cli.demo.stage import Stage, adapt, open_stage, scan
from salonbot.clock import Clock, ShiftedClock
from salonbot.config.load import Loaded, load, packaged
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.stories.telling import TUESDAY_MORNING

House = Callable[..., AbstractAsyncContextManager[Stage]]


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    """The default configuration, with no quiet time and any free port."""
    plain = load(packaged(), environment={}, state=tmp_path / "state")
    return adapt(plain, {"web": {"port": 0}, "turns": {"quiet_seconds": 0.0}})


@pytest.fixture
def clock() -> Clock:
    return ShiftedClock(TUESDAY_MORNING)


@pytest.fixture
def phone(sandbox: WhatsAppSandbox) -> Phone:
    return sandbox.add_phone("79990001122", "111222333444555")


@pytest.fixture
def house(loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox, phone: Phone) -> House:
    """Opens the daemon, as often as a story restarts it; `house(turns={"quiet_seconds": 1})` changes settings."""

    @asynccontextmanager
    async def open_house(**sections: dict[str, Any]) -> AsyncIterator[Stage]:
        async with asyncio.timeout(60), open_stage(adapt(loaded, sections), clock, sandbox, phone) as stage:
            yield stage

    return open_house


@pytest.fixture
async def stage(house: House) -> AsyncIterator[Stage]:
    """A daemon that is linked and online."""
    async with house() as opened:
        await scan(opened)
        yield opened


@pytest.fixture
def anna(sandbox: WhatsAppSandbox) -> Customer:
    return sandbox.add_customer("79161234567", "555666777888", "Анна")

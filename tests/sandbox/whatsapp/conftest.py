"""An engine for every test that asks for one, stopped at its end, and one that is linked already."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.sandbox.whatsapp.driver import Engine

Engines = Callable[[str], Awaitable[Engine]]


@pytest.fixture
async def engines(sandbox: WhatsAppSandbox, tmp_path: Path) -> AsyncIterator[Engines]:
    """Starts an engine with the database of that name."""
    started: list[Engine] = []

    async def start(name: str) -> Engine:
        engine = Engine(tmp_path / f"{name}.db", sandbox.proxy_url)
        started.append(engine)
        await engine.connect()
        return engine

    yield start
    for engine in started:
        await engine.stop()


@dataclass(frozen=True, slots=True)
class Salon:
    """A linked engine and the phone it belongs to."""

    engine: Engine
    phone: Phone


@pytest.fixture
async def salon(sandbox: WhatsAppSandbox, engines: Engines) -> Salon:
    phone = sandbox.add_phone("79990001122", "111222333444")
    engine = await engines("salon")
    await phone.scan(await engine.code())
    await engine.event("Connected")
    return Salon(engine, phone)


@pytest.fixture
def anna(sandbox: WhatsAppSandbox) -> Customer:
    return sandbox.add_customer("79161234567", "555666777888", "Анна")

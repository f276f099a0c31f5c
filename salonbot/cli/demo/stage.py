"""The stage: a WhatsApp of our own on loopback and the real daemon linked to it. The tests play on it too."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.config.salon_settings import YClientsSettings
from salonbot.daemon import Daemon, open_daemon
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.sandbox.whatsapp.trust import trust_sandbox
from salonbot.sandbox.yclients.server import YClientsSandbox
from salonbot.whatsapp.library import load as load_engine
from salonbot.whatsapp.states import SessionState

COMPANY = 4001


@dataclass(frozen=True, slots=True)
class Stage:
    """A daemon at work, and the phone of its first salon."""

    sandbox: WhatsAppSandbox
    daemon: Daemon
    phone: Phone


def adapt(loaded: Loaded, sections: dict[str, dict[str, Any]]) -> Loaded:
    """The same configuration with other values in some tables: `{"web": {"port": 0}}`."""
    configuration = loaded.configuration
    tables = {name: getattr(configuration, name).model_copy(update=values) for name, values in sections.items()}
    return replace(loaded, configuration=configuration.model_copy(update=tables))


def trust(credentials: Path) -> None:
    """Have this process's engine talk to sandboxes with these credentials, and to nothing else from then on."""
    load_engine()
    trust_sandbox(credentials)


@asynccontextmanager
async def open_sandbox(credentials: Path, clock: Clock) -> AsyncIterator[tuple[WhatsAppSandbox, Phone]]:
    """A WhatsApp on loopback whose messages carry the clock's time, and a salon's phone on it."""
    async with WhatsAppSandbox(credentials, now=lambda: clock.now().timestamp()) as sandbox:
        yield sandbox, sandbox.add_phone("79990001122", "111222333444555")


@asynccontextmanager
async def open_stage(
    loaded: Loaded,
    clock: Clock,
    sandbox: WhatsAppSandbox,
    phone: Phone,
    prepare: Callable[[Daemon], None] = lambda daemon: None,
) -> AsyncIterator[Stage]:
    """The daemon, running against the sandbox; stopped in an orderly way at the end."""
    loaded = adapt(loaded, {"whatsapp": {"proxy": sandbox.proxy_url}})
    async with open_daemon(loaded, clock) as daemon:
        prepare(daemon)
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(daemon.run(stop), name="daemon")
            yield Stage(sandbox, daemon, phone)
            stop.set()


@asynccontextmanager
async def on_yclients(loaded: Loaded, clock: Clock) -> AsyncIterator[Loaded]:
    """The same salon, with its services, stylists and appointments in a YClients on loopback."""
    plan = loaded.salons[0]
    async with YClientsSandbox(company_id=COMPANY, now=clock.now) as yclients:
        yclients.seed(plan)
        settings = YClientsSettings(company_id=COMPANY, address=yclients.url)
        secrets = loaded.secrets.model_copy(
            update={
                "yclients_partner_token": SecretStr(yclients.partner_token),
                "yclients_user_token": SecretStr(yclients.user_token),
            }
        )
        yield replace(loaded, salons=(replace(plan, yclients=settings),), secrets=secrets)


async def scan(stage: Stage) -> str:
    """Let the phone scan the code the daemon shows, and wait until the session is online. Returns the code's text."""
    tenant = next(iter(stage.daemon.tenants.values()))
    await tenant.session.wait_for(SessionState.PAIRING)
    code = tenant.session.status().qr
    if code is None:
        raise LookupError("the session is pairing but shows no code")
    await stage.phone.scan(code)
    await tenant.session.wait_online()
    return code

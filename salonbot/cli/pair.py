"""`salonbot pair`: link a salon's phone by QR code or by typing a code, without answering anyone yet."""

import argparse
import asyncio
import sys

from salonbot.cli.arguments import Subparsers, add_command, configure_logs, load_configuration
from salonbot.cli.run import begin_again_with, leave, show_codes
from salonbot.clock import SystemClock
from salonbot.config.load import Loaded
from salonbot.daemon import open_daemon
from salonbot.errors import SalonbotError
from salonbot.model.salon import SalonId
from salonbot.tenant import Tenant
from salonbot.whatsapp.library import label_environment
from salonbot.whatsapp.session import Session
from salonbot.whatsapp.states import SessionState


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = add_command(
        subparsers,
        "pair",
        description="Link a salon's phone, then exit. `salonbot run` does the same on its first start; this is for\n"
        "linking by a code that is typed on the phone, or for linking before the daemon is set up.",
        examples="  salonbot pair\n  salonbot pair --code +79990001122\n  salonbot pair --salon second",
    )
    parser.add_argument("--salon", metavar="ID", help="which salon (default: the first one)")
    parser.add_argument("--code", metavar="PHONE", help="link by typing a code on the phone with this number")


def run(arguments: argparse.Namespace) -> int:
    """Returns 0 once linked (or if it already was), 1 if it was not."""
    loaded = load_configuration(arguments)
    begin_again_with(label_environment(ai_label=loaded.configuration.whatsapp.ai_label))
    configure_logs(arguments, loaded)
    leave(asyncio.run(_pair(loaded, arguments.salon, arguments.code)))


def tenant_named(tenants: dict[SalonId, Tenant], name: str | None) -> Tenant:
    """The salon asked for, or the first one. Raises SalonbotError naming those there are."""
    if name is None:
        return next(iter(tenants.values()))
    if name not in tenants:
        raise SalonbotError(f"there is no salon {name!r}: the configuration has {', '.join(tenants)}")
    return tenants[SalonId(name)]


async def _pair(loaded: Loaded, salon: str | None, phone: str | None) -> int:
    async with open_daemon(loaded, SystemClock(), errand="salonbot pair") as daemon:
        tenant = tenant_named(daemon.tenants, salon)
        if phone is None:
            show_codes(daemon)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(tenant.session.run())
            code = await _until_linked(tenant.session, phone)
            running.cancel()
    return code


async def _until_linked(session: Session, phone: str | None) -> int:
    if phone is not None:
        code = await session.pair_with_code("".join(filter(str.isdigit, phone)))
        print(f"On the phone: WhatsApp > Linked devices > Link a device > Link with phone number, then type {code}")
    ends = tuple(state for state in SessionState if state.needs_person)
    await session.wait_for(SessionState.PAIRING, SessionState.ONLINE, *ends)
    reached = await session.wait_for(SessionState.ONLINE, SessionState.UNPAIRED, *ends)
    if reached is SessionState.ONLINE:
        print(f"Linked as {session.status().number}.")
        return 0
    print(f"Not linked: {session.status().sentence}", file=sys.stderr)
    return 1

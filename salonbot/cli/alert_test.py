"""`salonbot alert-test`: send a test over every channel of `[alerts]`, without a daemon, and show what came of each."""

import argparse
import asyncio
from collections.abc import Sequence

from salonbot.alerts.letter import ChannelFailed
from salonbot.alerts.owner import Owner
from salonbot.alerts.wording import try_out
from salonbot.cli.arguments import Subparsers, add_command, load_configuration
from salonbot.clock import SystemClock
from salonbot.errors import SalonbotError
from salonbot.model.salon import SalonId
from salonbot.owners import Owners

DESCRIPTION = """\
Send a test over Telegram, e-mail and the webhook, as [alerts] and [salon.alerts] configure them, and show what came of
each. The salon's own WhatsApp chat is tried by the running daemon: on its page of alerts there is a button.
Exit code 0 where every channel took it, 1 where one did not or there is none."""


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = add_command(
        subparsers,
        "alert-test",
        description=DESCRIPTION,
        examples="  TELEGRAM_TOKEN=... salonbot alert-test\n  salonbot alert-test --salon arbat-2",
    )
    parser.add_argument("--salon", metavar="ID", help="whose channels (default: every salon's)")


def run(arguments: argparse.Namespace) -> int:
    """Send, print, and say by the exit code whether all arrived. Raises SalonbotError for an unknown salon."""
    loaded = load_configuration(arguments)
    owners = Owners(lambda: loaded, {}, SystemClock())
    known = owners.salons()
    if arguments.salon is not None and arguments.salon not in known:
        raise SalonbotError(f'there is no salon "{arguments.salon}": one of {", ".join(known)}')
    wanted = [SalonId(arguments.salon)] if arguments.salon else list(known)
    return 0 if asyncio.run(_try_all(owners, wanted)) else 1


async def _try_all(owners: Owners, salons: Sequence[SalonId]) -> bool:
    # Each is tried, whatever came of the ones before.
    return all([await _try(owners.of(salon), salon) for salon in salons])


async def _try(owner: Owner, salon: SalonId) -> bool:
    letter = try_out(
        salon, salon_name=owner.salon_name, pages=owner.pages, language=owner.language, at=SystemClock().now()
    )
    tried = {name: channel for name, channel in owner.channels.items() if name != "whatsapp"}
    if not tried:
        print(f"! {salon}: no channel but WhatsApp itself, which is no help when it is cut off: see [alerts]")
    is_well = bool(tried)
    for name, channel in tried.items():
        try:
            await channel.send(letter)
        except ChannelFailed as failed:
            print(f"✗ {salon}: {name}  {failed}")
            is_well = False
        else:
            print(f"✓ {salon}: {name}  arrived: {channel.address}")
    return is_well

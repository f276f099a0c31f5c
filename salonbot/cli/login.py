"""`salonbot login`: a one-time link into the pages, for whoever can read the state folder."""

import argparse
import asyncio
from typing import TYPE_CHECKING

from salonbot.cli.arguments import Subparsers, add_command, load_configuration
from salonbot.clock import SystemClock

if TYPE_CHECKING:  # read only when the command runs, see `load_configuration`
    from salonbot.config.load import Loaded


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    add_command(
        subparsers,
        "login",
        description="Print a link that lets whoever follows it choose a name and a password for the pages. With the\n"
        "name of an owner it is a new password for them; they are signed out everywhere. It works once, for a day,\n"
        "and only the newest one does. The daemon may run meanwhile, and must run when the link is followed.",
        examples="  salonbot login\n  sudo -u salonbot salonbot login --state /var/lib/salonbot",
    )


def run(arguments: argparse.Namespace) -> int:
    """Returns 0. Raises StateError where there is no journal yet, or one of another version."""
    loaded = load_configuration(arguments)
    link = asyncio.run(_link(loaded))
    print(f"Open this once, within a day:\n{link}")
    return 0


async def _link(loaded: "Loaded") -> str:
    from salonbot.journal.accounts import Accounts
    from salonbot.journal.database import Database
    from salonbot.statefolder import JOURNAL
    from salonbot.web.access.links import Links, base_url

    settings = loaded.configuration.web
    database = await Database.open_beside(loaded.state / JOURNAL)
    try:
        link = await Links(Accounts(database), SystemClock()).offer(base_url(settings))
    finally:
        await database.close()
    if settings.public_url is None and settings.port == 0:
        return f"{link}\n([web] port is 0: put the port that the daemon printed in place of :0)"
    return link

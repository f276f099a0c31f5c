"""What `export` and `forget` share: which customer of which salon is meant, and who else holds something of them."""

import argparse
from typing import TYPE_CHECKING

from salonbot.errors import SalonbotError
from salonbot.model.salon import SalonId

if TYPE_CHECKING:  # read only when a command runs
    from salonbot.config.load import Loaded


def add_customer(parser: argparse.ArgumentParser) -> None:
    """The options that name somebody."""
    parser.add_argument("--salon", metavar="ID", help="whose customer (needed where there are several salons)")
    parser.add_argument(
        "--customer",
        required=True,
        metavar="WHO",
        help="phone number with country code, or chat: lid:555666777888, as the pages and the export name it",
    )


def salon_named(loaded: "Loaded", name: str | None) -> SalonId:
    """The salon asked for, or the only one. Raises SalonbotError naming those there are.

    One that is no longer in the configuration may be named: its customers are in the journal still.
    """
    known = [plan.profile.id for plan in loaded.salons]
    if name is not None:
        from salonbot.journal import people
        from salonbot.statefolder import JOURNAL

        with people.opened(loaded.state / JOURNAL) as journal:
            held = people.salons(journal)
        if name in (*known, *held):
            return SalonId(name)
        raise SalonbotError(f"there is no salon {name!r}: there are {', '.join(sorted({*known, *held}))}")
    if len(known) > 1:
        raise SalonbotError(f"which salon? --salon {' or --salon '.join(known)}")
    return known[0]


def elsewhere(loaded: "Loaded", salon: SalonId) -> list[str]:
    """Who else holds something of this salon's customers, and is not to be reached from here; whole sentences."""
    found = [
        "WhatsApp holds the conversation on the salon's phone and on the customer's: delete the chat there.",
        "Backups made before hold them until they are deleted (salonbot backup --keep).",
        "The log holds no words and no whole numbers at level info; how long it is kept is journald's MaxRetentionSec.",
    ]
    plan = next((plan for plan in loaded.salons if plan.profile.id == salon), None)
    own = next((own for own in loaded.configuration.salon if own.id == salon), None)
    if plan is not None and plan.yclients is not None:
        company = plan.yclients.company_id
        found.append(f"YClients holds the client and the records (company {company}): delete them in its office.")
    if loaded.secrets.anthropic_api_key is not None:
        found.append("Anthropic was sent the conversation to answer it, and keeps it as its terms say.")
    if own is not None and own.events is not None:
        found.append(f"What was told to {own.events.url.split('?')[0]} is there.")
    return found

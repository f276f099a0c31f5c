"""`salonbot forget`: take one customer out of everything that is kept."""

import argparse
import sys
import time
from typing import TYPE_CHECKING

from salonbot.cli.arguments import Subparsers, add_command, load_configuration
from salonbot.cli.customer import add_customer, elsewhere, salon_named
from salonbot.clock import SystemClock
from salonbot.errors import SalonbotError

if TYPE_CHECKING:  # read only when the command runs
    from salonbot.vault.person import Done, Held

PATIENCE_SECONDS = 60.0


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = add_command(
        subparsers,
        "forget",
        description="Take one customer out of everything that is kept: contact, messages, answers, what the bot\n"
        "understood and remembers, names and numbers in the calendar. Past visits stay for the books, with\n"
        "date, service, stylist and price, and no person. The file is rewritten, so that nothing of them is\n"
        "left in its unused parts. It shows what there is and asks first.\n\n"
        "The daemon may run meanwhile: if it is just answering this customer, this waits up to a minute.\n"
        "WhatsApp's own keys and address book are then cleared when the daemon next starts, else at once.\n"
        "If they write again, they are a stranger.",
        examples="  salonbot forget --customer +79161234567\n"
        "  salonbot forget --salon second --customer lid:555666777888 --yes\n"
        "  salonbot forget --customer +79161234567 --cancel      cancel their visits to come, too",
    )
    add_customer(parser)
    parser.add_argument(
        "--cancel", action="store_true", help="cancel visits to come; without it they are a reason to stop"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(arguments: argparse.Namespace) -> int:
    """Returns 0 once they are forgotten, 1 where it was not wished after all. Raises SalonbotError otherwise."""
    from salonbot.journal.people import HasVisits, InWork
    from salonbot.vault.person import forget, look_up

    loaded = load_configuration(arguments, to_work=False)
    salon = salon_named(loaded, arguments.salon)
    held = look_up(loaded.state, salon, arguments.customer)
    _show(held)
    if not arguments.yes and not _is_wished():
        return 1
    try:
        done = forget(
            loaded.state, held.subject, SystemClock(), time.sleep, cancel=arguments.cancel, patience=PATIENCE_SECONDS
        )
    except HasVisits as coming:
        raise SalonbotError(
            f"nothing was changed: they are expected at the salon ({', '.join(coming.starts)}, UTC); give --cancel to"
            " cancel these visits, or wait until they are over"
        ) from coming
    except InWork as error:
        raise SalonbotError(
            f"nothing was changed: {error}, for a minute already; try again, or stop the daemon"
        ) from error
    _tell(done)
    for sentence in elsewhere(loaded, salon):
        print(f"- {sentence}")
    return 0


def _show(held: "Held") -> None:
    contact = next(iter(held.rows["contact"]), {})
    names = [str(contact[key]) for key in ("name", "push_name") if contact.get(key)]
    print("Customer:", ", ".join(held.subject.chats), f"({', '.join(names)})" if names else "")
    for table, rows in held.rows.items():
        if rows:
            print(f"  {table:<12} {len(rows)}")
    print(f"  {'WhatsApp':<12} {sum(held.session.values())}")


def _is_wished() -> bool:
    if not sys.stdin.isatty():
        raise SalonbotError("nothing was changed: nobody is here to say yes; give --yes")
    return input("Forget all of this? It cannot be undone. [yes/no] ").strip().lower() in ("y", "yes", "да")


def _tell(done: "Done") -> None:
    print("Forgotten.")
    if done.journal.cancelled:
        print(f"Visits cancelled: {done.journal.cancelled}. Tell the stylists.")
    if not done.journal.is_overwritten:
        print("The journal was not rewritten: remains may be in unused parts of its file. Stop the daemon and do")
        print("it once more.")
    if done.journal.mentions:
        print(f"Their number stands in {done.journal.mentions} messages of other customers, which were not changed.")
    if done.session is None:
        print("WhatsApp's keys and its address book forget them when the daemon next starts.")
    print("Not to be reached from here:")

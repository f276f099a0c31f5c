"""`salonbot export`: everything held about one customer, for them to read."""

import argparse
import json
import os
import sys
from pathlib import Path

from salonbot.cli.arguments import Subparsers, add_command, load_configuration
from salonbot.cli.customer import add_customer, elsewhere, salon_named
from salonbot.clock import SystemClock
from salonbot.errors import SalonbotError


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = add_command(
        subparsers,
        "export",
        description="Write everything that is held about one customer: who they are, what was said, their visits,\n"
        "what the bot remembers of them, and then every row of every table, as JSON; or, into a file that ends in\n"
        ".html, a page for them to read. The daemon may run meanwhile.\n\n"
        "Make sure first that who asks is who they say they are.",
        examples="  salonbot export --customer +79161234567\n"
        "  salonbot export --customer +79161234567 anna.html\n"
        "  salonbot export --salon second --customer lid:555666777888 anna.json",
    )
    add_customer(parser)
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help="a new file, for your eyes only (default: standard output)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Returns 0 once it is written. Raises NoSuchCustomer where there is nobody, or more than one."""
    from salonbot.vault.person import look_up
    from salonbot.vault.told import document, page

    loaded = load_configuration(arguments, to_work=False)
    salon = salon_named(loaded, arguments.salon)
    held = look_up(loaded.state, salon, arguments.customer)
    told = document(held, elsewhere(loaded, salon), SystemClock().now())
    if arguments.file is None:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    plan = next((plan for plan in loaded.salons if plan.profile.id == salon), None)
    is_page = arguments.file.suffix.lower() in (".html", ".htm")
    text = page(told, plan.profile if plan else None) if is_page else json.dumps(told, ensure_ascii=False, indent=2)
    try:
        descriptor = os.open(arguments.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise SalonbotError(f"{arguments.file}: {error.strerror}; choose another name") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(f"{text}\n")
    except OSError as error:
        arguments.file.unlink()  # half an answer is none
        raise SalonbotError(f"{arguments.file}: {error.strerror}") from error
    rows = sum(len(rows) for rows in held.rows.values())
    print(f"{arguments.file}: {rows} rows about {', '.join(held.subject.chats)}", file=sys.stderr)
    return 0

"""What all commands share: the global options, how a command is declared, reading the configuration."""

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from salonbot.errors import SalonbotError

if TYPE_CHECKING:  # the settings' library takes longer to import than `--help` may take in all
    from pydantic import SecretStr

    from salonbot.config.load import Loaded

LOG_LEVELS = ("debug", "info", "warning", "error")

GLOBAL_EXAMPLES = """\
examples:
  salonbot demo                           see it work; needs no phone and no account
  salonbot check --config config.toml     what would go wrong, all at once
  salonbot run --config config.toml       the daemon; prints the QR code on the first start
  salonbot COMMAND --help                 more about one of them

Without --config it reads ./config.toml, or else the default it carries. Exit codes: 0 ok, 1 failed, 2 configuration."""

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What `add_to` of a command is given; argparse has no public name for it."""


def add_global_options(parser: argparse.ArgumentParser, *, default: str | None) -> None:
    """--config, --state and --log-level, understood before and after the command."""
    options = parser.add_argument_group("everywhere")
    options.add_argument(
        "--config",
        type=Path,
        metavar="PATH",
        default=default,
        help="configuration (./config.toml, or the packaged one)",
    )
    options.add_argument(
        "--state", type=Path, metavar="PATH", default=default, help="folder of the journal and the WhatsApp sessions"
    )
    options.add_argument(
        "--log-level", choices=LOG_LEVELS, default=default, help="how much to log, instead of [log] level"
    )


def add_command(
    subparsers: Subparsers, name: str, *, description: str = "", examples: str = ""
) -> argparse.ArgumentParser:
    """Declare a command: its summary stands in `COMMANDS`, its own options are added to the parser returned.

    `description` and `examples` are printed as they are, so they bring their own line breaks.
    """
    from salonbot.cli import COMMANDS  # the table is of that module, which imports this one

    summary = COMMANDS[name].summary
    parser = subparsers.add_parser(
        name,
        help=summary,
        description=description or f"{summary[0].upper()}{summary[1:]}.",
        epilog=f"examples:\n{examples}" if examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    # SUPPRESS: an option given before the command must not be undone by the absence of one after it.
    add_global_options(parser, default=argparse.SUPPRESS)
    return parser


def load_configuration(arguments: argparse.Namespace, *, to_work: bool = True) -> "Loaded":
    """The configuration that --config, --state and the environment name. Raises ConfigurationError."""
    from salonbot.config.load import load

    return load(arguments.config, environment=os.environ, state=arguments.state, to_work=to_work)


def configure_logs(arguments: argparse.Namespace, loaded: "Loaded") -> None:
    """Logging as the configuration says, --log-level first; to standard error."""
    from salonbot import logs

    settings = loaded.configuration.log
    logs.configure(arguments.log_level or settings.level, settings.format, sys.stderr)


def state_named(arguments: argparse.Namespace) -> Path | None:
    """The state folder that --state or systemd names; None: it is the configuration's to say."""
    from salonbot.config.environment import state_folder

    nowhere = Path("/dev/null/state")
    named = state_folder(arguments.state, os.environ, nowhere, nowhere)
    return None if named == nowhere else named


def backup_passphrase(*, ask_twice: bool) -> "SecretStr | None":
    """BACKUP_PASSPHRASE, or what a person at this terminal types; None: there is neither.

    Raises ConfigurationError or SalonbotError for one that will not do.
    """
    from pydantic import SecretStr

    from salonbot.config.environment import SHORTEST_PASSPHRASE, read_passphrase

    if (found := read_passphrase(os.environ)) is not None or not sys.stdin.isatty():
        return found
    typed = getpass.getpass("Passphrase of the backup: ").strip()
    if ask_twice and len(typed) < SHORTEST_PASSPHRASE:
        raise SalonbotError(f"a passphrase needs {SHORTEST_PASSPHRASE} characters or more: several words are good")
    if ask_twice and getpass.getpass("Once more: ").strip() != typed:
        raise SalonbotError("the two are not the same: nothing was done")
    return SecretStr(typed) if typed else None


def secrets_set() -> tuple[str, ...]:
    """Names of the secrets that the environment holds."""
    from salonbot.config.environment import secrets_set as named

    return named(os.environ)

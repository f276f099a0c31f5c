"""What all commands share: the global options, how a command is declared, reading the configuration."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # the settings' library takes longer to import than `--help` may take in all
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


def load_configuration(arguments: argparse.Namespace) -> "Loaded":
    """The configuration that --config, --state and the environment name. Raises ConfigurationError."""
    from salonbot.config.load import load

    return load(arguments.config, environment=os.environ, state=arguments.state)


def configure_logs(arguments: argparse.Namespace, loaded: "Loaded") -> None:
    """Logging as the configuration says, --log-level first; to standard error."""
    from salonbot import logs

    settings = loaded.configuration.log
    logs.configure(arguments.log_level or settings.level, settings.format, sys.stderr)

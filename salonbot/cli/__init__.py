"""The front door: `salonbot COMMAND`. In: arguments. Out: an exit code: 0 ok, 1 failed, 2 configuration or state.

Each command is a module with `add_to(subparsers)` and `run(arguments) -> int`. Modules are imported only when their
command is named, for the engine and the servers are heavy and `--help` is asked for most.
"""

import argparse
import importlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from typing import NamedTuple

import salonbot
from salonbot.cli.arguments import GLOBAL_EXAMPLES, add_command, add_global_options
from salonbot.errors import ConfigurationError, SalonbotError, StateError

OK, FAILED, CONFIGURATION = 0, 1, 2
INTERRUPTED = 130
"""What a shell expects of a command that was ended by Ctrl-C."""


class Command(NamedTuple):
    """A line of `salonbot --help`, and the module behind it."""

    module: str
    summary: str


COMMANDS = {
    "run": Command("salonbot.cli.run", "answer the salons' WhatsApp until told to stop"),
    "demo": Command("salonbot.cli.demo", "the whole way of a message against pretend phones, on this machine alone"),
    "chat": Command("salonbot.cli.chat", "talk to the assistant in this terminal, without WhatsApp"),
    "check": Command("salonbot.cli.check", "look over configuration, state folder, engine and port"),
    "pair": Command("salonbot.cli.pair", "link a salon's phone by QR code or by typing a code"),
    "send": Command("salonbot.cli.send", "send one message from a salon's number"),
    "login": Command("salonbot.cli.login", "a one-time link into the pages, also for a forgotten password"),
    "alert-test": Command("salonbot.cli.alert_test", "send a test over every way the owner is told of trouble"),
    "webhook-test": Command("salonbot.cli.webhook_test", "hand a signed message in, as another system would"),
    "backup": Command("salonbot.cli.backup", "everything into one encrypted file, also while the daemon runs"),
    "restore": Command("salonbot.cli.restore", "a backup back into a state folder, on this machine or a new one"),
    "export": Command("salonbot.cli.export", "everything held about one customer, for them to read"),
    "forget": Command("salonbot.cli.forget", "take one customer out of everything that is kept"),
    "eval": Command("salonbot.cli.evaluate", "measure how well wishes are understood"),
}


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command that the arguments name, then exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Salons have Russian names, and not every terminal has Russian letters.
            stream.reconfigure(errors="backslashreplace")
    arguments = sys.argv[1:] if argv is None else argv
    if "run" in arguments:
        # An orderly stop from here on, long before the daemon's modules are read and it sees to that: nothing is open.
        signal.signal(signal.SIGTERM, lambda *_: os._exit(OK))
    # One that came while this process was replacing itself by this program has waited (`run.begin_again_with`).
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    raise SystemExit(_exit_code(arguments))


def _exit_code(argv: Sequence[str]) -> int:
    arguments = parser_for(argv).parse_args(argv)
    try:
        code = int(importlib.import_module(COMMANDS[arguments.command].module).run(arguments))
        sys.stdout.flush()
    except (ConfigurationError, StateError) as error:
        print(f"salonbot: {error}", file=sys.stderr)
        return CONFIGURATION
    except SalonbotError as error:
        print(f"salonbot: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has left (`| head`); Python would say so once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code


def parser_for(argv: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of these arguments: complete for every command that they name, a line of help for the others."""
    parser = argparse.ArgumentParser(
        prog="salonbot",
        description="Answers a beauty salon's WhatsApp and books its appointments.",
        epilog=GLOBAL_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"salonbot {salonbot.__version__}")
    add_global_options(parser, default=None)
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, title="commands")
    for name, command in COMMANDS.items():
        # A command's name may also be the value of an option: then one module too many is imported, no harm done.
        if name in argv:
            importlib.import_module(command.module).add_to(subparsers)
        else:
            add_command(subparsers, name)
    return parser

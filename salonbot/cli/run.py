"""`salonbot run`: the daemon, until SIGTERM or Ctrl-C; SIGHUP has it read its configuration again."""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import NoReturn

import structlog

from salonbot.cli.arguments import Subparsers, add_command, configure_logs, load_configuration
from salonbot.cli.ending import Ending
from salonbot.clock import Clock, SystemClock
from salonbot.config.load import Loaded
from salonbot.daemon import Daemon, open_daemon
from salonbot.errors import JournalUnavailable, StateUnavailable
from salonbot.model.salon import SalonId
from salonbot.reloading import Reloading
from salonbot.statefolder import StateHeldError
from salonbot.systemd import Systemd
from salonbot.vault.person import finish_forgetting
from salonbot.whatsapp.library import label_environment
from salonbot.whatsapp.states import SessionStatus
from salonbot.whatsapp.terminal import TerminalQr

log = structlog.get_logger()

FORCED = 1
"""The exit code where the end had to be forced."""
THRIFT = {"MALLOC_ARENA_MAX": "2"}
"""GNU's malloc gives threads eight pools of memory for each core. Ours live for milliseconds, and every pool keeps what
its busiest moment took: 16 MiB after minutes of ten busy salons, two thirds of it unused. Two keep 5, and do not creep.
"""
REOPEN_SECONDS = 3.0
"""Between tries to open the journal."""
HELD_SECONDS, HELD_PAUSE = 10.0, 0.25
"""What a command that holds the state folder gets to be done, and between two looks whether it is."""


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    add_command(
        subparsers,
        "run",
        description="Answer the salons' WhatsApp until told to stop. On the first start a QR code is printed: scan it\n"
        "with the salon's phone (WhatsApp > Linked devices > Link a device).",
        examples="  salonbot run\n  salonbot run --config /etc/salonbot/config.toml --state /var/lib/salonbot",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the daemon. It ends the process itself: with 0 after an orderly stop, 75 where it asks to be started anew."""
    loaded = load_configuration(arguments)
    begin_again_with(label_environment(ai_label=loaded.configuration.whatsapp.ai_label))
    configure_logs(arguments, loaded)
    leave(asyncio.run(_serve(loaded, Systemd.of(os.environ), lambda: load_configuration(arguments))))


def begin_again_with(label: Mapping[str, str]) -> None:
    """Replace this process by itself with these variables and our own thrift set, unless they were when it started.

    Go, in the engine's library, sees the environment a process was started with and nothing set later; so does malloc.
    """
    wanted = {**{name: value for name, value in THRIFT.items() if name not in os.environ}, **label}
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        sys.stdout.flush()
        # A new program begins with nobody listening: until it does, a SIGTERM waits.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **wanted})  # noqa: S606


def leave(code: int) -> NoReturn:
    """End the process at once, all written.

    A thread inside the engine's library that waits for a scan can never end, and the interpreter must not run its
    own end beside it: the library may still call back into it.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


async def _serve(loaded: Loaded, systemd: Systemd, read_again: Callable[[], Loaded]) -> int:
    clock, ending, loop = SystemClock(), Ending(lambda: leave(FORCED)), asyncio.get_running_loop()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, ending.begin)
    async with AsyncExitStack() as house:
        try:
            with ending.cancels():
                daemon = await _opened(house, loaded, clock, systemd)
                await asyncio.to_thread(finish_forgetting, daemon.folder.path)
        except asyncio.CancelledError:
            if not ending.stop.is_set():
                raise
            return 0
        reloading = Reloading(read_again, daemon.apply, daemon.tell_owner)
        loop.add_signal_handler(signal.SIGHUP, _hung_up, reloading, ending, sys.stdout.isatty())
        show_codes(daemon)
        daemon.welcome = print_welcome
        return await daemon.run(ending.stop, systemd, reloading)


async def _opened(house: AsyncExitStack, loaded: Loaded, clock: Clock, systemd: Systemd) -> Daemon:
    """The daemon, once its journal can be opened: on a full disk the next start would fail like this one.

    A short command that holds the folder is waited for. Raises StateHeldError where another daemon does: it will not
    go, and StateUnavailable where the command takes long: for the service manager to try again.
    """
    held_for = 0.0
    while True:
        try:
            return await house.enter_async_context(open_daemon(loaded, clock))
        except (JournalUnavailable, StateUnavailable) as error:
            what = "journal" if isinstance(error, JournalUnavailable) else "state_folder"
            log.error(f"start_waits_for_{what}", detail=str(error))
            systemd.status(f"Waiting to start: {error}.")
            await clock.sleep(REOPEN_SECONDS)
        except StateHeldError as held:
            if not held.lets_go_soon:
                raise
            if held_for >= HELD_SECONDS:
                raise StateUnavailable(str(held)) from held
            if not held_for:
                log.warning("start_waits_for_state_folder", detail=str(held))
                systemd.status(f"Waiting to start: {held}.")
            await clock.sleep(HELD_PAUSE)
            held_for += HELD_PAUSE


def _hung_up(reloading: Reloading, ending: Ending, was_on_terminal: bool) -> None:
    """Read the configuration again; but stop where the terminal that we were started on has gone away."""
    if was_on_terminal and not sys.stdout.isatty():
        ending.begin()
    else:
        reloading.ask()


def print_welcome(link: str) -> None:
    """Print the link that makes the first account of the pages."""
    print(f"Open the pages, once with this link (it is good for a day): {link}", flush=True)


def show_codes(daemon: Daemon) -> None:
    """Print the pairing codes of every salon as they come and rotate."""
    terminals: dict[SalonId, TerminalQr] = {}

    def show(salon: SalonId, status: SessionStatus) -> None:
        if salon not in terminals:
            terminals[salon] = TerminalQr(sys.stdout, daemon.tenants[salon].plan.profile.name)
        terminals[salon].show(status)

    daemon.watch(show)

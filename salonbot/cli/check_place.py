"""The place a daemon runs in, looked over for `salonbot check`: folder, disk, journal, backup, engine, port, clock."""

import asyncio
import json
import os
import shutil
import socket
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from salonbot.cli.finding import Finding, Mark
from salonbot.clock import Clock
from salonbot.errors import StateError, StateUnavailable

LEAST_FREE_BYTES = 50_000_000
COMFORTABLE_FREE_BYTES = 500_000_000
OLDEST_BACKUP_DAYS = 8
EARLIEST_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this program was written: a clock that says so is wrong."""


def state_folder(path: Path) -> tuple[bool, Finding]:
    """Whether a daemon holds it, and the line. Nothing is created where there is no folder yet."""
    from salonbot.statefolder import StateFolder, StateHeldError

    if not os.path.exists(path):  # unlike Path.exists it does not raise below a forbidden folder
        ground = _ground(path)
        if os.path.isdir(ground) and os.access(ground, os.W_OK | os.X_OK):
            return False, Finding(Mark.OK, "state folder", f"{path}: will be made at the first start")
        return False, Finding(Mark.WRONG, "state folder", f"{path} cannot be made: {ground} cannot be written to")
    try:
        with StateFolder.open(path, errand="salonbot check"), tempfile.TemporaryFile(dir=path):
            pass
    except StateHeldError as held:
        return True, Finding(Mark.ODD, "state folder", str(held))
    except (StateError, StateUnavailable, OSError) as error:
        return False, Finding(Mark.WRONG, "state folder", str(error))
    if path.stat().st_mode & 0o077:
        detail = f"{path}: others may look into it, and customers' messages are kept there; chmod 700 it"
        return False, Finding(Mark.ODD, "state folder", detail)
    return False, Finding(Mark.OK, "state folder", f"{path}: writable, nobody holds it")


def _ground(path: Path) -> Path:
    """The nearest of the path and its parents that can be seen."""
    return next(place for place in (path, *path.parents) if os.path.exists(place))


def free_space(path: Path) -> Finding:
    """On the disk of the state folder."""
    free = shutil.disk_usage(_ground(path)).free
    detail = f"{free / 1_000_000_000:.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return Finding(Mark.WRONG, "disk", f"{detail}: too little to keep messages")
    return Finding(Mark.OK if free >= COMFORTABLE_FREE_BYTES else Mark.ODD, "disk", detail)


def journal(path: Path, *, is_held: bool) -> Finding:
    """Whether it opens; brings its schema up to date where no daemon holds the folder."""
    from salonbot.journal.database import Database
    from salonbot.statefolder import JOURNAL

    async def opens(file: Path) -> None:
        await (await Database.open(file)).close()

    file = path / JOURNAL
    if is_held:
        # A running daemon's schema is not to be changed under it.
        return Finding(Mark.OK, "journal", f"{file}: in use")
    try:
        if file.exists():
            asyncio.run(opens(file))
            return Finding(Mark.OK, "journal", f"{file}: opens, schema up to date")
        with tempfile.TemporaryDirectory(prefix="salonbot-check-") as folder:
            asyncio.run(opens(Path(folder) / JOURNAL))
    except (StateError, StateUnavailable, OSError) as error:
        return Finding(Mark.WRONG, "journal", str(error))
    return Finding(Mark.OK, "journal", "none yet; one can be made")


def backup(path: Path, clock: Clock) -> Finding:
    """How old the last one is."""
    from salonbot.statefolder import JOURNAL, LAST_BACKUP

    if not os.path.exists(path / JOURNAL):
        return Finding(Mark.OK, "backup", "nothing to back up yet")
    try:
        last = json.loads((path / LAST_BACKUP).read_text(encoding="utf-8"))
        days = (clock.now() - datetime.fromisoformat(last["made_at"])).days
        detail = f"{days} days ago: {last['file']}"
    except FileNotFoundError:
        return Finding(Mark.ODD, "backup", "none yet: see salonbot backup --help, and systemd/salonbot-backup.timer")
    except (OSError, ValueError, KeyError) as error:
        return Finding(Mark.ODD, "backup", f"{path / LAST_BACKUP} cannot be read: {error}")
    return Finding(Mark.OK if days <= OLDEST_BACKUP_DAYS else Mark.ODD, "backup", detail)


def engine() -> Finding:
    """Whether its library loads."""
    from importlib.metadata import version

    from salonbot.whatsapp import library

    try:
        library.load()
    except StateError as error:
        return Finding(Mark.WRONG, "engine", str(error))
    return Finding(Mark.OK, "engine", f"neonize {version('neonize')} loads")


def web_port(host: str, port: int, *, is_held: bool) -> Finding:
    """Whether the pages can be served there."""
    from salonbot.web.server import unavailable

    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except (OSError, UnicodeError) as error:
        if is_held:
            return Finding(
                Mark.OK, "web", f"{host}:{port}: in use, by the daemon that holds the state folder as it seems"
            )
        return Finding(Mark.WRONG, "web", unavailable(host, port, error))
    return Finding(Mark.OK, "web", f"{host}:{port} is free" if port else f"{host}: any free port")


def machine_clock(clock: Clock) -> Finding:
    """Whether it can be right."""
    now = clock.now()
    if now < EARLIEST_NOW:
        return Finding(Mark.WRONG, "clock", f"it says {now:%Y-%m-%d %H:%M} UTC: set it (timedatectl set-ntp true)")
    return Finding(Mark.OK, "clock", f"{now:%Y-%m-%d %H:%M} UTC")

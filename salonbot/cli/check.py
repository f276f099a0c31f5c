"""`salonbot check`: everything that could keep the daemon from working, looked at in one go, as a table or as JSON."""

import argparse
import asyncio
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from salonbot.cli.arguments import Subparsers, add_command, load_configuration
from salonbot.clock import Clock, SystemClock
from salonbot.errors import ConfigurationError, StateError

if TYPE_CHECKING:  # read only when the command runs, see `load_configuration`
    from salonbot.config.load import Loaded
    from salonbot.config.plan import SalonPlan

LEAST_FREE_BYTES = 50_000_000
COMFORTABLE_FREE_BYTES = 500_000_000
OLDEST_BACKUP_DAYS = 8
EARLIEST_NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this program was written: a clock that says so is wrong."""


class Mark(Enum):
    """How a finding stands: the sign in the table; the name in JSON."""

    OK = "✓"
    ODD = "!"
    WRONG = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table."""

    mark: Mark
    what: str
    detail: str


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = add_command(
        subparsers,
        "check",
        description=(
            "Looks over what the daemon needs: configuration, salons, state folder, journal, engine, port,\n"
            "clock, brain, channels of alerts. Marks: ✓ in order, ! works but look at it, ✗ must be mended.\n"
            "Exit code 0 without ✗, 1 with one, 2 where the configuration cannot be used."
        ),
        examples="  salonbot check\n  salonbot check --config /etc/salonbot/config.toml --state /var/lib/salonbot\n"
        "  salonbot check --json",
    )
    parser.add_argument("--json", action="store_true", help="for machines")


def run(arguments: argparse.Namespace) -> int:
    """Look, print, and say by the exit code whether all is well. Raises ConfigurationError."""
    try:
        loaded = load_configuration(arguments)
    except ConfigurationError as error:
        if not arguments.json:
            raise
        problems = [{"key": one.key, "found": one.found, "expected": one.expected} for one in error.problems]
        print(json.dumps({"ok": False, "source": error.source, "problems": problems}, ensure_ascii=False, indent=2))
        return 2
    findings = list(look(loaded, SystemClock()))
    is_well = all(finding.mark is not Mark.WRONG for finding in findings)
    if arguments.json:
        lines = [{"mark": one.mark.name.lower(), "what": one.what, "detail": one.detail} for one in findings]
        print(json.dumps({"ok": is_well, "findings": lines}, ensure_ascii=False, indent=2))
    else:
        width = max(len(finding.what) for finding in findings)
        for finding in findings:
            print(f"{finding.mark.value} {finding.what:<{width}}  {finding.detail}")
    return 0 if is_well else 1


def look(loaded: "Loaded", clock: Clock) -> Iterator[Finding]:
    """All findings, in the table's order."""
    salons = len(loaded.salons)
    yield Finding(Mark.OK, "configuration", f"{loaded.source}: {salons} salon{'s' if salons > 1 else ''}")
    yield from (Finding(Mark.ODD, "configuration", warning) for warning in loaded.warnings)
    for plan in loaded.salons:
        if plan.yclients is None:
            yield _salon(plan, clock)
        else:
            yield from _yclients(plan, loaded, clock)
    yield from _edited(loaded)
    yield from _greetings(loaded, clock)
    holder, finding = _state_folder(loaded.state)
    yield finding
    yield _free_space(loaded.state)
    yield _journal(loaded.state, is_held=holder)
    yield _backup(loaded.state, clock)
    yield _engine()
    yield _port(loaded.configuration.web.host, loaded.configuration.web.port, is_held=holder)
    yield from _reach(loaded)
    yield _clock(clock)
    yield _brain(loaded)
    yield from _alerts(loaded, clock)


def _salon(plan: "SalonPlan", clock: Clock) -> Finding:
    profile, catalogue = plan.profile, plan.catalogue
    per_week = sum(
        (hours.end.hour * 60 + hours.end.minute) - (hours.start.hour * 60 + hours.start.minute)
        for week in plan.working_hours.values()
        for day in week
        for hours in day
    )
    detail = (
        f"{profile.name}; {profile.zone.key}, there it is {profile.local(clock.now()):%H:%M}; "
        f"services {len(catalogue.services)}, stylists {len(catalogue.stylists)}, hours a week {per_week / 60:g}"
    )
    is_bookable = bool(catalogue.services) and per_week > 0
    return Finding(Mark.OK if is_bookable else Mark.ODD, f"salon {profile.id}", detail)


def _edited(loaded: "Loaded") -> Iterator[Finding]:
    """Salons whose services and stylists the pages have taken over from the file."""
    from salonbot.journal.edits import kept_since
    from salonbot.statefolder import JOURNAL

    kept = kept_since(loaded.state / JOURNAL)
    for plan in loaded.salons:
        since = kept.get(plan.profile.id)
        if since is not None and plan.yclients is None:
            detail = (
                f"services and stylists are kept in the journal since {plan.profile.local(since):%Y-%m-%d %H:%M}: "
                "those of the file are no longer read. The catalogue page has a button to take the file's again"
            )
            yield Finding(Mark.ODD, f"salon {plan.profile.id}", detail)


def _greetings(loaded: "Loaded", clock: Clock) -> Iterator[Finding]:
    """Greetings of the file that would not be said, because they state what the salon's own facts do not."""
    from salonbot.config.live import live
    from salonbot.config.salon_settings import LiveSettings
    from salonbot.turns.rulebook import untrue

    for plan, own in zip(loaded.salons, loaded.configuration.salon, strict=True):
        held = live(loaded.configuration, own, LiveSettings())
        for greeting in filter(None, (held.greeting, held.greeting_en)):
            for problem in untrue(greeting, plan.profile, plan.catalogue, clock.now()):
                detail = f"a greeting is not said, for {problem.found} stands in none of the salon's own facts"
                yield Finding(Mark.ODD, f"salon {plan.profile.id}", detail)


def _yclients(plan: "SalonPlan", loaded: "Loaded", clock: Clock) -> Iterator[Finding]:
    """What YClients answers with the salon's tokens."""
    from salonbot.booking.yclients.inspection import inspect

    for sign in asyncio.run(inspect(plan, loaded.secrets, clock)):
        mark = Mark.OK if sign.is_well else Mark.WRONG if sign.is_fatal else Mark.ODD
        yield Finding(mark, f"salon {plan.profile.id}", sign.detail)


def _state_folder(path: Path) -> tuple[bool, Finding]:
    """Whether a daemon holds it, and the line. Nothing is created where there is no folder yet."""
    from salonbot.statefolder import StateFolder, StateHeldError

    if not os.path.exists(path):  # unlike Path.exists it does not raise below a forbidden folder
        ground = _ground(path)
        if os.path.isdir(ground) and os.access(ground, os.W_OK | os.X_OK):
            return False, Finding(Mark.OK, "state folder", f"{path}: will be made at the first start")
        return False, Finding(Mark.WRONG, "state folder", f"{path} cannot be made: {ground} cannot be written to")
    try:
        with StateFolder.open(path), tempfile.TemporaryFile(dir=path):
            pass
    except StateHeldError as held:
        return True, Finding(Mark.ODD, "state folder", str(held))
    except (StateError, OSError) as error:
        return False, Finding(Mark.WRONG, "state folder", str(error))
    if path.stat().st_mode & 0o077:
        detail = f"{path}: others may look into it, and customers' messages are kept there; chmod 700 it"
        return False, Finding(Mark.ODD, "state folder", detail)
    return False, Finding(Mark.OK, "state folder", f"{path}: writable, nobody holds it")


def _ground(path: Path) -> Path:
    """The nearest of the path and its parents that can be seen."""
    return next(place for place in (path, *path.parents) if os.path.exists(place))


def _free_space(path: Path) -> Finding:
    free = shutil.disk_usage(_ground(path)).free
    detail = f"{free / 1_000_000_000:.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return Finding(Mark.WRONG, "disk", f"{detail}: too little to keep messages")
    return Finding(Mark.OK if free >= COMFORTABLE_FREE_BYTES else Mark.ODD, "disk", detail)


def _journal(path: Path, *, is_held: bool) -> Finding:
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
    except (StateError, OSError) as error:
        return Finding(Mark.WRONG, "journal", str(error))
    return Finding(Mark.OK, "journal", "none yet; one can be made")


def _backup(path: Path, clock: Clock) -> Finding:
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


def _engine() -> Finding:
    from importlib.metadata import version

    from salonbot.whatsapp import library

    try:
        library.load()
    except StateError as error:
        return Finding(Mark.WRONG, "engine", str(error))
    return Finding(Mark.OK, "engine", f"neonize {version('neonize')} loads")


def _port(host: str, port: int, *, is_held: bool) -> Finding:
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


def _reach(loaded: "Loaded") -> Iterator[Finding]:
    """Whether passwords could cross a network in the clear."""
    web = loaded.configuration.web
    if web.is_loopback or web.is_https:
        return
    detail = (
        f"others reach the pages on {web.host} without TLS, passwords and all: put a proxy in front"
        " (systemd/Caddyfile, systemd/nginx.conf), set [web] public_url to its https address and host to 127.0.0.1"
    )
    yield Finding(Mark.ODD, "web", detail)


def _clock(clock: Clock) -> Finding:
    now = clock.now()
    if now < EARLIEST_NOW:
        return Finding(Mark.WRONG, "clock", f"it says {now:%Y-%m-%d %H:%M} UTC: set it (timedatectl set-ntp true)")
    return Finding(Mark.OK, "clock", f"{now:%Y-%m-%d %H:%M} UTC")


def _brain(loaded: "Loaded") -> Finding:
    settings = loaded.configuration.assistant
    if settings.brain == "offline":
        return Finding(Mark.OK, "brain", "offline, as configured")
    if loaded.secrets.anthropic_api_key is None:
        return Finding(Mark.OK, "brain", "offline: no ANTHROPIC_API_KEY is set")
    return Finding(
        Mark.OK, "brain", f"Claude ({settings.model}), the offline brain behind it; the key is not tried here"
    )


def _alerts(loaded: "Loaded", clock: Clock) -> Iterator[Finding]:
    from salonbot.cli.check_alerts import channels, has_way_out

    for what, detail, works in channels(loaded, clock):
        yield Finding(Mark.OK if works else Mark.ODD, what, detail)
    if not has_way_out(loaded, clock):
        detail = "nobody hears it when WhatsApp itself is cut off: add Telegram, e-mail or a webhook in [alerts]"
        yield Finding(Mark.ODD, "alerts", detail)

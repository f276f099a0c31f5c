"""`salonbot check`: everything that could keep the daemon from working, looked at in one go, as a table or as JSON."""

import argparse
import asyncio
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from salonbot.cli import check_place
from salonbot.cli.arguments import Subparsers, add_command, load_configuration
from salonbot.cli.finding import Finding, Mark
from salonbot.clock import Clock, SystemClock
from salonbot.errors import ConfigurationError

if TYPE_CHECKING:  # read only when the command runs, see `load_configuration`
    from salonbot.config.load import Loaded
    from salonbot.config.plan import SalonPlan


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
    holder, finding = check_place.state_folder(loaded.state)
    yield finding
    yield check_place.free_space(loaded.state)
    yield check_place.journal(loaded.state, is_held=holder)
    yield check_place.backup(loaded.state, clock)
    yield check_place.engine()
    yield check_place.web_port(loaded.configuration.web.host, loaded.configuration.web.port, is_held=holder)
    yield from _reach(loaded)
    yield check_place.machine_clock(clock)
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

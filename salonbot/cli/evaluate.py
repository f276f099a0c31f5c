"""`salonbot eval FILE`: cases in, accuracy per group and every miss out."""

import argparse
import asyncio
import json
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TextIO

from salonbot.assistant.evaluation import COMMAND_FIELDS, BadCaseError, Expected, Report, parse
from salonbot.cli.arguments import Subparsers, add_command, load_configuration
from salonbot.errors import BrainUnavailable, ConfigurationError, Problem, SalonbotError

if TYPE_CHECKING:  # read only when the command runs, see `load_configuration`
    from salonbot.assistant.brain import Brain
    from salonbot.config.load import Loaded
    from salonbot.config.plan import SalonPlan

LONGEST_LINE = 1_000_000
"""Characters: no case is that long; a device or a database given by mistake is."""

_DESCRIPTION = """\
Asks a brain what the customers of a file of cases want, and compares. A case is one line of JSON:

  {{"id": "…", "group": "…", "now": "2026-11-23T10:00:00+03:00",
   "history": [{{"from": "customer", "text": "…"}}, {{"from": "salon", "text": "…"}}],
   "message": "…",
   "expect": {{"commands": [{{"name": "create_appointment", "service": "…", "start": "2026-11-24T15:00"}}]}}}}

"commands": [] expects none. Only the fields that a case names are compared; null expects a field to be unknown.
The number of commands must be right, their order is free. Services and stylists go by their titles in the
configuration's first salon; start is local, to the minute; dates 2026-11-24, times 15:00. `now` sets the clock.
A person's name is written "customer_name", for "name" is the command's; or put fields into "fields": {{"name": "…"}}.
Empty lines are skipped; a line that is no case is reported with its number and is not counted.

commands and their fields:
{commands}
"""


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    commands = "\n".join(f"  {name}{{{', '.join(known)}}}" for name, known in COMMAND_FIELDS.items())
    parser = add_command(
        subparsers,
        "eval",
        description=_DESCRIPTION.format(commands=commands),
        examples="  salonbot eval cases.jsonl\n  salonbot eval cases.jsonl --json | jq .accuracy\n"
        "  salonbot eval cases.jsonl --brain claude --config config.toml",
    )
    parser.add_argument("file", metavar="FILE", help="cases, one JSON object a line; - reads standard input")
    parser.add_argument("--brain", choices=("offline", "claude"), default="offline", help="who is to understand")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(arguments: argparse.Namespace) -> int:
    """Returns 0 when all cases were put, however they were understood. Raises ConfigurationError, SalonbotError."""
    loaded = load_configuration(arguments)
    if arguments.file == "-":
        report = asyncio.run(_evaluate(sys.stdin, loaded, arguments.brain))
    else:
        try:
            with open(arguments.file, encoding="utf-8-sig", errors="replace") as file:
                report = asyncio.run(_evaluate(file, loaded, arguments.brain))
        except OSError as error:
            raise SalonbotError(f"{arguments.file}: {error.strerror or error}") from error
    if arguments.json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        _print(report)
    return 0


async def _evaluate(lines: TextIO, loaded: "Loaded", brain_name: str) -> Report:
    plan, report = loaded.salons[0], Report()
    async with _brain(brain_name, loaded) as brain:
        number = 0
        while line := lines.readline(LONGEST_LINE):
            number += 1
            if line.strip():
                await _put(number, line, brain, plan, report)
    return report


async def _put(number: int, line: str, brain: "Brain", plan: "SalonPlan", report: Report) -> None:
    try:
        case = parse(line)
    except BadCaseError as bad:
        report.bad_lines.append((number, str(bad)))
        return
    try:
        understanding = await brain.understand(case.situation(plan.profile, plan.catalogue))
    except BrainUnavailable as unavailable:
        report.count(case, (), zone=plan.profile.zone, error=str(unavailable))
    else:
        report.count(case, understanding.commands, zone=plan.profile.zone)


@asynccontextmanager
async def _brain(name: str, loaded: "Loaded") -> AsyncIterator["Brain"]:
    from salonbot.assistant.offline.brain import OfflineBrain

    offline = OfflineBrain()
    if name == "offline":
        yield offline
        return
    key = loaded.secrets.anthropic_api_key
    if key is None:
        missing = Problem("ANTHROPIC_API_KEY", "nothing", "a key, for --brain claude")
        raise ConfigurationError("environment", (missing,))
    # Here and not above: the SDK takes longer to import than most of these runs take in all.
    from salonbot.assistant.claude.brain import ClaudeBrain
    from salonbot.assistant.claude.client import open_client
    from salonbot.clock import SystemClock

    settings = loaded.configuration.assistant
    client = open_client(key.get_secret_value(), base_url=settings.base_url, proxy=settings.proxy)
    try:
        yield ClaudeBrain(
            client,
            drafts=offline,
            clock=SystemClock(),
            salt=secrets.token_bytes(16),
            model=settings.model,
            compose_model=settings.compose_model,
        )
    finally:
        await client.close()


def _print(report: Report) -> None:
    for miss in report.misses:
        print(f"✗ {miss.case.group} {miss.case.id}: {miss.case.message}")
        for author, text in miss.case.history[-2:]:
            print(f"    {author}: {text}")
        print(f"    expected {_told(miss.case.expected)}\n    got      {miss.error or _told(miss.got)}")
    for number, problem in report.bad_lines:
        print(f"! line {number}: {problem}")
    width = max((len(group) for group in report.groups), default=0)
    for group, (cases, passed) in report.groups.items():
        print(f"{group:<{width}}  {passed:>4} of {cases:<4} {passed / cases:7.1%}")
    print(f"{'all':<{width}}  {report.passed:>4} of {report.cases:<4} {report.accuracy:7.1%}")
    if report.bad_lines:
        print(f"{len(report.bad_lines)} lines were no cases")


def _told(commands: tuple[Expected, ...]) -> str:
    return ", ".join(json.dumps(command.as_json(), ensure_ascii=False) for command in commands) or "no command"

"""`python -m tests.bench.loss`: who is never answered when the program that answers is killed?

The daemon beside the two rivals of `tests.bench.load`, each as it is meant to run: the daemon and the gateway gather
for 2.5 s, the plain handler answers at once. Some customers write one question each within three seconds; at a random
moment of them the program gets SIGKILL and is started again at once; nine quiet seconds after the last answer each
customer's mail is looked through. WhatsApp delivers again what the engine had not confirmed, to all three alike.
"""

import argparse
import asyncio
import json
import random
import re
import secrets
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from salonbot.cli.demo.stage import trust
from salonbot.sandbox.whatsapp import content
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.engine import protocol_classes
from salonbot.sandbox.whatsapp.phone import Phone
from tests.bench.crash_people import REPEAT
from tests.bench.load import NAMES, table
from tests.bench.town import QUESTION, Town, exchange, opened_town

QUIET, WITHOUT_QUIET = 2.5, ("plain",)
WRITING_SECONDS, SILENCE_SECONDS, LONGEST_WAIT = 3.0, 9.0, 60.0
PRICE = re.compile("1[ \u00a0\u202f]?200")


@dataclass(frozen=True, slots=True)
class Loss:
    """What became of the questions."""

    contestant: str
    kills: int
    questions: int
    answered: int
    """Of these, by a price."""
    answered_twice: int
    asked_to_repeat: int
    """Not answered, but told so."""
    never: int
    """Neither answered nor told."""


def main() -> None:
    """Run and print; the exit code is 1 where the daemon has left somebody without a word."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.loss", description=__doc__)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--customers", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--contestants", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--json", action="store_true", help="one JSON object for each contestant")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="salonbot-bench-") as scratch:
        trust(Path(scratch) / "credentials")
        found = asyncio.run(measure(Path(scratch), arguments))
    print("\n".join(json.dumps(asdict(one)) for one in found) if arguments.json else table(found))
    sys.exit(any(one.never for one in found if one.contestant == "salonbot"))


async def measure(folder: Path, arguments: argparse.Namespace) -> list[Loss]:
    """All contestants, one after the other, killed at the same moments."""
    async with opened_town(folder, 1, arguments.customers) as town:
        await town.link(1)
        found = []
        for name in arguments.contestants:
            print(f"{name} ...", file=sys.stderr, flush=True)
            found.append(await _measure(town, name, arguments.kills, random.Random(arguments.seed)))
    return found


async def _measure(town: Town, name: str, kills: int, chance: random.Random) -> Loss:
    phone, mail = town.phones[0], dict.fromkeys(town.customers, 0)
    outcomes: list[tuple[int, int]] = []
    async with town.contestant(name, 1, quiet=0.0 if name in WITHOUT_QUIET else QUIET) as one:
        await asyncio.gather(*(exchange(customer, phone) for customer in town.customers))
        for _ in range(kills):
            for customer in town.customers:
                mail[customer] = len(customer.inbox)
            async with asyncio.TaskGroup() as tasks:
                for customer in town.customers:
                    tasks.create_task(write(customer, phone, chance.uniform(0, WRITING_SECONDS)))
                await asyncio.sleep(chance.uniform(0.5, WRITING_SECONDS))
                await one.kill()
                await one.start()
            await one.online()
            await silence(town)
            for customer in town.customers:
                texts = [received.text for received in list(customer.inbox)[mail[customer] :]]
                prices = sum(bool(PRICE.search(text)) for text in texts)
                outcomes.append((prices, sum(bool(REPEAT.search(text)) for text in texts)))
    return Loss(
        contestant=name,
        kills=kills,
        questions=len(outcomes),
        answered=sum(prices > 0 for prices, _ in outcomes),
        answered_twice=sum(prices > 1 for prices, _ in outcomes),
        asked_to_repeat=sum(prices == 0 and repeats > 0 for prices, repeats in outcomes),
        never=sum(prices + repeats == 0 for prices, repeats in outcomes),
    )


async def write(customer: Customer, phone: Phone, after: float) -> None:
    """One question, with the secret that WhatsApp's apps put into every message."""
    await asyncio.sleep(after)
    message = protocol_classes().content.Message(conversation=QUESTION)
    message.messageContextInfo.messageSecret = secrets.token_bytes(32)
    await customer.send(content.raw(message), to=phone)


async def silence(town: Town) -> None:
    """Return when nobody has got anything for a while."""
    end, quiet_since, before = time.monotonic() + LONGEST_WAIT, time.monotonic(), -1
    while time.monotonic() < end and time.monotonic() - quiet_since < SILENCE_SECONDS:
        now = sum(len(customer.inbox) for customer in town.customers)
        if now != before:
            before, quiet_since = now, time.monotonic()
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    main()

"""`python -m tests.bench.crash`: is anything lost, doubled or turned round when the daemon is killed again and again?

The whole daemon as a child process on the real engine, a WhatsApp server on loopback in this process, customers who
stream questions and book, move and cancel visits, each message delivered twice now and then. The child gets SIGKILL at
random moments, also while it starts, and is started again at once; at the end it is left to drain and stopped in order.
What became of everything is then counted from the journal's rows and from what the customers hold in hand.
"""

import argparse
import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.cli.demo.stage import trust
from salonbot.config.load import Loaded, load, packaged
from salonbot.sandbox.messages_api.answers import Answer, Fails, Received
from salonbot.sandbox.messages_api.server import MessagesApi
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.sandbox.yclients.faults import Drop, Fault, HtmlError, Silence, Slow, TooMany
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.assistant.claude.offline_answers import OfflineAnswers
from tests.bench import crash_figures
from tests.bench.crash_house import House, configured
from tests.bench.crash_people import ALTERNATING, PHONES_OFF, Person, book, confirm, stream, wishes

DRAIN_SECONDS = 180.0
COMPARING_SECONDS = 10.0
"""What the last process gets to find out what those before it have lost; until then it seems to have nothing to do."""
STARTING_SHARE = 0.3
"""Of the kills: these fall anywhere in the start, the others after the login."""
LONGEST_START, LONGEST_LIFE = 1.5, 4.0
"""Seconds a process lives at most: from its start, or from its login."""
OVERLOADED, SLOW, SLOW_SECONDS = 0.1, 0.1, 2.0
"""Of the Messages API's answers, where it is used."""
YCLIENTS_FAULTS: tuple[tuple[Fault, float], ...] = (
    (Slow(2.0), 0.05),
    (HtmlError(502), 0.05),
    (HtmlError(502, committed=True), 0.02),
    (Drop(committed=True), 0.03),
    (Silence(committed=True), 0.01),
    (TooMany(), 0.01),
)
"""Of YClients' answers, where it keeps the book."""
EACH_ON_YCLIENTS = 10
"""There only every tenth customer books: all salons together may ask it 5 times a second, and a visit takes several."""


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--rate", type=float, default=8.0, help="messages a second, all customers together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--brain", choices=["offline", "claude"], default="offline", help="claude: a loopback API")
    parser.add_argument("--booking", choices=["calendar", "yclients"], default="calendar", help="yclients: on loopback")
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    parser.add_argument("--keep", type=Path, help="keep the state and the daemon's log in this folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="salonbot-crash-") as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        trust(folder / "credentials")
        found = asyncio.run(
            measure(
                folder,
                folder / "credentials",
                kills=arguments.kills,
                chats=arguments.chats,
                rate=arguments.rate,
                seed=arguments.seed,
                brain=arguments.brain,
                booking=arguments.booking,
            )
        )
    if arguments.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:28} {value:>10}")
    sys.exit(1 if broken(found) else 0)


def broken(found: dict[str, float]) -> list[str]:
    """The promises that did not hold."""
    return [name for name in PROMISES if found[name]]


PROMISES = (
    "lost_after_journal",
    "bookings_twice",
    "moves_twice",
    "cancels_twice",
    "bookings_overlapping",
    "inversions",
    "mismatched",
)


async def measure(
    folder: Path,
    credentials: Path,
    *,
    kills: int,
    chats: int,
    rate: float,
    seed: int = 1,
    brain: str = "offline",
    booking: str = "calendar",
) -> dict[str, float]:
    """One run with its state in this folder; this process must trust the sandbox's credentials already."""
    loaded, began, chance = (
        load(packaged(), environment={}, state=folder / "unused"),
        time.monotonic(),
        random.Random(seed),
    )
    async with (
        WhatsAppSandbox(credentials) as sandbox,
        opened_api(loaded, chance, wanted=brain == "claude") as api,
        opened_yclients(loaded, wanted=booking == "yclients") as yclients,
    ):
        phone = sandbox.add_phone("79990001122", "111222333444555")
        config = configured(folder, sandbox.proxy_url, api, yclients)
        house = House(credentials, config, folder / "state", phone, secrets_of(api, yclients))
        try:
            await house.link()
            people = populate(sandbox, house, chats, chance)
            async with asyncio.TaskGroup() as tasks:
                confirming = [tasks.create_task(confirm(person)) for person in people if not person.is_off]
                booking_each = 2 if yclients is None else EACH_ON_YCLIENTS
                await live_through(house, people, loaded, kills, chats / rate, chance, booking_each)
                if yclients is not None:
                    yclients.faults.disarm()
                drained = await drain(house)
                for task in confirming:
                    task.cancel()
            exit_code = await house.stop()
        finally:
            await house.abandon()
        if sandbox.errors:
            raise BaseExceptionGroup("the sandbox itself failed", sandbox.errors)
    counts = crash_figures.figures(people, crash_figures.read(house.journal, yclients))
    return summed_up(house, counts) | {
        "drain_s": round(drained, 1),
        "exit_code": exit_code,
        "seconds": round(time.monotonic() - began, 1),
    }


@asynccontextmanager
async def opened_api(loaded: Loaded, chance: random.Random, *, wanted: bool) -> AsyncIterator[MessagesApi | None]:
    """A Messages API that is now and then slow or overloaded; None where the offline brain is to answer alone."""
    if not wanted:
        yield None
        return
    plan = loaded.salons[0]
    answers = OfflineAnswers(OfflineBrain(), plan.profile, plan.catalogue)

    async def answer(received: Received) -> Answer:
        if chance.random() < OVERLOADED:
            return Fails(status=529)
        if chance.random() < SLOW:
            await asyncio.sleep(SLOW_SECONDS)
        return await answers(received)

    async with MessagesApi(answer) as api:
        yield api


@asynccontextmanager
async def opened_yclients(loaded: Loaded, *, wanted: bool) -> AsyncIterator[YClientsSandbox | None]:
    """A YClients that is now and then slow, away, or silent about what it has done; None for the house's own book."""
    if not wanted:
        yield None
        return
    async with YClientsSandbox() as yclients:
        yclients.seed(loaded.salons[0])
        for fault, share in YCLIENTS_FAULTS:
            yclients.faults.arm(fault, times=None, share=share)
        yield yclients
        if yclients.errors:
            raise RuntimeError(f"the sandbox itself failed: {yclients.errors}")


def secrets_of(api: MessagesApi | None, yclients: YClientsSandbox | None) -> dict[str, str]:
    """What the daemon finds in its environment."""
    secrets = {"ANTHROPIC_API_KEY": api.key} if api else {}
    if yclients is not None:
        secrets |= {"YCLIENTS_PARTNER_TOKEN": yclients.partner_token, "YCLIENTS_USER_TOKEN": yclients.user_token}
    return secrets


def populate(sandbox: WhatsAppSandbox, house: House, chats: int, chance: random.Random) -> list[Person]:
    """The customers, with their habits."""
    people = []
    for number in range(chats):
        customer = sandbox.add_customer(f"7916{number:07}", f"5550000{number:07}", f"Клиент {number}")
        customer.auto_delivery = False
        own = random.Random(chance.random())
        alternates, is_off = chance.random() < ALTERNATING, chance.random() < PHONES_OFF
        people.append(Person(customer, house.phone, own, alternates, is_off))
    return people


async def live_through(
    house: House,
    people: list[Person],
    loaded: Loaded,
    kills: int,
    pause: float,
    chance: random.Random,
    booking_each: int,
) -> None:
    """Everybody writes until the last kill is survived; every so-many-th of them books."""
    plan, enough = loaded.salons[0], asyncio.Event()
    free = wishes(plan, plan.profile.local(datetime.now(UTC)).date())
    async with asyncio.TaskGroup() as tasks:
        for number, person in enumerate(people):
            is_booking = number % booking_each == 1
            tasks.create_task((book if is_booking else stream)(person, free, pause, enough))
        for _ in range(kills):
            if chance.random() < STARTING_SHARE:
                await asyncio.sleep(chance.uniform(0, LONGEST_START))
            else:
                await house.online()
                await asyncio.sleep(chance.uniform(0, LONGEST_LIFE))
            await house.kill()
            await house.start()
        await house.online()
        enough.set()


async def drain(house: House) -> float:
    """Wait until nothing is left to be done; returns the seconds it took. Raises TimeoutError."""
    await asyncio.sleep(COMPARING_SECONDS)
    began = time.monotonic()
    async with asyncio.timeout(DRAIN_SECONDS):
        while house.phone.unconfirmed or not await asyncio.to_thread(crash_figures.is_drained, house.journal):  # noqa: ASYNC110 - rows have no event
            await asyncio.sleep(0.2)
    return time.monotonic() - began


def summed_up(house: House, counts: dict[str, int]) -> dict[str, float]:
    """The counts with the times, the asked-for ones first."""
    times = sorted(house.recoveries) or [0.0]
    first = ("sent", "journaled", "answered", "lost_after_journal", "lost_before_journal", "lost_silently")
    then = (
        "replies_twice",
        "replies_twice_without_receipts",
        "bookings_twice",
        "moves_twice",
        "cancels_twice",
        "bookings_overlapping",
        "inversions",
        "mismatched",
    )
    ordered = {name: counts.get(name, 0) for name in (*first, *then)}
    return {
        **ordered,
        "recovery_p50_s": round(statistics.median(times), 2),
        "recovery_p99_s": round(times[min(len(times) - 1, int(len(times) * 0.99))], 2),
        "kills": house.kills,
        "kills_while_starting": house.kills_while_starting,
        **{name: count for name, count in counts.items() if name not in ordered},
        "resent_in_doubt": house.said("reply_in_doubt_sent_again"),
        "settled_in_doubt": house.said("reply_in_doubt_had_left"),
    }


if __name__ == "__main__":
    main()

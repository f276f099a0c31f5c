"""`python -m tests.bench.turn`: how long the house itself takes from a message received to its answer sent.

The offline brain, no quiet time, the real engine, a WhatsApp server on loopback in the same process. Measured from the
customer's side: from just before the message is sealed to just after the answer is opened. One customer at a time, so
that what is measured is a turn and not a queue; then many at once, for the rate.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from salonbot import logs
from salonbot.cli.demo.stage import Stage, adapt, open_sandbox, open_stage, scan, trust
from salonbot.clock import ShiftedClock
from salonbot.config.load import load, packaged
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.whatsapp.states import SessionState
from tests.stories.telling import TUESDAY_MORNING, settled

QUESTIONS = ("Какие у вас услуги?", "Сколько стоит маникюр?", "Есть время у Бари завтра после обеда?", "Спасибо!")
NO_LIMIT = {"quiet_seconds": 0.0, "turns_per_minute": 1_000_000, "turns_per_hour": 1_000_000}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.turn", description=__doc__)
    parser.add_argument("--turns", type=int, default=400, help="turns of one customer after another")
    parser.add_argument("--customers", type=int, default=50, help="customers writing at once")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="salonbot-bench-") as scratch:
        logs.configure("error", "plain", sys.stderr)
        trust(Path(scratch) / "credentials")
        figures = asyncio.run(measure(Path(scratch), arguments.turns, arguments.customers))
    if arguments.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:28} {value:10.1f}")


async def measure(scratch: Path, turns: int, customers: int) -> dict[str, float]:
    """Milliseconds per turn (p50, p99, longest), turns a second with many at once, milliseconds to reconnect."""
    loaded = adapt(load(packaged(), environment={}, state=scratch / "state"), {"web": {"port": 0}, "turns": NO_LIMIT})
    clock = ShiftedClock(TUESDAY_MORNING)
    async with (
        open_sandbox(scratch / "credentials", clock) as (sandbox, phone),
        open_stage(loaded, clock, sandbox, phone) as stage,
    ):
        await scan(stage)
        people = [sandbox.add_customer(f"7916{n:07}", f"5550000{n:07}", f"Клиент {n}") for n in range(customers + 1)]
        await exchange(stage, people[0], QUESTIONS[0])
        taken = [await exchange(stage, people[0], QUESTIONS[n % len(QUESTIONS)]) for n in range(turns)]
        rate = await many_at_once(stage, people[1:])
        reconnects = [await reconnect(stage) for _ in range(20)]
    quantiles = statistics.quantiles(taken, n=100)
    return {
        "received_to_sent_p50_ms": quantiles[49] * 1000,
        "received_to_sent_p99_ms": quantiles[98] * 1000,
        "received_to_sent_max_ms": max(taken) * 1000,
        "turns_a_second_at_once": rate,
        "reconnect_p50_ms": statistics.median(reconnects) * 1000,
        "reconnect_max_ms": max(reconnects) * 1000,
    }


async def exchange(stage: Stage, customer: Customer, text: str) -> float:
    """Seconds from a message to the first part of its answer."""
    started = time.perf_counter()
    await customer.send(text, to=stage.phone)
    await customer.next_reply()
    taken = time.perf_counter() - started
    await drained(stage, customer)
    return taken


async def drained(stage: Stage, customer: Customer) -> None:
    """Take what is left of the answer, so that the next question finds a quiet chat."""
    await settled(stage)
    while customer._unread:
        await customer.next_reply()


async def many_at_once(stage: Stage, people: list[Customer]) -> float:
    """Turns answered a second when everybody writes at the same moment."""
    started = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for person in people:
            tasks.create_task(person.send(QUESTIONS[1], to=stage.phone))
    for person in people:
        await person.next_reply(60)
    return len(people) / (time.perf_counter() - started)


async def reconnect(stage: Stage) -> float:
    """Seconds from a cut connection to being online again."""
    session = next(iter(stage.daemon.tenants.values())).session
    started = time.perf_counter()
    stage.phone.drop()
    await session.wait_for(SessionState.RECONNECTING)
    await session.wait_online()
    taken = time.perf_counter() - started
    # A connection that breaks before it is settled counts as a failed try of the engine's, which then waits.
    await asyncio.sleep(0.2)
    return taken


if __name__ == "__main__":
    main()

"""`python -m tests.bench.load`: what a turn costs with 1, 10 and 50 salons in one process, beside two rivals.

Rivals, on the same engine, the same WhatsApp and the same brain: `plain`, a neonize handler as its documentation shows
one; `gateway`, our re-implementation of the RAM timers and RAM queue of the common gateways. Neither writes anything
down; what that costs at a crash is `tests.bench.loss`.

For each contestant and number of salons, in this order: started with all salons linked (cold start until the last one
is online); memory, threads, files and CPU in quiet seconds; 200 questions one after the other over all salons
(overhead: from just before a message is sealed to just after its answer is opened, so with both sides' encryption and
the loopback server); 20 turns a second for so many seconds, whoever is still waiting (their times, CPU seconds, and
what /health took meanwhile, asked 20 times a second); as many as it can with 40 customers who ask again as soon as they
are answered; and 40 cut connections, each until the next login.

The loopback WhatsApp and its customers are Python too, and share the machine: `server_cpu` is their share of one core
while as many turns as possible were asked for. Near 1 they, not the contestant, were the limit.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from salonbot.cli.demo.stage import trust
from tests.bench.town import Contestant, Town, at_rate, exchange, opened_town, percentile, watch_health

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

NAMES = ("salonbot", "plain", "gateway")
CUSTOMERS, AT_ONCE, OVERHEADS, DROPS = 200, 40, 200, 40
QUIET_SECONDS, RATE, HEALTH_EVERY = 5.0, 20.0, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One contestant with one number of salons."""

    contestant: str
    salons: int
    cold_start_s: float
    idle_rss_mib: float
    idle_cpu_percent: float
    """Of one core."""
    threads: int
    files: int
    overhead_p50_ms: float
    overhead_p99_ms: float
    rate_wanted: float
    rate_answered: float
    at_rate_p50_ms: float
    at_rate_p99_ms: float
    cpu_s_per_1000_turns: float
    health_p50_ms: float | None
    health_p99_ms: float | None
    most_turns_per_s: float
    contestant_cpu: float
    server_cpu: float
    reconnect_p50_ms: float
    reconnect_p99_ms: float
    rss_after_mib: float


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("--salons", type=int, nargs="+", default=[1, 10, 50])
    parser.add_argument("--contestants", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--seconds", type=float, default=20.0, help="at 20 turns a second, and at the most")
    parser.add_argument("--json", action="store_true", help="one JSON object for each line of the table")
    parser.add_argument("--keep", type=Path, help="keep states and logs in this folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="salonbot-bench-") as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        trust(folder / "credentials")
        told = print_json if arguments.json else None
        found = asyncio.run(measure(folder, arguments.contestants, arguments.salons, arguments.seconds, told))
    if found and not arguments.json:
        print(table(found))


def print_json(figures: "Figures") -> None:
    """One object a line, as soon as there is one."""
    print(json.dumps(asdict(figures)), flush=True)


def table(found: Sequence["DataclassInstance"]) -> str:
    """One column for each of the figures."""
    rows = [[name, *(_cell(asdict(one)[name]) for one in found)] for name in asdict(found[0])]
    return "\n".join(f"{row[0]:22}" + "".join(f"{cell:>12}" for cell in row[1:]) for row in rows)


def _cell(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else "-" if value is None else str(value)


async def measure(
    folder: Path,
    names: list[str],
    numbers: list[int],
    seconds: float,
    told: Callable[[Figures], None] | None = None,
) -> list[Figures]:
    """Every contestant with every number of salons; this process must trust the folder's credentials.

    One that does not come online is said to have failed and has no figures.
    """
    found = []
    async with opened_town(folder, max(numbers), CUSTOMERS) as town:
        await town.link(max(numbers))
        for salons in numbers:
            for name in names:
                print(f"{name} with {salons} salons ... (load {os.getloadavg()[0]:.1f})", file=sys.stderr, flush=True)
                try:
                    found.append(await _measure(town, name, salons, seconds))
                except (TimeoutError, OSError) as error:
                    print(f"{name} with {salons} salons failed: {error}", file=sys.stderr, flush=True)
                    continue
                if told is not None:
                    told(found[-1])
    return found


async def _measure(town: Town, name: str, salons: int, seconds: float) -> Figures:
    talks = town.talks(salons)
    async with town.contestant(name, salons, wait=False) as one:
        cold_start = await one.online()
        await asyncio.sleep(QUIET_SECONDS)
        settled = one.vitals()
        await asyncio.sleep(QUIET_SECONDS)
        idle = one.vitals()
        for customer, phone in talks:
            await exchange(customer, phone)  # the first exchange of a chat makes its keys
        overhead = [await exchange(*talks[n % len(talks)]) for n in range(OVERHEADS)]
        steady = await at_steady_rate(town, one, salons, seconds)
        most = await as_many_as_possible(town, one, salons, seconds / 2)
        reconnects = [await reconnect(town, n % salons) for n in range(DROPS)]
        after = one.vitals()
    return Figures(
        contestant=name,
        salons=salons,
        cold_start_s=cold_start,
        idle_rss_mib=idle.rss_mib,
        idle_cpu_percent=(idle.cpu_seconds - settled.cpu_seconds) / QUIET_SECONDS * 100,
        threads=idle.threads,
        files=idle.files,
        overhead_p50_ms=percentile(overhead, 0.5) * 1000,
        overhead_p99_ms=percentile(overhead, 0.99) * 1000,
        rate_wanted=RATE,
        rate_answered=steady.rate,
        at_rate_p50_ms=percentile(steady.taken, 0.5) * 1000,
        at_rate_p99_ms=percentile(steady.taken, 0.99) * 1000,
        cpu_s_per_1000_turns=steady.cpu_seconds / len(steady.taken) * 1000,
        health_p50_ms=percentile(steady.health, 0.5) * 1000 if steady.health else None,
        health_p99_ms=percentile(steady.health, 0.99) * 1000 if steady.health else None,
        most_turns_per_s=most.rate,
        contestant_cpu=most.cpu_seconds / most.seconds,
        server_cpu=most.server_cpu,
        reconnect_p50_ms=percentile(reconnects, 0.5) * 1000,
        reconnect_p99_ms=percentile(reconnects, 0.99) * 1000,
        rss_after_mib=after.rss_mib,
    )


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some seconds of work."""

    seconds: float
    taken: list[float]
    """Seconds of every turn."""
    health: list[float]
    cpu_seconds: float
    server_cpu: float
    """Of this process, as a share of one core."""

    @property
    def rate(self) -> float:
        """Turns a second, the last answer included."""
        return len(self.taken) / self.seconds


class Stopwatch:
    """What a stretch took of the contestant and of this process."""

    def __init__(self, one: Contestant) -> None:
        self._one = one
        self._cpu = one.vitals().cpu_seconds
        self._own = time.process_time()
        self._began = time.monotonic()

    def stop(self, taken: list[float], health: list[float]) -> Stretch:
        """Until now."""
        seconds = time.monotonic() - self._began
        return Stretch(
            seconds,
            taken,
            health,
            self._one.vitals().cpu_seconds - self._cpu,
            (time.process_time() - self._own) / seconds,
        )


async def at_steady_rate(town: Town, one: Contestant, salons: int, seconds: float, rate: float = RATE) -> Stretch:
    """Every customer writes in turn, so many a second in all."""
    talks, over = town.talks(salons), asyncio.Event()
    taken: list[float] = []
    health: list[float] = []

    async def turn(number: int) -> None:
        taken.append(await exchange(*talks[number % len(talks)]))

    watch = Stopwatch(one)
    async with asyncio.TaskGroup() as tasks:
        if one.name == "salonbot":
            tasks.create_task(watch_health(await one.health_url(), HEALTH_EVERY, health, over))
        await at_rate(turn, rate, seconds)
        over.set()
    return watch.stop(taken, health)


async def as_many_as_possible(town: Town, one: Contestant, salons: int, seconds: float) -> Stretch:
    """Some customers ask again as soon as they are answered."""
    talks = town.talks(salons)[:AT_ONCE]
    taken: list[float] = []
    end = time.monotonic() + seconds

    async def ask(number: int) -> None:
        while time.monotonic() < end:
            taken.append(await exchange(*talks[number]))

    watch = Stopwatch(one)
    await asyncio.gather(*(ask(number) for number in range(len(talks))))
    return watch.stop(taken, [])


async def reconnect(town: Town, salon: int) -> float:
    """Seconds from a cut connection to the next login."""
    phone = town.phones[salon]
    before, began = phone.logins, time.perf_counter()
    phone.drop()
    await phone.sees(lambda p: p.logins > before, timeout_s=60)
    taken = time.perf_counter() - began
    # A connection that breaks before it is settled counts as a failed try of the engine's, which then waits.
    await asyncio.sleep(0.3)
    return taken


if __name__ == "__main__":
    main()

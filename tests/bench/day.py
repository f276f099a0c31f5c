"""`python -m tests.bench.day`: a day's life of ten salons squeezed into minutes: does anything grow that should not?

The daemon in a process of its own, 100 customers who each write a thought over three messages, wait for the answer, and
go on. Memory, threads and open files are looked at every two seconds, and the looks of the run cut into four quarters;
of each quarter the median counts. Then the daemon is stopped in order, and the size of the journal is held against the
messages in it, those that came and those that went.

`flat` is the verdict: resident memory in the last quarter is at most 2 % above the second's, and there is at most one
thread and one open file more. The first quarter is for warming up, and only a run of 50,000 messages or more leaves it
enough: the engine remembers the last 256 messages of every salon, and has them after 10,000 of ours. A shorter run may
be called not flat for that alone. Between the middles of the two quarters lies half the run: with 200,000 messages what
grows by 40 bytes with each is seen.
"""

import argparse
import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from salonbot.cli.demo.stage import trust
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.statefolder import JOURNAL
from tests.bench.town import ANSWER_SECONDS, MIB, Contestant, Vitals, opened_town

SALONS, CUSTOMERS, QUIET, LOOK_SECONDS = 10, 100, 0.15, 2.0
LOOKS_BETWEEN_WORDS = 15
"""How far it is, every half minute."""
GROWS_BY, MORE = 1.02, 1
"""What is still flat: of memory, a share; of threads and of files, so many."""
THOUGHT = ("Здравствуйте", "Скажите, пожалуйста", "сколько стоит {}?")
TITLES = ("маникюр", "педикюр", "стрижка", "окрашивание", "коррекция бровей", "детская стрижка")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The run."""

    messages: int
    """In the journal: both ways."""
    turns: int
    unfinished: int
    failed: int
    minutes: float
    turns_per_s: float
    answer_p50_s: float
    flat: bool
    """See above."""
    rss_mib_first_quarter: float
    rss_mib_second_quarter: float
    rss_mib_third_quarter: float
    rss_mib_last_quarter: float
    rss_mib_most: float
    threads_second_quarter: float
    threads_last_quarter: float
    files_second_quarter: float
    files_last_quarter: float
    cpu_s_per_1000_turns: float
    journal_mib_per_10000_messages: float
    engine_mib_per_10000_messages: float


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.day", description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000, help="both ways; a day of ten busy salons is 200000")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--keep", type=Path, help="keep state and log in this folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="salonbot-bench-") as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        trust(folder / "credentials")
        day = asdict(asyncio.run(measure(folder, arguments.messages)))
    if arguments.json:
        print(json.dumps(day))
    else:
        print(
            "\n".join(
                f"{name:32} {value!s:>12}" if name == "flat" else f"{name:32} {value:12.2f}"
                for name, value in day.items()
            )
        )


async def measure(folder: Path, messages: int) -> Day:
    """One run. This process must trust the folder's credentials."""
    async with opened_town(folder, SALONS, CUSTOMERS) as town:
        await town.link(SALONS)
        before = sizes(town.state)
        async with town.contestant("salonbot", SALONS, quiet=QUIET) as daemon:
            looks: list[Vitals] = []
            taken: list[float] = []
            began = time.monotonic()
            watching = asyncio.create_task(watch(daemon, looks, taken, messages))
            each = messages // (len(THOUGHT) + 1) // CUSTOMERS
            async with asyncio.TaskGroup() as tasks:
                for number, (customer, phone) in enumerate(town.talks(SALONS)):
                    tasks.create_task(live(customer, phone, each, number, taken))
            seconds = time.monotonic() - began
            watching.cancel()
        after = sizes(town.state)
    return summed_up(town.state / JOURNAL, looks, taken, seconds, before, after)


async def live(customer: Customer, phone: Phone, thoughts: int, number: int, taken: list[float]) -> None:
    """One customer's day."""
    for thought in range(thoughts):
        while customer._unread:
            await customer.next_reply()
        began = time.perf_counter()
        for part in THOUGHT:
            await customer.send(part.format(TITLES[(number + thought) % len(TITLES)]), to=phone)
        await customer.next_reply(ANSWER_SECONDS)
        taken.append(time.perf_counter() - began)


async def watch(daemon: Contestant, looks: list[Vitals], taken: list[float], messages: int) -> None:
    """Look again and again, and say how far it is of so many messages."""
    while True:
        looks.append(daemon.vitals())
        now = looks[-1]
        if len(looks) % LOOKS_BETWEEN_WORDS == 0:
            minutes, done = len(looks) * LOOK_SECONDS / 60, len(taken) * (len(THOUGHT) + 1)
            print(
                f"{minutes:.1f} min: {done} of {messages} messages, {now.rss_mib:.0f} MiB, {now.threads} threads,"
                f" {now.files} files (load {os.getloadavg()[0]:.1f})",
                file=sys.stderr,
                flush=True,
            )
        await asyncio.sleep(LOOK_SECONDS)


def sizes(state: Path) -> tuple[float, float]:
    """MiB of the journal and of all the engines' files."""
    engines = sum(file.stat().st_size for file in state.glob("whatsapp-*.db"))
    return (state / JOURNAL).stat().st_size / MIB, engines / MIB


@dataclass(frozen=True, slots=True)
class Quarter:
    """Medians of a quarter of the run."""

    rss_mib: float
    threads: float
    files: float


def in_quarters(looks: Sequence[Vitals]) -> tuple[Quarter, Quarter, Quarter, Quarter]:
    """The looks in four parts as long as each other. Raises ValueError where there are fewer than four."""
    if len(looks) < 4:
        raise ValueError("the run was too short to be looked at")
    borders = [len(looks) * n // 4 for n in range(5)]
    first, second, third, last = (_medians(looks[start:end]) for start, end in pairwise(borders))
    return first, second, third, last


def _medians(looks: Sequence[Vitals]) -> Quarter:
    return Quarter(
        statistics.median(look.rss_mib for look in looks),
        statistics.median(look.threads for look in looks),
        statistics.median(look.files for look in looks),
    )


def is_flat(second: Quarter, last: Quarter) -> bool:
    """The verdict, see above."""
    return (
        last.rss_mib <= second.rss_mib * GROWS_BY
        and last.threads <= second.threads + MORE
        and last.files <= second.files + MORE
    )


def summed_up(
    journal: Path,
    looks: list[Vitals],
    taken: list[float],
    seconds: float,
    before: tuple[float, float],
    after: tuple[float, float],
) -> Day:
    """From what was looked at, and from the rows."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as db:
        messages = int(db.execute("SELECT count(*) FROM message").fetchone()[0])
        states = dict(db.execute("SELECT state, count(*) FROM turn GROUP BY state").fetchall())
    first, second, third, last = in_quarters(looks)
    turns = sum(states.values())
    return Day(
        messages=messages,
        turns=turns,
        unfinished=turns - states.get("done", 0) - states.get("failed", 0) - states.get("handed_over", 0),
        failed=states.get("failed", 0),
        minutes=seconds / 60,
        turns_per_s=len(taken) / seconds,
        answer_p50_s=statistics.median(taken),
        flat=is_flat(second, last),
        rss_mib_first_quarter=first.rss_mib,
        rss_mib_second_quarter=second.rss_mib,
        rss_mib_third_quarter=third.rss_mib,
        rss_mib_last_quarter=last.rss_mib,
        rss_mib_most=max(look.rss_mib for look in looks),
        threads_second_quarter=second.threads,
        threads_last_quarter=last.threads,
        files_second_quarter=second.files,
        files_last_quarter=last.files,
        cpu_s_per_1000_turns=(looks[-1].cpu_seconds - looks[0].cpu_seconds) / len(taken) * 1000,
        journal_mib_per_10000_messages=(after[0] - before[0]) / messages * 10_000,
        engine_mib_per_10000_messages=(after[1] - before[1]) / messages * 10_000,
    )


if __name__ == "__main__":
    main()

"""`python -m tests.bench.latency`: how long a customer waits with a model that takes 800 ms and 1,200 ms to answer.

The whole house: the real engine, the real SDK, a WhatsApp server and a Messages API on loopback, the guard, the real
calendar. Measured from the customer's side, from just before the message is sealed to just after the first part of the
answer is opened, with the default quiet time and with none. Customers write at the same time, the next message once all
are answered. Small talk is answered by the first stage alone. What it should be: quiet time + 2.3 s in the median.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from salonbot import logs
from salonbot.cli.demo.stage import Stage, adapt, open_sandbox, open_stage, scan, trust
from salonbot.clock import ShiftedClock
from salonbot.config.load import load, packaged
from salonbot.config.settings import TurnSettings
from salonbot.sandbox.messages_api.answers import Answer, Answerer, Received, Says
from salonbot.sandbox.messages_api.server import MessagesApi
from salonbot.sandbox.whatsapp.customer import Customer
from tests.bench.turn import exchange
from tests.stories.telling import TUESDAY_MORNING, column
from tests.stories.with_claude import able, with_claude

UNDERSTANDING, COMPOSING = 0.8, 1.2
"""Seconds the model takes per stage."""
ALLOWED = UNDERSTANDING + COMPOSING + 0.3
QUIET = TurnSettings().quiet_seconds
QUESTIONS = ("Какие у вас услуги?", "Сколько стоит маникюр?", "Есть время у Бари завтра после обеда?")
THANKS = "Спасибо большое!"
CUSTOMERS = 5


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds customers waited, with one quiet time."""

    quiet: float
    answers: list[float]
    """Both stages."""
    small_talk: list[float]
    """One."""
    by_claude: int
    """Turns the model answered: were it fewer than all, the figures would not be its own."""

    @property
    def allowed(self) -> float:
        return self.quiet + ALLOWED

    def figures(self) -> dict[str, float | bool]:
        """Seconds; p99 is the longest where there are fewer than a hundred turns."""
        p50 = statistics.median(self.answers)
        return {
            "quiet_s": self.quiet,
            "turns": len(self.answers),
            "p50_s": p50,
            "p99_s": statistics.quantiles(self.answers, n=100)[98] if len(self.answers) >= 100 else max(self.answers),
            "allowed_p50_s": self.allowed,
            "small_talk_p50_s": statistics.median(self.small_talk),
            "all_by_claude": self.by_claude == len(self.answers) + len(self.small_talk),
            "holds": p50 < self.allowed,
        }


def main() -> None:
    """Run and print; the exit code is 1 where the median is longer than it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.latency", description=__doc__)
    parser.add_argument("--turns", type=int, default=40, help=f"turns per quiet time, over {CUSTOMERS} customers")
    parser.add_argument("--json", action="store_true", help="one JSON object per quiet time instead of a table")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="salonbot-bench-") as scratch:
        logs.configure("error", "plain", sys.stderr)
        trust(Path(scratch) / "credentials")
        measured = [asyncio.run(measure(Path(scratch), quiet, arguments.turns)).figures() for quiet in (QUIET, 0.0)]
    print("\n".join(map(json.dumps, measured) if arguments.json else table(measured)))
    raise SystemExit(not all(figures["holds"] and figures["all_by_claude"] for figures in measured))


def table(measured: list[dict[str, float | bool]]) -> Iterator[str]:
    """One line per quiet time."""
    names = list(measured[0])
    yield "  ".join(f"{name:>16}" for name in names)
    for figures in measured:
        cells = (f"{value:.3f}" if isinstance(value, float) else str(value) for value in figures.values())
        yield "  ".join(f"{cell:>16}" for cell in cells)


async def measure(scratch: Path, quiet: float, turns: int) -> Waits:
    """Seconds per turn, in a house of its own."""
    clock = ShiftedClock(TUESDAY_MORNING)
    plain = load(packaged(), environment={}, state=scratch / f"state-{quiet}")
    limits = {"quiet_seconds": quiet, "turns_per_minute": 1_000_000, "turns_per_hour": 1_000_000}
    async with MessagesApi(slow(able(plain))) as api, open_sandbox(scratch / "credentials", clock) as (sandbox, phone):
        loaded = with_claude(adapt(plain, {"web": {"port": 0}, "turns": limits}), api)
        async with open_stage(loaded, clock, sandbox, phone) as stage:
            await scan(stage)
            people = [sandbox.add_customer(f"7916{n:07}", f"5550000{n:07}", f"Клиент {n}") for n in range(CUSTOMERS)]
            # The first exchange of a chat makes its keys, and the first call opens the SDK's connection.
            await asyncio.gather(*(exchange(stage, person, THANKS) for person in people))
            each = max(1, round(turns / CUSTOMERS))
            waits = await asyncio.gather(*(conversation(stage, person, each) for person in people))
            brains = await column(stage, "SELECT brain FROM turn")
        if api.errors:
            raise RuntimeError(f"the API refused: {api.errors}")
    answers = [seconds for person in waits for seconds in person[:-1]]
    return Waits(quiet, answers, [person[-1] for person in waits], brains.count("claude") - CUSTOMERS)


async def conversation(stage: Stage, customer: Customer, turns: int) -> list[float]:
    """Seconds per turn; the last one is small talk."""
    texts = [*(QUESTIONS[n % len(QUESTIONS)] for n in range(turns)), THANKS]
    return [await exchange(stage, customer, text) for text in texts]


def slow(answerer: Answerer) -> Answerer:
    """As slow as a model, which also answers thanks by itself."""

    async def answer(received: Received) -> Answer:
        if not received.wants_json:
            said = await answerer(received)
        elif THANKS in json.JSONDecoder().raw_decode(received.user_text)[0]["message"]:
            said = Says(text='{"commands": [], "topics": ["thanks"], "reply": "Пожалуйста! Будем рады видеть вас."}')
        else:
            said = await answerer(received)
        assert isinstance(said, Says)
        return replace(said, latency=UNDERSTANDING if received.wants_json else COMPOSING)

    return answer


if __name__ == "__main__":
    main()

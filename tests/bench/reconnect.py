"""`python -m tests.bench.reconnect`: how long until WhatsApp is there again after each fault that passes by itself?

The whole daemon in this process on the real engine, and a WhatsApp server on loopback that plays the fault. The time
runs from the fault to the next login that leads online. A connection that went silent looks healthy until a probe of it
goes unanswered (`keep_alive_seconds` and `probe_seconds`; sooner where a reply is being sent): there it runs from the
moment that is noticed, and noticing has its line.
`--outage 600` plays ten real minutes without a network instead, and runs the time from the moment it is back.
"""

import argparse
import asyncio
import json
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from salonbot.cli.demo.stage import Stage, adapt, open_sandbox, open_stage, scan, trust
from salonbot.clock import SystemClock
from salonbot.config.load import load, packaged
from salonbot.sandbox.whatsapp.faults import RefuseLogin
from salonbot.whatsapp.states import SessionState

LONGEST_SECONDS = 60.0
AWAY_SECONDS = 1.0
"""How long the network is gone; not counted."""

NOTICED: list[float] = []
"""Seconds until each silence was noticed."""

Fault = Callable[[Stage], Awaitable[None]]
"""Plays the fault; from its return on the time is taken."""


async def _dropped(stage: Stage) -> None:
    stage.phone.drop()


async def _silent(stage: Stage) -> None:
    stage.phone.go_silent()
    (tenant,) = stage.daemon.tenants.values()
    began = time.monotonic()
    await tenant.session.wait_for(SessionState.RECONNECTING)
    NOTICED.append(time.monotonic() - began)


async def _stream_503(stage: Stage) -> None:
    await stage.phone.end_stream(503)


async def _stream_515(stage: Stage) -> None:
    await stage.phone.end_stream(515)


async def _busy_server(stage: Stage) -> None:
    stage.phone.faults.arm(RefuseLogin(503))
    stage.phone.drop()


def _network_gone_for(seconds: float) -> Fault:
    async def gone(stage: Stage) -> None:
        stage.sandbox.unplug()
        await asyncio.sleep(seconds)
        stage.sandbox.plug_in()

    return gone


FAULTS: dict[str, Fault] = {
    "socket dropped": _dropped,
    "server restarts (503)": _stream_503,
    "server wants a new connection (515)": _stream_515,
    "server busy at the next login": _busy_server,
    "network gone and back": _network_gone_for(AWAY_SECONDS),
    "connection silent": _silent,
}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.reconnect", description=__doc__)
    parser.add_argument("--times", type=int, help="each fault (20; an outage once)")
    parser.add_argument("--outage", type=float, metavar="SECONDS", help="nothing but the network, gone this long")
    parser.add_argument("--keep-alive", type=float, default=10.0, help="[whatsapp] keep_alive_seconds")
    parser.add_argument("--json", action="store_true", help="one JSON object and nothing else")
    arguments = parser.parse_args()
    faults, times = FAULTS, arguments.times or 20
    if arguments.outage is not None:
        faults = {f"network gone for {arguments.outage:g} s": _network_gone_for(arguments.outage)}
        times = arguments.times or 1
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory(prefix="salonbot-reconnect-") as scratch, engine_to_stderr():
        found = asyncio.run(measure(Path(scratch), faults, times, arguments.keep_alive))
    if arguments.json:
        print(json.dumps(found))
        return
    print(f"{'fault':38} {'p50 s':>8} {'p99 s':>8} {'longest s':>10}")
    for name, (median, late, longest) in found.items():
        print(f"{name:38} {median:8.3f} {late:8.3f} {longest:10.3f}")


@contextmanager
def engine_to_stderr() -> Iterator[None]:
    """The engine's library prints by itself; standard output is for the figures."""
    stdout = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(stdout, 1)
        os.close(stdout)


async def measure(
    folder: Path, faults: dict[str, Fault], times: int, keep_alive: float
) -> dict[str, tuple[float, float, float]]:
    """By fault: median, p99 and longest time to online, in seconds."""
    trust(folder / "credentials")
    clock, plain = SystemClock(), load(packaged(), environment={}, state=folder / "state")
    loaded = adapt(plain, {"web": {"port": 0}, "whatsapp": {"keep_alive_seconds": keep_alive}})
    found = {}
    async with (
        open_sandbox(folder / "credentials", clock) as (sandbox, phone),
        open_stage(loaded, clock, sandbox, phone) as stage,
    ):
        await scan(stage)
        for name, fault in faults.items():
            found[name] = _summed_up([await recovery(stage, fault) for _ in range(times)])
    return found | ({"  the silence noticed": _summed_up(NOTICED)} if NOTICED else {})


def _summed_up(taken: list[float]) -> tuple[float, float, float]:
    ordered = sorted(taken)
    return statistics.median(ordered), ordered[int(0.99 * (len(ordered) - 1) + 0.5)], ordered[-1]


async def recovery(stage: Stage, fault: Fault) -> float:
    """Seconds from the fault to online again."""
    (tenant,) = stage.daemon.tenants.values()
    logins = stage.phone.logins
    await fault(stage)
    began = time.monotonic()
    await stage.phone.sees(lambda phone: phone.logins > logins, timeout_s=LONGEST_SECONDS)
    while tenant.session.state is not SessionState.ONLINE:  # noqa: ASYNC110 - finer than its own event
        await asyncio.sleep(0.001)
    taken = time.monotonic() - began
    await asyncio.sleep(0.2)
    return taken


if __name__ == "__main__":
    main()

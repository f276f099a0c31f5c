"""`salonbot demo`: the whole way of a message on this machine alone: a WhatsApp on loopback, the real engine."""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from salonbot import logs
from salonbot.cli.arguments import Subparsers, add_command
from salonbot.cli.demo.page import DemoPage
from salonbot.cli.demo.stage import Stage, adapt, on_yclients, open_sandbox, open_stage, scan, trust
from salonbot.cli.demo.story import Tally, appointments_of, lines_of, play
from salonbot.clock import Clock, ShiftedClock, SystemClock
from salonbot.config.load import Loaded, load, packaged
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.whatsapp.terminal import qr_lines

QUIET_SECONDS = 0.3
"""The demo's customer writes one message at a time, so nobody waits the usual 2.5 s for a second one."""


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = add_command(
        subparsers,
        "demo",
        description="Link a pretend phone through the real engine to a WhatsApp server on this machine, then write\n"
        "as a customer: services, a booking, moving it, cancelling it. Needs no phone, no account and no network,\n"
        "and leaves nothing behind.",
        examples="  salonbot demo\n  salonbot demo --serve       stay up, with a page to write on as a customer\n"
        "  salonbot demo --booking yclients",
    )
    parser.add_argument(
        "--booking",
        choices=("calendar", "yclients"),
        default="calendar",
        help="book in the embedded calendar, or in a YClients on loopback (default: calendar)",
    )
    parser.add_argument("--serve", action="store_true", help="stay up afterwards, with a page to type as a customer")


def run(arguments: argparse.Namespace) -> int:
    """Returns 0 only if every expectation held."""
    with tempfile.TemporaryDirectory(prefix="salonbot-demo-") as scratch, _engine_kept_quiet():
        logs.configure(arguments.log_level or "error", "plain", sys.stderr)
        folder = Path(scratch)
        trust(folder / "credentials")
        loaded = load(arguments.config or packaged(), environment={}, state=folder / "state")
        return asyncio.run(_play(loaded, folder / "credentials", booking=arguments.booking, serve=arguments.serve))


def clock_for(loaded: Loaded) -> Clock:
    """The real time, or the same time a day on where the stylist of the story is off tomorrow."""
    clock, plan = SystemClock(), loaded.salons[0]
    stylist = plan.catalogue.stylist_named("Бари")
    if stylist is None:
        return clock
    week = plan.working_hours[stylist.id]
    tomorrow = (plan.profile.local(clock.now()) + timedelta(days=1)).weekday()
    return clock if week[tomorrow] else ShiftedClock(clock.now() + timedelta(days=1))


async def _play(loaded: Loaded, credentials: Path, *, booking: str, serve: bool) -> int:
    began, clock, tally = time.monotonic(), clock_for(loaded), Tally()
    loaded = adapt(loaded, {"web": {"port": 0}, "turns": {"quiet_seconds": QUIET_SECONDS}})
    page = DemoPage()
    async with AsyncExitStack() as house:
        sandbox, phone = await house.enter_async_context(open_sandbox(credentials, clock))
        if booking == "yclients":
            loaded = await house.enter_async_context(on_yclients(loaded, clock))
        stage = await house.enter_async_context(open_stage(loaded, clock, sandbox, phone, prepare=page.prepare))
        zone = loaded.salons[0].profile
        print(f"salonbot demo. It is {zone.local(clock.now()):%A, %d %B %Y, %H:%M} at {zone.name}.")
        code = await scan(stage)
        print("The daemon showed this code; a pretend phone has scanned it:\n")
        print("\n".join(qr_lines(code)))
        print(f"\nLinked and online after {time.monotonic() - began:.1f} s, through the real engine.")
        anna = sandbox.add_customer("79161234567", "555666777888", "Анна")
        anna.auto_read = True
        await play(stage, anna, lines_of(stage, zone.local(clock.now())), tally)
        await _look_at_receipts(stage, anna, tally)
        _sum_up(tally, time.monotonic() - began)
        if serve:
            await _stay(stage, page)
    for error in sandbox.errors:
        tally.expect(False, f"the sandbox itself failed: {error!r}")
    return 0 if not tally.broken else 1


async def _look_at_receipts(stage: Stage, customer: Customer, tally: Tally) -> None:
    """Every reply must have been read: the customer's phone has said so."""
    states: dict[str, int] = {}
    async with asyncio.timeout(5):
        while True:
            rows = await stage.daemon.database.rows("SELECT state, count(*) AS n FROM reply GROUP BY state")
            states = {row["state"]: row["n"] for row in rows}
            if set(states) == {"read"}:
                break
            await asyncio.sleep(0.05)
    print(f"\nDelivery: {', '.join(f'{n} {state}' for state, n in states.items())}")
    tally.expect(len(customer.inbox) == sum(states.values()), "every reply arrives exactly once")
    rows = await stage.daemon.database.rows("SELECT * FROM appointment ORDER BY id")
    if rows:
        print("Calendar:")
        for row in rows:
            print(f"    {row['service_title']}, {row['stylist_name']}, {row['start']}, {row['name']}: {row['state']}")
        tally.expect([row["state"] for row in rows] == ["cancelled"], "one appointment, cancelled in the end")
    tally.expect(not await appointments_of(stage, customer), "no appointment to come")


def _sum_up(tally: Tally, seconds: float) -> None:
    verdict = "All of it held." if not tally.broken else f"{len(tally.broken)} did not hold:"
    print(f"\n{tally.held} expectations held in {seconds:.1f} s. {verdict}")
    for broken in tally.broken:
        print(f"    ✗ {broken}")


async def _stay(stage: Stage, page: DemoPage) -> None:
    """Serve the page until Ctrl-C."""
    guest = stage.sandbox.add_customer("79160000001", "555000111222", "Гость")
    page.open(guest, stage)
    assert stage.daemon.site is not None
    print(f"\nWrite as a customer: {stage.daemon.site.url}{page.path.lstrip('/')}")
    print(f"Look on as the owner: {page.owners_link}\nCtrl-C ends.", flush=True)
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        # Ctrl-C is how this ends: the house closes in an orderly way.
        print("\nClosed.")


@contextmanager
def _engine_kept_quiet() -> Iterator[None]:
    """The engine's library prints to file descriptors 1 and 2 by itself; the transcript is ours alone."""
    sys.stdout.flush()
    kept = os.dup(1), os.dup(2)
    ours = tuple(os.fdopen(os.dup(descriptor), "w", encoding="utf-8", buffering=1) for descriptor in kept)
    streams = sys.stdout, sys.stderr
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.stdout, sys.stderr = ours
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams
        for target, descriptor in zip((1, 2), kept, strict=True):
            os.dup2(descriptor, target)
            os.close(descriptor)
        os.close(nowhere)
        for stream in ours:
            stream.close()

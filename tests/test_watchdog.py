"""What systemd hears from us over a real socket, and when it hears nothing."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from salonbot.clock import SystemClock
from salonbot.journal.counts import Counts, Pipeline
from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.turns import Turns
from salonbot.model.messages import TurnState
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.systemd import Systemd
from salonbot.vitals import Vitals
from salonbot.watchdog import (
    MOST_BURNT,
    SETTLED_AFTER,
    STUCK_AFTER,
    Engines,
    Look,
    Watchdog,
    sentence,
    stuck,
    worn_out,
)
from tests.clocks import HandClock
from tests.journal_fixtures import GATHERING
from tests.manager import Ear, listening
from tests.messages import ANNA, SALON, incoming
from tests.stories.test_process import configured, running

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WELL = Look(
    at=NOON,
    up_for=timedelta(hours=1),
    vitals=Vitals(loop_lag=0.0, threads=20, files=50, files_allowed=1024, memory_mib=90),
    pipeline=Pipeline(oldest_due=None, moved=None),
    trouble=None,
    is_dispatching=True,
    engines=Engines(salons=1, online=1, burnt_threads=0, last_event_age=1.0),
)
LONG_AGO = NOON - 2 * STUCK_AFTER


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    with listening(tmp_path) as opened:
        yield opened


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "journal.sqlite3")
    yield opened
    await opened.close()


def watchdog(
    database: Database, ear: Ear, *, is_dispatching: bool = True, restarts: list[bool] | None = None
) -> Watchdog:
    """One that looks every 10 ms."""
    wanted: list[bool] = [] if restarts is None else restarts
    return Watchdog(
        Systemd(ear.line.getsockname(), timedelta(milliseconds=30)),
        Counts(database),
        SystemClock(),
        engines=lambda: Engines(salons=1, online=0, burnt_threads=0, last_event_age=0.0),
        is_dispatching=lambda: is_dispatching,
        restart=lambda: wanted.append(True),
    )


def test_who_is_told_comes_from_the_variables_systemd_sets() -> None:
    variables = {"NOTIFY_SOCKET": "/run/systemd/notify", "WATCHDOG_USEC": "60000000"}

    assert Systemd.of(variables) == Systemd("/run/systemd/notify", timedelta(minutes=1))
    assert Systemd.of({**variables, "WATCHDOG_PID": str(os.getpid())}).watchdog == timedelta(minutes=1)
    assert Systemd.of({**variables, "WATCHDOG_PID": "1"}).watchdog is None
    assert Systemd.of({}) == Systemd(None, None)
    assert Systemd.of({**variables, "WATCHDOG_USEC": "soon"}).watchdog is None


async def test_an_abstract_socket_is_told_too() -> None:
    name = f"salonbot-test-{os.getpid()}"
    listening = Ear(f"\0{name}")

    Systemd(f"@{name}").ready("Online.\nREADY=1")

    assert await listening.hears() == {"READY": "1", "STATUS": "Online. READY=1"}
    listening.line.close()


def test_nobody_listening_is_no_trouble(tmp_path: Path) -> None:
    Systemd(None).ready("Online.")
    Systemd(str(tmp_path / "gone")).alive("Online.")


async def test_it_says_ready_once_and_then_that_it_is_alive(database: Database, ear: Ear) -> None:
    running_watchdog = asyncio.create_task(watchdog(database, ear).run())
    heard = [await ear.hears() for _ in range(3)]
    running_watchdog.cancel()

    assert ["READY" in one for one in heard] == [True, False, False]
    assert [one.get("WATCHDOG") for one in heard] == [None, "1", "1"]
    assert heard[0]["STATUS"].startswith("Not online")


async def test_it_does_not_put_the_watchdog_off_while_nobody_takes_up_turns(database: Database, ear: Ear) -> None:
    running_watchdog = asyncio.create_task(watchdog(database, ear, is_dispatching=False).run())
    heard = [await ear.hears() for _ in range(3)]
    running_watchdog.cancel()

    assert all("WATCHDOG" not in one for one in heard)
    assert heard[-1]["STATUS"] == "Stuck: nobody takes up turns."


async def test_the_loops_lag_is_seen(database: Database, ear: Ear) -> None:

    watching = watchdog(database, ear)
    measuring = asyncio.create_task(watching.lag.measure())
    await asyncio.sleep(0.01)
    time.sleep(0.4)  # noqa: ASYNC251 - a late loop is what is measured
    await asyncio.sleep(0.3)
    measuring.cancel()
    seen = await watching.look()

    assert seen.vitals.loop_lag > 0.1
    gauges = watching.gauges()
    assert gauges["loop_lag_seconds"] == round(seen.vitals.loop_lag, 4)
    assert gauges["threads"]
    assert gauges["memory_mib"]


async def test_the_journal_says_since_when_a_turn_is_due_and_when_one_was_last_answered(
    database: Database, tmp_path: Path
) -> None:
    clock = HandClock()
    door, turns, counts = Door(database.path, clock, GATHERING), Turns(database), Counts(database)
    empty = await counts.pipeline(clock.now())
    door.record(incoming("Привет"))
    gathering = await counts.pipeline(clock.now())
    clock.advance(minutes=5)
    waiting = await counts.pipeline(clock.now())
    turn = await turns.next_of(SALON, ANNA)
    assert turn is not None
    await turns.finish(turn.id, TurnState.DONE, clock.now())
    done = await counts.pipeline(clock.now())
    door.close()

    assert empty == gathering == Pipeline(None, None)
    assert waiting == Pipeline(oldest_due=turn.due_at, moved=None)
    assert done == Pipeline(oldest_due=None, moved=clock.now())


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (WELL, None),
        (replace(WELL, pipeline=Pipeline(LONG_AGO, LONG_AGO)), "a turn has been due for 360 s"),
        (replace(WELL, pipeline=Pipeline(LONG_AGO, None)), "a turn has been due for 360 s"),
        (replace(WELL, pipeline=Pipeline(LONG_AGO, NOON - timedelta(seconds=5))), None),
        (replace(WELL, pipeline=Pipeline(NOON - timedelta(seconds=30), None)), None),
        (replace(WELL, pipeline=Pipeline(LONG_AGO, None), up_for=timedelta(seconds=20)), None),
        (replace(WELL, pipeline=None), "the journal has not answered"),
        (replace(WELL, is_dispatching=False), "nobody takes up turns"),
    ],
    ids=[
        "well",
        "stuck",
        "never moved",
        "busy but moving",
        "short wait",
        "just started",
        "journal hangs",
        "dispatcher",
    ],
)
def test_what_counts_as_stuck(look: Look, expected: str | None) -> None:
    found = stuck(look)

    assert found is None if expected is None else found is not None and found.startswith(expected)


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (WELL, None),
        (replace(WELL, engines=replace(WELL.engines, burnt_threads=MOST_BURNT)), f"{MOST_BURNT} engine threads"),
        (replace(WELL, vitals=replace(WELL.vitals, files=1000)), "1000 of 1024"),
        (replace(WELL, vitals=replace(WELL.vitals, files=None)), None),
        (replace(WELL, vitals=replace(WELL.vitals, files=1000), up_for=SETTLED_AFTER / 2), None),
    ],
    ids=["well", "burnt threads", "open files", "uncounted files", "a limit set too low"],
)
def test_what_only_a_new_process_cures(look: Look, expected: str | None) -> None:
    found = worn_out(look)

    assert found is None if expected is None else found is not None and found.startswith(expected)


async def test_a_worn_out_process_asks_for_its_restart_and_is_alive_until_then(database: Database, ear: Ear) -> None:
    restarts: list[bool] = []

    watchdog(database, ear, restarts=restarts).judge(replace(WELL, vitals=replace(WELL.vitals, files=1000)))

    assert restarts == [True]
    assert (await ear.hears())["WATCHDOG"] == "1"


def test_the_status_is_a_sentence() -> None:
    three = replace(WELL.engines, salons=3, online=2)
    waiting = replace(WELL, engines=three, pipeline=Pipeline(NOON - timedelta(seconds=12), None))

    assert sentence(WELL) == "Online; nobody waits for an answer."
    assert sentence(waiting) == "2 of 3 salons online; the oldest turn waits 12 s."


async def test_the_whole_daemon_says_ready_when_it_serves_and_stopping_when_told_to(
    sandbox_directory: Path, tmp_path: Path, sandbox: WhatsAppSandbox, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = configured(tmp_path, sandbox, quiet_seconds=0.1)
    monkeypatch.setenv("NOTIFY_SOCKET", ear.line.getsockname())
    monkeypatch.setenv("WATCHDOG_USEC", "300000")

    async with running(sandbox_directory, config) as child:
        first, second = await ear.hears(), await ear.hears()
        printed = child.output
        code = await child.ends_after(signal.SIGTERM)
        last = first
        while "STOPPING" not in last:
            last = await ear.hears()

    assert first["READY"] == second["WATCHDOG"] == "1"
    assert '"serving"' in printed
    assert last["STATUS"] == "Finishing what is in work."
    assert code == 0

"""Metrics count each thing once, cost little in a journal of any size, and outlive a journal that cannot be read."""

from datetime import timedelta

import pytest

from salonbot.journal.counts import Counts
from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.probe import Probe
from salonbot.metrics.exposition import Metrics
from salonbot.metrics.instruments import Instruments
from salonbot.readiness import Limits, Readiness
from tests.clocks import HandClock
from tests.journal.test_days import turn
from tests.journal_fixtures import clock, database, door
from tests.messages import incoming

__all__ = ["clock", "database", "door"]


@pytest.fixture
def metrics(database: Database, clock: HandClock) -> Metrics:
    limits = Limits(silent=timedelta(minutes=5), turn=timedelta(minutes=3))
    readiness = Readiness(dict, Probe(database), Counts(database), lambda: limits, clock)
    return Metrics(Instruments(), database, dict, readiness, lambda: None, lambda: ["telegram"], clock)


async def lines(metrics: Metrics) -> dict[str, float]:
    """Samples by name and labels, those of nothing left out."""
    text = (await metrics.expose()).decode()
    pairs = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in pairs if float(value)}


async def test_what_was_there_before_the_process_is_not_counted(
    metrics: Metrics, database: Database, clock: HandClock, door: Door
) -> None:
    door.record(incoming("Привет", id="A1"))
    await turn(database, clock.now() - timedelta(hours=1))
    before = await lines(metrics)
    door.record(incoming("Ещё", id="A2"))
    await turn(database, clock.now(), outcomes=("slots", "booked"))
    after = await lines(metrics)

    assert not any(name.startswith(("salonbot_messages", "salonbot_turns_total")) for name in before)
    assert after['salonbot_messages_total{author="customer",salon="main"}'] == 2
    assert after['salonbot_turns_total{outcome="done",salon="main"}'] == 1
    assert after['salonbot_bookings_total{operation="booked",salon="main"}'] == 1
    assert after['salonbot_model_tokens_total{kind="input",model="claude-haiku-5-5",salon="main"}'] == 1000
    assert after["salonbot_answer_seconds_sum"] == pytest.approx(4)


async def test_a_turn_is_counted_once_however_often_it_is_looked_at(
    metrics: Metrics, database: Database, clock: HandClock
) -> None:
    for _ in range(3):
        await turn(database, clock.now())
        for _ in range(3):
            await lines(metrics)
            clock.advance(seconds=7)

    assert (await lines(metrics))['salonbot_turns_total{outcome="done",salon="main"}'] == 3


async def test_a_journal_that_cannot_be_read_leaves_the_house_measured(metrics: Metrics, database: Database) -> None:
    await lines(metrics)
    async with database.transaction() as db:
        await db.execute("ALTER TABLE turn RENAME TO elsewhere")

    found = await lines(metrics)
    assert "salonbot_ready" not in found, "not ready, with the reason"
    assert found['salonbot_not_ready_reason{reason="journal_not_writable"}'] == 1
    assert found['salonbot_alert_channel_broken{channel="telegram"}'] == 1


async def test_the_question_about_ended_turns_is_answered_from_an_index(database: Database) -> None:
    from salonbot.journal.figures import ENDED

    steps = [str(row["detail"]) for row in await database.rows(f"EXPLAIN QUERY PLAN {ENDED}", ("2026", 10))]

    assert any("turn USING INDEX turn_finished" in step for step in steps), steps

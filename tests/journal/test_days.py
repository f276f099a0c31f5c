"""A salon's days in figures, by its own clock; who waits and what comes; each question answered from an index."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from salonbot.journal import days as days_module
from salonbot.journal.database import Database
from salonbot.journal.days import Days
from salonbot.journal.moments import to_text
from salonbot.model.salon import SalonId
from tests.messages import SALON

BERLIN = ZoneInfo("Europe/Berlin")
SINCE = datetime(2026, 11, 24, tzinfo=BERLIN)
UNTIL = datetime(2026, 11, 25, tzinfo=BERLIN)
USAGE = {
    "stage": "understand",
    "model": "claude-haiku-5-5",
    "milliseconds": 800,
    "input_tokens": 1000,
    "output_tokens": 50,
}


async def turn(
    database: Database,
    at: datetime,
    *,
    state: str = "done",
    chat: str = "lid:1",
    answered_after: float | None = 4,
    outcomes: tuple[str, ...] = (),
    failure: str | None = None,
    salon: str = SALON,
) -> None:
    """One message, one turn, one answer."""
    moment = to_text(at)
    async with database.transaction() as db:
        made = await db.execute(
            "INSERT INTO turn (salon, chat, state, opened_at, due_at, taken_at, finished_at, outcomes, usage, failure)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                salon,
                chat,
                state,
                moment,
                moment,
                moment,
                moment,
                json.dumps([{"kind": kind} for kind in outcomes]),
                json.dumps([USAGE]),
                failure,
            ),
        )
        number = made.lastrowid
        await db.execute(
            "INSERT INTO message (salon, chat, id, author, kind, text, sent_at, recorded_at, turn)"
            " VALUES (?, ?, ?, 'customer', 'text', 'Привет', ?, ?, ?)",
            (salon, chat, f"M{number}", moment, moment, number),
        )
        if answered_after is not None:
            sent = to_text(at + timedelta(seconds=answered_after))
            for part in range(2):
                await db.execute(
                    "INSERT INTO reply (salon, chat, turn, part, recipient, text, state, created_at, sent_at)"
                    " VALUES (?, ?, ?, ?, 'x', 'y', 'sent', ?, ?)",
                    (salon, chat, number, part, sent, sent),
                )


async def test_a_day_is_counted(database: Database) -> None:
    for hour, seconds in ((9, 2), (10, 5), (11, 90)):
        await turn(database, SINCE.replace(hour=hour), answered_after=seconds, outcomes=("slots", "booked"))
    await turn(database, SINCE.replace(hour=12), state="failed", answered_after=None, failure="KeyError: x")
    await turn(database, SINCE.replace(hour=13), state="handed_over", answered_after=None)
    await turn(database, SINCE.replace(hour=14), salon="other")

    day = await Days(database).figures(SALON, SINCE, UNTIL, is_over=False)

    assert (day.messages, day.answered, day.failed, day.to_person, day.turns) == (5, 3, 1, 1, 5)
    assert (day.booked, day.moved, day.cancelled) == (3, 0, 0)
    assert day.seconds_to_answer == pytest.approx(5, abs=0.01)
    (usage,) = day.usage
    assert (usage.model, usage.input_tokens, usage.output_tokens) == ("claude-haiku-5-5", 5000, 250)


async def test_a_day_without_anything_has_no_median(database: Database) -> None:
    day = await Days(database).figures(SALON, SINCE, UNTIL, is_over=False)

    assert (day.messages, day.turns, day.seconds_to_answer, day.usage) == (0, 0, None, ())


async def test_the_salons_midnight_parts_the_days_also_when_clocks_are_set(database: Database) -> None:
    """On 25 October 2026 Berlin's day has 25 hours: half past midnight and half to midnight are both in it."""
    day, after = datetime(2026, 10, 25, tzinfo=BERLIN), datetime(2026, 10, 26, tzinfo=BERLIN)
    last_minute = datetime(2026, 10, 25, 23, 59, tzinfo=BERLIN)
    for moment in (day, last_minute, day - timedelta(minutes=1), after):
        await turn(database, moment.astimezone(UTC))

    assert (after.astimezone(UTC) - day.astimezone(UTC)) == timedelta(hours=25)
    assert (await Days(database).figures(SALON, day, after, is_over=False)).messages == 2


async def test_a_day_that_is_over_is_asked_about_once(database: Database) -> None:
    days = Days(database)
    await turn(database, SINCE.replace(hour=9))
    before = await days.figures(SALON, SINCE, UNTIL, is_over=True)
    await turn(database, SINCE.replace(hour=10))

    assert await days.figures(SALON, SINCE, UNTIL, is_over=True) is before
    assert (await days.figures(SALON, SINCE, UNTIL, is_over=False)).messages == 2


async def test_failures_are_told_by_what_happened_and_a_flood_is_none(database: Database) -> None:
    for minute, failure in enumerate(("KeyError: x", "refused: 463", "in doubt: y", "limited")):
        await turn(database, SINCE.replace(hour=9, minute=minute), state="failed", failure=failure)

    found = await Days(database).failures(SALON, SINCE, 10)

    assert [one.why for one in found] == ["doubt", "refused", "error"]


async def test_who_waits_longest_comes_first(database: Database) -> None:
    async with database.transaction() as db:
        for chat, since, name in (("lid:1", 11, "Анна"), ("lid:2", 9, ""), ("lid:3", None, "Олег")):
            await db.execute(
                "INSERT INTO contact (salon, chat, reply_to, phone, push_name, waits_since, first_seen)"
                " VALUES ('main', ?, 'x', '79161234567', ?, ?, 'x')",
                (chat, name, to_text(SINCE.replace(hour=since)) if since else None),
            )

    waiting = await Days(database).waiting(SALON, 10)
    assert [(one.chat, one.name) for one in waiting] == [("lid:2", ""), ("lid:1", "Анна")]


async def test_what_comes_is_shown_until_it_is_over(database: Database) -> None:
    now = SINCE.replace(hour=12)
    async with database.transaction() as db:
        for number, (hour, state) in enumerate(((10, "booked"), (11, "booked"), (15, "booked"), (13, "cancelled"))):
            start = SINCE.replace(hour=hour, minute=30)
            await db.execute(
                "INSERT INTO appointment (salon, chat, service, service_title, stylist, stylist_name, start, finish,"
                " state, name, created_at, changed_at) VALUES ('main', 'lid:1', 's', 'Стрижка', ?, 'Бари', ?, ?, ?,"
                " 'Анна', 'x', 'x')",
                (f"stylist {number}", to_text(start), to_text(start + timedelta(hours=1)), state),
            )

    coming = await Days(database).upcoming(SALON, now, 10, elsewhere=False)
    assert [one.start.astimezone(BERLIN).hour for one in coming] == [11, 15]
    assert coming[0].chat is None, "nobody of that chat is known"


@pytest.mark.parametrize(
    "question", ["MESSAGES", "TURNS", "OUTCOMES", "ANSWERS", "USAGE", "WAITING", "FAILURES", "VISITS", "RECORDS"]
)
async def test_every_question_is_answered_from_an_index(database: Database, question: str) -> None:
    sql = getattr(days_module, question)
    values = (SalonId("main"), "2026-11-24", "2026-11-25")[: max(sql.count("?"), 2)]

    steps = [str(row["detail"]) for row in await database.rows(f"EXPLAIN QUERY PLAN {sql}", values)]

    reads = [step for step in steps if step.startswith(("SCAN", "SEARCH")) and "json_each" not in step]
    assert reads
    assert all(step.startswith("SEARCH") and ("INDEX" in step or "PRIMARY KEY" in step) for step in reads), steps

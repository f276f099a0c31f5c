"""Why customers are not served: what counts as a reason, and for how long it may last before it does."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from salonbot.journal.alerts import Alerts
from salonbot.journal.counts import Counts
from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.probe import Probe
from salonbot.journal.troubles import Troubles
from salonbot.lookout import Lookout
from salonbot.model.alerts import Alert, AlertKind, News
from salonbot.model.salon import SalonId
from salonbot.readiness import Limits, Line, Readiness, Reason, Sight, reasons
from salonbot.whatsapp.states import SessionState, SessionStatus
from tests.clocks import HandClock
from tests.journal_fixtures import clock, database, door
from tests.messages import ANNA, SALON, incoming

__all__ = ["clock", "database", "door"]

NONE = timedelta(0)
LIMITS = Limits(silent=timedelta(minutes=5), turn=timedelta(minutes=3))
ONLINE = Line(SALON, SessionState.ONLINE, NONE, NONE, number="7999*****22")
WELL = Sight((ONLINE,), "", NONE)


def names(sight: Sight) -> list[str]:
    return [reason.name for reason in reasons(sight, LIMITS)]


def test_a_house_that_is_online_and_answers_is_ready() -> None:
    assert names(WELL) == []


@pytest.mark.parametrize("state", [state for state in SessionState if state.needs_person])
def test_every_end_of_a_session_is_a_reason_of_its_name_and_an_alert(state: SessionState) -> None:
    (reason,) = reasons(replace(WELL, lines=(replace(ONLINE, state=state, code=401),)), LIMITS)

    assert reason == Reason(state.value, SALON, "401")
    assert reason.kind is AlertKind(state.value)


@pytest.mark.parametrize("state", [SessionState.UNPAIRED, SessionState.PAIRING, SessionState.CONNECTING])
def test_a_phone_that_was_never_linked_is_a_reason_but_no_alert(state: SessionState) -> None:
    line = Line(SALON, state, timedelta(days=3), NONE)

    (reason,) = reasons(replace(WELL, lines=(line,)), LIMITS)

    assert reason.name == "not_linked"
    assert reason.kind is None


@pytest.mark.parametrize("state", [SessionState.CONNECTING, SessionState.RECONNECTING, SessionState.STOPPED])
def test_a_connection_may_be_away_for_a_moment_but_not_for_long(state: SessionState) -> None:
    away = replace(ONLINE, state=state, offline_for=LIMITS.silent)

    assert names(replace(WELL, lines=(away,))) == []
    longer = replace(away, offline_for=LIMITS.silent + timedelta(seconds=1))
    assert names(replace(WELL, lines=(longer,))) == ["silent"]


def test_online_without_a_sign_of_life_is_silent_too() -> None:
    assert names(replace(WELL, lines=(replace(ONLINE, silent_for=timedelta(minutes=6)),))) == ["silent"]


def test_a_turn_that_waits_too_long_and_a_journal_that_cannot_be_written_are_the_houses() -> None:
    assert names(replace(WELL, oldest_turn=timedelta(minutes=4))) == ["turn_too_old"]
    assert names(replace(WELL, journal_failure="disk full")) == ["journal_not_writable"]


class House:
    """A session that says what it was told to say, over a real journal."""

    def __init__(self, database: Database, clock: HandClock, state: Path) -> None:
        self.clock = clock
        self.database = database
        self.status = SessionStatus(
            state=SessionState.ONLINE,
            since=clock.now(),
            sentence="",
            number="7999*****22",
            qr=None,
            qr_seconds=60,
            qr_seconds_left=0,
            is_linking=False,
            until=None,
            code=None,
            last_event_age=0,
            reconnects=0,
            burnt_threads=0,
        )
        self.news: list[News] = []
        self.readiness = Readiness(
            lambda: {SALON: self.status}, Probe(database), Counts(database), lambda: LIMITS, clock
        )
        self.lookout = Lookout(
            self.readiness, Troubles(database), Alerts(database), lambda: [SALON], state, self.news.append, clock
        )

    def raised(self) -> list[tuple[AlertKind, int]]:
        """What was raised since this was last asked."""
        found = [(news.kind, news.count) for news in self.news if isinstance(news, Alert)]
        self.news.clear()
        return found


@pytest.fixture
def house(database: Database, clock: HandClock, tmp_path: Path) -> House:
    return House(database, clock, tmp_path)


async def test_how_long_a_session_was_away_is_counted_from_when_it_was_last_online(house: House) -> None:
    assert await house.readiness.reasons() == ()
    house.status = replace(house.status, state=SessionState.RECONNECTING)
    house.clock.advance(minutes=3)
    assert await house.readiness.reasons() == ()
    house.status = replace(house.status, state=SessionState.CONNECTING)
    house.clock.advance(minutes=3)
    assert [reason.name for reason in await house.readiness.reasons()] == ["silent"]
    house.status = replace(house.status, state=SessionState.ONLINE)
    assert await house.readiness.reasons() == ()


async def test_a_turn_that_waits_makes_the_house_not_ready(house: House, door: Door) -> None:
    door.record(incoming("Здравствуйте"))
    house.clock.advance(minutes=4)

    assert [reason.name for reason in await house.readiness.reasons()] == ["turn_too_old"]


async def test_a_journal_that_cannot_be_written_is_found_out_by_writing(house: House) -> None:
    assert await house.readiness.reasons() == ()
    await house.database._connection.execute("PRAGMA query_only = ON")
    assert await house.readiness.reasons() == (), "it was tried a moment ago"
    house.clock.advance(seconds=11)
    (reason,) = await house.readiness.reasons()

    assert (reason.name, reason.salon) == ("journal_not_writable", None)
    await house.lookout.look()
    assert house.raised() == [(AlertKind.JOURNAL_NOT_WRITABLE, 1)]


async def test_a_failure_somebody_else_met_counts_at_once_and_its_end_too(house: House) -> None:
    """One row that is written over and over finds room on a disk that has none for a message."""
    assert await house.readiness.reasons() == ()
    house.database.trouble.failed("database or disk is full")

    assert [reason.detail for reason in await house.readiness.reasons()] == ["database or disk is full"]

    house.database.trouble._clock = lambda: float("inf")
    house.database.trouble.worked()
    assert await house.readiness.reasons() == ()


async def test_the_lookout_raises_what_is_seen_once_and_says_when_it_is_over(house: House, database: Database) -> None:
    await house.readiness.reasons()
    house.status = replace(house.status, state=SessionState.RECONNECTING)
    house.clock.advance(minutes=6)
    await house.lookout.look()
    await house.lookout.look()
    assert house.raised() == [(AlertKind.SILENT, 1)]
    await Alerts(database).note(Alert(kind=AlertKind.SILENT, salon=SALON), house.clock.now())
    await Alerts(database).note(Alert(kind=AlertKind.LOGGED_OUT, salon=SALON), house.clock.now())
    await house.lookout.look()
    assert house.news == []
    house.status = replace(house.status, state=SessionState.ONLINE)
    await house.lookout.look()

    assert {news.kind for news in house.news} == {AlertKind.SILENT, AlertKind.LOGGED_OUT}


async def test_customers_who_wait_for_a_person_are_counted_and_more_of_them_are_raised_again(
    house: House, door: Door, database: Database
) -> None:
    for number, chat in enumerate((ANNA, "lid:5"), start=1):
        door.record(replace(incoming("Позовите человека", id=f"A{number}"), chat=chat))  # type: ignore[arg-type]
        async with database.transaction() as db:
            await db.execute("UPDATE contact SET waits_since = ?", ("2026-11-24T09:00:00.000000Z",))
        await house.lookout.look()
        await house.lookout.look()

    assert house.raised() == [(AlertKind.PERSON_WANTED, 1), (AlertKind.PERSON_WANTED, 2)]


async def test_failed_turns_refused_replies_and_unreadable_messages_are_raised(
    house: House, database: Database
) -> None:
    at = "2026-11-24T09:01:00.000000Z"
    async with database.transaction() as db:
        for failure in ("KeyError: x", "refused: 463", "limited"):
            await db.execute(
                "INSERT INTO turn (salon, chat, state, opened_at, due_at, finished_at, failure)"
                " VALUES ('main', 'lid:1', 'failed', ?, ?, ?, ?)",
                (at, at, at, failure),
            )
        await db.execute(
            "INSERT INTO message (salon, chat, id, author, kind, text, sent_at, recorded_at)"
            " VALUES ('main', 'lid:1', 'X', 'customer', 'undecryptable', '', ?, ?)",
            (at, at),
        )
    house.clock.advance(minutes=2)
    await house.lookout.look()

    kinds = [AlertKind.TURNS_FAILING, AlertKind.REPLIES_REFUSED, AlertKind.MESSAGES_LOST]
    assert house.raised() == [(kind, 1) for kind in kinds]


async def test_what_is_asked_every_few_seconds_is_answered_from_an_index(database: Database) -> None:
    from salonbot.journal import troubles

    for sql in (troubles.WAITING, troubles.NOTED, troubles.FAILED, troubles.REFUSED, troubles.UNREADABLE):
        plan = [
            str(row["detail"]) for row in await database.rows(f"EXPLAIN QUERY PLAN {sql}", ["2026"] * sql.count("?"))
        ]
        assert all("USING" in step and "INDEX" in step for step in plan if step.startswith(("SCAN", "SEARCH"))), plan


async def test_the_lookout_goes_on_where_the_folder_it_watches_is_not_there_any_more(
    database: Database, clock: HandClock, tmp_path: Path
) -> None:
    house = House(database, clock, tmp_path / "gone")
    house.status = replace(house.status, state=SessionState.LOGGED_OUT)

    await house.lookout.look()

    assert (AlertKind.LOGGED_OUT, 1) in house.raised()


async def test_what_was_the_matter_with_a_salon_that_is_no_more_is_over(house: House, database: Database) -> None:
    gone = Alert(kind=AlertKind.LOGGED_OUT, salon=SalonId("gone"))
    await Alerts(database).note(gone, house.clock.now())
    house.status = replace(house.status, state=SessionState.LOGGED_OUT)
    await Alerts(database).note(replace(gone, salon=SALON), house.clock.now())
    await house.lookout.look()

    over = [(news.kind, news.salon) for news in house.news if not isinstance(news, Alert)]
    assert (AlertKind.LOGGED_OUT, "gone") in over
    assert (AlertKind.LOGGED_OUT, SALON) not in over

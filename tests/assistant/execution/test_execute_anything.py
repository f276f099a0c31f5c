"""Whatever a brain makes of whatever a customer writes: no crash, nobody else's records, nothing changed unasked."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.journal.database import Database
from salonbot.model.commands import (
    CancelAppointment,
    Command,
    CreateAppointment,
    ExplainService,
    HandOver,
    ListServices,
    RescheduleAppointment,
    SaveName,
    SearchSlots,
    ShowAppointments,
    ShowSchedule,
)
from salonbot.model.outcomes import Booked, Cancelled, ConfirmationNeeded, Moved, Outcome
from tests.assistant.execution.talk import Talk
from tests.booking.salon import ANNA, BARI, CUT, HIDDEN, IVAN, MOSCOW, NOW, PLAN, TODAY, TOMORROW, at
from tests.clocks import HandClock

words = st.one_of(
    st.sampled_from(["Стрижка", "борода", "Маникюр", "Бари", "Сергею", "Ольга", "стрижку", "", "+", "Массаж"]),
    st.text(),
)
days = st.one_of(st.none(), st.dates(TODAY - timedelta(days=2), TODAY + timedelta(days=40)), st.dates())
clocks = st.one_of(st.none(), st.times())
starts = st.one_of(
    st.sampled_from([at(TOMORROW, "15:00"), at(TOMORROW, "15:30"), at(TODAY, "16:00")]),
    st.datetimes(timezones=st.just(MOSCOW), allow_imaginary=False),
    st.sampled_from([datetime.min.replace(tzinfo=MOSCOW), datetime.max.replace(tzinfo=MOSCOW)]),
)
maybe = st.one_of(st.none(), words)
windows = {"date_from": days, "date_to": days, "time_from": clocks, "time_to": clocks}
commands: st.SearchStrategy[Command] = st.one_of(
    st.builds(ListServices, service=maybe, category=maybe),
    st.builds(ExplainService, service=words),
    st.builds(SearchSlots, service=maybe, stylist=maybe, **windows),
    st.builds(ShowSchedule, stylist=words, date_from=days, date_to=days),
    st.builds(CreateAppointment, service=words, start=starts, stylist=maybe, name=maybe),
    st.builds(RescheduleAppointment, start=st.one_of(st.none(), starts), confirmed=st.booleans(), **windows),
    st.builds(CancelAppointment, confirmed=st.booleans()),
    st.builds(ShowAppointments),
    st.builds(SaveName, name=words),
    st.builds(HandOver),
)
turns = st.tuples(st.lists(commands, max_size=4), st.one_of(st.none(), st.text()), st.one_of(st.none(), st.integers()))


@settings(max_examples=40)
@given(st.lists(turns, max_size=6))
def test_no_turns_crash_or_touch_another_customers_visit(
    story: list[tuple[list[Command], str | None, int | None]],
) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(_tell(story, Path(folder)))


async def _tell(story: list[tuple[list[Command], str | None, int | None]], folder: Path) -> None:
    database, clock = await Database.open(folder / "journal.sqlite3"), HandClock(NOW)
    calendar = EmbeddedCalendar(PLAN, database, clock)
    try:
        of_ivan = await calendar.book(CUT, BARI, at(TODAY + timedelta(days=2), "12:00"), IVAN, key="ivan")
        for talk in (Talk(calendar, clock, ANNA), Talk(calendar, clock, HIDDEN)):
            heard: list[Outcome] = []
            for said, phone, choice in story:
                once = await talk.execution(*said, phone=phone, choice=choice)
                outcomes = await talk.says(*said, phone=phone, choice=choice)
                assert _written(outcomes) == _written(once.outcomes)
                heard.extend(outcomes)
            changed = [outcome for outcome in heard if isinstance(outcome, Moved | Cancelled)]
            asked = [outcome for outcome in heard if isinstance(outcome, ConfirmationNeeded)]
            assert len(changed) <= len(asked)
            assert all(outcome.appointment.customer_name != "Иван" for outcome in changed)
        assert await calendar.appointments(IVAN) == (of_ivan,)
    finally:
        await database.close()


def _written(outcomes: tuple[Outcome, ...]) -> list[Outcome]:
    """What a turn executed again must say again; free slots, of course, have changed."""
    return [outcome for outcome in outcomes if isinstance(outcome, Booked | Moved | Cancelled)]

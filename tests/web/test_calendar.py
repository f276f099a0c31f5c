"""The calendar's pages: what is on record is seen, what cannot be is refused in words, what is done is told."""

import re
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salonbot.config.catalogue import Draft
from salonbot.journal.appointments import DESK, Entry
from salonbot.journal.edits import Edit
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState
from salonbot.model.salon import Hours, ServiceId, StylistId
from salonbot.web.calendar.sheet import Duty, sheet
from tests.clocks import HandClock
from tests.frontdesk import Salon
from tests.journal_fixtures import clock, database, door
from tests.web.desks import Visitor, mistakes_of, visiting, words_of

__all__ = ["clock", "database", "door"]

WISH = {"service": "стрижка", "stylist": "бари", "day": "2026-11-25", "time": "15:00", "name": "Пётр", "key": "k"}
MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture
async def salon(database: Any, door: Any, clock: HandClock) -> Salon:
    """Tuesday, 24 November 2026, 12:00 in Moscow."""
    opened = Salon(database, door, clock)
    await opened.rulebook.load()
    return opened


@pytest.fixture
async def visitor(salon: Salon) -> AsyncIterator[Visitor]:
    async with visiting(salon) as opened:
        yield opened


async def test_a_visit_written_down_is_seen_on_its_day_and_in_its_week(visitor: Visitor) -> None:
    assert await visitor.post("calendar/new", **WISH) == "/s/main/calendar?day=2026-11-25"

    for view in ("day=2026-11-25", "day=2026-11-23&view=week&stylist=бари", "day=2026-11-29&view=week"):
        page = words_of(await visitor.get(f"calendar?{view}"))
        assert "15:00 –16:00 Пётр Стрижка" in page


async def test_a_day_shows_everybody_with_their_hours_and_their_days_off(visitor: Visitor) -> None:
    page = words_of(await visitor.get("calendar?day=2026-11-25"))

    assert "Бари 10:00–20:00" in page
    assert "Рамзан Выходной" in page
    assert "Среда" in page or "среда, 25 ноября 2026" in page


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"time": "15:30"}, "time", "занято"),
        ({"time": "21:00"}, "time", "не работает"),
        ({"day": "2026-11-24", "time": "09:00"}, "time", "прошло"),
        ({"service": ""}, "service", "Выберите услугу"),
        ({"stylist": "никто"}, "stylist", "Выберите мастера"),
        ({"stylist": "ольга"}, "stylist", "не выполняет"),
        ({"day": "31.12.2026"}, "day", "Нужна дата"),
        ({"day": "0001-01-01"}, "day", "Нужна дата"),
        ({"day": "9999-12-31"}, "day", "Нужна дата"),
        ({"time": "полдень"}, "time", "Нужно время"),
        ({"phone": "12"}, "phone", "полный номер"),
        ({"minutes": "час"}, "minutes", "от 5 до 720"),
        ({"minutes": "1"}, "minutes", "от 5 до 720"),
    ],
)
async def test_what_cannot_be_written_down_is_said_at_its_field(
    visitor: Visitor, changed: dict[str, str], field: str, sentence: str
) -> None:
    await visitor.post("calendar/new", **WISH)

    page = await visitor.post("calendar/new", 422, **{**WISH, "key": "other", **changed})

    assert sentence in mistakes_of(page)[field]
    assert "Пётр" in page


async def test_a_time_that_is_taken_is_answered_with_what_is_free(visitor: Visitor) -> None:
    await visitor.post("calendar/new", **WISH)

    page = await visitor.post("calendar/new", 422, **{**WISH, "key": "other"})

    free = re.findall(r'name="time" value="(\d\d:\d\d)"', page)
    assert "14:00" in free
    assert "15:00" not in free


async def test_outside_hours_is_written_down_when_it_is_meant(visitor: Visitor) -> None:
    late = {**WISH, "time": "20:30"}
    asked = await visitor.post("calendar/new", 422, **late)

    assert 'name="outside"' in asked
    await visitor.post("calendar/new", **{**late, "outside": "on"})
    assert "Вне рабочих часов" in words_of(await visitor.get("calendar?day=2026-11-25"))


async def test_a_visit_until_midnight_is_not_on_the_next_day(visitor: Visitor) -> None:
    await visitor.post("calendar/new", **{**WISH, "time": "23:00", "outside": "on"})
    await visitor.post("calendar/new", **{**WISH, "day": "2026-11-24", "time": "23:30", "outside": "on", "key": "late"})

    week = await visitor.get("calendar?view=week&day=2026-11-25&stylist=бари")
    days = [column.count('class="visit ') for column in week.split("<section")[1:]]

    assert days == [0, 1, 2, 0, 0, 0, 0], "Tuesday's goes on for half an hour of Wednesday"


async def test_the_form_sent_twice_writes_one_visit(visitor: Visitor, salon: Salon) -> None:
    await visitor.post("calendar/new", **WISH)
    await visitor.post("calendar/new", **WISH)

    assert len(await salon.database.rows("SELECT * FROM appointment")) == 1


async def test_a_visit_is_moved_and_cancelled_and_its_customer_told(visitor: Visitor, salon: Salon) -> None:
    await salon.says("Запишите Анну к Бари на стрижку завтра в 15:00")
    page = await visitor.get("calendar/visits/1")
    assert 'name="tell" checked' in page

    await visitor.post("calendar/visits/1/move", stylist="сергей", day="2026-11-26", time="11:10", tell="on", key="m")
    await visitor.post("calendar/visits/1/cancel", tell="on", key="c")

    told = [row["text"] for row in await salon.database.rows("SELECT text FROM reply ORDER BY id")][1:]
    assert [text.split(".")[1].strip() for text in told] == ["Запись перенесена", told[1].split(".")[1].strip()]
    assert "мастер Сергей" in told[0]
    assert "11:10" in told[0]
    assert "Запись отменена" in told[1]
    assert "Отменена" in words_of(await visitor.get("calendar/visits/1"))


async def test_a_visit_may_take_longer_than_its_service_and_nobody_is_told_of_that(
    visitor: Visitor, salon: Salon
) -> None:
    await salon.says("Запишите Анну к Бари на стрижку завтра в 15:00")

    await visitor.post(
        "calendar/visits/1/move", stylist="бари", day="2026-11-25", time="15:00", minutes="90", tell="on", key="m"
    )

    assert "15:00 –16:30 Анна" in words_of(await visitor.get("calendar?day=2026-11-25"))
    assert len(await salon.database.rows("SELECT * FROM reply")) == 1


async def test_a_customer_is_not_told_where_nobody_wants_it(visitor: Visitor, salon: Salon) -> None:
    await salon.says("Запишите Анну к Бари на стрижку завтра в 15:00")

    await visitor.post("calendar/visits/1/cancel", key="c")

    assert len(await salon.database.rows("SELECT * FROM reply")) == 1
    assert salon.woken == []


async def test_what_is_over_cannot_be_changed(visitor: Visitor, clock: HandClock) -> None:
    await visitor.post("calendar/new", **WISH)
    clock.advance(days=2)

    page = await visitor.post("calendar/visits/1/cancel", 409, key="c")

    assert "больше нельзя изменить" in page


async def test_a_stylist_who_has_left_keeps_a_column_for_what_is_left(visitor: Visitor, salon: Salon) -> None:
    await visitor.post("calendar/new", **WISH)

    def without(draft: Draft) -> Draft:
        return draft.without_stylist("бари")

    await salon.rulebook.change_catalogue(without, Edit("stylist", "Бари"), "Хозяйка")

    page = words_of(await visitor.get("calendar?day=2026-11-25"))
    assert "Бари Нет в списке мастеров" in page
    assert "Вне рабочих часов" in page


async def test_when_hours_change_a_visit_outside_them_stays_and_is_shown_as_such(
    visitor: Visitor, salon: Salon
) -> None:
    await visitor.post("calendar/new", **WISH)

    def mornings(draft: Draft) -> Draft:
        return draft.with_stylist("бари", {**(draft.stylist("бари") or {}), "hours": {"wed": "10:00-12:00"}})

    await salon.rulebook.change_catalogue(mornings, Edit("stylist", "Бари"), "Хозяйка")

    page = words_of(await visitor.get("calendar?day=2026-11-25"))
    assert "15:00 –16:00 Пётр Стрижка Вне рабочих часов" in page


async def test_whatever_a_customer_is_called_it_is_text(visitor: Visitor) -> None:
    await visitor.post("calendar/new", **{**WISH, "name": "<script>alert(1)</script>"})

    for path in ("calendar?day=2026-11-25", "calendar/visits/1"):
        page = await visitor.get(path)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "path",
    ["calendar?day=x", "calendar?day=0001-01-01", "calendar?day=9999-12-31&view=week", "calendar?view=week&stylist=нет",
     "calendar/part?day=2026-11-25", "calendar/new?start=x&stylist=y&service=z"],
)  # fmt: skip
async def test_a_strange_address_shows_some_page(visitor: Visitor, path: str) -> None:
    assert "<" in await visitor.get(path)


async def test_a_visit_that_is_not_there_is_not_found(visitor: Visitor) -> None:
    for visit in ("77", "x", "1e3", "%D9%A1"):
        await visitor.get(f"calendar/visits/{visit}", 404)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.dictionaries(st.sampled_from([*WISH, "phone", "outside", "tell"]), st.text(max_size=30)))
async def test_no_form_breaks_the_page(visitor: Visitor, form: dict[str, str]) -> None:
    page = await visitor.post("calendar/new", 422, **{**WISH, **form, "service": "нет такой"})

    assert "<form" in page


def visit(start: datetime, minutes: int, number: int = 1) -> Entry:
    return Entry(
        Appointment(
            id=AppointmentId(str(number)),
            service_id=ServiceId("s"),
            service_title="Стрижка",
            stylist_id=StylistId("b"),
            stylist_name="Бари",
            start=start,
            duration=timedelta(minutes=minutes),
            state=AppointmentState.BOOKED,
            customer_name="Анна",
            customer_phone=None,
        ),
        DESK,
    )


def duty(day: date, *entries: Entry, hours: tuple[Hours, ...] = (Hours(time(10), time(20)),)) -> Duty:
    return Duty(StylistId("b"), "Бари", day, hours, entries)


def test_a_sheet_counts_rows_of_five_minutes_from_its_first_hour() -> None:
    day = date(2026, 11, 25)
    now = datetime(2026, 11, 25, 12, 7, tzinfo=MOSCOW)

    made = sheet([duty(day, visit(datetime(2026, 11, 25, 15, 10, tzinfo=MOSCOW), 45))], now, ())

    (column,) = made.columns
    assert (made.first_hour, made.last_hour, made.rows) == (10, 20, 120)
    assert (column.visits[0].place.row, column.visits[0].place.rows) == (62, 9)
    assert [(f"{gap.start:%H:%M}", f"{gap.end:%H:%M}") for gap in column.gaps] == [
        ("12:15", "15:10"),
        ("15:55", "20:00"),
    ]
    assert column.now_row == 25


def test_a_sheet_grows_to_visits_outside_hours_and_shades_what_is_closed() -> None:
    day = date(2026, 11, 25)
    now = datetime(2026, 11, 1, tzinfo=MOSCOW)
    hours = (Hours(time(10), time(14)), Hours(time(15), time(18)))

    made = sheet([duty(day, visit(datetime(2026, 11, 25, 7, 30, tzinfo=MOSCOW), 60), hours=hours)], now, ())

    (column,) = made.columns
    assert (made.first_hour, made.last_hour) == (7, 18)
    assert [(place.row, place.rows) for place in column.closed] == [(0, 36), (84, 12)]


@pytest.mark.parametrize(
    ("start", "minutes", "row", "rows"),
    [
        (datetime(2027, 3, 28, 1, 30), 60, 18, 24),  # noqa: DTZ001 - until 3:30 on the wall
        (datetime(2027, 10, 31, 2, 30), 60, 30, 12),  # noqa: DTZ001 - until 2:30 once more
        (datetime(2027, 10, 30, 23, 30), 60, 0, 6),  # noqa: DTZ001 - what is left of it after midnight
    ],
)
def test_where_the_clocks_change_a_visit_stands_where_the_wall_clock_shows_it(
    start: datetime, minutes: int, row: int, rows: int
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    entry = visit(start.replace(tzinfo=berlin), minutes)
    day = entry.appointment.end.date()
    now = datetime(2027, 1, 1, tzinfo=berlin)

    (column,) = sheet([duty(day, entry, hours=(Hours(time(0), time(6)),))], now, ()).columns

    assert (column.visits[0].place.row, column.visits[0].place.rows) == (row, rows)


@given(
    hours=st.lists(st.tuples(st.integers(0, 22), st.integers(1, 8)), max_size=3),
    visits=st.lists(st.tuples(st.integers(0, 287), st.integers(1, 60)), max_size=6),
    now=st.integers(0, 1439),
)
def test_nothing_ever_leaves_the_sheet(hours: list[tuple[int, int]], visits: list[tuple[int, int]], now: int) -> None:
    day, midnight = date(2026, 11, 25), datetime(2026, 11, 25, tzinfo=MOSCOW)
    worked = tuple(Hours(time(begin), time(min(begin + length, 23))) for begin, length in hours if begin < 23)
    entries = [visit(midnight + timedelta(minutes=5 * at), 5 * rows) for at, rows in visits]

    made = sheet([duty(day, *entries, hours=worked)], midnight + timedelta(minutes=now), ())

    (column,) = made.columns
    for place in (*(one.place for one in column.items), *column.closed):
        assert place.row >= 0
        assert place.rows >= 1
        assert place.row + place.rows <= made.rows + 1

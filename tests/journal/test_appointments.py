"""The table of appointments itself: what the database refuses whatever the code above it believes."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from salonbot.journal import appointments
from salonbot.journal.appointments import Operation, Overlap
from salonbot.journal.database import Database
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId, ServiceId, StylistId

SALON, ANNA, IVAN = SalonId("main"), ChatKey("lid:1"), ChatKey("lid:2")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
THREE = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


def visit(start: datetime = THREE, *, stylist: str = "bari", minutes: int = 60) -> Appointment:
    return Appointment(
        id=AppointmentId(""),
        service_id=ServiceId("cut"),
        service_title="Стрижка",
        stylist_id=StylistId(stylist),
        stylist_name=stylist,
        start=start,
        duration=timedelta(minutes=minutes),
        state=AppointmentState.BOOKED,
        customer_name="Анна",
        customer_phone="79161234567",
    )


async def insert(database: Database, wish: Appointment, key: str, chat: ChatKey = ANNA) -> Appointment:
    async with database.transaction() as db:
        return await appointments.insert(db, SALON, chat, wish, key=key, now=NOW)


async def change(database: Database, before: Appointment, wanted: Appointment, key: str) -> Appointment:
    async with database.transaction() as db:
        return await appointments.change(db, SALON, before, wanted, Operation.MOVE, key=key, now=NOW)


async def test_what_was_written_is_read_back(database: Database) -> None:
    written = await insert(database, visit(), "1")

    assert await appointments.owned(database.rows, SALON, written.id, chat=ANNA, phone=None) == written
    assert await appointments.done_under(database.rows, SALON, "1") == written
    assert await appointments.done_under(database.rows, SALON, "2") is None


@pytest.mark.parametrize(("minutes_later", "length"), [(0, 60), (-30, 60), (30, 60), (15, 15), (-60, 180)], ids=str)
async def test_the_table_refuses_any_overlap(database: Database, minutes_later: int, length: int) -> None:
    await insert(database, visit(), "1")

    with pytest.raises(Overlap):
        await insert(database, visit(THREE + timedelta(minutes=minutes_later), minutes=length), "2", IVAN)

    assert await appointments.done_under(database.rows, SALON, "2") is None


async def test_visits_may_touch_and_stylists_work_side_by_side(database: Database) -> None:
    await insert(database, visit(), "1")
    await insert(database, visit(THREE + timedelta(hours=1)), "2")
    await insert(database, visit(THREE - timedelta(hours=1)), "3")
    await insert(database, visit(stylist="sergey"), "4")

    busy = await appointments.busy(database.rows, SALON, THREE, THREE + timedelta(minutes=1))
    assert [(one.stylist, one.start) for one in busy] == [("bari", THREE), ("sergey", THREE)]


async def test_a_cancelled_visit_takes_no_time_and_cannot_come_back_over_another(database: Database) -> None:
    first = await insert(database, visit(), "1")
    cancelled = await change(database, first, replace(first, state=AppointmentState.CANCELLED), "2")
    await insert(database, visit(), "3", IVAN)

    with pytest.raises(Overlap):
        await change(database, cancelled, first, "4")


async def test_a_key_is_written_once(database: Database) -> None:
    await insert(database, visit(), "1")

    with pytest.raises(sqlite3.IntegrityError):
        await insert(database, visit(THREE + timedelta(hours=2)), "1")

    upcoming = await appointments.upcoming(database.rows, SALON, chat=ANNA, phone=None, now=NOW)
    assert [appointment.start for appointment in upcoming] == [THREE]


async def test_an_end_before_the_start_is_no_visit(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await insert(database, visit(minutes=0), "1")


async def test_busy_time_is_found_without_reading_the_history(database: Database) -> None:
    plan = await database.rows("EXPLAIN QUERY PLAN " + appointments.BUSY, (SALON, "2026", "2027", None))

    assert any("appointment_busy (salon=? AND finish>?)" in row["detail"] for row in plan)

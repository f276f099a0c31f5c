"""Records made elsewhere through us, and writes whose fate is not known yet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from salonbot.journal.appointments import Operation
from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.records import KnownRecord, Records
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState
from salonbot.model.messages import ChatKey
from salonbot.model.salon import PriceRange, SalonId, ServiceId, StylistId
from tests.messages import incoming

SALON, ANNA = SalonId("main"), ChatKey("lid:1")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
THREE = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
VISIT = Appointment(
    id=AppointmentId("700001"),
    service_id=ServiceId("101"),
    service_title="Стрижка",
    stylist_id=StylistId("501"),
    stylist_name="Бари",
    start=THREE,
    duration=timedelta(hours=1),
    state=AppointmentState.BOOKED,
    customer_name="Анна",
    customer_phone="79161234567",
    price=PriceRange(150000, 200000),
)
MADE = KnownRecord(VISIT.id, ANNA, "79161234567", "Анна", "f" * 32)


@pytest.fixture
def records(database: Database) -> Records:
    return Records(database, SALON)


async def test_an_intention_is_found_until_it_is_dropped_or_settled(records: Records) -> None:
    assert await records.intention("k") is None
    await records.begin("k", Operation.BOOK, "0042", VISIT, NOW)

    begun = await records.intention("k")
    assert begun is not None
    assert (begun.is_done, begun.marker, begun.appointment, begun.begun_at) == (False, "0042", VISIT, NOW)
    await records.drop("k")
    assert await records.intention("k") is None


async def test_a_settled_write_remembers_its_record_and_cannot_be_dropped(records: Records) -> None:
    await records.begin("k", Operation.BOOK, "0042", VISIT, NOW)
    await records.settle("k", VISIT, NOW, made=MADE)
    await records.drop("k")

    done = await records.intention("k")
    assert done is not None
    assert done.is_done
    assert await records.known(VISIT.id) == MADE


async def test_records_are_found_by_chat_and_by_full_phone_while_they_are_to_come(records: Records) -> None:
    await records.begin("k", Operation.BOOK, "0042", VISIT, NOW)
    await records.settle("k", VISIT, NOW, made=MADE)
    stranger = ChatKey("lid:2")

    assert await records.made_for(ANNA, None, since=NOW) == (MADE,)
    assert await records.made_for(stranger, "79161234567", since=NOW) == (MADE,)
    assert await records.made_for(stranger, "9161234567", since=NOW) == ()
    assert await records.made_for(stranger, None, since=NOW) == ()
    assert await records.made_for(ANNA, None, since=THREE) == ()


async def test_two_salons_do_not_see_each_others_records(records: Records, database: Database) -> None:
    await records.begin("k", Operation.BOOK, "0042", VISIT, NOW)
    await records.settle("k", VISIT, NOW, made=MADE)
    other = Records(database, SalonId("second"))

    assert await other.intention("k") is None
    assert await other.known(VISIT.id) is None
    assert await other.made_for(ANNA, "79161234567", since=NOW) == ()


async def test_records_of_a_phones_chat_follow_it_when_it_becomes_known_by_its_lid(
    records: Records, door: Door
) -> None:
    by_phone = door.record(incoming("Запишите", by_phone=True)).chat
    known = replace(MADE, chat=by_phone, phone=None)
    await records.begin("k", Operation.BOOK, "0042", VISIT, NOW)
    await records.settle("k", VISIT, NOW, made=known)

    by_lid = door.record(incoming("Спасибо")).chat

    assert by_lid != by_phone
    assert [one.id for one in await records.made_for(by_lid, None, since=NOW)] == [VISIT.id]

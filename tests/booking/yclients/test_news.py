"""What the salon's own people do to a visit: told where a customer minds, to its owner alone, and once."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from salonbot.booking.system import Guest
from salonbot.booking.yclients.errors import Unreadable
from salonbot.booking.yclients.news import Change
from salonbot.booking.yclients.system import YClientsBooking
from salonbot.journal.appointments import Operation
from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.news import RecordNews
from salonbot.journal.records import Records
from salonbot.model.booking import AppointmentId
from salonbot.model.messages import ChatKey
from salonbot.model.outcomes import Cancelled, Moved
from salonbot.model.salon import SalonId
from salonbot.sandbox.yclients.salon import Record
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.booking.salon import BARI, CUT, TOMORROW, at
from tests.booking.yclients.connecting import Connect
from tests.clocks import HandClock
from tests.journal_fixtures import GATHERING
from tests.messages import ANNA, incoming

MAIN = SalonId("main")
PHONE = "79161234567"
GUEST = Guest(chat=ANNA, name="Анна", phone=PHONE)
AT_THREE, AT_FOUR = at(TOMORROW, "15:00"), at(TOMORROW, "16:00")
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Teller:
    """Keeps what would be said, to whom."""

    told: list[tuple[ChatKey, Change]] = field(default_factory=list)

    async def __call__(self, chat: ChatKey, change: Change) -> tuple[str, ...]:
        self.told.append((chat, change))
        return ("Салон изменил вашу запись.",)


@pytest.fixture
def anna_has_written(database: Database, clock: HandClock) -> Iterator[None]:
    door = Door(database.path, clock, GATHERING)
    door.record(replace(incoming("Здравствуйте"), salon=MAIN))
    yield
    door.close()


@pytest.fixture
def teller() -> Teller:
    return Teller()


pytestmark = pytest.mark.usefixtures("anna_has_written")


async def book(booking: YClientsBooking, sandbox: YClientsSandbox) -> tuple[AppointmentId, Record]:
    booked = await booking.book(CUT, BARI, AT_THREE, GUEST, key="k")
    return booked.id, sandbox.salon.records[int(booked.id)]


async def test_a_visit_the_salon_moves_and_then_cancels_is_told_once_each(
    connect: Connect, sandbox: YClientsSandbox, teller: Teller, clock: HandClock, database: Database
) -> None:
    async with connect() as booking:
        number, record = await book(booking, sandbox)
        record.start += HOUR
        told = [await booking.news.look(number, teller) for _ in range(3)]
        clock.advance(minutes=1)
        record.deleted = True
        told += [await booking.news.look(number, teller) for _ in range(3)]

    assert told == [ANNA, None, None, ANNA, None, None]
    (_, moved), (_, cancelled) = teller.told
    assert isinstance(moved, Moved)
    assert (moved.previous_start, moved.appointment.start) == (AT_THREE, AT_FOUR)
    assert isinstance(cancelled, Cancelled)
    rows = await database.rows("SELECT state FROM turn WHERE state = 'replying'")
    assert len(rows) == 2


async def test_a_deleted_record_that_is_not_shown_any_more_is_a_cancellation(
    connect: Connect, sandbox: YClientsSandbox, teller: Teller
) -> None:
    sandbox.quirks.deleted_is_404 = True
    async with connect() as booking:
        number, record = await book(booking, sandbox)
        record.deleted = True
        await booking.news.look(number, teller)
        await booking.news.look(number, teller)

    assert [type(change) for _, change in teller.told] == [Cancelled]


async def test_what_the_customer_does_through_the_bot_is_no_news_and_does_not_hide_the_salons_answer_to_it(
    connect: Connect, sandbox: YClientsSandbox, teller: Teller, clock: HandClock
) -> None:
    async with connect() as booking:
        number, record = await book(booking, sandbox)
        await booking.news.look(number, teller)
        clock.advance(minutes=1)
        await booking.move(number, AT_FOUR, GUEST, key="m")
        own = await booking.news.look(number, teller)
        clock.advance(minutes=1)
        record.start -= HOUR
        back = await booking.news.look(number, teller)

    assert own is None
    assert back == ANNA
    assert isinstance(teller.told[0][1], Moved)
    assert len(teller.told) == 1


async def test_an_event_that_overtakes_the_bots_own_write_is_no_news(
    connect: Connect, sandbox: YClientsSandbox, teller: Teller, clock: HandClock, database: Database
) -> None:
    async with connect() as booking:
        number, record = await book(booking, sandbox)
        await booking.news.look(number, teller)
        clock.advance(minutes=1)
        (booked,) = await booking.appointments(GUEST)
        wanted = replace(booked, start=AT_FOUR)
        await Records(database, MAIN).begin("m", Operation.MOVE, "7", wanted, clock.now())
        record.start += HOUR

        assert await booking.news.look(number, teller) is None


@pytest.mark.parametrize("attendance", [1, 2])
async def test_marks_of_the_reception_are_no_news(
    connect: Connect, sandbox: YClientsSandbox, teller: Teller, attendance: int
) -> None:
    async with connect() as booking:
        number, record = await book(booking, sandbox)
        record.attendance, record.comment = attendance, "опаздывает"

        assert await booking.news.look(number, teller) is None


async def test_a_visit_that_is_over_is_no_news(
    connect: Connect, sandbox: YClientsSandbox, teller: Teller, clock: HandClock
) -> None:
    async with connect() as booking:
        number, record = await book(booking, sandbox)
        clock.advance(hours=48)
        record.attendance = -1

        assert await booking.news.look(number, teller) is None


async def test_a_visit_the_salon_wrote_down_itself_is_told_of_where_whatsapp_vouches_for_the_phone(
    connect: Connect, sandbox: YClientsSandbox, teller: Teller
) -> None:
    salon = sandbox.salon
    record = salon.add(int(BARI), [int(CUT)], AT_THREE.replace(tzinfo=None), salon.client("Анна", PHONE))
    async with connect() as booking:
        first = await booking.news.look(AppointmentId(str(record.id)), teller)
        record.start += HOUR
        second = await booking.news.look(AppointmentId(str(record.id)), teller)

    assert (first, second) == (None, ANNA)


async def test_nobody_hears_of_a_strangers_visit(connect: Connect, sandbox: YClientsSandbox, teller: Teller) -> None:
    async with connect() as booking:
        number, record = await book(booking, sandbox)
        record.client = sandbox.salon.client("Пётр", "79990000000")
        record.start += HOUR

        assert await booking.news.look(number, teller) is None


async def test_another_record_than_was_asked_for_is_not_believed(
    connect: Connect, sandbox: YClientsSandbox, teller: Teller
) -> None:
    async with connect() as booking:
        number, record = await book(booking, sandbox)
        record.start += HOUR
        sandbox.rewrite = lambda call, body: (
            {**body, "data": {**body["data"], "id": 5}} if "GET /api/v1/record/" in call else body
        )

        with pytest.raises(Unreadable):
            await booking.news.look(number, teller)
    assert teller.told == []


async def test_the_sweep_hears_of_what_changed_since_the_last_one_and_of_deletions(
    connect: Connect, sandbox: YClientsSandbox, clock: HandClock, database: Database
) -> None:
    journal = RecordNews(database, MAIN)
    async with connect() as booking:
        number, record = await book(booking, sandbox)
        clock.advance(minutes=20)
        await booking.news.sweep()
        first = await journal.heard()
        clock.advance(minutes=20)
        await booking.news.sweep()
        quiet = await journal.heard()
        record.deleted, record.changed = True, sandbox.salon.wall_now()
        clock.advance(minutes=20)
        await booking.news.sweep()
        (heard,) = await journal.heard()

    assert first == ()
    assert quiet == ()
    assert heard[0] == number


async def test_without_a_users_token_a_record_is_read_by_its_hash_and_nothing_is_swept(
    connect: Connect, sandbox: YClientsSandbox, teller: Teller, database: Database
) -> None:
    async with connect(user_token=None) as booking:
        number, record = await book(booking, sandbox)
        await booking.news.sweep()
        record.start += HOUR
        told = await booking.news.look(number, teller)

    assert told == ANNA
    assert await RecordNews(database, MAIN).swept_until() is None


async def test_what_is_heard_twice_is_read_once_and_again_when_it_is_heard_while_read(
    database: Database, clock: HandClock
) -> None:
    journal, one = RecordNews(database, MAIN), AppointmentId("7")
    await journal.hear([one], clock.now())
    await journal.hear([one], clock.now())
    ((record, heard_at),) = await journal.heard()
    clock.advance(seconds=1)
    await journal.hear([one], clock.now())
    await journal.handled(record, heard_at)
    ((record, later),) = await journal.heard()
    await journal.handled(record, later)

    assert later > heard_at
    assert await journal.heard() == ()

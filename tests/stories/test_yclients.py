"""A salon on YClients, through the real engine: the demo's story, YClients away, and what the salon does by itself."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import aiohttp
import pytest
from pydantic import SecretStr

from salonbot.cli.demo.stage import COMPANY, Stage, scan
from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.config.salon_settings import YClientsSettings
from salonbot.model.salon import SalonId
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.yclients.faults import HtmlError
from salonbot.sandbox.yclients.salon import Record
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.stories.conftest import House
from tests.stories.telling import answer_to, ask, column, settled, until

SECRET = "a-secret-of-yclients-0123"
SALON = SalonId("main")
WISH = "Хочу записаться к Бари на стрижку завтра в 15:00"


@pytest.fixture
async def yclients(clock: Clock) -> AsyncIterator[YClientsSandbox]:
    async with YClientsSandbox(company_id=COMPANY, now=clock.now) as sandbox:
        yield sandbox
        assert sandbox.errors == []


@pytest.fixture
def loaded(loaded: Loaded, yclients: YClientsSandbox) -> Loaded:
    """The default salon, with its book in the YClients on loopback."""
    yclients.seed(loaded.salons[0])
    settings = YClientsSettings(company_id=COMPANY, address=yclients.url)
    secrets = loaded.secrets.model_copy(
        update={
            "yclients_partner_token": SecretStr(yclients.partner_token),
            "yclients_user_token": SecretStr(yclients.user_token),
            "yclients_webhook_secret": SecretStr(SECRET),
        }
    )
    return replace(loaded, salons=(replace(loaded.salons[0], yclients=settings),), secrets=secrets)


@dataclass(frozen=True, slots=True)
class Office:
    """What the salon's own people do, and how YClients tells of it."""

    stage: Stage
    yclients: YClientsSandbox

    async def changed(self, record: Record, status: str = "update") -> None:
        """The record was changed: events leave, and all of them are worked on before this returns."""
        record.changed = self.yclients.salon.wall_now()
        self.yclients.hear(record, status)
        await self.tell()

    async def tell(self) -> None:
        """Events leave for the daemon; return when they have been worked on."""
        assert self.stage.daemon.site is not None
        self.yclients.hooks.urls = [f"{self.stage.daemon.site.url}webhook/yclients/{SECRET}"]
        await self.yclients.hooks.deliver()
        await until(self._is_read)
        await settled(self.stage)

    async def _is_read(self) -> bool:
        return not await column(self.stage, "SELECT record FROM record_news")


async def booked(stage: Stage, anna: Customer, yclients: YClientsSandbox) -> Record:
    await ask(stage, anna, WISH)
    assert "вы записаны" in await ask(stage, anna, "Анна")
    (record,) = yclients.records
    return record


async def waits(stage: Stage) -> object:
    return (await stage.daemon.overview.status())["noted_requests"]


async def test_book_move_cancel_and_look(house: House, anna: Customer, yclients: YClientsSandbox) -> None:
    async with house() as stage:
        await scan(stage)
        record = await booked(stage, anna, yclients)
        start = record.start
        asked = await ask(stage, anna, "Перенесите мою запись на завтра 17:00")
        moved = await ask(stage, anna, "да")
        shown = await ask(stage, anna, "Какие у меня записи?")
        await ask(stage, anna, "Отмените мою запись")
        cancelled = await ask(stage, anna, "да")

    assert (start.hour, record.start.hour) == (15, 17)
    assert "17:00" in asked
    assert "перенесена" in moved
    assert "17:00" in shown
    assert "отменена" in cancelled
    assert record.deleted
    assert len(yclients.records) == 1


async def test_a_booking_while_yclients_is_away_is_confirmed_once_also_after_a_restart(
    house: House, anna: Customer, yclients: YClientsSandbox
) -> None:
    async with house() as stage:
        await scan(stage)
        await ask(stage, anna, WISH)
        yclients.faults.arm(HtmlError(502), times=None)
        noted = await ask(stage, anna, "Анна")
        status = await waits(stage)

        async def is_told() -> bool:
            alerts = (await stage.daemon.overview.status())["alerts"]
            return "booking_away" in str(alerts)

        await stage.daemon.waiting.hasten(SALON)
        await until(is_told)
        await settled(stage)
    async with house() as stage:
        await next(iter(stage.daemon.tenants.values())).session.wait_online()
        yclients.faults.disarm()
        await stage.daemon.waiting.hasten(SALON)
        confirmed = await answer_to(stage, anna)
        left = await waits(stage)

    assert "сохранена" in noted
    assert status == {SALON: 1}
    assert "вы записаны" in confirmed
    assert left == {}
    assert len(yclients.records) == 1


async def test_a_time_taken_while_yclients_was_away_is_answered_with_others(
    house: House, anna: Customer, yclients: YClientsSandbox
) -> None:
    async with house() as stage:
        await scan(stage)
        await ask(stage, anna, WISH)
        yclients.faults.arm(HtmlError(502), times=None)
        await ask(stage, anna, "Анна")
        salon = yclients.salon
        bari = next(one for one in salon.stylists.values() if one.name == "Бари")
        start = (salon.wall_now() + timedelta(days=1)).replace(hour=15, minute=0, second=0, microsecond=0)
        salon.add(bari.id, [min(bari.services)], start, salon.client("Пётр", "79990000000"))
        yclients.faults.disarm()
        await stage.daemon.waiting.hasten(SALON)

        offered = await answer_to(stage, anna)

    assert "занято" in offered
    assert len(yclients.records) == 1


async def test_the_salon_moves_and_cancels_and_the_customer_hears_of_each_once(
    house: House, anna: Customer, yclients: YClientsSandbox
) -> None:
    yclients.hooks.duplicate, yclients.hooks.shuffled = 3, True
    async with house() as stage:
        await scan(stage)
        record = await booked(stage, anna, yclients)
        office, before = Office(stage, yclients), len(anna.inbox)
        record.start += timedelta(hours=1)
        yclients.hear(record, "update")
        await office.changed(record)
        moved = await answer_to(stage, anna)
        record.attendance = 1
        await office.changed(record)
        record.attendance, record.deleted = 0, True
        await office.changed(record, "delete")
        cancelled = await answer_to(stage, anna)
        await office.changed(record, "delete")
        told = len(anna.inbox) - before

    assert "Салон изменил вашу запись" in moved
    assert "15:00" in moved
    assert "16:00" in moved
    assert "отменена" in cancelled
    assert told == 2


async def test_what_the_bot_does_itself_is_no_news(house: House, anna: Customer, yclients: YClientsSandbox) -> None:
    yclients.hooks.self_sending = True
    async with house() as stage:
        await scan(stage)
        office = Office(stage, yclients)
        await office.tell()
        record = await booked(stage, anna, yclients)
        await office.tell()
        await ask(stage, anna, "Перенесите мою запись на завтра 17:00")
        await ask(stage, anna, "да")
        await office.tell()
        await ask(stage, anna, "Отмените мою запись")
        await ask(stage, anna, "да")
        await office.tell()
        events, answers = len(yclients.hooks.sent), len(anna.inbox)

    assert record.deleted
    assert events >= 3
    assert answers == 6


async def test_a_lost_event_is_found_by_the_sweep(house: House, anna: Customer, yclients: YClientsSandbox) -> None:
    async with house() as stage:
        await scan(stage)
        record = await booked(stage, anna, yclients)
        record.start += timedelta(hours=2)
        record.changed = yclients.salon.wall_now()
        async with stage.daemon.database.transaction() as db:
            await db.execute("UPDATE record_sweep SET until = '2026-11-24T06:00:00.000000Z'")
        (tenant,) = stage.daemon.tenants.values()
        assert tenant.changes is not None
        await tenant.changes.catch_up()

        assert "17:00" in await answer_to(stage, anna)


async def test_a_wrong_secret_is_no_page_and_wild_bodies_do_no_harm(house: House, yclients: YClientsSandbox) -> None:
    async with house() as stage, aiohttp.ClientSession() as session:
        await scan(stage)
        assert stage.daemon.site is not None
        url = f"{stage.daemon.site.url}webhook/yclients/"
        answers = []
        for address, body in (
            (f"{url}wrong", b"{}"),
            (f"{url}{SECRET}", b"no json"),
            (f"{url}{SECRET}", b"[]"),
            (f"{url}{SECRET}", b'{"company_id": 9, "resource": "record", "resource_id": 700001}'),
            (f"{url}{SECRET}", b'{"company_id": 4001, "resource": "record", "resource_id": "../1"}'),
            (f"{url}{SECRET}", b'{"company_id": 4001, "resource": "client", "resource_id": 1}'),
        ):
            async with session.post(address, data=body) as answer:
                answers.append(answer.status)
        heard = await column(stage, "SELECT record FROM record_news")

    assert answers == [404, 400, 400, 200, 200, 200]
    assert heard == []

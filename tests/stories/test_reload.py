"""A changed configuration while the house works: salons come, go and change, and the others take no notice."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import aiohttp
import pytest
from pydantic import SecretStr

from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.cli.demo.stage import Stage, adapt, open_stage
from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.config.salon_settings import EventsSettings
from salonbot.journal.turns import Day, Turns
from salonbot.model.dialogue import Situation, Understanding
from salonbot.model.salon import SalonId
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.whatsapp.states import SessionState
from tests.events.receiver import SECRET, listening
from tests.stories.several import asked, dearer, link, tenant, with_plan, with_salons, with_table
from tests.stories.telling import bearer, column, settled, until

MANICURE = "Сколько стоит маникюр?"


@pytest.fixture
def other_phone(sandbox: WhatsAppSandbox) -> Phone:
    return sandbox.add_phone("79990003344", "111222333444666")


@asynccontextmanager
async def house_of(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox, phone: Phone
) -> AsyncIterator[tuple[Stage, Callable[[Loaded], Loaded]]]:
    """The daemon, and what a configuration read later has in common with its own."""
    async with asyncio.timeout(60), open_stage(loaded, clock, sandbox, phone) as stage:
        yield stage, lambda later: adapt(later, {"whatsapp": {"proxy": sandbox.proxy_url}})


async def test_a_salon_that_is_added_is_linked_and_answers_while_the_other_stays_connected(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox, phone: Phone, other_phone: Phone, anna: Customer
) -> None:
    async with house_of(with_salons(loaded, ["arbat"]), clock, sandbox, phone) as (stage, again):
        await link(stage, "arbat", phone)
        session = tenant(stage, "arbat").session

        await stage.daemon.apply(again(with_salons(loaded, ["taganka", "arbat"])))
        await link(stage, "taganka", other_phone)

        assert "Маникюр" in await asked(anna, other_phone, MANICURE)
        assert "Маникюр" in await asked(anna, phone, MANICURE)
        assert list(stage.daemon.tenants) == ["taganka", "arbat"]
        assert tenant(stage, "arbat").session is session
        assert session.status().reconnects == 0
        assert await page(stage, "s/taganka/pairing") == 200


async def page(stage: Stage, path: str) -> int:
    site = stage.daemon.site
    assert site is not None
    async with aiohttp.ClientSession(headers=bearer(stage)) as http, http.get(site.url + path) as answer:
        return answer.status


class WaitingBrain(OfflineBrain):
    """Understands the first turn only once it may."""

    def __init__(self) -> None:
        self.begun, self.may_go_on = asyncio.Event(), asyncio.Event()

    async def understand(self, situation: Situation) -> Understanding:
        if not self.begun.is_set():
            self.begun.set()
            await self.may_go_on.wait()
        return await super().understand(situation)


async def test_a_changed_price_is_told_from_the_next_turn_on_over_the_same_connection(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox, phone: Phone, anna: Customer
) -> None:
    async with house_of(with_salons(loaded, ["arbat"]), clock, sandbox, phone) as (stage, again):
        await link(stage, "arbat", phone)
        before = tenant(stage, "arbat")

        await stage.daemon.apply(again(with_plan(with_salons(loaded, ["arbat"]), "arbat", dearer)))

        assert "99 999" in (await asked(anna, phone, MANICURE)).replace("\u00a0", " ")
        assert tenant(stage, "arbat").session is before.session
        assert before.session.status().reconnects == 0


async def test_a_turn_in_work_ends_with_what_it_began_with_and_holds_up_no_reload(
    loaded: Loaded,
    clock: Clock,
    sandbox: WhatsAppSandbox,
    phone: Phone,
    anna: Customer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    brain = WaitingBrain()
    monkeypatch.setattr("salonbot.assistant.brains.OfflineBrain", lambda: brain)
    boris = sandbox.add_customer("79167778899", "123123123123", "Борис")
    async with house_of(with_salons(loaded, ["arbat"]), clock, sandbox, phone) as (stage, again):
        await link(stage, "arbat", phone)
        await anna.send(MANICURE, to=phone)
        await brain.begun.wait()

        await stage.daemon.apply(again(with_plan(with_salons(loaded, ["arbat"]), "arbat", dearer)))
        told_boris = await asked(boris, phone, MANICURE)
        brain.may_go_on.set()
        told_anna = (await anna.next_reply()).text

    assert "99" in told_boris
    assert "Маникюр" in told_anna
    assert "99" not in told_anna


async def test_a_salon_that_is_removed_goes_offline_and_comes_back_without_a_scan(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox, phone: Phone, other_phone: Phone, anna: Customer
) -> None:
    both = with_salons(loaded, ["arbat", "taganka"])
    async with house_of(both, clock, sandbox, phone) as (stage, again):
        await link(stage, "arbat", phone)
        await link(stage, "taganka", other_phone)

        await stage.daemon.apply(again(with_salons(loaded, ["arbat"])))
        await other_phone.wait_offline()
        gone = await page(stage, "s/taganka/pairing")
        await anna.send(MANICURE, to=other_phone)
        still = await asked(anna, phone, "Сколько стоит педикюр?")
        await stage.daemon.apply(again(both))
        back = (await anna.next_reply()).text

        assert gone == 404
        assert "Педикюр" in still
        assert "Маникюр" in back
        assert tenant(stage, "arbat").session.status().reconnects == 0


async def test_the_status_is_told_while_a_salon_goes(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_go_on, day = asyncio.Event(), asyncio.Event(), Turns.day

    async def slow_day(turns: Turns, salon: SalonId, since: datetime) -> Day:
        begun.set()
        await may_go_on.wait()
        return await day(turns, salon, since)

    async with house_of(with_salons(loaded, ["arbat", "taganka"]), clock, sandbox, phone) as (stage, again):
        await tenant(stage, "taganka").session.wait_for(SessionState.PAIRING)
        monkeypatch.setattr(Turns, "day", slow_day)
        asking = asyncio.create_task(page(stage, "status"))
        await begun.wait()
        await stage.daemon.apply(again(with_salons(loaded, ["arbat"])))
        may_go_on.set()

        assert await asking == 200


async def test_a_form_that_is_sent_while_its_salon_goes_is_answered_that_there_is_none(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox, phone: Phone
) -> None:
    begun, may_go_on = asyncio.Event(), asyncio.Event()

    async def slow_form() -> AsyncIterator[bytes]:
        yield b"phone=%2B7999000"
        begun.set()
        await may_go_on.wait()
        yield b"3344"

    async with house_of(with_salons(loaded, ["arbat", "taganka"]), clock, sandbox, phone) as (stage, again):
        await tenant(stage, "taganka").session.wait_for(SessionState.PAIRING)
        asking = asyncio.create_task(sent(stage, "s/taganka/pairing/by-phone", slow_form()))
        await begun.wait()
        await asyncio.sleep(0.2)
        await stage.daemon.apply(again(with_salons(loaded, ["arbat"])))
        may_go_on.set()

        assert await asking == 404


async def sent(stage: Stage, path: str, form: AsyncIterator[bytes]) -> int:
    site = stage.daemon.site
    assert site is not None
    kind = {"Content-Type": "application/x-www-form-urlencoded", **bearer(stage)}
    async with aiohttp.ClientSession(headers=kind) as http, http.post(site.url + path, data=form) as answer:
        return answer.status


async def test_a_removed_salons_unanswered_customers_are_answered_when_it_comes_back(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox, phone: Phone, other_phone: Phone, anna: Customer
) -> None:
    slow = adapt(with_salons(loaded, ["arbat", "taganka"]), {"turns": {"quiet_seconds": 3.0}})
    async with house_of(slow, clock, sandbox, phone) as (stage, again):
        await link(stage, "arbat", phone)
        await link(stage, "taganka", other_phone)
        await anna.send(MANICURE, to=other_phone)
        await until(lambda: column(stage, "SELECT id FROM turn WHERE state = 'open'"))

        await stage.daemon.apply(again(with_salons(loaded, ["arbat"])))
        while_away = await column(stage, "SELECT state FROM turn")
        await stage.daemon.apply(again(with_salons(loaded, ["arbat", "taganka"])))
        answer = (await anna.next_reply()).text

    assert while_away == ["open"]
    assert "Маникюр" in answer


async def test_a_receiver_of_events_is_heard_of_by_reload_and_left_by_the_next(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox, phone: Phone, anna: Customer
) -> None:
    silent = with_salons(loaded, ["arbat"])
    async with listening(clock) as listener, house_of(silent, clock, sandbox, phone) as (stage, again):
        await link(stage, "arbat", phone)
        await asked(anna, phone, MANICURE)
        await settled(stage)

        told = with_table(silent, "arbat", events=EventsSettings(url=listener.url, kinds=("message.replied",)))
        secrets = told.secrets.model_copy(update={"events_secret": SecretStr(SECRET)})
        await stage.daemon.apply(again(replace(told, secrets=secrets)))
        await asked(anna, phone, "Сколько стоит педикюр?")

        async def is_told() -> bool:
            return listener.kinds() == ["message.replied"]

        await until(is_told)
        await stage.daemon.apply(again(silent))
        await asked(anna, phone, "Сколько стоит стрижка?")
        await settled(stage)

        assert await column(stage, "SELECT id FROM event") == []
        assert len(listener.kinds()) == 1


async def test_everything_open_is_left_alone_where_nothing_was_changed(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox, phone: Phone
) -> None:
    same = with_salons(loaded, ["arbat"])
    async with house_of(same, clock, sandbox, phone) as (stage, again):
        before = dict(stage.daemon.tenants)

        await stage.daemon.apply(again(same))

        assert stage.daemon.tenants == before
        assert stage.daemon.tenants[SalonId("arbat")] is before[SalonId("arbat")]

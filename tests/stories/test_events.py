"""What happens in the salon is told to another system, and none of its troubles reaches a customer."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from pydantic import SecretStr

from salonbot.cli.demo.stage import Stage, scan
from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.config.salon_settings import EventsSettings
from salonbot.sandbox.whatsapp.customer import Customer
from tests.events.receiver import SECRET, Listener, listening
from tests.stories.conftest import House
from tests.stories.telling import ask, bearer, column, until


@pytest.fixture
async def listener(clock: Clock) -> AsyncIterator[Listener]:
    async with listening(clock) as opened:
        yield opened


@pytest.fixture
def loaded(loaded: Loaded, listener: Listener) -> Loaded:
    (salon,) = loaded.configuration.salon
    told = salon.model_copy(update={"events": EventsSettings(url=listener.url, timeout_seconds=30)})
    return replace(
        loaded,
        configuration=loaded.configuration.model_copy(update={"salon": (told,)}),
        secrets=loaded.secrets.model_copy(update={"events_secret": SecretStr(SECRET)}),
    )


async def test_a_booking_is_told_from_the_first_message_to_the_last_reply(
    stage: Stage, anna: Customer, listener: Listener
) -> None:
    await ask(stage, anna, "Меня зовут Анна. Хочу записаться к Бари на стрижку завтра в 15:00")
    await ask(stage, anna, "Отмените мою запись")
    await ask(stage, anna, "да")

    async def all_told() -> bool:
        return "appointment.cancelled" in listener.kinds() and not await column(stage, "SELECT id FROM event")

    await until(all_told)
    happened = sorted(listener.events, key=lambda event: int(event["sequence"]))
    kinds = [event["kind"] for event in happened if event["kind"] != "session.changed"]
    assert kinds[:3] == ["message.received", "appointment.made", "message.replied"]
    assert kinds[-3:] == ["message.received", "appointment.cancelled", "message.replied"]
    states = [event["details"]["state"] for event in happened if event["kind"] == "session.changed"]
    assert states[-1] == "online"
    (made,) = [event for event in happened if event["kind"] == "appointment.made"]
    assert made["details"]["start"] == "2026-11-25T12:00:00Z"
    assert made["customer"]["phone"] == "7916*****67"
    assert len({event["customer"]["id"] for event in happened if "customer" in event}) == 1
    assert "Анна" not in str(happened)
    assert "79161234567" not in str(happened)


async def test_a_receiver_that_hangs_slows_no_answer_and_the_status_tells_of_it(
    house: House, anna: Customer, listener: Listener
) -> None:
    listener.answers.extend(["hang"] * 20)
    async with house() as stage:
        await scan(stage)
        assert "Маникюр" in await ask(stage, anna, "Сколько стоит маникюр?")
        site = stage.daemon.site
        assert site is not None
        async with aiohttp.ClientSession(site.url, headers=bearer(stage)) as http, http.get("/status") as answer:
            told = (await answer.json())["events"]["main"]

    assert told["waiting"] >= 2
    assert told["delivered_since_start"] == 0


async def test_what_was_not_told_before_a_restart_is_told_after_it(
    house: House, anna: Customer, listener: Listener
) -> None:
    async def begun() -> bool:
        return bool(listener.events)

    listener.answers.append("hang")
    async with house() as stage:
        await scan(stage)
        await ask(stage, anna, "Сколько стоит маникюр?")
        await until(begun)
    before = {event["id"] for event in listener.events}
    async with house() as stage:

        async def replied() -> bool:
            return "message.replied" in listener.kinds()

        await until(replied)

    assert len(before) == 1
    assert [event["id"] in before for event in listener.events[:2]] == [True, True]

"""Another system hands a customer's message in: the answer reaches the customer's own WhatsApp."""

import json
from dataclasses import replace

import aiohttp
import pytest
from pydantic import SecretStr

from salonbot.cli.demo.stage import Stage, scan
from salonbot.config.load import Loaded
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.signing import signed_headers
from tests.stories.conftest import House
from tests.stories.telling import answer_to, ask, rows

SECRET = "a-secret-that-nobody-knows"


@pytest.fixture
def loaded(loaded: Loaded) -> Loaded:
    return replace(loaded, secrets=loaded.secrets.model_copy(update={"webhook_secret": SecretStr(SECRET)}))


async def hand_in(stage: Stage, text: str, name: str) -> int:
    """As another system does it; returns the status of the answer."""
    site = stage.daemon.site
    assert site is not None
    path = "/webhook/whatsapp"
    body = json.dumps({"from": "+7 916 123-45-67", "message": text, "messageId": name}, ensure_ascii=False).encode()
    headers = signed_headers(SECRET, "POST", path, body, stage.daemon.clock.now())
    async with aiohttp.ClientSession(site.url) as http, http.post(path, data=body, headers=headers) as answer:
        return answer.status


async def test_a_handed_in_message_is_answered_in_the_customers_whatsapp(stage: Stage, anna: Customer) -> None:
    status = await hand_in(stage, "Сколько стоит маникюр?", "crm-1")

    assert status == 202
    assert "Маникюр" in await answer_to(stage, anna)
    assert await hand_in(stage, "Сколько стоит маникюр?", "crm-1") == 202
    assert "Педикюр" in await ask(stage, anna, "А педикюр?")
    assert len(await rows(stage, "SELECT * FROM turn")) == 2


async def test_a_booking_begun_in_another_system_is_ended_in_whatsapp(stage: Stage, anna: Customer) -> None:
    await ask(stage, anna, "Привет")
    await hand_in(stage, "Хочу записаться к Бари на стрижку завтра в 15:00", "crm-1")
    await answer_to(stage, anna)
    booked = await ask(stage, anna, "Анна")

    assert "15:00" in booked
    (row,) = await rows(stage, "SELECT state, chat FROM appointment")
    assert tuple(row) == ("booked", f"lid:{anna.lid.user}")


async def test_what_was_handed_in_is_answered_after_a_restart(house: House, anna: Customer) -> None:
    async with house(turns={"quiet_seconds": 2.0}) as stage:
        await scan(stage)
        assert await hand_in(stage, "Сколько стоит маникюр?", "crm-1") == 202
        assert len(await rows(stage, "SELECT * FROM turn WHERE state = 'open'")) == 1
    assert len(anna.inbox) == 0

    async with house() as stage:
        assert "Маникюр" in await answer_to(stage, anna)

"""A person takes over while the model thinks: what the bot has not begun it leaves, what has not left is held back."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from salonbot.cli.demo.stage import scan
from salonbot.config.load import Loaded
from salonbot.sandbox.messages_api.answers import Answer, Received
from salonbot.sandbox.messages_api.server import MessagesApi
from salonbot.sandbox.whatsapp.customer import Customer
from tests.stories.conftest import House
from tests.stories.telling import ask, column, settled
from tests.stories.test_takeover import press
from tests.stories.with_claude import ENVIRONMENT, able, with_claude


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MessagesApi]:
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    async with MessagesApi() as server:
        yield server
    assert server.errors == []


class Thinking:
    """A model that answers a stage when it is let, and well."""

    def __init__(self, loaded: Loaded, *, understanding: bool) -> None:
        self._able = able(loaded)
        self._slow_stage = understanding
        self.begun = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def __call__(self, received: Received) -> Answer:
        if received.wants_json is self._slow_stage:
            self.begun.set()
            await self.may_answer.wait()
        return await self._able(received)


@pytest.fixture
def loaded(loaded: Loaded, api: MessagesApi) -> Loaded:
    """With a key, and a model as good as the offline brain."""
    api.answerer = able(loaded)
    return with_claude(loaded, api)


@pytest.mark.parametrize("understanding", [True, False], ids=["understanding", "composing"])
async def test_taken_over_in_mid_turn_the_bot_leaves_it_and_says_nothing(
    house: House, loaded: Loaded, api: MessagesApi, anna: Customer, *, understanding: bool
) -> None:
    thinking = api.answerer = Thinking(loaded, understanding=understanding)
    async with house() as stage:
        await scan(stage)
        await anna.send("Хочу на стрижку к Бари завтра в 15:00", to=stage.phone)
        await thinking.begun.wait()
        await press(stage, "take-over")
        thinking.may_answer.set()
        await settled(stage)

        assert list(anna.inbox) == []
        assert await column(stage, "SELECT state FROM turn") == ["handed_over"]
        assert await column(stage, "SELECT state FROM reply") == ([] if understanding else ["held"])
        await press(stage, "send", text="Записала вас сама", draft="1")
        assert (await anna.next_reply()).text == "Записала вас сама"


async def test_the_model_reads_what_the_person_said_and_that_it_was_a_person(
    house: House, api: MessagesApi, anna: Customer
) -> None:
    async with house() as stage:
        await scan(stage)
        await ask(stage, anna, "Привет!")
        await press(stage, "send", text="Марина на связи: мастер Бари заболел", draft="1")
        await anna.next_reply()
        await press(stage, "give-back")
        await ask(stage, anna, "Сколько стоит маникюр?")

    told = json.loads(api.received[-1].user_text.rpartition("\n\n")[0])
    assert {"from": "owner", "text": "Марина на связи: мастер Бари заболел"} in told["history"]


async def test_what_was_booked_before_a_person_took_over_the_customer_still_hears(
    house: House, loaded: Loaded, api: MessagesApi, anna: Customer
) -> None:
    async with house() as stage:
        await scan(stage)
        await ask(stage, anna, "Хочу на стрижку к Бари завтра в 15:00")
        thinking = api.answerer = Thinking(loaded, understanding=False)
        await anna.send("Анна", to=stage.phone)
        await thinking.begun.wait()
        await press(stage, "take-over")
        thinking.may_answer.set()

        assert "15:00" in (await anna.next_reply()).text
        assert await column(stage, "SELECT state FROM appointment") == ["booked"]

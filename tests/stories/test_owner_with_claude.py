"""What the owner changes counts for Claude, too: its tone, the salon's greeting, the budget, the words for a person."""

from collections.abc import AsyncIterator

import pytest

from salonbot.cli.demo.stage import Stage
from salonbot.config.load import Loaded
from salonbot.model.salon import SalonId
from salonbot.sandbox.messages_api.server import MessagesApi
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.turns.rulebook import Rulebook
from tests.stories.telling import ask, column
from tests.stories.with_claude import ENVIRONMENT, able, with_claude

WHO = "Хозяйка"


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MessagesApi]:
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    async with MessagesApi() as server:
        yield server
    assert server.errors == []


@pytest.fixture
def loaded(loaded: Loaded, api: MessagesApi) -> Loaded:
    api.answerer = able(loaded)
    return with_claude(loaded, api)


def rulebook(stage: Stage) -> Rulebook:
    return stage.daemon.tenants[SalonId("main")].desk.rulebook


async def test_a_tone_is_told_behind_what_is_cached_anyway(stage: Stage, anna: Customer, api: MessagesApi) -> None:
    await ask(stage, anna, "Сколько стоит маникюр?")
    plain = len(api.received)
    await rulebook(stage).change_settings({"tone": "playful"}, WHO)
    await ask(stage, anna, "А педикюр?")

    before, after = api.received[:plain], api.received[plain:]
    for earlier, later in zip(before, after, strict=True):
        assert later.body["system"][:2] == earlier.body["system"]
        assert "playful" in later.body["system"][2]["text"]
        assert later.usage["cache_read_input_tokens"] > 0


async def test_the_salons_greeting_stands_before_claudes_words_and_claude_greets_nobody(
    stage: Stage, anna: Customer, api: MessagesApi
) -> None:
    await rulebook(stage).change_settings({"greeting": "Рады вам в «Арбате»!"}, WHO)

    first, second = await ask(stage, anna, "Сколько стоит маникюр?"), await ask(stage, anna, "А педикюр?")

    assert first.startswith("Рады вам в «Арбате»!")
    assert "Рады вам" not in second
    assert all('"greeted_today": true' in one.user_text for one in api.received)


async def test_a_budget_of_nothing_leaves_the_next_turn_to_the_offline_brain(
    stage: Stage, anna: Customer, api: MessagesApi
) -> None:
    await ask(stage, anna, "Сколько стоит маникюр?")
    asked = len(api.received)
    await rulebook(stage).change_settings({"daily_budget_usd": 0.0}, WHO)

    await ask(stage, anna, "А педикюр?")

    assert len(api.received) == asked
    assert await column(stage, "SELECT brain FROM turn ORDER BY id") == ["claude", "offline"]


async def test_a_word_of_the_salons_own_is_heard_whatever_claude_made_of_it(
    stage: Stage, anna: Customer, api: MessagesApi
) -> None:
    await rulebook(stage).change_settings({"handover_words": ["Людмила Петровна"]}, WHO)

    answer = await ask(stage, anna, "А Людмила Петровна сегодня есть?")

    assert "передано сотруднику" in answer
    assert await column(stage, "SELECT brain FROM turn") == ["claude"]

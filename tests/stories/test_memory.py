"""What the house remembers of a chat when time goes by."""

import pytest

from salonbot.cli.demo.stage import Stage
from salonbot.sandbox.whatsapp.customer import Customer
from tests.stories.telling import TUESDAY_MORNING, ask
from tests.stories.with_claude import JumpingClock


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock(TUESDAY_MORNING)


async def test_a_day_that_has_gone_by_is_not_meant_any_more(stage: Stage, clock: JumpingClock, anna: Customer) -> None:
    assert "25 ноября" in await ask(stage, anna, "Есть завтра время у Бари на стрижку?")
    clock.jump(days=7)
    asked_again = await ask(stage, anna, "А во сколько можно?")

    assert "ноября" not in asked_again
    assert "декабря" in asked_again
    assert "Бари" in asked_again

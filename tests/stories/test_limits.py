"""A customer who writes without end is told so once, kindly; everybody else is answered as ever."""

import pytest

from salonbot.assistant import notices
from salonbot.cli.demo.stage import Stage, scan
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.turns.limits import Limits, Recent, Verdict, judge
from tests.stories.conftest import House
from tests.stories.telling import TUESDAY_MORNING, ask, column, settled, until
from tests.stories.with_claude import JumpingClock

QUESTION = "Сколько стоит маникюр?"
PER_MINUTE = 8


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock(TUESDAY_MORNING)


async def write_unanswered(stage: Stage, customer: Customer, text: str) -> None:
    """Write, and return when the house has let it be."""
    before = await given_up(stage)
    heard = len(customer.inbox)
    await customer.send(text, to=stage.phone)

    async def is_let_be() -> bool:
        return await given_up(stage) > before

    await until(is_let_be)
    await settled(stage)
    assert len(customer.inbox) == heard


async def given_up(stage: Stage) -> int:
    return len(await column(stage, "SELECT id FROM turn WHERE failure = 'limited' AND state = 'failed'"))


async def test_the_ninth_turn_in_a_minute_gets_one_kind_notice_and_then_silence(
    stage: Stage, sandbox: WhatsAppSandbox, clock: JumpingClock, anna: Customer
) -> None:
    for _ in range(PER_MINUTE):
        assert "Маникюр" in await ask(stage, anna, QUESTION)
    assert await ask(stage, anna, QUESTION) == notices.slow_down(QUESTION)
    for _ in range(3):
        await write_unanswered(stage, anna, QUESTION)

    boris = sandbox.add_customer("79167778899", "123123123123", "Борис")
    assert "Маникюр" in await ask(stage, boris, QUESTION)

    clock.jump(seconds=61)
    assert "Педикюр" in await ask(stage, anna, "А педикюр?")


async def test_what_is_too_much_is_neither_read_by_a_brain_nor_done(stage: Stage, anna: Customer) -> None:
    for _ in range(PER_MINUTE):
        await ask(stage, anna, "Меня зовут Анна")
    await ask(stage, anna, "Запишите меня на маникюр завтра в 12:00")
    await write_unanswered(stage, anna, "Запишите меня на маникюр завтра в 12:00")

    assert await column(stage, "SELECT id FROM appointment") == []
    assert await column(stage, "SELECT understanding FROM turn WHERE failure = 'limited'") == [None, None]


async def test_the_notice_is_in_the_customers_language(house: House, anna: Customer) -> None:
    async with house(turns={"turns_per_minute": 1}) as stage:
        await scan(stage)
        await ask(stage, anna, "How much is a manicure?")
        told = await ask(stage, anna, "And a pedicure?")
        assert told.isascii()
        assert "minute" in told


async def test_too_many_in_an_hour_are_told_once_and_not_asked_to_wait_a_minute(
    house: House, clock: JumpingClock, anna: Customer
) -> None:
    async with house(turns={"turns_per_hour": 3}) as stage:
        await scan(stage)
        for _ in range(3):
            await ask(stage, anna, QUESTION)
            clock.jump(minutes=10)
        told = await ask(stage, anna, QUESTION)
        assert "минут" not in told
        assert "+7 495 123-45-67" in told
        for _ in range(2):
            clock.jump(minutes=2)
            await write_unanswered(stage, anna, QUESTION)
        clock.jump(minutes=30)
        assert "Маникюр" in await ask(stage, anna, QUESTION)


@pytest.mark.parametrize(
    ("minute", "hour", "limited", "last", "verdict"),
    [
        (7, 59, 0, False, Verdict.ANSWER),
        (7, 59, 5, True, Verdict.ANSWER),
        (8, 8, 0, False, Verdict.NOTICE),
        (8, 8, 1, False, Verdict.SILENCE),
        (9, 9, 1, True, Verdict.SILENCE),
        (0, 60, 0, False, Verdict.LONG_NOTICE),
        (8, 60, 0, False, Verdict.LONG_NOTICE),
        (0, 60, 0, True, Verdict.SILENCE),
    ],
)
def test_a_turn_is_judged_by_those_before_it(
    minute: int, hour: int, limited: int, last: bool, verdict: Verdict
) -> None:
    recent = Recent(
        answered_last_minute=minute, answered_last_hour=hour, limited_last_minute=limited, last_was_limited=last
    )
    assert judge(recent, Limits(per_minute=8, per_hour=60)) is verdict

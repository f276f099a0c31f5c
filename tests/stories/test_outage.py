"""Ten minutes without a network, by the house's clock and the limits it has by default.

What passes in no time here is only the waiting: how long the engine stays away after ten real minutes is told by
`python -m tests.bench.reconnect --outage 600`.
"""

import asyncio
from datetime import timedelta

import pytest

from salonbot.cli.demo.stage import Stage, scan
from salonbot.journal.takeovers import Draft, Takeovers
from salonbot.lookout import LOOK_SECONDS
from salonbot.model.alerts import AlertKind
from salonbot.model.messages import ChatKey
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.stories.conftest import House
from tests.stories.telling import TUESDAY_MORNING, ask, column, rows, settled, until
from tests.stories.test_faults import session_of, told, told_over
from tests.stories.with_claude import JumpingClock

QUESTION, OTHER_QUESTION = "Сколько стоит маникюр?", "Сколько стоит педикюр?"
SILENT = f"SELECT * FROM alert WHERE kind = '{AlertKind.SILENT}'"


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock(TUESDAY_MORNING)


async def write_as_owner(stage: Stage, customer: Customer, *texts: str) -> None:
    """What somebody at the salon writes on the page of the conversation."""
    (salon,), chat = stage.daemon.tenants, ChatKey(f"lid:{customer.lid.user}")
    now = stage.daemon.clock.now()
    for text in texts:
        await Takeovers(stage.daemon.database).write(salon, chat, Draft(text, text), now, now + timedelta(hours=1))
        stage.daemon.dispatcher.hurry(salon, chat)


async def test_it_is_told_in_time_and_over_and_nothing_is_lost_doubled_or_out_of_order(
    house: House, clock: JumpingClock, sandbox: WhatsAppSandbox, anna: Customer
) -> None:
    boris = sandbox.add_customer("79167778899", "123123123123", "Борис")
    vera = sandbox.add_customer("79165554433", "321321321321", "Вера")
    async with house(turns={"quiet_seconds": 0.3}) as stage:
        await scan(stage)
        await ask(stage, boris, QUESTION)
        await anna.send(QUESTION, to=stage.phone)
        await until(lambda: rows(stage, "SELECT * FROM turn WHERE state = 'open'"))
        sandbox.unplug()
        await write_as_owner(stage, boris, "Первое", "Второе", "Третье")
        for question in (QUESTION, OTHER_QUESTION):
            await vera.send(question, to=stage.phone)
        clock.jump(minutes=4)
        await asyncio.sleep(LOOK_SECONDS + 1)
        told_too_soon = await rows(stage, SILENT)
        clock.jump(minutes=6)
        await told(stage, AlertKind.SILENT)
        heard_while_away = len(anna.inbox), len(boris.inbox), len(vera.inbox)

        sandbox.plug_in()
        await session_of(stage).wait_online()
        to_boris = [(await boris.next_reply(30)).text for _ in range(3)]
        to_anna, to_vera = [(await customer.next_reply(30)).text for customer in (anna, vera)]
        await told_over(stage, AlertKind.SILENT)
        await settled(stage)

        assert not told_too_soon
        assert heard_while_away == (0, 1, 0)
        assert to_boris == ["Первое", "Второе", "Третье"]
        assert "Маникюр" in to_anna
        assert to_vera
        assert (len(anna.inbox), len(boris.inbox)) == (1, 4)
        assert await column(stage, "SELECT count(*) FROM turn WHERE state <> 'done'") == [0]
        of_vera = f"chat = 'lid:{vera.lid.user}'"
        assert len(vera.inbox) == len(await rows(stage, f"SELECT * FROM turn WHERE {of_vera}")), "each turn once"
        assert await column(
            stage, f"SELECT count(*) FROM message WHERE {of_vera} AND author = 'customer' AND turn IS NOT NULL"
        ) == [2]
        assert len(await rows(stage, SILENT)) == 1

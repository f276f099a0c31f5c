"""An error of our own in the middle of a turn: one customer hears of it, once, and everything else goes on."""

from dataclasses import replace

from salonbot.assistant import notices
from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.cli.demo.stage import Stage
from salonbot.model.dialogue import Situation, Understanding
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.stories.telling import ask, column

STUMBLING = "споткнись"


class StumblingBrain(OfflineBrain):
    """Has a mistake in it that one text brings out."""

    async def understand(self, situation: Situation) -> Understanding:
        if situation.text == STUMBLING:
            raise KeyError("fullContext")
        return await super().understand(situation)


async def test_an_error_in_one_turn_is_apologised_for_there_and_spoils_no_other(
    stage: Stage, sandbox: WhatsAppSandbox, anna: Customer
) -> None:
    ((salon, tenant),) = stage.daemon.tenants.items()
    stage.daemon.tenants[salon] = replace(tenant, reception=replace(tenant.reception, brain=StumblingBrain()))
    boris = sandbox.add_customer("79167778899", "123123123123", "Борис")

    assert await ask(stage, anna, STUMBLING) == notices.apology(STUMBLING, tenant.plan.profile.phone)
    assert "Маникюр" in await ask(stage, boris, "Сколько стоит маникюр?")
    assert "Педикюр" in await ask(stage, anna, "Сколько стоит педикюр?")
    assert await column(stage, "SELECT state FROM turn ORDER BY id") == ["failed", "done", "done"]

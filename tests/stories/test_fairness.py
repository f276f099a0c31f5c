"""One salon's trouble is not another's: a flood, a booking system that never answers, a number that is banned."""

import asyncio
from dataclasses import replace

import pytest
from pydantic import SecretStr

from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.cli.demo.stage import COMPANY, Stage, adapt, open_stage
from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.config.salon_settings import YClientsSettings
from salonbot.model.dialogue import Situation, Understanding
from salonbot.sandbox.whatsapp.faults import RefuseLogin
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.sandbox.yclients.faults import Silence
from salonbot.sandbox.yclients.server import YClientsSandbox
from salonbot.whatsapp.states import SessionState
from tests.stories.several import asked, crowd, link_all, phones, tenant, with_plan, with_salons
from tests.stories.telling import column, until

MANICURE = "Сколько стоит маникюр?"
WISH = "Хочу записаться к Бари на стрижку завтра в 15:00"
FLOOD, QUIET = 200, 20


class ThinkingBrain(OfflineBrain):
    """Takes its time, as a model does."""

    seconds = 1.0

    async def understand(self, situation: Situation) -> Understanding:
        await asyncio.sleep(self.seconds)
        return await super().understand(situation)


async def not_understood(stage: Stage, salon: str) -> int:
    """Turns of the salon nobody has got round to."""
    return len(await column(stage, f"SELECT id FROM turn WHERE salon = '{salon}' AND understanding IS NULL"))


async def test_twenty_quiet_salons_are_answered_while_a_flood_in_another_is_not_over(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("salonbot.assistant.brains.OfflineBrain", ThinkingBrain)
    quiet = [f"quiet-{number}" for number in range(QUIET)]
    ids, theirs = ["flood", *quiet], phones(sandbox, QUIET + 1)
    people = crowd(sandbox, FLOOD + QUIET)
    flooding, calm = people[:FLOOD], people[FLOOD:]
    many = adapt(with_salons(loaded, ids), {"turns": {"parallel": 8}})
    async with open_stage(many, clock, sandbox, theirs[0]) as stage:
        await link_all(stage, ids, theirs)
        await asyncio.gather(*(one.send(MANICURE, to=theirs[0]) for one in flooding))

        async def flood_is_in() -> bool:
            return len(await column(stage, "SELECT id FROM turn")) == FLOOD

        await until(flood_is_in, 60)
        answers = await asyncio.gather(*(asked(*pair, MANICURE, 60) for pair in zip(calm, theirs[1:], strict=True)))
        still_waiting = await not_understood(stage, "flood")
        monkeypatch.setattr(ThinkingBrain, "seconds", 0.0)
        flooded = await asyncio.gather(*(one.next_reply(60) for one in flooding))

    assert all("Маникюр" in answer for answer in answers)
    assert still_waiting > FLOOD // 2
    assert all("Маникюр" in reply.text for reply in flooded)
    assert {len(one.inbox) for one in people} == {1}


async def test_a_booking_system_that_never_answers_holds_up_its_own_salon_alone(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox
) -> None:
    ids, theirs = ["slow", "quick"], phones(sandbox, 2)
    *wishing, boris = crowd(sandbox, 9)
    async with YClientsSandbox(company_id=COMPANY, now=clock.now) as yclients:
        yclients.seed(loaded.salons[0])
        book = YClientsSettings(company_id=COMPANY, address=yclients.url, timeout_seconds=600, longest_wait_seconds=600)
        two = adapt(with_salons(loaded, ids), {"turns": {"parallel": 4, "budget_seconds": 600.0}})
        secrets = two.secrets.model_copy(update={"yclients_partner_token": SecretStr(yclients.partner_token)})
        two = with_plan(replace(two, secrets=secrets), "slow", lambda plan: replace(plan, yclients=book))
        async with open_stage(two, clock, sandbox, theirs[0]) as stage:
            await link_all(stage, ids, theirs)
            await tenant(stage, "slow").reception.booking.catalogue()
            yclients.faults.arm(Silence(committed=False), times=None)
            for one in wishing:
                await one.send(WISH, to=theirs[0])
            await until(lambda: all_slots_are_taken(stage))

            answers = [await asked(boris, theirs[1], MANICURE) for _ in range(5)]

            assert all("Маникюр" in answer for answer in answers)
            assert not any(one.inbox for one in wishing)
            yclients.faults.disarm()


async def all_slots_are_taken(stage: Stage) -> bool:
    return len(await column(stage, "SELECT id FROM turn WHERE salon = 'slow' AND state = 'executing'")) >= 4


async def test_replies_that_wait_for_a_banned_number_hold_up_no_other(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox
) -> None:
    ids, theirs = ["banned", "free"], phones(sandbox, 2)
    *waiting, boris = crowd(sandbox, 13)
    two = adapt(with_salons(loaded, ids), {"turns": {"quiet_seconds": 1.0, "parallel": 4}})
    async with open_stage(two, clock, sandbox, theirs[0]) as stage:
        await link_all(stage, ids, theirs)
        await asyncio.gather(*(one.send(MANICURE, to=theirs[0]) for one in waiting))
        await theirs[0].sees(lambda phone: not phone.unconfirmed)
        theirs[0].faults.arm(RefuseLogin(402, ban_code=104, ban_expire_s=3600), times=None)
        theirs[0].drop()
        await tenant(stage, "banned").session.wait_for(SessionState.BANNED)

        async def all_wait_for_the_number() -> bool:
            return len(await column(stage, "SELECT id FROM turn WHERE state = 'replying'")) == len(waiting)

        await until(all_wait_for_the_number)
        answers = [await asked(boris, theirs[1], MANICURE) for _ in range(3)]

    assert all("Маникюр" in answer for answer in answers)
    assert not any(one.inbox for one in waiting)

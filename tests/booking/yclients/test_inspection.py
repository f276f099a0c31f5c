"""What `salonbot check` says of a salon on YClients: which token, what the server answered, where the right one is."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from salonbot.booking.yclients.inspection import Sign, inspect
from salonbot.config.plan import SalonPlan
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.booking.salon import PLAN
from tests.booking.yclients.connecting import Connect


async def look(
    connect: Connect, *, plan: SalonPlan = PLAN, company: int = 4001, **tokens: str | None
) -> Sequence[Sign]:
    plan = replace(plan, yclients=connect.settings(company_id=company))
    return await inspect(plan, connect.secrets(**tokens), connect.clock)  # type: ignore[arg-type]


async def test_a_salon_in_order_is_told_with_its_numbers(connect: Connect) -> None:
    signs = await look(connect)

    assert all(sign.is_well for sign in signs)
    text = " ".join(sign.detail for sign in signs)
    assert "services 5, stylists 3" in text
    assert "Салон «Арбат», ул. Арбат, 10" in text


async def test_a_wrong_partner_token_is_named_with_the_answer_and_where_to_find_it(connect: Connect) -> None:
    (sign,) = await look(connect, partner_token="mistyped")

    assert not sign.is_well
    assert sign.detail.startswith(
        "YCLIENTS_PARTNER_TOKEN was refused: HTTP 401 «Не указан идентификатор партнера»; it stands at yclients.com"
    )
    assert "mistyped" not in sign.detail


async def test_a_wrong_user_token_is_named_with_the_answer_and_where_to_find_it(connect: Connect) -> None:
    partner, *others = await look(connect, user_token="mistyped")

    assert partner.is_well
    assert others[-1].is_fatal
    assert "YCLIENTS_USER_TOKEN was refused: HTTP 401 «Необходима авторизация»" in others[-1].detail
    assert "POST /api/v1/auth" in others[-1].detail


async def test_a_missing_right_is_named(connect: Connect, sandbox: YClientsSandbox) -> None:
    sandbox.forbidden.add("POST /api/v1/company/4001/clients/search")

    (missing,) = [sign for sign in await look(connect) if not sign.is_well]

    assert "may not search clients" in missing.detail
    assert "Нет прав на управление филиалом" in missing.detail


async def test_without_a_user_token_it_says_what_will_be_missing(connect: Connect) -> None:
    *_, last = await look(connect, user_token=None)

    assert (last.is_well, last.is_fatal) == (False, False)
    assert "only appointments made through the bot" in last.detail


async def test_a_wrong_number_of_the_salon_is_told(connect: Connect) -> None:
    (sign,) = await look(connect, company=9)

    assert "company_id = 9 is unknown: HTTP 404" in sign.detail


@pytest.mark.parametrize("token", ["user-token", None])
async def test_a_code_by_sms_is_only_in_the_way_without_a_user_token(
    connect: Connect, sandbox: YClientsSandbox, token: str | None
) -> None:
    sandbox.salon.phone_confirmation = True

    told = [sign for sign in await look(connect, user_token=token) if "code by SMS" in sign.detail]

    assert len(told) == (token is None)


async def test_another_zone_there_is_told(connect: Connect) -> None:
    elsewhere = replace(PLAN, profile=replace(PLAN.profile, zone=ZoneInfo("Asia/Tomsk")))

    signs = await look(connect, plan=elsewhere)

    assert any("Asia/Tomsk here and Europe/Moscow in YClients" in sign.detail for sign in signs)


async def test_an_expired_licence_and_an_outage_are_told_as_such(connect: Connect, sandbox: YClientsSandbox) -> None:
    sandbox.licence_expired = True
    (expired,) = await look(connect)
    await sandbox.__aexit__(None, None, None)
    (away,) = await look(connect)

    assert "licence" in expired.detail
    assert "does not answer" in away.detail

"""Every fault looks to the real engine as it should, and passes."""

import asyncio
from typing import Any

import pytest

from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.faults import DropBeforeAck, LateAck, RefuseLogin, RefuseMessage, SlowHandshake
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.sandbox.whatsapp.conftest import Engines, Salon


async def _chat(salon: Salon, customer: Customer) -> Any:
    """The address at which the engine knows this customer, after a first message."""
    await customer.send("Привет", to=salon.phone)
    return (await salon.engine.message()).Info.MessageSource.Chat


async def _back_online(salon: Salon, logins: int) -> None:
    await salon.phone.sees(lambda phone: phone.logins == logins and phone.is_online)


async def test_a_dropped_connection_comes_back(salon: Salon, anna: Customer) -> None:
    salon.phone.drop()
    await salon.engine.event("Disconnected")
    await _back_online(salon, logins=2)
    assert await _chat(salon, anna)


@pytest.mark.parametrize("code", [503, 515])
async def test_a_stream_that_ends_for_a_restart_is_opened_again(salon: Salon, anna: Customer, code: int) -> None:
    await salon.phone.end_stream(code)
    await _back_online(salon, logins=2)
    assert await _chat(salon, anna)


async def test_an_engine_whose_keys_are_used_elsewhere_stays_away(salon: Salon) -> None:
    await salon.phone.replace()
    await salon.engine.event("StreamReplaced")
    await salon.phone.wait_offline()
    assert salon.phone.logins == 1


@pytest.mark.parametrize(
    ("refusal", "event"),
    [
        (RefuseLogin(401), "LoggedOut"),
        (RefuseLogin(403), "LoggedOut"),
        (RefuseLogin(405), "ClientOutdated"),
        (RefuseLogin(402, ban_code=101, ban_expire_s=3600), "TemporaryBan"),
        (RefuseLogin(400), "ConnectFailure"),
    ],
    ids=lambda value: str(getattr(value, "reason", value)),
)
async def test_a_refused_login_is_told_as_what_it_is(salon: Salon, refusal: RefuseLogin, event: str) -> None:
    salon.phone.faults.arm(refusal)
    salon.phone.drop()
    told = await salon.engine.event(event)
    if event == "TemporaryBan":
        assert told.Expire > 0
    assert (salon.phone.logins, salon.phone.refused) == (1, 1)


async def test_a_login_refused_for_now_is_tried_again(salon: Salon) -> None:
    salon.phone.faults.arm(RefuseLogin(503))
    salon.phone.drop()
    await _back_online(salon, logins=2)
    assert salon.phone.refused == 1


@pytest.mark.parametrize("error", [463, 479])
async def test_a_refused_message_is_an_error_and_is_not_delivered(salon: Salon, anna: Customer, error: int) -> None:
    chat = await _chat(salon, anna)
    salon.phone.faults.arm(RefuseMessage(error))
    with pytest.raises(Exception, match=str(error)):
        await salon.engine.send(chat, "не дойдёт")
    await salon.engine.send(chat, "дойдёт")
    assert (await anna.next_reply()).text == "дойдёт"


async def test_a_late_ack_keeps_the_sender_waiting_but_not_the_message(salon: Salon, anna: Customer) -> None:
    chat = await _chat(salon, anna)
    salon.phone.faults.arm(LateAck(0.5))
    sending = asyncio.create_task(salon.engine.send(chat, "Здравствуйте"))
    reply = await anna.next_reply()
    assert not sending.done()
    assert reply.id == (await sending).ID


@pytest.mark.parametrize("delivered", [True, False], ids=["taken", "lost"])
async def test_a_connection_that_breaks_before_the_ack_delivers_the_message_once(
    salon: Salon, anna: Customer, delivered: bool
) -> None:
    chat = await _chat(salon, anna)
    salon.phone.faults.arm(DropBeforeAck(delivered=delivered))
    sent = await salon.engine.send(chat, "Здравствуйте")
    await salon.engine.send(chat, "Ждём вас")
    replies = [await anna.next_reply() for _ in range(2)]
    assert [reply.text for reply in replies] == ["Здравствуйте", "Ждём вас"]
    assert replies[0].id == sent.ID
    assert salon.phone.logins == 2


async def test_nothing_gets_through_while_the_network_is_gone(
    sandbox: WhatsAppSandbox, salon: Salon, anna: Customer
) -> None:
    sandbox.unplug()
    await salon.phone.wait_offline()
    await anna.send("Вы там?", to=salon.phone)
    assert salon.phone.unconfirmed == 1
    sandbox.plug_in()
    assert (await salon.engine.message()).Message.conversation == "Вы там?"


async def test_a_slow_handshake_is_waited_for(sandbox: WhatsAppSandbox, engines: Engines) -> None:
    sandbox.faults.arm(SlowHandshake(0.5))
    phone = sandbox.add_phone("79990001122", "111222333444")
    engine = await engines("salon")
    await phone.scan(await engine.code())
    await phone.wait_online()


async def test_a_fault_of_one_phone_leaves_the_others_alone(
    sandbox: WhatsAppSandbox, salon: Salon, anna: Customer, engines: Engines
) -> None:
    other = sandbox.add_phone("79990001133", "111222333555")
    engine = await engines("other")
    await other.scan(await engine.code())
    await other.wait_online()
    other.faults.arm(RefuseLogin(503), times=None)
    other.drop()
    await other.sees(lambda phone: phone.refused)
    assert await _chat(salon, anna)
    other.faults.disarm()
    await other.sees(lambda phone: phone.is_online)

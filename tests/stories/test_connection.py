"""What a break of the connection, of the process, or of the owner's patience does to a conversation."""

import asyncio

from salonbot.cli.demo.stage import scan
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.faults import DropBeforeAck, RefuseMessage
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.whatsapp.states import SessionState
from tests.stories.conftest import House
from tests.stories.telling import ask, column, rows, settled, until


async def test_a_restart_needs_no_new_code_and_remembers_the_conversation(house: House, anna: Customer) -> None:
    async with house() as stage:
        await scan(stage)
        await ask(stage, anna, "Хочу записаться к Бари на стрижку завтра в 15:00")

    async with house() as stage:
        session = next(iter(stage.daemon.tenants.values())).session
        await session.wait_for(SessionState.ONLINE)
        booked = await ask(stage, anna, "Анна")

        assert "15:00" in booked
        assert await column(stage, "SELECT state FROM appointment") == ["booked"]


async def test_a_message_written_while_the_daemon_was_away_is_answered_at_its_return(
    house: House, phone: Phone, anna: Customer
) -> None:
    async with house() as stage:
        await scan(stage)
    await phone.wait_offline()
    await anna.send("Сколько стоит маникюр?", to=phone)

    async with house() as stage:
        answer = await anna.next_reply(20)
        await settled(stage)

    assert "Маникюр" in answer.text
    assert len(anna.inbox) == 1


async def test_a_dropped_socket_is_replaced_and_the_reply_goes_out_once(house: House, anna: Customer) -> None:
    async with house(turns={"quiet_seconds": 0.5}) as stage:
        await scan(stage)
        await anna.send("Сколько стоит маникюр?", to=stage.phone)
        await until(lambda: rows(stage, "SELECT * FROM turn"))
        logins = stage.phone.logins
        stage.phone.drop()

        answer = await anna.next_reply(20)
        await settled(stage)

        assert "Маникюр" in answer.text
        assert len(anna.inbox) == 1
        assert stage.phone.logins > logins


async def test_a_reply_that_left_as_the_connection_broke_is_not_sent_again(house: House, anna: Customer) -> None:
    async with house() as stage:
        await scan(stage)
        stage.phone.faults.arm(DropBeforeAck(delivered=True))
        await anna.send("Сколько стоит маникюр?", to=stage.phone)

        await anna.next_reply(20)
        await settled(stage)
        await until(lambda: rows(stage, "SELECT * FROM reply WHERE state = 'delivered'"))

        assert len(anna.inbox) == 1
        assert await column(stage, "SELECT state FROM reply") == ["delivered"]


async def test_a_reply_lost_as_the_connection_broke_is_sent_again(house: House, anna: Customer) -> None:
    async with house() as stage:
        await scan(stage)
        stage.phone.faults.arm(DropBeforeAck(delivered=False))
        await anna.send("Сколько стоит маникюр?", to=stage.phone)

        answer = await anna.next_reply(30)
        await settled(stage)

        assert "Маникюр" in answer.text
        assert len(anna.inbox) == 1


async def test_a_refused_reply_is_recorded_with_its_code_and_does_not_stop_the_next(
    house: House, anna: Customer
) -> None:
    async with house() as stage:
        await scan(stage)
        stage.phone.faults.arm(RefuseMessage(463))
        await anna.send("Сколько стоит маникюр?", to=stage.phone)
        await until(lambda: rows(stage, "SELECT * FROM turn WHERE state = 'failed'"))
        answer = await ask(stage, anna, "А педикюр?")

        assert "Педикюр" in answer
        assert "463" in str(await column(stage, "SELECT failure FROM turn ORDER BY id LIMIT 1"))


async def test_a_network_gone_and_back_finds_the_waiting_customer(
    house: House, sandbox: WhatsAppSandbox, anna: Customer
) -> None:
    async with house() as stage:
        await scan(stage)
        sandbox.unplug()
        await anna.send("Сколько стоит маникюр?", to=stage.phone)
        session = next(iter(stage.daemon.tenants.values())).session
        await session.wait_for(SessionState.RECONNECTING, SessionState.CONNECTING)
        sandbox.plug_in()

        assert "Маникюр" in (await anna.next_reply(30)).text


async def test_a_phone_that_unlinks_the_device_ends_the_session_and_keeps_the_salons_data(
    house: House, anna: Customer
) -> None:
    async with house() as stage:
        await scan(stage)
        await ask(stage, anna, "Сколько стоит маникюр?")
        session = next(iter(stage.daemon.tenants.values())).session
        await stage.phone.unlink()
        await session.wait_for(SessionState.LOGGED_OUT)
        (salon,) = stage.daemon.overview.salons()

        assert "scan" in salon.advice
        assert len(await rows(stage, "SELECT * FROM message")) == 2
        session.show_qr()
        await scan(stage)
        assert "Педикюр" in await ask(stage, anna, "А педикюр?")


async def test_several_customers_keep_their_own_conversations(house: House, sandbox: WhatsAppSandbox) -> None:
    people = [sandbox.add_customer(f"791600000{n:02}", f"5551110000{n:02}", f"Клиент {n}") for n in range(6)]
    async with house() as stage:
        await scan(stage)
        async with asyncio.TaskGroup() as tasks:
            for number, person in enumerate(people):
                tasks.create_task(person.send(f"Запишите меня на маникюр завтра в {10 + number}:00", to=stage.phone))
        asked = [(await person.next_reply()).text for person in people]

    for number, text in enumerate(asked):
        assert f"{10 + number}:00" in text or "зан" in text or "нет" in text.casefold()

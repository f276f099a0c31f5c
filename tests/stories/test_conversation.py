"""A customer's messages come in, become appointments, and are answered: the real engine, end to end."""

import asyncio
from collections.abc import Callable

import pytest

from salonbot.cli.demo.stage import Stage, scan
from salonbot.sandbox.whatsapp import content
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.stories.conftest import House
from tests.stories.telling import answer_to, ask, column, rows, settled, until


async def test_the_list_of_services_names_them_all_with_their_prices(stage: Stage, anna: Customer) -> None:
    answer = await ask(stage, anna, "Привет! Какие услуги у вас есть?")

    catalogue = next(iter(stage.daemon.tenants.values())).plan.catalogue
    for service in catalogue.services:
        assert service.title in answer
    assert "1 500" in answer.replace("\xa0", " ")


async def test_a_booking_is_confirmed_with_service_stylist_day_time_and_address(stage: Stage, anna: Customer) -> None:
    asked = await ask(stage, anna, "Хочу записаться к Бари на стрижку завтра в 15:00")
    booked = await ask(stage, anna, "Анна")

    assert "зовут" in asked
    for fact in ("Стрижка", "Бари", "25 ноября", "15:00", "ул. Арбат, 10"):
        assert fact in booked
    appointments = await rows(stage, "SELECT * FROM appointment")
    assert [(row["state"], row["name"], row["start"]) for row in appointments] == [
        ("booked", "Анна", "2026-11-25T12:00:00.000000Z")
    ]


async def test_a_customer_whose_phone_is_hidden_is_asked_for_it_before_booking(
    stage: Stage, sandbox: WhatsAppSandbox
) -> None:
    vera = sandbox.add_customer("79165550000", "999888777666", "Вера", hides_phone=True)

    await ask(stage, vera, "Запишите меня на маникюр завтра в 12:00, меня зовут Вера")
    asked = await rows(stage, "SELECT * FROM appointment")
    booked = await ask(stage, vera, "+7 916 555-00-00")

    assert asked == []
    assert "12:00" in booked
    assert [row["phone"] for row in await rows(stage, "SELECT phone FROM appointment")] == ["79165550000"]


async def test_messages_written_in_one_breath_get_one_answer(house: House, anna: Customer) -> None:
    async with house(turns={"quiet_seconds": 0.4}) as stage:
        await scan(stage)
        for piece in ("Здравствуйте", "а какие", "услуги у вас есть?"):
            await anna.send(piece, to=stage.phone)

        await answer_to(stage, anna)
        turns = await rows(stage, "SELECT * FROM turn")

    assert len(turns) == 1


async def test_the_customer_sees_typing_and_blue_ticks_and_the_journal_sees_the_receipts(
    stage: Stage, anna: Customer
) -> None:
    anna.auto_read = True
    message_id = await anna.send("Где вы находитесь?", to=stage.phone)
    await anna.next_reply()

    await anna.sees(lambda a: message_id in a.blue_ticks)
    await anna.sees(lambda a: a.typing_seen)

    async def all_read() -> bool:
        return await column(stage, "SELECT state FROM reply") == ["read"]

    await until(all_read)


async def test_a_message_delivered_twice_is_answered_once(stage: Stage, anna: Customer) -> None:
    message_id = await anna.send("Привет", to=stage.phone)
    await anna.next_reply()
    await anna.send_again(message_id, to=stage.phone)
    await ask(stage, anna, "Сколько стоит маникюр?")

    assert len(await rows(stage, "SELECT * FROM turn")) == 2


async def test_what_is_not_a_customers_question_is_not_answered(
    stage: Stage, sandbox: WhatsAppSandbox, anna: Customer
) -> None:
    boris = sandbox.add_customer("79167778899", "123123123123", "Борис")
    group = sandbox.add_group("120363000000000001", "Подруги", phones=[stage.phone], members=[anna, boris])
    message_id = await anna.send("Спасибо!", to=stage.phone)
    await anna.next_reply()

    await anna.send("Кто завтра в салон?", to=group)
    await anna.post_status("Мои новые ногти", to=stage.phone)
    await anna.send(content.reaction("❤️", message_id=message_id, chat=str(anna.lid)), to=stage.phone)
    await stage.phone.send_own("Это я, хозяйка, отвечу сама", to=boris)
    await anna.call(stage.phone)
    await ask(stage, sandbox.add_customer("79160001111", "321321321321", "Зоя"), "Привет")
    await settled(stage)

    assert len(anna.inbox) == 1
    assert len(boris.inbox) == 0
    kinds = {row["kind"] for row in await rows(stage, "SELECT kind FROM message WHERE author <> 'salon'")}
    assert {"text", "reaction", "call"} <= kinds


async def test_after_the_owner_writes_in_a_chat_the_bot_leaves_it_to_them(stage: Stage, anna: Customer) -> None:
    await ask(stage, anna, "Привет")
    await stage.phone.send_own("Здравствуйте, это администратор", to=anna)
    await until(lambda: rows(stage, "SELECT * FROM message WHERE author = 'owner'"))
    await anna.send("Подскажите, вы сегодня до скольки?", to=stage.phone)

    await until(lambda: rows(stage, "SELECT * FROM turn WHERE state = 'handed_over'"))
    assert len(anna.inbox) == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: content.image("такую хочу"),
        content.image,
        content.voice,
        lambda: content.document("прайс.pdf"),
        content.sticker,
    ],
    ids=["image with caption", "image", "voice", "document", "sticker"],
)
async def test_what_the_bot_cannot_read_is_answered_with_a_request_to_write(
    stage: Stage, anna: Customer, make: Callable[[], content.Content]
) -> None:
    await anna.send(make(), to=stage.phone)

    assert (await anna.next_reply()).text


async def test_a_quoted_an_edited_and_a_deleted_message_are_understood_as_such(house: House, anna: Customer) -> None:
    async with house(turns={"quiet_seconds": 0.6}) as stage:
        await scan(stage)
        first = await anna.send("Сколько стоит педикюр?", to=stage.phone)
        await anna.send(content.edited("Сколько стоит маникюр?", message_id=first, chat=str(anna.lid)), to=stage.phone)
        second = await anna.send("и это лишнее", to=stage.phone)
        await anna.send(content.deleted(message_id=second, chat=str(anna.lid)), to=stage.phone)
        answer = await answer_to(stage, anna)

    assert "Маникюр" in answer
    assert "Педикюр" not in answer


@pytest.mark.parametrize(
    "text",
    ["ы" * 50_000, "🎉🎉🎉", "مرحبا، هل لديكم موعد؟", "до\x00бавь\u202eте", "   ", "\u200b"],
    ids=["100 kB", "emoji only", "right to left", "NUL and direction marks", "blank", "zero width"],
)
async def test_a_strange_message_is_answered_or_ignored_and_the_next_one_works(
    stage: Stage, anna: Customer, text: str
) -> None:
    await anna.send(text, to=stage.phone)
    await anna.send("Сколько стоит маникюр?", to=stage.phone)
    async with asyncio.timeout(10):
        while "Маникюр" not in (await anna.next_reply()).text:
            pass

    states = {row["state"] for row in await rows(stage, "SELECT state FROM turn")}
    assert "failed" not in states


async def test_fifty_customers_at_once_are_each_answered_once(stage: Stage, sandbox: WhatsAppSandbox) -> None:
    customers = [
        sandbox.add_customer(f"7916{number:07}", f"5550000{number:07}", f"Клиент {number}") for number in range(50)
    ]
    for customer in customers:
        await customer.send("Какие у вас услуги?", to=stage.phone)
    for customer in customers:
        await customer.next_reply(30)
    await settled(stage)

    assert len(await rows(stage, "SELECT * FROM turn WHERE state = 'done'")) == 50
    assert len({row["chat"] for row in await rows(stage, "SELECT chat FROM message WHERE author = 'salon'")}) == 50

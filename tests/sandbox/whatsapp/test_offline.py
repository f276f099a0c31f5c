"""What is written while the engine is away waits for it, in order, and is kept until the engine confirms it."""

from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.sandbox.whatsapp.conftest import Engines, Salon


async def test_messages_wait_for_an_engine_that_is_away(salon: Salon, anna: Customer, engines: Engines) -> None:
    await anna.send("до", to=salon.phone)
    await salon.engine.message()
    await salon.phone.sees(lambda phone: phone.unconfirmed == 0)
    await salon.engine.stop()
    await salon.phone.wait_offline()
    lines = [f"строка {number}" for number in range(20)]
    for line in lines:
        await anna.send(line, to=salon.phone)
    again = await engines("salon")
    assert (await again.event("OfflineSyncPreview")).Message == len(lines)
    assert [(await again.message()).Message.conversation for _ in lines] == lines
    assert (await again.event("OfflineSyncCompleted")).Count == len(lines)


async def test_what_was_confirmed_is_not_delivered_again(salon: Salon, anna: Customer) -> None:
    await anna.send("раз", to=salon.phone)
    await salon.engine.message()
    await salon.phone.sees(lambda phone: phone.unconfirmed == 0)
    salon.phone.drop()
    await salon.phone.sees(lambda phone: phone.logins == 2 and phone.is_online)
    await anna.send("два", to=salon.phone)
    assert (await salon.engine.message()).Message.conversation == "два"


async def test_what_got_lost_on_a_silent_connection_is_delivered_again(salon: Salon, anna: Customer) -> None:
    salon.phone.go_silent()
    await anna.send("слышно?", to=salon.phone)
    assert salon.phone.unconfirmed == 1
    salon.phone.drop()
    assert (await salon.engine.message()).Message.conversation == "слышно?"
    await salon.phone.sees(lambda phone: phone.unconfirmed == 0)


async def test_a_server_that_restarts_forgets_nothing(sandbox: WhatsAppSandbox, salon: Salon, anna: Customer) -> None:
    address = sandbox.proxy_url
    await sandbox.stop()
    await anna.send("есть кто?", to=salon.phone)
    await sandbox.start()
    assert sandbox.proxy_url == address
    message = await salon.engine.message()
    assert message.Message.conversation == "есть кто?"
    await salon.engine.send(message.Info.MessageSource.Chat, "да")
    assert (await anna.next_reply()).text == "да"


async def test_receipts_wait_too(salon: Salon, anna: Customer, engines: Engines) -> None:
    await anna.send("привет", to=salon.phone)
    sent = await salon.engine.send((await salon.engine.message()).Info.MessageSource.Chat, "здравствуйте")
    await anna.next_reply()
    await salon.engine.receipt()
    await salon.phone.sees(lambda phone: phone.unconfirmed == 0)
    await salon.engine.stop()
    await salon.phone.wait_offline()
    await anna.read(sent.ID)
    again = await engines("salon")
    receipt = await again.receipt()
    assert (list(receipt.MessageIDs), receipt.Type) == ([sent.ID], receipt.READ)

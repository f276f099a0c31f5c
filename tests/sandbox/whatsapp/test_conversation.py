"""Customers and a salon write to each other through the real engine, in every way that matters to a salon."""

from typing import Any

import pytest

from salonbot.sandbox.whatsapp import content
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.sandbox.whatsapp.conftest import Engines, Salon


async def test_a_message_arrives_and_its_answer_too(salon: Salon, anna: Customer) -> None:
    message_id = await anna.send("Привет! Какие услуги у вас есть?", to=salon.phone)
    message = await salon.engine.message()
    assert message.Message.conversation == "Привет! Какие услуги у вас есть?"
    assert message_id == message.Info.ID
    assert message.Info.Pushname == "Анна"
    sent = await salon.engine.send(message.Info.MessageSource.Chat, "Здравствуйте!")
    reply = await anna.next_reply()
    assert (reply.id, reply.text) == (sent.ID, "Здравствуйте!")
    assert not anna.unreadable


async def test_the_salon_may_write_first(salon: Salon, anna: Customer) -> None:
    await salon.engine.send(_jid(anna.number), "Ждём вас завтра")
    assert (await anna.next_reply()).text == "Ждём вас завтра"
    await anna.send("Хорошо", to=salon.phone)
    assert (await salon.engine.message()).Message.conversation == "Хорошо"


@pytest.mark.parametrize(
    ("addressing", "hides_phone", "server", "alternative"),
    [("lid", False, "lid", "79160000001"), ("lid", True, "lid", ""), ("pn", False, "s.whatsapp.net", "5550001")],
    ids=["LID with the number", "LID alone", "number with the LID"],
)
async def test_a_customer_is_answered_however_they_are_addressed(
    sandbox: WhatsAppSandbox, salon: Salon, addressing: Any, hides_phone: bool, server: str, alternative: str
) -> None:
    customer = sandbox.add_customer("79160000001", "5550001", "Лев", addressing=addressing, hides_phone=hides_phone)
    await customer.send("Привет", to=salon.phone)
    source = (await salon.engine.message()).Info.MessageSource
    assert (source.Sender.Server, source.SenderAlt.User) == (server, alternative)
    await salon.engine.send(source.Chat, "Добрый день")
    assert (await customer.next_reply()).text == "Добрый день"


async def test_ticks_and_typing_go_both_ways(salon: Salon, anna: Customer) -> None:
    from neonize.utils.enum import ChatPresence, ChatPresenceMedia, ReceiptType

    client = salon.engine.client
    await client.set_force_activate_delivery_receipts(True)
    question = await anna.send("Привет", to=salon.phone)
    source = (await salon.engine.message()).Info.MessageSource
    await anna.sees(lambda customer: customer.delivered[question])
    await client.mark_read(question, chat=source.Chat, sender=source.Sender, receipt=ReceiptType.READ)
    await anna.sees(lambda customer: question in customer.blue_ticks)
    await client.send_chat_presence(
        source.Chat, ChatPresence.CHAT_PRESENCE_COMPOSING, ChatPresenceMedia.CHAT_PRESENCE_MEDIA_TEXT
    )
    await anna.sees(lambda customer: customer.typing_seen)
    sent = await salon.engine.send(source.Chat, "Здравствуйте!")
    delivered = await salon.engine.receipt()
    assert (list(delivered.MessageIDs), delivered.Type) == ([sent.ID], delivered.DELIVERED)
    await anna.read(sent.ID)
    read = await salon.engine.receipt()
    assert (list(read.MessageIDs), read.Type) == ([sent.ID], read.READ)


async def test_a_customer_may_keep_receipts_to_themselves(salon: Salon, anna: Customer) -> None:
    anna.auto_delivery = False
    await salon.engine.send(_jid(anna.number), "Ждём вас")
    await anna.next_reply()
    assert salon.engine.receipts.empty()


async def test_every_kind_of_message_arrives_as_itself(salon: Salon, anna: Customer) -> None:
    chat = str(salon.phone.lid)
    said = await anna.send("Завтра в 15", to=salon.phone)
    kinds = {
        "extendedTextMessage": content.reply("Да, это", quoted_id=said, quoted_sender=str(anna.lid)),
        "reactionMessage": content.reaction("👍", message_id=said, chat=chat, from_me=True),
        "protocolMessage": content.deleted(message_id=said, chat=chat),
        "imageMessage": content.image("вот так"),
        "audioMessage": content.voice(7),
        "documentMessage": content.document("прайс.pdf"),
        "stickerMessage": content.sticker(),
        "locationMessage": content.location(55.75, 37.62, "Дом"),
        "contactMessage": content.contact("Оля", "79160000009"),
    }
    await salon.engine.message()
    for field, what in kinds.items():
        await anna.send(what, to=salon.phone)
        assert (await salon.engine.message()).Message.HasField(field), field


async def test_an_edited_message_carries_its_new_text(salon: Salon, anna: Customer) -> None:
    said = await anna.send("Завтра в 15", to=salon.phone)
    await salon.engine.message()
    await anna.send(content.edited("Завтра в 16", message_id=said, chat=str(salon.phone.lid)), to=salon.phone)
    change = (await salon.engine.message()).Message.protocolMessage
    assert (change.key.ID, change.editedMessage.conversation) == (said, "Завтра в 16")


async def test_what_the_owner_writes_is_marked_as_theirs(salon: Salon, anna: Customer) -> None:
    await salon.phone.send_own("Я сам отвечу", to=anna)
    message = await salon.engine.message()
    assert message.Message.conversation == "Я сам отвечу"
    assert message.Info.MessageSource.IsFromMe
    assert message.Info.MessageSource.Chat.User == anna.lid.user


async def test_the_phone_gets_a_copy_of_what_the_engine_sends(salon: Salon, anna: Customer) -> None:
    await salon.engine.send(_jid(anna.number), "Ждём вас")
    await salon.phone.sees(lambda phone: phone.copies)
    assert content.spoken(salon.phone.copies[0]) == "Ждём вас"


async def test_a_message_sent_again_arrives_under_the_same_id(salon: Salon, anna: Customer) -> None:
    said = await anna.send("Привет", to=salon.phone)
    await anna.send_again(said, to=salon.phone)
    assert [(await salon.engine.message()).Info.ID for _ in range(2)] == [said, said]


async def test_a_message_that_cannot_be_read_is_asked_for_and_sent_once_more(salon: Salon, anna: Customer) -> None:
    said = await anna.send("Привет", to=salon.phone, damaged=True)
    message = await salon.engine.message()
    assert (message.Info.ID, message.Message.conversation) == (said, "Привет")


async def test_a_customer_who_cannot_read_an_answer_gets_it_once_more(salon: Salon, anna: Customer) -> None:
    await anna.send("Привет", to=salon.phone)
    source = (await salon.engine.message()).Info.MessageSource
    sent = await salon.engine.send(source.Chat, "Здравствуйте!")
    await anna.next_reply()
    await anna.ask_retry(sent.ID)
    again = await anna.next_reply()
    assert (again.id, again.text) == (sent.ID, "Здравствуйте!")


async def test_groups_and_statuses_arrive_as_such(sandbox: WhatsAppSandbox, salon: Salon, anna: Customer) -> None:
    group = sandbox.add_group("120363000000000001", "Двор", phones=[salon.phone], members=[anna])
    await anna.send("Всем привет", to=group)
    in_group = (await salon.engine.message()).Info.MessageSource
    assert (in_group.IsGroup, in_group.Chat.User, in_group.Sender.User) == (True, group.jid.user, anna.lid.user)
    await anna.post_status("Отпуск!", to=salon.phone)
    status = (await salon.engine.message()).Info.MessageSource
    assert (status.Chat.User, status.Chat.Server) == ("status", "broadcast")
    assert not group.answers


async def test_a_call_rings(salon: Salon, anna: Customer) -> None:
    call_id = await anna.call(salon.phone)
    offer = await salon.engine.event("CallOffer")
    assert (offer.basicCallMeta.callID, getattr(offer.basicCallMeta, "from").User) == (call_id, anna.lid.user)


async def test_a_long_message_arrives_whole(salon: Salon, anna: Customer) -> None:
    text = "щ" * 100_000
    await anna.send(text, to=salon.phone)
    message = await salon.engine.message()
    assert message.Message.conversation == text
    await salon.engine.send(message.Info.MessageSource.Chat, text)
    assert (await anna.next_reply()).text == text


async def test_customers_keep_their_conversations_apart(sandbox: WhatsAppSandbox, salon: Salon) -> None:
    crowd = [sandbox.add_customer(f"7916000{i:04}", f"5550{i:04}", f"Клиент {i}") for i in range(50)]
    for customer in crowd:
        await customer.send(customer.number, to=salon.phone)
    for _ in crowd:
        message = await salon.engine.message()
        await salon.engine.send(message.Info.MessageSource.Chat, message.Message.conversation)
    for customer in crowd:
        assert (await customer.next_reply()).text == customer.number
        assert len(customer.inbox) == 1


async def test_salons_are_served_at_once_and_kept_apart(
    sandbox: WhatsAppSandbox, engines: Engines, anna: Customer
) -> None:
    phones = [sandbox.add_phone(f"7999000000{i}", f"11122233300{i}") for i in range(4)]
    running = [await engines(phone.number) for phone in phones]
    for phone, engine in zip(phones, running, strict=True):
        await phone.scan(await engine.code())
    for phone in phones:
        await anna.send(phone.number, to=phone)
    for phone, engine in zip(phones, running, strict=True):
        message = await engine.message()
        assert message.Message.conversation == phone.number
        await engine.send(message.Info.MessageSource.Chat, phone.number)
    assert {(await anna.next_reply()).text for _ in phones} == {phone.number for phone in phones}


def _jid(number: str) -> Any:
    from neonize.utils.jid import build_jid

    return build_jid(number)

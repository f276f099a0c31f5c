"""Messages in and out on the real engine, on every way WhatsApp knows, and what goes wrong on the way."""

import asyncio
import sqlite3
import time

import pytest

from salonbot.errors import NotConnected, SendRefused
from salonbot.model.messages import Author, IncomingMessage, MessageKind
from salonbot.sandbox.whatsapp import content
from salonbot.sandbox.whatsapp.content import Content
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.faults import DropBeforeAck, LateAck, RefuseMessage
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.whatsapp.events import ListenerFailed, OfflineDone, ReceiptArrived, ReceiptKind
from salonbot.whatsapp.outcomes import SendOutcomeUnknown
from salonbot.whatsapp.states import SessionState as S
from tests.whatsapp.conftest import MakeSalon, Salon

ANNA_CHAT = "lid:555666777888"


@pytest.fixture
def anna(sandbox: WhatsAppSandbox) -> Customer:
    return sandbox.add_customer("79161234567", "555666777888", "Анна")


async def test_a_message_comes_in_and_its_answer_goes_out(salon: Salon, anna: Customer) -> None:
    sent = await anna.send("Привет! Какие услуги?", to=salon.phone)
    message = await salon.message()

    answer = await salon.sender.send(message.reply_to, "Здравствуйте!")
    reply = await anna.next_reply()

    assert (message.id, message.chat, message.text) == (sent, ANNA_CHAT, "Привет! Какие услуги?")
    assert (message.phone, message.push_name, message.offline) == ("79161234567", "Анна", False)
    assert (reply.id, reply.text) == (answer, "Здравствуйте!")
    assert reply.message.conversation == "Здравствуйте!", "the plain kind of text, without preview or mentions"


async def test_messages_come_in_a_thread_of_the_engines(salon: Salon, anna: Customer) -> None:
    await anna.send("Привет", to=salon.phone)
    await salon.message()

    assert all(name.startswith("salonbot-") for name in salon.threads)


async def test_a_number_in_a_reply_is_no_mention(salon: Salon, anna: Customer) -> None:
    await salon.sender.send(str(anna.lid), "Пишите @79990001122")

    assert (await anna.next_reply()).message.conversation == "Пишите @79990001122"


async def test_a_customer_who_hides_the_phone_is_answered(salon: Salon, sandbox: WhatsAppSandbox) -> None:
    olga = sandbox.add_customer("79167654321", "999888777666", "Ольга", hides_phone=True)
    await olga.send("Здравствуйте", to=salon.phone)
    message = await salon.message()

    await salon.sender.send(message.reply_to, "Добрый день!")

    assert (message.chat, message.phone) == ("lid:999888777666", None)
    assert (await olga.next_reply()).text == "Добрый день!"


async def test_a_customer_addressed_by_number_is_answered(salon: Salon, sandbox: WhatsAppSandbox) -> None:
    olga = sandbox.add_customer("79167654321", "999888777666", "Ольга", addressing="pn")
    await olga.send("Здравствуйте", to=salon.phone)
    message = await salon.message()

    await salon.sender.send(message.reply_to, "Добрый день!")

    assert (message.chat, message.phone) == ("lid:999888777666", "79167654321")
    assert (await olga.next_reply()).text == "Добрый день!"


@pytest.mark.parametrize(
    ("what", "kind", "text"),
    [
        (content.image("Так хочу"), MessageKind.IMAGE, "Так хочу"),
        (content.voice(5), MessageKind.VOICE, ""),
        (content.document("прайс.pdf"), MessageKind.DOCUMENT, None),
        (content.sticker(), MessageKind.STICKER, ""),
        (content.location(55.7, 37.6), MessageKind.LOCATION, ""),
        (content.contact("Мама", "79160000000"), MessageKind.CONTACT, ""),
        (content.text("👍👍👍"), MessageKind.TEXT, "👍👍👍"),
        (content.text("שלום עליכם"), MessageKind.TEXT, "שלום עליכם"),
        (content.text("a\x00b"), MessageKind.TEXT, "ab"),
        (content.text("очень " * 17_000), MessageKind.TEXT, "очень " * 17_000),
        (content.text(""), MessageKind.OTHER, ""),
    ],
    ids=["image", "voice", "document", "sticker", "location", "contact", "emoji", "rtl", "nul", "100 kB", "empty"],
)
async def test_every_kind_of_message_is_told_apart(
    salon: Salon, anna: Customer, what: Content, kind: MessageKind, text: str | None
) -> None:
    await anna.send(what, to=salon.phone)

    message = await salon.message()

    assert message.kind is kind
    assert text is None or message.text == text


async def test_what_is_about_another_message_names_it(salon: Salon, anna: Customer) -> None:
    first = await anna.send("в 15", to=salon.phone)
    chat = str(salon.phone.lid)
    for what in (
        content.edited("в 16", message_id=first, chat=chat),
        content.reaction("❤", message_id=first, chat=chat),
        content.deleted(message_id=first, chat=chat),
    ):
        await anna.send(what, to=salon.phone)
    await salon.message()

    seen = [await salon.message() for _ in range(3)]

    assert [(one.kind, one.text) for one in seen] == [
        (MessageKind.EDIT, "в 16"),
        (MessageKind.REACTION, "❤"),
        (MessageKind.DELETION, ""),
    ]
    assert {one.target_id for one in seen} == {first}


async def test_a_quoted_answer_brings_what_it_answers(salon: Salon, anna: Customer) -> None:
    await salon.sender.send(str(anna.lid), "В 15 или в 16?")
    asked = await anna.next_reply()
    quoting = content.reply("да", quoted_id=asked.id, quoted_sender=str(salon.phone.lid))
    await anna.send(quoting, to=salon.phone)

    assert (await salon.message()).text == "да"


async def test_the_owners_own_message_is_the_owners(salon: Salon, anna: Customer) -> None:
    await salon.phone.send_own("Анна, ждём вас", to=anna)

    message = await salon.message()

    assert (message.author, message.chat, message.text) == (Author.OWNER, ANNA_CHAT, "Анна, ждём вас")


async def test_groups_and_statuses_are_not_for_us(salon: Salon, sandbox: WhatsAppSandbox, anna: Customer) -> None:
    group = sandbox.add_group("120363000000000001", "Семья", phones=[salon.phone], members=[anna])
    await anna.send("всем привет", to=group)
    await anna.post_status("я на море", to=salon.phone)

    await anna.send("а это вам", to=salon.phone)

    assert (await salon.message()).text == "а это вам"
    assert salon.inbox.empty()


async def test_a_call_is_noted(salon: Salon, anna: Customer) -> None:
    call_id = await anna.call(salon.phone)

    message = await salon.message()

    assert (message.kind, message.id, message.chat) == (MessageKind.CALL, call_id, ANNA_CHAT)


async def test_a_message_that_cannot_be_decrypted_is_noted_and_comes_again_under_its_id(
    salon: Salon, anna: Customer
) -> None:
    sent = await anna.send("Привет", to=salon.phone, damaged=True)

    seen = [await salon.message(), await salon.message()]

    assert [(one.kind, one.id) for one in seen] == [(MessageKind.UNDECRYPTABLE, sent), (MessageKind.TEXT, sent)]


async def test_what_was_written_while_we_were_away_comes_marked_and_in_order(salon: Salon, anna: Customer) -> None:
    await salon.stop()
    for number in range(20):
        await anna.send(f"{number}", to=salon.phone)
    salon.events.clear()

    salon.start()
    await salon.hears(OfflineDone)
    seen = [await salon.message() for _ in range(20)]
    await anna.send("теперь", to=salon.phone)
    live = await salon.message()

    assert [one.text for one in seen] == [f"{number}" for number in range(20)]
    assert all(one.offline for one in seen)
    assert not live.offline


async def test_a_message_is_confirmed_to_the_customer(salon: Salon, anna: Customer) -> None:
    sent = await anna.send("Привет", to=salon.phone)
    message = await salon.message()

    await salon.sender.mark_read(message.reply_to, [message.id])

    await anna.sees(lambda customer: sent in customer.delivered)
    await anna.sees(lambda customer: sent in customer.blue_ticks)


async def test_typing_is_seen(salon: Salon, anna: Customer) -> None:
    await salon.sender.show_typing(str(anna.lid), on=True)
    await anna.sees(lambda customer: customer.typing_seen == 1)

    await salon.sender.show_typing(str(anna.lid), on=False)


async def test_courtesies_can_be_turned_off(make_salon: MakeSalon, anna: Customer) -> None:
    salon = make_salon(mark_read=False, show_typing=False)
    salon.start()
    await salon.link()
    sent = await anna.send("Привет", to=salon.phone)
    message = await salon.message()
    await salon.sender.show_typing(message.reply_to, on=True)
    await salon.sender.mark_read(message.reply_to, [message.id])

    await salon.sender.send(message.reply_to, "Здравствуйте!")
    await anna.next_reply()

    assert (anna.typing_seen, sent in anna.blue_ticks) == (0, False)


async def test_receipts_say_what_became_of_a_reply(salon: Salon, anna: Customer) -> None:
    anna.auto_read = True
    message_id = await salon.sender.send(str(anna.lid), "Здравствуйте!")
    await anna.next_reply()

    receipts = await salon.hears_all(ReceiptArrived, 2)

    assert [receipt.kind for receipt in receipts] == [ReceiptKind.DELIVERED, ReceiptKind.READ]
    assert {(receipt.chat, receipt.message_ids) for receipt in receipts} == {(ANNA_CHAT, (message_id,))}


@pytest.mark.parametrize("code", [463, 479])
async def test_a_refused_message_is_refused_with_its_code(salon: Salon, anna: Customer, code: int) -> None:
    salon.phone.faults.arm(RefuseMessage(code))

    with pytest.raises(SendRefused) as refusal:
        await salon.sender.send(str(anna.lid), "Здравствуйте!")

    assert refusal.value.code == code


async def test_somebody_who_is_not_on_whatsapp_cannot_be_written_to(salon: Salon) -> None:
    with pytest.raises(SendRefused):
        await salon.sender.send("79160000001@s.whatsapp.net", "Здравствуйте!")


async def test_a_message_waits_for_the_connection_to_come_back(
    salon: Salon, sandbox: WhatsAppSandbox, anna: Customer
) -> None:
    sandbox.unplug()
    await salon.reaches(S.RECONNECTING)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(salon.sender.send(str(anna.lid), "Здравствуйте!"))
        sandbox.plug_in()

    assert (await anna.next_reply()).text == "Здравствуйте!"


async def test_without_a_connection_a_message_certainly_did_not_leave(
    make_salon: MakeSalon, sandbox: WhatsAppSandbox, anna: Customer
) -> None:
    salon = make_salon(send_wait_seconds=0.1, send_pause_seconds=0.1)
    salon.start()
    await salon.link()
    await salon.sender.send(str(anna.lid), "Здравствуйте!", mark="reply 1")
    sandbox.unplug()
    await salon.reaches(S.RECONNECTING)

    with pytest.raises(NotConnected):
        await salon.sender.send(str(anna.lid), "Ещё раз", mark="reply 2")

    assert await salon.sender.left_under("reply 1") is not None
    assert await salon.sender.left_under("reply 2") is None


@pytest.mark.parametrize("is_delivered", [True, False])
async def test_a_message_dropped_before_its_answer_arrives_once(
    salon: Salon, anna: Customer, is_delivered: bool
) -> None:
    """The engine sends the same frame again under the same id; what cannot be told is not sent a second time by us."""
    salon.phone.faults.arm(DropBeforeAck(delivered=is_delivered))

    message_id = await salon.sender.send(str(anna.lid), "Здравствуйте!", mark="reply 1")

    assert (await anna.next_reply()).id == message_id
    assert await salon.sender.left_under("reply 1") == message_id
    await asyncio.sleep(0.5)
    assert {received.id for received in anna.inbox} == {message_id}


async def test_a_message_without_answer_is_in_doubt_and_is_found_by_its_mark(
    make_salon: MakeSalon, anna: Customer
) -> None:
    salon = make_salon(query_seconds=1)
    salon.start()
    await salon.link()
    salon.phone.faults.arm(LateAck(30))

    with pytest.raises(SendOutcomeUnknown) as doubt:
        await salon.sender.send(str(anna.lid), "Здравствуйте!", mark="reply 1")

    received = await anna.next_reply()
    assert received.id == doubt.value.message_id == await salon.sender.left_under("reply 1")
    await salon.reaches(S.ONLINE)


async def test_a_mark_is_known_to_the_next_process_too(salon: Salon, make_salon: MakeSalon, anna: Customer) -> None:
    message_id = await salon.sender.send(str(anna.lid), "Здравствуйте!", mark="reply 1")
    await salon.stop()

    later = make_salon(phone=salon.phone)

    assert await later.sender.left_under("reply 1") == message_id


async def test_a_message_the_journal_does_not_take_is_offered_again_and_reported(
    make_salon: MakeSalon, anna: Customer
) -> None:
    failures = [sqlite3.OperationalError("database is locked")] * 2

    def keep(_: IncomingMessage) -> None:
        if failures:
            raise failures.pop()

    salon = make_salon(keep=keep)
    salon.start()
    await salon.link()

    sent = await anna.send("Привет", to=salon.phone)
    message = await salon.message()
    failed = await salon.hears(ListenerFailed)

    assert (message.id, failed.message_id, failed.is_lost) == (sent, sent, False)
    assert "database is locked" in failed.error


async def test_everything_received_before_a_stop_reaches_the_journal(make_salon: MakeSalon, anna: Customer) -> None:
    def slowly(_: IncomingMessage) -> None:
        time.sleep(0.01)

    salon = make_salon(keep=slowly)
    salon.start()
    await salon.link()
    for number in range(50):
        await anna.send(f"{number}", to=salon.phone)
    await salon.message()

    await salon.stop()
    salon.start()
    seen = {(await salon.message()).text for _ in range(49)}

    assert len(seen) == 49


async def test_two_salons_do_not_hear_each_other(make_salon: MakeSalon, sandbox: WhatsAppSandbox) -> None:
    salons = [make_salon(), make_salon()]
    for salon in salons:
        salon.start()
        await salon.link()
    anna = sandbox.add_customer("79161234567", "555666777888", "Анна")

    for number, salon in enumerate(salons):
        await anna.send(f"салону {number}", to=salon.phone)

    assert [(await salon.message()).text for salon in salons] == ["салону 0", "салону 1"]
    assert all(salon.inbox.empty() for salon in salons)

"""What WhatsApp sends, as the words of this house: who it is from, what it says, and what is none of ours."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.model.messages import Author, IncomingMessage, MessageId, MessageKind
from salonbot.whatsapp.convert import Content, Ignored, Origin, call_from, clean, message_from, undecryptable_from
from salonbot.whatsapp.convert import content_of as content
from tests.messages import ANNA, SALON
from tests.whatsapp.protos import ANNA_LID, ANNA_PHONE, E2E, ORIGIN, OWN, OWN_PHONE, WORDS, event, info, jid, text

M = E2E.Message
EDIT, REVOKE = 14, 0


def received(made: Any, origin: Origin = ORIGIN) -> IncomingMessage:
    message = message_from(made, origin)
    assert isinstance(message, IncomingMessage)
    return message


def test_a_customer_under_a_lid_keeps_the_phone_beside_it() -> None:
    message = received(event(text("Привет")))

    assert message == IncomingMessage(
        salon=SALON,
        chat=ANNA,
        id=MessageId("3A0123456789"),
        author=Author.CUSTOMER,
        kind=MessageKind.TEXT,
        text="Привет",
        sent_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        reply_to=ANNA_LID,
        lid="555666777888",
        phone="79161234567",
        push_name="Анна",
    )


def test_a_customer_whose_phone_is_hidden_is_known_by_the_lid_alone() -> None:
    message = received(event(text("Привет"), SenderAlt=""))

    assert (message.chat, message.phone, message.reply_to) == ("lid:555666777888", None, ANNA_LID)


def test_a_customer_under_a_phone_number_is_the_same_chat_once_the_lid_is_told() -> None:
    message = received(event(text("Привет"), Chat=ANNA_PHONE, Sender=ANNA_PHONE, SenderAlt=ANNA_LID))

    assert (message.chat, message.phone, message.reply_to) == ("lid:555666777888", "79161234567", ANNA_PHONE)


def test_a_customer_without_a_lid_is_known_by_the_phone_number() -> None:
    message = received(event(text("Привет"), Chat=ANNA_PHONE, Sender=ANNA_PHONE, SenderAlt=""))

    assert (message.chat, message.lid, message.phone) == ("pn:79161234567", None, "79161234567")


def test_what_the_owner_writes_from_the_phone_belongs_to_the_customers_chat() -> None:
    made = event(text("Ждём вас"), IsFromMe=True, Sender=OWN_PHONE, SenderAlt="", RecipientAlt=ANNA_PHONE)

    message = received(made)

    assert (message.author, message.chat, message.phone) == (Author.OWNER, "lid:555666777888", "79161234567")
    assert message.push_name == "", "the name on it is the owner's"


def test_what_came_while_we_were_away_is_marked() -> None:
    assert received(event(text("?")), Origin(SALON, OWN, is_offline=True)).offline


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"Chat": "123-456@g.us", "IsGroup": True}, Ignored.GROUP),
        ({"Chat": "status@broadcast", "IsGroup": True}, Ignored.STATUS),
        ({"Chat": "1234@broadcast", "IsGroup": True}, Ignored.BROADCAST),
        ({"Chat": "1234@newsletter"}, Ignored.CHANNEL),
        ({"Chat": "1234@bot"}, Ignored.BOT),
        ({"Chat": OWN_PHONE, "IsFromMe": True}, Ignored.OWN_CHAT),
        ({"Chat": OWN_PHONE, "IsFromMe": True, "Category": "peer"}, Ignored.PROTOCOL),
        ({"Chat": "0@s.whatsapp.net"}, Ignored.ADDRESS),
        ({"Chat": ""}, Ignored.ADDRESS),
        ({"Chat": "abc@msgr"}, Ignored.ADDRESS),
    ],
)
def test_what_is_not_a_private_chat_is_told_apart(changed: dict[str, Any], reason: Ignored) -> None:
    assert message_from(event(text("?"), **changed), ORIGIN) is reason


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (text("Да"), Content(MessageKind.TEXT, "Да")),
        (M(extendedTextMessage={"text": "https://x.y"}), Content(MessageKind.TEXT, "https://x.y")),
        (
            M(extendedTextMessage={"text": "в 15", "contextInfo": {"quotedMessage": {"conversation": "В 15 или 16?"}}}),
            Content(MessageKind.TEXT, "в 15", "В 15 или 16?"),
        ),
        (
            M(
                extendedTextMessage={
                    "text": "так?",
                    "contextInfo": {"quotedMessage": {"imageMessage": {"caption": "Каре"}}},
                }
            ),
            Content(MessageKind.TEXT, "так?", "Каре"),
        ),
        (M(buttonsResponseMessage={"selectedDisplayText": "15:00"}), Content(MessageKind.TEXT, "15:00")),
        (M(listResponseMessage={"title": "Стрижка"}), Content(MessageKind.TEXT, "Стрижка")),
        (M(imageMessage={"caption": "Так хочу"}), Content(MessageKind.IMAGE, "Так хочу")),
        (M(imageMessage={}), Content(MessageKind.IMAGE)),
        (M(videoMessage={"caption": "Вот"}), Content(MessageKind.VIDEO, "Вот")),
        (M(ptvMessage={}), Content(MessageKind.VIDEO)),
        (M(audioMessage={"PTT": True}), Content(MessageKind.VOICE)),
        (M(documentMessage={"caption": "Чек"}), Content(MessageKind.DOCUMENT, "Чек")),
        (M(stickerMessage={}), Content(MessageKind.STICKER)),
        (M(locationMessage={}), Content(MessageKind.LOCATION)),
        (M(contactMessage={}), Content(MessageKind.CONTACT)),
        (M(pollCreationMessage={"name": "Когда?"}), Content(MessageKind.OTHER)),
        (text("   \n"), Content(MessageKind.OTHER)),
        (M(reactionMessage={"text": "👍", "key": {"ID": "3A1"}}), Content(MessageKind.REACTION, "👍", target="3A1")),
        (M(reactionMessage={"text": "", "key": {"ID": "3A1"}}), Content(MessageKind.REACTION, "", target="3A1")),
        (M(protocolMessage={"type": REVOKE, "key": {"ID": "3A1"}}), Content(MessageKind.DELETION, target="3A1")),
        (
            M(protocolMessage={"type": EDIT, "key": {"ID": "3A1"}, "editedMessage": {"conversation": "в 16"}}),
            Content(MessageKind.EDIT, "в 16", target="3A1"),
        ),
        (M(ephemeralMessage={"message": {"conversation": "Да"}}), Content(MessageKind.TEXT, "Да")),
        (M(viewOnceMessageV2={"message": {"imageMessage": {}}}), Content(MessageKind.IMAGE)),
        (
            M(documentWithCaptionMessage={"message": {"documentMessage": {"caption": "Чек"}}}),
            Content(MessageKind.DOCUMENT, "Чек"),
        ),
        (M(deviceSentMessage={"message": {"conversation": "Ждём"}}), Content(MessageKind.TEXT, "Ждём")),
        (
            M(
                editedMessage={
                    "message": {
                        "protocolMessage": {
                            "type": EDIT,
                            "key": {"ID": "3A1"},
                            "editedMessage": {"extendedTextMessage": {"text": "в 17"}},
                        }
                    }
                }
            ),
            Content(MessageKind.EDIT, "в 17", target="3A1"),
        ),
    ],
)
def test_content_is_what_a_person_would_see(message: Any, expected: Content) -> None:
    assert content(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        M(),
        M(senderKeyDistributionMessage={"groupID": "1@g.us"}),
        M(protocolMessage={"type": 5}),
        M(pollUpdateMessage={}),
        M(messageContextInfo={"messageSecret": b"x" * 32}),
    ],
)
def test_what_only_devices_talk_about_is_ignored(message: Any) -> None:
    assert message_from(event(message), ORIGIN) is Ignored.PROTOCOL


def test_a_message_that_could_not_be_decrypted_is_kept_as_such_under_its_id() -> None:
    made = WORDS.UndecryptableMessage(Info=info(), IsUnavailable=False, DecryptFailMode=1)

    message = undecryptable_from(made, ORIGIN)

    assert isinstance(message, IncomingMessage)
    assert (message.kind, message.id, message.text) == (MessageKind.UNDECRYPTABLE, "3A0123456789", "")


def test_an_undecryptable_trifle_is_ignored() -> None:
    made = WORDS.UndecryptableMessage(Info=info(), IsUnavailable=False, DecryptFailMode=2)

    assert undecryptable_from(made, ORIGIN) is Ignored.PROTOCOL


def test_a_call_is_from_whoever_calls() -> None:
    meta = WORDS.BasicCallMeta(
        **{"from": jid(ANNA_LID)},
        callCreator=jid(ANNA_LID),
        callCreatorAlt=jid(ANNA_PHONE),
        callID="CALL1",
        timestamp=1_795_510_800,
    )

    message = call_from(WORDS.CallOffer(basicCallMeta=meta), ORIGIN)

    assert isinstance(message, IncomingMessage)
    assert (message.kind, message.id, message.chat, message.phone) == (
        MessageKind.CALL,
        "CALL1",
        "lid:555666777888",
        "79161234567",
    )


def test_control_characters_and_broken_text_are_cleaned_away() -> None:
    assert clean("a\x00b\x1b[0m\ud800c\r\nd\te") == "ab[0mc\nd\te"
    assert clean(b"\xff\xfe!") == "��!"


@given(st.text(max_size=300))
def test_any_text_arrives_as_text_that_can_be_stored(said: str) -> None:
    sendable = said.encode("utf-8", "ignore").decode()

    message = received(event(text(sendable), Pushname=sendable))

    assert "\x00" not in message.text + message.push_name
    message.text.encode()
    if sendable.isprintable() and sendable.strip():
        assert message.text == sendable


@given(st.binary(max_size=200))
def test_no_message_at_all_raises(raw: bytes) -> None:
    message = M()
    try:
        message.ParseFromString(raw)
    except Exception:  # noqa: BLE001 - what is not a message never gets as far as here
        return
    message_from(event(message), ORIGIN)

"""Each channel over a real socket: what arrives, and what is said of every way it fails."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from salonbot.alerts.channels.email import Email
from salonbot.alerts.channels.telegram import Telegram
from salonbot.alerts.channels.webhook import Webhook
from salonbot.alerts.channels.whatsapp import WhatsApp
from salonbot.alerts.letter import ChannelFailed, Letter
from salonbot.config.alert_settings import AlertWebhookSettings, EmailSettings, TelegramSettings
from salonbot.errors import NotConnected, OutcomeUnknown, SendRefused
from salonbot.model.alerts import AlertKind, Occasion, Severity
from tests.alerts.servers import (
    BLOCKED,
    BROKEN,
    CHAT,
    MOVED,
    NO_CHAT,
    PASSWORD,
    SECRET,
    SLOW_DOWN,
    TOKEN,
    USER,
    AlertListener,
    Mailbox,
    Shape,
    TelegramSandbox,
    alert_listener,
    certified,
    mail_server,
    telegram_sandbox,
)
from tests.clocks import HandClock
from tests.messages import SALON

LETTER = Letter(
    id="alert-1-2",
    thread="alert-1",
    kind=AlertKind.LOGGED_OUT,
    occasion=Occasion.OPENED,
    severity=Severity.URGENT,
    salon=SALON,
    title="Салон «Арбат»: WhatsApp отключён_от *бота*",
    text="Отсканируйте <новый> код.",
    link="https://bot.example.org/s/main/pairing",
    at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
)


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    async with telegram_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def listener() -> AsyncIterator[AlertListener]:
    async with alert_listener() as opened:
        yield opened


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


def bot(sandbox: TelegramSandbox, *, token: str = TOKEN, seconds: float = 5) -> Telegram:
    settings = TelegramSettings(chat_id=CHAT, address=sandbox.url, timeout_seconds=seconds)
    return Telegram(settings, SecretStr(token))


async def failure(channel: Telegram | Email | Webhook | WhatsApp) -> ChannelFailed:
    with pytest.raises(ChannelFailed) as caught:
        await channel.send(LETTER)
    return caught.value


async def test_telegram_gets_plain_text_in_which_nothing_is_markup(telegram: TelegramSandbox) -> None:
    await bot(telegram).send(LETTER)

    (message,) = telegram.messages
    assert message["chat_id"] == CHAT
    assert message["text"] == f"{LETTER.title}\n\n{LETTER.text}\n{LETTER.link}"
    assert "parse_mode" not in message
    assert not message["disable_notification"]


async def test_that_it_is_over_makes_no_sound(telegram: TelegramSandbox) -> None:
    await bot(telegram).send(replace(LETTER, occasion=Occasion.OVER))

    assert telegram.messages[0]["disable_notification"]


async def test_a_wrong_token_is_told_without_the_token(telegram: TelegramSandbox) -> None:
    failed = await failure(bot(telegram, token="1:wrong-token"))

    assert failed.is_final
    assert "TELEGRAM_TOKEN" in str(failed)
    assert "wrong-token" not in str(failed)


@pytest.mark.parametrize(
    ("answer", "said", "is_final"),
    [
        (BLOCKED, "press Start", True),
        (NO_CHAT, "chat not found", True),
        (SLOW_DOWN, "Too Many Requests", False),
        (BROKEN, "502", False),
        ("html", "no JSON", False),
        ("hang", "within 0.2 s", False),
    ],
)
async def test_each_of_telegrams_failures_is_told_for_what_it_is(
    telegram: TelegramSandbox, answer: Shape | str, said: str, is_final: bool
) -> None:
    telegram.answers.append(answer)

    failed = await failure(bot(telegram, seconds=0.2))

    assert said in str(failed)
    assert failed.is_final is is_final
    assert TOKEN not in str(failed)


async def test_telegram_is_left_alone_as_long_as_it_asks_for(telegram: TelegramSandbox) -> None:
    telegram.answers.append(SLOW_DOWN)

    assert (await failure(bot(telegram))).retry_after == timedelta(seconds=35)


async def test_a_group_that_has_become_a_supergroup_is_followed(telegram: TelegramSandbox) -> None:
    channel = bot(telegram)
    telegram.answers.append(MOVED)
    await channel.send(LETTER)
    await channel.send(LETTER)

    assert [message["chat_id"] for message in telegram.messages] == ["-1001234567890"] * 2


async def test_a_telegram_that_cannot_be_reached_is_a_failure_without_the_token() -> None:
    failed = await failure(Telegram(TelegramSettings(chat_id=CHAT, address="http://127.0.0.1:9"), SecretStr(TOKEN)))

    assert not failed.is_final
    assert TOKEN not in str(failed)


async def test_whom_the_bot_writes_to_is_looked_up_without_writing(telegram: TelegramSandbox) -> None:
    assert await bot(telegram).look() == "@salon_bot writes to salon_bot"
    with pytest.raises(ChannelFailed, match="TELEGRAM_TOKEN"):
        await bot(telegram, token="1:wrong").look()
    telegram.answers.append(NO_CHAT)
    with pytest.raises(ChannelFailed, match="chat not found"):
        await bot(telegram).look()
    assert telegram.messages == []


async def test_a_mail_server_is_looked_at_without_sending(mailbox: Mailbox) -> None:
    assert await post_office(mailbox).look() == "127.0.0.1 lets us in"
    assert mailbox.letters == []


def post_office(mailbox: Mailbox, **more: object) -> Email:
    values = {"to": ("owner@salon.example", "desk@salon.example"), "sender": "bot@salon.example", "host": "127.0.0.1"}
    settings = EmailSettings.model_validate({**values, "port": mailbox.port, "security": "none", **more})
    return Email(settings, SecretStr(PASSWORD) if settings.user else None)


async def test_a_letter_reaches_everybody_in_the_thread_of_its_episode(mailbox: Mailbox) -> None:
    await post_office(mailbox).send(LETTER)

    (letter,) = mailbox.letters
    assert letter["Subject"] == LETTER.title
    assert letter["To"] == "owner@salon.example, desk@salon.example"
    assert letter["Message-ID"] == "<alert-1-2@salon.example>"
    assert letter["In-Reply-To"] == "<alert-1@salon.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"] == "Tue, 24 Nov 2026 09:00:00 +0000"
    assert letter.get_content().splitlines() == [LETTER.text, LETTER.link]


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_the_mailbox_is_opened_with_its_password_over_tls(tmp_path: Path, security: str) -> None:
    server, client = certified(tmp_path)
    with mail_server(server, implicit=security == "tls") as mailbox:
        settings = EmailSettings.model_validate(
            {
                "to": ("owner@salon.example",),
                "sender": USER,
                "host": "localhost",
                "port": mailbox.port,
                "security": security,
                "user": USER,
            }
        )
        await Email(settings, SecretStr(PASSWORD), trusted=client).send(LETTER)
        refused = await failure(Email(settings, SecretStr("wrong-password"), trusted=client))
        untrusted = await failure(Email(settings, SecretStr(PASSWORD)))

    assert mailbox.subjects() == [LETTER.title]
    assert refused.is_final
    assert "EMAIL_PASSWORD" in str(refused)
    assert "wrong-password" not in str(refused)
    assert not untrusted.is_final
    assert "certificate" in str(untrusted).lower()


@pytest.mark.parametrize(
    ("answer", "is_final"), [("552 mailbox full", True), ("451 try later", False), ("421 closing", False)]
)
async def test_a_server_that_refuses_for_now_is_tried_again_and_one_that_refuses_for_good_is_not(
    mailbox: Mailbox, answer: str, is_final: bool
) -> None:
    mailbox.answer = answer

    assert (await failure(post_office(mailbox))).is_final is is_final


async def test_a_mail_server_that_is_not_there_is_a_failure() -> None:
    assert "127.0.0.1" in str(await failure(post_office(Mailbox(port=9))))


@pytest.mark.parametrize("host", ["smtp..example.org", f"{'a' * 64}.example.org"])
async def test_a_host_that_no_resolver_takes_is_a_failure_like_any_other(host: str, clock: HandClock) -> None:
    channels = (
        Email(EmailSettings(to=("owner@example.org",), sender="bot@example.org", host=host), None),
        Webhook(AlertWebhookSettings(url=f"https://{host}/"), SecretStr(SECRET), clock),
        Telegram(TelegramSettings(chat_id=CHAT, address=f"https://{host}"), SecretStr(TOKEN)),
    )

    for channel in channels:
        assert "idna" in str(await failure(channel))


async def test_the_webhook_is_signed_and_tells_what_machines_need(listener: AlertListener, clock: HandClock) -> None:
    await Webhook(AlertWebhookSettings(url=listener.url), SecretStr(SECRET), clock).send(LETTER)

    assert listener.alerts == [
        {
            "id": "alert-1-2",
            "episode": "alert-1",
            "kind": "logged_out",
            "occasion": "opened",
            "severity": "urgent",
            "salon": "main",
            "at": "2026-11-24T09:00:00+00:00",
            "count": 1,
            "title": LETTER.title,
            "text": LETTER.text,
            "link": LETTER.link,
        }
    ]


@pytest.mark.parametrize(("status", "is_final"), [(410, True), (500, False), (302, False), (429, False)])
async def test_a_webhook_that_is_gone_is_given_up_and_others_are_tried_again(
    listener: AlertListener, clock: HandClock, status: int, is_final: bool
) -> None:
    listener.answers.append(status)
    listener.retry_after = "17"

    failed = await failure(Webhook(AlertWebhookSettings(url=listener.url), SecretStr(SECRET), clock))

    assert (failed.is_final, failed.retry_after) == (is_final, timedelta(seconds=17))


@pytest.mark.parametrize(
    ("error", "is_final"),
    [(NotConnected("offline"), False), (SendRefused(463, "no"), True), (OutcomeUnknown("hung"), False)],
)
async def test_what_whatsapp_does_not_take_is_told(error: Exception, is_final: bool) -> None:
    async def note(_text: str, _mark: str) -> None:
        raise error

    assert (await failure(WhatsApp(note))).is_final is is_final


@pytest.fixture
def clock() -> HandClock:
    return HandClock()

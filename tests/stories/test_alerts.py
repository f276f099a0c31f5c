"""What the owner hears, where, and when: the real daemon on the real engine, and every channel's other end."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from pydantic import SecretStr

from salonbot.cli.demo.stage import Stage, adapt, scan
from salonbot.config.alert_settings import AlertWebhookSettings, EmailSettings, TelegramSettings
from salonbot.config.load import Loaded
from salonbot.model.alerts import Alert, AlertKind, Recovered
from salonbot.model.salon import SalonId
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.whatsapp.states import SessionState
from tests.alerts.servers import (
    CHAT,
    SECRET,
    TOKEN,
    AlertListener,
    Mailbox,
    TelegramSandbox,
    alert_listener,
    mail_server,
    telegram_sandbox,
)
from tests.stories.conftest import House
from tests.stories.telling import ask, column, settled, until

SALON = SalonId("main")


@dataclass(frozen=True, slots=True)
class Owner:
    """Everything the owner looks at."""

    telegram: TelegramSandbox
    mailbox: Mailbox
    listener: AlertListener

    def heard(self) -> list[list[str]]:
        """Titles by channel."""
        return [
            [text.partition("\n")[0] for text in self.telegram.texts()],
            self.mailbox.subjects(),
            [alert["title"] for alert in self.listener.alerts],
        ]

    async def hears(self, *titles: str, seconds: float = 30) -> None:
        """Return when each channel has said exactly this; fails after `seconds`."""
        try:
            await until(lambda: self._all_say(list(titles)), timeout_s=seconds)
        except TimeoutError:
            assert self.heard() == [list(titles)] * 3, f"within {seconds:g} s"

    async def _all_say(self, titles: list[str]) -> bool:
        return self.heard() == [titles] * 3


@pytest.fixture
async def owner() -> AsyncIterator[Owner]:
    async with telegram_sandbox() as telegram, alert_listener() as listener:
        with mail_server() as mailbox:
            yield Owner(telegram, mailbox, listener)


@pytest.fixture
def loaded(loaded: Loaded, owner: Owner) -> Loaded:
    alerts = {
        "whatsapp": False,
        "telegram": TelegramSettings(chat_id=CHAT, address=owner.telegram.url),
        "email": EmailSettings(
            to=("owner@salon.example",),
            sender="bot@salon.example",
            host="127.0.0.1",
            port=owner.mailbox.port,
            security="none",
        ),
        "webhook": AlertWebhookSettings(url=owner.listener.url),
    }
    secrets = {"telegram_token": SecretStr(TOKEN), "alerts_secret": SecretStr(SECRET)}
    return adapt(
        replace(loaded, secrets=loaded.secrets.model_copy(update=secrets)),
        {"alerts": alerts, "web": {"public_url": "https://bot.example.org"}},
    )


GONE, BACK = "Салон «Арбат»: WhatsApp отключён от бота", "Салон «Арбат»: Снова в порядке: WhatsApp отключён от бота"


async def test_unlinked_on_the_phone_the_owner_hears_it_on_every_channel_within_ten_seconds_and_when_it_is_back(
    stage: Stage, owner: Owner
) -> None:
    await stage.phone.unlink()
    await owner.hears(GONE)
    (text,) = owner.telegram.texts()
    assert "https://bot.example.org/s/main/pairing" in text

    stage.daemon.tenants[SALON].session.show_qr()
    await scan(stage)
    await owner.hears(GONE, BACK)


async def test_what_the_owner_was_told_before_a_restart_is_not_told_again(house: House, owner: Owner) -> None:
    async with house() as stage:
        await scan(stage)
        await stage.phone.unlink()
        await owner.hears(GONE)
        await notices_are(stage, "told", "told", "told")
    async with house() as stage:
        await scan(stage)
        await owner.hears(GONE, BACK)


async def test_a_channel_that_was_down_hears_it_after_a_restart(house: House, owner: Owner) -> None:
    owner.telegram.answers.extend(["html"] * 2)
    async with house() as stage:
        await scan(stage)
        stage.daemon.tell_owner(Alert(kind=AlertKind.RELOAD_FAILED))
        await notices_are(stage, "waiting", "told", "told")
    owner.telegram.answers.clear()
    async with house() as stage:
        await owner.hears("salonbot: Новые настройки не приняты", seconds=15)


async def test_the_salons_own_chat_gets_it_while_its_session_lives_and_the_bot_answers_nobody_there(
    house: House, anna: Customer
) -> None:
    async with house(alerts={"whatsapp": True, "telegram": None, "email": None, "webhook": None}) as stage:
        await scan(stage)
        stage.daemon.tell_owner(Alert(kind=AlertKind.CLAUDE_AWAY, salon=SALON))
        await stage.phone.sees(lambda phone: any("Claude не отвечает" in own_text(one) for one in phone.copies))
        stage.daemon.tell_owner(Recovered(kind=AlertKind.CLAUDE_AWAY, salon=SALON))
        await stage.phone.sees(lambda phone: any("Снова в порядке" in own_text(one) for one in phone.copies))
        assert await column(stage, "SELECT author FROM message") == [], "an alert is no customer's conversation"
        await notices_are(stage, "told", "told")

        await ask(stage, anna, "Здравствуйте")
        await settled(stage)
        assert stage.daemon.tenants[SALON].session.state is SessionState.ONLINE
        assert await column(stage, "SELECT paused_until FROM contact") == [None]


async def notices_are(stage: Stage, *states: str) -> None:
    """Return when the journal says so: a notice is told first and noted as told after that."""

    async def are() -> bool:
        return await column(stage, "SELECT state FROM notice ORDER BY id") == list(states)

    await until(are)


def own_text(copy: object) -> str:
    """What a message to the number's own chat says on the phone."""
    inner = getattr(copy, "deviceSentMessage", None)
    message = inner.message if inner is not None and inner.message.conversation else copy
    return str(getattr(message, "conversation", ""))


async def test_that_a_customer_waits_is_told_with_a_way_to_the_chat_and_nothing_of_what_they_wrote(
    stage: Stage, owner: Owner, anna: Customer
) -> None:
    await ask(stage, anna, "Позовите администратора, у меня аллергия на краску")
    await owner.hears("Салон «Арбат»: Клиент ждёт человека", seconds=15)

    told = owner.telegram.texts()[0] + owner.mailbox.letters[0].get_content() + str(owner.listener.alerts[0])
    assert "https://bot.example.org/s/main/chats?show=waiting" in told
    for personal in ("аллергия", "Анна", anna.number, anna.lid.user):
        assert personal not in told

    await stage.phone.send_own("Добрый день, это администратор", to=anna)
    await until(lambda: _nobody_waits(stage))
    assert len(owner.telegram.messages) == 1, "who has answered needs not be told that somebody was answered"


async def _nobody_waits(stage: Stage) -> bool:
    return await column(stage, "SELECT over_at IS NULL FROM alert") == [0]

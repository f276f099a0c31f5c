"""A person of the salon steps in from the page: what the customer hears, and that they hear each word once."""

import re
import signal
from pathlib import Path

import aiohttp
import pytest

from salonbot.cli.demo.stage import Stage, scan
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.faults import LateAck
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.stories.conftest import House
from tests.stories.telling import answer_to, ask, bearer, column, settled, until
from tests.stories.test_process import Child, configured, linked, running

ANNA = "lid:555666777888"


async def press(stage: Stage, button: str, **fields: str) -> None:
    """Send one of the chat's forms."""
    site = stage.daemon.site
    assert site is not None
    await post(site.url, bearer(stage), button, **fields)


async def post(url: str, headers: dict[str, str], button: str, **fields: str) -> None:
    path = f"/s/main/chats/{ANNA}/{button}"
    async with (
        aiohttp.ClientSession(url, headers=headers) as http,
        http.post(path, data=fields, allow_redirects=False) as answer,
    ):
        assert answer.status == 303, await answer.text()


async def test_what_a_person_writes_arrives_word_for_word_and_the_bot_is_silent_until_it_is_given_the_chat_back(
    stage: Stage, anna: Customer
) -> None:
    await ask(stage, anna, "Привет!")
    await press(stage, "send", text="Здравствуйте!\r\nЭто Марина 🙂", draft="1")
    heard = await anna.next_reply()
    await settled(stage)
    await anna.send("Сколько стоит маникюр?", to=stage.phone)
    await until(lambda: column(stage, "SELECT 1 FROM turn WHERE state = 'handed_over'"))
    silent = len(anna.inbox)

    await press(stage, "give-back")
    answer = await ask(stage, anna, "А педикюр?")

    assert heard.text == "Здравствуйте!\nЭто Марина 🙂"
    assert silent == 2
    assert "Педикюр" in answer
    assert await column(stage, "SELECT author FROM message ORDER BY seq") == [
        *("customer", "salon", "owner", "customer", "customer", "salon")
    ]


async def test_given_back_to_answer_the_bot_answers_what_nobody_has(stage: Stage, anna: Customer) -> None:
    await ask(stage, anna, "Привет!")
    await press(stage, "take-over")
    await anna.send("Сколько стоит маникюр?", to=stage.phone)
    await until(lambda: column(stage, "SELECT 1 FROM turn WHERE state = 'handed_over'"))

    await press(stage, "give-back", answer="1")

    assert "Маникюр" in await answer_to(stage, anna)


async def test_a_person_who_is_asked_for_answers_and_the_customer_waits_no_longer(stage: Stage, anna: Customer) -> None:
    await ask(stage, anna, "Позовите человека")
    waited = await column(stage, "SELECT waits_since IS NOT NULL FROM contact")
    await press(stage, "send", text="Я здесь", draft="1")

    assert (await anna.next_reply()).text == "Я здесь"
    assert (waited, await column(stage, "SELECT waits_since IS NOT NULL FROM contact")) == ([1], [0])


async def test_a_form_sent_twice_is_said_once(stage: Stage, anna: Customer) -> None:
    await ask(stage, anna, "Привет!")
    for _ in range(3):
        await press(stage, "send", text="Ждём вас", draft="the-same")
    await press(stage, "send", text="В десять", draft="another")

    assert [(await anna.next_reply()).text for _ in range(2)] == ["Ждём вас", "В десять"]
    await settled(stage)
    assert len(anna.inbox) == 3


async def test_what_a_person_writes_does_not_wait_until_the_customer_has_ended(house: House, anna: Customer) -> None:
    async with house(turns={"quiet_seconds": 30.0, "longest_wait_seconds": 30.0}) as stage:
        await scan(stage)
        await anna.send("Здравствуйте, я хотела бы", to=stage.phone)
        await until(lambda: column(stage, "SELECT 1 FROM turn WHERE state = 'open'"))
        await press(stage, "send", text="Слушаю вас", draft="1")

        assert (await anna.next_reply(10)).text == "Слушаю вас"
        assert await column(stage, "SELECT state FROM turn WHERE brain IS NULL") == ["open"]


@pytest.fixture
def config(tmp_path: Path, sandbox: WhatsAppSandbox) -> Path:
    return configured(tmp_path, sandbox, quiet_seconds=0.1)


async def write(child: Child, config: Path, text: str) -> None:
    """Send the form to a daemon that is a process of its own."""
    found = re.search(r"http://127\.0\.0\.1:\d+/", child.output)
    assert found is not None
    key = (config.parent / "state" / "web-token").read_text().strip()
    await post(found[0], {"Authorization": f"Bearer {key}"}, "send", text=text, draft="1")


@pytest.mark.parametrize("moment", ["before it leaves", "as it leaves", "while it leaves"])
async def test_what_a_person_wrote_arrives_once_though_the_daemon_is_killed(
    sandbox_directory: Path, config: Path, sandbox: WhatsAppSandbox, phone: Phone, anna: Customer, moment: str
) -> None:
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        await anna.send("Привет!", to=phone)
        await anna.next_reply()
        await child.says("turn_answered")
        if moment == "while it leaves":
            phone.faults.arm(LateAck(30))
            await write(child, config, "Это Марина")
            assert (await anna.next_reply()).text == "Это Марина"
        elif moment == "before it leaves":
            sandbox.unplug()
            await phone.wait_offline()
            await write(child, config, "Это Марина")
        else:
            await write(child, config, "Это Марина")
        child.process.kill()
        await child.process.wait()
    phone.faults.disarm()
    sandbox.plug_in()

    async with running(sandbox_directory, config) as child:
        await child.says("turn_answered", timeout_s=45)  # a reply in doubt waits 15 s for its receipt
        assert await child.ends_after(signal.SIGTERM) == 0

    assert [one.text for one in anna.inbox][1:] == ["Это Марина"]

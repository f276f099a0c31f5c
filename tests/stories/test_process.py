"""`salonbot run` as its own process: what it prints, and that it ends within ten seconds whatever it is doing."""

import asyncio
import os
import re
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from salonbot.config.load import packaged
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.faults import LateAck
from salonbot.sandbox.whatsapp.nodes import Node
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.scanner import read_code
from tests.stories.telling import process_of

END_SECONDS = 10.0
"""The promise of `salonbot run`."""


class Child:
    """A running `salonbot run`, its output gathered."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.output = ""
        self._grown = asyncio.Condition()

    async def gather(self) -> None:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            async with self._grown:
                self.output += line.decode(errors="replace")
                self._grown.notify_all()

    async def says(self, words: str, timeout_s: float = 60, *, after: str = "") -> None:
        """Return once this has been printed; `after`: behind that."""
        async with asyncio.timeout(timeout_s), self._grown:
            await self._grown.wait_for(
                lambda: words in self.output.partition(after)[2] if after else words in self.output
            )

    async def ends_after(self, signal_number: int) -> int:
        """The exit code after this signal; TimeoutError where the promise is broken."""
        self.process.send_signal(signal_number)
        async with asyncio.timeout(END_SECONDS):
            return await self.process.wait()


@pytest.fixture
def config(tmp_path: Path, sandbox: WhatsAppSandbox) -> Path:
    """The default configuration, pointed at the sandbox."""
    return configured(tmp_path, sandbox, quiet_seconds=0.3)


def configured(folder: Path, sandbox: WhatsAppSandbox, *, quiet_seconds: float, ai_label: bool = False) -> Path:
    text = packaged().read_text(encoding="utf-8")
    for old, new in (
        ("port = 8080", "port = 0"),
        ("[whatsapp]\n", f'[whatsapp]\nproxy = "{sandbox.proxy_url}"\nai_label = {str(ai_label).lower()}\n'),
        ("quiet_seconds = 2.5", f"quiet_seconds = {quiet_seconds}"),
    ):
        assert old in text
        text = text.replace(old, new)
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def phone(sandbox: WhatsAppSandbox) -> Phone:
    return sandbox.add_phone("79990001122", "111222333444555")


@asynccontextmanager
async def running(
    sandbox_directory: Path, config: Path, *, state: Path | None = None, within: Sequence[str] = ()
) -> AsyncIterator[Child]:
    """Started `within` another command, such as one that enters a namespace and becomes it."""
    program = (*within, sys.executable, "-m", "tests.stories.child", str(sandbox_directory))
    command = ("run", "--config", str(config), "--state", str(state or config.parent / "state"))
    said = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    async with asyncio.TaskGroup() as tasks, process_of(*program, *command, **said, env=environment) as process:
        child = Child(process)
        tasks.create_task(child.gather())
        yield child


async def linked(child: Child, phone: Phone) -> None:
    """Scan what the child prints."""
    await child.says("Valid for")
    await phone.scan(read_code(child.output))
    await child.says('"online"')


async def test_stopped_while_it_waits_for_a_scan(sandbox_directory: Path, config: Path) -> None:
    async with running(sandbox_directory, config) as child:
        await child.says("Valid for")
        code = await child.ends_after(signal.SIGTERM)

    assert code == 0
    assert "█" in child.output


async def test_stopped_while_the_network_is_away(
    sandbox_directory: Path, config: Path, sandbox: WhatsAppSandbox
) -> None:
    sandbox.unplug()
    async with running(sandbox_directory, config) as child:
        await child.says("connecting")
        code = await child.ends_after(signal.SIGTERM)

    assert code == 0


async def test_stopped_by_ctrl_c_while_online(
    sandbox_directory: Path, config: Path, sandbox: WhatsAppSandbox, phone: Phone
) -> None:
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        code = await child.ends_after(signal.SIGINT)

    assert code == 0
    assert "Traceback" not in child.output


async def test_stopped_in_mid_turn_it_answers_once_after_the_next_start(
    sandbox_directory: Path, config: Path, sandbox: WhatsAppSandbox, phone: Phone, anna: Customer
) -> None:
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        phone.faults.arm(LateAck(30))
        await anna.send("Сколько стоит маникюр?", to=phone)
        await anna.next_reply()
        code = await child.ends_after(signal.SIGTERM)
    phone.faults.disarm()
    await phone.wait_offline()

    async with running(sandbox_directory, config) as child:
        await child.says("turn_answered")
        again = await child.ends_after(signal.SIGTERM)

    assert (code, again) == (0, 0)
    assert len(anna.inbox) == 1


async def test_killed_while_gathering_it_answers_after_the_next_start(
    sandbox_directory: Path, config: Path, sandbox: WhatsAppSandbox, phone: Phone, anna: Customer
) -> None:
    configured(config.parent, sandbox, quiet_seconds=5)
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        message_id = await anna.send("Сколько стоит маникюр?", to=phone)
        await anna.sees(lambda a: a.delivered[message_id])
        await asyncio.sleep(0.3)
        child.process.kill()
        await child.process.wait()

    async with running(sandbox_directory, config) as child:
        answer = await anna.next_reply(30)
        await child.ends_after(signal.SIGTERM)

    assert "Маникюр" in answer.text
    assert len(anna.inbox) == 1


async def test_it_serves_health_and_status_without_phones_or_texts(
    sandbox_directory: Path, config: Path, sandbox: WhatsAppSandbox, phone: Phone, anna: Customer
) -> None:
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        await anna.send("Сколько стоит маникюр?", to=phone)
        await anna.next_reply()
        await child.says("turn_answered")
        found = re.search(r"http://127\.0\.0\.1:\d+/", child.output)
        assert found is not None
        welcome = re.search(r"http://127\.0\.0\.1:\d+/welcome/\S+", child.output)
        assert welcome is not None, "the first start prints the way into the pages"
        assert "Добро пожаловать" in await asyncio.to_thread(_get, welcome[0], "")
        token = (config.parent / "state" / "web-token").read_text().strip()
        health = await asyncio.to_thread(_get, found[0] + "health", "")
        status = await asyncio.to_thread(_get, found[0] + "status", token)
        await child.ends_after(signal.SIGTERM)

    assert '"ok"' in health
    assert '"online"' in status
    for private in (anna.number, anna.lid.user, "маникюр", "Анна"):
        assert private not in status + child.output


def _get(url: str, token: str) -> str:
    key = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, headers={"Accept": "text/html", **key})
    with urllib.request.urlopen(request, timeout=5) as response:
        text: str = response.read().decode()
        return text


@pytest.mark.parametrize("wanted", [False, True], ids=["by default none", "when configured"])
async def test_messages_carry_whatsapps_ai_label_only_as_configured(
    sandbox_directory: Path, tmp_path: Path, sandbox: WhatsAppSandbox, phone: Phone, wanted: bool
) -> None:
    config = configured(tmp_path, sandbox, quiet_seconds=0.1, ai_label=wanted)
    # The engine labels only chats that WhatsApp addresses by phone number.
    oleg = sandbox.add_customer("79162223344", "444555666777", "Олег", addressing="pn")
    labelled: list[bool] = []

    def look(direction: str, node: Node) -> None:
        if node.tag == "message" and direction == "in":
            labelled.append(any(child.tag == "bot" for child in node.children))

    sandbox.on_node = look
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        await oleg.send("Сколько стоит маникюр?", to=phone)
        await oleg.next_reply()
        await child.ends_after(signal.SIGTERM)

    assert labelled == [wanted]

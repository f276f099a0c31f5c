"""`salonbot run` told to read its configuration again: what systemd hears, what is printed, what mistakes do."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.manager import Ear, listening
from tests.scanner import read_code
from tests.stories.test_process import Child, configured, linked, running

SECOND = """
[[salon]]
id = "second"
name = "Второй салон"
zone = "Europe/Moscow"
assistant = { daily_budget_usd = 1 }

[[salon.service]]
title = "Массаж"
minutes = 60
price_from = 3000

[[salon.stylist]]
name = "Вера"
services = ["Массаж"]
hours = { "mon-sun" = "10:00-20:00" }
"""


@pytest.fixture
def config(tmp_path: Path, sandbox: WhatsAppSandbox) -> Path:
    return configured(tmp_path, sandbox, quiet_seconds=0.1)


@pytest.fixture
def ear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    with listening(tmp_path) as opened:
        monkeypatch.setenv("NOTIFY_SOCKET", opened.address)
        yield opened


def reload(child: Child, config: Path, *changes: tuple[str, str], more: str = "") -> None:
    """Change the file and say so."""
    text = config.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    config.write_text(text + more, "utf-8")
    child.process.send_signal(signal.SIGHUP)


def plain(text: str) -> str:
    """With ordinary spaces in its numbers."""
    return " ".join(text.split())


async def test_an_added_salon_prints_its_code_and_answers_and_systemd_hears_of_the_reload(
    sandbox_directory: Path, config: Path, sandbox: WhatsAppSandbox, phone: Phone, anna: Customer, ear: Ear
) -> None:
    other = sandbox.add_phone("79990003344", "111222333444666")
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        await ear.waits_for("READY")
        reload(child, config, more=SECOND)
        reloading, ready = await ear.waits_for("RELOADING"), await ear.waits_for("READY")
        await child.says("Link Второй салон to WhatsApp")
        await child.says("Valid for", after="Link Второй салон")
        await other.scan(read_code(child.output))
        await other.wait_online()
        await anna.send("Сколько стоит массаж?", to=other)
        answer = await anna.next_reply()
        reconnected = "reconnecting" in child.output
        code = await child.ends_after(signal.SIGTERM)

    assert reloading["RELOADING"] == ready["READY"] == "1"
    assert int(reloading["MONOTONIC_USEC"]) > 0
    assert "Массаж" in answer.text
    assert not reconnected
    assert code == 0


async def test_mistakes_are_told_one_by_one_and_change_nothing(
    sandbox_directory: Path, config: Path, phone: Phone, anna: Customer, ear: Ear
) -> None:
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        reload(child, config, ("Europe/Moscow", "Europe/Moskow"), ("quiet_seconds", "quite_seconds"))
        await ear.waits_for("RELOADING")
        await ear.waits_for("READY")
        await child.says('"reload_failed"')
        await anna.send("Сколько стоит маникюр?", to=phone)
        answer = await anna.next_reply()
        mended = ("Europe/Moskow", "Europe/Moscow"), ("quite_seconds", "quiet_seconds")
        reload(child, config, *mended, ("price_from = 1200", "price_from = 77000"))
        await child.says('"configuration_reloaded"')
        await anna.send("Сколько стоит маникюр?", to=phone)
        dearer = await anna.next_reply()
        code = await child.ends_after(signal.SIGTERM)

    assert child.output.count('"configuration_mistake"') == 2
    assert "1 200" in plain(answer.text)
    assert "77 000" in plain(dearer.text)
    assert code == 0

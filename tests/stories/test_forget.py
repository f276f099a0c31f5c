"""A customer asks what is held about them, and then to be forgotten, while the salon goes on working."""

import asyncio
import json
import signal
from pathlib import Path

import pytest

from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.statefolder import FORGET
from tests.stories.test_backup import command
from tests.stories.test_process import configured, linked, running

BOOKING = "Запишите меня к Марине на стрижку в пятницу в 12:00, меня зовут Аннабель"


@pytest.fixture
def phone(sandbox: WhatsAppSandbox) -> Phone:
    return sandbox.add_phone("79990001122", "111222333444555")


def traces(state: Path, *marks: str) -> set[str]:
    """Files of the state that hold one of the marks, be it in parts that are not in use."""
    files = [file for file in state.rglob("*") if file.is_file()]
    return {file.name for file in files if any(mark.encode() in file.read_bytes() for mark in marks)}


async def test_exported_and_forgotten_beside_the_running_daemon(
    sandbox_directory: Path, tmp_path: Path, sandbox: WhatsAppSandbox, phone: Phone
) -> None:
    config, state = configured(tmp_path, sandbox, quiet_seconds=0.1), tmp_path / "state"
    anna = sandbox.add_customer("79161234567", "555666777888", "Аннушка")
    boris = sandbox.add_customer("79163334455", "444333222111", "Бориска")
    place = ("--config", config, "--state", state)
    hers = ("79161234567", "555666777888", "Аннабель", "Аннушка", "12:00, меня")
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        for person, words in ((anna, BOOKING), (boris, "Сколько стоит маникюр?")):
            await person.send(words, to=phone)
            await person.next_reply(30)
            # Receipts: what comes after a customer was forgotten must not bring them back.
            await person.read(person.inbox[-1].id)
        await child.says("turn_answered")
        assert len(traces(state, *hers)) >= 2

        exported = await command("export", *place, "--customer", "+7 916 123-45-67", tmp_path / "a.json", folder=state)
        page = await command("export", *place, "--customer", "lid:555666777888", tmp_path / "a.html", folder=state)
        expected = await command("forget", *place, "--customer", "79161234567", "--yes", folder=state)
        done = await command("forget", *place, "--customer", "79161234567", "--yes", "--cancel", folder=state)
        await anna.read(anna.inbox[-1].id)
        await asyncio.sleep(0.5)
        left = traces(state, *hers)
        known = await command("export", *place, "--customer", "79161234567", folder=state)

        await boris.send("Спасибо!", to=phone)
        await boris.next_reply(30)
        await child.ends_after(signal.SIGTERM)
    async with running(sandbox_directory, config) as child:
        await child.says('"online"', timeout_s=30)
        await child.ends_after(signal.SIGTERM)
    left_after_a_restart = traces(state, *hers)
    async with running(sandbox_directory, config) as child:
        await anna.send("Здравствуйте! Когда моя запись?", to=phone)
        answer = (await anna.next_reply(30)).text
        await child.ends_after(signal.SIGTERM)

    assert exported[0] == 0, exported[1]
    told = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert (tmp_path / "a.json").stat().st_mode & 0o077 == 0
    assert told["customer"]["name"] == "Аннабель"
    assert [said["from"] for said in told["conversation"]] == ["customer", "salon"]
    assert told["visits"][0]["stylist_name"] == "Марина"
    assert "79163334455" not in json.dumps(told)
    assert page[0] == 0, page[1]
    assert BOOKING in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert (expected[0], "they are expected at the salon" in expected[1]) == (1, True), expected[1]
    assert done[0] == 0, done[1]
    assert "Visits cancelled: 1" in done[1]
    # What the engine has goes with the next start: nobody else may write to its file while it runs.
    assert left <= {FORGET, "whatsapp-main.db", "whatsapp-main.db-wal"}
    assert (known[0], "holds nothing about" in known[1]) == (1, True), known[1]
    assert left_after_a_restart == set()
    assert traces(state, "444333222111"), "of Boris everything stays"
    assert "12:00" not in answer

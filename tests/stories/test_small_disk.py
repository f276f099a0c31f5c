"""A disk that is really full, at the start and under the running process: nothing is lost, all is answered after it."""

import asyncio
import json
import re
import shutil
import signal
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.alerts.servers import SECRET, AlertListener, alert_listener
from tests.stories.small_disk import SmallDisk, small_disk
from tests.stories.test_missing import written
from tests.stories.test_process import Child, configured, linked, running

PRICE, OTHER_PRICE = "Сколько стоит маникюр?", "Сколько стоит педикюр?"
QUESTIONS = (PRICE, OTHER_PRICE, "До скольки вы работаете?")
Fill = Callable[[SmallDisk], None]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    (place := tmp_path / "disk").mkdir()
    with small_disk(place) as mounted:
        yield mounted


@pytest.fixture
def config(tmp_path: Path, sandbox: WhatsAppSandbox) -> Path:
    return configured(tmp_path, sandbox, quiet_seconds=0.1)


@pytest.fixture
def boris(sandbox: WhatsAppSandbox) -> Customer:
    return sandbox.add_customer("79167778899", "123123123123", "Борис")


def tell_over_webhook(config: Path, listener: AlertListener) -> None:
    text = config.read_text("utf-8")
    config.write_text(text + f'\n[alerts.webhook]\nurl = "{listener.url}"\n', "utf-8")


def at(disk: SmallDisk) -> dict[str, Any]:
    """For `running`: the state folder on that disk."""
    return {"state": disk.place / "state", "within": disk.within}


@pytest.mark.parametrize("fill", [SmallDisk.fill, SmallDisk.fill_with_files], ids=["no byte left", "no file left"])
async def test_a_first_start_waits_in_plain_words_and_comes_up_by_itself_when_there_is_room(
    sandbox_directory: Path, config: Path, disk: SmallDisk, phone: Phone, anna: Customer, fill: Fill
) -> None:
    fill(disk)
    async with running(sandbox_directory, config, **at(disk)) as child:
        await child.says("start_waits_for")
        said_at_first = child.output
        disk.make_room()
        await linked(child, phone)
        await anna.send(PRICE, to=phone)
        answer = await anna.next_reply(30)
        code = await child.ends_after(signal.SIGTERM)

    assert "Traceback" not in child.output
    assert str(disk.place / "state") in said_at_first
    assert "Маникюр" in answer.text
    assert code == 0


@pytest.mark.parametrize("kib", [0, 36, 48, 64])
async def test_a_restart_on_a_disk_with_so_little_room_comes_up_when_there_is_more(
    sandbox_directory: Path, config: Path, disk: SmallDisk, phone: Phone, kib: int
) -> None:
    """Where exactly it finds no more room depends on how much there is; each of these once was another place."""
    async with running(sandbox_directory, config, **at(disk)) as child:
        await child.says("Valid for")
        await child.ends_after(signal.SIGTERM)
    disk.fill(but=kib * 1024)
    async with running(sandbox_directory, config, **at(disk)) as child:
        await child.says('"level": "error"')
        disk.make_room()
        await linked(child, phone)
        code = await child.ends_after(signal.SIGTERM)

    assert "Traceback" not in child.output
    assert code == 0


async def test_what_was_written_before_and_during_a_restart_on_a_full_disk_is_answered_once(
    sandbox_directory: Path, config: Path, disk: SmallDisk, phone: Phone, anna: Customer, boris: Customer
) -> None:
    async with running(sandbox_directory, config, **at(disk)) as child:
        await linked(child, phone)
        await anna.send(PRICE, to=phone)
        await anna.next_reply(30)
        await child.says("turn_answered")
        disk.fill()
        await anna.send(written(conversation=long(OTHER_PRICE)), to=phone)
        await child.says("message_waits_for_journal")
        child.process.kill()
        await child.process.wait()
    await phone.wait_offline()
    await boris.send(written(conversation=long(PRICE)), to=phone)
    async with running(sandbox_directory, config, **at(disk)) as child:
        await child.says('"event"')
        disk.make_room()
        answers = [(await customer.next_reply(60)).text for customer in (anna, boris)]
        code = await child.ends_after(signal.SIGTERM)

    assert "Traceback" not in child.output
    assert "Маникюр" in answers[1]
    assert "Педикюр" in answers[0] or "овторите" in answers[0], "what died with the process is asked for"
    assert (len(anna.inbox), len(boris.inbox)) == (2, 1)
    assert code == 0


async def test_a_disk_that_runs_full_loses_nothing_and_everybody_is_answered_once_and_in_order(
    sandbox_directory: Path,
    config: Path,
    disk: SmallDisk,
    phone: Phone,
    anna: Customer,
    boris: Customer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALERTS_SECRET", SECRET)
    async with alert_listener() as listener:
        tell_over_webhook(config, listener)
        async with running(sandbox_directory, config, **at(disk)) as child:
            await linked(child, phone)
            disk.fill()
            sent = [(who, await who.send(long(what), to=phone)) for what in QUESTIONS for who in (anna, boris)]
            await child.says("journal_not_writable")
            await told(listener, "journal_not_writable")
            reasons = await not_ready(child, disk)
            assert not anna.inbox
            assert not boris.inbox

            disk.make_room()
            await child.says("journal_writable_again")
            for who in (anna, boris):
                await who.next_reply(60)
            await until_ready(child, disk)
            code = await child.ends_after(signal.SIGTERM)

    assert "Traceback" not in child.output
    assert "journal_not_writable" in reasons
    assert code == 0
    for who in (anna, boris):
        mine = [message_id for sender, message_id in sent if sender is who]
        chat = f"author = 'customer' AND chat = 'lid:{who.lid.user}'"
        assert kept(disk, f"SELECT id FROM message WHERE {chat} ORDER BY rowid") == mine
        turns = set(kept(disk, f"SELECT turn FROM message WHERE {chat}"))
        assert None not in turns
        assert len(turns) == len(who.inbox)
    assert kept(disk, "SELECT count(*) FROM turn WHERE state <> 'done'") == [0]


def long(question: str) -> str:
    """More than a page that is already the journal's could take."""
    return f"{question} {'Пожалуйста. ' * 800}"


def kept(disk: SmallDisk, sql: str) -> list[object]:
    """The first column of every row of the journal, once it is closed.

    SQLite follows links, and the one below `/proc` leads it out of the namespace: so it looks at a copy.
    """
    copied = shutil.copy(disk.seen / "state" / "journal.db", disk.place.with_name("copied.db"))
    with closing(sqlite3.connect(copied)) as journal:
        return [row[0] for row in journal.execute(sql)]


async def told(listener: AlertListener, kind: str) -> None:
    """Return once the owner has heard of it."""
    async with asyncio.timeout(30):
        while not any(alert["kind"] == kind for alert in listener.alerts):  # noqa: ASYNC110 - a list has no event
            await asyncio.sleep(0.05)


async def not_ready(child: Child, disk: SmallDisk) -> list[str]:
    """Why, as a monitor hears it."""
    return await asyncio.to_thread(_not_ready, child, (disk.seen / "state" / "web-token").read_text().strip())


def _not_ready(child: Child, token: str) -> list[str]:
    found = re.search(r"http://127\.0\.0\.1:\d+/", child.output)
    assert found is not None
    request = urllib.request.Request(found[0] + "ready", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            assert json.load(response)["ready"]
            return []
    except urllib.error.HTTPError as refusal:
        if refusal.code != 503:
            raise
        return [reason["reason"] for reason in json.load(refusal)["reasons"]]


async def until_ready(child: Child, disk: SmallDisk) -> None:
    """Return once nothing stands in the way of serving customers."""
    async with asyncio.timeout(30):
        while await not_ready(child, disk):  # noqa: ASYNC110 - a monitor looks now and then, as this does
            await asyncio.sleep(0.2)

"""A salon moves: backed up beside the running daemon, restored elsewhere, and its customers notice nothing."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.stories.test_process import configured, linked, running

PASSPHRASE = "четыре слова и пробелы"


@pytest.fixture
def phone(sandbox: WhatsAppSandbox) -> Phone:
    return sandbox.add_phone("79990001122", "111222333444555")


async def command(*arguments: str | Path, folder: Path) -> tuple[int, str]:
    """A command in a process of its own: its exit code, and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "salonbot", *map(str, arguments)),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "BACKUP_PASSPHRASE": PASSPHRASE, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_a_salon_moves_to_another_machine_without_linking_anew(
    sandbox_directory: Path, tmp_path: Path, sandbox: WhatsAppSandbox, phone: Phone, anna: Customer
) -> None:
    (old := tmp_path / "old").mkdir()
    (new := tmp_path / "new").mkdir()
    config = configured(old, sandbox, quiet_seconds=0.1)
    async with running(sandbox_directory, config) as child:
        await linked(child, phone)
        await anna.send("Запишите меня к Марине на стрижку в пятницу в 12:00, меня зовут Анна", to=phone)
        booked = (await anna.next_reply(30)).text
        await child.says("turn_answered")

        made = await command(
            "backup", "--config", config, "--state", old / "state", tmp_path / "salon.age", folder=tmp_path
        )
        beside = await command(
            "restore", "--force", "--config", config, "--state", old / "state", tmp_path / "salon.age", folder=tmp_path
        )

        # Beside and after all that the daemon works on: this exchange is not in the backup.
        await anna.send("Спасибо!", to=phone)
        await anna.next_reply(30)
        await child.ends_after(signal.SIGTERM)
    await phone.wait_offline()
    moved = await command(
        *("restore", "--config", new / "config.toml", "--state", new / "state", tmp_path / "salon.age"),
        folder=tmp_path,
    )

    async with running(sandbox_directory, new / "config.toml") as child:
        await child.says('"online"', timeout_s=30)
        await anna.send("Отмените мою запись", to=phone)
        asked = await anna.next_reply(30)
        await child.ends_after(signal.SIGTERM)

    assert "12:00" in booked
    assert made[0] == 0, made[1]
    assert (beside[0], "held by another salonbot" in beside[1]) == (2, True), beside[1]
    assert moved[0] == 0, moved[1]
    assert "is off for good" in moved[1]
    assert "12:00" in asked.text
    assert "█" not in child.output, "the phone need not be linked anew"

"""`salonbot alert-test` and what `salonbot check` says of the ways an owner is told, over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from salonbot.cli import main
from salonbot.cli.check import look
from salonbot.cli.finding import Finding, Mark
from salonbot.config.load import load
from tests.alerts.servers import BLOCKED, TOKEN, Mailbox, TelegramSandbox, mail_server, telegram_sandbox
from tests.clocks import HandClock
from tests.config.test_load import WHOLE


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    async with telegram_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path, telegram: TelegramSandbox, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TELEGRAM_TOKEN", TOKEN)
    path = tmp_path / "config.toml"
    path.write_text(
        f'[alerts.telegram]\nchat_id = "42"\naddress = "{telegram.url}"\n'
        f'[alerts.email]\nto = ["owner@salon.example"]\nsender = "bot@salon.example"\nhost = "127.0.0.1"\n'
        f'port = {mailbox.port}\nsecurity = "none"\n{WHOLE}',
        encoding="utf-8",
    )
    return path


async def exit_code(*arguments: str) -> object:
    """Of the command, run beside the servers it talks to."""

    def run() -> object:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        return ended.value.code

    return await asyncio.to_thread(run)


async def test_a_test_arrives_over_every_channel(
    file: Path, telegram: TelegramSandbox, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await exit_code("--config", str(file), "alert-test") == 0

    said = capsys.readouterr().out
    assert "✓ main: telegram  arrived: 42" in said
    assert "✓ main: email  arrived: owner@salon.example" in said
    assert "Проверка связи" in telegram.texts()[0]
    assert len(mailbox.letters) == 1


async def test_a_channel_that_does_not_work_is_told_and_the_others_are_tried(
    file: Path, telegram: TelegramSandbox, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    telegram.answers.append(BLOCKED)

    assert await exit_code("--config", str(file), "alert-test", "--salon", "main") == 1
    assert "✗ main: telegram  Telegram may not write to this chat" in capsys.readouterr().out
    assert len(mailbox.letters) == 1


async def test_an_unknown_salon_is_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await exit_code("--config", str(file), "alert-test", "--salon", "nobody") == 1
    assert "one of main" in capsys.readouterr().err


async def findings(file: Path) -> list[Finding]:
    """What `check` says of alerts."""
    loaded = load(file, environment={"TELEGRAM_TOKEN": TOKEN}, state=file.parent / "state")
    found = await asyncio.to_thread(lambda: list(look(loaded, HandClock())))
    return [one for one in found if one.what.startswith("alerts")]


async def test_check_looks_whether_the_channels_let_us_in_and_sends_nothing(
    file: Path, telegram: TelegramSandbox, mailbox: Mailbox
) -> None:
    found = await findings(file)

    assert [one.mark for one in found] == [Mark.OK] * 3
    assert found[1].detail == "telegram: @salon_bot writes to salon_bot"
    assert telegram.messages == []
    assert mailbox.letters == []


async def test_check_says_when_nobody_would_hear_that_whatsapp_is_gone(file: Path) -> None:
    await asyncio.to_thread(file.write_text, WHOLE, "utf-8")

    (whatsapp, advice) = await findings(file)
    assert whatsapp.mark is Mark.OK
    assert advice.mark is Mark.ODD
    assert "Telegram" in advice.detail

"""`salonbot login`: a link for whoever can read the state folder, made beside the daemon that will honour it."""

import asyncio
import re
from pathlib import Path

import pytest

from salonbot.cli import main
from salonbot.clock import SystemClock
from salonbot.journal.accounts import Accounts
from salonbot.journal.database import Database
from salonbot.statefolder import JOURNAL, StateFolder
from salonbot.web.access import secrets

CONFIGURATION = """
[web]
{web}

[[salon]]
id = "main"
name = "Салон"
zone = "Europe/Moscow"
"""


def configuration(folder: Path, web: str = "") -> Path:
    file = folder / "config.toml"
    file.write_text(CONFIGURATION.format(web=web), encoding="utf-8")
    return file


def login(file: Path, state: Path) -> int:
    with pytest.raises(SystemExit) as left:
        main(["login", "--config", str(file), "--state", str(state)])
    return int(str(left.value.code))


async def _made(state: Path) -> None:
    await (await Database.open(state / JOURNAL)).close()


async def _is_good(state: Path, token: str) -> bool:
    database = await Database.open(state / JOURNAL)
    good = await Accounts(database).is_link(secrets.digest(token), now=SystemClock().now())
    await database.close()
    return good


@pytest.mark.parametrize(
    ("web", "base"),
    [
        ("", "http://127.0.0.1:8080"),
        ('host = "0.0.0.0"\nport = 9000', "http://127.0.0.1:9000"),
        ('host = "::"', "http://[::1]:8080"),
        ('public_url = "https://salon.example.org"', "https://salon.example.org"),
    ],
)
def test_it_prints_a_link_that_the_running_daemon_honours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], web: str, base: str
) -> None:
    state = tmp_path / "state"
    with StateFolder.open(state):  # a daemon holds it
        asyncio.run(_made(state))

        assert login(configuration(tmp_path, web), state) == 0

    found = re.search(r"^(\S+)/welcome/(\S+)$", capsys.readouterr().out, re.MULTILINE)
    assert found is not None
    assert found[1] == base
    assert asyncio.run(_is_good(state, found[2]))


def test_before_the_first_start_it_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert login(configuration(tmp_path), tmp_path / "state") == 2

    assert "start `salonbot run` once" in capsys.readouterr().err
    assert not (tmp_path / "state").exists()


def test_it_leaves_a_journal_of_another_version_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = tmp_path / "state"
    state.mkdir()
    journal = state / JOURNAL
    journal.touch()

    assert login(configuration(tmp_path), state) == 2

    assert "another version" in capsys.readouterr().err

"""`salonbot check`: it finds what would keep the daemon from working, and changes nothing by looking."""

import asyncio
import json
import socket
import subprocess
import warnings
from datetime import UTC, datetime
from pathlib import Path

import pytest

from salonbot.cli import main
from salonbot.cli.check import look
from salonbot.cli.finding import Finding, Mark
from salonbot.config.load import Loaded, load
from salonbot.journal.database import Database
from salonbot.journal.edits import Edit, Edits
from salonbot.model.salon import SalonId
from salonbot.statefolder import JOURNAL, StateFolder
from salonbot.whatsapp import library
from tests.clocks import HandClock

CONFIGURATION = """
[web]
port = {port}

[[salon]]
id = "main"
name = "Салон"
zone = "Europe/Moscow"

[[salon.service]]
title = "Стрижка"
minutes = 60

[[salon.service]]
title = "Маникюр"
minutes = 60

[[salon.stylist]]
name = "Ольга"
services = ["Стрижка"]
hours = {{ "tue-sat" = "10:00-14:00, 15:00-20:00" }}
"""


@pytest.fixture(scope="module", autouse=True)
def _engine_loaded() -> None:
    """At import neonize asks `uname` through pipes it never closes; they go when the next process is started."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        library.load()
        subprocess.run(["true"], check=True)


def configuration(folder: Path, *, port: int = 0) -> Path:
    file = folder / "config.toml"
    file.write_text(CONFIGURATION.format(port=port), encoding="utf-8")
    return file


def findings(loaded: Loaded) -> dict[str, Finding]:
    """The findings by what they are about, the configuration's warnings under their own name."""
    named: dict[str, Finding] = {}
    for one in look(loaded, HandClock()):
        named["warning" if one.what in named else one.what] = one
    return named


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    return load(configuration(tmp_path), environment={})


def test_a_good_setting_has_no_cross_and_nothing_is_made_by_looking(loaded: Loaded) -> None:
    found = findings(loaded)

    assert not [one for one in found.values() if one.mark is Mark.WRONG]
    assert "will be made" in found["state folder"].detail
    assert not loaded.state.exists()


def test_the_salon_is_told_with_its_time_and_its_size(loaded: Loaded) -> None:
    found = findings(loaded)["salon main"]

    assert found.detail == "Салон; Europe/Moscow, there it is 12:00; services 2, stylists 1, hours a week 45"


def test_warnings_are_marked_but_do_not_fail(loaded: Loaded) -> None:
    found = findings(loaded)["warning"]

    assert found.mark is Mark.ODD
    assert 'service "Маникюр"' in found.detail


def test_a_port_in_use_is_found(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        found = findings(load(configuration(tmp_path, port=port), environment={}))["web"]

    assert found.mark is Mark.WRONG
    assert f"port {port} on 127.0.0.1 is in use" in found.detail


@pytest.mark.parametrize("state", ["file", "file/below", "file/far/below"])
def test_a_file_in_place_of_the_state_folder_is_found(tmp_path: Path, state: str) -> None:
    (tmp_path / "file").touch()

    found = findings(load(configuration(tmp_path), environment={}, state=tmp_path / state))["state folder"]

    assert found.mark is Mark.WRONG


def test_a_running_daemon_is_not_disturbed(loaded: Loaded) -> None:
    with StateFolder.open(loaded.state):
        found = findings(loaded)

    assert found["state folder"].mark is Mark.ODD
    assert "held by another salonbot" in found["state folder"].detail
    assert found["journal"].mark is Mark.OK
    assert not (loaded.state / "journal.db").exists()


def test_a_journal_that_is_none_is_found(loaded: Loaded) -> None:
    with StateFolder.open(loaded.state) as state:
        state.journal.write_bytes(b"this is no database" * 100)

    assert findings(loaded)["journal"].mark is Mark.WRONG


def test_a_folder_others_may_read_is_marked(loaded: Loaded) -> None:
    loaded.state.mkdir()
    loaded.state.chmod(0o755)

    found = findings(loaded)["state folder"]

    assert found.mark is Mark.ODD
    assert "chmod 700" in found.detail


def test_a_clock_from_before_this_program_is_found(loaded: Loaded) -> None:
    clock = HandClock()
    clock.advance(days=-2000)

    assert [one.mark for one in look(loaded, clock) if one.what == "clock"] == [Mark.WRONG]


def test_the_brain_follows_the_key(tmp_path: Path) -> None:
    file = configuration(tmp_path)

    assert "offline" in findings(load(file, environment={}))["brain"].detail
    assert "Claude" in findings(load(file, environment={"ANTHROPIC_API_KEY": "sk-ant-x"}))["brain"].detail


def exit_code(*argv: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(argv)
    assert isinstance(left.value.code, int)
    return left.value.code


def test_the_table_and_the_exit_code_of_a_good_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("check", "--config", str(configuration(tmp_path))) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("✓ configuration")
    assert {line[0] for line in lines} == {"✓", "!"}


def test_a_cross_makes_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()

    assert exit_code("check", "--config", str(configuration(tmp_path)), "--state", str(tmp_path / "file")) == 1
    assert "✗ state folder" in capsys.readouterr().out


def test_json_is_for_machines_also_when_the_configuration_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = configuration(tmp_path)

    assert exit_code("check", "--json", "--config", str(file)) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert {"mark": "odd", "what": "configuration"}.items() <= told["findings"][1].items()

    file.write_text("port = 1", encoding="utf-8")
    assert exit_code("check", "--json", "--config", str(file)) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    assert [problem["key"] for problem in told["problems"]] == ["port", "salon"]


def test_a_salon_on_yclients_that_cannot_be_reached_is_told_with_its_address(tmp_path: Path) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        file = tmp_path / "config.toml"
        file.write_text(
            '[web]\nport = 0\n[[salon]]\nid = "main"\nname = "Салон"\nzone = "Europe/Moscow"\n'
            f'[salon.yclients]\ncompany_id = 4001\naddress = "{address}"\n',
            encoding="utf-8",
        )
        loaded = load(file, environment={"YCLIENTS_PARTNER_TOKEN": "x"}, state=tmp_path / "state")

        found = findings(loaded)["salon main"]

    assert found.mark is Mark.WRONG
    assert address in found.detail


async def _edit(state: Path) -> None:
    database = await Database.open(state / JOURNAL)
    edit, now = Edit("service", "Стрижка"), datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    await Edits(database).keep_catalogue(SalonId("main"), {"service": [], "stylist": []}, edit, "Хозяйка", now)
    await database.close()


def test_it_says_that_the_pages_have_taken_over_services_and_stylists(loaded: Loaded) -> None:
    loaded.state.mkdir(mode=0o700)
    asyncio.run(_edit(loaded.state))

    found = [one for one in look(loaded, HandClock()) if one.what == "salon main"]

    assert [one.mark for one in found] == [Mark.OK, Mark.ODD]
    assert "kept in the journal since 2026-11-20 12:00" in found[1].detail
    assert "no longer read" in found[1].detail


def test_it_says_that_a_greeting_would_not_be_said(tmp_path: Path) -> None:
    file = configuration(tmp_path)
    file.write_text(f'[assistant]\ngreeting = "Привет! Маникюр за 100 ₽"\n{file.read_text(encoding="utf-8")}', "utf-8")

    found = [one for one in look(load(file, environment={}), HandClock()) if one.what == "salon main"]

    assert "100" in found[-1].detail
    assert found[-1].mark is Mark.ODD


@pytest.mark.parametrize(
    ("web", "is_odd"),
    [
        ('host = "127.0.0.1"', False),
        ('host = "0.0.0.0"', True),
        ('host = "192.168.1.5"\npublic_url = "http://salon.lan"', True),
        ('host = "0.0.0.0"\npublic_url = "https://salon.example.org"', False),
        ('host = "127.0.0.1"\npublic_url = "https://salon.example.org"', False),
    ],
)
def test_passwords_that_would_cross_the_network_in_the_clear_are_warned_of(
    tmp_path: Path, web: str, is_odd: bool
) -> None:
    file = configuration(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace("port = 0", f"port = 0\n{web}"), encoding="utf-8")

    warnings_given = [one for one in look(load(file, environment={}), HandClock()) if "without TLS" in one.detail]

    assert [one.mark for one in warnings_given] == [Mark.ODD] * is_odd

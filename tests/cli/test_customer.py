"""`salonbot export` and `forget` as a shell sees them: whom they mean, that they ask, and their exit codes."""

import subprocess
import sys
from pathlib import Path

import pytest

from salonbot.clock import SystemClock
from tests.cli.test_main import GOOD, salonbot
from tests.vault.states import furnished, texts

ANNA = "+79161234567"


@pytest.fixture
def place(tmp_path: Path) -> tuple[str | Path, ...]:
    """A state in which Anna has written, and the options that name it."""
    return ("--config", GOOD, "--state", furnished(tmp_path / "state", SystemClock()))


def test_everything_is_printed_as_json(place: tuple[str | Path, ...]) -> None:
    done = salonbot("export", *place, "--customer", ANNA)

    assert (done.returncode, done.stderr) == (0, "")
    assert '"text": "Сообщение 0"' in done.stdout
    assert '"held_elsewhere": [' in done.stdout


def test_a_file_that_is_there_is_not_overwritten(place: tuple[str | Path, ...], tmp_path: Path) -> None:
    (tmp_path / "anna.json").write_text("mine")

    done = salonbot("export", *place, "--customer", ANNA, tmp_path / "anna.json")

    assert (done.returncode, "File exists" in done.stderr) == (1, True)
    assert (tmp_path / "anna.json").read_text() == "mine"


def test_no_half_a_file_is_left_on_a_full_disk(tmp_path: Path) -> None:
    state = furnished(tmp_path / "state", SystemClock(), messages=300)
    # Room for the journal's own shared memory, and no more.
    limited = 'ulimit -f 64; exec "$0" "$@"'
    command = ("export", "--config", GOOD, "--state", state, "--customer", ANNA, tmp_path / "anna.json")

    done = subprocess.run(
        ["bash", "-c", limited, sys.executable, "-m", "salonbot", *map(str, command)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, "File too large" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "anna.json").exists()


def test_nobody_is_forgotten_without_a_yes(place: tuple[str | Path, ...], tmp_path: Path) -> None:
    done = salonbot("forget", *place, "--customer", ANNA)

    assert done.returncode == 1
    assert "nobody is here to say yes; give --yes" in done.stderr
    assert "lid:555666777888" in done.stdout
    assert len(texts(tmp_path / "state")) == 3


def test_forgotten_with_a_yes_and_told_what_is_out_of_reach(place: tuple[str | Path, ...], tmp_path: Path) -> None:
    done = salonbot("forget", *place, "--customer", ANNA, "--yes")
    again = salonbot("forget", *place, "--customer", ANNA, "--yes")

    assert (done.returncode, done.stderr) == (0, "")
    assert "Backups made before hold them" in done.stdout
    assert texts(tmp_path / "state") == []
    assert (again.returncode, "holds nothing about" in again.stderr) == (1, True)


@pytest.mark.parametrize("command", ["export", "forget"])
def test_an_unknown_salon_is_told_with_those_there_are(place: tuple[str | Path, ...], command: str) -> None:
    done = salonbot(command, *place, "--salon", "nord", "--customer", ANNA)

    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no salon 'nord': there are main" in done.stderr


def test_without_a_journal_it_says_so(tmp_path: Path) -> None:
    done = salonbot("export", "--config", GOOD, "--state", tmp_path / "none", "--customer", ANNA)

    assert (done.returncode, "there is no journal" in done.stderr) == (2, True)

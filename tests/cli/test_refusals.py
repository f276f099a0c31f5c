"""The daemon that cannot start says why in plain words, at once, and exits with 2."""

import socket
from pathlib import Path

import pytest

from salonbot.statefolder import StateFolder
from tests.cli.test_main import GOOD, salonbot


def refused(*arguments: str | Path) -> str:
    """What `salonbot run` says when it gives up; it must not have begun to work."""
    done = salonbot("run", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_missing_configuration(tmp_path: Path) -> None:
    assert "no such file" in refused("--config", tmp_path / "none.toml")


@pytest.mark.parametrize("state", ["file", "file/below"])
def test_a_state_folder_that_cannot_be_written(tmp_path: Path, state: str) -> None:
    (tmp_path / "file").touch()

    said = refused("--config", GOOD, "--state", tmp_path / state)

    assert f"the state folder {tmp_path / state} cannot be used: it is a file" in said


def test_a_second_daemon_on_the_same_state(tmp_path: Path) -> None:
    with StateFolder.open(tmp_path):
        assert "is held by another salonbot (process " in refused("--config", GOOD, "--state", tmp_path)


def test_a_journal_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"this is no database" * 100)

    assert f"{tmp_path / 'journal.db'} cannot be used as the journal" in refused("--config", GOOD, "--state", tmp_path)


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        file = tmp_path / "config.toml"
        file.write_text(GOOD.read_text(encoding="utf-8").replace("port = 8080", f"port = {port}"), encoding="utf-8")

        said = refused("--config", file, "--state", tmp_path / "state")

    assert f"port {port} on 127.0.0.1 is in use" in said

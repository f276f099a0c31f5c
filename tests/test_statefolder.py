"""The state folder: one holder at a time, and plain words where it cannot be used."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from salonbot.errors import StateError, StateUnavailable
from salonbot.statefolder import StateFolder, StateHeldError
from tests.clocks import HandClock


def test_a_missing_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    with StateFolder.open(tmp_path / "deep" / "state") as state:
        assert stat.S_IMODE(state.path.stat().st_mode) == 0o700
        assert stat.S_IMODE((state.path / "lock").stat().st_mode) == 0o600


def test_a_second_holder_is_told_who_holds_it_and_since_when(tmp_path: Path) -> None:
    with (
        StateFolder.open(tmp_path, HandClock()),
        pytest.raises(StateHeldError, match=rf"process {os.getpid()}, since 2026-11-24T09:00:00Z"),
    ):
        StateFolder.open(tmp_path)


def test_the_folder_is_free_after_close(tmp_path: Path) -> None:
    StateFolder.open(tmp_path).close()

    StateFolder.open(tmp_path).close()


def test_a_holder_in_another_process_keeps_it_until_it_dies(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from salonbot.statefolder import StateFolder\n"
        "state = StateFolder.open(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StateHeldError, match=f"process {other.pid}"):
            StateFolder.open(tmp_path)
        other.kill()

    StateFolder.open(tmp_path).close()


@pytest.mark.parametrize("below", [".", "state", "deep/state"])
def test_a_file_in_its_place_is_told_in_plain_words(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StateError, match=r"it is a file, or lies below one.*--state"):
        StateFolder.open(tmp_path / "file" / below)


def test_a_folder_where_the_lock_should_be_is_told_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "lock").mkdir()

    with pytest.raises(StateError, match=r"cannot be used: .*--state"):
        StateFolder.open(tmp_path)


def test_whoever_holds_it_for_a_short_command_is_named_and_known_to_let_go_soon(tmp_path: Path) -> None:
    with (
        StateFolder.open(tmp_path, errand="salonbot forget"),
        pytest.raises(StateHeldError, match=rf"held by `salonbot forget` \(process {os.getpid()}, .*wait") as held,
    ):
        StateFolder.open(tmp_path)

    assert held.value.lets_go_soon


def test_a_holder_that_has_not_said_yet_who_it_is_may_let_go_soon_and_a_daemon_does_not(tmp_path: Path) -> None:
    with StateFolder.open(tmp_path):
        with pytest.raises(StateHeldError) as daemon:
            StateFolder.open(tmp_path)
        (tmp_path / "lock").write_text("")
        with pytest.raises(StateHeldError, match="just starting") as unknown:
            StateFolder.open(tmp_path)

    assert (daemon.value.lets_go_soon, unknown.value.lets_go_soon) == (False, True)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_what_ails_the_disk_is_no_mistake_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)

    with pytest.raises(StateUnavailable, match=os.strerror(number)):
        StateFolder.open(tmp_path / "state")


def test_a_refused_folder_stays_locked_by_its_holder(tmp_path: Path) -> None:
    with StateFolder.open(tmp_path):
        for _ in range(2):
            with pytest.raises(StateHeldError):
                StateFolder.open(tmp_path)

"""Who was forgotten beside a daemon, at its next start: out of the engines' files, and nobody is kept from working."""

import json
from pathlib import Path

import pytest

from salonbot.clock import SystemClock
from salonbot.journal.holdings import Subject
from salonbot.statefolder import FORGET, StateFolder
from salonbot.vault.person import finish_forgetting, forget
from tests.messages import ANNA, SALON
from tests.vault.states import SESSION, furnished

PHONE = "79161234567"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state in which Anna was forgotten while a daemon held it."""
    folder = furnished(tmp_path / "state", SystemClock(), messages=0)
    with StateFolder.open(folder):
        forget(folder, Subject(SALON, (ANNA,), (PHONE,)), SystemClock(), lambda _: None, cancel=False, patience=0)
    return folder


def noted(state: Path) -> list[str]:
    return [line for line in (state / FORGET).read_text(encoding="utf-8").splitlines() if line]


def test_who_was_forgotten_beside_a_daemon_goes_at_its_next_start(state: Path) -> None:
    assert finish_forgetting(state) == 1
    assert finish_forgetting(state) == 0
    assert not (state / FORGET).exists()


def test_a_damaged_session_keeps_nobody_from_starting_and_is_come_back_to(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = (state / SESSION).read_bytes()
    (state / SESSION).write_bytes(b"no database at all" * 1000)
    before = noted(state)

    assert finish_forgetting(state) == 0
    assert noted(state) == before
    assert "forgetting_unfinished" in capsys.readouterr().out

    (state / SESSION).write_bytes(whole)
    assert finish_forgetting(state) == 1
    assert not (state / FORGET).exists()


def test_a_note_cut_short_by_a_full_disk_keeps_nobody_from_starting_and_hides_no_other(state: Path) -> None:
    (state / FORGET).write_text(f'{noted(state)[0]}\n{{"salon": "ma', encoding="utf-8")

    assert finish_forgetting(state) == 1
    assert noted(state) == ['{"salon": "ma']


def test_a_note_after_one_that_was_cut_short_is_a_note_of_its_own(state: Path) -> None:
    (state / FORGET).write_text('{"salon": "ma', encoding="utf-8")
    with StateFolder.open(state):
        forget(state, Subject(SALON, (ANNA,), (PHONE,)), SystemClock(), lambda _: None, cancel=False, patience=0)

    assert json.loads(noted(state)[1])["salon"] == SALON
    assert finish_forgetting(state) == 1

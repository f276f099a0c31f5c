"""What a running engine knows of the forgotten goes at the next start, which no trouble with that prevents."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from salonbot.statefolder import FORGET
from salonbot.vault.person import finish_forgetting
from tests.clocks import HandClock
from tests.vault.states import SESSION, furnished

ASKED = json.dumps({"salon": "main", "users": ["555666777888", "79161234567"]}) + "\n"


@pytest.fixture
def state(tmp_path: Path, clock: HandClock) -> Path:
    folder = furnished(tmp_path / "state", clock)
    with closing(sqlite3.connect(folder / SESSION)) as engine:
        engine.execute("CREATE TABLE whatsmeow_contacts (their_jid TEXT, push_name TEXT)")
        engine.execute("INSERT INTO whatsmeow_contacts VALUES ('555666777888@lid', 'Анна'), ('5@lid', 'Борис')")
        engine.commit()
    return folder


def contacts(state: Path) -> list[str]:
    with closing(sqlite3.connect(state / SESSION)) as engine:
        return [name for (name,) in engine.execute("SELECT push_name FROM whatsmeow_contacts")]


def test_with_nobody_to_forget_nothing_is_done(state: Path) -> None:
    assert finish_forgetting(state) == 0
    assert contacts(state) == ["Анна", "Борис"]


def test_who_was_asked_for_is_gone_and_the_list_too(state: Path) -> None:
    (state / FORGET).write_text(ASKED)

    assert finish_forgetting(state) == 1
    assert contacts(state) == ["Борис"]
    assert not (state / FORGET).exists()


def test_a_damaged_session_is_left_for_the_next_start(state: Path) -> None:
    (state / FORGET).write_text(ASKED)
    (state / SESSION).write_bytes(b"not a database at all" * 500)

    assert finish_forgetting(state) == 0
    assert (state / FORGET).read_text() == ASKED


def test_a_list_that_cannot_be_read_stays_for_a_person_to_look_at(state: Path) -> None:
    (state / FORGET).write_text("half a li")

    assert finish_forgetting(state) == 0
    assert (state / FORGET).exists()

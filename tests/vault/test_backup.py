"""A backup is whole, private, taken beside a running daemon, and does not count until it was tried out."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyrage
import pytest
from pydantic import SecretStr

from salonbot.errors import BackupError, StateError
from salonbot.journal.inbox import Door
from salonbot.statefolder import JOURNAL, RESTORING, StateFolder
from salonbot.vault.backup import back_up
from salonbot.vault.restore import opened
from salonbot.vault.seal import Identity, Passphrase, Recipient, is_sealed_by_passphrase
from tests.clocks import HandClock
from tests.journal_fixtures import GATHERING
from tests.messages import incoming
from tests.vault.states import SESSION, furnished, order

OWNER = pyrage.x25519.Identity.generate()
LOCK = Recipient(str(OWNER.to_public()))
KEY = Identity(SecretStr(str(OWNER)))


def silent(_sentence: str) -> None:
    """Nobody listens."""


@pytest.fixture
def state(tmp_path: Path, clock: HandClock) -> Path:
    return furnished(tmp_path / "state", clock)


def test_it_holds_all_that_is_worth_keeping_and_nothing_else(state: Path, tmp_path: Path, clock: HandClock) -> None:
    made = back_up(order(state, tmp_path / "salon.age", LOCK), clock, silent)

    with opened(made.path, KEY, tmp_path) as backup:
        assert {file.name for file in backup.folder.iterdir()} == {JOURNAL, SESSION, "web-token", "config.toml"}
        assert (backup.folder / "web-token").read_text() == "a-token-of-the-pages\n"
        assert b"[[salon]]" in backup.config
        manifest = backup.manifest
    assert manifest.made_at == clock.now()
    assert (manifest.messages, manifest.was_running, manifest.secrets) == (3, False, ("ANTHROPIC_API_KEY",))
    assert [(salon.id, salon.is_linked) for salon in manifest.salons] == [("main", True)]


def test_only_its_owner_may_read_the_file_and_nothing_of_it_is_plain(
    state: Path, tmp_path: Path, clock: HandClock
) -> None:
    made = back_up(order(state, tmp_path / "salon.age", LOCK), clock, silent)

    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made.path.read_bytes().startswith(b"age-encryption.org/v1\n")
    for plain in (b"journal", b"SQLite", "Сообщение".encode(), b"79161234567"):
        assert plain not in made.path.read_bytes()


def test_nothing_is_left_behind_but_the_backup(state: Path, tmp_path: Path, clock: HandClock) -> None:
    before = {file.name for file in state.iterdir()}
    (folder := tmp_path / "backups").mkdir()

    back_up(order(state, folder, LOCK), clock, silent)

    assert {file.name for file in state.iterdir()} - before == {"last-backup"}
    assert [file.name for file in folder.iterdir()] == ["salonbot-20261124T090000Z.age"]


def test_it_is_taken_beside_a_daemon_that_writes(state: Path, tmp_path: Path, clock: HandClock) -> None:
    door = Door(state / JOURNAL, clock, GATHERING)
    with StateFolder.open(state), closing(sqlite3.connect(state / JOURNAL, isolation_level=None)) as writer:
        door.record(incoming("Только что пришло"))
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE message SET text = 'никогда не записано'")
        made = back_up(order(state, tmp_path / "salon.age", LOCK), clock, silent)
        writer.execute("ROLLBACK")
        door.record(incoming("Пришло потом"))
    door.close()

    with opened(made.path, KEY, tmp_path) as backup, closing(sqlite3.connect(backup.folder / JOURNAL)) as journal:
        said = [text for (text,) in journal.execute("SELECT text FROM message ORDER BY seq")]
        assert said == ["Сообщение 0", "Сообщение 1", "Сообщение 2", "Только что пришло"]
        assert backup.manifest.was_running


def test_a_passphrase_locks_and_opens_it(state: Path, tmp_path: Path, clock: HandClock) -> None:
    key = Passphrase(SecretStr("четыре слова и пробелы"))

    made = back_up(order(state, tmp_path / "salon.age", key), clock, silent)

    assert is_sealed_by_passphrase(made.path)
    with opened(made.path, key, tmp_path) as backup:
        assert backup.manifest.messages == 3
    with (
        pytest.raises(BackupError, match="passphrase is wrong"),
        opened(made.path, Passphrase(SecretStr("четыре слова без пробелов")), tmp_path),
    ):
        pass


def test_another_private_key_does_not_open_it(state: Path, tmp_path: Path, clock: HandClock) -> None:
    made = back_up(order(state, tmp_path / "salon.age", LOCK), clock, silent)
    stranger = Identity(SecretStr(str(pyrage.x25519.Identity.generate())))

    with pytest.raises(BackupError, match="private key is wrong"), opened(made.path, stranger, tmp_path):
        pass


def test_an_existing_file_is_never_overwritten(state: Path, tmp_path: Path, clock: HandClock) -> None:
    (tmp_path / "salon.age").write_text("something of the owner's")

    with pytest.raises(BackupError, match="exists already"):
        back_up(order(state, tmp_path / "salon.age", LOCK), clock, silent)

    assert (tmp_path / "salon.age").read_text() == "something of the owner's"


def test_of_our_backups_in_a_folder_the_newest_are_kept(state: Path, tmp_path: Path, clock: HandClock) -> None:
    (folder := tmp_path / "backups").mkdir()
    (folder / "salonbot-holiday.age").write_text("not one of those we name")
    for _ in range(4):
        clock.advance(days=1)
        made = back_up(order(state, folder, LOCK, keep=2), clock, silent)

    assert [old.name for old in made.removed] == ["salonbot-20261126T090000Z.age"]
    assert sorted(file.name for file in folder.iterdir()) == [
        "salonbot-20261127T090000Z.age",
        "salonbot-20261128T090000Z.age",
        "salonbot-holiday.age",
    ]


def test_a_backup_that_was_made_is_not_called_none_over_what_comes_after(
    state: Path, tmp_path: Path, clock: HandClock
) -> None:
    (state / "last-backup.new").mkdir()

    with pytest.raises(BackupError, match=r"salon\.age was made, but then: .*Is a directory"):
        back_up(order(state, tmp_path / "salon.age", LOCK), clock, silent)

    with opened(tmp_path / "salon.age", KEY, beside=tmp_path) as backup:
        assert backup.manifest.messages == 3


def test_a_damaged_session_is_found_before_it_counts_as_backed_up(
    state: Path, tmp_path: Path, clock: HandClock
) -> None:
    (folder := tmp_path / "backups").mkdir()
    (state / SESSION).write_bytes((state / SESSION).read_bytes()[:4096] + b"\xff" * 4096)

    with pytest.raises((BackupError, StateError), match=SESSION):
        back_up(order(state, folder, LOCK), clock, silent)

    assert list(folder.iterdir()) == []


def test_without_a_journal_there_is_nothing_to_back_up(tmp_path: Path, clock: HandClock) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(StateError, match="nothing to back up"):
        back_up(order(tmp_path / "empty", tmp_path / "salon.age", LOCK), clock, silent)


def test_a_half_restored_state_is_not_backed_up(state: Path, tmp_path: Path, clock: HandClock) -> None:
    (state / RESTORING).touch()

    with pytest.raises(StateError, match="half restored"):
        back_up(order(state, tmp_path / "salon.age", LOCK), clock, silent)

"""All or nothing: checked before anything is touched, never beside a daemon, and nothing is ever thrown away."""

import gzip
import io
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyrage
import pytest

from salonbot.errors import BackupError, StateError
from salonbot.statefolder import JOURNAL, RESTORING, StateFolder, StateHeldError
from salonbot.vault.backup import back_up
from salonbot.vault.restore import Restored, opened, place_config, restore
from salonbot.vault.seal import is_sealed_by_passphrase
from tests.clocks import HandClock
from tests.vault.states import SESSION, furnished, order, snapshot, texts
from tests.vault.test_backup import KEY, LOCK, OWNER, silent

SAID = ["Сообщение 0", "Сообщение 1", "Сообщение 2"]


@pytest.fixture
def backup(tmp_path: Path, clock: HandClock) -> Path:
    return back_up(order(furnished(tmp_path / "old", clock), tmp_path / "salon.age", LOCK), clock, silent).path


def put_back(backup: Path, state: Path, clock: HandClock, *, force: bool = False, sessions: bool = True) -> Restored:
    with opened(backup, KEY, state.parent) as inside:
        return restore(inside, state, clock, force=force, sessions=sessions)


def test_into_a_new_folder(backup: Path, tmp_path: Path, clock: HandClock) -> None:
    done = put_back(backup, tmp_path / "new", clock)

    assert done.files == (JOURNAL, "web-token", SESSION)
    assert texts(tmp_path / "new") == SAID
    for file in (tmp_path / "new").iterdir():
        assert file.stat().st_mode & 0o077 == 0, file
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == [JOURNAL, "lock", "web-token", SESSION]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files for somebody else")
def test_what_root_restores_belongs_to_the_daemons_user(backup: Path, tmp_path: Path, clock: HandClock) -> None:
    state = furnished(tmp_path / "state", clock)
    for path in (state, *state.iterdir()):
        os.chown(path, 12345, 23456)

    done = put_back(backup, state, clock, force=True)

    assert done.aside is not None
    for path in (state, *state.iterdir(), *done.aside.iterdir()):
        assert (path.stat().st_uid, path.stat().st_gid) == (12345, 23456), path


def test_what_was_in_work_is_resumed_if_the_daemon_was_stopped(backup: Path, tmp_path: Path, clock: HandClock) -> None:
    assert put_back(backup, tmp_path / "new", clock).settled == 0

    with closing(sqlite3.connect(tmp_path / "new" / JOURNAL)) as journal:
        assert journal.execute("SELECT DISTINCT state FROM turn").fetchall() == [("open",)]


def test_what_a_running_daemon_had_in_work_is_not_answered_a_second_time(tmp_path: Path, clock: HandClock) -> None:
    state = furnished(tmp_path / "old", clock)
    with StateFolder.open(state):
        made = back_up(order(state, tmp_path / "salon.age", LOCK), clock, silent)

    assert put_back(made.path, tmp_path / "new", clock).settled == 1

    with closing(sqlite3.connect(tmp_path / "new" / JOURNAL)) as journal:
        assert journal.execute("SELECT state, failure FROM turn").fetchall() == [("failed", "restored from a backup")]
    with closing(sqlite3.connect(state / JOURNAL)) as journal:
        assert journal.execute("SELECT state FROM turn").fetchall() == [("open",)]


def test_never_beside_a_daemon_not_even_by_force(backup: Path, tmp_path: Path, clock: HandClock) -> None:
    with StateFolder.open(tmp_path / "old"):
        before = snapshot(tmp_path / "old")

        with pytest.raises(StateHeldError, match="held by another salonbot \\(process "):
            put_back(backup, tmp_path / "old", clock, force=True)

    assert snapshot(tmp_path / "old") == before


def test_a_state_that_is_there_is_not_touched(backup: Path, tmp_path: Path, clock: HandClock) -> None:
    before = snapshot(tmp_path / "old")

    with pytest.raises(StateError, match="holds a state already"):
        put_back(backup, tmp_path / "old", clock)

    assert snapshot(tmp_path / "old") == before


def test_by_force_it_is_moved_aside_whole(backup: Path, tmp_path: Path, clock: HandClock) -> None:
    state = tmp_path / "old"
    with closing(sqlite3.connect(state / JOURNAL)) as journal:
        journal.execute("UPDATE message SET text = 'позже'")
        journal.commit()
    before = snapshot(state)

    done = put_back(backup, state, clock, force=True)

    assert done.aside == state / "before-restore-20261124T090000Z"
    assert snapshot(done.aside) == before
    assert texts(state) == SAID


def test_without_sessions_the_phones_are_to_be_linked_anew(backup: Path, tmp_path: Path, clock: HandClock) -> None:
    put_back(backup, tmp_path / "new", clock, sessions=False)

    assert not (tmp_path / "new" / SESSION).exists()
    assert texts(tmp_path / "new") == SAID


def test_an_exchange_that_was_cut_short_is_no_state_until_it_is_done_again(
    backup: Path, tmp_path: Path, clock: HandClock
) -> None:
    (half := tmp_path / "new").mkdir()
    (half / RESTORING).touch()
    shutil.copy(tmp_path / "old" / "web-token", half)

    with pytest.raises(StateError, match="half restored"):
        StateFolder.open(half)
    put_back(backup, half, clock, force=True)

    StateFolder.open(half).close()
    assert texts(half) == SAID


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "harm", [flipped, lambda content: content[:-100], lambda content: content + b"x", lambda _content: b"nothing"]
)
def test_a_file_that_was_changed_in_any_way_changes_nothing(
    backup: Path, tmp_path: Path, clock: HandClock, harm: Callable[[bytes], bytes]
) -> None:
    backup.write_bytes(harm(backup.read_bytes()))
    before = snapshot(tmp_path / "old")

    with pytest.raises(BackupError):
        put_back(backup, tmp_path / "old", clock, force=True)

    assert snapshot(tmp_path / "old") == before


def resealed(backup: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """The same backup with other contents, sealed by somebody who knows how."""
    packed = gzip.decompress(pyrage.decrypt(backup.read_bytes(), [OWNER]))
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        members = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    change(members)
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    backup.write_bytes(pyrage.encrypt(written.getvalue(), [OWNER.to_public()]))


def without_session(members: dict[str, bytes]) -> None:
    del members[f"state/{SESSION}"]


def with_a_stranger(members: dict[str, bytes]) -> None:
    members["../../etc/cron.d/evil"] = b"* * * * * root true"


def with_another_token(members: dict[str, bytes]) -> None:
    members["state/web-token"] = b"a-token-of-another-s\n"


def with_a_name_that_leads_elsewhere(members: dict[str, bytes]) -> None:
    members["manifest.json"] = members["manifest.json"].replace(b"state/web-token", b"state/..")
    members["state/.."] = members.pop("state/web-token")


def of_a_later_format(members: dict[str, bytes]) -> None:
    members["manifest.json"] = members["manifest.json"].replace(b'"format": 1', b'"format": 2')


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without_session, "it lacks state/whatsapp-main.db"),
        (with_a_stranger, "knows nothing"),
        (with_another_token, "state/web-token in it is not what was put in"),
        (with_a_name_that_leads_elsewhere, "impossible name"),
        (of_a_later_format, "made by a newer salonbot"),
        (dict[str, bytes].clear, "does not begin with a manifest.json"),
    ],
)
def test_contents_that_are_not_as_noted_are_not_unpacked(
    backup: Path, tmp_path: Path, clock: HandClock, change: Callable[[dict[str, bytes]], None], said: str
) -> None:
    resealed(backup, change)

    with pytest.raises(BackupError, match=said):
        put_back(backup, tmp_path / "new", clock)

    assert not (tmp_path / "new").exists()


def test_a_journal_of_a_later_version_is_refused(tmp_path: Path, clock: HandClock) -> None:
    state = furnished(tmp_path / "old", clock)
    with closing(sqlite3.connect(state / JOURNAL)) as journal:
        journal.execute("PRAGMA user_version = 1000")

    with pytest.raises(StateError, match="written by a newer salonbot"):
        back_up(order(state, tmp_path / "salon.age", LOCK), clock, silent)


def test_what_is_no_file_of_ages_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff")

    with pytest.raises(BackupError, match="is no backup of salonbot's"):
        is_sealed_by_passphrase(tmp_path / "photo.jpg")


def test_the_configuration_is_put_beside_another_one_never_over_it(tmp_path: Path) -> None:
    wanted = tmp_path / "etc" / "config.toml"

    assert place_config(b"one", wanted) == wanted
    assert place_config(b"one", wanted) == wanted
    assert place_config(b"two", wanted) == tmp_path / "etc" / "config.toml.restored"
    assert place_config(b"three", wanted) == tmp_path / "etc" / "config.toml.restored-2"
    assert wanted.read_bytes() == b"one"

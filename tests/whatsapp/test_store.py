"""The engine's file, looked into from outside: readiness, damage, backup, and what to do when it is gone."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from salonbot.errors import StateError
from salonbot.whatsapp.store import Identity, Store, StoreDamaged
from tests.whatsapp.protos import ANNA_LID, OWN_PHONE, address

KEY = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "whatsapp" / "main.db")


@pytest.fixture
def linked(store: Store) -> Store:
    """A store as the engine leaves it after pairing, as far as we look."""
    store.prepare()
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        db.execute("CREATE TABLE whatsmeow_device (jid TEXT, lid TEXT, noise_key BLOB)")
        db.execute("CREATE TABLE whatsmeow_message_secrets (chat_jid TEXT, sender_jid TEXT, message_id TEXT, key BLOB)")
        db.execute(
            "INSERT INTO whatsmeow_device VALUES ('79990001122:3@s.whatsapp.net', '111222333444:3@lid', ?)", (KEY,)
        )
    return store


def test_a_new_file_is_private_to_us_and_in_wal_mode(store: Store) -> None:
    assert store.prepare() is None

    assert store.path.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(store.path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_linked_store_says_who_we_are(linked: Store) -> None:
    assert linked.prepare() == Identity(address(OWN_PHONE), address("111222333444@lid"), KEY)


def test_a_message_made_under_a_mark_is_found_by_it(linked: Store) -> None:
    identity = linked.prepare()
    assert identity is not None
    with closing(sqlite3.connect(linked.path, isolation_level=None)) as db:
        row = (ANNA_LID, "111222333444@lid", "3EB0A", identity.secret("reply 1"))
        db.execute("INSERT INTO whatsmeow_message_secrets VALUES (?, ?, ?, ?)", row)

    assert linked.sent_with(identity.secret("reply 1")) == "3EB0A"
    assert linked.sent_with(identity.secret("reply 2")) is None


def test_decrypted_messages_are_those_others_wrote_in_private(linked: Store) -> None:
    rows = [(ANNA_LID, ANNA_LID, "3A1"), ("1-2@g.us", ANNA_LID, "3A2"), (ANNA_LID, "111222333444@lid", "3EB0A")]
    with closing(sqlite3.connect(linked.path, isolation_level=None)) as db:
        db.executemany("INSERT INTO whatsmeow_message_secrets VALUES (?, ?, ?, x'00')", rows)

    assert [(str(one.chat), one.message_id) for one in linked.decrypted()] == [(ANNA_LID, "3A1")]


def test_however_much_was_decrypted_since_the_last_look_all_of_it_is_listed(linked: Store) -> None:
    """A storm of crashes: a thousand and more between two comparisons that came to their end."""
    rows = [(ANNA_LID, ANNA_LID, f"3A{number}") for number in range(3000)]
    with closing(sqlite3.connect(linked.path, isolation_level=None)) as db:
        db.executemany("INSERT INTO whatsmeow_message_secrets VALUES (?, ?, ?, x'00')", rows)

    since = [one.message_id for one in linked.decrypted(until="3A500")]
    unknown = [one.message_id for one in linked.decrypted(until="nowhere", newest=1000)]

    assert since == [f"3A{number}" for number in range(2999, 499, -1)]
    assert unknown == since[:1000]
    assert len(linked.decrypted(until="")) == 3000
    assert len(linked.decrypted()) == 1000


def test_a_damaged_file_is_named_and_can_be_set_aside(store: Store) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(b"not a database at all" * 100)

    with pytest.raises(StoreDamaged, match="damaged"):
        store.prepare()
    aside = store.set_aside()

    assert aside.read_bytes().startswith(b"not a database")
    assert store.prepare() is None


def test_a_second_damaged_file_does_not_overwrite_the_first(store: Store) -> None:
    store.path.parent.mkdir()
    for contents in (b"first", b"second"):
        store.path.write_bytes(contents)
        store.set_aside()

    assert sorted(path.read_bytes() for path in store.path.parent.iterdir()) == [b"first", b"second"]


def test_a_place_that_cannot_be_written_is_a_state_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StateError, match="cannot be made"):
        Store(tmp_path / "file" / "main.db").prepare()


def test_a_backup_is_a_whole_store(linked: Store, tmp_path: Path) -> None:
    linked.backup(tmp_path / "copy.db")

    assert Store(tmp_path / "copy.db").prepare() == linked.prepare()


def test_one_person_is_forgotten_under_every_form_of_their_address_and_nobody_else_is(linked: Store) -> None:
    with closing(sqlite3.connect(linked.path, isolation_level=None)) as db:
        db.execute("CREATE TABLE whatsmeow_sessions (our_jid TEXT, their_id TEXT, session BLOB)")
        db.execute("CREATE TABLE whatsmeow_lid_map (lid TEXT, pn TEXT)")
        for their in ("555_1:0", "555.0:0", "555", "555@lid", "555:3@lid", "5551_1:0", "1555@lid"):
            db.execute("INSERT INTO whatsmeow_sessions VALUES ('79990001122:3@s.whatsapp.net', ?, x'00')", (their,))
        db.executemany("INSERT INTO whatsmeow_lid_map VALUES (?, ?)", [("555", "7916"), ("777", "7917")])

    before, gone, after = linked.held(["555", "7916"]), linked.forget(["555", "7916"]), linked.held(["555", "7916"])

    assert before == gone == {"whatsmeow_sessions": 5, "whatsmeow_lid_map": 1}
    assert after == {}
    assert linked.prepare() is not None
    with closing(sqlite3.connect(linked.path)) as db:
        assert db.execute("SELECT their_id FROM whatsmeow_sessions").fetchall() == [("5551_1:0",), ("1555@lid",)]


def test_wiping_forgets_the_device_and_nothing_else(linked: Store) -> None:
    neighbour = linked.path.with_name("other.db")
    neighbour.write_text("kept")

    linked.wipe()

    assert linked.prepare() is None
    assert neighbour.read_text() == "kept"

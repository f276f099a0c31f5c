"""State folders as a daemon leaves them, for the backup's tests."""

import sqlite3
from contextlib import closing
from pathlib import Path

from salonbot.clock import Clock
from salonbot.config.load import load, packaged
from salonbot.journal.database import migrate
from salonbot.journal.inbox import Door
from salonbot.statefolder import JOURNAL
from salonbot.vault.backup import Order
from salonbot.vault.seal import Lock
from tests.journal_fixtures import GATHERING
from tests.messages import incoming

SESSION = "whatsapp-main.db"


def furnished(folder: Path, clock: Clock, *, messages: int = 3) -> Path:
    """A state folder with a journal, a session, a token, and what does not belong into a backup."""
    folder.mkdir(parents=True)
    migrate(folder / JOURNAL)
    door = Door(folder / JOURNAL, clock, GATHERING)
    for number in range(messages):
        door.record(incoming(f"Сообщение {number}"))
    door.close()
    with closing(sqlite3.connect(folder / SESSION)) as engine:
        engine.execute("PRAGMA journal_mode = WAL")
        engine.execute("CREATE TABLE whatsmeow_device (jid TEXT, lid TEXT, noise_key BLOB)")
        engine.execute("INSERT INTO whatsmeow_device VALUES ('79990001122:3@s.whatsapp.net', NULL, x'00')")
        engine.commit()
    (folder / "web-token").write_text("a-token-of-the-pages\n", encoding="ascii")
    (folder / f"{SESSION}.damaged-1").write_text("an old one that was set aside", encoding="ascii")
    return folder


def order(state: Path, target: Path, lock: Lock, *, keep: int | None = None) -> Order:
    """A backup of that folder with the packaged configuration."""
    loaded = load(packaged(), environment={}, state=state)
    return Order(
        state=state,
        salons=loaded.salons,
        config=packaged().read_bytes(),
        config_source=loaded.source,
        secrets=("ANTHROPIC_API_KEY",),
        target=target,
        lock=lock,
        keep=keep,
    )


def texts(state: Path) -> list[str]:
    """What was said, as the journal there knows it."""
    with closing(sqlite3.connect(state / JOURNAL)) as journal:
        return [text for (text,) in journal.execute("SELECT text FROM message ORDER BY seq")]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file below the folder, to see that nothing was changed; the lock, which says who looked last, aside."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.name != "lock" and not file.name.endswith(("-shm", "-wal"))
    }

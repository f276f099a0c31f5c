"""Run as a program of its own: looks into an engine's database and prints what it finds as JSON.

A program of its own, because the engine carries its own copy of SQLite: two copies in one process break each other's
file locks, since closing any handle of a file drops all of the process's locks on it (sqlite.org/howtocorrupt.html,
2.2; seen here as "disk I/O error" and as rows that do not appear). Standard library only: it starts in 20 ms.
"""

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

Row = list[object]


def prepare(db: sqlite3.Connection) -> dict[str, object]:
    """Check the file, set WAL (which stays with the file), and tell which device it holds."""
    verdict = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)
    db.execute("PRAGMA journal_mode = WAL")
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'whatsmeow_device'").fetchone():
        return {"device": None}
    row = db.execute("SELECT jid, lid, hex(noise_key) FROM whatsmeow_device LIMIT 1").fetchone()
    return {"device": list(row) if row else None}


def sent_with(db: sqlite3.Connection, secret: str) -> dict[str, object]:
    """The id of the last message made with this secret."""
    row = db.execute(
        "SELECT message_id FROM whatsmeow_message_secrets WHERE key = ? ORDER BY rowid DESC LIMIT 1",
        (bytes.fromhex(secret),),
    ).fetchone()
    return {"message_id": row[0] if row else None}


def decrypted(db: sqlite3.Connection, newest: str) -> dict[str, object]:
    """Chat, sender and id of the newest messages that carried a secret, newest first; and who we are."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'whatsmeow_message_secrets'").fetchone():
        return {"messages": [], "own": []}
    device = db.execute("SELECT jid, lid FROM whatsmeow_device LIMIT 1").fetchone()
    rows = db.execute(
        "SELECT chat_jid, sender_jid, message_id FROM whatsmeow_message_secrets ORDER BY rowid DESC LIMIT ?",
        (int(newest),),
    ).fetchall()
    return {"messages": [list(row) for row in rows], "own": [jid for jid in device or () if jid]}


def backup(db: sqlite3.Connection, target: str) -> dict[str, object]:
    """A consistent copy, also while the engine writes."""
    with closing(sqlite3.connect(target)) as copy:
        db.backup(copy)
    return {}


OPERATIONS = {"prepare": prepare, "sent_with": sent_with, "decrypted": decrypted, "backup": backup}


def main(name: str, path: str, *arguments: str) -> int:
    """0 and the answer; 3 where the file is damaged, 4 where it cannot be used, with the reason."""
    try:
        if not Path(path).exists():
            Path(path).touch(mode=0o600)
        with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as db:
            answer = OPERATIONS[name](db, *arguments)  # type: ignore[operator]  # each takes its own arguments
    except (sqlite3.OperationalError, OSError) as error:
        sys.stdout.write(str(error))
        return 4
    except sqlite3.DatabaseError as error:
        sys.stdout.write(str(error))
        return 3
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

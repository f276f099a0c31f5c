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


def decrypted(db: sqlite3.Connection, newest: str, until: str) -> dict[str, object]:
    """Chat, sender and id of messages that carried a secret, newest first, back to the one called `until` (empty: to
    the very first), or so many where there is none of that name; and who we are.
    """
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'whatsmeow_message_secrets'").fetchone():
        return {"messages": [], "own": []}
    device = db.execute("SELECT jid, lid FROM whatsmeow_device LIMIT 1").fetchone()
    rows = db.execute(
        "SELECT chat_jid, sender_jid, message_id FROM whatsmeow_message_secrets"
        " WHERE rowid >= coalesce((SELECT max(rowid) FROM whatsmeow_message_secrets WHERE message_id = ?1), 0)"
        " ORDER BY rowid DESC LIMIT iif("
        "?1 = '' OR EXISTS (SELECT 1 FROM whatsmeow_message_secrets WHERE message_id = ?1), -1, ?2)",
        (until, int(newest)),
    ).fetchall()
    return {"messages": [list(row) for row in rows], "own": [jid for jid in device or () if jid]}


def backup(db: sqlite3.Connection, target: str) -> dict[str, object]:
    """A consistent copy, also while the engine writes."""
    with closing(sqlite3.connect(target)) as copy:
        db.backup(copy)
    return {}


def held(db: sqlite3.Connection, *users: str) -> dict[str, object]:
    """Rows about these people, by table."""
    return {"rows": {table: rows for table, rows in _about(db, users, "SELECT count(*)").items() if rows}}


def forget(db: sqlite3.Connection, *users: str) -> dict[str, object]:
    """Delete them: keys, address book, names, and the ids of their messages. Only while no engine has the file open."""
    db.execute("PRAGMA secure_delete = ON")
    db.execute("BEGIN IMMEDIATE")
    rows = _about(db, users, "DELETE")
    db.execute("COMMIT")
    db.execute("VACUUM")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {"rows": {table: number for table, number in rows.items() if number}}


def _about(db: sqlite3.Connection, users: tuple[str, ...], verb: str) -> dict[str, int]:
    """Rows whose key names one of these users: `user`, `user@server`, `user:device@server`, `user_1:device`, ...

    The engine's tables change with its versions, so every text column of every table is looked at.
    """
    rows = {}
    tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()
    for (table,) in tables:
        columns = db.execute(
            "SELECT name FROM pragma_table_info(?) WHERE upper(type) LIKE '%TEXT%'", (table,)
        ).fetchall()
        tests = [f'"{column}" = ? OR "{column}" GLOB ?' for (column,) in columns]
        if tests:
            values = [value for user in users for _ in tests for value in (user, f"{user}[^0-9]*")]
            where = " OR ".join(tests * len(users))
            cursor = db.execute(f'{verb} FROM "{table}" WHERE {where}', values)
            rows[table] = cursor.fetchone()[0] if verb != "DELETE" else cursor.rowcount
    return rows


OPERATIONS = {
    "prepare": prepare,
    "sent_with": sent_with,
    "decrypted": decrypted,
    "backup": backup,
    "held": held,
    "forget": forget,
}


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

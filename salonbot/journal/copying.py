"""The journal as a file that is carried elsewhere: copied while it is in use, looked over, made fit for a new life."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from salonbot.errors import StateError
from salonbot.journal.database import BUSY_MILLISECONDS, known_schema
from salonbot.journal.moments import to_text

STALE = "restored from a backup"
"""The failure of turns and replies that the process the backup was taken from went on to finish."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a file that was looked over holds."""

    schema: int
    messages: int
    appointments: int
    last_message_at: str | None
    """UTC, ISO 8601."""


def copy(source: Path, target: Path) -> None:
    """Write a consistent copy of a journal, also while a daemon writes to it, which does not wait for this.

    Raises StateError where the file cannot be read.
    """
    try:
        with closing(_read_only(source)) as journal, closing(sqlite3.connect(target)) as copied:
            journal.backup(copied)
            # The copy travels as one file: what it holds must not be in a write-ahead file beside it.
            copied.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise StateError(f"{source} cannot be copied: {error}") from error


def look_over(path: Path) -> Copied:
    """Check a copied journal, page by page and reference by reference. Raises StateError where it is not whole, is no
    journal, or was written by a newer version of the program.
    """
    try:
        with closing(_read_only(path)) as journal:
            verdict = str(journal.execute("PRAGMA integrity_check(1)").fetchone()[0])
            if verdict != "ok":
                raise StateError(f"{path.name} is damaged: {verdict}")
            if journal.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise StateError(f"{path.name} is damaged: rows point at rows that are missing")
            schema = int(journal.execute("PRAGMA user_version").fetchone()[0])
            if schema > known_schema():
                raise StateError(
                    f"{path.name} was written by a newer salonbot (schema {schema}, this one knows {known_schema()}):"
                    " install that version first"
                )
            messages, last = journal.execute("SELECT count(*), max(recorded_at) FROM message").fetchone()
            appointments = journal.execute("SELECT count(*) FROM appointment").fetchone()[0]
    except sqlite3.Error as error:
        raise StateError(f"{path.name} is damaged or no journal: {error}") from error
    return Copied(schema, messages, appointments, last)


def is_whole(path: Path) -> bool:
    """Whether any SQLite file passes SQLite's own check."""
    try:
        with closing(_read_only(path)) as db:
            return bool(db.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False


def settle(path: Path, now: datetime) -> int:
    """End the turns a running daemon had in work when the journal was copied from it; returns how many.

    It went on to answer them: answered once more, customers would get an old answer out of nowhere.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as journal:
        journal.execute("BEGIN IMMEDIATE")
        journal.execute(
            "UPDATE reply SET state = 'refused', failure = ? WHERE state IN ('pending', 'sending', 'unknown')", (STALE,)
        )
        turns = journal.execute(
            "UPDATE turn SET state = 'failed', failure = ?, finished_at = ?"
            " WHERE state NOT IN ('done', 'handed_over', 'failed')",
            (STALE, to_text(now)),
        ).rowcount
        journal.execute("COMMIT")
    return turns


def _read_only(path: Path) -> sqlite3.Connection:
    # Not `mode=ro` in the URI alone: a journal in use needs its shared-memory file, which a reader may have to make.
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MILLISECONDS / 1000)
    connection.execute("PRAGMA query_only = ON")
    return connection

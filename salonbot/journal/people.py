"""One customer in the journal: found under any of their names, shown, and forgotten.

Also beside a daemon, in a process of its own: one transaction, and never while a turn of theirs is in work.
"""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from salonbot.errors import SalonbotError, StateError
from salonbot.journal.database import connect, known_schema
from salonbot.journal.holdings import CHATS, HOLDINGS, NOBODY, PHONES, TOLD_BY_OTHERS, Holding, Subject
from salonbot.journal.moments import to_text
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId

UNFINISHED = "state NOT IN ('done', 'handed_over', 'failed')"
LARGEST_BESIDE_DAEMON = 100_000_000
"""Bytes: a larger journal takes longer to be rewritten than its daemon waits for a commit."""
CHECKPOINT_TRIES = 20

Row = dict[str, object]


class NoSuchCustomer(SalonbotError):
    """Nothing is held about them, or it is not clear who is meant; the message says how to ask."""


class InWork(SalonbotError):
    """A turn of theirs is being worked on."""


class HasVisits(SalonbotError):
    """They have visits to come, which would have no guest."""

    def __init__(self, starts: Sequence[str]) -> None:
        self.starts = tuple(starts)
        super().__init__(f"visits to come: {', '.join(starts)}")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done."""

    rows: dict[str, int]
    """By table: gone, or emptied of the person."""
    cancelled: int
    """Visits to come."""
    mentions: int
    """Messages of other customers with a number of theirs in it: those are not ours to change."""
    is_overwritten: bool
    """The file was rewritten, so that nothing is left of them in unused parts of it."""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The journal, for one command. Raises StateError where it cannot be used, or is of another version."""
    if not path.is_file():
        raise StateError(f"{path}: there is no journal")
    try:
        with closing(connect(path)) as journal:
            journal.execute("PRAGMA secure_delete = ON")
            schema = int(journal.execute("PRAGMA user_version").fetchone()[0])
            if schema != known_schema():
                raise StateError(
                    f"{path} is of another version (schema {schema}, this program's is {known_schema()}): start the"
                    " daemon of this version once, or take the program of that one"
                )
            yield journal
    except sqlite3.Error as error:
        raise StateError(f"{path}: {error}") from error


def salons(journal: sqlite3.Connection) -> tuple[SalonId, ...]:
    """Those anything is held of."""
    rows = journal.execute("SELECT DISTINCT salon FROM contact UNION SELECT DISTINCT salon FROM appointment")
    return tuple(SalonId(row["salon"]) for row in rows)


def find(journal: sqlite3.Connection, salon: SalonId, wanted: str) -> Subject:
    """The customer: by phone number, LID, chat (`lid:...`, `pn:...`) or WhatsApp address. Raises NoSuchCustomer."""
    chats = _chats(journal, salon, wanted)
    known = json.dumps(chats)
    phones = {
        row[0]
        for row in journal.execute(
            "SELECT phone FROM contact WHERE salon = ? AND chat IN (SELECT value FROM json_each(?))"
            " AND phone IS NOT NULL",
            (salon, known),
        )
    } | {chat.removeprefix("pn:") for chat in chats if chat.startswith("pn:")}
    same = journal.execute(
        "SELECT chat FROM contact WHERE salon = ?1 AND phone IN (SELECT value FROM json_each(?2))"
        " UNION SELECT alias FROM alias WHERE salon = ?1 AND chat IN (SELECT value FROM json_each(?3))"
        " UNION SELECT chat FROM alias WHERE salon = ?1 AND alias IN (SELECT value FROM json_each(?3))",
        (salon, json.dumps(sorted(phones)), known),
    )
    everything = {*chats, *(row[0] for row in same), *(f"pn:{phone}" for phone in phones)}
    found = Subject(salon, tuple(ChatKey(chat) for chat in sorted(everything)), tuple(sorted(phones)))
    if not any(count(journal, found).values()):
        raise NoSuchCustomer(_unknown(journal, salon, wanted))
    return found


def _chats(journal: sqlite3.Connection, salon: SalonId, wanted: str) -> list[str]:
    """The chats the words may mean; two people are one too many."""
    named = re.fullmatch(r"(lid|pn):(\d+)|(\d+)(?::\d+)?@(lid|s\.whatsapp\.net)", wanted.strip())
    if named is not None:
        digits = named[2] or named[3]
        return [f"lid:{digits}" if "lid" in (named[1], named[4]) else f"pn:{digits}"]
    digits = "".join(filter(str.isdigit, wanted))
    if not 5 <= len(digits) <= 20:
        raise NoSuchCustomer(
            f"{wanted!r} is no phone number, such as +79161234567, and no chat, such as lid:555666777888"
        )
    if len(digits) == 11 and digits.startswith("8"):
        digits = f"7{digits[1:]}"
    is_lid = journal.execute("SELECT 1 FROM contact WHERE salon = ? AND chat = ?", (salon, f"lid:{digits}")).fetchone()
    is_phone = journal.execute(
        "SELECT 1 FROM contact WHERE salon = ? AND (phone = ? OR chat = ?)", (salon, digits, f"pn:{digits}")
    ).fetchone()
    if is_lid and is_phone:
        raise NoSuchCustomer(
            f"{digits} is one customer's number and another one's LID: say lid:{digits} or pn:{digits}"
        )
    return [f"lid:{digits}" if is_lid else f"pn:{digits}"]


def _unknown(journal: sqlite3.Connection, salon: SalonId, wanted: str) -> str:
    digits = "".join(filter(str.isdigit, wanted))
    rows = journal.execute("SELECT chat FROM contact WHERE salon = ? AND told_phone = ?", (salon, digits)).fetchall()
    if rows:
        told = ", ".join(row["chat"] for row in rows)
        return f"WhatsApp names nobody of that number, but it was told in {told}: where that is them, name that chat"
    return f"salon {salon} holds nothing about {wanted}"


def count(journal: sqlite3.Connection, subject: Subject) -> dict[str, int]:
    """Rows by table."""
    return {
        holding.table: int(
            journal.execute(
                f"SELECT count(*) FROM {holding.table} WHERE {holding.mine}",
                subject.parameters(),
            ).fetchone()[0]
        )
        for holding in HOLDINGS
    }


def show(journal: sqlite3.Connection, subject: Subject) -> dict[str, list[Row]]:
    """Every row about them, by table, as of one moment; JSON columns as what they hold."""
    journal.execute("BEGIN")
    try:
        return {
            holding.table: [
                {name: _decoded(row[name]) for name in row.keys()}  # noqa: SIM118 - a Row iterates its values
                for row in journal.execute(
                    f"SELECT * FROM {holding.table} WHERE {holding.mine}",
                    subject.parameters(),
                )
            ]
            for holding in HOLDINGS
        }
    finally:
        journal.execute("COMMIT")


def _decoded(value: object) -> object:
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value.hex() if isinstance(value, bytes) else value


def visits_to_come(journal: sqlite3.Connection, subject: Subject, now: datetime) -> list[sqlite3.Row]:
    """Of the embedded calendar: booked and not over."""
    return journal.execute(
        f"SELECT * FROM appointment WHERE salon = :salon AND (chat IN {CHATS} OR phone IN {PHONES})"
        " AND state = 'booked' AND finish > :now ORDER BY start",
        {**subject.parameters(), "now": to_text(now)},
    ).fetchall()


def forget(
    journal: sqlite3.Connection, subject: Subject, now: datetime, *, cancel: bool, beside_daemon: bool
) -> Forgotten:
    """Take them out of every table, in one commit, and out of the unused parts of the file.

    Beside a daemon it raises InWork while a turn of theirs is worked on, for that would write on. Raises HasVisits
    where there are visits to come and `cancel` is not given. Nothing was changed then.
    """
    parameters = subject.parameters()
    journal.execute("BEGIN IMMEDIATE")
    try:
        if beside_daemon and journal.execute(IN_WORK, parameters).fetchone() is not None:
            raise InWork("the bot is just answering this customer")
        visits = visits_to_come(journal, subject, now)
        if visits and not cancel:
            raise HasVisits([row["start"] for row in visits])
        mentions = journal.execute(MENTIONS, parameters).fetchone()[0]
        moment = {**parameters, "now": to_text(now)}
        journal.execute(ACCOUNT, moment)
        journal.execute(GIVE_UP, moment)
        for table, column in TOLD_BY_OTHERS:
            journal.execute(
                f"UPDATE {table} SET {column} = NULL"
                f" WHERE salon = :salon AND {column} IN {PHONES} AND chat NOT IN {CHATS}",
                parameters,
            )
        rows = {holding.table: _take_out(journal, holding, parameters) for holding in HOLDINGS}
        for row in visits:
            _cancel(journal, subject.salon, row["id"], row["start"], now)
        for name in _search_indexes(journal):
            # An index of words keeps those of deleted rows until its parts are merged.
            journal.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")
        journal.execute("COMMIT")
    except BaseException:
        journal.execute("ROLLBACK")
        raise
    return Forgotten(rows, len(visits), mentions, _overwrite(journal, beside_daemon=beside_daemon))


IN_WORK = f"SELECT 1 FROM turn WHERE salon = :salon AND chat IN {CHATS} AND {UNFINISHED}"
MENTIONS = (
    f"SELECT count(*) FROM message WHERE salon = :salon AND chat NOT IN {CHATS}"
    " AND EXISTS (SELECT 1 FROM json_each(:phones) WHERE instr(text, value))"
)
# Or the next start would find in the engine's own list what the inbox lacks, and ask them to write it once more.
ACCOUNT = (
    "INSERT OR IGNORE INTO accounted (salon, id, at)"
    f" SELECT salon, id, :now FROM message WHERE salon = :salon AND chat IN {CHATS} AND author = 'customer'"
)
GIVE_UP = (
    f"UPDATE turn SET state = 'failed', finished_at = :now WHERE salon = :salon AND chat IN {CHATS} AND {UNFINISHED}"
)


def _take_out(journal: sqlite3.Connection, holding: Holding, parameters: dict[str, object]) -> int:
    if holding.keeps is None:
        return journal.execute(f"DELETE FROM {holding.table} WHERE {holding.mine}", parameters).rowcount
    columns = journal.execute(f"SELECT name, \"notnull\" FROM pragma_table_info('{holding.table}')").fetchall()
    emptied = [
        f"{column['name']} = " + (f"'{NOBODY}'" if column["name"] == "chat" else "''" if column["notnull"] else "NULL")
        for column in columns
        if column["name"] not in holding.keeps
    ]
    if not emptied:
        return 0
    return journal.execute(
        f"UPDATE {holding.table} SET {', '.join(emptied)} WHERE {holding.mine}",
        parameters,
    ).rowcount


def _cancel(journal: sqlite3.Connection, salon: SalonId, visit: int, start: str, now: datetime) -> None:
    """After the person was taken out: whoever is told of it is not told whose it was."""
    at = to_text(now)
    journal.execute("UPDATE appointment SET state = 'cancelled', changed_at = ? WHERE id = ?", (at, visit))
    journal.execute(
        "INSERT INTO operation (salon, key, kind, appointment, previous_start, at) VALUES (?, ?, 'cancel', ?, ?, ?)",
        (salon, f"forget-{visit}", visit, start, at),
    )


def _search_indexes(journal: sqlite3.Connection) -> list[str]:
    rows = journal.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'")
    return [row["name"] for row in rows]


def _overwrite(journal: sqlite3.Connection, *, beside_daemon: bool) -> bool:
    """Rewrite the file: what pages held before they were moved or split stays in their unused parts otherwise."""
    pages = journal.execute("PRAGMA page_count").fetchone()[0] * journal.execute("PRAGMA page_size").fetchone()[0]
    if beside_daemon and pages > LARGEST_BESIDE_DAEMON:
        return False
    try:
        journal.execute("VACUUM")
        # Busy while somebody still reads what was before.
        emptied = (journal.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() for _ in range(CHECKPOINT_TRIES))
        return any(row[0] == 0 for row in emptied)
    except sqlite3.OperationalError:
        # No room for a second copy, or a writer that does not end: they are forgotten, only not overwritten.
        return False

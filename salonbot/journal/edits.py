"""What the pages changed of each salon: settings, services, stylists; and who did it. JSON in, JSON out."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiosqlite

from salonbot.journal.database import Database
from salonbot.journal.moments import from_text, to_text
from salonbot.model.salon import SalonId


@dataclass(frozen=True, slots=True)
class Edit:
    """One change by a person."""

    what: str
    """A setting's name, `service`, `stylist`, or `catalogue` for all of these at once."""
    subject: str = ""
    """The title or name it was about."""
    before: object = None
    """None: nothing, or what the file says."""
    after: object = None


@dataclass(frozen=True, slots=True)
class Signed:
    """An edit with its author."""

    edit: Edit
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptCatalogue:
    """Services and stylists that stand in the file's place."""

    tables: Mapping[str, Any]
    since: datetime


class Edits:
    """Reads and keeps them; every change and its record are one commit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settings(self, salon: SalonId) -> dict[str, Any]:
        """What the page has set, by name."""
        rows = await self._database.rows("SELECT name, value FROM setting WHERE salon = ? ORDER BY name", (salon,))
        return {row["name"]: json.loads(row["value"]) for row in rows}

    async def keep_settings(self, salon: SalonId, edits: Sequence[Edit], who: str, now: datetime) -> None:
        """Each edit's `after` holds from now on; None gives the say back to the file."""
        async with self._database.transaction() as db:
            for edit in edits:
                if edit.after is None:
                    await db.execute("DELETE FROM setting WHERE salon = ? AND name = ?", (salon, edit.what))
                else:
                    await db.execute(
                        "INSERT INTO setting (salon, name, value) VALUES (?, ?, ?)"
                        " ON CONFLICT (salon, name) DO UPDATE SET value = excluded.value",
                        (salon, edit.what, _dump(edit.after)),
                    )
                await _sign(db, salon, edit, who, now)

    async def catalogue(self, salon: SalonId) -> KeptCatalogue | None:
        """The services and stylists that count instead of the file's, if any do."""
        row = await self._database.row("SELECT tables, since FROM catalogue WHERE salon = ?", (salon,))
        return None if row is None else KeptCatalogue(json.loads(row["tables"]), from_text(row["since"]))

    async def keep_catalogue(
        self, salon: SalonId, tables: Mapping[str, Any] | None, edit: Edit, who: str, now: datetime
    ) -> None:
        """These count from now on; None: the file's again."""
        async with self._database.transaction() as db:
            if tables is None:
                await db.execute("DELETE FROM catalogue WHERE salon = ?", (salon,))
            else:
                await db.execute(
                    "INSERT INTO catalogue (salon, tables, since) VALUES (?, ?, ?)"
                    " ON CONFLICT (salon) DO UPDATE SET tables = excluded.tables",
                    (salon, _dump(tables), to_text(now)),
                )
            await _sign(db, salon, edit, who, now)

    async def history(self, salon: SalonId, limit: int) -> tuple[Signed, ...]:
        """The last changes, newest first."""
        rows = await self._database.rows("SELECT * FROM edit WHERE salon = ? ORDER BY id DESC LIMIT ?", (salon, limit))
        return tuple(
            Signed(
                Edit(row["what"], row["subject"], _load(row["before"]), _load(row["after"])),
                row["who"],
                from_text(row["at"]),
            )
            for row in rows
        )


def kept_since(path: Path) -> dict[SalonId, datetime]:
    """Since when which salon's services and stylists are kept in the journal: a look from outside that writes nothing.

    Empty where the journal cannot be read: what is wrong with it is said by whoever opens it.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return {
                SalonId(salon): from_text(since) for salon, since in db.execute("SELECT salon, since FROM catalogue")
            }
    except sqlite3.Error:
        return {}


async def _sign(db: aiosqlite.Connection, salon: SalonId, edit: Edit, who: str, now: datetime) -> None:
    await db.execute(
        "INSERT INTO edit (salon, who, what, subject, before, after, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (salon, who, edit.what, edit.subject, _dump(edit.before), _dump(edit.after), to_text(now)),
    )


def _dump(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _load(text: str | None) -> object:
    return None if text is None else json.loads(text)

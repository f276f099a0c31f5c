"""Accounts of the pages, the browsers signed in with them, and the links that make the first one.

Secrets come in as their SHA-256, passwords as argon2 hashes: nothing that lets anybody in can be read here.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import IntegrityError, Row

import aiosqlite

from salonbot.errors import JournalUnavailable, SalonbotError
from salonbot.journal.database import Database
from salonbot.journal.moments import from_text, to_text
from salonbot.model.accounts import Account, AccountId
from salonbot.model.salon import SalonId

SEEN_EVERY = timedelta(hours=1)
"""How exactly it is kept when a browser was last seen: a write for every page would be one too many."""


class NameTaken(SalonbotError):
    """There is an account of that name."""


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser that is signed in."""

    account: Account
    description: str
    created_at: datetime
    seen_at: datetime


def key_of(name: str) -> str:
    """The name as it is compared: case and the spaces around it do not count."""
    return " ".join(name.split()).casefold()


class Accounts:
    """Reads and keeps accounts, sessions of browsers, and login links."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def any(self) -> bool:
        """Whether anybody has an account."""
        return await self._database.row("SELECT 1 FROM account LIMIT 1") is not None

    async def all(self) -> list[Account]:
        """Every account, owners first."""
        rows = await self._database.rows("SELECT * FROM account ORDER BY is_owner DESC, key")
        return [await self._account(row) for row in rows]

    async def read(self, account: AccountId) -> Account | None:
        """The account, or None where it has been removed."""
        row = await self._database.row("SELECT * FROM account WHERE id = ?", (account,))
        return await self._account(row) if row else None

    async def named(self, name: str) -> tuple[Account, str] | None:
        """The account of that name with the hash of its password."""
        row = await self._database.row("SELECT * FROM account WHERE key = ?", (key_of(name),))
        return (await self._account(row), row["password"]) if row else None

    async def password_of(self, account: AccountId) -> str:
        """The hash of its password. Raises LookupError where there is no such account."""
        row = await self._database.row("SELECT password FROM account WHERE id = ?", (account,))
        if row is None:
            raise LookupError(f"no account {account}")
        return str(row["password"])

    async def create(
        self, name: str, password: str, *, is_owner: bool, salons: Iterable[SalonId] = (), now: datetime
    ) -> AccountId:
        """A new account; `password` is a hash. Raises NameTaken."""
        async with self._database.transaction() as db:
            return await _insert(db, name, password, is_owner=is_owner, salons=salons, now=now)

    async def change_password(self, account: AccountId, password: str) -> None:
        """Another password; every browser of the account is signed out."""
        async with self._database.transaction() as db:
            await db.execute("UPDATE account SET password = ? WHERE id = ?", (password, account))
            await db.execute("DELETE FROM web_session WHERE account = ?", (account,))

    async def speak(self, account: AccountId, language: str) -> None:
        """The language its pages are in."""
        async with self._database.transaction() as db:
            await db.execute("UPDATE account SET language = ? WHERE id = ?", (language, account))

    async def assign(self, account: AccountId, salons: Iterable[SalonId]) -> None:
        """The salons it may see, in place of those before."""
        async with self._database.transaction() as db:
            await db.execute("DELETE FROM account_salon WHERE account = ?", (account,))
            await _assign(db, account, salons)

    async def remove(self, account: AccountId) -> None:
        """The account and its sessions are gone; the last owner's stays, for nobody else could let anybody in."""
        async with self._database.transaction() as db:
            await db.execute(
                "DELETE FROM account WHERE id = :id AND (is_owner = 0 OR EXISTS"
                " (SELECT 1 FROM account AS other WHERE other.is_owner = 1 AND other.id <> :id))",
                {"id": account},
            )

    # Browsers

    async def sign_in(self, token: bytes, account: AccountId, browser: str, *, now: datetime, lasts: timedelta) -> None:
        """A new session of a browser. Ended ones are cleared away."""
        async with self._database.transaction() as db:
            await _sign_in(db, token, account, browser, now, lasts)

    async def signed_in(self, token: bytes, *, now: datetime, lasts: timedelta) -> Account | None:
        """Whose session this is, or None where there is none any more. Being used makes it last."""
        row = await self._database.row(
            "SELECT account.*, web_session.seen_at FROM web_session JOIN account ON account.id = web_session.account"
            " WHERE token = ? AND ends_at > ?",
            (token, to_text(now)),
        )
        if row is None:
            return None
        if now - from_text(row["seen_at"]) >= SEEN_EVERY:
            with suppress(JournalUnavailable):  # a full disk must not keep the owner from the page that tells of it
                await self._database.write(
                    "UPDATE web_session SET seen_at = ?, ends_at = ? WHERE token = ?",
                    (to_text(now), to_text(now + lasts), token),
                    durable=False,
                )
        return await self._account(row)

    async def browsers(self, account: Account, *, now: datetime) -> list[Browser]:
        """The browsers signed in with this account, the latest seen first."""
        rows = await self._database.rows(
            "SELECT * FROM web_session WHERE account = ? AND ends_at > ? ORDER BY seen_at DESC, created_at DESC",
            (account.id, to_text(now)),
        )
        return [
            Browser(account, row["browser"], from_text(row["created_at"]), from_text(row["seen_at"])) for row in rows
        ]

    async def sign_out(self, token: bytes) -> None:
        """End one session."""
        async with self._database.transaction() as db:
            await db.execute("DELETE FROM web_session WHERE token = ?", (token,))

    async def sign_out_everywhere(self, account: AccountId) -> None:
        """End every session of the account."""
        async with self._database.transaction() as db:
            await db.execute("DELETE FROM web_session WHERE account = ?", (account,))

    # Links

    async def offer_link(self, token: bytes, *, now: datetime, lasts: timedelta) -> None:
        """A new link; the ones before it lead nowhere any more."""
        async with self._database.transaction() as db:
            await db.execute("DELETE FROM login_link")
            await db.execute("INSERT INTO login_link (token, ends_at) VALUES (?, ?)", (token, to_text(now + lasts)))

    async def is_link(self, token: bytes, *, now: datetime) -> bool:
        """Whether this link can still be used."""
        row = await self._database.row(
            "SELECT 1 FROM login_link WHERE token = ? AND ends_at > ?", (token, to_text(now))
        )
        return row is not None

    async def follow_link(self, token: bytes, name: str, password: str, *, now: datetime) -> AccountId | None:
        """Use the link up: the owner of that name gets this password (a hash), and is made where there is none.

        None where the link has been used or has run out. Raises NameTaken where the name is somebody's who is no owner.
        """
        async with self._database.transaction() as db:
            used = await db.execute("DELETE FROM login_link WHERE token = ? AND ends_at > ?", (token, to_text(now)))
            if used.rowcount != 1:
                return None
            rows = list(await db.execute_fetchall("SELECT * FROM account WHERE key = ?", (key_of(name),)))
            if not rows:
                return await _insert(db, name, password, is_owner=True, salons=(), now=now)
            if not rows[0]["is_owner"]:
                raise NameTaken(name)
            await db.execute("UPDATE account SET password = ? WHERE id = ?", (password, rows[0]["id"]))
            await db.execute("DELETE FROM web_session WHERE account = ?", (rows[0]["id"],))
            return AccountId(rows[0]["id"])

    async def _account(self, row: Row) -> Account:
        salons = await self._database.rows("SELECT salon FROM account_salon WHERE account = ?", (row["id"],))
        return Account(
            id=AccountId(row["id"]),
            name=row["name"],
            is_owner=bool(row["is_owner"]),
            salons=frozenset(SalonId(one["salon"]) for one in salons),
            language=row["language"],
        )


async def _insert(
    db: aiosqlite.Connection, name: str, password: str, *, is_owner: bool, salons: Iterable[SalonId], now: datetime
) -> AccountId:
    try:
        cursor = await db.execute(
            "INSERT INTO account (name, key, password, is_owner, created_at) VALUES (?, ?, ?, ?, ?)",
            (" ".join(name.split()), key_of(name), password, is_owner, to_text(now)),
        )
    except IntegrityError as error:
        raise NameTaken(name) from error
    assert cursor.lastrowid is not None
    account = AccountId(cursor.lastrowid)
    await _assign(db, account, salons)
    return account


async def _assign(db: aiosqlite.Connection, account: AccountId, salons: Iterable[SalonId]) -> None:
    await db.executemany(
        "INSERT OR IGNORE INTO account_salon (account, salon) VALUES (?, ?)", [(account, salon) for salon in salons]
    )


async def _sign_in(
    db: aiosqlite.Connection, token: bytes, account: AccountId, browser: str, now: datetime, lasts: timedelta
) -> None:
    await db.execute("DELETE FROM web_session WHERE ends_at <= ?", (to_text(now),))
    await db.execute(
        "INSERT INTO web_session (token, account, browser, created_at, seen_at, ends_at) VALUES (?, ?, ?, ?, ?, ?)",
        (token, account, browser, to_text(now), to_text(now), to_text(now + lasts)),
    )

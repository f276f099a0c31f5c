"""Passwords: what a good one is, and argon2 around them, in threads and few at a time."""

import asyncio
import secrets
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from salonbot.journal.accounts import key_of

HASHES_AT_ONCE = 2
"""Each takes 64 MiB and a core for 50 ms: a flood of tries must leave the house its memory."""
FEWEST_CHARACTERS = 10
LONGEST_PASSWORD = 200
"""Characters; argon2 would hash a novel too, but a stranger may send one."""
LONGEST_NAME = 80


class Passwords:
    """Hashes and checks them."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """`hasher`: argon2id with the library's parameters (RFC 9106, low memory), unless told otherwise."""
        self._hasher = hasher or PasswordHasher()
        self._seats = asyncio.Semaphore(HASHES_AT_ONCE)

    async def hashed(self, password: str) -> str:
        """For keeping."""
        async with self._seats:
            return await asyncio.to_thread(self._hasher.hash, _bytes(password))

    async def fits(self, password: str, kept: str | None) -> bool:
        """Whether it is the password of that hash. None, where nobody has the name, takes as long as a wrong one."""
        async with self._seats:
            return await asyncio.to_thread(self._fits, password[: LONGEST_PASSWORD + 1], kept)

    def _fits(self, password: str, kept: str | None) -> bool:
        try:
            return self._hasher.verify(kept or self._nobodys, _bytes(password)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_hex())


def mistake_in(name: str, password: str, again: str) -> str:
    """What is wrong with a new name and password, as a key of the words; empty where nothing is."""
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        return "account-name-bad"
    if len(password) < FEWEST_CHARACTERS:
        return "account-password-short"
    if len(password) > LONGEST_PASSWORD:
        return "account-password-long"
    if key_of(password) == key_of(name):
        return "account-password-name"
    return "" if password == again else "account-password-differs"


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")

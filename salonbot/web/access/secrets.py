"""Secrets of the pages: made, hashed for keeping, and compared in a time that tells nothing."""

import base64
import hashlib
import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

TOKEN_BYTES = 32
FEWEST_CHARACTERS = 10
LONGEST_PASSWORD = 200
"""Characters; argon2 would hash a novel too, but a stranger may send one."""

HASHER = PasswordHasher()
"""argon2id with the library's parameters (RFC 9106, low memory): about 50 ms and 64 MiB each."""

NOBODY = HASHER.hash(secrets.token_hex())
"""Checked where there is no account of a name, so that it takes as long as a wrong password."""


def new_token() -> str:
    """A secret nobody can guess, fit for an address and for a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> bytes:
    """What is kept of it. A random secret needs no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def form_token(session: str) -> str:
    """What a form of this session must carry: only who has the session's secret can know it."""
    made = hmac.digest(session.encode("utf-8", "surrogatepass"), b"salonbot form", "sha256")
    return base64.urlsafe_b64encode(made).decode("ascii").rstrip("=")


def is_same(given: str, right: str) -> bool:
    """Whether they are the same, in a time that does not tell how much of it was right."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))


def hashed(password: str) -> str:
    """For keeping. Blocks for about 50 ms: call it in a thread."""
    return HASHER.hash(password.encode("utf-8", "surrogatepass"))


def fits(password: str, kept: str) -> bool:
    """Whether this is the password of that hash. Blocks as `hashed` does."""
    try:
        return HASHER.verify(kept, password.encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False

"""Random secrets of the pages: made, digested for keeping, compared in a time that tells nothing."""

import base64
import hashlib
import hmac
import secrets

TOKEN_BYTES = 32


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

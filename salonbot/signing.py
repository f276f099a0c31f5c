"""How requests between systems are signed, in both directions: who knows the secret may speak, and only now.

The canonical bytes are `METHOD:PATH:TIMESTAMP:BODY`, with

- METHOD in capital letters: `POST`;
- PATH as it stands in the request line, query included, and every `:` in it written `%3A`: `/webhook/whatsapp/main`;
- TIMESTAMP as it stands in the header `x-timestamp`: milliseconds since 1970 UTC, decimal digits alone;
- BODY as it is sent: the raw bytes, never a second serialisation of them.

The header `x-signature` is their HMAC-SHA256 under the secret, in hexadecimal. No colon can stand before the third
separator but the separators themselves, so no two different requests have the same canonical bytes.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

SIGNATURE_HEADER = "x-signature"
TIMESTAMP_HEADER = "x-timestamp"

WINDOW = timedelta(minutes=5)
"""How far a timestamp may be from the receiver's clock, before it and after it."""
LONGEST_TIMESTAMP = 16


class Refused(Exception):
    """The signature does not hold; the message says why, without anything secret."""


def canonical(method: str, path: str, timestamp: str, body: bytes) -> bytes:
    """The bytes that are signed. `path` is the request target: escaped, with its query."""
    return ":".join((method.upper(), path.replace(":", "%3A"), timestamp, "")).encode() + body


def sign(secret: str, method: str, path: str, timestamp: str, body: bytes) -> str:
    """The signature: 64 hexadecimal digits."""
    return hmac.new(secret.encode(), canonical(method, path, timestamp, body), hashlib.sha256).hexdigest()


def signed_headers(secret: str, method: str, path: str, body: bytes, now: datetime) -> dict[str, str]:
    """The two headers of a request that leaves now."""
    timestamp = str(int(now.timestamp() * 1000))
    return {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: sign(secret, method, path, timestamp, body)}


def check_time(timestamp: str, now: datetime) -> int:
    """The milliseconds since 1970 a header gives. Raises Refused where they are none, or too far from now."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= LONGEST_TIMESTAMP):
        raise Refused(f"{TIMESTAMP_HEADER} is no number of milliseconds since 1970")
    milliseconds = int(timestamp)
    off = milliseconds / 1000 - now.timestamp()
    if abs(off) > WINDOW.total_seconds():
        # Seconds instead of milliseconds is the usual mistake, and looks like a clock that is decades behind.
        side = "behind" if off < 0 else "ahead of"
        raise Refused(
            f"{TIMESTAMP_HEADER} is {abs(off):.0f} s {side} this machine's clock, and {WINDOW.total_seconds():.0f} s"
            " are allowed: set the clocks right, and give milliseconds"
        )
    return milliseconds


def check_signature(given: str, secret: str, method: str, path: str, timestamp: str, body: bytes) -> str:
    """The signature in its one spelling, compared in constant time. Raises Refused where another was given."""
    right = sign(secret, method, path, timestamp, body)
    if not hmac.compare_digest(given.strip().lower().encode(errors="replace"), right.encode()):
        raise Refused(f"{SIGNATURE_HEADER} does not fit: another secret, or method, path or body were changed")
    return right

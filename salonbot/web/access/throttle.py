"""How often somebody may try to sign in: each failure doubles the wait, by account and by address.

Kept in memory and bounded: a restart forgives, a flood of made-up names costs a fixed table and nothing else.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from salonbot.clock import Clock

FREE_TRIES = 4
"""Failures that cost nothing: people mistype."""
LONGEST_WAIT = {"address": timedelta(minutes=15), "account": timedelta(minutes=1)}
"""Short for an account, or whoever knows its name could keep its owner out."""
FORGOTTEN_AFTER = timedelta(hours=1)
SEATS = 1 << 14
"""Of the table. A key takes the seat that its hash names, under a secret of this process: nobody can aim at a seat."""


@dataclass(frozen=True, slots=True)
class Tries:
    """What is known of one key."""

    failures: int
    last_at: datetime


class Throttle:
    """Counts tries. One is counted as failed when it begins, so that many at once are not each the first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(16)
        self._tries: dict[int, Tries] = {}

    @property
    def size(self) -> int:
        """Seats taken."""
        return len(self._tries)

    def begin(self, account: str, address: str) -> float:
        """Count a try; returns 0 where it may go on, else the seconds to wait, and nothing is counted."""
        wait = max(self._wait("address", address), self._wait("account", account))
        if wait <= 0:
            self._count("address", address)
            self._count("account", account)
        return wait

    def succeeded(self, account: str, address: str) -> None:
        """It was the right password: all is forgiven."""
        self._tries.pop(self._seat("account", account), None)
        self._tries.pop(self._seat("address", address), None)

    def _count(self, kind: str, key: str) -> None:
        now = self._clock.now()
        known = self._known(kind, key)
        self._tries[self._seat(kind, key)] = Tries((known.failures if known else 0) + 1, now)

    def _wait(self, kind: str, key: str) -> float:
        known = self._known(kind, key)
        if known is None or known.failures < FREE_TRIES:
            return 0.0
        pause = min(timedelta(seconds=2 ** min(known.failures - FREE_TRIES + 1, 20)), LONGEST_WAIT[kind])
        return (known.last_at + pause - self._clock.now()).total_seconds()

    def _known(self, kind: str, key: str) -> Tries | None:
        known = self._tries.get(self._seat(kind, key))
        return known if known and self._clock.now() - known.last_at < FORGOTTEN_AFTER else None

    def _seat(self, kind: str, key: str) -> int:
        named = f"{kind}:{_network(key) if kind == 'address' else key}".encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.blake2b(named, key=self._secret, digest_size=8).digest()) % SEATS


def _network(address: str) -> str:
    """Whoever has an IPv6 address has 2^64 of them."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(IPv6Address(int(known) >> 64 << 64))
    return str(known)

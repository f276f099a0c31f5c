"""A linked device as the server knows it: its keys, what waits for it, and its connection."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Protocol

from salonbot.sandbox.whatsapp.devices import Bundle, PublicKey, public_key
from salonbot.sandbox.whatsapp.mailbox import Mailbox
from salonbot.sandbox.whatsapp.nodes import SERVER, Jid, Node

_KEYS_TIMEOUT_S = 20
_FEW_PREKEYS = 4
_REMEMBERED_IDS = 4096


class Line(Protocol):
    """A companion's connection, as far as others may use it."""

    @property
    def is_active(self) -> bool: ...

    async def send(self, node: Node) -> None: ...

    async def end(self, node: Node) -> None: ...

    def drop(self) -> None: ...

    def mute(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Uploaded:
    registration_id: int
    identity: bytes
    signed_prekey: PublicKey


class Companion:
    """One linked device of a phone."""

    def __init__(self, pn: Jid, lid: Jid, noise_key: bytes) -> None:
        self.pn, self.lid = pn, lid
        self.noise_key = noise_key
        self.mailbox = Mailbox()
        self.line: Line | None = None
        self._uploaded: _Uploaded | None = None
        self._prekeys: deque[PublicKey] = deque()
        self._has_keys = asyncio.Event()
        self._seen: OrderedDict[str, None] = OrderedDict()

    @property
    def prekeys_left(self) -> int:
        return len(self._prekeys)

    def upload(self, query: Node) -> None:
        """Take the keys in an `encrypt` query (prekeys.go, uploadPreKeys)."""
        parts = {child.tag: child for child in query.children}
        self._uploaded = _Uploaded(
            int.from_bytes(parts["registration"].data, "big"), parts["identity"].data, public_key(parts["skey"])
        )
        self._prekeys.extend(public_key(key) for key in parts["list"].children)
        self._has_keys.set()

    async def take_bundle(self) -> Bundle:
        """Keys to open a session with, each prekey once; waits for the device to upload them after its pairing."""
        async with asyncio.timeout(_KEYS_TIMEOUT_S):
            await self._has_keys.wait()
        assert self._uploaded is not None
        prekey = self._prekeys.popleft() if self._prekeys else None
        if len(self._prekeys) == _FEW_PREKEYS:
            await self.mailbox.put(
                Node(
                    "notification",
                    {"from": SERVER, "type": "encrypt", "id": f"prekeys-{prekey.id if prekey else 0}", "t": "0"},
                    [Node("count", {"value": str(_FEW_PREKEYS)})],
                )
            )
        up = self._uploaded
        return Bundle(up.registration_id, up.identity, up.signed_prekey, prekey)

    def is_repeat(self, message_id: str) -> bool:
        """Whether this device sent that id before; remembers it."""
        if message_id in self._seen:
            return True
        self._seen[message_id] = None
        if len(self._seen) > _REMEMBERED_IDS:
            self._seen.popitem(last=False)
        return False

"""What a customer and the salon's owner have in common: an address, a device, and messages sent from it."""

import secrets
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from salonbot.sandbox.whatsapp.companion import Companion
from salonbot.sandbox.whatsapp.content import Content
from salonbot.sandbox.whatsapp.devices import SignalDevice
from salonbot.sandbox.whatsapp.nodes import LIDS, USERS, Jid, Node, Value
from salonbot.sandbox.whatsapp.ratchet import Sealed

_REMEMBERED = 512
"""How many sent messages are kept to be sent again."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message from a linked device, as it lies with the server: sealed for one person."""

    sender: Companion
    id: str
    sealed: Sealed
    attrs: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as it was sent: its envelope and what was inside."""

    attrs: Mapping[str, Value]
    content: Content


class Person(ABC):
    """Somebody with a number, a LID and a phone."""

    def __init__(self, number: str, lid: str, device: SignalDevice, now: Callable[[], float]) -> None:
        self.number = number
        self.pn = Jid(number, USERS)
        self.lid = Jid(lid, LIDS)
        self.device = device
        self._now = now
        self.auto_resend = True
        """Send again what a device could not read and asks for."""
        self._sent: OrderedDict[str, Sent] = OrderedDict()

    @property
    def device_ids(self) -> list[int]:
        """The numbers of this person's devices; 0 is the phone."""
        return [0]

    async def post(self, sent: Sent, to: Companion, *, retry: int = 0, damaged: bool = False) -> None:
        """Seal a message for one linked device and leave it there. `damaged`: so that it cannot be opened."""
        if retry or not self.device.knows(to.lid):
            self.device.open_session(to.lid, await to.take_bundle())
        sealed = self.device.encrypt(to.lid, sent.content.message)
        data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1]) if damaged else sealed.data
        attrs = {"v": "2", "type": sealed.kind}
        if sent.content.media:
            attrs["mediatype"] = sent.content.media
        if retry:
            attrs["count"] = str(retry)
        await to.mailbox.put(Node("message", sent.attrs, [Node("enc", attrs, data)]))

    async def resend(self, message_id: str, to: Companion, count: int) -> None:
        """Answer a device that could not read a message: seal it anew, in a new session."""
        sent = self._sent.get(message_id)
        if sent is not None and self.auto_resend:
            await self.post(sent, to, retry=count)

    @abstractmethod
    async def receive(self, letter: Letter) -> None:
        """Take a message from a linked device."""

    def _remember(self, sent: Sent, message_id: str) -> None:
        self._sent[message_id] = sent
        while len(self._sent) > _REMEMBERED:
            self._sent.popitem(last=False)

    def _envelope(self, content: Content, message_id: str, sent_at: datetime | None) -> dict[str, Value]:
        moment = sent_at.timestamp() if sent_at else self._now()
        envelope: dict[str, Value] = {"id": message_id, "type": content.type, "t": str(int(moment))}
        if content.edit:
            envelope["edit"] = content.edit
        return envelope


def new_message_id() -> str:
    """An id as a phone makes them."""
    return "3A" + secrets.token_hex(9).upper()

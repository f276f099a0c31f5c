"""A pretend customer: writes to salons, reads what they answer, and sends back receipts."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from salonbot.sandbox.whatsapp import content as contents
from salonbot.sandbox.whatsapp.companion import Companion
from salonbot.sandbox.whatsapp.content import Content
from salonbot.sandbox.whatsapp.devices import SignalDevice
from salonbot.sandbox.whatsapp.engine import protocol_classes
from salonbot.sandbox.whatsapp.group import Group
from salonbot.sandbox.whatsapp.nodes import STATUS, Jid, Node, Value
from salonbot.sandbox.whatsapp.people import Letter, Person, Sent, new_message_id
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.ratchet import RepeatedMessageError, UndecryptableError
from salonbot.sandbox.whatsapp.waiting import Bell

_KEPT = 2000
Addressing = Literal["lid", "pn"]


@dataclass(frozen=True, slots=True)
class Received:
    """What a customer got from a salon."""

    id: str
    text: str
    message: Any
    """The whole `Message` of the engine's E2E classes."""
    sender: Jid
    """The linked device that sent it."""


class Customer(Person):
    """Somebody who writes to salons."""

    def __init__(
        self, number: str, lid: str, name: str, *, hides_phone: bool, addressing: Addressing, now: Callable[[], float]
    ) -> None:
        super().__init__(number, lid, SignalDevice(), now)
        self.name = name
        self.hides_phone = hides_phone
        """Messages come from the LID alone."""
        self.addressing = addressing
        self.auto_delivery = True
        """Tell the salon at once that a message arrived (the second tick)."""
        self.auto_read = False
        """Tell the salon at once that a message was read."""
        self.inbox: deque[Received] = deque(maxlen=_KEPT)
        """The last messages received, oldest first."""
        self.unreadable: list[str] = []
        """Ids of messages that could not be decrypted, and were asked for once more."""
        self.delivered: Counter[str] = Counter()
        """How often the salon confirmed each message (two grey ticks)."""
        self.blue_ticks: set[str] = set()
        """Ids of messages the salon has marked as read."""
        self.typing_seen = 0
        """How often the salon was seen to begin writing."""
        self._unread: deque[Received] = deque(maxlen=_KEPT)
        self._senders: dict[str, Companion] = {}
        self._bell = Bell()

    @property
    def address(self) -> Jid:
        """Where this customer's messages come from."""
        return self.lid if self.addressing == "lid" else self.pn

    async def send(
        self,
        what: str | Content,
        *,
        to: Phone | Group,
        message_id: str | None = None,
        sent_at: datetime | None = None,
        damaged: bool = False,
    ) -> str:
        """Write to a salon or into a group; returns the message's id.

        Waits only for a freshly linked device to upload its keys. What is written while the device is away is kept
        for it. `damaged`: the device cannot decrypt it and will ask for it again, which is answered.
        """
        inside = contents.text(what) if isinstance(what, str) else what
        return await self._deliver(inside, self._addressed(to), _phones(to), message_id, sent_at, damaged=damaged)

    async def post_status(self, what: str | Content, *, to: Phone) -> str:
        """Show a status ("story") to a salon."""
        inside = contents.text(what) if isinstance(what, str) else what
        attrs: dict[str, Value] = {"from": STATUS, "participant": self.lid, "participant_pn": self.pn}
        return await self._deliver(inside, attrs | {"addressing_mode": "lid"}, [to], None, None)

    async def send_again(self, message_id: str, *, to: Phone) -> None:
        """Send the very same message once more, sealed anew, under the same id."""
        for companion in to.companions:
            await self.post(self._sent[message_id], companion)

    async def call(self, phone: Phone) -> str:
        """Ring a salon; returns the call's id."""
        call_id = new_message_id()
        creator: dict[str, Value] = {"call-id": call_id, "call-creator": self.lid}
        offer = Node("offer", creator if self.hides_phone else creator | {"caller_pn": self.pn}, [Node("audio")])
        attrs: dict[str, Value] = {
            "from": self.lid,
            "id": new_message_id(),
            "t": str(int(self._now())),
            "platform": "android",
            "version": "2.26.1",
        }
        for companion in phone.companions:
            await companion.mailbox.put(Node("call", attrs, [offer]))
        return call_id

    async def read(self, message_id: str) -> None:
        """Tell the salon that this message of its was read."""
        await self._tell(message_id, "read")

    async def ask_retry(self, message_id: str) -> None:
        """Tell the salon that this message of its could not be read, with keys for a new session."""
        keys = self.device.bundle().as_node(self.lid).children
        registration = [child for child in keys if child.tag == "registration"]
        moment = str(int(self._now()))
        retry = Node("retry", {"count": "1", "id": message_id, "t": moment, "v": "1"})
        parts = [retry, *registration, Node("keys", {}, [key for key in keys if key.tag != "registration"])]
        await self._tell(message_id, "retry", parts)

    async def next_reply(self, timeout_s: float = 10) -> Received:
        """The oldest message not yet taken from here; TimeoutError if none comes."""
        await self._bell.until(
            lambda: self._unread, timeout_s=timeout_s, missing=f"no message reached customer {self.name}"
        )
        return self._unread.popleft()

    async def sees(self, what: Callable[["Customer"], object], timeout_s: float = 10) -> None:
        """Return when that is true of this customer, such as `lambda c: message_id in c.blue_ticks`."""
        await self._bell.until(lambda: what(self), timeout_s=timeout_s, missing=f"nothing changed for {self.name}")

    async def receive(self, letter: Letter) -> None:
        try:
            plain = self.device.decrypt(letter.sender.lid, letter.sealed)
        except RepeatedMessageError:
            return
        except UndecryptableError:
            self._senders[letter.id] = letter.sender
            self.unreadable.append(letter.id)
            self._bell.ring()
            await self.ask_retry(letter.id)
            return
        message = protocol_classes().content.Message.FromString(plain)
        received = Received(letter.id, contents.spoken(message), message, letter.sender.lid)
        self._keep(received, letter.sender)
        if self.auto_delivery:
            await self._tell(letter.id, "")
        if self.auto_read:
            await self._tell(letter.id, "read")

    def on_receipt(self, message_ids: list[str], kind: str) -> None:
        """The salon confirmed messages: `read` and `played` are blue ticks, the rest grey ones."""
        if kind in ("read", "played"):
            self.blue_ticks.update(message_ids)
        elif kind != "inactive":
            self.delivered.update(message_ids)
        self._bell.ring()

    def on_typing(self, state: str) -> None:
        """The salon began (`composing`) or stopped (`paused`) writing."""
        self.typing_seen += state == "composing"
        self._bell.ring()

    def _keep(self, received: Received, sender: Companion) -> None:
        self.inbox.append(received)
        self._unread.append(received)
        self._senders[received.id] = sender
        while len(self._senders) > _KEPT:
            del self._senders[next(iter(self._senders))]
        self._bell.ring()

    async def _tell(self, message_id: str, kind: str, parts: list[Node] | None = None) -> None:
        """A receipt to the device that sent that message; an empty kind: it arrived."""
        attrs: dict[str, Value] = {"from": self.lid, "id": message_id, "t": str(int(self._now()))}
        if kind:
            attrs["type"] = kind
        await self._senders[message_id].mailbox.put(Node("receipt", attrs, parts))

    async def _deliver(
        self,
        inside: Content,
        addressed: dict[str, Value],
        phones: list[Phone],
        message_id: str | None,
        sent_at: datetime | None,
        *,
        damaged: bool = False,
    ) -> str:
        message_id = message_id or new_message_id()
        envelope = self._envelope(inside, message_id, sent_at)
        sent = Sent(envelope | addressed | {"notify": self.name}, inside)
        self._remember(sent, message_id)
        for phone in phones:
            for companion in phone.companions:
                await self.post(sent, companion, damaged=damaged)
        return message_id

    def _addressed(self, to: Phone | Group) -> dict[str, Value]:
        attrs: dict[str, Value] = {"addressing_mode": self.addressing}
        if isinstance(to, Group):
            attrs |= {"from": to.jid, "participant": self.address}
            attrs |= {"participant_lid": self.lid} if self.addressing == "pn" else {}
            return attrs if self.hides_phone or self.addressing == "pn" else attrs | {"participant_pn": self.pn}
        attrs["from"] = self.address
        if self.addressing == "pn":
            return attrs | {"sender_lid": self.lid}
        return attrs if self.hides_phone else attrs | {"sender_pn": self.pn}


def _phones(to: Phone | Group) -> list[Phone]:
    return to.phones if isinstance(to, Group) else [to]

"""A salon owner's pretend phone: links devices, unlinks them, writes from itself, and plays havoc with connections."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from salonbot.sandbox.whatsapp import content as contents
from salonbot.sandbox.whatsapp.applicant import Applicant
from salonbot.sandbox.whatsapp.companion import Companion, Line
from salonbot.sandbox.whatsapp.content import Content
from salonbot.sandbox.whatsapp.curve import KeyPair
from salonbot.sandbox.whatsapp.devices import SignalDevice
from salonbot.sandbox.whatsapp.engine import protocol_classes
from salonbot.sandbox.whatsapp.faults import Faults
from salonbot.sandbox.whatsapp.nodes import Jid, Node, Value
from salonbot.sandbox.whatsapp.pairing import CodeNotShownError, CodePairing, PairingError, QrCode, signed_identity
from salonbot.sandbox.whatsapp.people import Letter, Person, Sent, new_message_id
from salonbot.sandbox.whatsapp.ratchet import UndecryptableError
from salonbot.sandbox.whatsapp.waiting import Bell

_KEPT = 2000
_FIRST_DEVICE = 7


class Applicants(Protocol):
    """The connected devices that want to be linked."""

    def showing(self, ref: str) -> Applicant | None: ...

    def asking(self, number: str) -> Applicant | None: ...


class Phone(Person):
    """The phone of a salon, to which the engine is linked as a companion."""

    def __init__(self, number: str, lid: str, *, now: Callable[[], float], applicants: Applicants) -> None:
        self._account = KeyPair.generate()
        # The engine takes the account's key for the phone's Signal identity (pair.go, handlePair).
        super().__init__(number, lid, SignalDevice(self._account), now)
        self.faults = Faults()
        """What goes wrong on this phone's companions only."""
        self.logins = 0
        """How many logins of its companions succeeded so far."""
        self.refused = 0
        """How many logins were refused."""
        self.copies: deque[Any] = deque(maxlen=_KEPT)
        """The last `Message`s a companion sent a copy of to the phone, oldest first."""
        self.presence = ""
        """`available` or `unavailable`, as the companion said last."""
        self._companions: dict[int, Companion] = {}
        self._next_device = _FIRST_DEVICE
        self._applicants = applicants
        self._bell = Bell()

    @property
    def companions(self) -> list[Companion]:
        """The linked devices."""
        return list(self._companions.values())

    @property
    def device_ids(self) -> list[int]:
        return [0, *self._companions]

    @property
    def is_linked(self) -> bool:
        return bool(self._companions)

    @property
    def is_online(self) -> bool:
        """Whether a companion is logged in and has said that it is active."""
        return any(line.is_active for line in self._lines())

    @property
    def unconfirmed(self) -> int:
        """How many messages and receipts wait for a companion, or for its confirmation."""
        return sum(len(companion.mailbox) for companion in self.companions)

    def companion(self, device: int) -> Companion | None:
        return self._companions.get(device)

    async def scan(self, qr_text: str) -> Jid:
        """Scan a QR code; returns the new companion's address once it has signed.

        Raises PairingError, and CodeNotShownError for a code that has run out. The companion then comes by itself.
        """
        code = QrCode.parse(qr_text)
        applicant = self._applicants.showing(code.ref)
        if applicant is None:
            raise CodeNotShownError("no connected device shows this QR code: it has run out")
        if applicant.noise_key != code.noise_key:
            raise PairingError("the QR code names another key than the device's connection")
        return await self._link(applicant, code.identity, code.adv_secret)

    async def enter_code(self, code: str) -> Jid:
        """Type a pairing code such as `ABCD-EFGH` that a device asked for with this phone's number.

        Raises PairingError, and CodeNotShownError if no connected device has asked.
        """
        applicant = self._applicants.asking(self.number)
        if applicant is None:
            raise CodeNotShownError("no connected device has asked for a pairing code with this number")
        exchange = CodePairing(self._account, code, applicant.hello())
        finish = await applicant.greet(exchange.greeting(applicant.code_ref), {"t": self._moment()})
        identity, adv_secret = exchange.conclude(finish)
        return await self._link(applicant, identity, adv_secret)

    async def unlink(self) -> None:
        """Remove all companions, as the owner may: they are told so now, or at their next login."""
        lines = self._lines()
        self._companions.clear()
        conflict = Node("conflict", {"type": "device_removed"})
        for line in lines:
            await line.end(Node("stream:error", {"code": "401"}, [conflict]))
        self._bell.ring()

    async def send_own(self, what: str | Content, *, to: Person, sent_at: datetime | None = None) -> str:
        """Write to somebody from the phone itself; the companions get a copy. Returns the message's id."""
        inside = contents.text(what) if isinstance(what, str) else what
        words = protocol_classes().content
        copy = words.DeviceSentMessage(destinationJID=str(to.lid), message=words.Message.FromString(inside.message))
        carried = Content(
            words.Message(deviceSentMessage=copy).SerializeToString(), inside.type, inside.media, inside.edit
        )
        message_id = new_message_id()
        addressed: dict[str, Value] = {
            "from": self.lid,
            "recipient": to.lid,
            "peer_recipient_pn": to.pn,
            "addressing_mode": "lid",
        }
        sent = Sent(self._envelope(carried, message_id, sent_at) | addressed, carried)
        self._remember(sent, message_id)
        for companion in self.companions:
            await self.post(sent, companion)
        return message_id

    async def receive(self, letter: Letter) -> None:
        try:
            plain = self.device.decrypt(letter.sender.lid, letter.sealed)
        except UndecryptableError:
            return  # a copy for the owner's eyes; a phone that cannot read it shows a note and that is all
        self.copies.append(protocol_classes().content.Message.FromString(plain))
        self._bell.ring()

    async def wait_online(self, timeout_s: float = 30) -> None:
        """Return when a companion is online; TimeoutError if none comes."""
        await self._bell.until(
            lambda: self.is_online, timeout_s=timeout_s, missing=f"no companion of +{self.number} came online"
        )

    async def wait_offline(self, timeout_s: float = 30) -> None:
        """Return when no companion is online; TimeoutError if one stays.

        After a `drop` the engine can be back before anybody has looked: wait for its next login with `sees` instead.
        """
        await self._bell.until(
            lambda: not self.is_online, timeout_s=timeout_s, missing=f"a companion of +{self.number} stayed online"
        )

    async def sees(self, what: Callable[["Phone"], object], timeout_s: float = 10) -> None:
        """Return when that is true of this phone, such as `lambda p: p.logins == 2`."""
        await self._bell.until(lambda: what(self), timeout_s=timeout_s, missing=f"nothing changed for +{self.number}")

    def drop(self) -> None:
        """Cut the companions' connections, without a farewell."""
        for line in self._lines():
            line.drop()

    def go_silent(self) -> None:
        """Leave the companions' connections open, but let nothing through any more."""
        for line in self._lines():
            line.mute()

    async def end_stream(self, code: int) -> None:
        """End the companions' connections with `stream:error`: 503 the server restarts, 515 come again."""
        for line in self._lines():
            await line.end(Node("stream:error", {"code": str(code)}))

    async def replace(self) -> None:
        """Tell the companions that somebody else uses their keys (`conflict`, `replaced`)."""
        for line in self._lines():
            await line.end(Node("stream:error", {}, [Node("conflict", {"type": "replaced"})]))

    def changed(self) -> None:
        """Something about a companion changed: whoever waits should look."""
        self._bell.ring()

    async def _link(self, applicant: Applicant, identity: bytes, adv_secret: bytes) -> Jid:
        device, self._next_device = self._next_device, self._next_device + 1
        companion = Companion(self.pn.of_device(device), self.lid.of_device(device), applicant.noise_key)
        signed = signed_identity(
            self._account, identity=identity, adv_secret=adv_secret, key_index=device, now=int(self._now())
        )
        parts = [
            Node("device-identity", {}, signed),
            Node("device", {"jid": companion.pn, "lid": companion.lid}),
            Node("platform", {"name": "android"}),
        ]
        await applicant.link(Node("pair-success", {}, parts), self._moment())
        self._companions[device] = companion
        await applicant.restart()
        self._bell.ring()
        return companion.pn

    def _lines(self) -> list[Line]:
        return [companion.line for companion in self.companions if companion.line is not None]

    def _moment(self) -> str:
        return str(int(self._now()))

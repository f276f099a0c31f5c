"""One connection of the engine: Noise handshake, then a login or a pairing, then stanzas until it ends."""

import asyncio
from typing import Any, Protocol

from aiohttp import web

from salonbot.sandbox.whatsapp import queries, routing
from salonbot.sandbox.whatsapp.applicant import Applicant
from salonbot.sandbox.whatsapp.companion import Companion
from salonbot.sandbox.whatsapp.engine import protocol_classes, read_dictionary
from salonbot.sandbox.whatsapp.faults import (
    CloseBehindRestart,
    F,
    Faults,
    IgnoreKeepalive,
    RefuseLogin,
    ShortQr,
    SlowHandshake,
)
from salonbot.sandbox.whatsapp.frames import Frames
from salonbot.sandbox.whatsapp.nodes import Jid, Node, decode, encode
from salonbot.sandbox.whatsapp.noise import Cipher, Handshake, ServerIdentity
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.proxy import Tunnel

_QR_CODES = 6
_FAREWELL_S = 0.3
"""Between the last stanza and closing: closed at once, the engine may not read the stanza."""


class House(routing.Town, Protocol):
    """What a connection needs of the server it belongs to."""

    identity: ServerIdentity
    faults: Faults

    def admit(self, applicant: Applicant) -> None: ...

    def dismiss(self, applicant: Applicant) -> None: ...

    def seen(self, direction: str, node: Node) -> None: ...


class Connection:
    """One web socket, from its first frame to its last."""

    def __init__(self, house: House, socket: web.WebSocketResponse, tunnel: Tunnel | None) -> None:
        self._house = house
        self._socket = socket
        self._tunnel = tunnel
        self._frames = Frames(socket)
        self._sending = asyncio.Lock()
        self._incoming: Cipher
        self._outgoing: Cipher
        self._phone: Phone | None = None
        self._companion: Companion | None = None
        self._applicant: Applicant | None = None
        self._is_active = False

    @property
    def is_active(self) -> bool:
        """Whether the companion is logged in and has said that it is active."""
        return self._is_active

    async def run(self) -> None:
        """Serve the connection; ends with StreamEndError when the engine is gone."""
        try:
            client_key, payload = await self._shake_hands()
            if payload.username:
                await self._log_in(str(payload.username), payload.device, client_key)
            else:
                await self._offer_pairing(client_key)
            while True:
                await self._take(decode(self._incoming.decrypt(await self._frames.read()), read_dictionary()))
        finally:
            self._leave()

    async def send(self, node: Node) -> None:
        """Send a stanza; lost without a word if the connection is gone."""
        async with self._sending:
            self._house.seen("out", node)
            await self._frames.write(self._outgoing.encrypt(encode(node)))

    async def end(self, node: Node) -> None:
        """Send the last stanza and close the socket a moment later."""
        self._is_active = False
        await self.send(node)
        self._house.spawn(self._close_soon())

    def drop(self) -> None:
        """Break the connection without a farewell."""
        if self._tunnel is not None:
            self._tunnel.cut()

    def mute(self) -> None:
        """Leave it open, but let nothing through."""
        if self._tunnel is not None:
            self._tunnel.mute()

    def fault(self, kind: type[F]) -> F | None:
        """The fault of that kind which happens to this connection now, if any."""
        ours = self._phone.faults.take(kind) if self._phone else None
        return ours or self._house.faults.take(kind)

    async def _shake_hands(self) -> tuple[bytes, Any]:
        handshake = Handshake(self._house.identity)
        hello = await self._frames.read()
        if slow := self.fault(SlowHandshake):
            await asyncio.sleep(slow.seconds)
        await self._frames.write(handshake.answer(hello))
        client_key, payload = handshake.finish(await self._frames.read())
        self._incoming, self._outgoing = handshake.split()
        return client_key, protocol_classes().login.ClientPayload.FromString(payload)

    async def _log_in(self, number: str, device: int, client_key: bytes) -> None:
        person = self._house.person(Jid.parse(f"{number}@s.whatsapp.net"))
        self._phone = person if isinstance(person, Phone) else None
        companion = self._phone.companion(device) if self._phone else None
        if self._phone is None or companion is None or companion.noise_key != client_key:
            await self._refuse(RefuseLogin(401, message="not linked"))
        elif refusal := self.fault(RefuseLogin):
            await self._refuse(refusal)
        else:
            await self._welcome(self._phone, companion)

    async def _welcome(self, phone: Phone, companion: Companion) -> None:
        before, companion.line = companion.line, self
        if before is not None:
            await before.end(Node("stream:error", {}, [Node("conflict", {"type": "replaced"})]))
            before.drop()
        self._companion = companion
        phone.logins += 1
        await self.send(Node("success", {"t": self._moment(), "lid": companion.lid}))
        await companion.mailbox.connect(self.send)
        phone.changed()

    async def _refuse(self, refusal: RefuseLogin) -> None:
        if self._phone is not None:
            self._phone.refused += 1
            self._phone.changed()
        attrs = {"reason": str(refusal.reason), "location": "lla"}
        if refusal.message:
            attrs["message"] = refusal.message
        if refusal.ban_code is not None:
            attrs["code"] = str(refusal.ban_code)
        if refusal.ban_expire_s is not None:
            attrs["expire"] = str(refusal.ban_expire_s)
        await self.end(Node("failure", attrs))

    async def _offer_pairing(self, client_key: bytes) -> None:
        short = self.fault(ShortQr)
        self._applicant = Applicant(client_key, short.codes if short else _QR_CODES, self.send, self._restart)
        self._house.admit(self._applicant)
        await self._applicant.offer()

    async def _restart(self) -> None:
        """The end of a pairing: the device is told to come again."""
        restart = Node("stream:error", {"code": "515"})
        if self.fault(CloseBehindRestart):
            await self.send(restart)
            await self._socket.close()
        else:
            # The engine hangs up by itself; the server does only if it does not.
            await self.send(restart)
            self._house.spawn(self._close_soon(delay_s=5))

    async def _take(self, node: Node) -> None:
        self._house.seen("in", node)
        if self._companion is not None and self._phone is not None:
            if node.tag == "iq":
                await self._answer(node, self._companion, self._phone)
            else:
                await routing.route(node, routing.Sender(self, self._companion, self._phone), self._house)
        elif self._applicant is not None and node.tag == "iq":
            await self._answer_applicant(node, self._applicant)

    async def _answer(self, query: Node, companion: Companion, phone: Phone) -> None:
        match query.text("xmlns"), query.text("type"):
            case _, "result" | "error":
                return
            case "w:p", _ if self.fault(IgnoreKeepalive):
                return
            case "passive", _:
                self._is_active = query.child("active") is not None
                phone.changed()
            case "md", "set" if query.child("remove-companion-device"):
                await self.send(queries.result(query))
                await phone.unlink()
                return
        await self.send(await queries.answer(query, companion, self._house))

    async def _answer_applicant(self, query: Node, applicant: Applicant) -> None:
        if query.text("type") in ("result", "error"):
            applicant.on_answer(query)
            return
        registration = query.child("link_code_companion_reg")
        reply = applicant.on_registration(registration) if registration else None
        await self.send(queries.result(query, [reply] if reply else None))

    def _leave(self) -> None:
        self._is_active = False
        if self._applicant is not None:
            self._applicant.on_end()
            self._house.dismiss(self._applicant)
        if self._companion is not None:
            self._companion.mailbox.disconnect(self.send)
            if self._companion.line is self:
                self._companion.line = None
        if self._phone is not None:
            self._phone.changed()

    async def _close_soon(self, delay_s: float = _FAREWELL_S) -> None:
        await asyncio.sleep(delay_s)
        await self._socket.close()

    def _moment(self) -> str:
        return str(int(self._house.now()))

"""A connected device that is not linked yet: it shows QR codes or a pairing code and waits for a phone to take it."""

import asyncio
import secrets
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping

from salonbot.sandbox.whatsapp.nodes import SERVER, Node, Value
from salonbot.sandbox.whatsapp.pairing import PairingError

_ANSWER_TIMEOUT_S = 20
_OFFER_ID, _SUCCESS_ID = "pair-offer", "pair-success"


class Applicant:
    """One such device, from its connection to its signature."""

    def __init__(
        self,
        noise_key: bytes,
        codes: int,
        send: Callable[[Node], Awaitable[None]],
        restart: Callable[[], Awaitable[None]],
    ) -> None:
        self.noise_key = noise_key
        self.restart = restart
        """Ask the device to come again as what it is now: linked."""
        self.code_ref = b64encode(secrets.token_bytes(24))
        self.number = ""
        """The phone number it wants to be linked to by code; empty before it asked for a code."""
        self._hello: Node | None = None
        self._refs = [b64encode(secrets.token_bytes(60)).decode() for _ in range(codes)]
        self._send = send
        self._signed: asyncio.Future[Node] = asyncio.get_running_loop().create_future()
        self._finished: asyncio.Future[Node] = asyncio.get_running_loop().create_future()

    async def offer(self) -> None:
        """Give the device what its QR codes are made of."""
        refs = [Node("ref", {}, ref.encode()) for ref in self._refs]
        await self._ask(_OFFER_ID, Node("pair-device", {}, refs))

    def shows(self, ref: str) -> bool:
        return ref in self._refs

    def on_registration(self, query: Node) -> Node | None:
        """The device asks for a pairing code (`companion_hello`), or goes on after the phone's greeting."""
        if query.text("stage") == "companion_hello":
            jid = query.jid("jid")
            self.number = jid.user if jid else ""
            self._hello = query
            return Node("link_code_companion_reg", {}, [Node("link_code_pairing_ref", {}, self.code_ref)])
        if not self._finished.done():
            self._finished.set_result(query)
        return None

    def on_answer(self, answer: Node) -> None:
        """The device's answer to `pair-success`: its signature, or why it refuses."""
        if answer.text("id") == _SUCCESS_ID and not self._signed.done():
            self._signed.set_result(answer)

    def on_end(self) -> None:
        """The connection is gone, and with it everything the device showed."""
        self._refs.clear()
        self.number = ""
        for waiting in (self._signed, self._finished):
            waiting.cancel()

    def hello(self) -> Node:
        """What it said when it asked for a pairing code."""
        assert self._hello is not None
        return self._hello

    async def greet(self, greeting: Node, attrs: Mapping[str, Value]) -> Node:
        """Pass on the phone's half of the exchange; returns the device's `companion_finish`."""
        notice: dict[str, Value] = {"from": SERVER, "type": "link_code_companion_reg", "id": "pair-code", **attrs}
        await self._send(Node("notification", notice, [greeting]))
        return await self._answer(self._finished)

    async def link(self, success: Node, moment: str) -> None:
        """Tell the device that it is linked and wait for its signature; PairingError if it refuses."""
        await self._ask(_SUCCESS_ID, success, moment)
        answer = await self._answer(self._signed)
        if answer.text("type") == "error":
            error = answer.child("error") or Node("error")
            raise PairingError(f"the device refused: {error.text('code')} {error.text('text')}")

    async def _ask(self, query_id: str, what: Node, moment: str = "0") -> None:
        await self._send(
            Node("iq", {"from": SERVER, "type": "set", "id": query_id, "xmlns": "md", "t": moment}, [what])
        )

    @staticmethod
    async def _answer(waiting: asyncio.Future[Node]) -> Node:
        try:
            async with asyncio.timeout(_ANSWER_TIMEOUT_S):
                return await asyncio.shield(waiting)
        except TimeoutError as error:
            raise PairingError("the device does not answer") from error
        except asyncio.CancelledError:
            if waiting.cancelled():
                raise PairingError("the device's connection ended") from None
            raise

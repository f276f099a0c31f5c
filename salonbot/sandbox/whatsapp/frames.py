"""Frames over a web socket: three bytes of length, then the frame; the stream opens with the Noise prologue."""

from aiohttp import WSMsgType, web

from salonbot.sandbox.whatsapp.noise import PROLOGUE, HandshakeError

_LENGTH = 3


class StreamEndError(Exception):
    """The other side closed the web socket."""


class Frames:
    """The frames of one web socket, in both directions."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self._buffer = bytearray()
        self._opened = False

    async def read(self) -> bytes:
        """The next frame; StreamEndError when there will be none."""
        while (frame := self._whole_frame()) is None:
            message = await self._socket.receive()
            if message.type is not WSMsgType.BINARY:
                raise StreamEndError
            self._buffer += message.data
        return frame

    async def write(self, frame: bytes) -> None:
        """Send one frame; nothing is said if the socket is closed, as on a real network."""
        if not self._socket.closed:
            try:
                await self._socket.send_bytes(len(frame).to_bytes(_LENGTH, "big") + frame)
            except ConnectionError:
                return

    def _whole_frame(self) -> bytes | None:
        if not self._opened and len(self._buffer) >= len(PROLOGUE):
            if self._buffer[: len(PROLOGUE)] != PROLOGUE:
                raise HandshakeError("the stream does not open with WhatsApp's prologue")
            del self._buffer[: len(PROLOGUE)]
            self._opened = True
        if not self._opened or len(self._buffer) < _LENGTH:
            return None
        end = _LENGTH + int.from_bytes(self._buffer[:_LENGTH], "big")
        if len(self._buffer) < end:
            return None
        frame = bytes(self._buffer[_LENGTH:end])
        del self._buffer[:end]
        return frame

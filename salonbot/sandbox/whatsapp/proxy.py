"""The CONNECT proxy the engine dials through, and the network that can fail between it and the server.

The engine always dials web.whatsapp.com; a proxy setting is the one way to lead it elsewhere. Every connection is a
tunnel that can be cut (both sides see it) or muted (it stays open and nothing passes any more).
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

_CHUNK = 1 << 16
_LOCAL = "127.0.0.1"
_DEADLINE_S = 10


class Tunnel:
    """One connection between the engine and the server."""

    def __init__(self, engine: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self._ends = (engine, server)
        self._muted = False

    def cut(self) -> None:
        """Break the connection at once, without a farewell."""
        for end in self._ends:
            end.transport.abort()

    def mute(self) -> None:
        """Keep the connection open, but let nothing through in either direction."""
        self._muted = True

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass bytes on until this direction ends."""
        while data := await reader.read(_CHUNK):
            # Muted, the bytes are read and lost: a full buffer would show the sender that something is wrong.
            if not self._muted:
                writer.write(data)
                await writer.drain()
        if not self._muted and writer.can_write_eof():
            writer.write_eof()


class Proxy:
    """Listens on loopback and tunnels to `target_port`; `is_down` makes it a network that is gone."""

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        self.is_down = False
        self.port = 0
        self._target_port = 0
        self._on_error = on_error
        self._listener: asyncio.Server | None = None
        self._tunnels: dict[int, Tunnel] = {}
        self._serving: set[asyncio.Task[None]] = set()

    async def start(self, target_port: int) -> None:
        """Listen; on the same port as before, if it was started before."""
        self._target_port = target_port
        self._listener = await asyncio.start_server(self._accept, _LOCAL, self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and cut every connection."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self.cut_all()
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def cut_all(self) -> None:
        for tunnel in list(self._tunnels.values()):
            tunnel.cut()

    def tunnel(self, server_side_port: int) -> Tunnel | None:
        """The tunnel whose connection the server sees coming from that port."""
        return self._tunnels.get(server_side_port)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, EOFError, asyncio.LimitOverrunError, TimeoutError):
            pass  # a peer that went away or spoke no HTTP: its own end has seen it
        except Exception as error:  # noqa: BLE001 - a handler task has no caller; the tests look at the list
            self._on_error(error)
        finally:
            self._serving.discard(task)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_down:
            return
        async with asyncio.timeout(_DEADLINE_S):
            request = await reader.readuntil(b"\r\n\r\n")
        if not request.startswith(b"CONNECT web.whatsapp.com:443 "):
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        server_reader, server_writer = await asyncio.open_connection(_LOCAL, self._target_port)
        key: int = server_writer.get_extra_info("sockname")[1]
        tunnel = self._tunnels[key] = Tunnel(writer, server_writer)
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with suppress(OSError):
                await asyncio.gather(tunnel.carry(reader, server_writer), tunnel.carry(server_reader, writer))
        finally:
            del self._tunnels[key]
            server_writer.transport.abort()

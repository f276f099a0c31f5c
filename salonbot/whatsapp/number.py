"""One process of a machine answers for a WhatsApp number: two would answer every customer twice.

The lock of the state folder does not see this: a copied folder, or two salons linked to one phone. Held is an abstract
socket of the kernel's, named after the number: it ends with its holder however that ends, leaves no file behind that
could be stale or belong to another user, and is the same for all units of systemd whatever they see of /tmp and /run
(`PrivateTmp`, `ProtectSystem`). It is one per network namespace, which is what shares a WhatsApp connection's way out.
Whoever finds it taken connects to it and is told who has it; anybody on the machine may ask that.
"""

import asyncio
import errno
import hashlib
import os
import socket
import urllib.parse
from pathlib import Path

import structlog

from salonbot.whatsapp.reach import first_hop

log = structlog.get_logger()

ASK_SECONDS = 2.0
"""What the holder may take to say who it is."""
LONGEST_ANSWER = 500
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NumberHeld(Exception):
    """Another session has the number; the message says which."""


class NumberLock:
    """A number held by this session until `release`."""

    def __init__(self, number: str, server: asyncio.Server) -> None:
        self.number = number
        self._server = server

    @classmethod
    async def take(cls, number: str, proxy: str | None, holder: str) -> "NumberLock | None":
        """Hold the number (digits) in the WhatsApp behind the proxy; `holder` is what others are told of us.

        Raises NumberHeld. None where the system knows no such sockets: then nothing is held and nobody is stopped.
        """
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        name = address(number, proxy)
        try:
            line.bind(name)
        except OSError as error:
            line.close()
            if error.errno != errno.EADDRINUSE:
                log.warning("number_not_locked", detail=error.strerror)
                return None
            raise NumberHeld(await _holder(name)) from error

        async def tell(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(holder.encode()[:LONGEST_ANSWER])
            writer.close()

        return cls(number, await asyncio.start_unix_server(tell, sock=line))

    def release(self) -> None:
        """Let it go."""
        self._server.close()


class Hold:
    """One session's: on its number, as far as it has one."""

    def __init__(self, salon: str, folder: Path, proxy: str | None) -> None:
        self._holder = f"process {os.getpid()}, salon {salon}, state folder {folder}"
        self._proxy = proxy
        self._lock: NumberLock | None = None

    async def take(self, number: str | None) -> str | None:
        """Hold this number instead of any other; returns who else holds it, where that fails."""
        if self._lock is not None and self._lock.number != number:
            self.release()
        if self._lock is not None or number is None:
            return None
        try:
            self._lock = await NumberLock.take(number, self._proxy, self._holder)
        except NumberHeld as held:
            log.warning("number_held", holder=str(held))
            return str(held)
        return None

    def release(self) -> None:
        """Let it go."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def address(number: str, proxy: str | None) -> str:
    """The socket's name. A proxy on this machine may lead to a WhatsApp of its own, as a sandbox does; others to the
    one there is.
    """
    hop = first_hop(proxy)
    where = hop.netloc.rpartition("@")[2] if hop is not None and is_loopback(hop) else ""
    return f"\0salonbot-number-{hashlib.sha256(f'{number} {where}'.encode()).hexdigest()[:32]}"


def is_loopback(hop: urllib.parse.SplitResult) -> bool:
    """Whether it is on this machine."""
    return (hop.hostname or "") in LOOPBACK


async def _holder(name: str) -> str:
    try:
        async with asyncio.timeout(ASK_SECONDS):
            reader, writer = await asyncio.open_unix_connection(name)
            try:
                answer = await reader.read(LONGEST_ANSWER)
            finally:
                writer.close()
    except OSError:  # TimeoutError is among these: it is just going, or hangs
        answer = b""
    said = "".join(filter(str.isprintable, answer.decode(errors="replace")))
    return said or "another process of this machine"

"""The service manager's end of the socket that a `Type=notify` unit is started with."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Ear:
    """Hears what the service says."""

    def __init__(self, address: str) -> None:
        self.line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.line.bind(address)
        self.line.setblocking(False)

    @property
    def address(self) -> str:
        """For NOTIFY_SOCKET."""
        return str(self.line.getsockname())

    async def hears(self, timeout_s: float = 60) -> dict[str, str]:
        """The next datagram's assignments."""
        async with asyncio.timeout(timeout_s):
            data = await asyncio.get_running_loop().sock_recv(self.line, 4096)
        return dict(line.split("=", 1) for line in data.decode().splitlines())

    async def waits_for(self, name: str) -> dict[str, str]:
        """The next datagram that assigns this."""
        while name not in (heard := await self.hears()):
            pass
        return heard


@contextmanager
def listening(folder: Path) -> Iterator[Ear]:
    """An ear with its socket in this folder."""
    ear = Ear(str(folder / "notify"))
    try:
        yield ear
    finally:
        ear.line.close()

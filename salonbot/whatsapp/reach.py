"""Whether WhatsApp's server can be reached, asked before the engine dials.

A failed first dial ends the engine's run and leaks its file descriptors, so a night without network must not be spent
dialling. Asked as cheaply as possible: a connection, and through an HTTP proxy a tunnel, that is closed at once.
"""

import asyncio
import base64
import contextlib
import socket
import urllib.parse
import urllib.request

from salonbot.whatsapp.calls import call

HOST, PORT = "web.whatsapp.com", 443
CONNECT_SECONDS = 4.0
"""A network that swallows packets answers to the repetitions after one second and after three."""
PAUSES = (0.25, 0.5, 1.0, 2.0)
"""Between tries; the last one for as long as it takes. What is left of a try that began in vain, this pause and the
engine's dialling are to fit into the five seconds a reconnect may take once the network is back."""
_PORTS = {"http": 80, "https": 443, "socks5": 1080}


async def until_reachable(proxy: str | None) -> None:
    """Return once the server, or as far as one can tell the way to it, has answered."""
    tries = 0
    while not await is_reachable(proxy):
        await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
        tries += 1


async def is_reachable(proxy: str | None) -> bool:
    """Whether the way is open now: to the server, through an HTTP proxy to it, or to another kind of proxy."""
    hop = first_hop(proxy)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            if hop is None:
                return await _opens(HOST, PORT, None)
            host, port = hop.hostname or "", hop.port or _PORTS.get(hop.scheme, PORT)
            return await _opens(host, port, _tunnel_request(hop) if hop.scheme == "http" else None)
    except (OSError, UnicodeError):  # TimeoutError, and failures of name resolution, are among these
        return False


def first_hop(proxy: str | None) -> urllib.parse.SplitResult | None:
    """The proxy the engine goes through: ours, or the environment's, which it honours by itself; None: no proxy."""
    address = proxy or urllib.request.getproxies().get("https")
    if not address:
        return None
    return urllib.parse.urlsplit(address if "://" in address else f"http://{address}")


async def _opens(host: str, port: int, request: bytes | None) -> bool:
    reader, writer = await _connected(host, port)
    try:
        if request is None:
            return True
        writer.write(request)
        status = (await reader.readline()).split()
        return len(status) > 1 and status[1] == b"200"
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _connected(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    # Names are looked up beside asyncio's few threads: one hanging resolver and many salons would take them all.
    found = await call(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM)
    failure = OSError(f"{host} has no address")
    for address in dict.fromkeys(str(one[-1][0]) for one in found):
        try:
            return await asyncio.open_connection(address, port)
        except OSError as error:
            failure = error
    raise failure


def _tunnel_request(proxy: urllib.parse.SplitResult) -> bytes:
    lines = [f"CONNECT {HOST}:{PORT} HTTP/1.1", f"Host: {HOST}:{PORT}"]
    if proxy.username:
        name = urllib.parse.unquote(proxy.username), urllib.parse.unquote(proxy.password or "")
        lines.append("Proxy-Authorization: Basic " + base64.b64encode(":".join(name).encode()).decode())
    return "\r\n".join([*lines, "", ""]).encode()

"""Whether WhatsApp's server, or the proxy to it, answers at all.

Asked before the engine dials: a failed first dial ends the engine's run and leaks its file descriptors, so a night
without network must not be spent dialling.
"""

import asyncio
import contextlib
import urllib.parse
import urllib.request

SERVER = ("web.whatsapp.com", 443)
CONNECT_SECONDS = 5.0
PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Between tries; the last one for as long as it takes. Well under the five seconds a reconnect may take."""
_PORTS = {"http": 80, "https": 443, "socks5": 1080}


async def until_reachable(proxy: str | None) -> None:
    """Return once a connection to the server, or to the proxy the engine would use, has been accepted."""
    tries = 0
    while not await is_reachable(*first_hop(proxy)):
        await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
        tries += 1


def first_hop(proxy: str | None) -> tuple[str, int]:
    """Host and port the engine connects to; without a proxy of ours it honours the environment's."""
    address = proxy or urllib.request.getproxies().get("https")
    if not address:
        return SERVER
    parsed = urllib.parse.urlsplit(address if "://" in address else f"http://{address}")
    return parsed.hostname or SERVER[0], parsed.port or _PORTS.get(parsed.scheme, SERVER[1])


async def is_reachable(host: str, port: int) -> bool:
    """Whether somebody accepts a connection there within five seconds."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except OSError:  # TimeoutError, and failures of name resolution, are among these
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True

"""Asking whether the way to WhatsApp is open disturbs nobody."""

import asyncio
import socket
import threading

import pytest

from salonbot.whatsapp.reach import is_reachable, until_reachable

SALONS = 50


async def test_names_that_are_never_found_leave_the_others_their_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: never.wait() and [])
    asking = [asyncio.create_task(until_reachable("http://proxy.example:3128")) for _ in range(SALONS)]
    await asyncio.sleep(0.2)

    async with asyncio.timeout(30):
        assert await asyncio.to_thread(lambda: "done") == "done"

    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    never.set()


async def test_every_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    open_way = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = open_way.sockets[0].getsockname()[1]
    found = [(socket.AF_INET6, 1, 6, "", ("::1", port, 0, 0)), (socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: found)

    assert await is_reachable(f"socks5://proxy.example:{port}")
    open_way.close()
    await open_way.wait_closed()
    assert not await is_reachable(f"socks5://proxy.example:{port}")

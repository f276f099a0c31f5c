"""One process of a machine answers for a number: who holds it, who is told, and when it is free."""

import asyncio
import sys
from pathlib import Path

import pytest

from salonbot.whatsapp.number import Hold, NumberHeld, NumberLock, address

HOLDING = """
import asyncio, sys
from salonbot.whatsapp.number import NumberLock

async def hold():
    await NumberLock.take(sys.argv[1], None, "process of a test")
    print("held", flush=True)
    await asyncio.sleep(60)

asyncio.run(hold())
"""


@pytest.fixture
def number(tmp_path: Path) -> str:
    """One that no other test, nor another run beside this one, has."""
    return str(tmp_path)


async def test_who_comes_second_is_told_who_came_first_and_may_have_it_after_them(number: str) -> None:
    first = await NumberLock.take(number, None, "process 1, salon one")
    assert first is not None
    for _ in range(3):
        with pytest.raises(NumberHeld, match="process 1, salon one"):
            await NumberLock.take(number, None, "process 2")

    first.release()
    second = await NumberLock.take(number, None, "process 2")
    assert second is not None
    second.release()


async def test_whatever_ends_the_holder_frees_the_number(number: str) -> None:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLDING, number), stdout=asyncio.subprocess.PIPE, stdin=asyncio.subprocess.DEVNULL
    )
    try:
        assert child.stdout is not None
        assert await child.stdout.readline() == b"held\n"
        with pytest.raises(NumberHeld, match="process of a test"):
            await NumberLock.take(number, None, "us")
    finally:
        child.kill()
        await child.wait()

    lock = await NumberLock.take(number, None, "us")
    assert lock is not None
    lock.release()


def test_the_same_number_in_another_whatsapp_is_another_one() -> None:
    real = address("79990001122", None)

    assert address("79990001122", "http://127.0.0.1:4001") != address("79990001122", "http://127.0.0.1:4002")
    assert address("79990001122", "http://127.0.0.1:4001") != real
    assert address("79990001122", "socks5://user:secret@proxy.example:1080") == real
    assert address("79990001123", None) != real
    assert "79990001122" not in real


async def test_a_session_that_is_linked_to_another_number_lets_the_first_one_go(number: str, tmp_path: Path) -> None:
    hold, other = Hold("one", tmp_path, None), Hold("two", tmp_path, None)
    assert await hold.take(number) is None
    assert await hold.take(number) is None
    assert "salon one" in str(await other.take(number))

    assert await hold.take(f"{number}-other") is None
    assert await other.take(number) is None
    hold.release()
    other.release()
    other.release()

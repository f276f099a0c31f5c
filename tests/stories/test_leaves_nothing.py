"""What a long life leaves in memory: nothing of the turns that are over."""

import asyncio
import functools
import gc
from collections import Counter

from salonbot.cli.demo.stage import scan
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.stories.conftest import House

CUSTOMERS, FIRST, LATER = 8, 3, 15
QUIET_SECONDS = 1.0
"""By then receipts and whatever else follows a turn are through."""


async def test_many_turns_leave_no_more_objects_than_a_few_did(
    house: House, sandbox: WhatsAppSandbox, phone: Phone
) -> None:
    async with house(turns={"turns_per_minute": 1000, "turns_per_hour": 1000}) as stage:
        await scan(stage)
        people = [sandbox.add_customer(f"7916123450{n}", f"55566677700{n}", f"Клиент {n}") for n in range(CUSTOMERS)]
        await talk(people, phone, FIRST)
        few = kept()
        await talk(people, phone, LATER)
        many = kept()

    turns = CUSTOMERS * LATER
    assert {kind: n for kind, n in (many - few).items() if n > turns // 4} == {}


async def talk(people: list[Customer], phone: Phone, turns: int) -> None:
    async with asyncio.TaskGroup() as tasks:
        for customer in people:
            tasks.create_task(ask(customer, phone, turns))
    await asyncio.sleep(QUIET_SECONDS)


async def ask(customer: Customer, phone: Phone, turns: int) -> None:
    for _ in range(turns):
        await customer.send("Сколько стоит маникюр?", to=phone)
        await customer.next_reply()


def kept() -> Counter[str]:
    """How many objects there are of each kind: the program's own, the engine's messages, asyncio's tasks and events."""
    for cached in [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]:
        # What is bounded may fill up; what is not would be found here.
        if cached.__module__.startswith("salonbot.") and cached.cache_parameters()["maxsize"] is not None:
            cached.cache_clear()
    gc.collect()
    kinds = (type(one) for one in gc.get_objects())
    return Counter(f"{kind.__module__}.{kind.__qualname__}" for kind in kinds if is_ours(str(kind.__module__)))


def is_ours(module: str) -> bool:
    if module.startswith("salonbot.sandbox"):
        return False
    return module.startswith(("salonbot.", "google._upb", "_asyncio", "asyncio.", "aiosqlite"))

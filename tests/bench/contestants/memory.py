"""What both rivals share: everything about a conversation in a dictionary, and the same offline brain as the daemon's.

They know prices and services, not the calendar: what is asked of them needs no more.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from salonbot.assistant.execute import execute
from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.booking.system import BookingSystem, Guest
from salonbot.config.load import load
from salonbot.config.plan import SalonPlan
from salonbot.model.dialogue import Memory, Situation
from salonbot.model.messages import Author, ChatKey, Utterance
from salonbot.model.salon import Catalogue, SalonProfile
from salonbot.statefolder import session_file

HISTORY = 30
THREADS_BESIDE = 16

Handler = Callable[[Any, Any], Coroutine[None, None, None]]


class PriceList:
    """The part of a booking system that questions about prices need."""

    def __init__(self, plan: SalonPlan) -> None:
        self._plan = plan

    async def profile(self) -> SalonProfile:
        return self._plan.profile

    async def catalogue(self) -> Catalogue:
        return self._plan.catalogue


class Conversations:
    """Of one salon; gone with the process."""

    def __init__(self, plan: SalonPlan) -> None:
        self._plan = plan
        self._prices = cast(BookingSystem, PriceList(plan))
        self._brain = OfflineBrain()
        self._memory: dict[str, Memory] = defaultdict(Memory)
        self._history: dict[str, deque[Utterance]] = defaultdict(lambda: deque(maxlen=HISTORY))

    async def answer(self, chat: str, text: str) -> str:
        """The salon's answer to what was written."""
        now = self._plan.profile.local(datetime.now(UTC))
        history = self._history[chat]
        situation = Situation(
            salon=self._plan.profile,
            catalogue=self._plan.catalogue,
            now=now,
            text=text,
            history=tuple(history),
            memory=self._memory[chat],
        )
        understanding = await self._brain.understand(situation)
        execution = await execute(
            understanding,
            booking=self._prices,
            guest=Guest(chat=ChatKey(chat)),
            now=now,
            key_prefix=f"{chat}-{len(history)}",
            needs_phone=False,
        )
        composition = await self._brain.compose(situation, understanding, execution.outcomes)
        self._memory[chat] = execution.memory
        history += (Utterance(Author.CUSTOMER, text, now), Utterance(Author.SALON, composition.text, now))
        return composition.text


def text_of(event: Any) -> str:
    """As the engine's documentation reads it."""
    return str(event.Message.conversation or event.Message.extendedTextMessage.text)


async def connect_all(config: Path, state: Path, handler: Callable[[SalonPlan], Handler]) -> None:
    """One client for each salon, connected as the engine's documentation shows.

    But for the pool of threads: with asyncio's own (6 threads on two cores) the seventh client never comes online, for
    each takes one for good. With that there would be nothing to compare.
    """
    from neonize._binder import ProxySettings
    from neonize.aioze.client import NewAClient
    from neonize.aioze.events import MessageEv

    loaded = load(config, environment={}, state=state)
    pool = ThreadPoolExecutor(len(loaded.salons) + THREADS_BESIDE)
    asyncio.get_running_loop().set_default_executor(pool)
    tasks = []
    for plan in loaded.salons:
        client = NewAClient(str(state / session_file(plan.profile.id)))
        client.event(MessageEv)(handler(plan))
        tasks.append(await client.connect(ProxySettings(proxy_address=loaded.configuration.whatsapp.proxy)))
    await asyncio.gather(*tasks)

"""Which brain answers for a salon: Claude, the offline brain behind it, where there is a key; else the offline one."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from salonbot.assistant.brain import Brain
from salonbot.assistant.claude.budget import DailyBudget, Spending
from salonbot.assistant.claude.client import open_client
from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.assistant.relay import Relay, watched_breaker
from salonbot.clock import Clock
from salonbot.config.salon_settings import SalonAssistantSettings
from salonbot.config.secrets import Secrets
from salonbot.config.settings import AssistantSettings
from salonbot.model.alerts import News

BrainFor = Callable[[SalonAssistantSettings], Brain]
"""The brain of a salon with these settings of its own."""


@asynccontextmanager
async def open_brains(
    settings: AssistantSettings,
    secrets: Secrets,
    *,
    clock: Clock,
    spending: Spending,
    tell_owner: Callable[[News], None],
) -> AsyncIterator[BrainFor]:
    """Gives every salon its brain. One client and one breaker serve them all; a budget is a salon's own."""
    offline = OfflineBrain()
    key = secrets.anthropic_api_key
    if settings.brain == "offline" or key is None:
        yield lambda own: offline
        return
    from salonbot.assistant.claude.brain import ClaudeBrain

    secret = key.get_secret_value()
    client = open_client(secret, base_url=settings.base_url, proxy=settings.proxy)
    breaker = watched_breaker(clock, tell_owner)
    # Customers are told apart at the API by a hash nobody can undo without the key.
    salt = hashlib.sha256(secret.encode()).digest()

    def relay(own: SalonAssistantSettings) -> Brain:
        claude = ClaudeBrain(
            client,
            drafts=offline,
            clock=clock,
            salt=salt,
            model=own.model or settings.model,
            compose_model=own.compose_model or settings.compose_model,
        )
        limit = settings.daily_budget_usd if own.daily_budget_usd is None else own.daily_budget_usd
        return Relay(claude, offline, breaker=breaker, budget=DailyBudget(limit, spending), tell_owner=tell_owner)

    try:
        yield relay
    finally:
        await client.close()


@dataclass(slots=True)
class _Shared:
    brain_for: BrainFor
    resources: AsyncExitStack
    users: int = 0


class Brains:
    """The brains of a house whose salons come and go: those on the same settings share one client and one breaker."""

    def __init__(self, clock: Clock, spending: Spending, tell_owner: Callable[[News], None]) -> None:
        self._clock = clock
        self._spending = spending
        self._tell_owner = tell_owner
        self._shared: dict[tuple[AssistantSettings, SecretStr | None], _Shared] = {}

    @asynccontextmanager
    async def brain(
        self, settings: AssistantSettings, secrets: Secrets, own: SalonAssistantSettings
    ) -> AsyncIterator[Brain]:
        """One salon's; what it shares with others is closed after the last of them."""
        key = (settings, secrets.anthropic_api_key)
        if (shared := self._shared.get(key)) is None:
            resources = AsyncExitStack()
            opening = open_brains(
                settings, secrets, clock=self._clock, spending=self._spending, tell_owner=self._tell_owner
            )
            shared = self._shared[key] = _Shared(await resources.enter_async_context(opening), resources)
        shared.users += 1
        try:
            yield shared.brain_for(own)
        finally:
            shared.users -= 1
            if not shared.users:
                del self._shared[key]
                await shared.resources.aclose()

"""The loopback Messages API, the real SDK against it, and a brain whose texts cannot be confused with Claude's."""

from collections.abc import AsyncIterator

import pytest
from anthropic import AsyncAnthropic

from salonbot.assistant.claude.brain import ClaudeBrain, StageLimits
from salonbot.assistant.claude.client import open_client
from salonbot.model.dialogue import Composition, Memory, Situation, Topic, Understanding
from salonbot.model.outcomes import Outcome
from salonbot.sandbox.messages_api.server import MessagesApi
from tests.assistant.arbat import NOW, at
from tests.clocks import HandClock


class PlainBrain:
    """Understands nothing and says so: what a turn falls back to in these tests."""

    name = "offline"

    def __init__(self) -> None:
        self.understood = 0

    async def understand(self, situation: Situation) -> Understanding:
        self.understood += 1
        return Understanding(topics=(Topic.UNCLEAR,), memory=situation.memory or Memory())

    async def compose(
        self, situation: Situation, understanding: Understanding, outcomes: tuple[Outcome, ...]
    ) -> Composition:
        return Composition(text=f"ЧЕРНОВИК: {', '.join(one.kind for one in outcomes) or 'ничего'}")


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MessagesApi]:
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with MessagesApi() as server:
        yield server


@pytest.fixture
async def client(api: MessagesApi) -> AsyncIterator[AsyncAnthropic]:
    client = open_client(api.key, base_url=api.base_url)
    yield client
    await client.close()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(at(NOW))


@pytest.fixture
def plain() -> PlainBrain:
    return PlainBrain()


@pytest.fixture
def claude(client: AsyncAnthropic, plain: PlainBrain, clock: HandClock) -> ClaudeBrain:
    """With stages of a second, so that what hangs ends soon."""
    limits = StageLimits(understand=1.2, compose=1.2)
    return ClaudeBrain(client, drafts=plain, clock=clock, salt=b"salt", limits=limits)

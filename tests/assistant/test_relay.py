"""The relay: who answers when, what it costs, and what the owner hears."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from anthropic import AsyncAnthropic

from salonbot.assistant.claude.brain import ClaudeBrain, StageLimits
from salonbot.assistant.claude.breaker import BreakerState
from salonbot.assistant.claude.budget import DailyBudget, NoSpending
from salonbot.assistant.relay import Relay, watched_breaker
from salonbot.model.alerts import Alert, AlertKind, News, Recovered
from salonbot.model.booking import AppointmentId
from salonbot.model.dialogue import AwaitingYes, Memory, Topic
from salonbot.model.outcomes import Booked, Purpose
from salonbot.model.salon import SalonId
from salonbot.sandbox.messages_api.answers import Answer, Fails, Hangs, Says, Sends
from salonbot.sandbox.messages_api.server import MessagesApi
from tests.assistant.arbat import NOW, appointment, at, in_a_while, situation
from tests.assistant.claude.answers import CREATE, understood
from tests.assistant.claude.conftest import PlainBrain, api, client, clock, plain
from tests.clocks import HandClock

__all__ = ["api", "client", "clock", "plain"]

GREETING = understood(topics=("greeting",))


@dataclass
class Told:
    """What the owner heard."""

    news: list[News] = field(default_factory=list)

    def __call__(self, news: News) -> None:
        self.news.append(news)

    @property
    def kinds(self) -> list[AlertKind | str]:
        """What was the matter, and "over" where it was over."""
        return ["over" if isinstance(news, Recovered) else news.kind for news in self.news]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def relay(client: AsyncAnthropic, plain: PlainBrain, clock: HandClock, told: Told) -> Relay:
    return make_relay(client, plain, clock, told)


def make_relay(
    client: AsyncAnthropic, plain: PlainBrain, clock: HandClock, told: Told, budget: DailyBudget | None = None
) -> Relay:
    limits = StageLimits(understand=1.2, compose=1.2)
    return Relay(
        ClaudeBrain(client, drafts=plain, clock=clock, salt=b"salt", limits=limits),
        plain,
        breaker=watched_breaker(clock, told),
        budget=budget or DailyBudget(5.0, NoSpending()),
        tell_owner=told,
    )


FAILURES: list[Answer] = [
    Fails(status=400), Fails(status=401), Fails(status=402), Fails(status=403), Fails(status=413),
    Fails(status=429, retry_after=600), Hangs(), Sends(body=b"<html>", content_type="text/html"),
    Sends(body=b"{"), Says(text="no", stop_reason="refusal"), Says(text="{", stop_reason="max_tokens"), Says(text=""),
]  # fmt: skip


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
async def test_whatever_fails_the_offline_brain_takes_the_whole_turn(
    api: MessagesApi, relay: Relay, failure: Answer
) -> None:
    api.script(failure)
    here = situation()
    understanding = await relay.understand(here)
    composition = await relay.compose(here, understanding, ())
    assert understanding.brain == composition.brain == "offline"
    assert len(api.received) == 1


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
async def test_a_failure_of_the_wording_alone_gives_the_offline_wording(
    api: MessagesApi, relay: Relay, failure: Answer
) -> None:
    api.script(understood(CREATE), failure)
    here = situation("завтра в 15:00")
    understanding = await relay.understand(here)
    composition = await relay.compose(here, understanding, (Booked(appointment=appointment()),))
    assert understanding.brain == "claude"
    assert composition.text == "ЧЕРНОВИК: booked"


async def test_both_stages_by_claude_cost_two_calls_and_carry_their_usage(api: MessagesApi, relay: Relay) -> None:
    api.script(understood(CREATE), Says(text="Записала вас!"))
    here = situation("завтра в 15:00")
    understanding = await relay.understand(here)
    composition = await relay.compose(here, understanding, (Booked(appointment=appointment()),))
    assert composition.text == "Записала вас!"
    assert composition.brain == "claude"
    assert [one.stage for one in understanding.usage + composition.usage] == ["understand", "compose"]
    assert not api.errors


async def test_small_talk_is_one_call_through_the_relay_too(api: MessagesApi, relay: Relay) -> None:
    api.script(understood(topics=("thanks",), reply="Пожалуйста!"))
    here = situation("спасибо")
    composition = await relay.compose(here, await relay.understand(here), ())
    assert composition.text == "Пожалуйста!"
    assert len(api.received) == 1


async def test_the_cost_of_a_failed_attempt_stays_with_the_turn(api: MessagesApi, relay: Relay) -> None:
    api.script(Says(text="no", stop_reason="refusal"))
    understanding = await relay.understand(situation())
    assert [one.stage for one in understanding.usage] == ["understand"]


async def test_after_three_failures_nobody_waits_for_claude_until_it_is_back(
    api: MessagesApi, relay: Relay, clock: HandClock, told: Told
) -> None:
    api.script(*[Fails(status=529, retry_after=60)] * 3)
    for _ in range(5):
        await relay.understand(situation())
    assert len(api.received) == 3
    assert relay.state().state is BreakerState.OPEN
    assert told.kinds == [AlertKind.CLAUDE_AWAY]

    clock.advance(seconds=61)
    assert relay.state().state is BreakerState.HALF_OPEN
    api.script(GREETING)
    assert (await relay.understand(situation())).brain == "claude"
    assert relay.state().state is BreakerState.CLOSED
    assert told.kinds == [AlertKind.CLAUDE_AWAY, "over"]


async def test_each_try_that_fails_doubles_the_pause_and_the_owner_hears_once(
    api: MessagesApi, relay: Relay, clock: HandClock, told: Told
) -> None:
    api.script(*[Fails(status=500, retry_after=9)] * 3)
    for _ in range(3):
        await relay.understand(situation())
    pauses = []
    for _ in range(7):
        retry_at = relay.state().retry_at
        assert retry_at is not None
        pauses.append(round((retry_at - clock.now()).total_seconds()))
        clock.advance(seconds=pauses[-1])
        api.script(Fails(status=500, retry_after=9))
        await relay.understand(situation())
    assert pauses == [30, 60, 120, 240, 480, 600, 600]
    assert told.kinds == [AlertKind.CLAUDE_AWAY]


@pytest.mark.parametrize("status", [401, 402, 403])
async def test_what_only_the_owner_can_mend_opens_at_once(
    api: MessagesApi, relay: Relay, told: Told, status: int
) -> None:
    api.script(Fails(status=status))
    await relay.understand(situation())
    assert relay.state().state is BreakerState.OPEN
    (news,) = told.news
    assert isinstance(news, Alert)
    assert news.needs_owner


async def test_one_customer_who_makes_the_model_refuse_takes_it_from_nobody(api: MessagesApi, relay: Relay) -> None:
    api.script(*[Says(text="no", stop_reason="refusal")] * 4, GREETING)
    for _ in range(4):
        assert (await relay.understand(situation("bad"))).brain == "offline"
    assert (await relay.understand(situation())).brain == "claude"


async def test_half_open_lets_one_call_through_at_a_time(api: MessagesApi, relay: Relay, clock: HandClock) -> None:
    api.script(Fails(status=401))
    await relay.understand(situation())
    clock.advance(minutes=6)
    api.latency = 0.2
    api.script(GREETING)
    answered = await asyncio.gather(*[relay.understand(situation()) for _ in range(5)])
    assert sorted(one.brain for one in answered) == ["claude", *["offline"] * 4]


async def test_a_cancelled_try_does_not_block_the_next(api: MessagesApi, relay: Relay, clock: HandClock) -> None:
    api.script(Fails(status=401))
    await relay.understand(situation())
    clock.advance(minutes=6)
    api.script(Hangs(), GREETING)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await relay.understand(situation())
    assert (await relay.understand(situation())).brain == "claude"


async def test_a_yes_that_asks_nobody_does_not_count_as_claude_being_back(
    api: MessagesApi, relay: Relay, clock: HandClock
) -> None:
    api.script(Fails(status=401))
    await relay.understand(situation())
    clock.advance(minutes=6)
    pending = AwaitingYes(
        purpose=Purpose.CANCEL,
        appointment_id=AppointmentId("a"),
        new_start=None,
        new_stylist_id=None,
        expires_at=in_a_while(),
    )
    await relay.understand(situation("да", memory=Memory(pending=pending)))
    assert relay.state().state is BreakerState.HALF_OPEN


@dataclass
class Ledger:
    """What the journal would know."""

    usd: float
    asked: int = 0

    async def spent_today(self, salon: SalonId) -> float:
        self.asked += 1
        return self.usd


async def test_a_spent_day_is_the_offline_brains_and_told_once(
    api: MessagesApi, client: AsyncAnthropic, plain: PlainBrain, clock: HandClock, told: Told
) -> None:
    ledger = Ledger(4.9999)
    relay = make_relay(client, plain, clock, told, DailyBudget(5.0, ledger))
    api.script(GREETING)
    assert (await relay.understand(situation())).brain == "claude"
    for _ in range(3):
        assert (await relay.understand(situation())).brain == "offline"
    assert told.kinds.count(AlertKind.BUDGET_SPENT) == 1
    assert ledger.asked == 1

    ledger.usd = 0.0
    api.script(GREETING)
    tomorrow = situation(now=at(NOW) + timedelta(hours=14, minutes=1))
    assert (await relay.understand(tomorrow)).brain == "claude"


async def test_a_budget_of_nothing_asks_nobody(
    api: MessagesApi, client: AsyncAnthropic, plain: PlainBrain, clock: HandClock, told: Told
) -> None:
    relay = make_relay(client, plain, clock, told, DailyBudget(0.0, NoSpending()))
    assert (await relay.understand(situation())).brain == "offline"
    assert api.received == []


async def test_the_owners_budget_of_today_comes_before_the_one_the_brain_was_built_with(
    api: MessagesApi, client: AsyncAnthropic, plain: PlainBrain, clock: HandClock, told: Told
) -> None:
    relay = make_relay(client, plain, clock, told, DailyBudget(5.0, Ledger(2.0)))
    assert (await relay.understand(situation(daily_budget_usd=1.0))).brain == "offline"
    api.script(GREETING)
    assert (await relay.understand(situation(daily_budget_usd=3.0))).brain == "claude"


async def test_topics_understood_by_claude_are_worded_by_claude(api: MessagesApi, relay: Relay) -> None:
    api.script(understood(topics=("address",)), Says(text="Мы на Арбате, 10."))
    here = situation("где вы?")
    understanding = await relay.understand(here)
    assert understanding.topics == (Topic.ADDRESS,)
    assert (await relay.compose(here, understanding, ())).text == "Мы на Арбате, 10."


async def test_the_first_answer_of_a_new_breaker_ends_what_an_earlier_one_has_told(
    api: MessagesApi, relay: Relay, told: Told
) -> None:
    api.script(GREETING, GREETING)
    await relay.understand(situation())
    await relay.understand(situation())

    assert told.news == [Recovered(kind=AlertKind.CLAUDE_AWAY)], "the process before, or the key, may have left it on"

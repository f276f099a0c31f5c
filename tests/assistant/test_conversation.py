"""Whole conversations through both stages, the real SDK, the guard and the real calendar."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from anthropic import AsyncAnthropic

from salonbot.assistant.claude.brain import ClaudeBrain, StageLimits
from salonbot.assistant.claude.breaker import Breaker
from salonbot.assistant.claude.budget import DailyBudget, NoSpending
from salonbot.assistant.execute import execute
from salonbot.assistant.guard import compose_guarded
from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.assistant.relay import Relay
from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.booking.system import Guest
from salonbot.journal.database import Database
from salonbot.model.dialogue import Memory, Usage
from salonbot.model.messages import Author, Customer, Utterance
from salonbot.model.outcomes import Outcome
from salonbot.sandbox.messages_api.answers import Hangs
from salonbot.sandbox.messages_api.server import MessagesApi
from tests.assistant.arbat import ANNA, NOW, at, catalogue, plan, salon, situation
from tests.assistant.claude.conftest import api, client
from tests.assistant.claude.offline_answers import OfflineAnswers
from tests.clocks import HandClock

__all__ = ["api", "client"]


class Chat:
    """Anna, turn by turn, with what `turns` would keep."""

    def __init__(self, relay: Relay, booking: EmbeddedCalendar, clock: HandClock) -> None:
        self.relay = relay
        self.booking = booking
        self.clock = clock
        self.memory = Memory()
        self.name = ""
        self.said: list[Utterance] = []
        self.usage: tuple[Usage, ...] = ()
        self.outcomes: tuple[Outcome, ...] = ()

    @property
    def kinds(self) -> list[str]:
        """What came of the last turn."""
        return [outcome.kind for outcome in self.outcomes]

    async def say(self, text: str) -> str:
        self.clock.advance(seconds=30)
        now = self.clock.now()
        here = situation(
            text,
            now=salon().local(now),
            history=tuple(self.said),
            memory=self.memory,
            customer=Customer(salon().id, ANNA, phone="79161234567", name=self.name or None),
            greeted_today=bool(self.said),
        )
        understanding = await self.relay.understand(here)
        done = await execute(
            understanding,
            booking=self.booking,
            guest=Guest(chat=ANNA, name=self.name, phone="79161234567"),
            now=here.now,
            key_prefix=f"turn-{len(self.said)}",
            needs_phone=True,
        )
        composition = await compose_guarded(self.relay, here, understanding, done.outcomes)
        self.memory, self.name = done.memory, done.name or self.name
        self.outcomes, self.usage = done.outcomes, understanding.usage + composition.usage
        self.said += [Utterance(Author.CUSTOMER, text, now), Utterance(Author.SALON, composition.text, now)]
        return composition.text


@pytest.fixture
async def chat(api: MessagesApi, client: AsyncAnthropic, tmp_path: Path) -> AsyncIterator[Chat]:
    clock = HandClock(at(NOW))
    database = await Database.open(tmp_path / "journal.sqlite3")
    offline = OfflineBrain()
    api.answerer = OfflineAnswers(offline, salon(), catalogue())
    relay = Relay(
        ClaudeBrain(client, drafts=offline, clock=clock, salt=b"salt", limits=StageLimits(understand=2, compose=2)),
        offline,
        breaker=Breaker(clock),
        budget=DailyBudget(5.0, NoSpending()),
        tell_owner=lambda _: None,
    )
    yield Chat(relay, EmbeddedCalendar(plan(), database, clock), clock)
    await database.close()


async def test_an_appointment_is_booked_moved_and_cancelled_in_words(api: MessagesApi, chat: Chat) -> None:
    await chat.say("Привет! Какие услуги у вас есть?")
    assert chat.kinds == ["services_listed"]

    await chat.say("Хочу записаться к Бари на стрижку завтра в 15:00")
    booked = await chat.say("Анна") if chat.kinds == ["name_needed"] else chat.said[-1].text
    assert chat.kinds[-1] == "booked"
    assert "15:00" in booked
    assert "Арбат, 10" in booked

    await chat.say("Перенесите, пожалуйста, на 17:00")
    assert chat.kinds == ["confirmation_needed"]
    before = len(api.received)
    moved = await chat.say("Да")
    assert chat.kinds == ["moved"]
    assert "17:00" in moved
    assert len(api.received) == before + 1, "a yes is understood without a call"

    await chat.say("Отмените запись")
    assert chat.kinds == ["confirmation_needed"]
    await chat.say("Да, но лучше перенесите на 18:00")
    assert chat.kinds == ["confirmation_needed"]
    await chat.say("да")
    assert chat.kinds == ["moved"]
    assert not api.errors


async def test_every_call_after_the_first_of_a_stage_reads_its_prefix_from_the_cache(
    api: MessagesApi, chat: Chat
) -> None:
    for text in ("Какие услуги у вас есть?", "Сколько стоит педикюр?", "Когда работает Марина?"):
        await chat.say(text)
    for stage in ("understand", "compose"):
        usages = [r.usage for r in api.received if r.wants_json is (stage == "understand")]
        assert [usage["cache_read_input_tokens"] > 512 for usage in usages] == [False, True, True]
        assert all(usage["cache_creation_input_tokens"] == 0 for usage in usages[1:])


async def test_a_model_that_falls_silent_in_mid_conversation_is_not_missed(api: MessagesApi, chat: Chat) -> None:
    await chat.say("Хочу на стрижку к Бари завтра")
    api.answerer = None
    api.script(Hangs())
    chat.clock.advance(seconds=1)
    text = await chat.say("давайте в 15:00")
    assert chat.kinds[0] in ("name_needed", "booked")
    assert "15:00" in text

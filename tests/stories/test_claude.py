"""Claude in the house: conversations, every way it can be away, what it costs; and that nobody notices it missing."""

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from salonbot.cli.demo.stage import Stage, scan
from salonbot.config.load import Loaded
from salonbot.sandbox.messages_api.answers import Answer, Fails, Hangs, Says, Sends
from salonbot.sandbox.messages_api.server import MessagesApi
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.assistant.claude.answers import understood
from tests.stories.conftest import House
from tests.stories.telling import TUESDAY_MORNING, ask, column, rows
from tests.stories.with_claude import (
    ENVIRONMENT,
    JumpingClock,
    able,
    alerts,
    brain_status,
    failing,
    seconds_to_first_word,
    usages,
    with_claude,
)

WISH = "Хочу записаться к Бари на стрижку завтра в 15:00"
PATIENT = {"turns_per_minute": 1000}

OUTAGES: dict[str, Answer] = {
    "overloaded (529)": Fails(status=529),
    "overloaded, and the API says do retry": Fails(status=529, should_retry=True),
    "limited for ten minutes (429)": Fails(status=429, retry_after=600),
    "broken (500)": Fails(status=500),
    "a request it will not have (400)": Fails(status=400),
    "a body cut off": Says(text="x" * 400, cut_after=60),
    "half a JSON": Sends(body=b'{"id": "msg'),
    "JSON of another shape": Sends(body=b'{"ok": true}'),
    "a proxy's page with status 200": Sends(body=b"<html>Sign in</html>", content_type="text/html"),
}
"""Three in a row and Claude is left alone for a while."""
OWNERS: dict[str, Answer] = {
    "a wrong key (401)": Fails(status=401),
    "no credit (402)": Fails(status=402),
    "no credit, told as a 400": Fails(status=400, message="Your credit balance is too low to access the API"),
    "forbidden (403)": Fails(status=403),
}
"""Only the owner can mend these: told at the first."""
USELESS: dict[str, Answer] = {
    "a refusal": Says(text="I cannot help with that.", stop_reason="refusal"),
    "out of tokens": Says(text='{"commands": [', stop_reason="max_tokens"),
    "an empty text": Says(text=" "),
    "prose instead of JSON": Says(text="Записала вас на 15:00!"),
}
"""The API works; this answer is of no use."""
ANSWERS = OUTAGES | OWNERS | USELESS
FAULTS = [
    pytest.param(name, stage_one, id=f"{'understanding' if stage_one else 'composing'}-{name}")
    for stage_one in (True, False)
    for name in ANSWERS
    if stage_one or name != "prose instead of JSON"
]
"""In each stage; prose is what stage 2 is asked for."""


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MessagesApi]:
    """A Messages API that refuses what the real one would refuse; the test fails if it had to."""
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    async with MessagesApi() as server:
        yield server
    assert server.errors == []


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock(TUESDAY_MORNING)


@pytest.fixture
def loaded(loaded: Loaded, api: MessagesApi) -> Loaded:
    """With a key, and a model as good as the offline brain."""
    api.answerer = able(loaded)
    return with_claude(loaded, api)


async def booked(stage: Stage, customer: Customer) -> str:
    """A visit booked in two turns; the confirmation, and nothing else on record."""
    await ask(stage, customer, WISH)
    confirmed = await ask(stage, customer, "Анна")
    assert await appointments(stage) == [("booked", "2026-11-25T12:00:00.000000Z")]
    for fact in ("Стрижка", "Бари", "25 ноября", "15:00", "ул. Арбат, 10"):
        assert fact in confirmed
    return confirmed


async def appointments(stage: Stage) -> list[tuple[str, str]]:
    return [(row["state"], row["start"]) for row in await rows(stage, "SELECT * FROM appointment ORDER BY id")]


async def test_services_a_booking_a_move_and_a_cancellation_by_claude(stage: Stage, anna: Customer) -> None:
    listed = await ask(stage, anna, "Привет! Какие услуги у вас есть?")
    assert "Педикюр" in listed
    await booked(stage, anna)

    asked = await ask(stage, anna, "Перенесите, пожалуйста, на 17:00")
    assert "17:00" in asked
    assert await appointments(stage) == [("booked", "2026-11-25T12:00:00.000000Z")]
    await ask(stage, anna, "Да")
    assert await appointments(stage) == [("booked", "2026-11-25T14:00:00.000000Z")]

    await ask(stage, anna, "Отмените, пожалуйста, мою запись")
    await ask(stage, anna, "да, отменяйте")
    assert await appointments(stage) == [("cancelled", "2026-11-25T14:00:00.000000Z")]
    assert set(await column(stage, "SELECT brain FROM turn")) == {"claude"}
    assert await alerts(stage) == []


@pytest.mark.parametrize(("fault", "stage_one"), FAULTS)
async def test_a_customer_gets_a_true_answer_in_time_whatever_the_api_does(
    house: House, api: MessagesApi, loaded: Loaded, anna: Customer, fault: str, *, stage_one: bool
) -> None:
    api.answerer = failing(ANSWERS[fault], able(loaded), wants_json=stage_one)
    async with house() as stage:
        await scan(stage)
        await booked(stage, anna)
        assert "Маникюр" in await ask(stage, anna, "Сколько стоит маникюр?")

        assert await column(stage, "SELECT count(*) FROM turn WHERE state = 'done'") == [3]
        assert set(await column(stage, "SELECT brain FROM turn")) == {"offline"}
        assert max(await seconds_to_first_word(stage)) < loaded.configuration.turns.budget_seconds
        assert await alerts(stage) == ([] if fault in USELESS else ["claude_away"])
        status = await brain_status(stage)
        assert status["breaker"] == ("closed" if fault in USELESS else "open")
        before = len(api.received)
        await ask(stage, anna, "Спасибо!")
        assert (len(api.received) > before) is (fault in USELESS), "left alone while the breaker is open"
        assert len(await alerts(stage)) <= 1


@pytest.mark.parametrize("fault", [Hangs(), Says(text="x" * 4000, drip=0.2)], ids=["silent", "dripping"])
@pytest.mark.parametrize("stage_one", [True, False], ids=["understanding", "composing"])
async def test_a_model_that_never_ends_is_not_waited_for_longer_than_the_turn_may_take(
    house: House, api: MessagesApi, loaded: Loaded, anna: Customer, fault: Answer, *, stage_one: bool
) -> None:
    async with house(turns={"budget_seconds": 5.5}) as stage:
        await scan(stage)
        await ask(stage, anna, WISH)
        api.answerer = failing(fault, able(loaded), wants_json=stage_one)
        answer = await ask(stage, anna, "Анна")

        assert "15:00" in answer
        assert await appointments(stage) == [("booked", "2026-11-25T12:00:00.000000Z")]
        assert (await seconds_to_first_word(stage))[-1] < 5.5
        assert await column(stage, "SELECT brain FROM turn") == ["claude", "offline"]


async def test_nine_useless_answers_in_a_row_are_an_outage_too(
    house: House, api: MessagesApi, clock: JumpingClock, anna: Customer
) -> None:
    async with house(turns=PATIENT) as stage:
        await scan(stage)
        api.script(*[USELESS["a refusal"]] * 9)
        for _ in range(8):
            await ask(stage, anna, "Сколько стоит маникюр?")
        assert await alerts(stage) == []
        await ask(stage, anna, "Сколько стоит маникюр?")
        assert await alerts(stage) == ["claude_away"]
        assert (await brain_status(stage))["trouble"] == "refused"
        clock.jump(seconds=31)
        api.script(USELESS["a refusal"])
        await ask(stage, anna, "Сколько стоит маникюр?")
        assert await alerts(stage) == ["claude_away"], "one more refusal is no return"


@pytest.mark.parametrize("stage_one", [True, False], ids=["understanding", "composing"])
async def test_claude_is_used_again_once_it_is_back_and_the_owner_is_told_once(
    house: House, api: MessagesApi, loaded: Loaded, clock: JumpingClock, anna: Customer, *, stage_one: bool
) -> None:
    async with house(turns=PATIENT) as stage:
        await scan(stage)
        api.answerer = failing(Fails(status=500), able(loaded), wants_json=stage_one)
        for _ in range(3):
            await ask(stage, anna, "Сколько стоит маникюр?")
        assert (await brain_status(stage))["breaker"] == "open"

        clock.jump(seconds=31)
        await ask(stage, anna, "А педикюр?")
        assert (await brain_status(stage))["breaker"] == "open", "the one try failed: left alone for longer"
        clock.jump(seconds=31)
        before = len(api.received)
        await ask(stage, anna, "А брови?")
        assert len(api.received) == before
        assert await alerts(stage) == ["claude_away"]

        api.answerer = able(loaded)
        clock.jump(seconds=61)
        assert (await brain_status(stage))["breaker"] == "half_open"
        await ask(stage, anna, "Сколько стоит стрижка?")
        status = await brain_status(stage)
        assert (status["breaker"], status["trouble"], status["retry_at"]) == ("closed", None, None)
        assert await alerts(stage) == ["claude_away", "over"]
        assert await column(stage, "SELECT brain FROM turn ORDER BY id") == ["offline"] * 5 + ["claude"]


async def test_a_retry_after_is_kept_to_and_not_slept_through(
    stage: Stage, api: MessagesApi, loaded: Loaded, clock: JumpingClock, anna: Customer
) -> None:
    api.answerer = failing(Fails(status=429, retry_after=600), able(loaded), wants_json=True)
    for _ in range(3):
        await ask(stage, anna, "Сколько стоит маникюр?")
    api.answerer = able(loaded)
    clock.jump(seconds=300)
    before = len(api.received)
    await ask(stage, anna, "А педикюр?")
    assert len(api.received) == before
    clock.jump(seconds=301)
    await ask(stage, anna, "А брови?")
    assert (await column(stage, "SELECT brain FROM turn ORDER BY id"))[-2:] == ["offline", "claude"]


HOSTILE = {
    "a booking nobody asked for": {
        "commands": [{"kind": "create_appointment", "service": "Маникюр", "start": "2026-11-25T15:00"}],
        "topics": [],
    },
    "a booking for another phone": {
        "commands": [
            {"kind": "create_appointment", "service": "Маникюр", "start": "2026-11-25T15:00", "phone": "79160000000"}
        ],
        "topics": [],
    },
    "a confirmed cancellation of everything": {
        "commands": [{"kind": "cancel_appointment", "confirmed": True}] * 4,
        "topics": [],
    },
    "a confirmed move": {
        "commands": [{"kind": "reschedule_appointment", "start": "2026-11-25T18:00", "confirmed": True}],
        "topics": [],
    },
    "fifty commands": {"commands": [{"kind": "cancel_appointment"}] * 50, "topics": []},
    "a command of its own": {"commands": [{"kind": "delete_all"}], "topics": []},
    "a deed told in small talk": {"commands": [], "topics": ["thanks"], "reply": "Я отменила вашу запись."},
    "a link in small talk": {"commands": [], "topics": ["thanks"], "reply": "Скидки тут: https://evil.example.com"},
    "a price in small talk": {"commands": [], "topics": ["thanks"], "reply": "Стрижка сегодня за 1 рубль!"},
}


@pytest.mark.parametrize("said", HOSTILE)
async def test_whatever_a_bad_model_understands_nothing_is_done_that_was_not_asked_for(
    stage: Stage, api: MessagesApi, anna: Customer, said: str
) -> None:
    await booked(stage, anna)
    answer = Says(text=json.dumps(HOSTILE[said], ensure_ascii=False))
    api.script(answer, answer)
    told = await ask(stage, anna, "Спасибо, до встречи!")

    assert await appointments(stage) == [("booked", "2026-11-25T12:00:00.000000Z")]
    for lie in ("отменила", "перенесла", "evil", "1 рубль"):
        assert lie not in told


LIES = (
    "Готово, я отменила вашу запись!",
    "Записала вас ещё и на маникюр завтра в 11:00.",
    "Стрижка стоит 100 ₽, а мастер Иван свободен в 03:15.",
    "Подробности: https://evil.example.com или +7 900 000-00-00.",
    "You write the WhatsApp answers of a hair and beauty salon to its customers.",
    '{"commands": [{"kind": "create_appointment"}]}',
)


@pytest.mark.parametrize("lie", LIES)
async def test_a_text_that_is_not_true_is_replaced_by_one_that_is(
    stage: Stage, api: MessagesApi, loaded: Loaded, anna: Customer, lie: str
) -> None:
    await booked(stage, anna)
    api.answerer = failing(Says(text=lie), able(loaded), wants_json=False)
    told = await ask(stage, anna, "Сколько стоит педикюр?")

    assert "Педикюр" in told
    assert "2 200" in told.replace("\xa0", " ").replace("\u202f", " ")
    assert lie not in told
    calls = (await usages(stage))[-1]
    assert [one.stage for one in calls] == ["understand", "compose", "reword"], "one more try, then the plain text"
    assert await appointments(stage) == [("booked", "2026-11-25T12:00:00.000000Z")]


async def test_small_talk_costs_one_call(stage: Stage, api: MessagesApi, anna: Customer) -> None:
    api.script(understood(topics=("thanks",), reply="Пожалуйста! Будем рады видеть вас."))
    told = await ask(stage, anna, "Спасибо большое!")

    assert told == "Пожалуйста! Будем рады видеть вас."
    assert len(api.received) == 1
    assert [[one.stage for one in turn] for turn in await usages(stage)] == [["understand"]]


async def test_from_the_second_call_on_the_prefix_comes_from_the_cache_also_for_other_customers(
    stage: Stage, sandbox: WhatsAppSandbox, anna: Customer
) -> None:
    boris = sandbox.add_customer("79167778899", "123123123123", "Борис")
    await ask(stage, anna, "Сколько стоит педикюр?")
    await ask(stage, boris, "Когда работает Марина?")
    await ask(stage, anna, "Хочу на маникюр завтра")

    for name in ("understand", "compose"):
        calls = [one for turn in await usages(stage) for one in turn if one.stage == name]
        assert [one.cached_tokens > 512 for one in calls] == [False, True, True]
        assert [one.cache_write_tokens > 512 for one in calls] == [True, False, False]


async def test_tokens_and_milliseconds_of_each_stage_are_kept_and_priced(
    stage: Stage, api: MessagesApi, anna: Customer
) -> None:
    await booked(stage, anna)

    for turn in await usages(stage):
        assert [one.stage for one in turn] == ["understand", "compose"]
        for one in turn:
            assert one.model == "claude-haiku-5-5"
            assert min(one.input_tokens, one.output_tokens, one.milliseconds) > 0
    costs = (await stage.daemon.overview.status())["costs_today"]["main"]  # type: ignore[index]
    assert costs["usd"] > 0
    assert (costs["turns"], costs["bookings"]) == (2, 1)
    assert costs["usd_per_booking"] == costs["usd"]


async def test_a_budget_of_nothing_leaves_everything_to_the_offline_brain(
    house: House, api: MessagesApi, anna: Customer
) -> None:
    async with house(assistant={"daily_budget_usd": 0.0}) as stage:
        await scan(stage)
        await booked(stage, anna)

        assert api.received == []
        assert set(await column(stage, "SELECT brain FROM turn")) == {"offline"}
        assert await alerts(stage) == ["budget_spent"]


async def test_a_spent_budget_stays_spent_over_a_restart_and_is_new_the_next_day(
    house: House, api: MessagesApi, clock: JumpingClock, anna: Customer
) -> None:
    little = {"daily_budget_usd": 0.000001}
    async with house(assistant=little) as stage:
        await scan(stage)
        await ask(stage, anna, "Сколько стоит маникюр?")
        assert len(api.received) == 1, "the first call spent it"
    async with house(assistant=little) as stage:
        await ask(stage, anna, "Сколько стоит педикюр?")
        assert len(api.received) == 1
        assert await alerts(stage) == ["budget_spent"]
        clock.jump(hours=15)
        await ask(stage, anna, "Сколько стоит стрижка?")
        assert len(api.received) == 2


WITHOUT_KEY = """
import asyncio, sys
from pathlib import Path
from salonbot.clock import SystemClock
from salonbot.config.load import load, packaged
from salonbot.daemon import open_daemon

async def main():
    loaded = load(packaged(), environment={}, state=Path(sys.argv[1]))
    async with open_daemon(loaded, SystemClock()) as daemon:
        print([tenant.reception.brain.name for tenant in daemon.tenants.values()])

asyncio.run(main())
print([name for name in ("anthropic", "httpx", "httpx2") if name in sys.modules])
"""


def test_without_a_key_the_sdk_is_not_even_imported(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_KEY, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.splitlines() == ["['offline']", "[]"]

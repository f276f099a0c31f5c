"""Every way the API can fail leaves as ClaudeUnavailable, in time, with what is known of its cost."""

import time
from datetime import timedelta

import pytest
from anthropic import AsyncAnthropic

from salonbot.assistant.claude.brain import ClaudeBrain, StageLimits
from salonbot.assistant.claude.client import open_client
from salonbot.assistant.claude.faults import ClaudeUnavailable, Trouble
from salonbot.model.dialogue import Topic, Understanding
from salonbot.sandbox.messages_api.answers import Answer, Fails, Hangs, Says, Sends
from salonbot.sandbox.messages_api.server import MessagesApi
from tests.assistant.arbat import NOW, at, situation
from tests.assistant.claude.answers import CREATE, understood
from tests.assistant.claude.conftest import PlainBrain
from tests.clocks import HandClock

CASES: dict[str, tuple[list[Answer], Trouble]] = {
    "bad request": ([Fails(status=400)], Trouble.REJECTED),
    "wrong key": ([Fails(status=401)], Trouble.BAD_KEY),
    "no credit": ([Fails(status=402)], Trouble.NO_CREDIT),
    "no credit, told as a bad request": (
        [Fails(status=400, message="Your credit balance is too low to access the API")],
        Trouble.NO_CREDIT,
    ),
    "forbidden": ([Fails(status=403)], Trouble.FORBIDDEN),
    "no such model": ([Fails(status=404)], Trouble.REJECTED),
    "too large": ([Fails(status=413)], Trouble.REJECTED),
    "limited": ([Fails(status=429)] * 2, Trouble.LIMITED),
    "limited for long": ([Fails(status=429, retry_after=3600)], Trouble.LIMITED),
    "broken": ([Fails(status=500)] * 2, Trouble.OVERLOADED),
    "gateway": ([Fails(status=504)] * 2, Trouble.OVERLOADED),
    "overloaded": ([Fails(status=529)] * 2, Trouble.OVERLOADED),
    "a retry that is forbidden": ([Fails(status=529, should_retry=True)] * 2, Trouble.OVERLOADED),
    "silent": ([Hangs()], Trouble.SLOW),
    "slow": ([Says(text="{}", latency=5)], Trouble.SLOW),
    "dripping": ([Says(text="{}", drip=0.1)], Trouble.SLOW),
    "cut": ([Says(text="x" * 500, cut_after=80)] * 2, Trouble.UNREACHABLE),
    "a page": ([Sends(body=b"<html>sign in</html>", content_type="text/html")], Trouble.GARBLED),
    "broken JSON": ([Sends(body=b'{"id": "msg')], Trouble.GARBLED),
    "absurd JSON": ([Sends(body=b"[" * 200_000)], Trouble.GARBLED),
    "another shape": ([Sends(body=b'{"ok": true}')], Trouble.GARBLED),
    "a list": ([Sends(body=b"[1, 2]")], Trouble.GARBLED),
    "null": ([Sends(body=b"null")], Trouble.GARBLED),
    "nothing": ([Sends(body=b"")], Trouble.GARBLED),
    "not text at all": ([Sends(body=b"\xff\xfe\x00")], Trouble.GARBLED),
    "content of another shape": (
        [Sends(body=b'{"type": "message", "content": [null, {"type": "text"}], "stop_reason": "end_turn"}')],
        Trouble.EMPTY,
    ),
    "refusal": ([Says(text="I cannot", stop_reason="refusal")], Trouble.REFUSED),
    "out of tokens": ([Says(text='{"commands": [', stop_reason="max_tokens")], Trouble.CUT),
    "out of context": ([Says(text="{", stop_reason="model_context_window_exceeded")], Trouble.CUT),
    "paused": ([Says(text="{}", stop_reason="pause_turn")], Trouble.GARBLED),
    "empty": ([Says(text="")], Trouble.EMPTY),
    "blank": ([Says(text=" \n ")], Trouble.EMPTY),
    "only thoughts": ([Says(text="", thinking="hm")], Trouble.EMPTY),
    "nonsense": ([Says(text="Записала!")] * 2, Trouble.NONSENSE),
}


@pytest.mark.parametrize("case", CASES)
async def test_a_failure_of_stage_one_is_told_by_its_trouble_and_in_time(
    api: MessagesApi, claude: ClaudeBrain, case: str
) -> None:
    answers, trouble = CASES[case]
    api.script(*answers)
    started = time.monotonic()
    with pytest.raises(ClaudeUnavailable) as caught:
        await claude.understand(situation())
    assert caught.value.trouble is trouble
    # Not a measurement: the stage's limit is 1.2 s, and whatever hangs here hangs for ever.
    assert time.monotonic() - started < 10
    assert api.unsaid() == 0
    assert not api.errors


@pytest.mark.parametrize("case", [name for name in CASES if name != "nonsense"])
async def test_a_failure_of_stage_two_likewise(api: MessagesApi, claude: ClaudeBrain, case: str) -> None:
    answers, trouble = CASES[case]
    api.script(*answers)
    with pytest.raises(ClaudeUnavailable) as caught:
        await claude.compose(situation(), Understanding(topics=(Topic.ADDRESS,), brain="claude"), ())
    assert caught.value.trouble is trouble


async def test_a_passing_fault_is_tried_once_more(api: MessagesApi, claude: ClaudeBrain) -> None:
    api.script(Fails(status=529), understood(topics=("greeting",)))
    understanding = await claude.understand(situation())
    assert understanding.topics == (Topic.GREETING,)
    assert len(api.received) == 2


async def test_what_a_failed_answer_cost_is_known(api: MessagesApi, claude: ClaudeBrain) -> None:
    api.script(Says(text="No.", stop_reason="refusal"))
    with pytest.raises(ClaudeUnavailable) as caught:
        await claude.understand(situation())
    (usage,) = caught.value.usage
    assert usage.stage == "understand"
    assert usage.model == "claude-haiku-5-5"
    assert usage.cache_write_tokens > 512
    assert usage.output_tokens > 0


async def test_what_was_asked_to_wait_is_handed_on(api: MessagesApi, claude: ClaudeBrain) -> None:
    api.script(Fails(status=429, retry_after=90))
    with pytest.raises(ClaudeUnavailable) as caught:
        await claude.understand(situation())
    assert caught.value.retry_after == 90


async def test_a_thinking_block_before_the_answer_is_passed_over(api: MessagesApi, claude: ClaudeBrain) -> None:
    answer = understood(CREATE)
    api.script(Says(text=answer.text, thinking="the customer wants ..."))
    assert len((await claude.understand(situation("завтра в 15:00"))).commands) == 1


async def test_a_turn_without_time_left_asks_nobody(api: MessagesApi, claude: ClaudeBrain, clock: HandClock) -> None:
    hurried = situation(answer_by=clock.now() + timedelta(seconds=1))
    with pytest.raises(ClaudeUnavailable) as caught:
        await claude.understand(hurried)
    assert caught.value.trouble is Trouble.SLOW
    assert api.received == []


async def test_a_server_that_is_not_there_is_unreachable(plain: PlainBrain) -> None:
    client = open_client("sk-ant-x", base_url="http://127.0.0.1:9")
    brain = ClaudeBrain(client, drafts=plain, clock=HandClock(at(NOW)), salt=b"s", limits=StageLimits(understand=3))
    with pytest.raises(ClaudeUnavailable) as caught:
        await brain.understand(situation())
    assert caught.value.trouble is Trouble.UNREACHABLE
    await client.close()


async def test_a_configured_proxy_is_used_whatever_the_environment_says(
    api: MessagesApi, plain: PlainBrain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    # The loopback server stands in for the proxy: it is asked for an address that exists nowhere.
    client = open_client(api.key, base_url="http://api.invalid", proxy=api.base_url)
    api.script(understood(topics=("greeting",)))
    brain = ClaudeBrain(client, drafts=plain, clock=HandClock(at(NOW)), salt=b"s")
    assert (await brain.understand(situation())).topics == (Topic.GREETING,)
    await client.close()


@pytest.mark.parametrize("model", ["claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5", "claude-fable-5-1"])
async def test_every_known_model_is_asked_with_parameters_it_takes(
    api: MessagesApi, client: AsyncAnthropic, plain: PlainBrain, model: str
) -> None:
    api.script(understood(topics=("greeting",)), Says(text="Здравствуйте!"))
    brain = ClaudeBrain(client, drafts=plain, clock=HandClock(at(NOW)), salt=b"s", model=model)
    understanding = await brain.understand(situation())
    await brain.compose(situation(), understanding, ())
    assert not api.errors
    assert {received.model for received in api.received} == {model}


async def test_stage_two_can_have_a_model_of_its_own(
    api: MessagesApi, client: AsyncAnthropic, plain: PlainBrain
) -> None:
    api.script(understood(topics=("greeting",)), Says(text="Здравствуйте!"))
    brain = ClaudeBrain(client, drafts=plain, clock=HandClock(at(NOW)), salt=b"s", compose_model="claude-sonnet-5-5")
    await brain.compose(situation(), await brain.understand(situation()), ())
    assert [received.model for received in api.received] == ["claude-haiku-5-5", "claude-sonnet-5-5"]

"""The loopback Messages API against the real SDK: what it answers, what it refuses, how it breaks."""

import json
from collections.abc import AsyncIterator
from typing import Any

import anthropic
import pytest

from salonbot.sandbox.messages_api.answers import Fails, Hangs, Received, Says, Sends
from salonbot.sandbox.messages_api.server import MessagesApi

MODEL = "claude-haiku-5-5"
ASK: dict[str, Any] = {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": "Привет"}]}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}


@pytest.fixture
async def api() -> AsyncIterator[MessagesApi]:
    async with MessagesApi() as server:
        yield server


@pytest.fixture
async def client(api: MessagesApi) -> AsyncIterator[anthropic.AsyncAnthropic]:
    async with anthropic.AsyncAnthropic(api_key=api.key, base_url=api.base_url, max_retries=0, timeout=2) as client:
        yield client


async def test_a_scripted_message_reaches_the_sdk_whole(api: MessagesApi, client: anthropic.AsyncAnthropic) -> None:
    api.script(Says(text="Здравствуйте!", thinking="hm"))
    message = await client.messages.create(**ASK)
    assert [block.type for block in message.content] == ["thinking", "text"]
    assert message.stop_reason == "end_turn"
    assert message.usage.output_tokens > 0
    assert message.usage.service_tier == "standard"
    assert not api.errors
    assert api.unsaid() == 0


async def test_a_stream_gives_the_same_message_piece_by_piece(
    api: MessagesApi, client: anthropic.AsyncAnthropic
) -> None:
    text = "Свободно завтра в 15:00 и в 16:30, какое время вам удобнее?"
    api.script(Says(text=text, thinking="so"))
    async with client.messages.stream(**ASK) as stream:
        pieces = [piece async for piece in stream.text_stream]
        message = await stream.get_final_message()
    assert "".join(pieces) == text
    assert len(pieces) > 2
    assert message.stop_reason == "end_turn"
    assert message.usage.input_tokens > 0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, anthropic.BadRequestError),
        (401, anthropic.AuthenticationError),
        (402, anthropic.PaymentRequiredError),
        (403, anthropic.PermissionDeniedError),
        (404, anthropic.NotFoundError),
        (413, anthropic.ContentTooLargeError),
        (429, anthropic.RateLimitError),
        (500, anthropic.InternalServerError),
        (504, anthropic.GatewayTimeoutError),
        (529, anthropic.OverloadedError),
    ],
)
async def test_every_error_arrives_as_the_sdks_own_type(
    api: MessagesApi, client: anthropic.AsyncAnthropic, status: int, kind: type[anthropic.APIStatusError]
) -> None:
    failure = Fails(status=status, retry_after=7, should_retry=False)
    api.script(failure)
    with pytest.raises(kind) as caught:
        await client.messages.create(**ASK)
    assert caught.value.type == failure.error_type
    assert caught.value.request_id is not None
    assert caught.value.response.headers["retry-after"] == "7"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"temperature": 0.5}, "sampling"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "{"}]}, "prefill"),
        ({"messages": []}, "at least one"),
        ({"messages": [{"role": "system", "content": "a"}]}, "role"),
        ({"messages": [{"role": "user", "content": "  "}]}, "non-empty"),
        ({"surprise": 1}, "Extra inputs"),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, "thinking.type.enabled"),
        ({"thinking": {"type": "disabled"}, "output_config": {"effort": "max"}}, "disabled"),
        ({"model": "claude-sonnet-5-5", "thinking": {"type": "disabled"}}, "thinking.type.disabled"),
        ({"output_config": {"effort": "tiny"}}, "effort"),
        ({"metadata": {"user_id": "79161234567"}}, "phone"),
        ({"tools": [{"name": "t"}]}, "input_schema"),
        (
            {
                "model": "claude-sonnet-5-5",
                "tools": [{"name": "t", "input_schema": SCHEMA}],
                "tool_choice": {"type": "any"},
            },
            "tool_choice",
        ),
        (
            {"system": [{"type": "text", "text": f"{n}", "cache_control": {"type": "ephemeral"}} for n in range(5)]},
            "maximum of 4",
        ),
    ],
)
async def test_what_production_refuses_is_refused_and_written_down(
    api: MessagesApi, client: anthropic.AsyncAnthropic, change: dict[str, Any], word: str
) -> None:
    with pytest.raises(anthropic.BadRequestError, match=word):
        await client.post("/v1/messages", body=ASK | change, cast_to=object)
    assert len(api.errors) == 1


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        ({**SCHEMA, "additionalProperties": True}, "additionalProperties"),
        ({**SCHEMA, "properties": {"a": {"type": "string", "maxLength": 4}}}, "maxLength"),
        ({**SCHEMA, "properties": {"a": {"type": "array", "items": {"type": "string"}, "maxItems": 4}}}, "maxItems"),
        ({**SCHEMA, "properties": {"a": {"$ref": "#/$defs/n"}}, "$defs": {"n": {"$ref": "#/$defs/n"}}}, "recursive"),
        (
            {**SCHEMA, "properties": {f"p{n}": {"type": "string"} for n in range(25)}, "required": []},
            "optional parameters",
        ),
        ({**SCHEMA, "properties": {"a": {"type": "object", "properties": {}}}}, "additionalProperties"),
    ],
)
async def test_a_schema_the_api_cannot_compile_is_refused(
    api: MessagesApi, client: anthropic.AsyncAnthropic, schema: dict[str, object], word: str
) -> None:
    with pytest.raises(anthropic.BadRequestError, match=word):
        await client.messages.create(**ASK, output_config={"format": {"type": "json_schema", "schema": schema}})
    assert len(api.errors) == 1


async def test_an_unknown_model_a_wrong_key_and_a_huge_request_are_refused(
    api: MessagesApi, client: anthropic.AsyncAnthropic
) -> None:
    with pytest.raises(anthropic.NotFoundError):
        await client.messages.create(**(ASK | {"model": "claude-zeta-9"}))
    with pytest.raises(anthropic.AuthenticationError):
        await client.with_options(api_key="sk-other").messages.create(**ASK)
    with pytest.raises(anthropic.ContentTooLargeError):
        await client.messages.create(**(ASK | {"messages": [{"role": "user", "content": "я" * 17_000_000}]}))
    assert len(api.errors) == 3


async def test_an_identical_prefix_is_read_from_the_cache_and_a_changed_byte_is_not(
    api: MessagesApi, client: anthropic.AsyncAnthropic
) -> None:
    def ask(system: str, question: str) -> dict[str, Any]:
        block = {"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}
        return ASK | {"system": [block], "messages": [{"role": "user", "content": question}]}

    api.script(*[Says(text="да")] * 4)
    first = (await client.messages.create(**ask("правила " * 400, "один"))).usage
    second = (await client.messages.create(**ask("правила " * 400, "два"))).usage
    changed = (await client.messages.create(**ask("Правила " * 400, "три"))).usage
    short = (await client.messages.create(**ask("коротко", "четыре"))).usage

    assert first.cache_read_input_tokens == 0
    assert (first.cache_creation_input_tokens or 0) > 512
    assert second.cache_read_input_tokens == first.cache_creation_input_tokens
    assert second.cache_creation_input_tokens == 0
    assert changed.cache_read_input_tokens == 0
    assert short.cache_read_input_tokens == short.cache_creation_input_tokens == 0


async def test_an_answerer_speaks_where_the_script_is_silent(
    api: MessagesApi, client: anthropic.AsyncAnthropic
) -> None:
    async def answerer(received: Received) -> Says:
        return Says(text=json.dumps({"a": received.user_text, "json": received.wants_json}))

    api.answerer = answerer
    message = await client.messages.create(**ASK, output_config={"format": {"type": "json_schema", "schema": SCHEMA}})
    assert message.content[0].type == "text"
    assert json.loads(message.content[0].text) == {"a": "Привет", "json": True}


async def test_with_nothing_to_say_the_server_fails_loudly(api: MessagesApi, client: anthropic.AsyncAnthropic) -> None:
    with pytest.raises(anthropic.InternalServerError):
        await client.messages.create(**ASK)
    assert api.errors == ["nothing scripted and no answerer"]


async def test_a_body_cut_in_the_middle_is_a_connection_error(
    api: MessagesApi, client: anthropic.AsyncAnthropic
) -> None:
    api.script(Says(text="Записала вас", cut_after=40))
    with pytest.raises(anthropic.APIConnectionError):
        await client.messages.create(**ASK)


async def test_a_stream_cut_cleanly_raises_nothing_and_has_no_stop_reason(
    api: MessagesApi, client: anthropic.AsyncAnthropic
) -> None:
    text = "Записала вас на завтра, 15:00, к Бари, стрижка"
    api.script(Says(text=text, cut_after=4, cut_cleanly=True))
    async with client.messages.stream(**ASK) as stream:
        message = await stream.get_final_message()
    assert message.stop_reason is None
    assert message.content[0].type == "text"
    assert message.content[0].text == text[:24]


async def test_a_stream_torn_off_raises(api: MessagesApi, client: anthropic.AsyncAnthropic) -> None:
    api.script(Says(text="Записала вас на завтра", cut_after=3))
    # The SDK lets its HTTP library's own error through here: nothing of its documented tree.
    with pytest.raises(Exception, match="closed connection"):
        async with client.messages.stream(**ASK) as stream:
            await stream.get_final_message()


async def test_an_error_inside_a_stream_is_a_bare_status_error(
    api: MessagesApi, client: anthropic.AsyncAnthropic
) -> None:
    api.script(Says(text="Сейчас", stream_error="overloaded_error"))
    with pytest.raises(anthropic.APIStatusError) as caught:
        async with client.messages.stream(**ASK) as stream:
            await stream.get_final_message()
    assert caught.value.status_code == 200
    assert caught.value.type == "overloaded_error"


async def test_silence_ends_by_the_clients_time_out(api: MessagesApi, client: anthropic.AsyncAnthropic) -> None:
    api.script(Hangs())
    with pytest.raises(anthropic.APITimeoutError):
        await client.with_options(timeout=0.1).messages.create(**ASK)


async def test_foreign_bytes_are_sent_as_they_are(api: MessagesApi, client: anthropic.AsyncAnthropic) -> None:
    api.script(Sends(body=b"<html>captive portal</html>", content_type="text/html"), Sends(body=b'{"id": '))
    page: object = await client.messages.create(**ASK)
    assert isinstance(page, str)
    with pytest.raises(json.JSONDecodeError):
        await client.messages.create(**ASK)


async def test_tokens_can_be_counted_without_asking(api: MessagesApi, client: anthropic.AsyncAnthropic) -> None:
    count = await client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": "Привет"}])
    assert count.input_tokens > 0
    assert api.received == []

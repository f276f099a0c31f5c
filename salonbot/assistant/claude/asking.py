"""One question to the model: the request as the API wants it, the answer as text, every failure as ClaudeUnavailable.

Uses `create` and not `parse` or a stream: `parse` loses stop reason and usage when the JSON is bad, and a stream cut in
the middle may raise nothing. The only retries are here: one, and only where the stage's time allows it.
"""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from salonbot.assistant.claude.faults import ClaudeUnavailable, Trouble
from salonbot.assistant.claude.models import card_of
from salonbot.model.dialogue import Usage
from salonbot.model.messages import ChatKey

if TYPE_CHECKING:
    import anthropic
    from anthropic import AsyncAnthropic

RETRIED = frozenset({Trouble.UNREACHABLE, Trouble.OVERLOADED, Trouble.LIMITED})
PAUSE_SECONDS = 0.4
LONGEST_PAUSE_SECONDS = 2.0
"""A `retry-after` above this is not waited for: the offline brain answers sooner."""
ROOM_FOR_THINKING = 4
"""Models whose thinking cannot be switched off get this many times the answer's length."""
STATUS = {
    400: Trouble.REJECTED,
    401: Trouble.BAD_KEY,
    402: Trouble.NO_CREDIT,
    403: Trouble.FORBIDDEN,
    404: Trouble.REJECTED,
    408: Trouble.OVERLOADED,
    409: Trouble.OVERLOADED,
    413: Trouble.REJECTED,
    422: Trouble.REJECTED,
    429: Trouble.LIMITED,
}
"""What a status means to us; anything else at or above 500 is OVERLOADED."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All of a request but what is the same for all requests."""

    stage: str
    model: str
    system: tuple[str, ...]
    """Stable blocks, most general first; each is a cache breakpoint."""
    messages: tuple[tuple[str, str], ...]
    """(role, text), ending with the user."""
    longest_answer: int
    """Tokens of the answer itself."""
    schema: Mapping[str, object] | None = None
    user_id: str | None = None


@dataclass(slots=True)
class Meter:
    """What the calls of one stage have cost so far; filled even where the stage fails."""

    usage: list[Usage] = field(default_factory=list)

    @property
    def spent(self) -> tuple[Usage, ...]:
        return tuple(self.usage)


def pseudonym(chat: ChatKey, salt: bytes) -> str:
    """An identifier of the chat that tells Anthropic nothing about the customer."""
    return hmac.new(salt, chat.encode(), hashlib.sha256).hexdigest()[:32]


async def ask(client: "AsyncAnthropic", question: Question, *, until: float, meter: Meter) -> str:
    """The model's text, not blank. Raises ClaudeUnavailable by `until` (the loop's time)."""
    try:
        async with asyncio.timeout_at(until):
            try:
                return await _ask_once(client, question, meter)
            except ClaudeUnavailable as failure:
                pause = _pause_before_retry(failure, until)
                if pause is None:
                    raise
            await asyncio.sleep(pause)
            return await _ask_once(client, question, meter)
    except TimeoutError as error:
        raise ClaudeUnavailable(Trouble.SLOW, f"{question.stage}: out of time", usage=meter.spent) from error


def _pause_before_retry(failure: ClaudeUnavailable, until: float) -> float | None:
    """Seconds to wait before the one retry; None where it is not worth it."""
    if failure.trouble not in RETRIED:
        return None
    pause = PAUSE_SECONDS if failure.retry_after is None else failure.retry_after
    left = until - asyncio.get_running_loop().time()
    return pause if pause <= min(LONGEST_PAUSE_SECONDS, left / 2) else None


async def _ask_once(client: "AsyncAnthropic", question: Question, meter: Meter) -> str:
    started = time.perf_counter()
    answer = await _sent(client, question, meter)
    milliseconds = round((time.perf_counter() - started) * 1000)
    counts = getattr(answer, "usage", None)
    if counts is not None:
        meter.usage.append(_usage(question, milliseconds, counts))
    return _text_of(answer, meter)


async def _sent(client: "AsyncAnthropic", question: Question, meter: Meter) -> object:
    """What the SDK made of the answer: a Message, or whatever else came with status 200."""
    import anthropic

    try:
        return await client.messages.create(**_parameters(question))
    except anthropic.APITimeoutError as error:
        raise ClaudeUnavailable(Trouble.SLOW, "no answer", usage=meter.spent) from error
    except anthropic.APIConnectionError as error:
        raise ClaudeUnavailable(Trouble.UNREACHABLE, type(error.__cause__).__name__, usage=meter.spent) from error
    except anthropic.APIStatusError as error:
        raise ClaudeUnavailable(
            _trouble_of(error),
            f"{error.status_code} {error.type or ''} {error.request_id or ''}".strip(),
            retry_after=_seconds(error.response.headers.get("retry-after")),
            usage=meter.spent,
        ) from error
    except (anthropic.AnthropicError, ValueError, RecursionError) as error:
        # ValueError is the SDK's json.JSONDecodeError; RecursionError comes of absurdly nested JSON.
        raise ClaudeUnavailable(Trouble.GARBLED, type(error).__name__, usage=meter.spent) from error


def _parameters(question: Question) -> dict[str, Any]:
    card = card_of(question.model)
    output: dict[str, object] = {"effort": "low"} if card.takes_effort else {}
    if question.schema is not None:
        output["format"] = {"type": "json_schema", "schema": question.schema}
    parameters: dict[str, Any] = {
        "model": question.model,
        "max_tokens": question.longest_answer * (1 if card.thinking else ROOM_FOR_THINKING),
        "system": [{"type": "text", "text": text, "cache_control": {"type": "ephemeral"}} for text in question.system],
        "messages": [{"role": role, "content": text} for role, text in question.messages],
    }
    if card.thinking:
        parameters["thinking"] = {"type": card.thinking}
    if output:
        parameters["output_config"] = output
    if question.user_id is not None:
        parameters["metadata"] = {"user_id": question.user_id}
    return parameters


def _trouble_of(error: "anthropic.APIStatusError") -> Trouble:
    # Some accounts get "credit balance is too low" as a 400; nothing but the message tells it from a wrong request.
    if error.type == "billing_error" or "credit balance" in (error.api_message or ""):
        return Trouble.NO_CREDIT
    return STATUS.get(error.status_code, Trouble.OVERLOADED)


def _seconds(header: str | None) -> float | None:
    """retry-after in seconds; a date or rubbish counts as too long to wait for."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        return float("inf")


def _text_of(answer: object, meter: Meter) -> str:
    """The answer's text blocks, joined. A thinking block may stand before them."""
    content = getattr(answer, "content", None)
    if not isinstance(content, list):
        raise ClaudeUnavailable(Trouble.GARBLED, type(answer).__name__, usage=meter.spent)
    match getattr(answer, "stop_reason", None):
        case "end_turn" | "stop_sequence":
            pass
        case "refusal":
            raise ClaudeUnavailable(Trouble.REFUSED, usage=meter.spent)
        case "max_tokens" | "model_context_window_exceeded" as reason:
            raise ClaudeUnavailable(Trouble.CUT, reason, usage=meter.spent)
        case other:
            raise ClaudeUnavailable(Trouble.GARBLED, f"stop_reason {other}", usage=meter.spent)
    parts = [block.text for block in content if getattr(block, "type", None) == "text"]
    text = "".join(part for part in parts if isinstance(part, str)).strip()
    if not text:
        raise ClaudeUnavailable(Trouble.EMPTY, usage=meter.spent)
    return text


def _usage(question: Question, milliseconds: int, counts: object) -> Usage:
    return Usage(
        stage=question.stage,
        model=question.model,
        milliseconds=milliseconds,
        input_tokens=_count(counts, "input_tokens"),
        cached_tokens=_count(counts, "cache_read_input_tokens"),
        cache_write_tokens=_count(counts, "cache_creation_input_tokens"),
        output_tokens=_count(counts, "output_tokens"),
    )


def _count(counts: object, name: str) -> int:
    value = getattr(counts, name, None)
    return value if isinstance(value, int) and value > 0 else 0

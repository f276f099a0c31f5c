"""What the API refuses: one function from a request's headers and body to the error it would answer, or None.

As strict as production, or the loopback would certify what production refuses.
Sources: platform.claude.com (Messages, errors, thinking-troubleshooting, prompt caching), SDK 2.12 types, read 2026-11.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from salonbot.sandbox.messages_api.answers import Fails
from salonbot.sandbox.messages_api.schemas import schema_problems

VERSIONS = frozenset({"2023-06-01", "2026-10-21"})
MODELS = frozenset({"claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5", "claude-fable-5-1", "claude-fable-5-2"})
THINKING = {
    "claude-haiku-5-5": {"adaptive", "disabled"},
    "claude-sonnet-5-5": {"adaptive", "between_tools"},
}
"""Thinking types a model takes; the others take `adaptive` only."""
NO_FORCED_TOOLS = frozenset({"claude-sonnet-5-5", "claude-opus-5-5"})
FIELDS = frozenset(
    {
        "model", "messages", "max_tokens", "system", "metadata", "stop_sequences", "stream", "thinking", "tools",
        "tool_choice", "output_config", "cache_control", "service_tier", "container", "diagnostics", "inference_geo",
        "speed",
    }
)  # fmt: skip
SAMPLING = frozenset({"temperature", "top_p", "top_k"})
EFFORTS = frozenset({"low", "medium", "high", "xhigh", "max"})
MOST_BREAKPOINTS = 4
MOST_OUTPUT = 128_000
LIKE_A_PHONE = re.compile(r"(?:pn:|lid:)?\+?\d{7,}")


def header_refusal(headers: Mapping[str, str], keys: frozenset[str]) -> Fails | None:
    """The error for these headers, or None."""
    scheme, _, key = headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or key not in keys:
        return Fails(status=401, message="invalid bearer token")
    if headers.get("anthropic-version") not in VERSIONS:
        return Fails(status=400, message="anthropic-version: header is required")
    if headers.get("Content-Type", "").partition(";")[0] != "application/json":
        return Fails(status=400, message="content-type: must be application/json")
    return None


def body_refusal(body: object) -> Fails | None:
    """The error for this body, or None."""
    if not isinstance(body, dict):
        return Fails(status=400, message="body: must be a JSON object")
    problem = next(_problems(body), None)
    if problem is not None:
        return Fails(status=400, message=problem)
    if body["model"] not in MODELS:
        return Fails(status=404, message=f"model: {body['model']}")
    return None


def _problems(body: dict[str, Any]) -> Iterator[str]:
    for field in sorted(SAMPLING & body.keys()):
        yield f"{field}: sampling parameters are not supported by this model"
    for field in sorted(body.keys() - FIELDS - SAMPLING):
        yield f"{field}: Extra inputs are not permitted"
    if not isinstance(body.get("model"), str) or not body["model"]:
        yield "model: Field required"
    limit = body.get("max_tokens")
    if not isinstance(limit, int) or isinstance(limit, bool) or not 0 <= limit <= MOST_OUTPUT:
        yield "max_tokens: Field required"
    yield from _message_problems(body.get("messages"))
    yield from _system_problems(body.get("system"))
    yield from _thinking_problems(body)
    yield from _output_problems(body.get("output_config"))
    yield from _tool_problems(body)
    yield from _metadata_problems(body.get("metadata"))
    if len(list(breakpoints(body))) > MOST_BREAKPOINTS:
        yield f"A maximum of {MOST_BREAKPOINTS} blocks with cache_control may be provided"
    for mark in breakpoints(body):
        if not isinstance(mark, dict) or mark.get("type") != "ephemeral" or mark.get("ttl", "5m") not in ("5m", "1h"):
            yield "cache_control: must be {'type': 'ephemeral', 'ttl': '5m' | '1h'}"


def breakpoints(body: dict[str, Any]) -> Iterator[object]:
    """Every cache_control in the request, in the order the API reads it: tools, system, messages, top level."""
    blocks: list[object] = [*(body.get("tools") or ())]
    if isinstance(body.get("system"), list):
        blocks += body["system"]
    for message in body.get("messages") or ():
        if isinstance(message, dict) and isinstance(message.get("content"), list):
            blocks += message["content"]
    yield from (block["cache_control"] for block in blocks if isinstance(block, dict) and block.get("cache_control"))
    if body.get("cache_control"):
        yield body["cache_control"]


def _message_problems(messages: object) -> Iterator[str]:
    if not isinstance(messages, list) or not messages:
        yield "messages: at least one message is required"
        return
    for position, message in enumerate(messages):
        if not isinstance(message, dict) or message.keys() - {"role", "content"}:
            yield f"messages.{position}: must hold role and content only"
            return
        if message.get("role") not in ("user", "assistant"):
            yield f"messages.{position}.role: Input should be 'user' or 'assistant'"
        yield from _content_problems(message.get("content"), f"messages.{position}.content")
    if messages[0].get("role") != "user":
        yield "messages: first message must use the 'user' role"
    if messages[-1].get("role") == "assistant":
        yield "This model does not support assistant message prefill. The conversation must end with a user message."


def _content_problems(content: object, path: str) -> Iterator[str]:
    if isinstance(content, str):
        if not content.strip():
            yield f"{path}: text content blocks must be non-empty"
        return
    if not isinstance(content, list) or not content:
        yield f"{path}: Field required"
        return
    for position, block in enumerate(content):
        if not isinstance(block, dict) or "type" not in block:
            yield f"{path}.{position}: content blocks must have a type"
        elif block["type"] == "text" and not str(block.get("text") or "").strip():
            yield f"{path}.{position}: text content blocks must be non-empty"


def _system_problems(system: object) -> Iterator[str]:
    if system is None or isinstance(system, str):
        return
    if not isinstance(system, list) or any(not isinstance(b, dict) or b.get("type") != "text" for b in system):
        yield "system: must be a string or text blocks"
        return
    yield from _content_problems(system, "system")


def _thinking_problems(body: dict[str, Any]) -> Iterator[str]:
    thinking = body.get("thinking")
    if thinking is None:
        return
    kind = thinking.get("type") if isinstance(thinking, dict) else None
    if kind not in THINKING.get(str(body.get("model")), {"adaptive"}):
        yield f'"thinking.type.{kind}" is not supported for this model'
    effort = (body.get("output_config") or {}).get("effort")
    if kind == "disabled" and effort in ("xhigh", "max"):
        yield f"thinking: cannot be disabled at effort {effort}"


def _output_problems(config: object) -> Iterator[str]:
    if config is None:
        return
    if not isinstance(config, dict) or config.keys() - {"effort", "format"}:
        yield "output_config: Extra inputs are not permitted"
        return
    if config.get("effort") not in (None, *EFFORTS):
        yield "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'"
    wanted = config.get("format")
    if wanted is None:
        return
    if not isinstance(wanted, dict) or wanted.get("type") != "json_schema":
        yield "output_config.format.type: Input should be 'json_schema'"
        return
    yield from schema_problems(wanted.get("schema"))


def _tool_problems(body: dict[str, Any]) -> Iterator[str]:
    for position, tool in enumerate(body.get("tools") or ()):
        if not isinstance(tool, dict) or not tool.get("name") or "input_schema" not in tool:
            yield f"tools.{position}: name and input_schema are required"
        elif tool.get("strict"):
            yield from schema_problems(tool["input_schema"])
    choice = (body.get("tool_choice") or {}).get("type")
    if choice in ("any", "tool") and body.get("model") in NO_FORCED_TOOLS:
        yield f"tool_choice: '{choice}' is not supported for this model"


def _metadata_problems(metadata: object) -> Iterator[str]:
    if metadata is None:
        return
    if not isinstance(metadata, dict) or metadata.keys() - {"user_id"}:
        yield "metadata: Extra inputs are not permitted"
        return
    user = metadata.get("user_id")
    # The API cannot know, but its documentation forbids it: stricter than production on purpose.
    if user is not None and (not isinstance(user, str) or len(user) > 256 or LIKE_A_PHONE.fullmatch(user)):
        yield "metadata.user_id: must be an opaque identifier of at most 256 characters, never a phone number"

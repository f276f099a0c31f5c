"""Answers as bytes: the message body, the error body, and the events of a stream."""

import json
from collections.abc import Iterator
from typing import Any

from salonbot.sandbox.messages_api.accounting import estimated_tokens
from salonbot.sandbox.messages_api.answers import Fails, Says

PIECE = 24
"""Characters per text delta."""


def usage_of(says: Says, counted: dict[str, int]) -> dict[str, Any]:
    """The full `usage` object: what was counted for the request, and the answer's tokens."""
    return {
        **counted,
        "output_tokens": estimated_tokens(says.text) + estimated_tokens(says.thinking or ""),
        "cache_creation": {
            "ephemeral_5m_input_tokens": counted["cache_creation_input_tokens"],
            "ephemeral_1h_input_tokens": 0,
        },
        "service_tier": "standard",
    }


def message_body(says: Says, *, message_id: str, model: str, counted: dict[str, int]) -> dict[str, Any]:
    """A whole message, as answered without streaming."""
    return {
        "id": message_id,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": _content(says),
        "stop_reason": says.stop_reason,
        "stop_sequence": None,
        "stop_details": _stop_details(says),
        "usage": usage_of(says, counted),
    }


def error_body(error_type: str, message: str, request_id: str) -> dict[str, Any]:
    """An error, as a body or as the data of an error event."""
    return {"type": "error", "error": {"type": error_type, "message": message}, "request_id": request_id}


def failure_headers(fails: Fails) -> dict[str, str]:
    """retry-after and x-should-retry, where told."""
    headers = {}
    if fails.retry_after is not None:
        headers["retry-after"] = f"{fails.retry_after:g}"
    if fails.should_retry is not None:
        headers["x-should-retry"] = "true" if fails.should_retry else "false"
    return headers


def events(says: Says, *, message_id: str, model: str, counted: dict[str, int], request_id: str) -> Iterator[bytes]:
    """The same message as server-sent events, in the API's order."""
    whole = message_body(says, message_id=message_id, model=model, counted=counted)
    start = {**whole, "content": [], "stop_reason": None, "usage": {**whole["usage"], "output_tokens": 1}}
    yield _event("message_start", message=start)
    yield _event("ping")
    for index, block in enumerate(whole["content"]):
        yield from _block_events(index, block)
    if says.stream_error is not None:
        error = error_body(says.stream_error, "scripted", request_id)
        yield f"event: error\ndata: {json.dumps(error)}\n\n".encode()
        return
    ending = {"stop_reason": says.stop_reason, "stop_sequence": None, "stop_details": whole["stop_details"]}
    yield _event("message_delta", delta=ending, usage=whole["usage"])
    yield _event("message_stop")


def _content(says: Says) -> list[dict[str, Any]]:
    thinking = [] if says.thinking is None else [{"type": "thinking", "thinking": says.thinking, "signature": "c2ln"}]
    text = [{"type": "text", "text": says.text, "citations": None}] if says.text else []
    return [*thinking, *text]


def _stop_details(says: Says) -> dict[str, Any] | None:
    if says.stop_reason != "refusal":
        return None
    return {"type": "refusal", "category": None, "explanation": None}


def _block_events(index: int, block: dict[str, Any]) -> Iterator[bytes]:
    key = "thinking" if block["type"] == "thinking" else "text"
    empty = {**block, key: ""} if key == "text" else {**block, key: "", "signature": ""}
    yield _event("content_block_start", index=index, content_block=empty)
    for start in range(0, len(block[key]), PIECE):
        delta = {"type": f"{key}_delta", key: block[key][start : start + PIECE]}
        yield _event("content_block_delta", index=index, delta=delta)
    if key == "thinking":
        signature = {"type": "signature_delta", "signature": block["signature"]}
        yield _event("content_block_delta", index=index, delta=signature)
    yield _event("content_block_stop", index=index)


def _event(name: str, **fields: object) -> bytes:
    data = json.dumps({"type": name, **fields}, ensure_ascii=False)
    return f"event: {name}\ndata: {data}\n\n".encode()

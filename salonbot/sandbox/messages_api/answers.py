"""What the server can be told to answer: one small value per behaviour of the real API, good and bad."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

StopReason = Literal[
    "end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal", "model_context_window_exceeded"
]

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Says:
    """A message. With a JSON output format the text is the JSON."""

    text: str
    stop_reason: StopReason = "end_turn"
    thinking: str | None = None
    """A thinking block that comes before the text."""
    latency: float = 0.0
    """Seconds before the first byte, besides the server's own."""
    drip: float = 0.0
    """Seconds between pieces of the body: a read time-out never strikes, the whole takes for ever."""
    cut_after: int | None = None
    """The connection breaks after this many bytes of the body (JSON) or this many events (stream)."""
    cut_cleanly: bool = False
    """The cut looks like the body's end, as behind some proxies: the SDK's stream then raises nothing at all."""
    stream_error: str | None = None
    """In a stream: an error event of this type instead of the end, after the status 200 has been sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fails:
    """An error as the API reports it."""

    status: int
    message: str = "scripted"
    retry_after: float | None = None
    should_retry: bool | None = None
    latency: float = 0.0

    @property
    def error_type(self) -> str:
        return ERROR_TYPES.get(self.status, "api_error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sends:
    """Any bytes with any status: a proxy's HTML page, broken JSON, JSON of another shape."""

    body: bytes
    content_type: str = "application/json"
    status: int = 200
    latency: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangs:
    """Nothing is answered until the client goes away or the server closes."""


Answer = Says | Fails | Sends | Hangs


@dataclass(frozen=True, slots=True)
class Received:
    """A request that passed the checks."""

    body: dict[str, Any]
    request_id: str
    usage: dict[str, int] = field(default_factory=dict)
    """input_tokens, cache_read_input_tokens, cache_creation_input_tokens as the server counted them."""

    @property
    def model(self) -> str:
        return str(self.body["model"])

    @property
    def wants_json(self) -> bool:
        """Whether the request asks for structured output."""
        return "format" in (self.body.get("output_config") or {})

    @property
    def user_text(self) -> str:
        """The text of the last user message."""
        content = self.body["messages"][-1]["content"]
        return content if isinstance(content, str) else "\n".join(block.get("text", "") for block in content)


Answerer = Callable[[Received], Awaitable[Answer]]
"""Asked where the script has nothing more to say."""

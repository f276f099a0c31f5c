"""Tokens as the API bills them: what was read from the cache, what was written to it, what was new.

A prefix is cached by its bytes, up to each cache_control, in the order tools, system, messages; model and output format
belong to it. One changed byte in front of a breakpoint is a miss. Tokens are estimated; the proportions matter.
Source: platform.claude.com, build-with-claude/prompt-caching.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

SMALLEST_CACHED = 512
"""Tokens below which nothing is cached (claude-haiku-5-5)."""
CHARACTERS_PER_TOKEN = 3
"""Between English (about 4) and Russian (about 2.5)."""


def estimated_tokens(text: str) -> int:
    """Never 0: even an empty answer is billed."""
    return max(1, -(-len(text) // CHARACTERS_PER_TOKEN))


class PromptCache:
    """What prefixes the server has seen, per key holder."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def forget(self) -> None:
        """As after five minutes without a request."""
        self._known.clear()

    def account(self, body: dict[str, Any]) -> dict[str, int]:
        """The input side of `usage` for this request; its prefixes are known from now on."""
        total = 0
        read = written = 0
        prefixes: list[tuple[str, int]] = []
        digest = hashlib.sha256(_canonical([body["model"], (body.get("output_config") or {}).get("format")]))
        blocks = list(_blocks(body))
        for position, (text, is_breakpoint) in enumerate(blocks, start=1):
            total += estimated_tokens(text)
            digest.update(text.encode())
            # A top-level cache_control stands for one on the last block.
            if is_breakpoint or (body.get("cache_control") and position == len(blocks)):
                prefixes.append((digest.hexdigest(), total))
        for name, tokens in prefixes:
            if tokens < SMALLEST_CACHED:
                continue
            if name in self._known:
                read = tokens
            written = tokens
            self._known.add(name)
        return {
            "input_tokens": total - written,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": written - read,
        }


def _blocks(body: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Each block's canonical text and whether a breakpoint stands on it."""
    for tool in body.get("tools") or ():
        yield _block(tool)
    system = body.get("system") or ()
    for block in [{"type": "text", "text": system}] if isinstance(system, str) else system:
        yield _block(block)
    for message in body["messages"]:
        content = message["content"]
        for block in [{"type": "text", "text": content}] if isinstance(content, str) else content:
            text, is_breakpoint = _block(block)
            yield f"{message['role']}:{text}", is_breakpoint


def _block(block: dict[str, Any]) -> tuple[str, bool]:
    bare = {key: value for key, value in block.items() if key != "cache_control"}
    return _canonical(bare).decode(), bool(block.get("cache_control"))


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

"""Logging: one structured line per event, ours and everybody else's, to one stream. The process calls `configure` once.

Rooms write with `structlog.get_logger()`; libraries (neonize, aiohttp, asyncio, Python's own warnings) write with
`logging`. Both end in the one handler on the root logger. On a terminal a line is plain; elsewhere it is JSON behind a
systemd priority (`<6>`), so that journalctl knows an error from a remark, and a traceback stays one line.

neonize calls `logging.basicConfig` at import. Imported after `configure` that call does nothing, for the root logger
has a handler; imported before, its handler is taken off here. Either way there is one handler, ours.

Privacy: from info upward no telephone number and no customer's word is written, even where a caller slips: `guarded`.
"""

import hashlib
import json
import logging
import re
import traceback
from collections.abc import Callable, Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3, "critical": 2}
"""Of syslog, as sd-daemon(3) has them at the head of a line."""

WORDS = frozenset({"text", "message", "body", "quoted", "name", "push_name"})
"""Keys under which a customer's words or name could stand."""
NUMBERS = frozenset({"phone", "chat", "customer", "jid", "lid", "to", "sender"})
"""Keys under which a telephone number or WhatsApp identity could stand."""

LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?<!\d[-.])\+?(?!\d{4}-\d\d-\d\d)\d(?:[ ()-]{0,2}\d){8,}")
"""What may be a telephone number in running text: nine digits and more; neither a date nor part of a message's id."""

CONTROL = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), 127)} | {10: "\\n", 9: "\\t"}


def configure(level: str, format: str, stream: TextIO) -> None:  # noqa: A002 - the key of the settings
    """Send every event from this level upward to the stream. May be called again; the last call counts.

    `level`: debug, info, warning or error. `format`: plain, json, or auto: plain where the stream is a terminal.
    """
    plain = format == "plain" or (format == "auto" and stream.isatty())
    prepare: list[Callable[[WrappedLogger, str, EventDict], Any]] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
    ]
    render = _plain_renderer(colors=stream.isatty()) if plain else [structlog.processors.format_exc_info, json_line]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*prepare, one_line, guarded],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(LEVELS[level])
    logging.captureWarnings(True)
    structlog.configure(
        processors=[*prepare, guarded, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        cache_logger_on_first_use=False,
    )


def masked(identity: str) -> str:
    """A telephone number or chat for a log line: its last four digits, or six letters that stay the same for it."""
    digits = "".join(filter(str.isdigit, identity))
    if len(digits) >= 7 or identity in (digits, f"…{digits}"):
        return f"…{digits[-4:]}"
    return f"#{hashlib.blake2s(identity.encode('utf-8', 'replace'), digest_size=3).hexdigest()}"


def without_numbers(text: str) -> str:
    """The text with all that may be telephone numbers masked."""
    return LONG_NUMBER.sub(lambda number: masked(number[0]), text)


def guarded(_logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """A structlog processor: takes customers' words and numbers out of every event above debug."""
    if method == "debug":
        return event
    return {key: _harmless(key, value) for key, value in event.items()}


def _harmless(key: str, value: object) -> object:
    if key in ("at", "exc_info", "_record") or value is None or isinstance(value, bool | float):
        return value
    if key in WORDS:
        return f"<{len(value)} characters>" if isinstance(value, str) else "<not shown>"
    if key in NUMBERS:
        return masked(str(value))
    return _without_numbers_inside(value)


def _without_numbers_inside(value: object) -> object:
    match value:
        case str():
            return without_numbers(value)
        case Mapping():
            return {key: _harmless(str(key), inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_without_numbers_inside(inner) for inner in value]
        case _:
            return value


def one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor for others' events: line breaks and terminal codes in them are written out."""
    event["event"] = str(event["event"]).translate(CONTROL)
    return event


def json_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """The last processor: one line of JSON behind its systemd priority."""
    if "exception" in event:
        event["exception"] = without_numbers(event["exception"])
    first = {"at": event.pop("at", None), "level": event.pop("level", "info"), "event": event.pop("event", "")}
    return f"<{PRIORITIES.get(first['level'], 6)}>{json.dumps({**first, **event}, ensure_ascii=False, default=repr)}"


def _plain_renderer(*, colors: bool) -> list[Callable[..., Any]]:
    def traced(stream: TextIO, exc_info: structlog.typing.ExcInfo) -> None:
        stream.write("\n" + without_numbers("".join(traceback.format_exception(*exc_info)).rstrip()))

    return [
        structlog.dev.ConsoleRenderer(
            colors=colors, timestamp_key="at", exception_formatter=traced, pad_event_to=24, sort_keys=False
        )
    ]

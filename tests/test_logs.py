"""Logging: one line per event whoever writes it, and nobody's number or words above debug."""

import io
import json
import logging
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from salonbot import logs

PHONE = "79161234567"

Lines = Callable[[], list[dict[str, object]]]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    """What was written as JSON, without the priorities."""
    return lambda: [json.loads(line[3:]) for line in stream.getvalue().splitlines()]


def test_events_of_ours_and_of_libraries_are_json_lines_with_a_priority(stream: io.StringIO, lines: Lines) -> None:
    logs.configure("info", "auto", stream)

    structlog.get_logger("ours").info("turn_answered", parts=2)
    logging.getLogger("aiohttp.server").error("Unhandled %s\nin two lines", "error")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", stacklevel=1)

    assert [line[:3] for line in stream.getvalue().splitlines()] == ["<6>", "<3>", "<4>"]
    first, second, third = lines()
    assert (first["event"], first["level"], first["parts"]) == ("turn_answered", "info", 2)
    assert str(first["at"]).endswith("Z")
    assert (second["event"], second["logger"]) == ("Unhandled error\\nin two lines", "aiohttp.server")
    assert "old" in str(third["event"])


def test_a_traceback_stays_on_its_line(stream: io.StringIO, lines: Lines) -> None:
    logs.configure("info", "json", stream)

    try:
        raise ValueError(f"no such chat {PHONE}")
    except ValueError:
        structlog.get_logger().exception("turn_failed")
        logging.getLogger("asyncio").exception("loop")

    for line in lines():
        assert "Traceback (most recent call last)" in str(line["exception"])
        assert "no such chat …4567" in str(line["exception"])


def test_on_a_terminal_lines_are_plain(stream: io.StringIO) -> None:
    terminal = Terminal()
    logs.configure("info", "auto", terminal)

    structlog.get_logger().info("turn_answered", phone=PHONE)

    assert "turn_answered" in terminal.getvalue()
    assert "\x1b[" in terminal.getvalue()
    assert "{" not in terminal.getvalue()
    assert PHONE not in terminal.getvalue()


def test_a_plain_traceback_shows_no_number() -> None:
    stream = io.StringIO()
    logs.configure("info", "plain", stream)

    try:
        raise ValueError(PHONE)
    except ValueError:
        structlog.get_logger().exception("turn_failed")

    assert "ValueError: …4567" in stream.getvalue()
    assert "\x1b[" not in stream.getvalue()


def test_context_is_on_every_line_of_ours_and_of_libraries(stream: io.StringIO, lines: Lines) -> None:
    logs.configure("info", "json", stream)

    with structlog.contextvars.bound_contextvars(salon="main", chat=f"{PHONE}@s.whatsapp.net", turn=7):
        structlog.get_logger().info("turn_answered")
        logging.getLogger("neonize").info("sent")

    for line in lines():
        assert (line["salon"], line["chat"], line["turn"]) == ("main", "…4567", 7)


def test_words_and_numbers_are_masked_at_info_and_above(stream: io.StringIO, lines: Lines) -> None:
    logs.configure("info", "json", stream)

    structlog.get_logger().warning(
        "slip",
        text="Привет",
        name="Анна",
        phone=f"+{PHONE}",
        detail=f"to {PHONE}:12@s.whatsapp.net",
        inside={"message": "Бари", "list": ["8 (916) 123-45-67"]},
        when="2026-11-24 10:00:00",
    )
    logging.getLogger("whatsmeow.Client").warning("Failed to decrypt message from %s", f"{PHONE}@s.whatsapp.net")

    first, second = lines()
    assert (first["text"], first["name"], first["phone"]) == ("<6 characters>", "<4 characters>", "…4567")
    assert first["detail"] == "to …4567:12@s.whatsapp.net"
    assert first["inside"] == {"message": "<4 characters>", "list": ["…4567"]}
    assert first["when"] == "2026-11-24 10:00:00"
    assert second["event"] == "Failed to decrypt message from …4567@s.whatsapp.net"


def test_debug_shows_all_and_only_at_debug(stream: io.StringIO, lines: Lines) -> None:
    logs.configure("info", "json", stream)
    structlog.get_logger().debug("heard", text="Привет")
    logging.getLogger("whatsmeow.Client").debug("secret")
    assert lines() == []

    logs.configure("debug", "json", stream)
    structlog.get_logger().debug("heard", text="Привет")
    assert [line["text"] for line in lines()] == ["Привет"]


def test_terminal_codes_in_others_messages_are_written_out(stream: io.StringIO) -> None:
    logs.configure("info", "plain", stream)

    logging.getLogger("neonize").info("\x1b[2J\x07\rdone")

    assert "\\x1b[2J\\x07\\x0ddone" in stream.getvalue()


@pytest.mark.parametrize("order", ["neonize first", "neonize last"])
def test_neonize_cannot_take_logging_over(order: str) -> None:
    load = "from salonbot.whatsapp import library; library.load(); import neonize.utils.log"
    configure = "import sys; from salonbot import logs; logs.configure('info', 'json', sys.stderr)"
    steps = [load, configure] if order == "neonize first" else [configure, load]
    program = "; ".join([*steps, f"import logging; logging.getLogger('whatsmeow.Client').warning('from {PHONE}')"])

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    (line,) = done.stderr.splitlines()
    assert json.loads(line.removeprefix("<4>"))["event"] == "from …4567"


@pytest.mark.parametrize(
    ("identity", "shown"),
    [
        (PHONE, "…4567"),
        ("+7 916 123-45-67", "…4567"),
        ("…4567", "…4567"),
        ("4567", "…4567"),
        ("12345678901234@lid", "…1234"),
    ],
)
def test_a_number_is_shown_by_its_last_four_digits(identity: str, shown: str) -> None:
    assert logs.masked(identity) == shown


def test_other_identities_are_shown_by_a_mark_that_stays_the_same() -> None:
    assert logs.masked("newsletter@x") == logs.masked("newsletter@x") != logs.masked("other@x")
    assert "news" not in logs.masked("newsletter@x")


@given(st.text(alphabet="абв .:@/", max_size=8), st.from_regex(r"\+?[1-9]\d{10,13}", fullmatch=True), st.text("абв ,@"))
def test_no_number_in_running_text_is_left(before: str, number: str, after: str) -> None:
    assert number.lstrip("+") not in logs.without_numbers(f"{before}{number}{after}")

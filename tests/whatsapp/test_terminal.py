"""The code in the terminal: what is printed is what a phone would read."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import qrcode
from qrcode.constants import ERROR_CORRECT_L

from salonbot.whatsapp.states import SessionState, SessionStatus
from salonbot.whatsapp.terminal import CLEAR, TerminalQr, qr_lines

TEXT = "https://wa.me/settings/linked_devices#2@" + "A" * 90 + ",bm9pc2U=,aWRlbnQ=,YWR2,1"
DARK = {"█": (False, False), "▀": (False, True), "▄": (True, False), " ": (True, True)}

PAIRING = SessionStatus(
    state=SessionState.PAIRING,
    since=datetime(2026, 11, 24, tzinfo=UTC),
    sentence="Scan it.",
    number="",
    qr=TEXT,
    qr_seconds_left=60.0,
    qr_seconds=60.0,
    is_linking=False,
    until=None,
    code=None,
    last_event_age=0.0,
    reconnects=0,
    burnt_threads=0,
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def modules(lines: list[str]) -> list[list[bool]]:
    """The rows of dark modules that a camera would see."""
    rows: list[list[bool]] = []
    for line in lines:
        upper, lower = zip(*(DARK[character] for character in line), strict=True)
        rows += [list(upper), list(lower)]
    return rows


def test_the_printed_code_is_the_codes_matrix() -> None:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, border=2)
    code.add_data(TEXT)
    expected = code.get_matrix()

    seen = modules(qr_lines(TEXT))

    assert seen[: len(expected)] == expected
    assert not any(map(any, seen[len(expected) :])), "the last half line is border"


def test_the_code_fits_a_usual_terminal() -> None:
    lines = qr_lines(TEXT)

    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80


def test_a_new_code_takes_the_old_ones_place_on_a_terminal_and_follows_it_in_a_log() -> None:
    terminal, journal = Terminal(), io.StringIO()
    for stream in (terminal, journal):
        shown = TerminalQr(stream, "Salon")
        shown.show(PAIRING)
        shown.show(PAIRING)
        shown.show(replace(PAIRING, qr=TEXT + "2", qr_seconds_left=20.0))

    assert terminal.getvalue().count(CLEAR) == 1
    assert terminal.getvalue().count("Link Salon") == 2
    assert CLEAR not in journal.getvalue()


def test_what_comes_after_the_code_is_said_once() -> None:
    stream = io.StringIO()
    shown = TerminalQr(stream, "Salon")
    online = replace(PAIRING, state=SessionState.ONLINE, qr=None, sentence="Connected to WhatsApp.")

    shown.show(online)
    shown.show(PAIRING)
    shown.show(online)
    shown.show(online)

    assert stream.getvalue().count("Connected to WhatsApp.") == 1

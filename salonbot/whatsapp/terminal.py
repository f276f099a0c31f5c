"""The pairing code in a terminal or a journal: half blocks, two modules to a character, so that it fits a screen."""

from typing import TextIO

import qrcode
from qrcode.constants import ERROR_CORRECT_L

from salonbot.whatsapp.states import SessionState, SessionStatus

_BLOCKS = {(False, False): "█", (False, True): "▀", (True, False): "▄", (True, True): " "}
"""By the upper and lower module, dark or not: light is drawn, so that it reads on a dark terminal."""

CLEAR = "\x1b[2J\x1b[H"


def qr_lines(text: str, border: int = 2) -> list[str]:
    """The code as lines of block characters; light modules drawn, dark ones left blank."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L, border=border)
    code.add_data(text)
    code.make(fit=True)
    rows: list[list[bool]] = code.get_matrix()
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(_BLOCKS[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs]


class TerminalQr:
    """Shows a session's codes as they come; give its `show` every status."""

    def __init__(self, stream: TextIO, salon: str) -> None:
        self._stream = stream
        self._salon = salon
        self._shown: str | None = None

    def show(self, status: SessionStatus) -> None:
        """Print what is new: a code, that it was scanned, or that nobody did."""
        if status.qr and status.qr != self._shown:
            self._print_code(status.qr, status.qr_seconds_left)
        elif self._shown and status.state is not SessionState.PAIRING:
            print(f"{self._salon}: {status.sentence}", file=self._stream, flush=True)
        self._shown = status.qr

    def _print_code(self, text: str, seconds: float) -> None:
        # On a terminal the new code takes the old one's place; a log keeps them all.
        clear = CLEAR if self._shown and self._stream.isatty() else ""
        lines = [
            f"{clear}Link {self._salon} to WhatsApp: on the phone, Linked devices > Link a device, then scan:",
            *qr_lines(text),
            f"Valid for {seconds:.0f} s; the next code follows by itself.",
        ]
        print("\n".join(lines), file=self._stream, flush=True)

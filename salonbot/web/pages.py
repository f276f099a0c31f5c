"""The plain HTML pages: text in, text out. No scripts; the one style sheet is a file beside this module."""

from collections.abc import Sequence
from html import escape
from math import ceil

import qrcode
from qrcode.image.svg import SvgPathImage

from salonbot.web.status import SalonStatus

REFRESH_SECONDS = 5
"""How often a page looks again: a QR code lives 20 s at the least."""


def _page(title: str, body: str, *, refresh: bool = True) -> str:
    again = f'<meta http-equiv="refresh" content="{REFRESH_SECONDS}">' if refresh else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'{again}<link rel="stylesheet" href="/style.css">\n<title>{escape(title)}</title>\n</head>\n'
        f"<body>\n<main>\n<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def overview(salons: Sequence[SalonStatus], *, uptime_seconds: float) -> str:
    """Every salon with the state of its session and its counts."""
    rows = "\n".join(
        f'<tr><td><a href="/qr/{escape(salon.id)}">{escape(salon.name)}</a></td><td>{escape(salon.session)}</td>'
        f"<td>{escape(', '.join(f'{name} {count}' for name, count in salon.counts.items()))}</td>"
        f"<td>{escape(salon.advice)}</td></tr>"
        for salon in salons
    )
    head = "<tr><th>Salon</th><th>WhatsApp</th><th>So far</th><th>To do</th></tr>"
    return _page(
        "salonbot",
        f"<table>\n{head}\n{rows}\n</table>\n<p>Up for {_spoken(uptime_seconds)}."
        ' <a href="/status">All there is to know, as JSON</a></p>',
    )


def pairing(salon: SalonStatus) -> str:
    """The QR code to scan where there is one; else the session's state, and a way to ask for a code."""
    if salon.pairing is not None:
        body = (
            f'<div class="qr">{svg(salon.pairing.qr)}</div>\n'
            f"<p>This code is good for another {ceil(salon.pairing.seconds_left)} s; a new one takes its place.</p>"
            "<p>On the salon's phone: WhatsApp, Settings, Linked devices, Link a device.</p>"
        )
        return _page(salon.name, body)
    body = (
        f"<p>WhatsApp: <strong>{escape(salon.session)}</strong>. {escape(salon.advice)}</p>\n"
        f'<form method="post" action="/qr/{escape(salon.id)}/show">\n'
        '<label>Token (the file web-token in the state folder) <input type="password" name="token" required></label>\n'
        "<button>Show a QR code</button>\n</form>\n"
        f'<p><a href="/qr/{escape(salon.id)}">Look again</a></p>'
    )
    # No refresh: it would take away a half-typed token.
    return _page(salon.name, body, refresh=False)


def refusal(title: str, sentence: str) -> str:
    """A page that says no."""
    return _page(title, f'<p>{escape(sentence)}</p>\n<p><a href="/">Overview</a></p>', refresh=False)


def svg(text: str) -> str:
    """A QR code as inline SVG, with the quiet border scanners need."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_L, image_factory=SvgPathImage)
    code.add_data(text)
    drawn = code.make_image().to_string(encoding="unicode")
    assert isinstance(drawn, str)
    return drawn


def _spoken(seconds: float) -> str:
    minutes = int(seconds) // 60
    if minutes < 1:
        return f"{int(seconds)} s"
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min"

"""A QR code as SVG: crisp at any size, dark on white in either colour scheme, for that is what cameras expect."""

import qrcode
from markupsafe import Markup

BORDER = 4
"""Modules of quiet white around it, as the standard wants."""


def svg(text: str, label: str = "QR") -> Markup:
    """Inline SVG: one path for all dark modules, neighbours in a row drawn as one."""
    code = qrcode.QRCode(border=BORDER, error_correction=qrcode.constants.ERROR_CORRECT_L)
    code.add_data(text)
    rows: list[list[bool]] = code.get_matrix()
    path = "".join(
        f"M{start} {y}h{end - start}v1h{start - end}z" for y, row in enumerate(rows) for start, end in _runs(row)
    )
    side = len(rows)
    return Markup(
        '<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img"'
        ' aria-label="{label}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        '<path fill="#000" d="{path}"/></svg>'
    ).format(side=side, label=label, path=path)


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where dark modules stand side by side, as (start, end)."""
    runs, start = [], None
    for x, is_dark in enumerate([*row, False]):
        if is_dark and start is None:
            start = x
        elif not is_dark and start is not None:
            runs.append((start, x))
            start = None
    return runs

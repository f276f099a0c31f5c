"""A phone's camera for terminals: reads the QR code out of what was printed."""

import zxingcpp
from PIL import Image

SHADES = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
"""Upper and lower half of each character, as a dark terminal shows them."""
MODULE_PIXELS = 4


def read_code(printed: str) -> str:
    """The text of the last QR code among the printed lines. Raises LookupError where none can be read."""
    rows = [line for line in printed.splitlines() if line and set(line) <= SHADES.keys() and len(line) > 20]
    side = len(rows[-1]) if rows else 0
    rows = rows[-((side + 1) // 2) :]
    image = Image.new("L", (side, 2 * len(rows)))
    for y, row in enumerate(rows):
        for x, character in enumerate(row):
            for half, shade in enumerate(SHADES[character]):
                image.putpixel((x, 2 * y + half), shade)
    found = zxingcpp.read_barcodes(image.resize((side * MODULE_PIXELS, 2 * len(rows) * MODULE_PIXELS)))
    if not found:
        raise LookupError("no QR code can be read in what was printed")
    return found[0].text

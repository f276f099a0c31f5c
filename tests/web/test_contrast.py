"""The colours can be told apart by everybody, in the light and in the dark (WCAG 2.2, AA)."""

import re
from pathlib import Path

import pytest

import salonbot.web

SHEET = (Path(salonbot.web.__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
LIGHT, _, REST = SHEET.partition("@media (prefers-color-scheme: dark)")
DARK = REST.partition("*, *::before")[0]

READ = 4.5
"""For text."""
SEEN = 3.0
"""For the edges of what can be filled in."""
PAIRS = [
    *(("text", ground, READ) for ground in ("ground", "card", "sunk")),
    *(("muted", ground, READ) for ground in ("ground", "card", "sunk")),
    *(("accent", ground, READ) for ground in ("ground", "card", "accent-soft")),
    ("on-accent", "accent", READ),
    ("on-accent", "accent-strong", READ),
    ("good", "good-soft", READ),
    ("warn", "warn-soft", READ),
    ("bad", "bad-soft", READ),
    ("bad", "card", READ),
    ("line-strong", "card", SEEN),
]


def colours(part: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part))


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS, ids=lambda value: str(value))
def test_every_pair_of_colours_can_be_told_apart(front: str, back: str, least: float, scheme: str) -> None:
    known = colours(LIGHT if scheme == "light" else DARK)
    lighter, darker = sorted((luminance(known[front]), luminance(known[back])), reverse=True)

    assert (lighter + 0.05) / (darker + 0.05) >= least

"""A long text becomes several messages, cut where a reader would pause."""

import re
from typing import Final

COMFORTABLE: Final = 1000
"""Characters a person reads in one message without scrolling."""
LONGEST: Final = 4096
"""What WhatsApp takes at most."""
_PARAGRAPHS: Final = re.compile(r"\n[ \t]*\n")
_LINES: Final = re.compile(r"\n")
_SENTENCES: Final = re.compile(r"(?<=[.!?…])[ \n]+(?=[А-ЯЁA-Z«\"\d])")
_BORDERS: Final = ((_PARAGRAPHS, "\n\n"), (_LINES, "\n"), (_SENTENCES, " "), (re.compile(r"[ \n]+"), " "))
_ELLIPSIS: Final = "…"


def split(text: str, parts: int = 3) -> list[str]:
    """The text in at most `parts` messages, none empty, none longer than WhatsApp takes.

    Cut at blank lines, else at lines, else between sentences, else between words: a service's title, which stands on
    one line, is never cut while lines fit. Longer messages are preferred to more; what fits in none is dropped.
    """
    text = text.strip()
    if not text:
        return []
    for size in (COMFORTABLE, len(text) // parts + COMFORTABLE // 2, LONGEST):
        packed = _packed(text, min(size, LONGEST))
        if len(packed) <= parts:
            return packed
    kept = packed[:parts]
    return [*kept[:-1], kept[-1][: LONGEST - 1].rstrip() + _ELLIPSIS]


def _packed(text: str, size: int, level: int = 0) -> list[str]:
    """Pieces of at most `size`, as few as the coarsest borders allow."""
    if len(text) <= size:
        return [text]
    if level == len(_BORDERS):
        return [text[start : start + size] for start in range(0, len(text), size)]
    border, glue = _BORDERS[level]
    packed: list[str] = []
    for piece in (piece.strip() for piece in border.split(text)):
        for part in _packed(piece, size, level + 1) if len(piece) > size else [piece]:
            if packed and len(packed[-1]) + len(glue) + len(part) <= size:
                packed[-1] += glue + part
            elif part:
                packed.append(part)
    return packed

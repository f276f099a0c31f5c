"""Harmless marks are cleaned, not refused: Markdown made WhatsApp's own signs, invisible characters taken out."""

import re
import unicodedata
from typing import Final

_JOINER: Final = "\u200d"
_RULES: Final = (
    (re.compile(r"```\w*\n?|`"), ""),
    (re.compile(r"\*{2,3}(?=\S)(.+?)(?<=\S)\*{2,3}"), r"*\1*"),
    (re.compile(r"__(?=\S)(.+?)(?<=\S)__"), r"_\1_"),
    (re.compile(r"(?m)^[ \t]*#{1,6}[ \t]+"), ""),
    (re.compile(r"(?m)^[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*$"), ""),
    (re.compile(r"(?m)^([ \t]*)\*[ \t]+(?=\S)"), r"\1• "),
    (re.compile(r"\[([^\]\n]+)\]\((?:[^)\s]+)\)"), r"\1"),
    (re.compile(r"[ \t]+\n"), "\n"),
    (re.compile(r"\n{3,}"), "\n\n"),
)


def tidy(text: str) -> str:
    """The same words without invisible characters and with WhatsApp's marks for Markdown's."""
    text = "".join(_kept(text, position) for position in range(len(text)))
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    text = text.strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == '"' and text.count('"') == 2 else text


def _kept(text: str, position: int) -> str:
    char = text[position]
    if char == "\n":
        return char
    if char == "\t":
        return " "
    category = unicodedata.category(char)
    if category == "Cf":
        # A joiner holds an emoji together, but hides inside words.
        is_between_signs = 0 < position < len(text) - 1 and not (text[position - 1] + text[position + 1]).isalnum()
        return char if char == _JOINER and is_between_signs else ""
    return "" if category in ("Cc", "Co", "Cs", "Cn") else char

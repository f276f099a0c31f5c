"""Traces of machinery in a text: Markdown, brackets and field names of the program, parts of a prompt."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from salonbot.assistant.guard.findings import Finding, Kind
from salonbot.assistant.offline.words import clean, fold

_MARKS: Final = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"\*\*|`|(?:^|\n)[ \t]*#{1,6}[ \t]|\]\(|(?:^|\n)[ \t]*\|.*\|", 0),
        (r"\[[A-ZА-Я][A-ZА-Я_ ]{2,}[^\]]*\]|<\/?[a-z][^>]*>|[{}]", 0),
        (r"(?<![\w@/.])[a-z]+(?:_[a-z0-9]+)+(?!\w)", 0),
        (r"\bJSON\b|\bundefined\b|\bNaN\b|\[object", 0),
        (r"(?:^|\n)[ \t]*(?:system|assistant|user|human)[ \t]*:", re.IGNORECASE),
        (r"system prompt|систем\w+ (?:промпт|инструкц|подсказк)|мои инструкции|my instructions", re.IGNORECASE),
        (r"\b(?:outcome|draft)s?\b", re.IGNORECASE),
    )
)
MOST_BOLD: Final = 6
_BOLD: Final = re.compile(r"\*[^*\n]+\*")


def marks(text: str) -> Iterator[Finding]:
    """Findings on form."""
    for pattern in _MARKS:
        found = pattern.search(text)
        if found:
            yield Finding(Kind.MARK, found.group().strip()[:60])
    if len(_BOLD.findall(text)) > MOST_BOLD:
        yield Finding(Kind.MARK, "*")


def leaks(text: str, private: tuple[str, ...]) -> Iterator[Finding]:
    """Findings on what must never be seen; spacing, case and invisible characters do not hide it."""
    bare = _bare(text)
    for secret, hidden in _all_bare(private):
        if hidden in bare:
            yield Finding(Kind.LEAK, secret[:60])


@lru_cache(maxsize=4)
def _all_bare(private: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((secret, _bare(secret)) for secret in private)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(clean(text)))

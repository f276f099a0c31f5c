"""The sheet a text is read from: its tags in one line; what one rule has read is inked over for the next.

Rules are regular expressions over tags (`WD2`, `N15`, `в`), parted by single spaces. Inking keeps every position, so
that a match in the line can be told as a range of characters of the customer's own text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from salonbot.assistant.offline.when.tokens import tokens

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Value]):
    """A pattern over tags and what it means; `build` may return None: not meant so after all.

    Where the pattern has a group `taken`, only that much is read, the rest is its surroundings.
    """

    pattern: re.Pattern[str]
    build: Callable[[re.Match[str]], Value | None]


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A value and where in the line it was read."""

    value: Value
    start: int
    end: int


def pattern(text: str) -> re.Pattern[str]:
    """The pattern over whole tags: neither end may cut one in two."""
    return re.compile(rf"(?<![^ ])(?:{text})(?![^ ])")


class Sheet:
    """One text being read. `line` is its tags, inked where read: `@` a day, `#` a time, `_` neither."""

    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._starts: list[int] = []
        at = 0
        for token in self._tokens:
            self._starts.append(at)
            at += len(token.tag) + 1
        self.line = " ".join(token.tag for token in self._tokens)
        self.original = self.line
        """The line before anything was inked."""

    def read(self, rules: Sequence[Rule[Value]], ink: str) -> list[Found[Value]]:
        """All that the rules find, earlier rules first; inks each."""
        found: list[Found[Value]] = []
        for rule in rules:
            at = 0
            while match := rule.pattern.search(self.line, at):
                value = rule.build(match)
                at = max(match.end(), match.start() + 1)
                start, end = match.span("taken" if "taken" in rule.pattern.groupindex else 0)
                if value is not None and end > start:
                    self._ink(start, end, ink)
                    found.append(Found(value, start, end))
        return found

    def strike(self, patterns: Sequence[re.Pattern[str]]) -> None:
        """Ink over what is no time at all."""
        for struck in patterns:
            self.line = struck.sub(lambda match: re.sub("[^ ]", "_", match.group()), self.line)

    def rewrite(self, rewritten: Callable[[str], str]) -> None:
        """Replace the line by one of the same length, tags joined."""
        line = rewritten(self.line)
        assert len(line) == len(self.line), line
        self.line = line

    def characters(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original text that stands behind a range of the line."""
        first = bisect_right(self._starts, start) - 1
        last = max(first, bisect_left(self._starts, end) - 1)
        return self._tokens[first].start, self._tokens[last].end

    def _ink(self, start: int, end: int, ink: str) -> None:
        self.line = self.line[:start] + re.sub("[^ ]", ink, self.line[start:end]) + self.line[end:]

"""Where in the configuration something stands, for a program to find and for a person to recognise."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

INDEX = re.compile(r"\[\d+\]")

NAMES = {"salon": "id", "service": "title", "stylist": "name"}
"""The key by which a person knows one of several tables."""


@dataclass(frozen=True, slots=True)
class Place:
    """A path such as `salon[0].stylist[2].hours`, and whose it is: `salon "main", stylist "Ольга"`."""

    path: str = ""
    whose: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        """How the file opens one of several tables here: `[[salon.stylist]]`."""
        return f"[[{re.sub(INDEX, '', self.path)}]]"

    def key(self, name: str) -> "Place":
        """A key of this table. Keys that are not bare words are quoted, as in TOML."""
        bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
        shown = name if bare else f'"{printable(name)}"'
        return Place(f"{self.path}.{shown}" if self.path else shown, self.whose)

    def item(self, index: int) -> "Place":
        """One of a list, counted from 0."""
        return Place(f"{self.path}[{index}]", self.whose)

    def named(self, kind: str, table: object) -> "Place":
        """The same place with the name that this table of that kind bears, where it bears one."""
        name = table.get(NAMES.get(kind, "")) if isinstance(table, Mapping) else None
        if not isinstance(name, str) or not name:
            return self
        return Place(self.path, (*self.whose, f'{kind} "{printable(name)}"'))

    def __str__(self) -> str:
        return f"{self.path} ({', '.join(self.whose)})" if self.whose else self.path


def printable(text: str, longest: int = 60) -> str:
    """The text on one line, cut to `longest` characters, control characters written out."""
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"

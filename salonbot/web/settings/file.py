"""What the configuration file says, to be looked at: every key with its value, its meaning and where it is set.

In: the loaded configuration. Out: sections of lines. Secrets are only said to be there or not, and so is whatever may
carry one, such as a proxy's address.
"""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from pydantic import SecretStr

from salonbot.config import alert_settings, salon_settings, secrets, settings
from salonbot.config.load import Loaded
from salonbot.config.secrets import Secrets
from salonbot.config.shapes import Settings

HIDDEN = re.compile(r"proxy|token|secret|password|credential|(?:^|_)key$")
LISTS = frozenset({"service", "stylist", "salon"})
"""Shown on pages of their own."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One key."""

    key: str
    value: str
    """Empty: nothing. A secret's is `set` or `not set`."""
    is_set: bool
    """Whether the file says it; else it is the default."""
    meaning: str = ""
    """In the words of the program's own documentation: English."""
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """One table."""

    table: str
    lines: tuple[Line, ...]
    meaning: str = ""


def sections(loaded: Loaded, salon: str) -> tuple[Section, ...]:
    """The tables for all salons, the salon's own, and the secrets."""
    configuration = loaded.configuration
    found = [*_of(configuration, "")]
    own = next((one for one in configuration.salon if one.id == salon), None)
    if own is not None:
        found += _of(own, "salon")
    return (*found, _secrets(loaded.secrets, salon))


def _of(table: Settings, name: str) -> Iterator[Section]:
    """The table and the tables within."""
    lines: list[Line] = []
    inner: list[tuple[str, Settings]] = []
    for key in type(table).model_fields:
        value = getattr(table, key)
        if isinstance(value, Settings):
            inner.append((key, value))
        elif key not in LISTS:
            meaning = meanings().get((type(table).__name__, key), "")
            is_secret = HIDDEN.search(key) is not None
            shown = ("set" if value else "not set") if is_secret else _shown(value)
            lines.append(Line(key, shown, key in table.model_fields_set, meaning, is_secret))
    if lines:
        header = f"[[{name}]]" if name == "salon" else f"[{name}]" if name else ""
        yield Section(header, tuple(lines), _first_line(type(table).__doc__))
    for key, value in inner:
        yield from _of(value, f"{name}.{key}" if name else key)


def _secrets(secrets: Secrets, salon: str) -> Section:
    """Which secrets there are for this salon: names of variables, never what is in them."""
    lines = []
    for key in Secrets.model_fields:
        value = getattr(secrets, key)
        if isinstance(value, Mapping):
            if salon in value:
                own = f"{key.removesuffix('s').upper()}_{salon.upper().replace('-', '_')}"
                lines.append(Line(own, "set", is_set=True, is_secret=True))
        elif value is None or isinstance(value, SecretStr):
            is_set = value is not None
            lines.append(Line(key.upper(), "set" if is_set else "not set", is_set, is_secret=True))
    return Section("environment", tuple(lines))


def _shown(value: object) -> str:
    match value:
        case None | "" | ():
            return ""
        case bool():
            return "true" if value else "false"
        case tuple():
            return ", ".join(map(_shown, value))
        case float():
            return f"{value:g}"
        case str() if value.startswith(("http://", "https://", "socks5://")):
            parts = urlsplit(value)
            return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"[
                :LONGEST
            ]
        case _:
            return str(value)[:LONGEST]


@cache
def meanings() -> Mapping[tuple[str, str], str]:
    """The docstring of each field of the settings, by (class, field)."""
    found: dict[tuple[str, str], str] = {}
    tables = (settings, salon_settings, alert_settings, secrets)
    for node in (node for module in tables for node in ast.parse(inspect.getsource(module)).body):
        if isinstance(node, ast.ClassDef):
            for field, doc in zip(node.body, node.body[1:], strict=False):
                if (
                    isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and isinstance(doc, ast.Expr)
                    and isinstance(doc.value, ast.Constant)
                    and isinstance(doc.value.value, str)
                ):
                    found[node.name, field.target.id] = " ".join(doc.value.value.split())
    return found


def _first_line(doc: str | None) -> str:
    return (doc or "").strip().partition("\n")[0].partition(": ")[2]

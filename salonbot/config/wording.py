"""Mistakes in plain words: what was found, what was expected, and what was probably meant."""

import difflib
import json
from collections.abc import Iterable
from datetime import date, time
from typing import Any

from salonbot.config.place import printable

PATTERNS = {
    r"^[a-z0-9][a-z0-9_-]{0,40}$": "1 to 41 of a-z, 0-9, - and _, beginning with a letter or a digit",
    r"^https?://[^/\s@]+(/\S*)?$": "https://host/path, without a password in it",
    r"^age1[02-9ac-hj-np-z]+$": "a public key of age's, age1..., as age-keygen prints it",
    r"^https?://[^/\s@]+$": "https://host, without a path and without a password",
    r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$": 'two times, such as "22:00-08:00", or "" for none',
    r"^(-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,40})$": 'a chat\'s number in quotes, such as "123456789", or "@channel"',
    r"^[^@\s<>]+@[^@\s<>]+$": "an e-mail address, such as name@example.org",
    r"^[A-Z]{3}$": 'three capital letters, such as "RUB"',
}
"""The patterns of the settings, for people."""

Schema = dict[str, Any]
"""One property of a JSON schema, as pydantic writes it."""


def found(value: object) -> str:
    """A value of the file as a person would name it. Lists and tables are named, not shown."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {printable(number(value))}"
        case str():
            return f'the text "{printable(value)}"'
        case list() | tuple():
            return "a list"
        case dict():
            return "a table"
        case date() | time():
            return f"the date or time {value.isoformat()}, without quotes"
        case _:
            return f"the value {printable(repr(value))}"


def number(value: float) -> str:
    """A number without needless digits; integers too long to write out are only called so."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**30 else "with more than 30 digits"
    return format(value, "g")


def expected(schema: Schema) -> str:
    """What a setting may be: its kind and its bounds."""
    if options := [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]:
        return expected(options[0])
    if choices := schema.get("enum"):
        return f"one of {', '.join(json.dumps(choice) for choice in choices)}"
    match schema.get("type"):
        case "integer":
            return f"a whole number{_bounds(schema)}"
        case "number":
            return f"a number{_bounds(schema)}"
        case "boolean":
            return "true or false"
        case "string":
            return _text(schema)
        case "array" if "$ref" in schema.get("items", {}):
            return "tables in double brackets"
        case "array":
            return 'a list of texts, such as ["one", "two"]'
        case "object" if schema.get("additionalProperties"):
            return 'a table of texts, such as { "tue-sun" = "10:00-20:00" }'
        case _:
            return "a table"


def _bounds(schema: Schema) -> str:
    low, above, high = (schema.get(name) for name in ("minimum", "exclusiveMinimum", "maximum"))
    if low is not None and high is not None:
        return f" from {number(low)} to {number(high)}"
    if low is not None:
        return f" of {number(low)} or more"
    if above is not None:
        return f" above {number(above)}"
    return ""


def _text(schema: Schema) -> str:
    if pattern := PATTERNS.get(schema.get("pattern", "")):
        return pattern
    if longest := schema.get("maxLength"):
        shortest = "1 to" if schema.get("minLength") else "at most"
        return f"a text of {shortest} {longest} characters, in quotes"
    return "a text in quotes"


def nearest(word: str, known: Iterable[str], *, limit: int = 1, cutoff: float = 0.6) -> tuple[str, ...]:
    """The known words most like this one, best first, upper and lower case alike; none if none is near."""
    by_fold = {candidate.casefold(): candidate for candidate in known}
    # Longer than any name we know: not worth a quadratic comparison.
    matches = difflib.get_close_matches(word.casefold()[:200], by_fold, n=limit, cutoff=cutoff)
    return tuple(by_fold[match] for match in matches)


def one_of(known: Iterable[str]) -> str:
    """A short list of what would have been right."""
    names = [f'"{printable(name)}"' for name in known]
    if not names:
        return "none is defined"
    return f"one of {', '.join(names[:12])}{' …' if len(names) > 12 else ''}"


def instead_of(word: str, known: Iterable[str]) -> str:
    """The nearest known word where there is one, all of them otherwise."""
    choices = tuple(known)
    near = nearest(word, choices)
    return f'"{printable(near[0])}" (nearest); {one_of(choices)}' if near else one_of(choices)

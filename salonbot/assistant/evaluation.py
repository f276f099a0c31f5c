"""How well a brain understands: cases, comparing, counting. Pure; `salonbot eval` reads the files and asks the brain.

In: lines of JSON, and the commands a brain gave. Out: cases, and a report with accuracy per group and every miss.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from typing import Final, get_args
from zoneinfo import ZoneInfo

from salonbot.model.commands import Command
from salonbot.model.dialogue import Situation
from salonbot.model.messages import Author, Utterance
from salonbot.model.salon import Catalogue, SalonProfile

Value = str | bool | None

COMMAND_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    str(kind.__dataclass_fields__["kind"].default): tuple(f.name for f in fields(kind) if f.name != "kind")
    for kind in get_args(Command)
}
"""Command name to its fields, as `salonbot eval --help` shows them."""

_PERSON: Final = ("customer_name", "client_name", "person")
"""Other keys for the field `name`, which in a case names the command."""
_NESTED: Final = ("fields", "params", "arguments", "args")
_NAMES: Final = ("name", "command", "kind")


class BadCaseError(ValueError):
    """A line that is no case; the message says why."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A command as a case names it: only these fields are compared."""

    name: str
    fields: tuple[tuple[str, Value], ...] = ()

    def as_json(self) -> dict[str, Value]:
        """The command as one flat object; a person's name as `customer_name`."""
        return {"name": self.name} | {_PERSON[0] if key == "name" else key: value for key, value in self.fields}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One message in its dialogue, and what should be understood."""

    id: str
    group: str
    now: datetime
    message: str
    history: tuple[tuple[Author, str], ...]
    expected: tuple[Expected, ...]

    def situation(self, salon: SalonProfile, catalogue: Catalogue) -> Situation:
        """The situation that a brain is shown: without memory, for a case has only texts."""
        now = self.now.astimezone(salon.zone) if self.now.tzinfo else self.now.replace(tzinfo=salon.zone)
        return Situation(
            salon=salon,
            catalogue=catalogue,
            now=now,
            text=self.message,
            history=tuple(Utterance(author, text, now) for author, text in self.history),
            greeted_today=bool(self.history),
        )


@dataclass(frozen=True, slots=True)
class Miss:
    """A case understood otherwise."""

    case: Case
    got: tuple[Expected, ...]
    error: str | None = None
    """Why the brain gave nothing, where it failed."""


@dataclass(slots=True)
class Report:
    """What came of a run, filled case by case."""

    cases: int = 0
    passed: int = 0
    groups: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Group to (cases, passed), in the order met."""
    misses: list[Miss] = field(default_factory=list)
    bad_lines: list[tuple[int, str]] = field(default_factory=list)
    """Line numbers from 1, and what is wrong there; not counted as cases."""

    @property
    def accuracy(self) -> float:
        """Share of cases understood, 0 to 1; 0 without cases."""
        return self.passed / self.cases if self.cases else 0.0

    def count(self, case: Case, got: Sequence[Command], *, zone: ZoneInfo, error: str | None = None) -> bool:
        """Take in one case's result; whether it was right."""
        given = tuple(described(command, zone) for command in got)
        right = error is None and matches(case.expected, given)
        cases, passed = self.groups.get(case.group, (0, 0))
        self.groups[case.group] = (cases + 1, passed + right)
        self.cases += 1
        self.passed += right
        if not right:
            self.misses.append(Miss(case, given, error))
        return right

    def as_json(self) -> dict[str, object]:
        """For machines."""
        return {
            "cases": self.cases,
            "passed": self.passed,
            "accuracy": round(self.accuracy, 4),
            "groups": {
                group: {"cases": cases, "passed": passed, "accuracy": round(passed / cases, 4)}
                for group, (cases, passed) in self.groups.items()
            },
            "misses": [
                {
                    "id": miss.case.id,
                    "group": miss.case.group,
                    "message": miss.case.message,
                    "expected": [command.as_json() for command in miss.case.expected],
                    "got": [command.as_json() for command in miss.got],
                }
                | ({"error": miss.error} if miss.error else {})
                for miss in self.misses
            ],
            "errors": [{"line": line, "error": error} for line, error in self.bad_lines],
        }


def parse(line: str) -> Case:
    """The case on a line. Raises BadCaseError."""
    try:
        # `name` may stand twice in a command: the command's own and a person's
        raw = json.loads(line, object_pairs_hook=_pairs)
    except (ValueError, RecursionError) as error:
        raise BadCaseError(f"no JSON: {error}") from error
    if not isinstance(raw, dict):
        raise BadCaseError("not an object")
    expect = raw.get("expect")
    commands = expect.get("commands") if isinstance(expect, dict) else None
    if not isinstance(commands, list):
        raise BadCaseError("expect.commands is not a list")
    return Case(
        id=str(raw.get("id", "")),
        group=str(raw.get("group", "other")),
        now=_moment(raw.get("now")),
        message=_text(raw.get("message"), "message"),
        history=_history(raw.get("history", [])),
        expected=tuple(_expected(command) for command in commands),
    )


def matches(expected: Sequence[Expected], got: Sequence[Expected]) -> bool:
    """Whether each expected command has one of its own among those given, and none is left over; the order is free."""
    if len(expected) != len(got):
        return False
    if not expected:
        return True
    first, rest = expected[0], expected[1:]
    return any(
        _same(first, candidate) and matches(rest, (*got[:index], *got[index + 1 :]))
        for index, candidate in enumerate(got)
    )


def described(command: Command, zone: ZoneInfo) -> Expected:
    """A command as a case would name it, unknown fields left out; `zone` is the salon's."""
    known = ((name, _plain(getattr(command, name), zone)) for name in COMMAND_FIELDS[command.kind])
    return Expected(command.kind, tuple((name, value) for name, value in known if value is not None))


def _same(expected: Expected, got: Expected) -> bool:
    given = dict(got.fields)
    return expected.name == got.name and all(
        _folded(value) == _folded(given.get(name)) for name, value in expected.fields
    )


def _folded(value: Value) -> Value:
    return " ".join(value.casefold().replace("ё", "е").split()) if isinstance(value, str) else value


def _plain(value: object, zone: ZoneInfo) -> Value:
    match value:
        case datetime():
            return value.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        case date():
            return value.isoformat()
        case time():
            return value.strftime("%H:%M")
        case bool() | None:
            return value
        case _:
            return str(value)


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table: dict[str, object] = {}
    for key, value in pairs:
        if key == "name" and "name" in table:
            person = table["name"] if value in COMMAND_FIELDS else value
            table["name"] = value if value in COMMAND_FIELDS else table["name"]
            table[_PERSON[0]] = person
        else:
            table[key] = value
    return table


def _expected(raw: object) -> Expected:
    if not isinstance(raw, dict):
        raise BadCaseError("a command is not an object")
    name_key = next((key for key in _NAMES if raw.get(key) in COMMAND_FIELDS), None)
    if name_key is None:
        raise BadCaseError(f"no such command: {raw.get('name')!r}")
    name = str(raw[name_key])
    given = {key: value for key, value in raw.items() if key != name_key and key not in _NESTED}
    for key in _NESTED:
        nested = raw.get(key, {})
        if not isinstance(nested, dict):
            raise BadCaseError(f"{key} is not an object")
        given |= nested
    named = {"name" if key in _PERSON else key: value for key, value in given.items()}
    unknown = [key for key in named if key not in COMMAND_FIELDS[name]]
    if unknown:
        raise BadCaseError(f"{name} has no field {', '.join(sorted(unknown))}")
    return Expected(name, tuple((key, _value(key, value)) for key, value in named.items()))


def _value(key: str, value: object) -> Value:
    if value is None or isinstance(value, bool):
        return value
    if not isinstance(value, str):
        raise BadCaseError(f"{key} is neither text nor true, false or null")
    try:
        if key == "start":
            return datetime.fromisoformat(value).strftime("%Y-%m-%dT%H:%M")
        if key.startswith("date_"):
            return date.fromisoformat(value).isoformat()
        if key.startswith("time_"):
            return time.fromisoformat(value).strftime("%H:%M")
    except ValueError as error:
        raise BadCaseError(f"{key}: {error}") from error
    return value


def _moment(value: object) -> datetime:
    try:
        return datetime.fromisoformat(_text(value, "now"))
    except ValueError as error:
        raise BadCaseError(f"now: {error}") from error


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise BadCaseError(f"{key} is missing or no text")
    return value


def _history(raw: object) -> tuple[tuple[Author, str], ...]:
    if not isinstance(raw, list):
        raise BadCaseError("history is not a list")
    said = []
    for utterance in raw:
        if not isinstance(utterance, dict) or utterance.get("from") not in ("customer", "salon"):
            raise BadCaseError('an utterance of the history is not {"from": "customer" or "salon", "text": …}')
        said.append((Author(utterance["from"]), _text(utterance.get("text"), "text")))
    return tuple(said)

"""From parsed TOML to typed settings: every mistake of shape is noted, and what is right is kept.

A table with a mistake is still returned, with stand-ins for what is missing, so that the cross-checks after this find
the remaining mistakes in the same run. Nothing built this way leaves `load`: any problem ends in a ConfigurationError.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from pydantic import ValidationError

from salonbot.config.place import Place
from salonbot.config.shapes import Settings
from salonbot.config.wording import expected, found, nearest, one_of
from salonbot.errors import Problem

SettingsT = TypeVar("SettingsT", bound=Settings)

SECRET = re.compile(r"api_?key|^key$|_key$|token|secret|password|passphrase|credential", re.IGNORECASE)
VARIABLES = {
    "webhook": "WEBHOOK_SECRET",
    "secret": "EVENTS_SECRET",
    "partner": "YCLIENTS_PARTNER_TOKEN",
    "user": "YCLIENTS_USER_TOKEN",
    "passphrase": "BACKUP_PASSPHRASE",
    "password": "EMAIL_PASSWORD",
    "bot": "TELEGRAM_TOKEN",
}
"""Where a secret of that name belongs; any other is the key to Claude."""

STAND_INS: dict[str, object] = {
    "company_id": 1,
    "minutes": 60,
    "zone": "UTC",
    "services": (),
    "hours": {},
    "salon": (),
    "to": (),
}
"""For required settings that are missing or wrong: values that no cross-check objects to. Others get their place."""


@dataclass(slots=True)
class Findings:
    """What is wrong, and what is only odd, in the order in which it was found."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def problem(self, place: Place | str, found: str, expected: str) -> None:
        """Note a mistake."""
        self.problems.append(Problem(str(place), found, expected))

    def by_table(self) -> tuple[Problem, ...]:
        """The problems, those of one top-level table or one salon together."""
        tables: dict[str, list[Problem]] = {}
        for problem in self.problems:
            tables.setdefault(re.split(r"[. ]", problem.key, maxsplit=1)[0], []).append(problem)
        return tuple(problem for table in tables.values() for problem in table)

    def warn(self, place: Place, sentence: str) -> None:
        """Note something that works but was hardly meant."""
        self.warnings.append(f"{place}: {sentence}")


def read_table(model: type[SettingsT], raw: object, place: Place, findings: Findings) -> SettingsT:
    """One table as its settings, its inner tables included."""
    if not isinstance(raw, dict):
        findings.problem(place, found(raw), "a table")
        return _patched(model, {}, place)
    values: dict[str, Any] = {}
    for name, value in raw.items():
        if name not in model.model_fields:
            findings.problem(place.key(name), "an unknown key", _known_key(model, name))
        elif (read := _value(model, name, value, place, findings)) is not None:
            values[name] = read
    try:
        return model.model_validate(values, strict=True)
    except ValidationError as error:
        broken = _explain(model, error, place, findings, refused=set(raw) - set(values))
        return _patched(model, {k: v for k, v in values.items() if k not in broken}, place)


def _value(model: type[Settings], name: str, value: object, place: Place, findings: Findings) -> object:
    """A value ready for strict validation; None where it was refused here already."""
    inner, several = _inner_table(model.model_fields[name].annotation)
    at = place.key(name)
    if inner is None:
        # TOML has no paths and no tuples; strict validation wants both.
        return Path(value) if model.model_fields[name].annotation is Path and isinstance(value, str) else _tuples(value)
    if not several:
        return read_table(inner, value, at, findings)
    if not isinstance(value, list):
        findings.problem(at, found(value), f"tables in double brackets: {at.header}")
        return None
    return tuple(
        read_table(inner, item, at.item(index).named(name, item), findings) for index, item in enumerate(value)
    )


def _inner_table(annotation: Any) -> tuple[type[Settings] | None, bool]:
    """The settings inside `Table`, `Table | None` or `tuple[Table, ...]`, and whether there are several."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        return annotation, False
    for argument in get_args(annotation):
        if isinstance(argument, type) and issubclass(argument, Settings):
            return argument, get_origin(annotation) is tuple
    return None, False


def _tuples(value: object) -> object:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _known_key(model: type[Settings], name: str) -> str:
    if SECRET.search(name):
        return _advice_on_secrets(name)
    if near := nearest(name, model.model_fields):
        return f'"{near[0]}"?'
    return one_of(model.model_fields)


def _advice_on_secrets(name: str) -> str:
    variable = next((variable for word, variable in VARIABLES.items() if word in name.lower()), "ANTHROPIC_API_KEY")
    return (
        f"secrets outside this file: set {variable}, or {variable}_FILE to a file that holds it;"
        " take it out of here, and renew it if anyone else has read this file"
    )


def _explain(
    model: type[Settings],
    error: ValidationError,
    place: Place,
    findings: Findings,
    refused: set[str],
) -> set[str]:
    """Note what is wrong in plain words; returns the keys that cannot be kept."""
    schema = model.model_json_schema()["properties"]
    broken: set[str] = set()
    for detail in error.errors(include_url=False):
        name, *rest = detail["loc"]
        key = str(name)
        broken.add(key)
        if key in refused:
            continue
        at = place.key(key)
        for step in rest:
            at = at.item(step) if isinstance(step, int) else at.key(step)
        # Tables are read one by one, so what lies deeper than a key is a member of a list or a table of texts.
        wanted = "a text in quotes" if rest else expected(schema[key])
        if detail["type"] == "missing":
            findings.problem(at, "nothing", f"{wanted} (this key is required)")
        elif detail["type"] == "too_short":
            is_table = "$ref" in schema[key].get("items", {})
            findings.problem(at, "none", f"at least one {f'{at.header} table' if is_table else 'text in quotes'}")
        else:
            findings.problem(at, found(detail["input"]), wanted)
    return broken


def _patched(model: type[SettingsT], values: dict[str, Any], place: Place) -> SettingsT:
    """The settings with stand-ins for the required ones that are missing; `model_fields_set` tells them apart."""
    stand_ins = {
        name: STAND_INS.get(name, place.path)
        for name, setting in model.model_fields.items()
        if setting.is_required() and name not in values
    }
    return model.model_construct(_fields_set=set(values), **stand_ins, **values)

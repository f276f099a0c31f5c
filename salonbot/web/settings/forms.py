"""Forms of services and stylists: from tables to what a form shows, and back. Pure; nothing is checked here.

What cannot be read as a number stays a text, so that the configuration's own check says what is wrong with it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from salonbot.config.catalogue import Table
from salonbot.config.hours import WEEKDAYS, UnreadableError, Week, week
from salonbot.model.salon import Hours

LONGEST = 4000
"""Characters of a field that are looked at."""


def service_of(form: Mapping[str, str]) -> dict[str, Any]:
    """A `[[salon.service]]` table out of its form; what was left empty is left out."""
    table: dict[str, Any] = {"title": _line(form, "title"), "minutes": _whole(_line(form, "minutes"))}
    for name in ("price_from", "price_to"):
        if text := _line(form, name):
            table[name] = _amount(text)
    for name in ("category", "description"):
        if text := _line(form, name):
            table[name] = text
    if aliases := lines(form.get("aliases", "")):
        table["aliases"] = aliases
    return table


def service_fields(table: Table) -> dict[str, str]:
    """What the form of a service shows."""
    return {
        "title": str(table.get("title", "")),
        "minutes": str(table.get("minutes", "")),
        "price_from": _shown(table.get("price_from")),
        "price_to": _shown(table.get("price_to")),
        "category": str(table.get("category", "")),
        "description": str(table.get("description", "")),
        "aliases": "\n".join(map(str, table.get("aliases", ()))),
    }


def stylist_of(form: Mapping[str, str], services: Sequence[str]) -> dict[str, Any]:
    """A `[[salon.stylist]]` table out of its form; `services` are the titles that were ticked."""
    days_off = lines(form.get("days_off", ""))
    first, last = _line(form, "off_from"), _line(form, "off_to")
    if first or last:
        days_off.append(f"{first or last}..{last}" if last and last != first else first)
    table: dict[str, Any] = {
        "name": _line(form, "name"),
        "services": list(services),
        "hours": {day: text for day in WEEKDAYS if (text := _line(form, day))},
    }
    if days_off:
        table["days_off"] = days_off
    if aliases := lines(form.get("aliases", "")):
        table["aliases"] = aliases
    return table


def stylist_fields(table: Table) -> dict[str, Any]:
    """What the form of a stylist shows: each weekday by itself, whatever ranges the file speaks of."""
    return {
        "name": str(table.get("name", "")),
        "services": [str(title) for title in table.get("services", ())],
        "days_off": "\n".join(map(str, table.get("days_off", ()))),
        "aliases": "\n".join(map(str, table.get("aliases", ()))),
        "hours": hours_by_day(table.get("hours", {})),
    }


def hours_by_day(hours: Mapping[str, str]) -> dict[str, str]:
    """`{"tue-sun": "10:00-20:00"}` as a text for every weekday; texts that cannot be read stay at theirs."""
    shown = dict.fromkeys(WEEKDAYS, "")
    for key, text in hours.items():
        try:
            days, _ = week({key: text})
        except UnreadableError:
            days = ((),) * 7
        if any(days):
            for name, of_day in zip(WEEKDAYS, days, strict=True):
                said = ", ".join(f"{one.start:%H:%M}-{one.end:%H:%M}" for one in of_day)
                shown[name] = ", ".join(filter(None, (shown[name], said)))
        elif key in shown:
            shown[key] = text
    return shown


def spans(days: Week) -> tuple[tuple[int, int, tuple[Hours, ...]], ...]:
    """A week as runs of days with the same hours: (first, last, hours); days off are left out."""
    found: list[tuple[int, int, tuple[Hours, ...]]] = []
    for day, hours in enumerate(days):
        if hours and found and found[-1][1] == day - 1 and found[-1][2] == hours:
            found[-1] = (found[-1][0], day, hours)
        elif hours:
            found.append((day, day, hours))
    return tuple(found)


def lines(text: str) -> list[str]:
    """One entry a line, or between commas."""
    return [entry for part in text[:LONGEST].replace(",", "\n").splitlines() if (entry := " ".join(part.split()))]


def number(text: str) -> float | str:
    """«2,5» and "2.5" as a number; anything else as it is."""
    try:
        value = float(text.replace(" ", "").replace("\u00a0", "").replace(",", "."))
    except ValueError:
        return text
    return value if value == value and abs(value) != float("inf") else text


def _amount(text: str) -> int | float | str:
    value = number(text)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def whole(text: str) -> int | str:
    """Digits as a number; anything else as it is."""
    return _whole(" ".join(text.split()))


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _line(form: Mapping[str, str], name: str) -> str:
    return " ".join(form.get(name, "")[:LONGEST].replace("\0", " ").split())


def _shown(amount: object) -> str:
    return f"{amount:g}" if isinstance(amount, float) and amount < 1e6 else "" if amount is None else str(amount)

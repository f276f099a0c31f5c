"""The settings of a salon that may change while it works, who changed them, and what stands in the file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from salonbot.config.hours import WEEKDAYS, week
from salonbot.config.load import Loaded
from salonbot.journal.edits import Edit
from salonbot.model.manner import Tone
from salonbot.model.salon import Hours, SalonId
from salonbot.turns.frontdesk import FrontDesk
from salonbot.web.access.forms import fields
from salonbot.web.access.keys import WHO
from salonbot.web.rendering import language_of, moved, page, words_for
from salonbot.web.settings.file import sections
from salonbot.web.settings.forms import lines, number, spans, whole
from salonbot.web.settings.mistakes import by_field
from salonbot.web.wording import Words

HISTORY = 100
"""Changes shown."""


class SalonSettings:
    """Shows and changes them."""

    def __init__(self, desks: Mapping[SalonId, FrontDesk], loaded: Callable[[], Loaded]) -> None:
        """`loaded` is the configuration as it counts now."""
        self._desks = desks
        self._loaded = loaded

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        at = "/s/{salon}/settings"
        return [
            web.get(at, self._show),
            web.post(at, self._save),
            web.get(f"{at}/history", self._history),
            web.get(f"{at}/file", self._file),
        ]

    def _desk(self, request: web.Request) -> FrontDesk:
        desk = self._desks.get(SalonId(request.match_info["salon"]))
        if desk is None:
            raise web.HTTPNotFound
        return desk

    async def _show(self, request: web.Request) -> web.Response:
        settings, language = self._desk(request).rulebook.settings(), language_of(request)
        return await self._form(request, {one.name: shown(one.value, language) for one in settings}, {})

    async def _form(self, request: web.Request, typed: Mapping[str, str], mistakes: Mapping[str, str]) -> web.Response:
        rulebook = self._desk(request).rulebook
        return await page(
            request,
            "settings.html",
            status=422 if mistakes else 200,
            settings={one.name: one for one in rulebook.settings()},
            typed=typed,
            mistakes=mistakes,
            tones=[tone.value for tone in Tone],
            refused=rulebook.refused,
        )

    async def _save(self, request: web.Request) -> web.Response:
        desk = self._desk(request)
        form = await fields(request)
        wanted: dict[str, Any] = {}
        for setting in desk.rulebook.settings():
            if form.get("reset") == setting.name:
                wanted[setting.name] = None
            elif "reset" not in form and setting.name in form:
                value = read(setting.name, form[setting.name])
                if value != _plain(setting.value):
                    # What the file says anyway need not be said here.
                    wanted[setting.name] = None if value == _plain(setting.underneath) else value
        problems = await desk.rulebook.change_settings(wanted, request[WHO].name)
        if problems:
            typed = {one.name: form.get(one.name, shown(one.value)) for one in desk.rulebook.settings()}
            return await self._form(request, typed, by_field(problems, "", words_for(request)))
        return moved(f"/s/{desk.rulebook.salon}/settings", said="settings-saved" if wanted else "settings-unchanged")

    async def _history(self, request: web.Request) -> web.Response:
        desk = self._desk(request)
        history = await desk.rulebook.history(HISTORY)
        return await page(
            request, "settings_history.html", history=history, differences=differences, words=words_for(request)
        )

    async def _file(self, request: web.Request) -> web.Response:
        """For owners: it is about the whole house."""
        desk = self._desk(request)
        if not request[WHO].is_owner:
            raise web.HTTPNotFound
        loaded = self._loaded()
        return await page(
            request, "settings_file.html", source=loaded.source, sections=sections(loaded, desk.rulebook.salon)
        )


def read(name: str, text: str) -> object:
    """What was typed into a setting's field, as the file would say it; what is no number stays a text."""
    match name:
        case "quiet_seconds" | "daily_budget_usd":
            return number(text)
        case "lead_minutes":
            return whole(text)
        case "handover_words":
            return lines(text)
        case _:
            return "\n".join(" ".join(line.split()) for line in text.replace("\0", " ").strip().splitlines())


def shown(value: object, language: str = "en") -> str:
    """A setting's value in its field, as the language writes it."""
    if isinstance(value, tuple | list):
        return "\n".join(map(str, value))
    if isinstance(value, float):
        return f"{value:g}".replace(".", "," if language == "ru" else ".")
    return str(value)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a person changed of one key, in the words of a language."""

    key: str
    before: str
    after: str


def differences(edit: Edit, words: Words) -> tuple[Difference, ...]:
    """What differs between the two tables, or the two values, of an edit."""
    is_table = edit.what in ("service", "stylist")
    old = edit.before if is_table else {edit.what: edit.before}
    new = edit.after if is_table else {edit.what: edit.after}
    assert isinstance(old, dict), "a table is kept as one"
    assert isinstance(new, dict), "likewise"
    return tuple(
        Difference(key, _told(key, old.get(key), words), _told(key, new.get(key), words))
        for key in dict.fromkeys((*old, *new))
        if key != "id" and old.get(key) != new.get(key)
    )


def _told(key: str, value: object, words: Words) -> str:
    if isinstance(value, dict):
        return "; ".join(_run(*run, words) for run in spans(week(value)[0]))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if key == "tone" and value is not None:
        return words.say(f"settings-tone-{value}")
    return "" if value is None else shown(value, words.language)


def _run(first: int, last: int, hours: tuple[Hours, ...], words: Words) -> str:
    """«вт–вс 10:00–20:00»."""
    days = [words.say(f"settings-short-{WEEKDAYS[day]}") for day in dict.fromkeys((first, last))]
    return f"{'–'.join(days)} {', '.join(f'{one.start:%H:%M}–{one.end:%H:%M}' for one in hours)}"


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value

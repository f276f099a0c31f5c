"""What a turn understood and did, in a person's words: commands and outcomes as short lines.

In: a command or an outcome. Out: a name in the page's language, and its values as text, in the order of its fields.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, time, tzinfo
from enum import Enum

from salonbot.model.booking import Appointment, Slot, Window
from salonbot.model.commands import Command
from salonbot.model.outcomes import Outcome, RequestNoted
from salonbot.model.salon import Service, Stylist, WorkingDay
from salonbot.web import formats
from salonbot.web.wording import Words

LEFT_OUT = frozenset({"kind", "key"})
"""Fields that say nothing to a person, beside identifiers."""
MOST_VALUES = 5
"""Of a list; the others are counted."""


@dataclass(frozen=True, slots=True)
class Told:
    """One command or outcome."""

    name: str
    details: str
    """Its values; may be empty. Untrusted text."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells in one language, of one salon."""

    words: Words
    zone: tzinfo

    def command(self, command: Command) -> Told:
        """What the customer was understood to want."""
        return Told(self.words.say(f"chats-command-{command.kind}"), self._details(command))

    def outcome(self, outcome: Outcome) -> Told:
        """What came of it."""
        return Told(self.words.say(f"chats-outcome-{outcome.kind}"), self._details(outcome))

    def _details(self, told: Command | Outcome) -> str:
        window = _window_of(told)
        values = [self._window(window)] if window is not None else []
        for field in fields(told):
            if field.name in LEFT_OUT or field.name.endswith("_id") or field.name in WINDOW_FIELDS:
                continue
            values.append(self._said(field.name, getattr(told, field.name)))
        return " · ".join(value for value in values if value)

    def _said(self, name: str, value: object) -> str:
        if value is None or value == () or value is False:
            return ""
        if value is True:
            return self.words.say(f"chats-detail-{name}")
        if isinstance(value, tuple):
            more = len(value) - MOST_VALUES
            text = ", ".join(self._text(one) for one in value[:MOST_VALUES]) + (f" +{more}" if more > 0 else "")
        else:
            text = self._text(value)
        labelled = f"chats-detail-{name}"
        return self.words.say(labelled, value=text) if text and labelled in self.words else text

    def _text(self, value: object) -> str:  # noqa: C901 - a table of types, one line each
        match value:
            case Enum():
                return self.words.say(f"chats-value-{value.value}")
            case str():
                return value
            case datetime():
                return formats.day_and_time(value, self.words.language, self.zone)
            case date():
                return formats.day(value, self.words.language, self.zone)
            case time():
                return value.strftime("%H:%M")
            case Service():
                return value.title
            case Stylist():
                return value.name
            case Slot():
                return self._text(value.start)
            case Appointment():
                return f"{value.service_title}, {value.stylist_name}, {self._text(value.start)}"
            case WorkingDay():
                hours = ", ".join(f"{self._text(one.start)}–{self._text(one.end)}" for one in value.hours)
                return f"{self._text(value.day)} {hours}".strip()
            case Window():
                return self._window(value)
            case RequestNoted():
                return self._details(value)
        raise TypeError(f"a turn's story cannot tell a {type(value).__name__}")

    def _window(self, window: Window) -> str:
        parts = []
        if window.date_from is not None and window.date_from == window.date_to:
            parts.append(self._text(window.date_from))
        elif window.date_from is not None or window.date_to is not None:
            parts.append(f"{self._or_open(window.date_from)}–{self._or_open(window.date_to)}")
        if window.time_from is not None and window.time_from == window.time_to:
            parts.append(self._text(window.time_from))
        elif window.time_from is not None or window.time_to is not None:
            parts.append(f"{self._or_open(window.time_from)}–{self._or_open(window.time_to)}")
        return ", ".join(parts)

    def _or_open(self, bound: date | time | None) -> str:
        return "…" if bound is None else self._text(bound)


WINDOW_FIELDS = frozenset({"date_from", "date_to", "time_from", "time_to"})


def _window_of(told: Command | Outcome) -> Window | None:
    """Of a command that spreads its window over fields of its own."""
    names = {field.name for field in fields(told)} & WINDOW_FIELDS
    return Window(**{name: getattr(told, name) for name in names}) if names else None

"""A stage-1 answer into commands: parsed here, checked here, whatever the API has already enforced.

In: the model's text and the situation. Out: what it says, as values; or Nonsense with a reason the model can be shown.
Clock strings become aware datetimes in the salon's zone; titles and names are the catalogue's or the customer's words.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from salonbot.assistant.claude.schema import ANSWER_FIELDS, COMMAND_FIELDS, KINDS, TOPICS
from salonbot.assistant.offline.words import clean, fold
from salonbot.errors import SalonbotError
from salonbot.model.booking import Window
from salonbot.model.commands import (
    CancelAppointment,
    Command,
    CreateAppointment,
    ExplainService,
    HandOver,
    ListServices,
    RescheduleAppointment,
    SaveName,
    SearchSlots,
    ShowAppointments,
    ShowSchedule,
)
from salonbot.model.dialogue import Situation, Topic
from salonbot.model.salon import Catalogue

MOST_COMMANDS: Final = 4
MOST_TOPICS: Final = 4
LONGEST_WORDS: Final = 80
LONGEST_REPLY: Final = 1500
HORIZON: Final = timedelta(days=366)
"""The salon's own horizon is the booking system's to apply; beyond a year the model has the year wrong."""

Fields = Mapping[str, object]


class Nonsense(SalonbotError):
    """The answer cannot be used; the message tells the model why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the model said, parsed; nothing of it is trusted yet."""

    commands: tuple[Command, ...] = ()
    topics: tuple[Topic, ...] = ()
    reply: str | None = None
    phone: str | None = None
    choice: int | None = None


def read(text: str, situation: Situation) -> Reading:
    """The answer as values. Raises Nonsense."""
    answer = _object(_json(text), ANSWER_FIELDS, "answer")
    commands = _list(answer, "commands")
    if len(commands) > MOST_COMMANDS:
        raise Nonsense(f"commands: {len(commands)} given, at most {MOST_COMMANDS}")
    choice = answer.get("choice")
    if choice is not None and (not isinstance(choice, int) or isinstance(choice, bool)):
        raise Nonsense("choice: must be an integer")
    return Reading(
        commands=tuple(_Reader(_object(one, COMMAND_FIELDS, "command"), situation).command() for one in commands),
        topics=_topics(answer),
        reply=_words(answer, "reply", LONGEST_REPLY),
        phone=_words(answer, "phone", LONGEST_WORDS),
        choice=choice if isinstance(choice, int) and choice > 0 else None,
    )


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Nonsense("the answer is not one JSON object") from error


def _object(value: object, fields: Mapping[str, object], what: str) -> Fields:
    if not isinstance(value, dict):
        raise Nonsense(f"{what}: must be an object")
    for name in value:
        if name not in fields:
            raise Nonsense(f"{what}: there is no field {str(name)[:40]!r}")
    return value


def _list(answer: Fields, name: str) -> list[object]:
    value = answer.get(name, [])
    if not isinstance(value, list):
        raise Nonsense(f"{name}: must be a list")
    return value


def _topics(answer: Fields) -> tuple[Topic, ...]:
    said = _list(answer, "topics")
    if any(topic not in TOPICS for topic in said):
        raise Nonsense("topics: an unknown topic")
    return tuple(Topic(str(topic)) for topic in dict.fromkeys(said))[:MOST_TOPICS]


def _words(fields: Fields, name: str, longest: int) -> str | None:
    """Text without invisible characters, or None where nothing is said."""
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Nonsense(f"{name}: must be text")
    return clean(value)[:longest].strip() or None


class _Reader:
    """One command's fields, read against the situation."""

    def __init__(self, fields: Fields, situation: Situation) -> None:
        self._fields = fields
        self._situation = situation
        self._today = situation.now.date()

    def command(self) -> Command:  # noqa: C901 - one flat case per command of the closed set
        kind = self._fields.get("kind")
        match kind:
            case "list_services":
                return ListServices(service=self._service(), category=self._said("category"))
            case "explain_service":
                return ExplainService(service=self._needed(self._service(), "service"))
            case "search_slots":
                return self._search()
            case "show_schedule":
                window = self._window()
                stylist = self._needed(self._stylist(), "stylist")
                return ShowSchedule(stylist=stylist, date_from=window.date_from, date_to=window.date_to)
            case "create_appointment":
                return self._create()
            case "reschedule_appointment":
                return self._reschedule()
            case "cancel_appointment":
                return CancelAppointment(confirmed=self._confirmed())
            case "show_appointments":
                return ShowAppointments()
            case "save_name":
                return SaveName(name=self._needed(self._said("name"), "name"))
            case "hand_over":
                return HandOver()
        raise Nonsense(f"kind: {str(kind)[:40]!r} is none of {', '.join(KINDS)}")

    def _search(self) -> SearchSlots:
        window, start = self._window(), self._start()
        if start is not None:
            window = _exactly(start)
        return SearchSlots(
            service=self._service(),
            stylist=self._stylist(),
            date_from=window.date_from,
            date_to=window.date_to,
            time_from=window.time_from,
            time_to=window.time_to,
        )

    def _create(self) -> Command:
        service = self._service() or self._remembered_service()
        start = self._start()
        if service is None or start is None:
            # Too little to book: what can be said truly is what is free.
            return self._search()
        return CreateAppointment(service=service, start=start, stylist=self._stylist(), name=self._said("name"))

    def _reschedule(self) -> RescheduleAppointment:
        window = self._window()
        return RescheduleAppointment(
            start=self._start(),
            date_from=window.date_from,
            date_to=window.date_to,
            time_from=window.time_from,
            time_to=window.time_to,
            confirmed=self._confirmed(),
        )

    def _remembered_service(self) -> str | None:
        memory = self._situation.memory
        if memory is None or memory.service_id is None:
            return None
        service = self._situation.catalogue.service(memory.service_id)
        return None if service is None else service.title

    def _said(self, name: str) -> str | None:
        return _words(self._fields, name, LONGEST_WORDS)

    def _needed(self, value: str | None, name: str) -> str:
        if value is None:
            raise Nonsense(f"{name}: is needed for {self._fields.get('kind')}")
        return value

    def _service(self) -> str | None:
        return _title(self._said("service"), self._situation.catalogue)

    def _stylist(self) -> str | None:
        return _name(self._said("stylist"), self._situation.catalogue)

    def _confirmed(self) -> bool:
        value = self._fields.get("confirmed", False)
        if not isinstance(value, bool):
            raise Nonsense("confirmed: must be true or false")
        return value

    def _window(self) -> Window:
        window = Window(
            self._date("date_from"), self._date("date_to"), self._clock("time_from"), self._clock("time_to")
        )
        if window.date_to is not None and window.date_to < self._today:
            raise Nonsense(f"date_to: {window.date_to} is past; today is {self._today}")
        first = window.date_from
        if first is not None and first < self._today:
            if window.date_to is None or window.date_to == first:
                raise Nonsense(f"date_from: {first} is past; today is {self._today}")
            first = self._today
        if first is not None and window.date_to is not None and first > window.date_to:
            raise Nonsense("date_from: must not be after date_to")
        if window.time_from is not None and window.time_to is not None and window.time_from > window.time_to:
            raise Nonsense("time_from: must not be after time_to")
        return Window(first, window.date_to, window.time_from, window.time_to)

    def _date(self, name: str) -> date | None:
        said = self._said(name)
        if said is None:
            return None
        try:
            day = date.fromisoformat(said)
        except ValueError as error:
            raise Nonsense(f"{name}: must be YYYY-MM-DD") from error
        if day > self._today + HORIZON:
            raise Nonsense(f"{name}: {day} is more than a year ahead; today is {self._today}")
        return day

    def _clock(self, name: str) -> time | None:
        said = self._said(name)
        if said is None:
            return None
        if not re.fullmatch(r"\d{2}:\d{2}(:00)?", said):
            raise Nonsense(f"{name}: must be HH:MM")
        try:
            return time.fromisoformat(said)
        except ValueError as error:
            raise Nonsense(f"{name}: must be HH:MM") from error

    def _start(self) -> datetime | None:
        said = self._said("start")
        if said is None:
            return None
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:00)?", said):
            raise Nonsense("start: must be YYYY-MM-DDTHH:MM, local, without a zone")
        try:
            start = datetime.fromisoformat(said).replace(tzinfo=self._situation.salon.zone)
        except ValueError as error:
            raise Nonsense("start: there is no such moment") from error
        if start.astimezone(UTC).astimezone(self._situation.salon.zone).replace(fold=0) != start:
            raise Nonsense("start: the clock skips this moment on that day")
        if start <= self._situation.now:
            raise Nonsense(f"start: {said} is past; now is {self._situation.now:%Y-%m-%dT%H:%M}")
        if start > self._situation.now + HORIZON:
            raise Nonsense(f"start: {said} is more than a year ahead")
        return start


def _exactly(start: datetime) -> Window:
    clock = start.time().replace(tzinfo=None)
    return Window(start.date(), start.date(), clock, clock)


def _title(words: str | None, catalogue: Catalogue) -> str | None:
    """The catalogue's title where these are its words or an alias of exactly one service; else the words."""
    if words is None:
        return None
    wanted = fold(words)
    for service in catalogue.services:
        if fold(service.title) == wanted:
            return service.title
    aliased = [s.title for s in catalogue.services if wanted in map(fold, s.aliases)]
    return aliased[0] if len(aliased) == 1 else words


def _name(words: str | None, catalogue: Catalogue) -> str | None:
    """The catalogue's name likewise."""
    if words is None:
        return None
    wanted = fold(words)
    for stylist in catalogue.stylists:
        if fold(stylist.name) == wanted:
            return stylist.name
    aliased = [s.name for s in catalogue.stylists if wanted in map(fold, s.aliases)]
    return aliased[0] if len(aliased) == 1 else words

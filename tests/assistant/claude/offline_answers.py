"""An answerer for the loopback Messages API that decodes our own requests and asks the offline brain.

So whole conversations run through the real SDK and both stages without a model. Stage 1 is rebuilt into a Situation;
stage 2's request carries the offline composer's draft, which is the answer.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from salonbot.assistant.brain import Brain
from salonbot.model.booking import AppointmentId, Slot, Window
from salonbot.model.commands import Command
from salonbot.model.dialogue import (
    AwaitingChoice,
    AwaitingDetails,
    AwaitingTime,
    AwaitingYes,
    Memory,
    Pending,
    Situation,
    Understanding,
)
from salonbot.model.messages import Author, Utterance
from salonbot.model.outcomes import Purpose
from salonbot.model.salon import Catalogue, SalonProfile
from salonbot.sandbox.messages_api.answers import Answer, Received, Says

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OfflineAnswers:
    """An Answerer of one salon."""

    brain: Brain
    salon: SalonProfile
    catalogue: Catalogue

    async def __call__(self, received: Received) -> Answer:
        told: Told = json.JSONDecoder().raw_decode(received.user_text)[0]
        if not received.wants_json:
            return Says(text=told["draft"])
        understanding = await self.brain.understand(self._situation(told))
        return Says(text=json.dumps(_answer(understanding), ensure_ascii=False))

    def _situation(self, told: Told) -> Situation:
        now = self._moment(told["now"].split()[0])
        return Situation(
            salon=self.salon,
            catalogue=self.catalogue,
            now=now,
            text=told["message"],
            history=tuple(Utterance(Author(said["from"]), said["text"], now) for said in told["history"]),
            memory=self._memory(told["memory"], now) if "memory" in told else None,
            greeted_today=told["greeted_today"],
        )

    def _memory(self, told: Told, now: datetime) -> Memory:
        service = self.catalogue.service_titled(told.get("service", ""))
        stylist = self.catalogue.stylist_named(told.get("stylist", ""))
        return Memory(
            service_id=service.id if service else None,
            stylist_id=stylist.id if stylist else None,
            window=_window(told.get("window", {})),
            offered=tuple(self._slot(slot) for slot in told.get("offered", [])),
            pending=self._pending(told["pending"], now + timedelta(minutes=5)) if "pending" in told else None,
        )

    def _slot(self, told: Told) -> Slot:
        service, stylist = self.catalogue.service_titled(told["service"]), self.catalogue.stylist_named(told["stylist"])
        assert service is not None
        assert stylist is not None
        return Slot(service.id, stylist.id, self._moment(told["start"]), service.duration)

    def _pending(self, told: Told, until: datetime) -> Pending:
        mine = AppointmentId("unknown")
        if told["kind"] == "time":
            return AwaitingTime(appointment_id=mine, expires_at=until)
        if told["kind"] == "details":
            service = self.catalogue.service_titled(told["service"])
            assert service is not None
            return AwaitingDetails(
                service_id=service.id,
                stylist_id=self.catalogue.stylists_for(service.id)[0].id,
                start=self._moment(told["start"]),
                missing=told["missing"],
                expires_at=until,
            )
        purpose = Purpose(told["purpose"])
        if told["kind"] == "choice":
            ids = tuple(AppointmentId(str(number)) for number in range(told["of"]))
            return AwaitingChoice(
                purpose=purpose, appointment_ids=ids, new_start=None, new_window=Window(), expires_at=until
            )
        start = self._moment(told["new_start"]) if "new_start" in told else None
        return AwaitingYes(purpose=purpose, appointment_id=mine, new_start=start, new_stylist_id=None, expires_at=until)

    def _moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.salon.zone)


def _window(told: Told) -> Window:
    def bound(name: str, read: Any) -> Any:
        return read(told[name]) if name in told else None

    return Window(
        bound("date_from", _day),
        bound("date_to", _day),
        bound("time_from", time.fromisoformat),
        bound("time_to", time.fromisoformat),
    )


def _day(text: str) -> date:
    """Of `2026-11-25 Wednesday`."""
    return date.fromisoformat(text.split()[0])


def _answer(understanding: Understanding) -> Told:
    said: Told = {
        "commands": [_command(command) for command in understanding.commands],
        "topics": [topic.value for topic in understanding.topics],
    }
    optional = {"phone": understanding.phone, "choice": understanding.choice, "reply": understanding.reply}
    return said | {name: value for name, value in optional.items() if value is not None}


def _command(command: Command) -> Told:
    fields = {name: getattr(command, name) for name in command.__dataclass_fields__}
    return {name: _plain(value) for name, value in fields.items() if value is not None}


def _plain(value: object) -> object:
    match value:
        case datetime():
            return f"{value:%Y-%m-%dT%H:%M}"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
    return value

"""What of a Reading counts: the rules that hold under an arbitrarily bad model.

In: what the model said and the situation. Out: an Understanding. A confirmation needs the customer's yes, an exact
start a source in what was said or offered, a name or phone the customer's own letters; memory follows the commands.
"""

import re
from dataclasses import replace
from datetime import datetime
from typing import Final

from salonbot.assistant.claude.consent import carries_nothing_new, pending_yes
from salonbot.assistant.claude.reading import Reading
from salonbot.assistant.offline.words import fold
from salonbot.model.booking import Window
from salonbot.model.commands import (
    CancelAppointment,
    Command,
    CreateAppointment,
    ExplainService,
    ListServices,
    RescheduleAppointment,
    SaveName,
    SearchSlots,
    ShowSchedule,
)
from salonbot.model.dialogue import (
    AwaitingChoice,
    AwaitingDetails,
    AwaitingYes,
    Memory,
    Situation,
    Topic,
    Understanding,
)
from salonbot.model.outcomes import Purpose

SHORTEST_SHARED: Final = 3
"""Letters a given name must share with the customer's words: it may be put into the nominative, not made up."""
PHONE_DIGITS: Final = range(10, 16)
_SPOKEN_HOURS: Final = (
    ("полдень", 12), ("полудн", 12), ("noon", 12), ("midday", 12), ("час", 1), ("перв", 1), ("один", 1), ("one", 1),
    ("дв", 2), ("втор", 2), ("two", 2), ("тр", 3), ("three", 3), ("четыр", 4), ("четверт", 4), ("four", 4), ("пят", 5),
    ("five", 5), ("шест", 6), ("six", 6), ("сем", 7), ("седьм", 7), ("seven", 7), ("вос", 8), ("eight", 8),
    ("девят", 9), ("nine", 9), ("десят", 10), ("ten", 10), ("одиннадц", 11), ("eleven", 11), ("двенадц", 12),
    ("twelve", 12),
)  # fmt: skip


def confirmed_command(pending: AwaitingYes) -> Command:
    """Exactly what the customer was asked about, confirmed."""
    if pending.purpose is Purpose.CANCEL:
        return CancelAppointment(confirmed=True)
    return RescheduleAppointment(start=pending.new_start, confirmed=True)


def settled(reading: Reading, situation: Situation) -> Understanding:
    """The understanding of this turn, by code's own rules."""
    commands = tuple(
        settled_command
        for command in reading.commands
        if (settled_command := _settled_command(command, situation)) is not None
    )
    topics = reading.topics
    if not commands and not topics and reading.reply is None:
        topics = (Topic.UNCLEAR,)
    return Understanding(
        commands=commands,
        topics=topics,
        memory=_memory(situation, commands, topics),
        phone=_phone(reading.phone, situation),
        choice=_choice(reading.choice, situation),
        reply=None if commands else reading.reply,
        brain="claude",
    )


def _settled_command(command: Command, situation: Situation) -> Command | None:
    match command:
        case CancelAppointment(confirmed=True) | RescheduleAppointment(confirmed=True):
            return _settled_confirmation(command, situation)
        case SaveName():
            return command if _is_said(command.name, situation) else None
        case CreateAppointment():
            name = command.name if command.name and _is_said(command.name, situation) else None
            return replace(command, name=name) if _has_source(command.start, situation) else _search_instead(command)
        case RescheduleAppointment() if command.start is not None and not _has_source(command.start, situation):
            day = command.start.date()
            return replace(command, start=None, date_from=day, date_to=day)
    return command


def _settled_confirmation(command: CancelAppointment | RescheduleAppointment, situation: Situation) -> Command | None:
    pending = pending_yes(situation)
    purpose = Purpose.CANCEL if isinstance(command, CancelAppointment) else Purpose.MOVE
    if pending is not None and pending.purpose is purpose and carries_nothing_new(situation):
        return confirmed_command(pending)
    return _settled_command(replace(command, confirmed=False), situation)


def _search_instead(command: CreateAppointment) -> SearchSlots:
    day = command.start.date()
    return SearchSlots(service=command.service, stylist=command.stylist, date_from=day, date_to=day)


def _has_source(start: datetime, situation: Situation) -> bool:
    """Whether the hour was offered, is remembered, or can be heard in the customer's words.

    Older words count only where no memory was kept: else the hour of a visit just booked would serve for another one.
    """
    memory = situation.memory or Memory()
    known = {slot.start for slot in memory.offered}
    pending = memory.pending
    if isinstance(pending, AwaitingDetails):
        known.add(pending.start)
    if isinstance(pending, AwaitingYes | AwaitingChoice) and pending.new_start is not None:
        known.add(pending.new_start)
    clock = start.time().replace(tzinfo=None)
    if start in known or memory.window.time_from == memory.window.time_to == clock:
        return True
    older = situation.history if situation.memory is None else ()
    heard = _heard_hours("\n".join((situation.text, *(said.text for said in older))))
    return start.hour in heard


def _heard_hours(text: str) -> frozenset[int]:
    """Hours any number in the text could mean: «в 3» is 3 or 15, «без четверти пять», «пол пятого» begin at 4 or 16."""
    numbers = {int(digits) for digits in re.findall(r"(?<!\d)\d{1,2}(?!\d)", text)}
    for word in re.findall(r"[^\W\d_]+", fold(text)):
        tail = word.removeprefix("пол")
        numbers |= {hour for stem, hour in _SPOKEN_HOURS if tail.startswith(stem) or word.startswith(stem)}
    return frozenset(number + shift for number in numbers for shift in (0, 12, -1, 11))


def _is_said(name: str, situation: Situation) -> bool:
    said = fold("\n".join((situation.text, *(one.text for one in situation.history))))
    return fold(name)[:SHORTEST_SHARED] in said


def _phone(phone: str | None, situation: Situation) -> str | None:
    """The number in digits, where the customer wrote those digits themselves this turn."""
    digits = re.sub(r"\D", "", phone or "")
    written = re.sub(r"\D", "", situation.text)
    if len(digits) not in PHONE_DIGITS or digits[-10:] not in written:
        return None
    return f"7{digits[1:]}" if len(digits) == 11 and digits.startswith("8") else digits


def _choice(choice: int | None, situation: Situation) -> int | None:
    pending = situation.memory.pending if situation.memory is not None else None
    if choice is None or not isinstance(pending, AwaitingChoice) or choice > len(pending.appointment_ids):
        return None
    return choice


def _memory(situation: Situation, commands: tuple[Command, ...], topics: tuple[Topic, ...]) -> Memory:
    """The situation's memory with what this turn said."""
    memory = situation.memory or Memory()
    for command in commands:
        memory = _after_service(memory, command, situation)
        memory = _after_when(memory, command)
    if Topic.REFUSAL in topics:
        memory = replace(memory, pending=None)
    is_lost = not commands and topics == (Topic.UNCLEAR,)
    return replace(memory, misunderstood=memory.misunderstood + 1 if is_lost else 0)


def _after_service(memory: Memory, command: Command, situation: Situation) -> Memory:
    service = stylist = None
    match command:
        case SearchSlots() | CreateAppointment():
            service, stylist = command.service, command.stylist
        case ListServices() | ExplainService():
            service = command.service
        case ShowSchedule():
            stylist = command.stylist
    known_service = situation.catalogue.service_titled(service) if service else None
    known_stylist = situation.catalogue.stylist_named(stylist) if stylist else None
    return replace(
        memory,
        service_id=known_service.id if known_service else memory.service_id,
        stylist_id=known_stylist.id if known_stylist else memory.stylist_id,
    )


def _after_when(memory: Memory, command: Command) -> Memory:
    match command:
        case CreateAppointment(start=start) | RescheduleAppointment(start=datetime() as start):
            clock = start.time().replace(tzinfo=None)
            return replace(memory, window=Window(start.date(), start.date(), clock, clock))
        case SearchSlots() | RescheduleAppointment() if not command.window.is_open:
            return replace(memory, window=command.window)
    return memory

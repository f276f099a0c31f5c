"""Stage 1 of the offline brain: one message, read in its dialogue, becomes commands.

In: the Thread so far and a Reading. Out: a Step: commands (at most four, in the order said), topics, and the Thread
that follows. The same step serves the message at hand and, its commands thrown away, every earlier one.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from salonbot.assistant.offline import answers, changes
from salonbot.assistant.offline.bookings import book_or_search, chosen_slot
from salonbot.assistant.offline.cue_table import Intent
from salonbot.assistant.offline.ground import Ground
from salonbot.assistant.offline.grouping import Wish
from salonbot.assistant.offline.inquiries import inquire
from salonbot.assistant.offline.introductions import Introduction, answered
from salonbot.assistant.offline.thread import Asked, Thread
from salonbot.assistant.offline.wishes import Reading
from salonbot.assistant.purposes import names_the_other
from salonbot.model.booking import Window
from salonbot.model.commands import CancelAppointment, Command, HandOver, RescheduleAppointment, SaveName
from salonbot.model.dialogue import Topic
from salonbot.model.outcomes import Purpose

MOST_COMMANDS: Final = 4
_INQUIRIES: Final = frozenset(
    {Intent.PRICE, Intent.LIST, Intent.EXPLAIN, Intent.SCHEDULE, Intent.MINE, Intent.HUMAN, Intent.CANCEL, Intent.MOVE}
)


_TOUCHES_RECORDS: Final = frozenset({Intent.CANCEL, Intent.MOVE, Intent.MINE, Intent.ABSENCE})
"""What a message that also speaks to the machine («ты теперь админ») is not given."""
_RECORD: Final = re.compile(r"\b(?:запись|записи|визит\w*|прием\w*|бронь|my|appointment\w*|booking\w*|visit)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one message came to."""

    thread: Thread
    commands: tuple[Command, ...] = ()
    topics: tuple[Topic, ...] = ()
    phone: str | None = None
    choice: int | None = None
    """Which of the appointments shown is meant, from 1."""
    refused: bool = False
    """The customer said no to what was pending."""


def step(thread: Thread, reading: Reading, ground: Ground) -> Step:
    """The step that a customer's message makes in a dialogue."""
    for rule in (_personal_details, _which_appointment, _yes_or_no, _slot):
        found = rule(thread, reading, ground)
        if found is not None:
            return replace(found, topics=_small_talk(reading, found))
    found = _wished(thread, reading, ground)
    return replace(found, topics=_small_talk(reading, found))


def _personal_details(thread: Thread, reading: Reading, ground: Ground) -> Step | None:
    """An answer to "what is your name / phone?"."""
    if thread.asked not in (Asked.NAME, Asked.PHONE) or reading.heard.has(*_INQUIRIES):
        return None
    phone = reading.phone
    name = _answered_name(reading) if thread.asked is Asked.NAME or phone else None
    if thread.asked is Asked.PHONE and not phone:
        return None
    if not name and not phone:
        return _nothing_new(thread, reading)
    rest = replace(thread, asked=None)
    if name and reading.is_correction and (not name.is_sure or reading.stylists):
        return None
    if name and changes.has_new_time(reading, thread):
        booked, after = book_or_search(_whole(reading), thread, reading, ground)
        return Step(
            thread=after, commands=tuple(changes.with_name(command, name.name) for command in booked), phone=phone
        )
    return Step(thread=rest, commands=(SaveName(name=name.name),) if name else (), phone=phone)


def _answered_name(reading: Reading) -> Introduction | None:
    """«Марина» is the customer's name here, though a stylist bears it, too."""
    people = {(mention.start, mention.end) for mention in reading.stylists if not mention.is_towards}
    explained = [span for span in reading.explained if reading.is_correction or span not in people]
    return answered(reading.text, explained)


def _nothing_new(thread: Thread, reading: Reading) -> Step | None:
    """«Стрижка» instead of a name: it is known already, so the name is asked for again."""
    if not reading.has_details or reading.is_question or changes.has_new_time(reading, thread):
        return None
    services = all(mention.value == thread.service for mention in reading.services)
    stylists = all(mention.value == thread.stylist for mention in reading.stylists)
    return Step(thread=thread) if services and stylists else None


def _which_appointment(thread: Thread, reading: Reading, ground: Ground) -> Step | None:
    """An answer to "which of your appointments?": the same wish again, with the one that is meant."""
    if thread.asked is not Asked.APPOINTMENT or thread.purpose is None:
        return None
    choice = changes.chosen_appointment(reading, thread, ground)
    if choice is None:
        return None
    after = replace(thread, asked=None)
    if thread.purpose is Purpose.CANCEL:
        return Step(thread=after, commands=(CancelAppointment(),), choice=choice + 1)
    return Step(thread=after, commands=(changes.move_to(thread.change, ground),), choice=choice + 1)


def _yes_or_no(thread: Thread, reading: Reading, ground: Ground) -> Step | None:
    if thread.asked is Asked.CHANGE and thread.purpose is not None:
        return _yes_or_no_to_change(thread, reading, ground)
    folded = reading.folded
    gives_up = (
        thread.asked in (Asked.NAME, Asked.PHONE) and reading.heard.has(Intent.CANCEL) and not reading.has_details
    )
    if gives_up and not reading.heard.has(*_INQUIRIES - {Intent.CANCEL}):
        return Step(thread=Thread(last=thread.last), topics=(Topic.REFUSAL,), refused=True)
    if reading.heard.has(*_INQUIRIES):
        return None
    if answers.declines(folded) and not reading.has_details:
        return Step(
            thread=replace(thread, asked=None, purpose=None, change=Thread().change),
            topics=(Topic.REFUSAL,),
            refused=True,
        )
    looks = thread.asked is Asked.LOOK and answers.asks_to_look(folded)
    if not (answers.agrees(folded) or looks) or reading.has_details:
        return None
    return _yes(thread, reading, ground)


def _yes(thread: Thread, reading: Reading, ground: Ground) -> Step | None:
    """A bare yes, by what it answers."""
    if thread.asked is Asked.SLOT and len(thread.offers) == 1:
        commands, after = chosen_slot(thread.offers[0], thread, reading, ground)
        return Step(thread=after, commands=commands)
    wants_to_look = thread.asked is Asked.LOOK or (thread.asked is Asked.BOOKING)
    if wants_to_look or reading.heard.has(Intent.BOOK, Intent.RECORD):
        commands, after = book_or_search(
            _whole(reading), thread, reading, ground, agreed=True, widen=thread.asked is Asked.LOOK
        )
        return Step(thread=after, commands=commands)
    return Step(thread=replace(thread, asked=None), topics=(Topic.AGREEMENT,))


def _yes_or_no_to_change(thread: Thread, reading: Reading, ground: Ground) -> Step | None:
    """After "shall I move / cancel exactly this?". A message that carries a new value is never a yes."""
    folded, heard = reading.folded, reading.heard
    if thread.purpose is not None and names_the_other(folded, thread.purpose) and not answers.declines(folded):
        return None
    other = _INQUIRIES - {Intent.CANCEL if thread.purpose is Purpose.CANCEL else Intent.MOVE}
    if heard.has(*other) and not answers.begins_with_yes(folded):
        return None
    if changes.has_other_time(reading, thread) or reading.services or reading.stylists:
        return changes_step(thread, reading, ground) if reading.when else None
    own = Intent.CANCEL if thread.purpose is Purpose.CANCEL else Intent.MOVE
    if heard.refuses or answers.declines(folded):
        declined = Step(thread=replace(thread, asked=None, purpose=None), topics=(Topic.REFUSAL,), refused=True)
        return None if heard.has(*other, Intent.BOOK) else declined
    restated = heard.has(own) and not reading.is_question and not reading.strange
    if answers.agrees(folded) or restated or answers.begins_with_yes(folded):
        done = replace(thread, asked=None, purpose=None)
        if thread.purpose is Purpose.CANCEL:
            return Step(thread=done, commands=(CancelAppointment(confirmed=True),))
        return Step(thread=done, commands=(RescheduleAppointment(start=thread.pending_start, confirmed=True),))
    return None


def changes_step(thread: Thread, reading: Reading, ground: Ground) -> Step:
    """A new time instead of a yes: the move is asked for anew."""
    command, after = changes.move(_whole(reading), thread, reading, ground)
    return Step(thread=after, commands=(command,))


def _slot(thread: Thread, reading: Reading, ground: Ground) -> Step | None:
    """A choice among the times the salon named."""
    if not thread.offers or reading.heard.has(*_INQUIRIES - {Intent.MOVE, Intent.SCHEDULE}):
        return None
    if len(reading.wishes) > 1 and len(reading.services) > 1:
        return None
    offer = changes.chosen_offer(reading, thread)
    if offer is None:
        return None
    commands, after = chosen_slot(offer, thread, reading, ground)
    return Step(thread=after, commands=commands)


def _wished(thread: Thread, reading: Reading, ground: Ground) -> Step:
    commands: list[Command] = []
    after = replace(thread, asked=None) if reading.wishes else thread
    for wish in _telling(reading, thread):
        made, after = _commands(wish, after, thread, reading, ground)
        if not made and wish.when.exact_day:
            # «7 января работаете? Хочу на педикюр»: the day goes on with what follows
            day = Window(wish.when.date_from, wish.when.date_to)
            after = replace(after, window=day) if len(reading.wishes) > 1 else after
        commands += [command for command in made if command not in commands]
    if not commands and reading.name and not reading.is_attack:
        return Step(thread=after, commands=(SaveName(name=reading.name),))
    if commands or not answers.declines(reading.folded):
        return Step(thread=after, commands=tuple(commands[:MOST_COMMANDS]))
    return Step(thread=replace(after, purpose=None), topics=(Topic.REFUSAL,), refused=True)


def _telling(reading: Reading, thread: Thread) -> tuple[Wish, ...]:
    """The wishes worth acting on: an absence makes way for the new day named beside it."""
    wishes = reading.wishes
    if any(wish.intents & {Intent.CANCEL, Intent.MOVE} for wish in wishes):
        # «Я записана на среду, хочу отменить» asks for no list
        wishes = tuple(
            replace(wish, intents=wish.intents - {Intent.MINE}) for wish in wishes if wish.intents != {Intent.MINE}
        )
    absent = [wish for wish in wishes if Intent.ABSENCE in wish.intents]
    others = [
        wish for wish in wishes if wish not in absent and (wish.intents & {Intent.MOVE, Intent.CANCEL} or wish.when)
    ]
    if not absent or not others:
        return wishes
    kept = tuple(wish for wish in wishes if wish not in absent)
    if _is_booking(thread) or any(Intent.CANCEL in wish.intents for wish in others):
        return kept
    return tuple(replace(wish, intents=wish.intents | {Intent.MOVE}) if wish in others else wish for wish in kept)


def _is_about_booking(wish: Wish, thread: Thread, reading: Reading) -> bool:
    """Whether a change is of the booking being made, not of an appointment that exists."""
    says_record = _RECORD.search(reading.folded)
    if says_record or not _is_booking(thread) or thread.window.is_open:
        return False
    return bool(wish.when) if Intent.MOVE in wish.intents else len(reading.wishes) > 1 or bool(wish.when)


def _is_booking(thread: Thread) -> bool:
    """Whether a wish to come is being talked about, and no appointment that exists."""
    return thread.service is not None and thread.purpose is None and thread.appointment.is_open


def _commands(
    wish: Wish, thread: Thread, before: Thread, reading: Reading, ground: Ground
) -> tuple[tuple[Command, ...], Thread]:
    intents = wish.intents
    if reading.is_attack and intents & _TOUCHES_RECORDS:
        return (), thread
    if Intent.HUMAN in intents:
        return (HandOver(),), thread
    if intents & {Intent.MOVE, Intent.CANCEL} and _is_about_booking(wish, thread, reading):
        # «Change it to Friday» while the booking is still being made
        if Intent.CANCEL in intents and not wish.when:
            return (), thread
        plain = replace(wish, intents=intents - {Intent.MOVE, Intent.CANCEL}, is_correction=True)
        return book_or_search(plain, thread, reading, ground)
    if Intent.MOVE in intents:
        command, after = changes.move(wish, thread, reading, ground)
        return (command,), after
    if Intent.ABSENCE in intents and Intent.CANCEL not in intents and _is_booking(thread):
        # «Завтра не смогу» before anything is booked: another day is wanted
        other = replace(wish, intents=frozenset({Intent.AVAILABILITY}))
        return book_or_search(other, replace(thread, window=Window()), reading, ground)
    if intents & {Intent.CANCEL, Intent.ABSENCE}:
        return changes.cancel(wish, thread, reading)
    found = inquire(wish, thread, before, reading, ground)
    if found is not None:
        return found
    if changes.continues_move(wish, thread, reading):
        command, after = changes.move(wish, thread, reading, ground)
        return (command,), after
    return book_or_search(wish, thread, reading, ground)


def _whole(reading: Reading) -> Wish:
    """The message as one wish."""
    return Wish(
        start=0,
        end=len(reading.text),
        intents=frozenset(cue.intent for cue in reading.heard.cues),
        services=reading.services,
        stylists=reading.stylists,
        when=reading.when,
        is_question=reading.is_question,
        is_correction=reading.is_correction,
    )


def _small_talk(reading: Reading, found: Step) -> tuple[Topic, ...]:
    """The topics of a message: those of the salon only where no command already speaks of them."""
    heard = list(reading.heard.topics)
    if found.commands:
        heard = [topic for topic in heard if topic in (Topic.GREETING, Topic.THANKS, Topic.ADDRESS, Topic.FAREWELL)]
    topics = tuple(dict.fromkeys((*heard, *found.topics)))
    if topics or found.commands or found.phone:
        return topics
    return (Topic.UNCLEAR,)

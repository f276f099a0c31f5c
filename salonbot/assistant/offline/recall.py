"""Memory: from what was stored, or from the texts alone.

In: a Situation. Out: the Thread its message is read against; and back, the Memory that execution starts from.
Stored memory is the truth; what the texts add to it is what the salon asked last and where a move was heading.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from salonbot.assistant.offline.ground import Ground
from salonbot.assistant.offline.salon_voice import hear_salon
from salonbot.assistant.offline.thread import Asked, Offered, Thread, window_of
from salonbot.assistant.offline.understand import step
from salonbot.assistant.offline.wishes import Reading, read
from salonbot.assistant.offline.words import LONGEST_TEXT
from salonbot.model.booking import Slot
from salonbot.model.dialogue import AwaitingChoice, AwaitingDetails, AwaitingTime, AwaitingYes, Memory, Situation
from salonbot.model.messages import Author, Utterance
from salonbot.model.outcomes import Purpose
from salonbot.model.salon import Catalogue

LONGEST_HISTORY = 16
"""Utterances read back: what is older has been settled or forgotten."""
_LONGEST_READ = 2 * LONGEST_TEXT
"""Characters of an utterance that are kept with its reading: no more are ever read."""


def recall(situation: Situation, ground: Ground) -> Thread:
    """The dialogue before the situation's message."""
    thread = Thread()
    for utterance in situation.history[-LONGEST_HISTORY:]:
        thread = _after(thread, utterance, ground)
    return thread if situation.memory is None else _remembered(thread, situation.memory, ground)


def _after(thread: Thread, utterance: Utterance, ground: Ground) -> Thread:
    """The dialogue after this was said, at its own moment: yesterday's «завтра» is today."""
    then = utterance.at.astimezone(ground.zone)
    text = utterance.text[:_LONGEST_READ]
    if utterance.author is Author.CUSTOMER:
        reading = _read_back(text, ground.catalogue, then, ground.zone)
        return step(thread, reading, replace(ground, now=then)).thread
    return hear_salon(thread, text, ground.catalogue, then)


@lru_cache(maxsize=1024)
def _read_back(text: str, catalogue: Catalogue, then: datetime, zone: ZoneInfo) -> Reading:
    """An earlier message, read once and not again in every turn that follows.

    `zone` is in the key because moments are equal across zones, and days are not.
    """
    return read(text, catalogue, then.astimezone(zone))


def _remembered(thread: Thread, memory: Memory, ground: Ground) -> Thread:
    service = ground.catalogue.service(memory.service_id) if memory.service_id else None
    stylist = ground.catalogue.stylist(memory.stylist_id) if memory.stylist_id else None
    known = replace(
        thread,
        service=service.title if service else None,
        stylist=stylist.name if stylist else None,
        window=memory.window,
        offers=tuple(_offered(slot, ground) for slot in memory.offered) or _free_offers(thread, memory),
        asked=_asked_without(thread.asked, memory),
        purpose=None,
    )
    return _with_pending(known, memory, ground)


def _free_offers(thread: Thread, memory: Memory) -> tuple[Offered, ...]:
    """Times in the salon's texts that memory does not hold were named by a person."""
    return thread.offers if memory.pending is None and thread.asked is Asked.SLOT else ()


def _asked_without(asked: Asked | None, memory: Memory) -> Asked | None:
    """What only a pending matter can ask is not asked where nothing is pending."""
    if memory.pending is None and asked in (Asked.CHANGE, Asked.APPOINTMENT, Asked.NAME, Asked.PHONE):
        return None
    return Asked.SLOT if asked is None and memory.offered and memory.pending is None else asked


def _with_pending(thread: Thread, memory: Memory, ground: Ground) -> Thread:
    pending = memory.pending
    if pending is None or pending.expires_at <= ground.now:
        return replace(thread, asked=None) if pending else thread
    if isinstance(pending, AwaitingDetails):
        service, stylist = ground.catalogue.service(pending.service_id), ground.catalogue.stylist(pending.stylist_id)
        return replace(
            thread,
            asked=Asked.NAME if pending.missing == "name" else Asked.PHONE,
            service=service.title if service else thread.service,
            stylist=stylist.name if stylist else thread.stylist,
            window=window_of(pending.start.astimezone(ground.zone)),
            purpose=None,
            offers=(),
        )
    if isinstance(pending, AwaitingYes):
        start = pending.new_start.astimezone(ground.zone) if pending.new_start else None
        return replace(
            thread,
            asked=Asked.CHANGE,
            purpose=pending.purpose,
            pending_start=start,
            change=window_of(start) if start else thread.change,
            appointment=window_of(pending.start.astimezone(ground.zone)) if pending.start else thread.appointment,
            offers=(),
        )
    if isinstance(pending, AwaitingTime):
        return replace(thread, asked=Asked.SLOT if thread.offers else Asked.TIME, purpose=Purpose.MOVE)
    return _with_choice(thread, pending, ground)


def _with_choice(thread: Thread, pending: AwaitingChoice, ground: Ground) -> Thread:
    start = pending.new_start.astimezone(ground.zone) if pending.new_start else None
    return replace(
        thread,
        asked=Asked.APPOINTMENT,
        purpose=pending.purpose,
        change=window_of(start) if start else pending.new_window,
        choices=thread.choices[: len(pending.appointment_ids)],
        offers=(),
    )


def _offered(slot: Slot, ground: Ground) -> Offered:
    service, stylist = ground.catalogue.service(slot.service_id), ground.catalogue.stylist(slot.stylist_id)
    start = slot.start.astimezone(ground.zone)
    return Offered(
        start.date(),
        start.time().replace(tzinfo=None),
        service.title if service else None,
        stylist.name if stylist else None,
    )


def memory_of(thread: Thread, situation: Situation, ground: Ground, *, refused: bool, understood: bool) -> Memory:
    """What the turn leaves in memory: service, stylist and window as now known; a pending matter is dropped by a no."""
    memory = situation.memory or Memory()
    service = ground.catalogue.service_titled(thread.service) if thread.service else None
    stylist = ground.catalogue.stylist_named(thread.stylist) if thread.stylist else None
    offered = memory.offered if situation.memory is not None else _slots(thread, ground)
    return replace(
        memory,
        service_id=service.id if service else None,
        stylist_id=stylist.id if stylist else None,
        window=thread.change if thread.purpose is Purpose.MOVE else thread.window,
        offered=offered,
        pending=None if refused else memory.pending,
        misunderstood=0 if understood else memory.misunderstood + 1,
    )


def _slots(thread: Thread, ground: Ground) -> tuple[Slot, ...]:
    """The offers of the texts that are complete enough to be slots."""
    found = []
    for offer in thread.offers:
        service = ground.catalogue.service_titled(offer.service or thread.service or "")
        stylist = ground.catalogue.stylist_named(offer.stylist or thread.stylist or "")
        if service and stylist and offer.day:
            start = ground.now.replace(
                year=offer.day.year, month=offer.day.month, day=offer.day.day,
                hour=offer.at.hour, minute=offer.at.minute, second=0, microsecond=0,
            )  # fmt: skip
            found.append(Slot(service.id, stylist.id, start, service.duration or timedelta()))
    return tuple(found)

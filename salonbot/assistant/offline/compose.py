"""Stage 2 of the offline brain: outcomes and small talk into one short, kind, true text. Pure.

In: the situation, what was understood, what came of it. Out: the customer's text, in the customer's language.
Greets once a day, asks one thing, repeats nothing, and says nothing that stands in no outcome.
"""

from collections.abc import Sequence

from salonbot.assistant.offline.parts import Part
from salonbot.assistant.offline.stage_one import speaks_russian
from salonbot.assistant.offline.texts_en import English
from salonbot.assistant.offline.texts_ru import Russian
from salonbot.model.dialogue import Situation, Topic, Understanding
from salonbot.model.outcomes import Booked, NameSaved, Outcome

_WITH_OUTCOMES = (Topic.ADDRESS, Topic.HOURS, Topic.CONTACTS, Topic.MEDIA)
"""Topics still answered beside a command's outcome."""


def compose(situation: Situation, understood: Understanding, outcomes: Sequence[Outcome]) -> str:
    """The reply to the customer; never empty."""
    now = situation.now.astimezone(situation.salon.zone)
    voice = Russian(situation.salon, now) if speaks_russian(situation) else English(situation.salon, now)
    parts = _distinct([voice.tell(outcome) for outcome in _telling(outcomes)])
    topics = understood.topics
    if outcomes:
        topics = tuple(topic for topic in topics if topic in _WITH_OUTCOMES)
    elif understood.reply:
        parts = [Part(understood.reply)]
        topics = tuple(topic for topic in topics if topic in _WITH_OUTCOMES)
    elif len(topics) > 1:
        topics = tuple(topic for topic in topics if topic not in (Topic.GREETING, Topic.UNCLEAR)) or topics[:1]
    memory = understood.memory
    parts += [
        Part(voice.topic(topic, misunderstood=memory.misunderstood, has_offers=bool(memory.offered)))
        for topic in dict.fromkeys(topics)
    ]
    if not parts:
        parts = [Part(voice.topic(Topic.UNCLEAR, misunderstood=memory.misunderstood, has_offers=False))]
    text = _joined(parts)
    return text if situation.greeted_today else f"{voice.greeting()} {text}"


def _telling(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """A saved name goes without saying where a booking speaks to its owner."""
    booked = any(isinstance(outcome, Booked) for outcome in outcomes)
    return [outcome for outcome in outcomes if not (booked and isinstance(outcome, NameSaved))]


def _distinct(parts: list[Part]) -> list[Part]:
    return list(dict.fromkeys(parts))


def _joined(parts: Sequence[Part]) -> str:
    blocks = [part.text for part in parts]
    blocks += dict.fromkeys(part.closing for part in parts if part.closing)
    if parts[-1].question and not any(part.must_ask for part in parts):
        blocks.append(parts[-1].question)
    # what the dialogue waits for stands last
    waiting = [part.text for part in parts if part.must_ask]
    blocks = [block for block in blocks if block not in waiting] + waiting
    short = len(blocks) <= 3 and not any("\n" in block for block in blocks)
    return (" " if short else "\n\n").join(blocks)

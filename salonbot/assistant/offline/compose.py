"""Stage 2 of the offline brain: outcomes and small talk into one short, kind, true text. Pure.

In: the situation, what was understood, what came of it. Out: the customer's text, in the customer's language. Greets
once a day, asks one thing, repeats nothing.
"""

from collections.abc import Sequence

from salonbot.assistant.offline.parts import Part
from salonbot.assistant.offline.stage_one import speaks_russian
from salonbot.assistant.offline.tones import wording
from salonbot.assistant.offline.voice import Voice
from salonbot.assistant.offline.wording import Wording
from salonbot.model.dialogue import AwaitingDetails, AwaitingYes, Situation, Topic, Understanding
from salonbot.model.outcomes import Booked, NameSaved, Outcome

_BESIDE_OUTCOMES = (Topic.ADDRESS, Topic.HOURS, Topic.CONTACTS, Topic.MEDIA)
"""Topics answered beside what came of a command."""
_EMPTY_ALONE = (Topic.GREETING, Topic.UNCLEAR)
"""Topics that need no words of their own where there is another."""


def compose(situation: Situation, understood: Understanding, outcomes: Sequence[Outcome]) -> str:
    """The reply to the customer; never empty."""
    words = wording(russian=speaks_russian(situation), tone=situation.tone)
    now = situation.now.astimezone(situation.salon.zone)
    voice = Voice(words, situation.salon, situation.catalogue, now)
    told = [voice.tell(outcome) for outcome in _telling(outcomes)]
    if not outcomes and understood.reply:
        told = [Part(understood.reply)]
    topics = _topics(understood, beside=bool(told))
    talked = [_talk(topic, voice, words, situation, understood) for topic in topics]
    parts = list(dict.fromkeys((*told, *map(Part, talked)))) or [Part(voice.topic(Topic.UNCLEAR))]
    text = _joined(parts)
    return text if situation.greeted_today else f"{voice.greeting()} {text}"


def _telling(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """A saved name goes without saying where a booking speaks to its owner."""
    booked = any(isinstance(outcome, Booked) for outcome in outcomes)
    return [outcome for outcome in outcomes if not (booked and isinstance(outcome, NameSaved))]


def _topics(understood: Understanding, *, beside: bool) -> tuple[Topic, ...]:
    topics = tuple(dict.fromkeys(understood.topics))
    if beside:
        return tuple(topic for topic in topics if topic in _BESIDE_OUTCOMES)
    return tuple(topic for topic in topics if topic not in _EMPTY_ALONE) or topics[:1]


def _talk(topic: Topic, voice: Voice, words: Wording, situation: Situation, understood: Understanding) -> str:
    """A topic's text; what the dialogue still waits for is asked again rather than passed over."""
    before = situation.memory.pending if situation.memory else None
    pending = understood.memory.pending
    if topic is Topic.REFUSAL and isinstance(before, AwaitingYes):
        return words.left_as_it_was
    if topic is Topic.AGREEMENT and understood.memory.offered:
        return words.which_time
    if topic is Topic.UNCLEAR and understood.memory.misunderstood < 2:
        if isinstance(pending, AwaitingDetails):
            return words.name_again if pending.missing == "name" else words.phone_again
        if isinstance(pending, AwaitingYes):
            return words.yes_or_no
    return voice.topic(topic, misunderstood=understood.memory.misunderstood)


def _joined(parts: Sequence[Part]) -> str:
    """Statements, then what is said once, then the one question."""
    waiting = [part.text for part in parts if part.must_ask]
    blocks = [part.text for part in parts if not part.must_ask]
    blocks += dict.fromkeys(part.closing for part in parts if part.closing)
    questions = [part.question for part in parts if part.question]
    if waiting:
        blocks += waiting
    elif questions:
        blocks.append(questions[-1])
    is_short = len(blocks) <= 3 and not any("\n" in block for block in blocks)
    return (" " if is_short else "\n\n").join(blocks)

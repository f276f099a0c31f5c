"""A Situation in, an Understanding out: memory, reading and step put together. Pure."""

from salonbot.assistant.offline.ground import Ground
from salonbot.assistant.offline.recall import memory_of, recall
from salonbot.assistant.offline.small_facts import fact_asked_for
from salonbot.assistant.offline.understand import step
from salonbot.assistant.offline.wishes import read
from salonbot.assistant.offline.words import is_russian
from salonbot.model.dialogue import Situation, Topic, Understanding
from salonbot.model.messages import Author


def understanding(situation: Situation) -> Understanding:
    """What the customer wants, by our own grammar. Never raises, whatever the text."""
    ground = Ground(situation.catalogue, situation.salon, situation.now.astimezone(situation.salon.zone))
    reading = read(situation.text, ground.catalogue, ground.now)
    taken = step(recall(situation, ground), reading, ground)
    topics = taken.topics
    if situation.has_media:
        topics = (*(topic for topic in topics if topic is not Topic.UNCLEAR or reading.strange), Topic.MEDIA)
    reply = None
    if not taken.commands:
        reply = fact_asked_for(reading, ground, russian=speaks_russian(situation))
    if reply is not None:
        topics = tuple(topic for topic in topics if topic is not Topic.UNCLEAR)
    understood = bool(taken.commands or taken.phone or reply) or topics != (Topic.UNCLEAR,)
    return Understanding(
        commands=taken.commands,
        topics=topics,
        memory=memory_of(taken.thread, situation, ground, refused=taken.refused, understood=understood),
        reply=reply,
        phone=taken.phone,
        choice=taken.choice,
    )


def speaks_russian(situation: Situation) -> bool:
    """Whether to answer in Russian: by the customer's latest words that have letters; Russian where there are none."""
    said = [utterance.text for utterance in situation.history if utterance.author is Author.CUSTOMER]
    for text in (situation.text, *reversed(said)):
        if sum(char.isalpha() for char in text) >= 3:
            return is_russian(text)
    return True

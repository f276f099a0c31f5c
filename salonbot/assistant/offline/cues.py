"""What a customer wants, by the words that give it away: cues in Russian and English.

In: folded text (lower case, ё as е). Out: which intents and topics are heard, and where. A cue that is said no to
(«отменять не надо», "don't cancel") or is a question about the rules («а можно будет отменить потом?») is taken out
first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from salonbot.assistant.offline.cue_table import INTENTS, TOPICS, Intent
from salonbot.assistant.offline.words import blank
from salonbot.model.dialogue import Topic


@dataclass(frozen=True, slots=True)
class Cue:
    """An intent and where in the text it was heard."""

    intent: Intent
    start: int
    end: int


_NEGATED: Final = re.compile(
    r"\b(?:"
    r"передумал\w? \w*(?:отмен|перенос|перенес)\w*|не (?:надо|нужно|стоит|хочу|хотел\w*|хотим|буду|будем|"
    r"собира\w+|планиру\w+|думал\w*|прошу|"
    r"просил\w*)(?: (?:пока|бы|ничего|уже|его|ее|мою|эту|"
    r"запись|меня|на|этого))*"
    r" \w*(?:отмен|перенос|перенес|запис|двига|сдвиг|меня|измен|отказ|бронир)\w*[^.,!?;\n]*"
    r"|(?:отмен|перенос|перенес|измен|меня|сдвиг|двига)\w*(?: \w+){0,3}? не (?:надо|нужно|хочу|буду|стоит|будем|"
    r"хотел\w*|хотим|требуется|собира\w+|прош\w+)"
    r"|(?:я )?(?:ничего |пока |еще |уже |только |ее |запись )*не (?:отменя|перенос|отмени|перенес|отказыва|"
    r"переноши)\w*[^.,!?;\n]*"
    r"|не (?:записывай|бронируй)\w*[^.,!?;\n]*"
    r"|(?:do not|don'?t|didn'?t|did not|not|never|no need to|please don'?t|rather not|wouldn'?t)(?: (?:want|need|"
    r"wish|going|asking|like|trying|mean))?(?: to)?"
    r" (?:cancel|reschedul|mov|chang|book|postpone)\w*[^.,!?;\n]*"
    r")"
)
_RULES: Final = re.compile(
    r"\b(?:"
    r"(?:а )?(?:если|вдруг|когда)(?: что)?,? [^.!?\n]*(?:отмен|перенес|перенос|не (?:смогу|приду|получ|успе|"
    r"понрав))\w*[^.!?\n]*"
    r"|(?:можно|могу|смогу|получится|возможно|реально|нельзя)(?: ли)?(?: будет| я| потом| если что,?|"
    r" в случае чего,?| бесплатно| при необходимости)+ [^.!?\n]*"
    r"(?:отмен|перенес|перенос|измен)\w*[^.!?\n]*"
    r"|(?:отмен|перенес|перенос|измен)\w*(?: \w+){0,2}? (?:можно|могу)[^.!?\n]*"
    r"|(?:можно|могу|возможно)(?: ли)? (?:отмен|перенес|перенос)\w*(?: \w+){0,2} (?:потом|позже|если|бесплатно|"
    r"за (?:день|час|сутки|два|\d+)|"
    r"в любой момент|в случае|накануне|без штраф\w*)[^.!?\n]*"
    r"|(?:за сколько|какие (?:условия|правила)|условия|правила|есть ли штраф|штраф|как(?:ой|ая|ие|ова) (?:штраф|"
    r"комисси\w+|политик\w+))"
    r"[^.!?\n]*(?:отмен|перенос|неявк)\w*[^.!?\n]*"
    r"|(?:can|could|may|am i able to|is it possible to|will i be able to)(?: i)? (?:still )?(?:cancel|reschedule|"
    r"change|move)\w*[^.!?\n]* (?:later|afterwards|if|for free|"
    r"in case|any ?time|last minute|beforehand|in advance)[^.!?\n]*"
    r"|(?:what if|what happens if|if)(?: \w+){1,3} (?:cancel|can'?t|don'?t|want to cancel|need to cancel|"
    r"need to reschedule|miss)\w*[^.!?\n]*"
    r"|cancell?ation (?:policy|fee|rules|terms)|(?:is there a|any) (?:fee|charge|penalty)[^.!?\n]*cancel\w*[^.!?\n]*"
    r")"
)
_NOT_NEGATED: Final = re.compile(
    r"\bне (?:могли бы|мог бы|могла бы|хотите ли|подскаж\w+|найдется ли|забуд\w+ (?:отмен|перенес)\w*)"
)


_ABOUT_COMING: Final = frozenset({Intent.AVAILABILITY, Intent.BOOK, Intent.RECORD, Intent.WISH})


@dataclass(frozen=True, slots=True)
class Heard:
    """All cues of a text."""

    cues: tuple[Cue, ...]
    topics: tuple[Topic, ...]
    topic_spans: tuple[tuple[int, int], ...]
    """Where greetings and farewells stand: «добрый вечер» and «до завтра» say nothing about when."""
    asks_rules: bool
    """A question about what would be if («а можно будет потом отменить?»)."""
    refuses: bool
    """Something was said no to («отменять не надо»)."""

    def has(self, *intents: Intent) -> bool:
        return any(cue.intent in intents for cue in self.cues)


def hear(folded: str) -> Heard:
    """Every intent and topic in a folded text; a place belongs to the first intent of the table that claims it."""
    kept, refuses = _without(folded, _NEGATED)
    kept, asks_rules = _without(kept, _RULES)
    topics: list[Topic] = []
    spans: list[tuple[int, int]] = []
    about_salon: list[tuple[int, int]] = []
    for topic, pattern in TOPICS:
        places = [found.span() for found in pattern.finditer(kept)]
        if places:
            topics.append(topic)
            if topic in (Topic.GREETING, Topic.FAREWELL, Topic.THANKS):
                spans += places
            else:
                about_salon += places
    cues = [
        cue
        for cue in _cues(blank(kept, spans))
        # «Во сколько вы открываетесь?» asks for no free time
        if cue.intent not in _ABOUT_COMING or not any(start < cue.end and cue.start < end for start, end in about_salon)
    ]
    return Heard(tuple(cues), tuple(topics), tuple(sorted(spans)), asks_rules, refuses)


def _without(folded: str, pattern: re.Pattern[str]) -> tuple[str, bool]:
    places = [found.span() for found in pattern.finditer(folded) if not _NOT_NEGATED.match(found.group())]
    return blank(folded, places), bool(places)


def _cues(text: str) -> Iterable[Cue]:
    cues: list[Cue] = []
    for intent, pattern in INTENTS:
        for found in pattern.finditer(text):
            if found.group().strip():
                cues.append(Cue(intent, found.start(), found.end()))  # noqa: PERF401 - the text shrinks as cues are found
        # «перенести запись» is no wish to book: what one intent has claimed the weaker ones do not see
        text = blank(text, [(cue.start, cue.end) for cue in cues if cue.intent is intent])
    return sorted(cues, key=lambda cue: cue.start)

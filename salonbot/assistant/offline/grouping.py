"""A message cut into the separate things it asks for.

In: a text with all its cues, mentions and times. Out: its wishes in order. The text is cut at punctuation and
conjunctions, and neighbouring parts are put together again until the next one wants something else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from salonbot.assistant.offline.cue_table import Intent
from salonbot.assistant.offline.cues import Cue, Heard
from salonbot.assistant.offline.services import ServiceMention
from salonbot.assistant.offline.stylists import StylistMention
from salonbot.assistant.offline.when import When, read_when

_BORDER: Final = re.compile(r"[.!?;\n]+|,|\b(?:и|а|но|также|потом|затем|плюс|and|but|then|also|plus)\b")
_OR: Final = re.compile(r"\b(?:или|либо|or)\b")
CORRECTION: Final = re.compile(
    r"\b(?:нет|неа|лучше|точнее|вернее|ой|ошибся|ошиблась|упс|име(?:л\w?|ю) (?:в ?)?виду|перепутал\w?|оговорил\w+|"
    r"то есть|а нет|стоп|вместо|пардон|подожд\w+|"
    r"погод\w+|минут\w+|передумал\w?|исправ\w+|все-таки|все таки|"
    r"no|nope|actually|rather|instead|sorry|i mean|i meant|correction|oops|better|make it|on second thought|wait|"
    r"hold on)\b"
)
"""Words that put a later wish in the place of an earlier one."""

_FAMILY: Final = {
    Intent.MOVE: "change",
    Intent.CANCEL: "change",
    Intent.ABSENCE: "change",
    Intent.BOOK: "booking",
    Intent.AVAILABILITY: "booking",
    Intent.PRICE: "price",
    Intent.LIST: "price",
    Intent.EXPLAIN: "explain",
    Intent.SCHEDULE: "schedule",
    Intent.MINE: "mine",
    Intent.HUMAN: "human",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One thing a message asks for. Without intents it is only details («завтра в 15 к Бари»)."""

    start: int
    end: int
    intents: frozenset[Intent] = frozenset()
    services: tuple[ServiceMention, ...] = ()
    stylists: tuple[StylistMention, ...] = ()
    when: When = When()  # noqa: RUF009 - frozen, and equal to any other that says nothing
    is_question: bool = False
    is_correction: bool = False

    @property
    def has_details(self) -> bool:
        """Whether a service, a person or a time is named."""
        return bool(self.services or self.stylists or self.when)


@dataclass(slots=True)
class _Group:
    """A wish being put together from neighbouring parts of the text."""

    spans: list[tuple[int, int]]
    cues: list[Cue]
    services: list[ServiceMention]
    stylists: list[StylistMention]
    whens: list[tuple[int, int]]
    is_question: bool = False
    is_correction: bool = False
    after_stop: bool = False
    """A new sentence begins here."""

    @property
    def family(self) -> str | None:
        families = [_FAMILY[cue.intent] for cue in self.cues if cue.intent in _FAMILY]
        return families[0] if families else None

    @property
    def intents(self) -> frozenset[Intent]:
        return frozenset(cue.intent for cue in self.cues)

    @property
    def says_anything(self) -> bool:
        return bool(self.cues or self.services or self.stylists or self.whens)


def cut_into_wishes(
    text: str,
    folded: str,
    for_when: str,
    heard: Heard,
    services: tuple[ServiceMention, ...],
    stylists: tuple[StylistMention, ...],
    when: When,
    now: datetime,
) -> tuple[Wish, ...]:
    whole = [(m.start, m.end) for m in services] + [(m.start, m.end) for m in stylists]
    whole += [(cue.start, cue.end) for cue in heard.cues] + [(span[0], span[1]) for span in when.spans]
    groups: list[_Group] = []
    corrects = False
    for start, end in _parts(folded, whole):
        part = _part(start, end, folded, heard.cues, services, stylists, when)
        # «хотя нет, в субботу»: the word of correction is said of what comes after it
        part.is_correction |= bool(groups) and corrects
        corrects = part.is_correction and not part.says_anything
        if part.after_stop and not (part.says_anything or part.is_correction):
            continue
        if groups and not _starts_anew(groups[-1], part):
            _join(groups[-1], part)
        else:
            groups.append(part)
    telling = [group for group in groups if group.says_anything]
    return tuple(_wish(group, text, for_when, now, alone=len(groups) == 1) for group in telling)


def _parts(folded: str, whole: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The text cut at punctuation and conjunctions, but never within a mention or a time."""
    parts, start = [], 0
    for border in _BORDER.finditer(folded):
        if any(first < border.end() and border.start() < last for first, last in whole):
            continue
        if border.start() > start:
            parts.append((start, border.start()))
        # a question mark belongs to what it ends, a conjunction to what it begins
        start = border.start() if folded[border.start()].isalpha() else border.end()
    parts.append((start, len(folded)))
    return [(first, last) for first, last in parts if folded[first:last].strip()]


def _part(
    start: int,
    end: int,
    folded: str,
    cues: tuple[Cue, ...],
    services: tuple[ServiceMention, ...],
    stylists: tuple[StylistMention, ...],
    when: When,
) -> _Group:
    after = re.match(r"[^.!?;\n]*[.!?;\n]?", folded[end:])
    return _Group(
        spans=[(start, end)],
        cues=[cue for cue in cues if start <= cue.start < end],
        services=[mention for mention in services if start <= mention.start < end],
        stylists=[mention for mention in stylists if start <= mention.start < end],
        whens=[(span[0], span[1]) for span in when.spans if start <= span[0] < end],
        is_question=after is not None and after.group().endswith("?"),
        is_correction=bool(CORRECTION.search(folded[start:end])),
        after_stop=folded[:start].rstrip().endswith((".", "!", "?", ";")) or "\n" in folded[max(0, start - 1) : start],
    )


def _starts_anew(group: _Group, part: _Group) -> bool:
    """Whether a part is another wish rather than more of this one."""
    if part.family and group.family and part.family != group.family:
        return True
    if Intent.ABSENCE in group.intents and part.whens and Intent.ABSENCE not in part.intents:
        # «Завтра не смогу, давайте в среду»: the second day is the new one
        return bool(part.cues or part.is_correction or part.after_stop or part.is_question)
    if {Intent.CANCEL, Intent.MOVE} <= (part.intents | group.intents) and not part.intents >= group.intents:
        return bool(part.intents & {Intent.CANCEL, Intent.MOVE} and group.intents & {Intent.CANCEL, Intent.MOVE})
    if group.services and part.services and not part.is_correction and group.family != "change":
        return bool(group.whens) or bool(group.stylists and part.stylists)
    wished = Intent.WISH in part.intents and bool(part.whens or part.services)
    if wished and group.family == "change":
        return bool(group.services and part.services)
    return wished and group.family in ("price", "explain", "schedule")


def _join(group: _Group, part: _Group) -> None:
    if part.is_correction and part.services:
        group.services = []
    if part.is_correction and part.stylists:
        group.stylists = []
    if part.is_correction and part.whens and group.whens:
        group.spans.append((-1, -1))
    group.spans += part.spans
    group.cues += part.cues
    group.services += part.services
    group.stylists += part.stylists
    group.whens += part.whens
    group.is_question |= part.is_question
    group.is_correction |= part.is_correction


def _wish(group: _Group, text: str, for_when: str, now: datetime, *, alone: bool) -> Wish:
    spans = [span for span in group.spans if span[0] >= 0]
    return Wish(
        start=spans[0][0],
        end=spans[-1][1],
        intents=group.intents,
        services=tuple(group.services),
        stylists=tuple(group.stylists),
        when=_when(group, for_when, now),
        is_question=group.is_question,
        is_correction=group.is_correction,
    )


def _when(group: _Group, for_when: str, now: datetime) -> When:
    """When, as far as this wish says; after a correction within it («в 12, нет, лучше в 3») the later word holds."""
    if not group.whens:
        return When()
    halves: list[list[tuple[int, int]]] = [[]]
    for span in group.spans:
        if span[0] < 0:
            halves.append([])
        else:
            halves[-1].append(span)
    read_halves = [read_when(_only(for_when, half), now=now) for half in halves]
    result = read_halves[0] if _OR.search(for_when) else _narrowed(read_halves[0])
    for later in read_halves[1:]:
        result = _corrected(result, later)
    return result


def _narrowed(when: When) -> When:
    """«На неделе, в пятницу» is that Friday: a stretch of days beside a single day says no more."""
    days = [option for option in when.options if option.date_from and option.date_from == option.date_to]
    wide = [option for option in when.options if option not in days and (option.date_from or option.date_to)]
    if len(days) != 1 or not wide:
        return when
    (day,) = days
    return replace(when, date_from=day.date_from, date_to=day.date_to, exact_day=True, options=(day,))


def _corrected(earlier: When, later: When) -> When:
    """The later word, with the day or the time it does not change."""
    if not (later.date_from or later.date_to):
        later = replace(later, date_from=earlier.date_from, date_to=earlier.date_to, exact_day=earlier.exact_day)
    if not (later.time_from or later.time_to):
        later = replace(later, time_from=earlier.time_from, time_to=earlier.time_to, exact_time=earlier.exact_time)
    return later


def _only(text: str, spans: list[tuple[int, int]]) -> str:
    kept = [" "] * len(text)
    for start, end in spans:
        kept[start:end] = text[start:end]
    return "".join(kept)

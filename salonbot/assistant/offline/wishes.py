"""A message, read: who, what and when, cut into the separate things it asks for.

In: a customer's text, the catalogue, the present moment. Out: a Reading with its Wishes in order. What the words
mean in this dialogue («в 12» after an offer, «да» after a question) is not decided here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from salonbot.assistant.offline.cues import Cue, Heard, Intent, hear
from salonbot.assistant.offline.everyday import LITTLE_WORDS
from salonbot.assistant.offline.introductions import find_phone, introduced
from salonbot.assistant.offline.services import ServiceMention, find_services
from salonbot.assistant.offline.stylists import (
    StylistMention,
    find_strangers,
    find_stylists,
    says_another,
    says_anyone,
)
from salonbot.assistant.offline.when import When, read_when
from salonbot.assistant.offline.words import blank, clean, fold, tokens
from salonbot.model.booking import Window
from salonbot.model.salon import Catalogue

_BORDER: Final = re.compile(r"[.!?;\n]+|,|\b(?:и|а|но|также|потом|затем|плюс|and|but|then|also|plus)\b")
_CORRECTION: Final = re.compile(
    r"\b(?:нет|неа|лучше|точнее|вернее|ой|ошибся|ошиблась|упс|имел\w? (?:в )?виду|перепутал\w?|оговорил\w+|"
    r"то есть|а нет|стоп|подожд\w+|"
    r"погод\w+|минут\w+|передумал\w?|исправ\w+|все-таки|все таки|"
    r"no|nope|actually|rather|instead|sorry|i mean|i meant|correction|oops|better|make it|on second thought|wait|"
    r"hold on)\b"
)
_NOT_THIS: Final = re.compile(
    r"\bне (?!могл?и? бы|раньше|позже|ранее|позднее|знаю|важно)(?:(?:на|в|во|к|ко|у|с) )?(?:\w+ ?){1,3}?,? (?:а|"
    r"но)\b|\bвместо \w+(?: \w+борода?)?|"
    r"\bnot (?:(?:a|an|the|on|at|with|to) )?(?:\w+ ?){1,2}?,? but\b|\binstead of (?:(?:a|an|the) )?\w+"
)
_NOT_WHEN: Final = re.compile(
    r"\bкак(?:ой|ое|ая) (?:\w+ )?(?:сегодня|завтра) (?:день|число|дата)\b|\bwhat (?:day|date|time) is it\b|"
    r"\b\d{1,2} ?(?:лет|годик\w*|года?|years?(?: old)?|месяц\w*|yo|y\.o\.)\b|\b\d[\d ]{2,6} ?(?:р\b|руб\w*|₽|"
    r"rub\w*|\$|евро|€|тыс\w*)|"
    r"[$€₽] ?\d+|\b(?:на|для)? ?(?:двоих|троих|четверых)\b|\b\d+ (?:человек\w*|people|persons|раз\w*|times)\b"
)
_ATTACK: Final = re.compile(
    r"\b(?:игнорир\w+|забудь\w*|проигнорир\w+|не обращай внимани\w*|отключи\w*) (?:\w+ ){0,4}?(?:инструкц\w*|"
    r"правил\w*|указани\w*|ограничени\w*|"
    r"все|всё|фильтр\w*|промпт\w*|настройк\w*)|"
    r"\b(?:ignore|disregard|forget|override|bypass|disable) (?:\w+ ){0,4}?(?:instructions?|rules?|prompts?|"
    r"guidelines|restrictions|above|previous|filters?|"
    r"everything)|"
    r"\b(?:систем\w+|system|твой|свой|your|исходн\w+|начальн\w+|hidden|initial) (?:\w+ )?(?:промпт\w*|prompt\w*|"
    r"инструкц\w+|instructions?|сообщени\w+|message|"
    r"override)|\bпромпт\w*|\b(?:покажи\w*|назови\w*|перечисли\w*|скажи\w*|show|list|see)(?: \w+){0,2} (?:все|all|"
    r"the) (?:запис\w+|брон\w+|appointments|bookings)|"
    r"\b(?:client|customer)s? (?:list|base|database)\b|\bкто (?:\w+ )?(?:записан\w?|записал\w*)\b|"
    r"\bwho (?:else )?(?:is|has) (?:\w+ )?booked\b|"
    r"\bя (?:владел\w+|директор\w*|хозя\w+|админ\w*|сотрудни\w+)\b|\bi(?: a|')m the (?:owner|admin|manager)\b|"
    r"\bsystem *:|(?:^|[\[<(#\n|] *)(?:system|assistant|developer|admin|root|система|системное|ассистент|"
    r"администратор системы) *(?:[:\]>)|]|note)|"
    r"\b(?:ты теперь|теперь ты|представь,? что ты|притворись|веди себя как|act as|pretend|you are now|roleplay|"
    r"from now on|режим разработчика|"
    r"developer mode|debug mode|режим отладки|admin mode|режим администратора|jailbreak|dan mode)\b|"
    r"\b(?:я|я твой|i am|i'm|this is|говорит) (?:the |your |an |a )?(?:разработчик\w*|developer|"
    r"администратор системы|system admin\w*|владелец бота|openai|anthropic)\b|"
    r"\b(?:все|всех|список|базу?|данные|покажи\w*|выведи|дай|скинь|пришли|выгрузи|list|show|give|send|dump|export|"
    r"reveal)(?: \w+){0,3} "
    r"(?:клиент\w+|чуж\w+|других (?:людей|клиентов)|посетител\w+|пользовател\w+|customers?'?|clients?'?|users?'?|"
    r"other people'?s?|database|базу? данных|"
    r"парол\w+|password\w*|api[- ]?key\w*|ключ\w* api|токен\w*|token\w*)|"
    r"\b(?:запис\w+|визит\w*|телефон\w*|номер\w*|данные|appointments?|bookings?|"
    r"phone numbers?) (?:\w+ ){0,2}?(?:всех|других|другого|другой|чуж\w+|клиент\w+|посетител\w+|"
    r"of (?:all|other|another|every)\w*|everyone\w*|every (?:customer|client))|"
    r"\b(?:чуж(?:ую|ие|ой|их)|someone else'?s|another (?:customer|client|person)'?s?|other (?:customers|clients|"
    r"people)'?s?|everyone'?s|all (?:customers?|clients?)'?) |"
    r"\b(?:drop|delete|select|insert|update) (?:table|from|into|\*)|<\/?\w+>|\{\s*\"|```|<\||"
    r"\bconfirmed\s*[=:]\s*true|\bsudo\b|\brm -rf\b|"
    r"\b(?:create|cancel|reschedule)_appointment\b|\bhand_over\b|\bsearch_slots\b"
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A whole message."""

    text: str
    folded: str
    heard: Heard
    wishes: tuple[Wish, ...]
    services: tuple[ServiceMention, ...]
    stylists: tuple[StylistMention, ...]
    strangers: tuple[StylistMention, ...]
    """Common names that are nobody's here, with no sign whether a stylist is meant."""
    when: When
    name: str | None
    """The customer's (or their guest's) name, where it was volunteered."""
    phone: str | None
    anyone: bool
    another: bool
    is_correction: bool
    is_attack: bool
    """Some of the text spoke to the machine, not to the salon; it was not read."""
    strange: tuple[tuple[int, str], ...]
    """Words that nothing explains, with their places."""
    explained: tuple[tuple[int, int], ...]
    """Places read as services, stylists, times, a phone or a greeting."""

    @property
    def has_details(self) -> bool:
        return bool(self.services or self.stylists or self.when)

    @property
    def is_question(self) -> bool:
        return "?" in self.text

    def strange_in(self, wish: Wish) -> int:
        """How many words of a wish nothing explains."""
        return sum(wish.start <= place < wish.end for place, _ in self.strange)


def read(raw: str, catalogue: Catalogue, now: datetime) -> Reading:
    """What a customer's message says, by itself. `now` is aware, in the salon's zone."""
    text, is_attack = _without_attacks(clean(raw))
    folded = fold(text)
    anyone = says_anyone(folded)
    # «К тому, кто свободен» asks for no free time
    heard = hear(blank(folded, anyone))
    phone = find_phone(text)
    hidden = list(heard.topic_spans)
    if phone:
        hidden.append(phone[1:])
    name = introduced(blank(text, hidden))
    if name:
        hidden.append((name.start, name.end))
    for_people = blank(text, [*hidden, *(found.span() for found in _NOT_THIS.finditer(folded))])
    services = _not_denied(find_services(for_people, catalogue), folded)
    stylists = find_stylists(blank(for_people, [(m.start, m.end) for m in services]), catalogue)
    mentions = [(m.start, m.end) for m in services] + [(m.start, m.end) for m in stylists]
    # A word in place of each mention: «к … в среду» must not become «к среде».
    no_times = [found.span() for found in _NOT_WHEN.finditer(folded)]
    for_when = blank(blank(text, [*hidden, *no_times]), mentions, ink="ъ")
    when = read_when(for_when, now=now)
    explained = (*hidden, *mentions, *((span[0], span[1]) for span in when.spans))
    wishes = _wishes(text, folded, for_when, heard, services, stylists, when, now)
    return Reading(
        text=text,
        folded=folded,
        heard=heard,
        wishes=wishes,
        services=services,
        stylists=stylists,
        strangers=find_strangers(blank(text, explained), catalogue),
        when=when,
        name=name.name if name else None,
        phone=phone[0] if phone else None,
        anyone=bool(anyone),
        another=says_another(folded),
        is_correction=bool(_CORRECTION.search(folded)) or bool(_NOT_THIS.search(folded)),
        is_attack=is_attack,
        strange=_strange(text, explained, heard),
        explained=explained,
    )


def _not_denied(services: tuple[ServiceMention, ...], folded: str) -> tuple[ServiceMention, ...]:
    """«Не маникюр, педикюр»: without the one said no to, where another is named."""
    wanted = tuple(m for m in services if not re.search(r"\b(?:не|not)(?: на| a| the)? $", folded[: m.start]))
    return wanted or services


def _without_attacks(text: str) -> tuple[str, bool]:
    """The text without sentences that speak to the machine («игнорируй инструкции»); a marked line goes as a whole."""
    kept, attacked = [], False
    for line in text.split("\n"):
        if re.search(r"<\||```|\{\s*\"|^\s*[\[<#]*\s*(?:system|система)\b", fold(line)) and _ATTACK.search(fold(line)):
            attacked = True
            continue
        sentences = re.split(r"(?<=[.!?;])\s+", line)
        good = [sentence for sentence in sentences if not _ATTACK.search(fold(sentence))]
        attacked |= len(good) < len(sentences)
        kept.append(" ".join(good))
    return ("\n".join(kept).strip() if attacked else text), attacked


def _strange(text: str, explained: Iterable[tuple[int, int]], heard: Heard) -> tuple[tuple[int, str], ...]:
    cues = [(cue.start, cue.end) for cue in heard.cues]
    return tuple(
        (token.start, token.text)
        for token in tokens(blank(text, [*explained, *cues]))
        if token.text[0].isalpha() and len(token.text) > 1 and token.text not in LITTLE_WORDS
    )


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


def _wishes(
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
    for start, end in _parts(folded, whole):
        part = _part(start, end, folded, heard.cues, services, stylists, when)
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
        is_correction=bool(_CORRECTION.search(folded[start:end])),
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
    result = _narrowed(read_halves[0])
    for later in read_halves[1:]:
        result = _corrected(result, later)
    return result


def _narrowed(when: When) -> When:
    """«На неделе, в пятницу» is that Friday: a stretch of days beside a day within it says no more."""
    days = [option for option in when.options if option.date_from and option.date_from == option.date_to]
    wide = [option for option in when.options if option not in days and (option.date_from or option.date_to)]
    if len(days) != 1 or not wide or not all(_holds(option, days[0]) for option in wide):
        return when
    (day,) = days
    return replace(when, date_from=day.date_from, date_to=day.date_to, exact_day=True, options=(day,))


def _holds(stretch: Window, day: Window) -> bool:
    at = day.date_from
    return at is not None and (stretch.date_from or at) <= at <= (stretch.date_to or at)


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

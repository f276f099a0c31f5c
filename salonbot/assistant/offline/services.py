"""Which services a text speaks of.

In: text and a catalogue. Out: mentions in order, each one a service, several candidates, or words that name a
service the catalogue lacks. Every title and alias becomes a set of keys (concepts or stems); the largest set found
close together wins, so that «стрижка бороды» is not «стрижка». A weak likeness is no match: it stays the customer's
own words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from salonbot.assistant.offline import beauty
from salonbot.assistant.offline.beauty import CHILD
from salonbot.assistant.offline.table import words as word_table
from salonbot.assistant.offline.words import Token, close, fold, tokens
from salonbot.model.salon import Catalogue, Service

_LITTLE = frozenset(
    word_table("""
и с со + & , / плюс а также еще ещё для на в во к по от из моей моего моему мою мой мне своей себе заодно
потом and with plus also of the a an my for to in on 's
""")
)
_AND = frozenset(
    word_table("""
и + & , / плюс также еще заодно потом and plus also
""")
)
_WITH = frozenset(["с", "со", "with"])
_WITHOUT = frozenset({"без", "without"})
_COMMON = frozenset(
    word_table("""
город города народ дорога ногами стройка красивый красиво страшно стража строка строчка покрыть покупка
подарок погода порядок которая которые сегодня завтра здравствуйте спасибо пожалуйста запись записать
запишите мастер время вечером утром среду пятницу субботу воскресенье понедельник вторник четверг можно
нужно хочу подойти country counter council courage college children
""")
)
"""Everyday words that are a slip away from some service."""


_AGE = re.compile(r"(?i)(?<!\d)(?:[1-9]|1[0-2])[ -]?(?:лет|год\w*|years?[ -]old|y\.?o\b)")
"""A child's age."""


class Joint(IntEnum):
    """How two words of a service's name are joined."""

    NONE = 0
    WITH = 1
    AND = 2


@dataclass(frozen=True, slots=True)
class ServiceMention:
    """A place [start, end) of the text that names a service."""

    start: int
    end: int
    words: str
    """The customer's own words, or the usual name of a service the catalogue lacks."""
    service: Service | None
    candidates: tuple[Service, ...] = ()
    """Where it fits several, or comes near some; empty for a service nobody here offers."""

    @property
    def value(self) -> str:
        """What goes into a command: the title where it is known, the words otherwise."""
        return self.service.title if self.service else self.words


@dataclass(frozen=True, slots=True)
class _Phrase:
    keys: frozenset[str]
    fixed: frozenset[str]
    """The keys that must stand together; the others may stand anywhere in the sentence."""
    joint: Joint
    service: Service
    is_title: bool


@dataclass(frozen=True, slots=True)
class _Lexicon:
    phrases: tuple[_Phrase, ...]
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Spot:
    """A word of the text that may belong to a service's name."""

    token: Token
    key: str
    joint: Joint
    """How it is joined to the spot before it in the same cluster."""


@lru_cache(maxsize=8192)
def key_of(word: str, word_stem: str) -> str:
    """The concept a folded word stands for, or its stem."""
    known = beauty.BY_WORD.get(word)
    if known:
        return known
    return next((key for prefix, key in beauty.BY_PREFIX if word.startswith(prefix)), word_stem)


@lru_cache(maxsize=2048)
def find_services(text: str, catalogue: Catalogue) -> tuple[ServiceMention, ...]:
    """Mentions in the order of the text; never two for one place. Blank out (spaces) what must not be read."""
    lexicon = _lexicon(catalogue)
    found: list[ServiceMention] = []
    has_child = bool(_AGE.search(text))
    for sentence in _by_person(_sentences(tokens(text), text), lexicon):
        others = _other_services(sentence, lexicon, text)
        taken = {id(token) for mention in others for token in sentence if mention.start <= token.start < mention.end}
        spots, floating = _spots(sentence, lexicon, taken)
        floating |= {beauty.CHILD} if has_child else frozenset()
        for cluster in _clusters(spots, sentence):
            found += _cover(cluster, floating, lexicon, text)
        if not spots and not others:
            found += _child_alone(sentence, lexicon, text)
        found += others
    return tuple(_distinct(sorted(found, key=lambda mention: mention.start)))


def candidates_for(words: str, catalogue: Catalogue) -> tuple[Service, ...]:
    """The services that these words could mean: one where they are clear, several where not, none where unknown.

    For `execute`, which meets the customer's own words in a command.
    """
    exact = catalogue.service_titled(words)
    if exact:
        return (exact,)
    mentions = find_services(words, catalogue)
    if not mentions:
        return ()
    first = mentions[0]
    return (first.service,) if first.service else first.candidates


def find_category(text: str, catalogue: Catalogue) -> str | None:
    """The category whose name is said, as the catalogue writes it."""
    said = {key_of(token.text, token.stem) for token in tokens(text)}
    for category in dict.fromkeys(service.category for service in catalogue.services if service.category):
        if _keys(tokens(category)) and _keys(tokens(category)) <= said:
            return category
    return None


@lru_cache(maxsize=64)
def _lexicon(catalogue: Catalogue) -> _Lexicon:
    phrases = []
    for service in catalogue.services:
        for is_title, words in ((True, service.title), *((False, alias) for alias in service.aliases)):
            parts = tokens(words)
            keys = _keys(parts)
            fixed = keys - beauty.FLOATING
            if fixed:
                phrases.append(_Phrase(keys, fixed, _joint(parts), service, is_title))
    return _Lexicon(tuple(phrases), frozenset(key for phrase in phrases for key in phrase.keys))


def _keys(parts: Iterable[Token]) -> frozenset[str]:
    return frozenset(
        key_of(part.text, part.stem)
        for part in parts
        if part.text not in _LITTLE
        and part.text not in beauty.NOISE
        and not part.text.startswith(beauty.NOISE_PREFIXES)
    )


def _joint(between: Iterable[Token]) -> Joint:
    return max((_joint_word(token.text) for token in between), default=Joint.NONE)


def _joint_word(word: str) -> Joint:
    return Joint.AND if word in _AND else Joint.WITH if word in _WITH else Joint.NONE


def _sentences(words: tuple[Token, ...], text: str) -> list[list[Token]]:
    sentences: list[list[Token]] = [[]]
    for token in words:
        last = sentences[-1]
        if last and any(mark in text[last[-1].end : token.start] for mark in ".!?;\n"):
            sentences.append([])
        sentences[-1].append(token)
    return sentences


def _by_person(sentences: list[list[Token]], lexicon: _Lexicon) -> list[list[Token]]:
    """«Стрижку ребёнку и мне стрижку»: cut where the same is wanted once for a child and once not."""
    return [part for sentence in sentences for part in _cut_by_person(sentence, lexicon)]


def _cut_by_person(sentence: list[Token], lexicon: _Lexicon) -> list[list[Token]]:
    if CHILD not in _spots(sentence, lexicon, set())[1]:
        return [sentence]
    for index, token in enumerate(sentence):
        if token.text not in _AND:
            continue
        sides = (sentence[:index], sentence[index:])
        (first, for_first), (second, for_second) = (_spots(side, lexicon, set()) for side in sides)
        adult, child = (second, first) if CHILD in for_first else (first, second)
        same = {spot.key for _, spot in adult} & {spot.key for _, spot in child}
        named_alone = not child and any(word.text.startswith("детск") for word in sides[CHILD in for_second])
        if (CHILD in for_first) != (CHILD in for_second) and adult and (same or named_alone):
            return [sides[0], sides[1]]
    return [sentence]


def _spots(sentence: list[Token], lexicon: _Lexicon, taken: set[int]) -> tuple[list[tuple[int, _Spot]], frozenset[str]]:
    """Words that may name a service with their index in the sentence, and the floating keys said anywhere in it."""
    spots: list[tuple[int, _Spot]] = []
    floating = set()
    for index, token in enumerate(sentence):
        if id(token) in taken or token.text in _LITTLE:
            continue
        key = _recognised(token, lexicon)
        if key is None:
            continue
        if key in beauty.FLOATING:
            floating.add(key)
        elif not (index and sentence[index - 1].text in _WITHOUT):
            spots.append((index, _Spot(token, key, Joint.NONE)))
    return spots, frozenset(floating)


def _recognised(token: Token, lexicon: _Lexicon) -> str | None:
    key = key_of(token.text, token.stem)
    if key in lexicon.keys or key.isupper():
        return key
    if len(token.text) < 5 or token.text in _COMMON:
        return None
    for typical, typical_key in beauty.TYPICAL.items():
        if close(token.text, typical):
            return typical_key
    return next((known for known in lexicon.keys if not known.isupper() and close(token.stem, known)), None)


def _clusters(spots: list[tuple[int, _Spot]], sentence: list[Token]) -> list[list[_Spot]]:
    """Spots that stand together: only little words, and at most one other word, between two."""
    clusters: list[list[_Spot]] = []
    last = -10
    for index, spot in spots:
        between = sentence[last + 1 : index] if last >= 0 else []
        strange = [token for token in between if token.text not in _LITTLE]
        if clusters and len(strange) <= 1 and index - last <= 5 and not _far(sentence[last], spot.token):
            clusters[-1].append(_Spot(spot.token, spot.key, _joint(between)))
        else:
            clusters.append([spot])
        last = index
    return clusters


def _far(before: Token, after: Token) -> bool:
    """Blanked-out words (a time, a name) lie between."""
    return after.start - before.end > 24


def _cover(cluster: list[_Spot], floating: frozenset[str], lexicon: _Lexicon, text: str) -> list[ServiceMention]:
    best = _best(cluster, floating, lexicon)
    if best is None:
        return _partial(cluster, lexicon, text)
    phrase, first, last = best
    compound = _compound(cluster, first, last, lexicon)
    if compound:
        return [_mention(cluster, text, candidates=compound)]
    found = [_mention(cluster[first : last + 1], text, service=phrase.service)]
    for rest in (cluster[:first], cluster[last + 1 :]):
        if rest and _best(rest, floating, lexicon):
            found += _cover(rest, floating, lexicon, text)
        elif rest and Joint.AND in (rest[0].joint, cluster[min(last + 1, len(cluster) - 1)].joint):
            # «Стрижка и борода» where there is no such combination: the second is a service of its own
            found += [
                mention for mention in _partial(rest, lexicon, text) if mention.service not in (None, phrase.service)
            ]
    joined_firmly = any(spot.joint is Joint.AND for spot in cluster[1:])
    return found if joined_firmly else _without_parts(found)


def _without_parts(mentions: list[ServiceMention]) -> list[ServiceMention]:
    """«Ногти с покрытием»: of «Маникюр» and «Маникюр с покрытием» in one expression the fuller one is meant.

    Not where the plainer one is named by its own title («чем отличается маникюр от маникюра с покрытием»).
    """
    titles = {mention.value: _keys(tokens(mention.service.title)) for mention in mentions if mention.service}
    return [
        mention
        for mention in mentions
        if mention.service is None
        or not any(
            titles[mention.value] < fuller and not _keys(tokens(mention.words)) & fuller for fuller in titles.values()
        )
    ]


def _best(cluster: list[_Spot], floating: frozenset[str], lexicon: _Lexicon) -> tuple[_Phrase, int, int] | None:
    scored = [
        (score, -first, phrase.is_title, phrase, first, last)
        for phrase in lexicon.phrases
        if phrase.keys - phrase.fixed <= floating
        for first, last in _runs(cluster, phrase.fixed)
        if (score := _score(phrase, cluster[first : last + 1])) > 0
    ]
    if not scored:
        return None
    *_, phrase, first, last = max(scored, key=lambda entry: entry[:3])
    return phrase, first, last


def _runs(cluster: list[_Spot], wanted: frozenset[str]) -> list[tuple[int, int]]:
    """Where exactly these keys stand in a row, in any order."""
    size = len(wanted)
    return [
        (first, first + size - 1)
        for first in range(len(cluster) - size + 1)
        if {spot.key for spot in cluster[first : first + size]} == wanted
    ]


def _score(phrase: _Phrase, run: list[_Spot]) -> int:
    joint = max((spot.joint for spot in run[1:]), default=Joint.NONE)
    if len(run) > 1 and phrase.joint is Joint.NONE and joint is Joint.AND:
        return 0
    return 10 * len(phrase.keys) + (2 if joint is phrase.joint else 1 if joint and phrase.joint else 0)


def _compound(cluster: list[_Spot], first: int, last: int, lexicon: _Lexicon) -> tuple[Service, ...]:
    """«окрашивание бровей»: two services' words in one expression that is neither; both are candidates."""
    if first != last or len(cluster) != 2 or cluster[1].joint is not Joint.NONE:
        return ()
    genitive = cluster[1].token.text in ("бровей", "ресниц", "бороды", "ногтей", "усов")
    alone = [_best([spot], beauty.FLOATING, lexicon) for spot in cluster]
    if not genitive or None in alone:
        return ()
    return tuple(dict.fromkeys(found[0].service for found in alone if found))


def _partial(cluster: list[_Spot], lexicon: _Lexicon, text: str) -> list[ServiceMention]:
    """Words that begin several services' names («стрижка» where there is a male and a female one)."""
    said = frozenset(spot.key for spot in cluster) - {"HAIR"}
    if not said:
        return []
    fitting = [phrase for phrase in lexicon.phrases if said <= phrase.keys]
    plain = [phrase for phrase in fitting if beauty.CHILD not in phrase.keys and phrase.joint is Joint.NONE]
    services = tuple(dict.fromkeys(phrase.service for phrase in plain or fitting))
    if len(services) == 1:
        return [_mention(cluster, text, service=services[0])]
    if services or any(key.isupper() for key in said):
        return [_mention(cluster, text, candidates=services)]
    return []


def _child_alone(sentence: list[Token], lexicon: _Lexicon, text: str) -> list[ServiceMention]:
    """«А детская почём?»: the one service that is for children."""
    said = [token for token in sentence if token.text.startswith("детск")]
    services = tuple(dict.fromkeys(phrase.service for phrase in lexicon.phrases if beauty.CHILD in phrase.keys))
    if not said or not services:
        return []
    spot = [_Spot(said[0], beauty.CHILD, Joint.NONE)]
    return (
        [_mention(spot, text, service=services[0])]
        if len(services) == 1
        else [_mention(spot, text, candidates=services)]
    )


def _other_services(sentence: list[Token], lexicon: _Lexicon, text: str) -> list[ServiceMention]:
    """Services by the trade's vocabulary that this catalogue has no word for."""
    found = []
    for index, token in enumerate(sentence):
        name = _other_name(token.text)
        if name is None or key_of(token.text, token.stem) in lexicon.keys:
            continue
        start, end, words = token.start, token.end, name
        following = [after for after in sentence[index + 1 : index + 3] if after.text not in ("для", "for", "of")][:1]
        if following and following[0].text.startswith(beauty.BODY):
            end = following[0].end
            words = f"{name} {fold(text[following[0].start : end])}"
        elif index and token.text.isascii() and sentence[index - 1].text.startswith(beauty.BODY):
            start = sentence[index - 1].start
            words = fold(text[start:end])
        found.append(ServiceMention(start, end, words, None))
    return found


@lru_cache(maxsize=4096)
def _other_name(word: str) -> str | None:
    if word in beauty.WHOLE_WORD:
        return word
    return next(
        (name for prefix, name in beauty.OTHER_SERVICES if prefix not in beauty.WHOLE_WORD and word.startswith(prefix)),
        None,
    )


def _mention(
    spots: list[_Spot], text: str, *, service: Service | None = None, candidates: tuple[Service, ...] = ()
) -> ServiceMention:
    start, end = spots[0].token.start, spots[-1].token.end
    return ServiceMention(start, end, text[start:end], service, candidates)


def _distinct(mentions: list[ServiceMention]) -> list[ServiceMention]:
    """A service said twice in a row is one mention."""
    kept: list[ServiceMention] = []
    for mention in mentions:
        if not any(mention.service and mention.service == earlier.service for earlier in kept):
            kept.append(mention)
    return kept

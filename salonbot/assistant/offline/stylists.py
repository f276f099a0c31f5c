"""Which people a text speaks of as stylists.

In: text and a catalogue. Out: mentions in order, each one a stylist, several candidates, or the name of somebody
who does not work here («к Ивану»); and whether anyone will do. All cases of all names are found («у Марины»,
«Сергею», «к Серёже»), short forms, Latin spellings, and slips of the finger where the place in the sentence leaves
no doubt.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from salonbot.assistant.offline.names import SHORT_FORMS, case_forms, cyrillic, nominative
from salonbot.assistant.offline.table import words as word_table
from salonbot.assistant.offline.words import Token, close, fold, tokens
from salonbot.model.salon import Catalogue, Stylist

_TOWARDS: Final = frozenset(["к", "ко", "у", "with", "to", "by"])
_TITLES: Final = frozenset(
    word_table("""
мастер мастера мастеру мастером барбер барбера барберу парикмахер парикмахера парикмахеру стилист стилиста
стилисту master barber stylist hairdresser
""")
)
_NOT: Final = frozenset(["не", "кроме", "not", "except", "вместо"])
_BOOKS: Final = frozenset(["запишите", "запиши", "записать", "запишем", "впишите", "запишете"])
_SHORT: Final = 4
"""Letters of a word that is not taken for a name with an «s» behind it."""
_NO_NAME: Final = frozenset(
    word_table("""
вам вас тебе тебя нам нас нему ней нее него ним ними нее себе мне меня кому кого тому этому этой той этого
другому другой другого любому любой любого лучшему кому-нибудь кому-то кто мастеру мастера мастерам
специалисту парикмахеру барберу стилисту половине четверти без девушке девушки парню женщине мужчине тете дяде
мастерице стилистке вечеру вечера обеду утру утра концу конца началу начала часу часам часов полудню полдню
ночи празднику праздникам свадьбе юбилею дню дня сожалению счастью слову примеру стати кстати моему мне маме
папе мужу жене сыну дочери дочке ребенку друзьям подруге другу салону стоматологу врачу доктору администратору
оператору человеку метро одному двум трем четырем пяти шести семи восьми девяти десяти одиннадцати двенадцати
ближайшему ближайшей понедельнику вторнику среде четвергу пятнице субботе воскресенью завтра завтрашнему
следующей следующему вашему нашему своему какому какой всем всему всех черту дьяволу морю дому окну слишком
you your me us them him her my the a an someone somebody anyone anybody whom who it this that what which
stylist barber master book come make get be have see go do ask know talk speak cut move cancel change
reschedule check visit try say tell monday tuesday wednesday thursday friday saturday sunday tomorrow today
next noon
""")
)
_ANYONE: Final = re.compile(
    r"\b(к том[уе],? (?:кто|у кого) (?:\w+ )?(?:свободен|есть|может)|"
    r"к любому|любой мастер|любо(?:го|"
    r"му) мастер\w*|(?:все равно|не ?важно|без разницы|"
    r"не принципиально),? (?:к кому|у кого|"
    r"какой мастер|кто)|к кому угодно|кто (?:будет )?свободен|к любо\w+ свободн\w+|any ?one|any (?:stylist|barber|"
    r"master)|"
    r"whoever|doesn'?t matter who|no preference)\b"
)
_ANOTHER: Final = re.compile(
    r"\b((?:к|у) друго(?:му|го)(?! дн)|друго(?:й|му|го) мастер\w*|someone else|another (?:stylist|barber|master))\b"
)
_SAME_PERSON: Final = re.compile(r"\b((?:к|у) (?:нему|ней|него|нее)|(?:with|to) (?:him|her))\b")


@dataclass(frozen=True, slots=True)
class StylistMention:
    """A place [start, end) of the text that names a person as a stylist."""

    start: int
    end: int
    name: str
    """The customer's words, as a nominative where the name is a common one."""
    stylist: Stylist | None
    candidates: tuple[Stylist, ...] = ()
    is_towards: bool = False
    """A preposition or a title stands before it: certainly a stylist, not the customer."""

    @property
    def value(self) -> str:
        """What goes into a command: the catalogue's name where it is known, the words otherwise."""
        return self.stylist.name if self.stylist else self.name


@lru_cache(maxsize=2048)
def find_stylists(text: str, catalogue: Catalogue, *, repeated: bool = False) -> tuple[StylistMention, ...]:
    """Mentions in the order of the text, each person once unless `repeated`; those ruled out («не к Бари») left out."""
    forms = _forms(catalogue)
    found: list[StylistMention] = []
    words = tokens(text)
    for index, token in enumerate(words):
        before = [earlier.text for earlier in words[max(0, index - 2) : index]]
        if not token.text[0].isalpha() or _ruled_out(before) or _is_guest(token, before, forms):
            continue
        towards = bool(before) and before[-1] in _TOWARDS | _TITLES
        known = _known(token, forms, towards=towards)
        if known:
            mention = _mention(token, text, known, towards=towards)
        elif towards and not _introduces(words, index, forms) and (stranger := _stranger(token, before[-1], text)):
            mention = StylistMention(token.start, token.end, stranger, None, is_towards=True)
        else:
            continue
        if repeated or not any(mention.value == earlier.value for earlier in found):
            found.append(mention)
    return tuple(found)


def find_strangers(text: str, catalogue: Catalogue) -> tuple[StylistMention, ...]:
    """Common first names that are nobody's here, wherever they stand («Иван завтра работает?»)."""
    forms = _forms(catalogue)
    return tuple(
        StylistMention(token.start, token.end, name, None)
        for token in tokens(text)
        if token.capital and token.text not in forms and (name := nominative(token.text))
    )


def says_anyone(folded: str) -> tuple[tuple[int, int], ...]:
    """Where the customer does not mind who; empty where nothing of the kind is said."""
    return tuple(found.span() for found in _ANYONE.finditer(folded))


def says_another(folded: str) -> bool:
    """Whether the customer wants somebody else than before."""
    return bool(_ANOTHER.search(folded))


def says_same(folded: str) -> bool:
    """Whether a pronoun stands for the stylist spoken of («к нему»)."""
    return bool(_SAME_PERSON.search(folded))


def stylists_for(words: str, catalogue: Catalogue) -> tuple[Stylist, ...]:
    """The stylists that these words could mean: one where they are clear, several where not, none where unknown.

    For `execute`, which meets the customer's own words in a command.
    """
    exact = catalogue.stylist_named(words)
    if exact:
        return (exact,)
    mentions = find_stylists(f"к {words}", catalogue)
    if not mentions:
        return ()
    return (mentions[0].stylist,) if mentions[0].stylist else mentions[0].candidates


@lru_cache(maxsize=64)
def _forms(catalogue: Catalogue) -> dict[str, tuple[Stylist, ...]]:
    """Folded form -> whose it is. A stylist's own names win over short forms that others share."""
    own: dict[str, list[Stylist]] = {}
    short: dict[str, list[Stylist]] = {}
    for stylist in catalogue.stylists:
        names = [word for name in (stylist.name, *stylist.aliases) for word in name.split() if len(word) > 1]
        _enter(own, stylist, names)
        _enter(short, stylist, [other for name in names for other in _related(name)])
    return {form: tuple(people) for form, people in (short | own).items()}


def _enter(table: dict[str, list[Stylist]], stylist: Stylist, names: list[str]) -> None:
    for name in names:
        for form in case_forms(name) | (case_forms(cyrillic(name)) if name.isascii() else frozenset()):
            people = table.setdefault(form, [])
            if stylist not in people:
                people.append(stylist)


def _related(name: str) -> tuple[str, ...]:
    full = {fold(key): short for key, short in SHORT_FORMS.items()}
    folded = fold(name)
    longer = tuple(key for key, short in SHORT_FORMS.items() if folded in map(fold, short))
    return full.get(folded, ()) + longer


def _known(token: Token, forms: dict[str, tuple[Stylist, ...]], *, towards: bool) -> tuple[Stylist, ...]:
    spelling = token.text.removesuffix("'s").removesuffix("’s")
    # "marinas hours": the possessive as it is typed in haste
    plain = spelling[:-1] if spelling.isascii() and spelling.endswith("s") and len(spelling) > _SHORT else spelling
    exact = forms.get(spelling) or forms.get(plain)
    if exact:
        return exact
    word = cyrillic(spelling) if token.text.isascii() else token.text
    bare = _bare(word)
    sounds = {bare, _bare(cyrillic(plain))}
    by_sound = [people for form, people in forms.items() if _bare(form) in sounds] if token.text.isascii() else []
    if by_sound:
        return by_sound[0]
    if (same := [people for form, people in forms.items() if len(form) > 3 and _bare(form) == bare]) and towards:
        return same[0]
    if nominative(token.text) or not (towards or token.capital) or token.text in _NO_NAME:
        return ()
    near = {people for form, people in forms.items() if close(word, form)}
    return next(iter(near)) if len(near) == 1 else ()


@lru_cache(maxsize=8192)
def _bare(word: str) -> str:
    """Without soft signs, and doubled letters as one: "Olga" is Ольга, «Барри» is Бари."""
    return re.sub(r"(.)\1", r"\1", word.replace("ь", "").replace("ъ", ""))


def _ruled_out(before: list[str]) -> bool:
    """«не к Бари», «кроме Бари»."""
    return bool(before) and (before[-1] in _NOT or (len(before) == 2 and before[0] in _NOT and before[1] in _TOWARDS))


def _is_guest(token: Token, before: list[str], forms: dict[str, tuple[Stylist, ...]]) -> bool:
    """«Запишите Ольгу на маникюр»: the one to be booked, by the accusative right after the verb."""
    if not before or before[-1] not in _BOOKS:
        return False
    people = forms.get(token.text, ())
    return all(token.text != fold(stylist.name) for stylist in people)


def _stranger(token: Token, preposition: str, text: str) -> str | None:
    if token.text in _NO_NAME or not token.text.isalpha() or len(token.text) < 3:
        return None
    common = nominative(token.text)
    if common:
        return common
    if token.capital and not text.isupper():
        return text[token.start : token.end]
    # «к зухре»: in lower case only the dative is sure to be a person
    return text[token.start : token.end] if preposition in ("к", "ко") and token.text[-1] in "уюеи" else None


def _introduces(words: tuple[Token, ...], index: int, forms: dict[str, tuple[Stylist, ...]]) -> bool:
    """«К девушке Ольге»: the name comes after."""
    return index + 1 < len(words) and words[index + 1].text in forms


def _mention(token: Token, text: str, people: tuple[Stylist, ...], *, towards: bool) -> StylistMention:
    words = nominative(token.text) or text[token.start : token.end]
    one = people[0] if len(people) == 1 else None
    return StylistMention(token.start, token.end, words, one, () if one else people, towards)

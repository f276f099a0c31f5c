"""Names and phone numbers that customers give.

In: text (and, for an answer to «как вас зовут?», what else stands in it). Out: a name fit to be written into a
booking, or nothing: a service, a weekday or a politeness is never a name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from salonbot.assistant.offline.everyday import LITTLE_WORDS
from salonbot.assistant.offline.names import is_nominative, nominative
from salonbot.assistant.offline.table import words as word_table
from salonbot.assistant.offline.words import Token, blank, fold, tokens

LONGEST_NAME: Final = 60

_VERB: Final = re.compile(r"(?:[жшчщ]у|ю|ешь|ишь|ите|ете|ть|ться|тся|али|или)$")

_PHONE: Final = re.compile(r"(?<![\d\w])\+?\d(?:[\s()./-]{0,3}\d){6,14}(?!\d)")
_NAME: Final = r"([^\W\d_]+(?:-[^\W\d_]+)?(?: [^\W\d_]+(?:-[^\W\d_]+)?)?)"
_INTRODUCED: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:меня|мя) (?:\w+ )?(?:зовут|звать|величать)[ :-]*{_NAME}",
        rf"\b(?:мое|моё) имя[ :—-]*{_NAME}",
        rf"\bимя[ :—-]+{_NAME}",
        rf"\b(?:его|ее|её) (?:зовут|имя)[ :—-]*{_NAME}",
        rf"\b(?:звать|зовите|называйте|обращайтесь|пишите|записывайте)(?: ко мне| меня)?[ :—-]*{_NAME}",
        rf"\b(?:на|под) (?:имя|именем|фамилию)[ :—-]*{_NAME}",
        rf"\bзапи(?:шите|ши|сать)(?: меня)? как {_NAME}",
        rf"\b{_NAME} (?:меня )?(?:зовут|звать)(?: меня)?\b",
        rf"\b(?:my name is|my name's|name is|the name's|call me|under the name(?: of)?|under the name|name:) {_NAME}",
    )
)
_LOOSELY: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:^|[.!,;\n]\s*)(?:а )?(?:я|это|зовут)[ ,:—-]+{_NAME}",
        rf"\b(?:i'm|i am|this is|it's|it is) {_NAME}",
        rf"\bна {_NAME} (?:запи|можно)",
        rf"\bзапи(?:шите|ши|сать) (?:меня )?на {_NAME}",
        rf"\bзапи(?:шите|ши|сать) (?!меня|нас|пожалуйста){_NAME}",
        rf"\b(?:book|put down|schedule) {_NAME} (?:in|for|on|at)\b",
        rf"\b(?:for|under|от|для) {_NAME}",
    )
)
"""What follows may be anything («я хочу», "I'm late"): only what is a name by itself counts."""

_NEVER: Final = LITTLE_WORDS | frozenset(
    word_table("""
понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье январь февраль март
апрель май июнь июль август сентябрь октябрь ноябрь декабрь января февраля марта апреля мая июня июля
августа сентября октября ноября декабря сегодня завтра послезавтра утром днем вечером обеда обед утра вечера
ночи выходные стрижка стрижку борода бороду бороды маникюр педикюр окрашивание коррекция бровей брови
комплекс покрытие массаж имени имя зачем почему потому хз пофиг неважно секрет аноним никак пропустить отмена отмените
отменить перенести стоп клиент админ администратор бот привет пока готово верно конечно согласен согласна
подтверждаю мужчина женщина мама папа муж жена сын дочь брат сестра подруга друг ребенок сына дочку дочь
мужа жену маму папу брата сестру подругу друга ребенка нормально класс круто занято свободен свободна
опоздаю опаздываю еду занят занята monday tuesday wednesday thursday friday saturday sunday january february
march april june july august september october november december tomorrow tonight noon morning haircut beard
trim manicure pedicure brows eyebrows coloring colouring late early free busy available interested new happy
afraid fine good back sorry running booked wondering thinking cancel reschedule move change skip anonymous
none nobody nothing secret child kid son daughter husband wife friend mother father myself two three four
five six seven eight nine ten today now
""")
)


@dataclass(frozen=True, slots=True)
class Introduction:
    """A name as it should be written, and the place [start, end) where it stood."""

    name: str
    start: int
    end: int
    is_sure: bool = True
    """Said to be a name, or one that many people bear; otherwise just a word where a name was asked for."""


def find_phone(text: str) -> tuple[str, int, int] | None:
    """The first phone number: its digits (a Russian 8 or bare 9… made 7…), and its place."""
    for found in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", found.group())
        if not 10 <= len(digits) <= 15:
            continue
        if len(digits) == 11 and digits[0] == "8":
            digits = "7" + digits[1:]
        elif len(digits) == 10 and digits[0] == "9" and not found.group().startswith("+"):
            digits = "7" + digits
        return digits, found.start(), found.end()
    return None


def introduced(text: str) -> Introduction | None:
    """The name a customer gives of their own accord («меня зовут Оля», «запишите Анну на маникюр», "I'm John")."""
    folded = fold(text)
    for pattern in _INTRODUCED:
        for found in pattern.finditer(folded):
            if found_name := _named(text, found.start(1), found.end(1), surely=True):
                return found_name
    for pattern in _LOOSELY:
        for found in pattern.finditer(folded):
            if found_name := _named(text, found.start(1), found.end(1), surely=False):
                return found_name
    return None


def answered(text: str, explained: Iterable[tuple[int, int]]) -> Introduction | None:
    """The name in an answer to "what is your name?"; `explained` are places already read as services, times, a phone.

    Common names and capitalised words count first; a single unknown word counts too, for names are endless.
    """
    offered = introduced(text)
    if offered:
        return offered
    rest = [token for token in tokens(blank(text, explained)) if _may_be_name(token)]
    known = [token for token in rest if nominative(token.text)]
    capital = [token for token in rest if token.capital]
    chosen = _together(known[:1], rest) or (capital if len(capital) <= 3 else []) or (rest if len(rest) <= 2 else [])
    if not chosen or not (known or _is_likely_name(chosen, text)):
        return None
    start, end = chosen[0].start, chosen[-1].end
    return Introduction(_written(text[start:end]), start, end, is_sure=bool(known))


def _is_likely_name(words: list[Token], text: str) -> bool:
    """Words nobody knows, where a name was asked for: not «не скажу», and no verb in lower case."""
    if "?" in text or any(token.text in ("не", "not", "no") for token in tokens(text)):
        return False
    return all(token.capital or not _VERB.search(token.text) for token in words)


def _together(known: list[Token], rest: list[Token]) -> list[Token]:
    """A known name with the family name beside it."""
    if not known:
        return []
    name = known[0]
    after = next((token for token in rest if 0 < token.start - name.end <= 2), None)
    before = next((token for token in rest if 0 < name.start - token.end <= 2), None)
    if after and (after.capital or not name.capital):
        return [name, after]
    joins = before is not None and before.capital and name.capital and not _VERB.search(before.text)
    return [before, name] if before and joins else [name]


def _named(text: str, start: int, end: int, *, surely: bool) -> Introduction | None:
    good: list[Token] = []
    for token in tokens(text[start:end]):
        if not _may_be_name(token) or not (surely or good or _is_name(token)):
            break
        # a family name follows; anything else («Оля хочу») does not belong to the name
        if good and not (token.capital or (nominative(token.text) and not good[0].capital)):
            break
        good.append(token)
    if not good:
        return None
    first, last = start + good[0].start, start + good[-1].end
    return Introduction(_written(text[first:last]), first, last)


def _is_name(token: Token) -> bool:
    return nominative(token.text) is not None and (token.capital or is_nominative(token.text))


def _may_be_name(token: Token) -> bool:
    return (
        token.text.replace("-", "").replace("'", "").isalpha()
        and len(token.text) >= 2
        and token.text not in _NEVER
        and not any(part in _NEVER for part in token.text.split("-"))
    )


def _written(words: str) -> str:
    """Each word capitalised, the first as a nominative where it is a common name's case form."""
    parts = words.split()
    first = parts[0] if is_nominative(parts[0]) else nominative(parts[0]) or parts[0]
    return " ".join(_capitalised(part) for part in (first, *parts[1:]))[:LONGEST_NAME]


def _capitalised(word: str) -> str:
    return "-".join(
        part[:1].upper() + (part[1:].lower() if part.isupper() or part.islower() else part[1:])
        for part in word.split("-")
    )

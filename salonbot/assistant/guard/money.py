"""Prices and durations of a text, each held against the service its line speaks of."""

import re
from collections.abc import Iterator
from typing import Final

from salonbot.assistant.guard.findings import Finding, Kind
from salonbot.assistant.guard.lines import Line
from salonbot.assistant.guard.support import Support, amounts
from salonbot.assistant.offline.words import blank
from salonbot.model.dialogue import Situation
from salonbot.model.salon import Service

_NUMBER: Final = r"\d{1,3}(?:[   ,.’']\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_CURRENCY: Final = (
    r"₽|руб(?:л[а-я]+|\.)?|р\.|рубл[а-я]*|rub|usd|eur|kzt|byn|uah|€|\$|£|₸|₴|долл[а-я]*|евро|тенге|грн|"
    r"roubles?|rubles?|dollars?|euros?"
)
_RANGE: Final = rf"(?P<low>{_NUMBER})(?: ?(?:[–—-]|до|to) ?(?P<high>{_NUMBER}))?"
_WITH_CURRENCY: Final = re.compile(rf"(?<![\d.,:]){_RANGE}(?P<thousand> ?тыс[а-я.]*)? ?(?:{_CURRENCY})(?!\w)")
_CURRENCY_FIRST: Final = re.compile(rf"[$€£] ?{_RANGE}")
_THOUSANDS: Final = re.compile(rf"(?<![\d.,:]){_RANGE}(?P<thousand> ?тыс[а-я.]*|[кk])(?!\w)")
_PRICED: Final = re.compile(
    rf"(?:стоит|стоят|стоимость[ю]?|цен[аыу]|обойд[а-я]+|прайс|costs?|priced?|price is)[ :—–-]*"
    rf"(?:всего |около |от |from |is |at )?{_RANGE}"
)
_MINUTES: Final = re.compile(r"(?<![\d.,:])(\d{1,3}) ?(?:минут[а-я]*|мин\.?|minutes?|mins?)(?!\w)")
_HOURS: Final = re.compile(
    r"(?<![\d.,:])(\d{1,2}(?:[.,]\d)?) ?(?:час(?:а|ов)?|ч\.?|hours?|hrs?|h)(?!\w)"
    r"(?: ?(?:и |and )?(\d{1,2}) ?(?:минут[а-я]*|мин\.?|minutes?|mins?|m)(?!\w))?"
)
_SPOKEN: Final = (
    (re.compile(r"\bполтора часа\b|\bhour and a half\b|\bhalf hours?\b"), 90),
    (re.compile(r"\bполчаса\b|\bhalf an hour\b"), 30),
)


def prices(line: Line, support: Support, situation: Situation, context: tuple[Service, ...]) -> Iterator[Finding]:
    """Findings on prices; `context` are the services named in the lines before."""
    sentence = line.sentence
    allowed = _allowed_amounts(line, support, situation, context)
    for pattern in (_WITH_CURRENCY, _CURRENCY_FIRST, _THOUSANDS, _PRICED):
        for found in pattern.finditer(sentence.folded):
            factor = 1000 if "thousand" in pattern.groupindex and found["thousand"] else 1
            said = {_amount(found[name]) * factor for name in ("low", "high") if found[name]}
            if not said <= allowed and not _is_the_salons(found.group(), support):
                yield Finding(Kind.PRICE, sentence.text[found.start() : found.end()].strip())


def durations(line: Line, support: Support, situation: Situation, context: tuple[Service, ...]) -> Iterator[Finding]:
    """Findings on how long things take; clock times («в 3 часа») are none."""
    sentence = line.sentence
    text = blank(sentence.folded, [(offer.span.start, offer.span.end) for offer in line.offers])
    services = line.services or support.services or context
    allowed = {_minutes(service) for service in services or situation.catalogue.services}
    allowed |= {int(one.duration.total_seconds() // 60) for one in support.appointments}
    allowed |= {minutes for _, _, minutes in _durations(support.said_words)}
    for start, end, minutes in _durations(text):
        if minutes not in allowed and text[start:end] not in support.salon_words:
            yield Finding(Kind.DURATION, sentence.text[start:end])


def _allowed_amounts(
    line: Line, support: Support, situation: Situation, context: tuple[Service, ...]
) -> frozenset[float]:
    named = line.services
    services = named or support.services or context or situation.catalogue.services
    allowed = frozenset(amount for service in services for amount in amounts(service.price))
    titles = {service.title for service in services}
    own = [one for one in support.appointments if not named or one.service_title in titles]
    return allowed | frozenset(amount for one in own for amount in amounts(one.price))


def _is_the_salons(words: str, support: Support) -> bool:
    return words.strip() in support.salon_words


def _amount(words: str) -> float:
    bare = re.sub(r"[   ’']", "", words)
    if re.search(r"[.,]\d{3}(?!\d)", bare):
        bare = re.sub(r"[.,](?=\d{3}(?!\d))", "", bare)
    return float(bare.replace(",", "."))


def _durations(folded: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, minutes)."""
    taken: list[tuple[int, int]] = []
    for found in _HOURS.finditer(folded):
        taken.append(found.span())
        yield *found.span(), round(float(found[1].replace(",", ".")) * 60) + int(found[2] or 0)
    for found in _MINUTES.finditer(folded):
        if not any(start <= found.start() < end for start, end in taken):
            yield *found.span(), int(found[1])
    for pattern, minutes in _SPOKEN:
        for found in pattern.finditer(folded):
            yield *found.span(), minutes


def _minutes(service: Service) -> int:
    return int(service.duration.total_seconds() // 60)

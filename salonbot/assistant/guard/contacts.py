"""Phones, links and addresses of a text: only the salon's own, the customer's own, or what the customer wrote."""

import re
from collections.abc import Iterator
from typing import Final

from salonbot.assistant.guard.findings import Finding, Kind
from salonbot.assistant.guard.support import Support
from salonbot.assistant.offline.words import blank, fold
from salonbot.model.dialogue import Situation

_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK: Final = re.compile(
    r"(?:https?|ftp|tel|mailto|javascript|data):/{0,2}[^\s)\]]+|www\.[^\s)\]]+|"
    r"(?<![\w@.])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:ru|рф|com|net|org|info|io|me|app|su|site|online|shop|link|ly|cc|to|gl|"
    r"xyz|top|pro|biz|by|kz|ua|eu|de|uk|us|co|dev|page|store|club|tk|ml)(?![a-z0-9])(?:/[^\s)\]]*)?",
    re.IGNORECASE,
)
_HANDLE: Final = re.compile(r"(?<![\w@])@[a-z][\w.]{3,}", re.IGNORECASE)
_PHONE: Final = re.compile(r"(?<![\d.,:])\+?\d(?:[ \u00a0\u202f().-]{0,3}\d){8,14}(?![\d:])")
_DATE: Final = re.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}:\d{2}")
_CURRENCY: Final = re.compile(r"^ ?(?:₽|руб|р\.|rub|usd|eur|\$|€)", re.IGNORECASE)


def contacts(text: str, support: Support, situation: Situation) -> Iterator[Finding]:
    """Findings on a whole text."""
    rest = text
    for pattern, kind in ((_EMAIL, Kind.EMAIL), (_LINK, Kind.LINK), (_HANDLE, Kind.LINK)):
        spans = [found.span() for found in pattern.finditer(rest)]
        for start, end in spans:
            if not _is_known(rest[start:end], support, kind):
                yield Finding(kind, rest[start:end])
        rest = blank(rest, spans)
    rest = blank(rest, [found.span() for found in _DATE.finditer(rest)])
    own = _own_numbers(support, situation)
    for found in _PHONE.finditer(rest):
        digits = re.sub(r"\D", "", found.group())
        if _CURRENCY.match(rest[found.end() :]) or any(digits[-10:] == number[-10:] for number in own):
            continue
        yield Finding(Kind.PHONE, found.group())


def _is_known(words: str, support: Support, kind: Kind) -> bool:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", fold(words)).rstrip("/.,!?;:")
    host = bare.partition("/")[0]
    if kind is Kind.LINK and host and bare != host:
        # The salon's address with any path of its own: nothing else is on the same host.
        return re.search(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", support.salon_words) is not None
    return re.search(rf"(?<![\w.-]){re.escape(bare)}(?![\w-])", support.salon_words) is not None


def _own_numbers(support: Support, situation: Situation) -> list[str]:
    """Digits of the salon's numbers, the customer's, and those the customer wrote this turn."""
    texts = [support.salon_words, support.said_words]
    if situation.customer is not None and situation.customer.phone:
        texts.append(situation.customer.phone)
    texts += [one.customer_phone for one in support.appointments if one.customer_phone]
    return [re.sub(r"\D", "", found.group()) for text in texts for found in _PHONE.finditer(text)]

"""A text in pieces that can be held against the facts one by one."""

import re
from dataclasses import dataclass
from typing import Final

from salonbot.assistant.offline.words import blank

_BORDER: Final = re.compile(
    r"(?<=[!?…])\s+|(?<=[^\s.]{3}\.)\s+(?=[«\"(]?[А-ЯЁA-Z])|(?<=[\d₽$€)»]\.)\s+(?=[А-ЯЁA-Z])|\n+"
)
_ITEM_NUMBER: Final = re.compile(r"(?m)^[ \t]*\d{1,2}[.)](?=[ \t])")
_CLAUSE: Final = re.compile(r"[,;()–—]|:(?!\d)|\s-\s|\b(?:но|а|зато|однако|but|however)\b")
_NEGATION: Final = re.compile(
    r"\b(?:не|нет|ни|нельзя|без|никто|никого|ничего|никак\w*|невозможно|no|not|none|never|nobody|cannot|"
    r"unable|without)\b|n't\b"
)
_CONDITION: Final = re.compile(
    r"\b(?:если|чтобы|как только|когда|после того|хотите|хотели|хотел|могу|можем|можно|можете|сможем|смогу|нужно|"
    r"надо|бы|ли|давайте|готовы|if|once|when|before|until|could|would|should|shall|can|may|might|want|like|to be)\b"
)
_SUPPOSES: Final = re.compile(r"^\W*(?:если|когда|как только|при желании|if|when|once|should you)\b")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or line, as written."""

    text: str
    start: int

    @property
    def folded(self) -> str:
        return self.text.lower().replace("ё", "е")

    @property
    def is_negated(self) -> bool:
        """Whether anything in it is denied."""
        return is_denied(self.folded)

    @property
    def is_question(self) -> bool:
        return self.text.rstrip(' »")*_').endswith("?")


def sentences(text: str) -> list[Sentence]:
    """Lines and sentences in order; a list's items are sentences of their own, their numbers blanked."""
    text = blank(text, [found.span() for found in _ITEM_NUMBER.finditer(text)])
    found, start = [], 0
    for border in _BORDER.finditer(text):
        found.append(Sentence(text[start : border.start()], start))
        start = border.end()
    found.append(Sentence(text[start:], start))
    return [sentence for sentence in found if sentence.text.strip()]


def is_denied(folded: str) -> bool:
    """Whether these words hold a denial."""
    return bool(_NEGATION.search(folded))


def asserts(sentence: Sentence, start: int) -> bool:
    """Whether the word that starts there is said to be so: not denied, not supposed, not proposed."""
    clause = _CLAUSE.split(sentence.folded[:start])[-1]
    return not _NEGATION.search(clause) and not _CONDITION.search(clause)


def is_supposed(sentence: Sentence) -> bool:
    """Whether the sentence begins with a condition."""
    return bool(_SUPPOSES.search(sentence.folded))


def clauses(sentence: Sentence) -> list[tuple[str, int]]:
    """Parts between commas and the like, folded, with their place in the sentence."""
    parts, start = [], 0
    for border in _CLAUSE.finditer(sentence.folded):
        parts.append((sentence.folded[start : border.start()], start))
        start = border.end()
    parts.append((sentence.folded[start:], start))
    return parts

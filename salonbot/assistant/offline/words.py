"""The ground of the offline brain: text into comparable words.

In: a customer's raw text. Out: cleaned text, tokens with their place in it, rough stems, and a strict "same word
but for a typo". Stems are cut by endings, not looked up: enough to compare a text with a short catalogue, at no
import cost.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from salonbot.assistant.offline.table import words as word_table

LONGEST_TEXT = 4000
"""Nobody books an appointment in more; what follows is not read."""

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*|[+&,/]")
_ENDINGS = sorted(
    word_table("""
ыми ими ами ями ого его ому ему ая яя ую юю ой ей ый ий ым им ые ие ых их ою ею ов ев ах ях ам ям ом ем ешь
ишь ут ют ат ят ть ся сь а я о е у ю ы и ь й
"""),
    key=len,
    reverse=True,
)
_CYRILLIC = re.compile(r"[а-яА-ЯёЁ]")
_LATIN = re.compile(r"[a-zA-Z]")


@dataclass(frozen=True, slots=True)
class Token:
    """One word (lower case, ё as е) or one joining sign, and its place [start, end) in the text."""

    text: str
    start: int
    end: int
    stem: str
    capital: bool


def clean(text: str) -> str:
    """The text without invisible and control characters, compatibility forms unified, at most LONGEST_TEXT long."""
    unified = unicodedata.normalize("NFKC", text[: LONGEST_TEXT * 2])
    visible = "".join(_visible(char) for char in unified)
    return re.sub(r"[^\S\n]+", " ", visible)[:LONGEST_TEXT].strip()


def _visible(char: str) -> str:
    if char == "\n":
        return char
    category = unicodedata.category(char)
    # Zero-width marks split words to hide them from filters: joined again. Control characters separate.
    return "" if category == "Cf" else " " if category in ("Cc", "Co", "Cs", "Cn") else char


def fold(text: str) -> str:
    """Lower case with ё as е: same length as the text, so that places found in one hold in the other."""
    folded = text.lower()
    # A few letters grow when made small (İ): then letter by letter, for places must hold.
    folded = folded if len(folded) == len(text) else "".join(map(_fold_char, text))
    return folded.replace("ё", "е")


def _fold_char(char: str) -> str:
    low = char.lower()
    return low if len(low) == 1 else char


def tokens(text: str) -> tuple[Token, ...]:
    """Words and joining signs (+ & , /) in order."""
    return tuple(
        Token(
            text=(word := fold(found.group())),
            start=found.start(),
            end=found.end(),
            stem=stem(word),
            capital=found.group()[0].isupper(),
        )
        for found in _WORD.finditer(text)
    )


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """What remains of a folded word when one Russian or English ending is cut; at least three letters."""
    if len(word) <= 3 or not word.isalpha():
        return word
    if _LATIN.match(word):
        return _english_stem(word)
    if word.endswith(("ся", "сь")) and len(word) > 6:
        word = word[:-2]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    # стрижек and стрижка, ребёнок and ребёнка are one word: drop the vowel that comes and goes
    if len(word) >= 5 and word.endswith(("ек", "ок")):
        word = word[:-2] + "к"
    return word


def _english_stem(word: str) -> str:
    for ending in ("ings", "ing", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def close(word: str, known: str) -> bool:
    """Whether a word is a known one but for a slip of the finger.

    Strict on purpose: a weak likeness is no match. Words under five letters must be equal; one slip is allowed up to
    nine letters, two beyond; the first letter must be right.
    """
    if word == known:
        return True
    shortest = min(len(word), len(known))
    if shortest < 5 or word[0] != known[0]:
        return False
    allowed = 1 if shortest < 10 else 2
    return OSA.distance(word, known, score_cutoff=allowed) <= allowed


def is_russian(text: str) -> bool:
    """True where Cyrillic letters are not outnumbered by Latin ones."""
    return len(_CYRILLIC.findall(text)) >= len(_LATIN.findall(text))


def blank(text: str, spans: Iterable[tuple[int, int]], *, ink: str = " ") -> str:
    """The text with those places overwritten by spaces, or by another letter; nothing else moves."""
    chars = list(text)
    for start, end in spans:
        chars[start:end] = ink * (end - start)
    return "".join(chars)

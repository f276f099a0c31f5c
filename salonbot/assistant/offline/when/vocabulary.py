"""What a single word means in a phrase of time: a form of any case or common misspelling in, its tag out.

Tags that carry a number are upper case, so that no customer's word can look like one: `WD2` Wednesday, `MO11` November,
`W5` five, `O25` twenty-fifth, `P4` "half of the fourth hour" in one word. Any other word's tag is a lower-case word.
"""

import re
import unicodedata
from functools import lru_cache

from salonbot.assistant.offline.when import words_en, words_ru

_INVISIBLE = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]")
_LOOKALIKES = str.maketrans("aceopxykmtbh", "асеорхукмтвн")
_SINGLE = {"c": "с", "k": "к", "b": "в", "v": "в", "o": "о"}
_LEAST_LETTERS_TO_GUESS = 6


def normal(word: str) -> str:
    """The word in lower case, ё as е, without accents and invisible letters; Latin look-alikes made Russian."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", word).lower()).replace("ё", "е").replace("’", "'")
    if re.search("[а-я]", plain) and re.search("[a-z]", plain):
        plain = plain.translate(_LOOKALIKES)
    return plain


@lru_cache(maxsize=4096)
def tag(word: str, *, among_russian: bool) -> str:
    """The tag of a normal word. `among_russian`: a lone Latin "c" is a Russian preposition there."""
    if among_russian and word in _SINGLE:
        return _SINGLE[word]
    known = _TAGS.get(word)
    if known is not None:
        return known
    if word.startswith("пол") and (half := _TAGS.get(word[3:], "")).startswith(("O", "W")):
        return f"P{half[1:]}"
    if len(word) >= _LEAST_LETTERS_TO_GUESS and word not in _NOT_MISSPELT:
        return _guess(word) or word
    return word


def _guess(word: str) -> str | None:
    """The tag of the one long word that differs by a letter, if there is exactly one such tag."""
    found = {tag for key in (word, *_with_one_letter_less(word)) for tag in _BLURRED.get(key, ())}
    return found.pop() if len(found) == 1 else None


def _with_one_letter_less(word: str) -> tuple[str, ...]:
    return tuple(word[:i] + word[i + 1 :] for i in range(len(word)))


def _all_tags() -> dict[str, str]:
    tags: dict[str, str] = {}
    for words in (words_en, words_ru):
        for prefix, rows in (("WD", words.WEEKDAYS), ("MO", words.MONTHS)):
            first = 0 if prefix == "WD" else 1
            tags |= {form: f"{prefix}{i}" for i, row in enumerate(rows, first) for form in row.split()}
        tags |= {form: f"W{value}" for value, row in words.CARDINALS.items() for form in row.split()}
        tags |= {form: meaning for meaning, row in words.SAME.items() for form in row.split()}
    tags |= {form: f"O{value}" for value, form in words_en.ORDINALS.items()}
    for value, stem in words_ru.ORDINAL_STEMS.items():
        tags |= {stem + ending: f"O{value}" for ending in words_ru.ORDINAL_ENDINGS}
    tags |= dict.fromkeys(words_ru.THIRD.split(), "O3")
    tags |= {form: meaning for meaning, row in words_ru.LATIN.items() for form in row.split()}
    return tags


_TAGS = _all_tags()

_NOT_MISSPELT = frozenset(
    (
        "завтрак",
        "завтрака",
        "завтраку",
        "второй",
        "вторая",
        "вторую",
        "четверть",
        "четверти",
        "среди",
        "sundae",
        "seconds",
    )
)
"""Words of their own that stand one letter from a word of time."""


def _blurred() -> dict[str, frozenset[str]]:
    """Every long day, month or "tomorrow", whole and with one letter missing, to its tag (SymSpell's idea)."""
    blurred: dict[str, set[str]] = {}
    for form, meaning in _TAGS.items():
        guessable = meaning.startswith(("WD", "MO")) or meaning in {
            "сегодня",
            "завтра",
            "послезавтра",
            "today",
            "tomorrow",
        }
        if guessable and len(form) >= _LEAST_LETTERS_TO_GUESS:
            for key in (form, *_with_one_letter_less(form)):
                blurred.setdefault(key, set()).add(meaning)
    return {key: frozenset(meanings) for key, meanings in blurred.items()}


_BLURRED = _blurred()

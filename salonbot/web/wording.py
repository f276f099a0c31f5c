"""The words of the pages in Russian and English: Fluent files, read once. In: a key and its values. Out: the sentence.

`words/<language>/<page>.ftl`; every key begins with its page's name, and both languages have the same keys.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES = ("ru", "en")
"""The first one is spoken where nothing is known of a reader."""


class Words:
    """All sentences of one language."""

    def __init__(self, language: str, sources: Mapping[str, str]) -> None:
        """`sources` are Fluent texts by the name of their file, for messages about mistakes."""
        self.language = language
        # Isolation marks are for right-to-left names in left-to-right sentences; a salon copies these texts.
        self._bundle = FluentBundle([language], use_isolating=False)
        for text in sources.values():
            self._bundle.add_resource(FluentResource(text))

    def __contains__(self, key: str) -> bool:
        return self._bundle.has_message(key)

    def say(self, key: str, /, **values: object) -> str:
        """The sentence, plain text. Raises LookupError for an unknown key, ValueError for values that do not fit it."""
        if key not in self:
            raise LookupError(f"there are no {self.language} words for {key!r}")
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise LookupError(f"the {self.language} words for {key!r} are empty")
        said, errors = self._bundle.format_pattern(pattern, dict(values))
        if errors:
            raise ValueError(f"the {self.language} words for {key!r} cannot be said: {errors[0]}")
        return str(said)


@cache
def words(language: str) -> Words:
    """The words of one of LANGUAGES."""
    folder = resources.files("salonbot.web") / "words" / language
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".ftl")), key=lambda file: file.name)
    return Words(language, {file.name: file.read_text(encoding="utf-8") for file in files})


def spoken(accepted: str) -> str:
    """The one of LANGUAGES that an Accept-Language header likes best; where it likes none, the first."""
    wishes: list[tuple[float, str]] = []
    for part in accepted.split(",")[:20]:
        tag, _, quality = part.strip().partition(";q=")
        try:
            wishes.append((float(quality or 1), tag.strip()[:2].casefold()))
        except ValueError:
            continue
    liked = [language for quality, language in sorted(wishes, key=lambda wish: -wish[0]) if quality > 0]
    return next((language for language in liked if language in LANGUAGES), LANGUAGES[0])

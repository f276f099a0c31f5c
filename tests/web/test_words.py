"""The words of the pages: both languages say the same things, and whatever a page asks for is there."""

import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import salonbot.web
from salonbot.web.wording import LANGUAGES, spoken, words

WEB = Path(salonbot.web.__file__).parent
FILES = sorted(path.name for path in (WEB / "words" / "ru").iterdir())
ASKED = re.compile(r"""(?:\bt|\.say)\(\s*(['"])([a-z0-9_-]+)\1(\s*~)?""")
"""A key in a template or a module; with `~` behind it, the beginning of one."""


class Variables(Visitor):
    """Collects the names of what a message wants to be told."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802 - the library's name for it
        self.names.add(node.id.name)


def messages(language: str, file: str) -> dict[str, set[str]]:
    """The variables of every message of a file, by key."""
    tree = FluentParser().parse((WEB / "words" / language / file).read_text(encoding="utf-8"))
    found: dict[str, set[str]] = {}
    for entry in tree.body:
        assert not isinstance(entry, ast.Junk), f"{language}/{file}: {entry.content}"
        if isinstance(entry, ast.Message):
            assert entry.id.name not in found, f"{language}/{file} says {entry.id.name} twice"
            wanted = Variables()
            wanted.visit(entry)
            found[entry.id.name] = wanted.names
    return found


def test_every_file_is_there_in_every_language() -> None:
    for language in LANGUAGES:
        assert sorted(path.name for path in (WEB / "words" / language).iterdir()) == FILES


@pytest.mark.parametrize("file", FILES)
def test_both_languages_say_the_same_things(file: str) -> None:
    assert messages("ru", file) == messages("en", file)


def test_no_key_stands_in_two_files() -> None:
    keys = [key for file in FILES for key in messages("ru", file)]

    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize(
    "path", sorted([*(WEB / "templates").iterdir(), *WEB.rglob("*.py")]), ids=lambda path: str(path.relative_to(WEB))
)
def test_whatever_a_page_says_there_are_words_for(path: Path) -> None:
    keys = {key for file in FILES for key in messages("ru", file)}

    for _, key, is_beginning in ASKED.findall(path.read_text(encoding="utf-8")):
        known = any(one.startswith(key) for one in keys) if is_beginning else key in keys
        assert known, f"{path.name} asks for {key}"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "ru"),
        ("en-GB,en;q=0.9", "en"),
        ("de, en;q=0.5, ru;q=0.4", "en"),
        ("en;q=0.3, ru-RU;q=0.8", "ru"),
        ("fr, de", "ru"),
        ("en;q=0", "ru"),
        ("en;q=x, ;q=, *", "ru"),
        ("," * 5000, "ru"),
    ],
)
def test_a_browser_is_answered_in_the_language_it_likes_best(accepted: str, language: str) -> None:
    assert spoken(accepted) == language


def test_words_that_are_missing_or_not_filled_in_are_a_mistake() -> None:
    with pytest.raises(LookupError, match="no-such-key"):
        words("ru").say("no-such-key")
    with pytest.raises(ValueError, match="login-wait"):
        words("ru").say("login-wait")

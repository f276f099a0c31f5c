"""Every kind can be told, on every occasion, in both languages, and says where to look."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fluent.runtime import FluentResource
from fluent.syntax.ast import Message

from salonbot.alerts.wording import LANGUAGES, advice_of, lasted, letter_of, title_of, try_out
from salonbot.model.alerts import AlertKind, Episode, Notice, Occasion
from tests.clocks import HandClock
from tests.messages import SALON

NOW = HandClock().now()
EPISODE = Episode(
    id=7,
    kind=AlertKind.LOGGED_OUT,
    salon=SALON,
    detail="401",
    count=1,
    needs_owner=True,
    opened_at=NOW,
    raised_at=NOW,
)
NOTICE = Notice(id=3, episode=7, channel="telegram", occasion=Occasion.OPENED, count=1, decided_at=NOW)


@pytest.mark.parametrize("kind", AlertKind)
@pytest.mark.parametrize("occasion", Occasion)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("detail", "count"), [("", 1), ("24.11 15:30", 5)])
def test_every_kind_has_words(kind: AlertKind, occasion: Occasion, language: str, detail: str, count: int) -> None:
    episode = replace(EPISODE, kind=kind, detail=detail, count=count, over_at=NOW + timedelta(hours=3))

    letter = letter_of(
        episode,
        replace(NOTICE, occasion=occasion),
        salon_name="Арбат",
        pages="https://bot.example.org",
        language=language,
    )

    assert letter.title.startswith("Арбат: ")
    assert len(letter.title) < 100
    assert letter.text.endswith((".", "?"))
    assert "{" not in letter.title + letter.text
    assert letter.link.startswith("https://bot.example.org/")
    if detail == "":
        assert "none" not in letter.text


def test_both_languages_have_the_same_words() -> None:
    from importlib import resources

    def keys(language: str) -> set[str]:
        words = (resources.files("salonbot.alerts") / "words" / f"{language}.ftl").read_text(encoding="utf-8")
        return {entry.id.name for entry in FluentResource(words).body if isinstance(entry, Message)}

    assert keys("ru") == keys("en")


def test_it_is_said_how_many_customers_wait() -> None:
    waiting = replace(EPISODE, kind=AlertKind.PERSON_WANTED)

    assert title_of(waiting, "ru") == "Клиент ждёт человека"
    assert title_of(replace(waiting, count=3), "ru") == "Ждут человека: 3"
    assert title_of(replace(waiting, count=3), "en") == "3 customers wait for a person"


def test_a_locked_account_gets_other_advice_than_an_unlinked_device() -> None:
    assert advice_of(EPISODE, "ru") != advice_of(replace(EPISODE, detail="403"), "ru")
    assert "24.11 15:30" in advice_of(replace(EPISODE, kind=AlertKind.BANNED, detail="24.11 15:30"), "ru")


@pytest.mark.parametrize(
    ("minutes", "russian", "english"),
    [
        (0.5, "меньше минуты", "less than a minute"),
        (1, "1 минуту", "1 minute"),
        (22, "22 минуты", "22 minutes"),
        (60 * 5, "5 часов", "5 hours"),
        (60 * 24 * 21, "21 день", "21 days"),
    ],
)
def test_how_long_it_lasted_is_said_as_people_say_it(minutes: float, russian: str, english: str) -> None:
    assert lasted(timedelta(minutes=minutes), "ru") == russian
    assert lasted(timedelta(minutes=minutes), "en") == english


def test_a_letter_tried_again_has_the_same_id_and_its_episode_one_thread() -> None:
    def letter(notice: Notice) -> tuple[str, str]:
        made = letter_of(EPISODE, notice, salon_name=None, pages=None, language="ru")
        return made.id, made.thread

    assert letter(NOTICE) == letter(replace(NOTICE, tries=4)) == ("alert-7-3", "alert-7")
    assert letter(replace(NOTICE, id=4)) == ("alert-7-4", "alert-7")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_test_says_that_it_is_one(language: str) -> None:
    letter = try_out(None, salon_name=None, pages=None, language=language, at=NOW)

    assert letter.kind is None
    assert letter.body == letter.text


def test_a_title_is_one_line_whatever_the_salon_is_called() -> None:
    letter = letter_of(EPISODE, NOTICE, salon_name="Арбат\n(главный)", pages=None, language="ru")

    assert letter.title.startswith("Арбат (главный): ")

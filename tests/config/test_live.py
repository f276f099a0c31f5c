"""Which value counts: the page's, the salon's own, the general one, the default; and what none of them may be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from salonbot.config.live import NAMES, Live, Setting, Source, live, read_live, settings
from salonbot.config.load import Loaded, load
from salonbot.config.salon_settings import LiveSettings
from salonbot.config.tables import Findings
from salonbot.errors import ConfigurationError
from salonbot.model.manner import Tone

SALON = '[[salon]]\nid = "main"\nname = "Салон"\nzone = "Europe/Moscow"\n'

Read = Callable[[str], Loaded]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def write_and_load(content: str) -> Loaded:
        file = tmp_path / "config.toml"
        file.write_text(content, encoding="utf-8")
        return load(file, environment={})

    return write_and_load


def held(loaded: Loaded, **page: Any) -> Live:
    return live(loaded.configuration, loaded.configuration.salon[0], LiveSettings(**page))


def setting(loaded: Loaded, name: str, **page: Any) -> Setting:
    found = settings(loaded.configuration, loaded.configuration.salon[0], LiveSettings(**page))
    return next(one for one in found if one.name == name)


def test_without_a_word_in_the_file_the_defaults_hold(read: Read) -> None:
    values = held(read(SALON))

    assert values == Live(Tone.WARM, "", "", (), 2.5, 60, 5.0)


@pytest.mark.parametrize(
    ("content", "page", "value", "source"),
    [
        (SALON, {}, 2.5, Source.DEFAULT),
        ("[turns]\nquiet_seconds = 4\n" + SALON, {}, 4, Source.GENERAL),
        ("[turns]\nquiet_seconds = 4\n" + SALON + "[salon.turns]\nquiet_seconds = 5\n", {}, 5, Source.SALON),
        (SALON + "[salon.turns]\nquiet_seconds = 5\n", {"quiet_seconds": 6.0}, 6, Source.PAGE),
    ],
)
def test_the_page_comes_before_the_salon_that_before_all_salons(
    read: Read, content: str, page: dict[str, Any], value: float, source: Source
) -> None:
    found = setting(read(content), "quiet_seconds", **page)

    assert (found.value, found.source) == (value, source)


def test_what_the_page_gives_back_is_known(read: Read) -> None:
    loaded = read(SALON + "[salon.calendar]\nlead_minutes = 30\n")

    found = setting(loaded, "lead_minutes", lead_minutes=120)

    assert (found.value, found.underneath, found.default, found.key) == (120, 30, 60, "[salon.calendar] lead_minutes")


def test_every_setting_of_the_page_can_stand_in_the_file(read: Read) -> None:
    loaded = read(
        SALON
        + '[salon.turns]\nquiet_seconds = 1\n[salon.calendar]\nlead_minutes = 1\n[salon.assistant]\ntone = "brief"\n'
        'greeting = "Привет!"\ngreeting_en = "Hi!"\nhandover_words = ["шеф"]\ndaily_budget_usd = 1\n'
    )

    found = settings(loaded.configuration, loaded.configuration.salon[0], LiveSettings())

    assert [one.name for one in found] == list(NAMES)
    assert {one.source for one in found} == {Source.SALON}


@pytest.mark.parametrize(
    ("raw", "place", "expected"),
    [
        ({"tone": "rude"}, "tone", '"warm", "formal", "brief", "playful"'),
        ({"quiet_seconds": 11.0}, "quiet_seconds", "longest_wait_seconds (10) or less"),
        ({"quiet_seconds": "скоро"}, "quiet_seconds", "a number of 0 or more"),
        ({"lead_minutes": 20000}, "lead_minutes", "less than the horizon"),
        ({"daily_budget_usd": -1.0}, "daily_budget_usd", "a number of 0 or more"),
        ({"greeting": "а" * 301}, "greeting", "at most 300 characters"),
        ({"handover_words": ["шеф", "!!"]}, "handover_words[1]", "a word or a phrase"),
    ],
)
def test_what_does_not_hold_is_told_at_its_name(read: Read, raw: dict[str, Any], place: str, expected: str) -> None:
    loaded = read(SALON + "[salon.calendar]\nhorizon_days = 5\n")
    findings = Findings()

    read_live(raw, loaded.configuration, loaded.configuration.salon[0], findings)

    assert [one.key for one in findings.problems] == [place]
    assert expected in findings.problems[0].expected


def test_a_salons_own_quiet_time_beyond_the_longest_wait_is_a_mistake_of_the_file(read: Read) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(SALON + "[salon.turns]\nquiet_seconds = 11\n")

    assert [one.key for one in caught.value.problems] == ["salon[0].turns.quiet_seconds"]

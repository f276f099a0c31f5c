"""What a changed configuration means for the salons that are open."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from salonbot.cli.demo.stage import adapt
from salonbot.config.load import Loaded, load, packaged
from salonbot.terms import difference, in_effect, terms_of
from tests.stories.several import dearer, with_plan, with_salons


@pytest.fixture
def two(tmp_path: Path) -> Loaded:
    return with_salons(load(packaged(), environment={}, state=tmp_path), ["arbat", "taganka"])


def test_a_file_read_again_unchanged_is_no_difference(tmp_path: Path) -> None:
    first, second = (load(packaged(), environment={}, state=tmp_path) for _ in range(2))

    found = difference(first, second)

    assert (found.closed, found.opened, found.changed, found.later) == ((), (), (), ())


def test_salons_come_go_and_change_each_for_itself(two: Loaded) -> None:
    after = with_plan(with_salons(two, ["presnya", "taganka"]), "taganka", dearer)

    found = difference(two, after)

    assert (found.closed, found.opened, found.changed) == (("arbat",), ("presnya",), ("taganka",))


def test_a_secret_of_one_salon_concerns_no_other(two: Loaded) -> None:
    secrets = two.secrets.model_copy(update={"yclients_user_tokens": {"taganka": SecretStr("other")}})

    assert difference(two, replace(two, secrets=secrets)).changed == ("taganka",)


def test_a_rule_for_all_concerns_all(two: Loaded) -> None:
    after = adapt(two, {"turns": {"turns_per_minute": 3}})

    assert difference(two, after).changed == ("arbat", "taganka")
    assert {terms.house.turns.turns_per_minute for terms in terms_of(in_effect(two, after)).values()} == {3}


def test_what_waits_for_the_next_start_is_named_and_not_in_effect(two: Loaded, tmp_path: Path) -> None:
    after = adapt(two, {"web": {"port": 9000}, "whatsapp": {"proxy": "http://127.0.0.1:1", "query_seconds": 5.0}})
    after = replace(after, state=tmp_path / "elsewhere")

    effective = in_effect(two, after)

    assert difference(two, after).later == ("state", "web.port", "whatsapp.query_seconds", "whatsapp.proxy")
    assert (effective.state, effective.configuration.web) == (two.state, two.configuration.web)
    assert effective.configuration.whatsapp == two.configuration.whatsapp
    assert difference(effective, after).later == difference(two, after).later

"""Services and stylists as the pages edit them: ids outlive titles, and whatever is accepted loads again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salonbot.config.catalogue import Draft, of_file, of_tables, plan_of
from salonbot.config.load import Loaded, load
from salonbot.config.tables import Findings

CONFIG = Path(__file__).parents[2] / "config.toml"
LOADED: Loaded = load(CONFIG, environment={})
SALON, BASE = LOADED.configuration.salon[0], LOADED.salons[0]
FILE = of_file(SALON)


def problems(draft: Draft) -> dict[str, tuple[str, str]]:
    findings = Findings()
    plan_of(draft, SALON, BASE, findings)
    return {one.key.partition(" (")[0]: (one.found, one.expected) for one in findings.problems}


def test_the_files_own_tables_make_the_files_own_plan() -> None:
    findings = Findings()

    plan = plan_of(FILE, SALON, BASE, findings)

    assert findings.problems == []
    assert plan == BASE


def test_a_renamed_service_keeps_its_id_and_its_stylists() -> None:
    table = {**(FILE.service("стрижка") or {}), "title": "Стрижка модельная"}

    plan = plan_of(FILE.with_service("стрижка", table), SALON, BASE, Findings())

    service = plan.catalogue.service_titled("Стрижка модельная")
    assert service is not None
    assert service.id == "стрижка"
    assert plan.catalogue.service_titled("Стрижка") is None
    assert plan.catalogue.stylists_for(service.id) == tuple(
        one for one in plan.catalogue.stylists if one.name in ("Бари", "Сергей", "Рамзан", "Марина")
    )


def test_a_new_service_with_the_old_title_of_a_renamed_one_is_another_one() -> None:
    renamed = FILE.with_service("стрижка", {"title": "Стрижка модельная", "minutes": 60})

    draft = renamed.with_service(None, {"title": "Стрижка", "minutes": 30})

    assert problems(draft) == {}
    assert [one["id"] for one in draft.services if one["title"] == "Стрижка"] == ["стрижка 2"]


def test_a_removed_service_is_nobodys_any_more() -> None:
    draft = FILE.without_service("маникюр")

    assert problems(draft) == {}
    assert all("Маникюр" not in one["services"] for one in draft.stylists)


def test_the_order_is_the_salons() -> None:
    titles = [one["title"] for one in FILE.raised("детская стрижка").services[:2]]

    assert titles == ["Детская стрижка", "Стрижка"]


@pytest.mark.parametrize(
    ("values", "place", "expected"),
    [
        ({"title": "", "minutes": 60}, "title", "a text of 1 to 120 characters"),
        ({"title": "Стрижка", "minutes": "час"}, "minutes", "a whole number from 5 to 720"),
        ({"title": "Стрижка", "minutes": 60, "price_from": -1.0}, "price_from", "a number from 0"),
        ({"title": "Стрижка", "minutes": 60, "price_from": 9.0, "price_to": 1.0}, "price_to", "price_from (9) or more"),
        ({"title": "Маникюр", "minutes": 60}, "title", "another name"),
    ],
)
def test_a_mistake_in_a_service_is_told_at_its_field_in_the_files_words(
    values: dict[str, Any], place: str, expected: str
) -> None:
    found = problems(FILE.with_service("стрижка", values))
    at = f"service[0].{place}"
    if values["title"] == "Маникюр":
        at = "service[5].title"  # told of the second of two, as in the file

    assert expected in found[at][1]


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"hours": {"mon": "25:00-26:00"}}, "hours.mon"),
        ({"hours": {"mon": "20:00-10:00"}}, "hours.mon"),
        ({"hours": {"mon": "10:00-14:00, 13:00-15:00"}}, "hours.mon"),
        ({"days_off": ["2026-02-30"]}, "days_off[0]"),
        ({"days_off": ["2027-01-08..2027-01-01"]}, "days_off[0]"),
        ({"services": ["Массаж"]}, "services[0]"),
        ({"name": "  "}, "name"),
    ],
)
def test_a_mistake_in_a_stylist_is_told_at_its_field(values: dict[str, Any], place: str) -> None:
    table = {"name": "Бари", "services": [], "hours": {}, **values}

    assert f"stylist[0].{place}" in problems(FILE.with_stylist("бари", table))


SMALL = st.sampled_from(["Стрижка", "стрижка", "Маникюр", "Новое", " Новое ", "<script>", "", "ё" * 130])
SERVICES = st.fixed_dictionaries(
    {"title": SMALL, "minutes": st.integers(-5, 800)},
    optional={"price_from": st.floats(-10, 1e9), "price_to": st.floats(0, 100), "aliases": st.lists(SMALL, max_size=2)},
)
STYLISTS = st.fixed_dictionaries(
    {
        "name": SMALL,
        "services": st.lists(SMALL, max_size=3),
        "hours": st.dictionaries(
            st.sampled_from(["mon", "tue-fri", "sat, sun", "пн"]),
            st.sampled_from(["10:00-20:00", "9:00-12:00, 13:00-18:00", "10:00", "20:00-10:00"]),
            max_size=3,
        ),
    },
    optional={"days_off": st.lists(st.sampled_from(["2026-12-31", "2027-01-01..2027-01-08", "завтра"]), max_size=2)},
)
IDS = st.sampled_from([None, *(one["id"] for one in FILE.services[:3]), "новое", "нет такой"])
PEOPLE = st.sampled_from([None, *(one["id"] for one in FILE.stylists[:2]), "новое"])
STEPS: st.SearchStrategy[Callable[[Draft], Draft]] = st.one_of(
    st.builds(lambda i, v: lambda d: d.with_service(i, v), IDS, SERVICES),
    st.builds(lambda i, v: lambda d: d.with_stylist(i, v), PEOPLE, STYLISTS),
    st.builds(lambda i: lambda d: d.without_service(str(i)), IDS),
    st.builds(lambda i: lambda d: d.without_stylist(str(i)), PEOPLE),
    st.builds(lambda i: lambda d: d.raised(str(i)), IDS),
)


@settings(max_examples=60)
@given(st.lists(STEPS, max_size=8))
def test_any_sequence_of_edits_leaves_a_plan_that_loads(steps: list[Callable[[Draft], Draft]]) -> None:
    """What is refused changes nothing; what is accepted survives the journal and has no two of one id."""
    draft = FILE
    for step in steps:
        wanted = step(draft)
        if not problems(wanted):
            draft = wanted

    findings = Findings()
    plan = plan_of(of_tables(json.loads(json.dumps(draft.tables()))), SALON, BASE, findings)
    assert findings.problems == []
    for ids in ([one.id for one in plan.catalogue.services], [one.id for one in plan.catalogue.stylists]):
        assert len(ids) == len(set(ids))
    assert set(plan.working_hours) == {one.id for one in plan.catalogue.stylists}

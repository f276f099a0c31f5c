"""The project's own cases (tests/cases/*.jsonl), as `salonbot eval` counts them.

`<group>_examined.jsonl` hold cases that an examiner wrote without a look at the grammar.
"""

from pathlib import Path

import pytest

from salonbot.assistant.evaluation import Report, parse
from salonbot.assistant.offline.stage_one import understanding
from tests.assistant.arbat import catalogue, salon

CASES = Path(__file__).parents[2] / "cases"
GROUPS = sorted({path.stem.removesuffix("_examined") for path in CASES.glob("*.jsonl")})


@pytest.fixture(scope="module")
def report() -> Report:
    counted = Report()
    for path in sorted(CASES.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = parse(line)
            commands = understanding(case.situation(salon(), catalogue())).commands
            counted.count(case, commands, zone=salon().zone)
    return counted


def test_there_are_enough_cases_of_every_group(report: Report) -> None:
    assert report.cases >= 300
    assert set(GROUPS) == {
        "attacks", "cancel_move", "corrections", "dates", "memory", "names", "nonsense",
        "prices", "schedule", "services", "small_talk", "stylists", "times",
    }  # fmt: skip


def test_nineteen_of_twenty_cases_are_understood(report: Report) -> None:
    assert report.accuracy >= 0.95, report.as_json()["misses"]


@pytest.mark.parametrize("group", GROUPS)
def test_nine_of_ten_cases_of_each_group_are_understood(report: Report, group: str) -> None:
    cases, passed = report.groups[group]

    assert passed / cases >= 0.9

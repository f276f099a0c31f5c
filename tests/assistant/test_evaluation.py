"""Cases: how a line is read, how commands are compared, what a report counts, and `salonbot eval` around it all."""

import json
from contextlib import suppress
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.assistant.evaluation import COMMAND_FIELDS, BadCaseError, Expected, Report, described, matches, parse
from salonbot.cli import main
from salonbot.model.commands import CancelAppointment, CreateAppointment, SaveName, SearchSlots
from salonbot.model.messages import Author
from tests.assistant.arbat import at, catalogue, salon

CONFIG = Path(__file__).parents[2] / "config.toml"
ZONE = salon().zone


def line(*commands: object, **changed: object) -> str:
    """A case as it stands in a file."""
    case = {
        "id": "one",
        "group": "memory",
        "now": "2026-11-23T10:00:00+03:00",
        "message": "давайте в 12",
        "expect": {"commands": list(commands)},
    }
    return json.dumps(case | changed, ensure_ascii=False)


def expected(command: object) -> Expected:
    (found,) = parse(line(command)).expected
    return found


def test_a_case_is_a_situation_without_memory() -> None:
    case = parse(line(history=[{"from": "salon", "text": "Есть 12:00"}, {"from": "customer", "text": "так"}]))

    situation = case.situation(salon(), catalogue())

    assert situation.memory is None
    assert situation.now == at("2026-11-23 10:00")
    assert [(said.author, said.text) for said in situation.history] == [
        (Author.SALON, "Есть 12:00"),
        (Author.CUSTOMER, "так"),
    ]


def test_only_the_fields_named_are_compared() -> None:
    command = CreateAppointment(service="Стрижка", stylist="Бари", start=at("2026-11-24 15:00"), name="Анна")
    got = (described(command, ZONE),)

    assert matches((expected({"name": "create_appointment"}),), got)
    assert matches(
        (expected({"name": "create_appointment", "service": "стрижка", "start": "2026-11-24T15:00:00"}),), got
    )
    assert not matches((expected({"name": "create_appointment", "stylist": "Сергей"}),), got)


def test_null_expects_that_nothing_is_known() -> None:
    nobody = (expected({"name": "search_slots", "stylist": None}),)

    assert matches(nobody, (described(SearchSlots(service="Стрижка"), ZONE),))
    assert not matches(nobody, (described(SearchSlots(stylist="Бари"), ZONE),))


def test_the_order_is_free_but_not_the_number() -> None:
    first, second = expected({"name": "cancel_appointment"}), expected({"name": "search_slots", "service": "Маникюр"})
    got = (described(SearchSlots(service="Маникюр"), ZONE), described(CancelAppointment(), ZONE))

    assert matches((first, second), got)
    assert not matches((first,), got)
    assert not matches((first, second, second), got)


def test_every_expected_command_needs_one_of_its_own() -> None:
    anything = expected({"name": "search_slots"})
    got = (described(SearchSlots(service="Маникюр"), ZONE), described(SearchSlots(service="Педикюр"), ZONE))

    assert matches((anything, expected({"name": "search_slots", "service": "Маникюр"})), got)
    assert not matches((anything, expected({"name": "search_slots", "service": "Брови"})), got)


def test_dates_and_times_are_told_in_iso_and_starts_to_the_minute() -> None:
    search = SearchSlots(date_from=date(2026, 11, 24), time_from=time(17))
    booking = CreateAppointment(service="Стрижка", start=at("2026-11-24 15:00"))

    assert dict(described(search, ZONE).fields) == {"date_from": "2026-11-24", "time_from": "17:00"}
    assert dict(described(booking, ZONE).fields)["start"] == "2026-11-24T15:00"


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "save_name", "customer_name": "Арсен"}',
        '{"name": "save_name", "fields": {"name": "Арсен"}}',
        '{"name": "save_name", "name": "Арсен"}',
        '{"command": "save_name", "name": "Арсен"}',
    ],
)
def test_a_persons_name_can_be_written_beside_the_commands_name(text: str) -> None:
    raw = line("HERE").replace('"HERE"', text)

    assert matches(parse(raw).expected, (described(SaveName(name="Арсен"), ZONE),))


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "{",
        "[1]",
        '"text"',
        line({"name": "book_flight"}),
        line({"name": "save_name", "age": "5"}),
        line({"name": "create_appointment", "start": "tomorrow"}),
        line({"name": "search_slots", "date_from": 5}),
        line({"name": "search_slots", "fields": []}),
        line(now="yesterday"),
        line(now=None),
        line(message=7),
        line(history=[{"from": "robot", "text": "hi"}]),
        line(history="hi"),
        line(expect={}),
        line(expect={"commands": ["cancel"]}),
        "[" * 100_000,
    ],
)
def test_what_is_no_case_is_refused_with_a_reason(bad: str) -> None:
    with pytest.raises(BadCaseError, match=r"\w"):
        parse(bad)


@given(
    st.text()
    | st.recursive(st.none() | st.booleans() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)).map(
        json.dumps
    )
)
def test_any_line_is_a_case_or_refused(text: str) -> None:
    with suppress(BadCaseError):
        assert parse(text).message is not None


def test_a_report_counts_by_group_and_keeps_every_miss() -> None:
    report = Report()
    case = parse(line({"name": "cancel_appointment", "confirmed": True}))

    assert report.count(case, (CancelAppointment(confirmed=True),), zone=ZONE)
    assert not report.count(case, (CancelAppointment(),), zone=ZONE)
    assert not report.count(case, (), zone=ZONE, error="away")

    told = report.as_json()
    assert (told["cases"], told["passed"], told["accuracy"]) == (3, 1, 0.3333)
    assert told["groups"] == {"memory": {"cases": 3, "passed": 1, "accuracy": 0.3333}}
    assert len(report.misses) == 2


def test_every_command_of_the_interface_can_be_expected() -> None:
    assert set(COMMAND_FIELDS) == {
        "list_services", "explain_service", "search_slots", "show_schedule", "create_appointment",
        "reschedule_appointment", "cancel_appointment", "show_appointments", "save_name", "hand_over",
    }  # fmt: skip


def evaluate(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[object, str]:
    """Exit code and standard output of `salonbot eval`."""
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(CONFIG), "eval", *map(str, arguments)])
    return ended.value.code, capsys.readouterr().out


def test_the_command_prints_accuracy_and_every_miss(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(
        "\n".join((line({"name": "show_appointments"}, message="мои записи"), "", "{", line({"name": "hand_over"}))),
        encoding="utf-8",
    )

    code, printed = evaluate(capsys, file)

    assert code == 0
    assert "✗ memory one: давайте в 12" in printed
    assert '{"name": "hand_over"}' in printed
    assert "! line 3: no JSON" in printed
    assert "1 of 2" in printed
    assert "50.0%" in printed


def test_the_command_tells_machines_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(line({"name": "show_appointments"}, message="мои записи") + "\nnot a case\n", encoding="utf-8")

    code, printed = evaluate(capsys, file, "--json")

    assert code == 0
    report = json.loads(printed)
    assert (report["cases"], report["passed"], report["accuracy"], report["misses"]) == (1, 1, 1.0, [])
    assert [error["line"] for error in report["errors"]] == [2]


def test_a_file_that_cannot_be_read_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, printed = evaluate(capsys, tmp_path / "nowhere.jsonl")

    assert (code, printed) == (1, "")


def test_an_empty_file_is_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_bytes(b"\xff\xfe\n\n")

    code, printed = evaluate(capsys, file, "--json")

    assert code == 0
    assert json.loads(printed)["cases"] == 0


def test_claude_needs_a_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    file = tmp_path / "cases.jsonl"
    file.write_text(line() + "\n", encoding="utf-8")

    code, printed = evaluate(capsys, file, "--brain", "claude")

    assert (code, printed) == (2, "")


def test_the_help_names_every_command_and_field(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed = evaluate(capsys, "--help")

    assert code == 0
    for name, known in COMMAND_FIELDS.items():
        assert f"{name}{{{', '.join(known)}}}" in printed
    assert "customer_name" in printed

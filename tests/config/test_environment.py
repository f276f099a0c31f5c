"""Secrets and the state folder: where each may come from, and which source counts."""

from pathlib import Path

import pytest

from salonbot.config.environment import read_secrets, state_folder
from salonbot.config.load import load
from salonbot.config.tables import Findings
from salonbot.errors import ConfigurationError

KEY = "sk-ant-0123"


def key_from(environment: dict[str, str]) -> str | None:
    findings = Findings()
    key = read_secrets(environment, findings).anthropic_api_key
    assert not findings.problems
    return key.get_secret_value() if key else None


def test_the_key_comes_from_the_environment_a_file_or_a_systemd_credential(tmp_path: Path) -> None:
    (tmp_path / "anthropic_api_key").write_text(f"{KEY}\n", encoding="ascii")

    assert key_from({"ANTHROPIC_API_KEY": f" {KEY}\n"}) == KEY
    assert key_from({"ANTHROPIC_API_KEY_FILE": str(tmp_path / "anthropic_api_key")}) == KEY
    assert key_from({"CREDENTIALS_DIRECTORY": str(tmp_path)}) == KEY


def test_the_nearer_source_counts_and_none_is_fine(tmp_path: Path) -> None:
    (tmp_path / "anthropic_api_key").write_text("sk-ant-other", encoding="ascii")

    assert key_from({"ANTHROPIC_API_KEY": KEY, "CREDENTIALS_DIRECTORY": str(tmp_path)}) == KEY
    assert key_from({"ANTHROPIC_API_KEY": "", "CREDENTIALS_DIRECTORY": str(tmp_path / "none")}) is None


def test_credentials_that_cannot_be_looked_at_are_one_mistake_and_no_crash(tmp_path: Path) -> None:
    """As where systemd could not hand them over to the service's user; nothing is closed to root, but this is."""
    findings = Findings()

    read_secrets({"CREDENTIALS_DIRECTORY": str(tmp_path / ("x" * 300))}, findings)

    (problem,) = findings.problems
    assert problem.key == "CREDENTIALS_DIRECTORY"
    assert "File name too long" in problem.found


@pytest.mark.parametrize("content", [None, "", " \n", "sk-ant one\ntwo", "ключ"])
def test_a_key_file_that_holds_no_key_is_told_without_showing_it(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    findings = Findings()

    read_secrets({"ANTHROPIC_API_KEY_FILE": str(file)}, findings)

    (problem,) = findings.problems
    assert problem.key == "ANTHROPIC_API_KEY_FILE"
    assert "sk-ant" not in str(problem)


def test_the_key_does_not_show_when_the_configuration_is_printed() -> None:
    loaded = load(None, environment={"ANTHROPIC_API_KEY": KEY})

    assert KEY not in repr(loaded)


def test_state_is_where_the_command_line_then_systemd_then_the_file_say(tmp_path: Path) -> None:
    systemd = {"STATE_DIRECTORY": "/var/lib/salonbot:/var/lib/other"}
    configured, beside = Path("var"), tmp_path

    assert state_folder(Path("/chosen"), systemd, configured, beside) == Path("/chosen")
    assert state_folder(None, systemd, configured, beside) == Path("/var/lib/salonbot")
    assert state_folder(None, {"STATE_DIRECTORY": ""}, configured, beside) == tmp_path / "var"
    assert state_folder(None, {}, Path("/srv/state"), beside) == Path("/srv/state")
    assert state_folder(Path("here"), {}, configured, beside) == Path.cwd() / "here"


def test_an_empty_state_on_the_command_line_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="--state: found an empty path"):
        load(None, environment={}, state=Path())


def test_yclients_tokens_come_from_the_environment_files_or_credentials(tmp_path: Path) -> None:
    (tmp_path / "yclients_user_token_nord").write_text("of-nord\n", encoding="ascii")
    (tmp_path / "partner").write_text("of-partner\n", encoding="ascii")
    findings = Findings()

    secrets = read_secrets(
        {
            "YCLIENTS_PARTNER_TOKEN_FILE": str(tmp_path / "partner"),
            "YCLIENTS_USER_TOKEN": "of-all",
            "YCLIENTS_USER_TOKEN_ARBAT_2": "of-arbat",
            "CREDENTIALS_DIRECTORY": str(tmp_path),
        },
        findings,
        ["arbat-2", "nord", "south"],
    )

    assert not findings.problems
    partner = secrets.yclients_partner_token
    assert partner is not None
    assert partner.get_secret_value() == "of-partner"
    found = {salon: secrets.yclients_user_token_of(salon) for salon in ("arbat-2", "nord", "south")}
    assert {salon: token.get_secret_value() for salon, token in found.items() if token} == {
        "arbat-2": "of-arbat",
        "nord": "of-nord",
        "south": "of-all",
    }
    assert "of-" not in repr(secrets)

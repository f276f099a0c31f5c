"""`[salon.events]` and the secrets other systems and we sign with: what is right, and what is told of the rest."""

from pathlib import Path

import pytest

from salonbot.config.environment import read_secrets
from salonbot.config.load import Loaded, load
from salonbot.config.tables import Findings
from salonbot.errors import ConfigurationError
from tests.config.test_load import WHOLE

SECRET = "0123456789abcdef"


def loaded(tmp_path: Path, events: str, **environment: str) -> Loaded:
    file = tmp_path / "config.toml"
    # Tables of the salon stand before its services.
    file.write_text(WHOLE.replace("[[salon.service]]", f"[salon.events]\n{events}\n[[salon.service]]", 1), "utf-8")
    return load(file, environment=environment)


def mistake(tmp_path: Path, events: str, **environment: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, events, **({"EVENTS_SECRET": SECRET} | environment))
    return "\n".join(map(str, caught.value.problems))


def test_by_default_every_kind_is_told_without_texts(tmp_path: Path) -> None:
    found = loaded(tmp_path, 'url = "https://crm.example.org/in?x=1"', EVENTS_SECRET_MAIN=SECRET)

    events = found.configuration.salon[0].events
    assert events is not None
    assert "appointment.moved" in events.kinds
    assert len(events.kinds) == 6
    assert events.include_texts is False
    assert found.warnings == ()
    assert SECRET not in repr(found)


def test_without_a_secret_it_is_said_where_it_belongs(tmp_path: Path) -> None:
    said = mistake(tmp_path, 'url = "https://crm.example.org"', EVENTS_SECRET="")

    assert "EVENTS_SECRET or EVENTS_SECRET_MAIN" in said


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ("", "(this key is required)"),
        ('url = "https://user:password@crm.example.org/"', "without a password"),
        ('url = "crm.example.org"', "https://host/path"),
        ('url = "https://[crm/"', "url: "),
        ('url = "https://crm..example.org/"', "url: "),
        ('url = "https://crm.example.org:port/"', "url: "),
        ('url = "https://a"\nkinds = ["message.recieved"]', '"message.received" (nearest)'),
        ('url = "https://a"\nsecret = "abc"', "set EVENTS_SECRET"),
        ('url = "https://a"\ntries = 0', "from 1 to 100"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, events: str, said: str) -> None:
    assert said in mistake(tmp_path, events)


def test_an_unprotected_way_is_warned_of_unless_it_stays_on_this_machine(tmp_path: Path) -> None:
    far = loaded(tmp_path, 'url = "http://crm.example.org/"', EVENTS_SECRET=SECRET)
    near = loaded(tmp_path, 'url = "http://127.0.0.1:9000/"', EVENTS_SECRET=SECRET)

    assert len(far.warnings) == 1
    assert near.warnings == ()


@pytest.mark.parametrize("name", ["WEBHOOK_SECRET", "EVENTS_SECRET"])
def test_signing_secrets_come_from_the_environment_files_or_credentials_and_are_long(name: str, tmp_path: Path) -> None:
    (tmp_path / f"{name.lower()}_nord").write_text(f"{SECRET}-nord\n", encoding="ascii")
    (tmp_path / "all").write_text(f"{SECRET}-all\n", encoding="ascii")
    findings = Findings()

    secrets = read_secrets(
        {
            f"{name}_FILE": str(tmp_path / "all"),
            f"{name}_ARBAT_2": f"{SECRET}-2",
            "CREDENTIALS_DIRECTORY": str(tmp_path),
        },
        findings,
        ["arbat-2", "nord", "file", "south"],
    )

    secret_of = secrets.webhook_secret_of if name == "WEBHOOK_SECRET" else secrets.events_secret_of
    found = {salon: secret_of(salon) for salon in ("arbat-2", "nord", "file", "south")}
    assert findings.problems == []
    assert {salon: secret.get_secret_value() for salon, secret in found.items() if secret} == {
        "arbat-2": f"{SECRET}-2",
        "nord": f"{SECRET}-nord",
        "file": f"{SECRET}-all",
        "south": f"{SECRET}-all",
    }
    read_secrets({f"{name}_NORD": "short"}, findings, ["nord"])
    assert [problem.key for problem in findings.problems] == [f"{name}_NORD"]

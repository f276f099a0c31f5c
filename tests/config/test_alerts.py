"""`[alerts]`, `[salon.alerts]` and their secrets: what is right, what is told of the rest, and whose settings count."""

from pathlib import Path

import pytest

from salonbot.alerts.owner import Owner
from salonbot.clock import SystemClock
from salonbot.config.load import Loaded, load
from salonbot.errors import ConfigurationError
from salonbot.model.alerts import AlertKind, Severity
from salonbot.model.salon import SalonId
from salonbot.owners import Owners
from tests.config.test_load import WHOLE

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRETS = {"TELEGRAM_TOKEN": TOKEN, "EMAIL_PASSWORD": "mailbox-password", "ALERTS_SECRET": "0123456789abcdef"}
EVERYTHING = """
[web]
public_url = "https://bot.example.org"
[alerts]
quiet_hours = "23:30-07:15"
muted = ["budget_spent"]
[alerts.telegram]
chat_id = "-1001234567890"
[alerts.email]
to = ["owner@salon.example"]
sender = "bot@salon.example"
host = "smtp.yandex.ru"
user = "bot@salon.example"
[alerts.webhook]
url = "https://crm.example.org/alerts"
"""
OWN = """
[salon.alerts]
language = "en"
quiet_hours = ""
whatsapp = false
[salon.alerts.telegram]
chat_id = "42"
"""


def loaded(tmp_path: Path, house: str = "", own: str = "", **environment: str) -> Loaded:
    file = tmp_path / "config.toml"
    # Tables of the salon stand before its services.
    file.write_text(house + "\n" + WHOLE.replace("[[salon.service]]", f"{own}\n[[salon.service]]", 1), "utf-8")
    return load(file, environment=environment)


def owner(found: Loaded, salon: str | None) -> Owner:
    return Owners(lambda: found, {}, SystemClock()).of(SalonId(salon) if salon else None)


def mistake(tmp_path: Path, house: str = "", own: str = "", **environment: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        loaded(tmp_path, house, own, **environment)
    return "\n".join(map(str, caught.value.problems))


def test_by_default_the_salon_is_told_in_its_own_chat_and_not_at_night(tmp_path: Path) -> None:
    found = loaded(tmp_path)

    told = owner(found, "main")
    assert tuple(told.channels) == ("whatsapp",)
    assert told.channels_for(AlertKind.LOGGED_OUT) == ()
    assert told.channels_for(AlertKind.PERSON_WANTED) == ("whatsapp",)
    assert told.rules.urgent == {kind for kind in AlertKind if kind.severity is Severity.URGENT}
    assert (told.rules.quiet.begin.hour, told.rules.quiet.end.hour) == (22, 8)
    assert found.warnings == ()


def test_every_channel_may_be_had_at_once(tmp_path: Path) -> None:
    found = loaded(tmp_path, EVERYTHING, **SECRETS)

    for salon in ("main", None):
        told = owner(found, salon)
        assert tuple(told.channels) == ("whatsapp", "telegram", "email", "webhook")
        assert told.rules.muted == {AlertKind.BUDGET_SPENT}
        assert told.rules.quiet.begin.isoformat() == "23:30:00"
        assert told.pages == "https://bot.example.org"
    assert found.warnings == ()
    assert all(secret not in repr(found) for secret in SECRETS.values())


def test_a_salons_own_settings_count_and_the_others_are_the_houses(tmp_path: Path) -> None:
    found = loaded(tmp_path, EVERYTHING, OWN, TELEGRAM_TOKEN_MAIN=TOKEN, **SECRETS)

    told, house = owner(found, "main"), owner(found, None)
    assert (told.language, house.language) == ("en", "ru")
    assert tuple(told.channels) == ("telegram", "email", "webhook")
    assert told.rules.quiet.begin == told.rules.quiet.end
    assert told.rules.muted == house.rules.muted


def test_a_salon_that_is_no_more_is_the_houses_matter(tmp_path: Path) -> None:
    found = loaded(tmp_path, EVERYTHING, **SECRETS)

    assert owner(found, "gone").salon_name is None


@pytest.mark.parametrize(
    ("house", "said"),
    [
        ('[alerts]\nquiet_hours = "22-8"', '"22:00-08:00"'),
        ('[alerts]\nquiet_hours = "25:00-08:00"', '"22:00-08:00"'),
        ('[alerts]\nurgent = ["loged_out"]', '"logged_out" (nearest)'),
        ('[alerts]\nmuted = ["everything"]', "one of"),
        ("[alerts]\nsilent_minutes = 0", "above 0"),
        ("[alerts.telegram]", "(this key is required)"),
        ("[alerts.telegram]\nchat_id = 5", "a chat's number in quotes"),
        ('[alerts.telegram]\nchat_id = "me"', "a chat's number in quotes"),
        ('[alerts.telegram]\nchat_id = "5"\naddress = "http://far.example.org"', "https://, for the token"),
        ('[alerts.telegram]\nchat_id = "5"\nbot_token = "x"', "set TELEGRAM_TOKEN"),
        ('[alerts.email]\nto = []\nsender = "a@b"\nhost = "h"', "at least one text"),
        ('[alerts.email]\nto = ["a b@c"]\nsender = "a@b"\nhost = "h"', "an e-mail address"),
        ('[alerts.email]\nto = ["a@b"]\nsender = "bot"\nhost = "h"', "an e-mail address"),
        ('[alerts.email]\nto = ["a@b"]\nsender = "a@b"\nhost = "h"\nsecurity = "none"', '"starttls" or "tls"'),
        ('[alerts.email]\nto = ["a@b"]\nsender = "a@b"\nhost = "h"\npassword = "x"', "set EMAIL_PASSWORD"),
        ('[alerts.webhook]\nurl = "https://[crm/"', "https://host/path"),
        ('[alerts.webhook]\nurl = "https://crm..example.org/"', "https://host/path"),
        ('[alerts.webhook]\nurl = "https://crm:99999/"', "https://host/path"),
        ('[alerts.email]\nto = ["a@b"]\nsender = "a@b"\nhost = "smtp..example.org"', "the name of a server"),
        ('[alerts.telegram]\nchat_id = "5"\naddress = "https://api..telegram.org"', "https://api.telegram.org"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, house: str, said: str) -> None:
    assert said in mistake(tmp_path, house, **SECRETS)


@pytest.mark.parametrize("name", SECRETS)
def test_without_a_secret_it_is_said_where_it_belongs(tmp_path: Path, name: str) -> None:
    others = {key: value for key, value in SECRETS.items() if key != name}

    assert name in mistake(tmp_path, EVERYTHING, **others)
    own = EVERYTHING.replace("[alerts", "[salon.alerts").partition('.org"\n')[2]
    assert f"{name}_MAIN" in mistake(tmp_path, "", own, **others)


def test_an_open_way_is_warned_of(tmp_path: Path) -> None:
    found = loaded(tmp_path, '[alerts.webhook]\nurl = "http://crm.example.org/"', **SECRETS)

    assert len(found.warnings) == 1

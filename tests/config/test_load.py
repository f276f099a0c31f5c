"""Reading the configuration: the default works, and every mistake is told at once, in plain words, by its key."""

import codecs
from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from salonbot.config.load import Loaded, load
from salonbot.errors import ConfigurationError, Problem
from salonbot.model.salon import Hours, PriceRange, StylistId

REPOSITORY = Path(__file__).parents[2]

SALON = """
[[salon]]
id = "main"
name = "Салон"
zone = "Europe/Moscow"
"""
SERVICE = """
[[salon.service]]
title = "Стрижка"
minutes = 60
"""
STYLIST = """
[[salon.stylist]]
name = "Ольга"
services = ["Стрижка"]
hours = { "tue-sat" = "10:00-20:00" }
"""
WHOLE = SALON + SERVICE + STYLIST

Read = Callable[[str | bytes], Loaded]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Load a configuration given as text."""

    def write_and_load(content: str | bytes) -> Loaded:
        file = tmp_path / "config.toml"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return load(file, environment={})

    return write_and_load


def problems_of(read: Read, content: str | bytes) -> dict[str, Problem]:
    """The problems of a bad configuration by their path, without the names for humans."""
    with pytest.raises(ConfigurationError) as caught:
        read(content)
    return {problem.key.partition(" (")[0]: problem for problem in caught.value.problems}


def test_the_default_is_a_working_salon_without_a_warning() -> None:
    loaded = load(REPOSITORY / "config.toml", environment={})

    (plan,) = loaded.salons
    assert plan.profile.zone.key == "Europe/Moscow"
    assert {one.title for one in plan.catalogue.services} >= {"Стрижка", "Стрижка + борода", "Коррекция бровей"}
    assert [one.name for one in plan.catalogue.stylists] == ["Бари", "Сергей", "Рамзан", "Марина", "Ольга"]
    assert loaded.warnings == ()


def test_without_a_path_and_a_file_the_packaged_default_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    loaded = load(None, environment={})

    assert loaded.salons == load(REPOSITORY / "config.toml", environment={}).salons
    assert loaded.state == tmp_path / "var"


def test_without_a_path_the_file_of_the_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text(WHOLE, encoding="utf-8")

    assert load(None, environment={}).source == "config.toml"


def test_a_stylist_works_the_hours_of_the_file_and_no_others(read: Read) -> None:
    loaded = read(
        SALON
        + SERVICE
        + """
        [[salon.stylist]]
        name = "Ольга"
        services = ["стрижка"]
        hours = { "sat-mon" = "12:00-16:00", "mon" = "9:00-11:00", "wed, fri" = "15:00-19:00, 10:00-14:00" }
        days_off = ["2026-12-31", "2027-01-01..2027-01-03"]
        """
    )

    (plan,) = loaded.salons
    olga = StylistId("ольга")
    noon, long = Hours(time(12), time(16)), (Hours(time(10), time(14)), Hours(time(15), time(19)))
    assert plan.working_hours[olga] == ((Hours(time(9), time(11)), noon), (), long, (), long, (noon,), (noon,))
    assert plan.days_off[olga] == {date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)}
    assert plan.catalogue.stylists_for(plan.catalogue.services[0].id) == plan.catalogue.stylists


def test_prices_are_kept_in_kopecks_and_alone_are_fixed(read: Read) -> None:
    loaded = read(SALON + SERVICE + "price_from = 1500.5\n" + SERVICE.replace("Стр", "Дл. стр") + "price_from = 0\n")

    first, second = loaded.salons[0].catalogue.services
    assert (first.price, second.price) == (PriceRange(150050, 150050), PriceRange(0, 0))
    assert first.duration == timedelta(hours=1)


def test_every_mistake_is_told_at_once_by_its_key(read: Read) -> None:
    found = problems_of(
        read,
        """
        stat = "x"
        [web]
        port = "8080"
        [log]
        level = "verbose"
        [turns]
        quiet_seconds = nan
        parallel = true
        [[salon]]
        id = "main"
        name = ""
        zone = "Europe/Moskow"
        colour = "red"
        [salon.calendar]
        grid_minutes = 1
        [[salon.service]]
        title = "Стрижка"
        minutes = 60.5
        price_from = 2000
        price_to = 1500
        [[salon.service]]
        title = "стрижка "
        minutes = 30
        [[salon.stylist]]
        name = "Ольга"
        services = ["Стрижка", "Стришка", 5]
        hours = { "tue-sat" = "10:00-9:00" }
        [[salon.stylist]]
        name = "Ира"
        services = ["Стришка"]
        hours = { "tue-xyz" = "10:00-14:00", "fri-mon" = "10:00-14:00", "sat" = "13:00-15:00" }
        days_off = ["2026-02-30"]
        """,
    )

    assert set(found) == {
        "stat",
        "web.port",
        "log.level",
        "turns.quiet_seconds",
        "turns.parallel",
        "salon[0].name",
        "salon[0].zone",
        "salon[0].colour",
        "salon[0].calendar.grid_minutes",
        "salon[0].service[0].minutes",
        "salon[0].service[0].price_to",
        "salon[0].service[1].title",
        "salon[0].stylist[0].services[2]",
        "salon[0].stylist[0].hours.tue-sat",
        "salon[0].stylist[1].services[0]",
        "salon[0].stylist[1].hours.tue-xyz",
        "salon[0].stylist[1].hours",
        "salon[0].stylist[1].days_off[0]",
    }


@pytest.mark.parametrize(
    ("toml", "key", "found", "expected"),
    [
        ("[web]\nprot = 1\n" + WHOLE, "web.prot", "an unknown key", '"port"'),
        ("[web]\nport = '1'\n" + WHOLE, "web.port", 'the text "1"', "a whole number from 0 to 65535"),
        ("[web]\nport = 70000\n" + WHOLE, "web.port", "the number 70000", "a whole number from 0 to 65535"),
        ("web = 5\n" + WHOLE, "web", "the number 5", "a table"),
        ("[log]\nformat = 'xml'\n" + WHOLE, "log.format", 'the text "xml"', 'one of "auto", "plain", "json"'),
        ("[whatsapp]\nqr_seconds = 0\n" + WHOLE, "whatsapp.qr_seconds", "the number 0", "a number above 0"),
        ("[whatsapp]\nmark_read = 1\n" + WHOLE, "whatsapp.mark_read", "the number 1", "true or false"),
        ("[whatsapp]\nproxy = 'x:pw@y'\n" + WHOLE, "whatsapp.proxy", "not shown", "socks5://host:port"),
        ("[turns]\nlongest_wait_seconds = 1\n" + WHOLE, "turns.longest_wait_seconds", "the number 1", "quiet_seconds"),
        ("[assistant]\nbrain = 'claude'\n" + WHOLE, "assistant.brain", "without a key", "ANTHROPIC_API_KEY"),
        ("state = ''\n" + WHOLE, "state", "an empty path", "a folder"),
        ("state = 'a\\u0000b'\n".replace("'", '"') + WHOLE, "state", "NUL", "a folder"),
        ("", "salon", "nothing", "tables in double brackets (this key is required)"),
        ("salon = []", "salon", "none", "at least one [[salon]] table"),
        ("salon = 'x'", "salon", 'the text "x"', "[[salon]]"),
        ("salon = ['x']", "salon[0]", 'the text "x"', "a table"),
        (WHOLE + "[[salon.service]]\ntitle = 'A'", "salon[0].service[1].minutes", "nothing", "from 5 to 720"),
        (WHOLE.replace("main", "Main"), "salon[0].id", '"Main"', "a-z, 0-9"),
        (WHOLE.replace("Europe/Moscow", "europe/moscow!"), "salon[0].zone", "europe/moscow!", '"Europe/Moscow"'),
        (WHOLE.replace("Europe/Moscow", "Kaliningrad"), "salon[0].zone", "Kaliningrad", '"Europe/Kaliningrad"'),
        (WHOLE.replace("Europe/Moscow", "GMT+3"), "salon[0].zone", "GMT+3", 'such as "Europe/Moscow"'),
        (WHOLE.replace("Europe/Moscow", "../../etc/passwd"), "salon[0].zone", "passwd", "IANA"),
        (WHOLE.replace("Europe/Moscow", "Europe"), "salon[0].zone", "Europe", "IANA"),
        (WHOLE.replace('["Стрижка"]', '["Стришка"]'), "salon[0].stylist[0].services[0]", "Стришка", '"Стрижка"'),
        (WHOLE.replace('["Стрижка"]', '"Стрижка"'), "salon[0].stylist[0].services", "the text", "a list of texts"),
        (WHOLE + STYLIST, "salon[0].stylist[1].name", '"Ольга" a second time', "salon[0].stylist[0].name"),
        (WHOLE + WHOLE, "salon[1].id", '"main" a second time', "salon[0].id"),
        (WHOLE.replace("Ольга", "  "), "salon[0].stylist[0].name", "only spaces", "a name"),
        (SALON + SERVICE + "price_to = 5", "salon[0].service[0].price_from", "nothing", "price_from alone"),
        (SALON + SERVICE + "price_from = inf", "salon[0].service[0].price_from", "inf", "a number from 0"),
        (
            SALON + "[salon.calendar]\nlead_minutes = 1440\nhorizon_days = 1",
            "salon[0].calendar.lead_minutes",
            "1440 minutes",
            "less than the horizon",
        ),
    ],
)
def test_a_mistake_says_what_was_found_and_what_was_expected(
    read: Read, toml: str, key: str, found: str, expected: str
) -> None:
    problems = problems_of(read, toml)

    assert list(problems) == [key]
    assert found in problems[key].found
    assert expected in problems[key].expected


def test_a_mistake_names_the_salon_and_the_stylist_for_people(read: Read) -> None:
    problem = problems_of(read, WHOLE.replace("tue-sat", "вт-сб"))['salon[0].stylist[0].hours."вт-сб"']

    assert '(salon "main", stylist "Ольга")' in problem.key
    assert '"tue" for "вт"' in problem.expected


def test_a_service_that_could_not_be_read_makes_no_stylist_wrong(read: Read) -> None:
    assert list(problems_of(read, WHOLE.replace('title = "Стрижка"', "title = 5"))) == ["salon[0].service[0].title"]


def test_a_secret_in_the_file_is_refused_with_advice_and_not_repeated(read: Read) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read('[assistant]\nanthropic_api_key = "sk-ant-very-secret"\n' + WHOLE)

    assert "ANTHROPIC_API_KEY" in str(caught.value)
    assert "sk-ant" not in str(caught.value)


def test_a_secret_on_a_line_that_is_not_toml_is_not_repeated(read: Read) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(WHOLE + "\nkey = sk-ant-very-secret\n")

    assert "line 16, column 7" in str(caught.value)
    assert "sk-ant" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "where", "found"),
    [
        (b"a = [", "the end of the file", "TOML"),
        (b"a = 1\na = 2\n", "line 2", "TOML"),
        (b"a = 1\nb = '\xff'", "line 2", "not UTF-8"),
        (codecs.BOM_UTF16_LE + WHOLE.encode("utf-16-le"), "line 1", "not UTF-8"),
        (b"a = " + b"[" * 100_000, "", "nested too deeply"),
        (b"a = " + b"9" * 10_000, "", "TOML"),
        (b"#" * 1_000_001, "", "more than 1000000 bytes"),
    ],
)
def test_a_file_that_is_not_toml_is_told_with_its_place(read: Read, content: bytes, where: str, found: str) -> None:
    (problem,) = problems_of(read, content).values()

    assert where in problem.key
    assert found in problem.found


def test_a_byte_order_mark_does_no_harm(read: Read) -> None:
    assert read(codecs.BOM_UTF8 + WHOLE.encode()).salons[0].profile.name == "Салон"


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.toml", "no such file"), (tmp_path, "a folder")):
        with pytest.raises(ConfigurationError) as caught:
            load(path, environment={})
        assert caught.value.problems[0].found == reason
        assert str(path) in str(caught.value)


def test_a_service_that_nobody_does_is_only_warned_of(read: Read) -> None:
    loaded = read(SALON + SERVICE)

    assert loaded.warnings == (
        'salon[0].service[0] (salon "main", service "Стрижка"): no stylist does this service: it cannot be booked',
    )


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
@example('salon = [{zone="\\u0000"}]')
def test_no_text_gets_more_than_a_plain_refusal(read: Read, text: str) -> None:
    with pytest.raises(ConfigurationError):
        read(text.encode("utf-8", "surrogatepass"))


VALUES = st.recursive(
    st.sampled_from(["1", "-1", "1.5", "nan", "true", '"x"', "2026-01-01", "10:00:00", '""', '"\\u0000"']),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | inner.map(lambda item: f'{{ "mon" = {item} }}')
    ),
    max_leaves=5,
)
KEYS = ("id", "name", "zone", "notes", "service", "stylist", "calendar", "currency", "website")


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(KEYS), VALUES), st.dictionaries(st.sampled_from(("web", "log", "state")), VALUES)
)
def test_values_of_any_type_at_any_key_are_read_or_plainly_refused(
    read: Read, salon: dict[str, str], top: dict[str, str]
) -> None:
    lines = [f"{key} = {value}" for key, value in top.items()] + ["[[salon]]"]
    lines += [f"{key} = {value}" for key, value in salon.items()]

    said = "read"
    try:
        read("\n".join(lines))
    except ConfigurationError as error:
        said = str(error)

    assert "pydantic" not in said
    assert "Input should" not in said


YCLIENTS = (
    SALON
    + """
[salon.yclients]
company_id = 4001
"""
)
PARTNER = {"YCLIENTS_PARTNER_TOKEN": "of-partner"}


def test_a_salon_on_yclients_needs_no_services_of_its_own_but_a_token(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(YCLIENTS, encoding="utf-8")

    loaded = load(file, environment={**PARTNER, "YCLIENTS_USER_TOKEN_MAIN": "of-user"})

    (plan,) = loaded.salons
    assert plan.yclients is not None
    assert (plan.yclients.company_id, plan.yclients.address) == (4001, "https://api.yclients.com")
    assert loaded.warnings == ()


def test_a_missing_partner_token_is_a_mistake_and_a_missing_user_token_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(YCLIENTS, encoding="utf-8")

    with pytest.raises(ConfigurationError, match="YCLIENTS_PARTNER_TOKEN"):
        load(file, environment={})
    (warning,) = load(file, environment=PARTNER).warnings
    assert "YCLIENTS_USER_TOKEN_MAIN" in warning


@pytest.mark.parametrize(
    ("line", "key", "expected"),
    [
        ('address = "http://api.yclients.com"', "salon[0].yclients.address", "https://"),
        ('address = "yclients.com"', "salon[0].yclients.address", ""),
        ('address = "https://api..yclients.com"', "salon[0].yclients.address", "https://api.yclients.com"),
        ("slots_seconds = 300", "salon[0].yclients.slots_seconds", "30"),
        ('user_token = "secret"', "salon[0].yclients.user_token", "YCLIENTS_USER_TOKEN"),
        ('partner_token = "secret"', "salon[0].yclients.partner_token", "YCLIENTS_PARTNER_TOKEN"),
    ],
)
def test_mistakes_about_yclients_are_told_by_their_key(tmp_path: Path, line: str, key: str, expected: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(YCLIENTS + line, encoding="utf-8")

    with pytest.raises(ConfigurationError) as caught:
        load(file, environment=PARTNER)

    (problem,) = caught.value.problems
    assert problem.key.partition(" (")[0] == key
    assert expected in problem.expected
    assert "secret" not in problem.found

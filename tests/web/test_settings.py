"""The pages of settings, services and stylists: each mistake at its field, each change in effect and on record."""

import re
from collections.abc import AsyncIterator
from datetime import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salonbot.config.hours import WEEKDAYS
from salonbot.config.live import NAMES
from salonbot.config.load import Loaded
from salonbot.config.secrets import Secrets
from salonbot.errors import Problem
from salonbot.model.salon import Hours
from salonbot.web.settings.file import sections
from salonbot.web.settings.forms import hours_by_day, service_fields, service_of, spans
from salonbot.web.settings.mistakes import say
from salonbot.web.wording import words
from tests.clocks import HandClock
from tests.frontdesk import LOADED, Salon
from tests.journal_fixtures import clock, database, door
from tests.web.desks import Visitor, mistakes_of, visiting, words_of

__all__ = ["clock", "database", "door"]

SERVICE = {"title": "Укладка", "minutes": "40", "price_from": "1 200", "category": "Волосы"}
BARI = {"id": "бари", "name": "Бари", "services": ["Стрижка"], "tue": "12:00-20:00"}


@pytest.fixture
async def salon(database: Any, door: Any, clock: HandClock) -> Salon:
    opened = Salon(database, door, clock)
    await opened.rulebook.load()
    return opened


@pytest.fixture
async def visitor(salon: Salon) -> AsyncIterator[Visitor]:
    async with visiting(salon) as opened:
        yield opened


async def test_a_new_service_is_offered_to_the_next_customer(visitor: Visitor, salon: Salon) -> None:
    await visitor.post("settings/services/edit", **SERVICE)

    assert "Укладка" in words_of(await visitor.get("settings/services"))
    assert "1 200 ₽" in (await salon.says("Сколько стоит укладка?")).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"title": ""}, "title", "Нужен текст от 1 до 120 знаков."),
        ({"title": "маникюр"}, "title", "«маникюр» уже есть."),
        ({"minutes": "час"}, "minutes", "«час» не подходит: нужно целое число от 5 до 720."),
        ({"minutes": ""}, "minutes", "нужно целое число от 5 до 720"),
        ({"minutes": "2"}, "minutes", "«2» не подходит"),
        ({"price_from": "дорого"}, "price_from", "нужно число от 0"),
        ({"price_to": "100"}, "price_to", "меньше цены «от» (1200)"),
        ({"price_from": "", "price_to": "100"}, "price_from", "Заполните и цену «от»"),
    ],
)
async def test_a_mistake_in_a_service_stands_at_its_field(
    visitor: Visitor, salon: Salon, changed: dict[str, str], field: str, sentence: str
) -> None:
    page = await visitor.post("settings/services/edit", 422, **{**SERVICE, **changed})

    assert list(mistakes_of(page)) == [field]
    assert sentence in mistakes_of(page)[field]
    assert salon.rulebook.since is None


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"tue": "25:00-26:00"}, "tue", "от 00:00 до 23:59"),
        ({"tue": "с утра"}, "tue", "«с утра» не похоже на часы"),
        ({"tue": "20:00-10:00"}, "tue", "конец должен быть позже начала"),
        ({"tue": "10:00-14:00, 13:00-15:00"}, "tue", "пересекаются"),
        ({"days_off": "завтра"}, "days_off", "не похоже на дату"),
        ({"days_off": "2026-02-30"}, "days_off", "такого дня нет"),
        ({"off_from": "2027-01-08", "off_to": "2027-01-01"}, "days_off", "первый день должен быть раньше"),
        ({"name": "Ольга"}, "name", "«Ольга» уже есть"),
        ({"name": " "}, "name", "Нужен текст от 1 до 80 знаков"),
        ({"services": ["Массаж"]}, "services", "Выберите из списка"),
    ],
)
async def test_a_mistake_in_a_stylist_stands_at_its_field(
    visitor: Visitor, changed: dict[str, Any], field: str, sentence: str
) -> None:
    page = await visitor.post("settings/stylists/edit", 422, **{**BARI, **changed})

    assert field in mistakes_of(page)
    assert sentence in mistakes_of(page)[field]


async def test_english_readers_get_the_very_words_of_the_configuration_s_check(salon: Salon) -> None:
    async with visiting(salon, language="en") as visitor:
        page = await visitor.post("settings/services/edit", 422, **{**SERVICE, "minutes": "час"})

    assert "expected a whole number from 5 to 720" in mistakes_of(page)["minutes"]


async def test_hours_days_off_and_leave_count_from_now_on(visitor: Visitor, salon: Salon) -> None:
    await visitor.post(
        "settings/stylists/edit", **{**BARI, "wed": "14:00-16:00", "off_from": "2026-12-01", "off_to": "2026-12-08"}
    )

    offered = await salon.says("Когда можно к Бари на стрижку завтра?")
    assert re.findall(r"\d\d:\d\d", offered) == ["14:00", "14:30", "15:00"]
    assert "2026-12-01..2026-12-08" in await visitor.get("settings/stylists/edit?id=бари")


async def test_it_is_said_since_when_the_file_is_not_read_and_the_file_s_can_be_taken_again(
    visitor: Visitor, salon: Salon
) -> None:
    assert "берутся из config.toml" in await visitor.get("settings/services")
    await visitor.post("settings/services/edit", **SERVICE)
    assert "С 24 ноября, 12:00 услуги" in await visitor.get("settings/services")

    asked = await visitor.post("settings/catalogue/file", 200)
    await visitor.post("settings/catalogue/file", sure="yes")

    assert "Взять из файла" in asked
    assert "Укладка" not in await visitor.get("settings/services")
    assert salon.rulebook.since is None


async def test_a_stylist_with_visits_to_come_is_removed_only_when_it_is_meant(visitor: Visitor, salon: Salon) -> None:
    await salon.says("Запишите Анну к Бари на стрижку завтра в 15:00")

    asked = words_of(await visitor.post("settings/stylists/remove", 200, id="бари"))
    assert "Затронута 1 будущая запись" in asked
    assert "25 ноября, 15:00 , Анна: Стрижка, Бари" in asked
    assert salon.rulebook.plan.catalogue.stylist_named("Бари") is not None

    await visitor.post("settings/stylists/remove", id="бари", sure="yes")

    assert salon.rulebook.plan.catalogue.stylist_named("Бари") is None
    assert "Бари" not in await salon.says("Какие у вас мастера делают стрижку?")


@pytest.mark.parametrize("listed", ["services", "stylists"])
async def test_nothing_is_moved_or_removed_where_nothing_is_named(visitor: Visitor, listed: str) -> None:
    for action in ("raise", "remove"):
        for named in ({}, {"id": ""}, {"id": "nobody"}):
            await visitor.post(f"settings/{listed}/{action}", 404, **named)

    assert "Изменений пока нет" in await visitor.get("settings/history")


async def test_a_service_is_renamed_and_moved_up(visitor: Visitor, salon: Salon) -> None:
    await visitor.post("settings/services/edit", id="стрижка", title="Модельная стрижка", minutes="60")
    await visitor.post("settings/services/raise", id="детская стрижка")

    titles = [one.title for one in salon.rulebook.plan.catalogue.services]
    assert titles[:2] == ["Детская стрижка", "Модельная стрижка"]
    assert salon.rulebook.plan.catalogue.services[1].id == "стрижка"


async def test_settings_are_changed_with_one_form_and_given_back_one_by_one(visitor: Visitor, salon: Salon) -> None:
    await visitor.post(
        "settings", tone="brief", greeting="Привет, это «Арбат»!", greeting_en="", handover_words="Людмила\nшеф",
        quiet_seconds="4,5", lead_minutes="15", daily_budget_usd="2",
    )  # fmt: skip

    manner, plan = salon.rulebook.manner(), salon.rulebook.plan
    assert (manner.tone, manner.greetings.russian, manner.handover_words) == (
        "brief", "Привет, это «Арбат»!", ("Людмила", "шеф"),
    )  # fmt: skip
    assert (plan.calendar.lead_minutes, manner.daily_budget_usd) == (15, 2.0)
    assert salon.gathering[salon.rulebook.salon].quiet.total_seconds() == 4.5

    page = words_of(await visitor.get("settings"))
    assert "изменено здесь Вернуть: 2,5 По умолчанию: 2,5 [salon.turns] quiet_seconds" in page
    await visitor.post("settings", reset="quiet_seconds")
    assert salon.gathering[salon.rulebook.salon].quiet.total_seconds() == 2.5
    assert salon.rulebook.manner().tone == "brief"


async def test_what_is_as_the_file_has_it_is_not_kept_here(visitor: Visitor, salon: Salon) -> None:
    await visitor.post("settings", tone="warm", quiet_seconds="2.5", lead_minutes="60", daily_budget_usd="5")

    assert await salon.database.rows("SELECT * FROM setting") == []


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({"quiet_seconds": "60"}, "quiet_seconds", "не больше 10"),
        ({"quiet_seconds": "долго"}, "quiet_seconds", "«долго» не подходит"),
        ({"lead_minutes": "-5"}, "lead_minutes", "нужно целое число от 0 до 20160"),
        ({"daily_budget_usd": "-1"}, "daily_budget_usd", "нужно число от 0"),
        ({"tone": "грубый"}, "tone", "Выберите из списка"),
        ({"greeting": "Здравствуйте! Скидка 90 %"}, "greeting", "нет среди фактов салона"),
        ({"greeting": "Стрижка 100 ₽"}, "greeting", "нет среди фактов салона"),
        ({"handover_words": "???"}, "handover_words", "слово или фраза"),
    ],
)
async def test_a_mistake_in_a_setting_stands_at_its_field_and_nothing_is_kept(
    visitor: Visitor, salon: Salon, form: dict[str, str], field: str, sentence: str
) -> None:
    page = await visitor.post("settings", 422, **{"lead_minutes": "5", **form})

    assert sentence in mistakes_of(page)[field]
    assert await salon.database.rows("SELECT * FROM setting") == []


async def test_the_history_names_who_changed_what(visitor: Visitor) -> None:
    await visitor.post("settings", quiet_seconds="4")
    await visitor.post("settings/services/edit", **{**SERVICE, "title": "<script>alert(1)</script>"})
    await visitor.post("settings/stylists/edit", **BARI)
    await visitor.post("settings/services/remove", id="педикюр", sure="yes")
    page = await visitor.get("settings/history")

    text = words_of(page)
    assert "Пауза перед ответом token" in text
    assert "как в файле → 4" in text
    assert "Услуга: Педикюр" in text
    assert "Часы работы: вт–вс 10:00–20:00 → вт 12:00–20:00" in text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_a_title_that_is_a_script_is_shown_as_text_everywhere(visitor: Visitor) -> None:
    await visitor.post("settings/services/edit", **{**SERVICE, "title": "<script>alert(1)</script>"})
    await visitor.post("settings/stylists/edit", name='"><script>', services=["<script>alert(1)</script>"])

    for path in ("settings/services", "settings/stylists", "settings/services/edit?id=<script>alert(1)</script>",
                 'settings/stylists/edit?id="><script>', "calendar/new", "calendar"):  # fmt: skip
        page = await visitor.get(path)
        assert "<script>alert" not in page
        assert '"><script>' not in page


def test_secrets_are_only_said_to_be_there(tmp_path: Any) -> None:
    from dataclasses import replace

    from pydantic import SecretStr

    configuration = LOADED.configuration.model_copy(
        update={"whatsapp": LOADED.configuration.whatsapp.model_copy(update={"proxy": "http://ann:s3cret@host:1"})}
    )
    secrets = Secrets(anthropic_api_key=SecretStr("sk-s3cret"), webhook_secrets={"main": SecretStr("s3cret")})
    loaded: Loaded = replace(LOADED, configuration=configuration, secrets=secrets)

    found = {line.key: line for section in sections(loaded, "main") for line in section.lines}

    assert "s3cret" not in repr(found)
    assert (found["ANTHROPIC_API_KEY"].value, found["EVENTS_SECRET"].value) == ("set", "not set")
    assert found["WEBHOOK_SECRET_MAIN"].is_set
    assert found["proxy"].value in ("set", "not set")
    assert found["horizon_days"].meaning == "How far ahead visits can be booked."


async def test_the_file_is_shown_with_what_it_sets(visitor: Visitor) -> None:
    page = words_of(await visitor.get("settings/file"))

    assert "horizon_days 60 из файла" in page
    assert "parallel 16 по умолчанию" in page


async def test_the_file_is_the_owners_business(salon: Salon) -> None:
    async with visiting(salon, helper="Администратор") as visitor:
        assert "settings/file" not in await visitor.get("settings")
        await visitor.get("settings/file", 404)


@pytest.mark.parametrize("path", ["settings/services/edit?id=нет", "settings/stylists/edit?id=нет"])
async def test_what_is_not_there_is_not_found(visitor: Visitor, path: str) -> None:
    await visitor.get(path, 404)
    await visitor.post(path.partition("?")[0], 404, id="нет", title="x", minutes="60", name="x")


FIELDS = ["title", "minutes", "price_from", "price_to", "category", "description", "aliases", "name", "days_off",
          "off_from", "off_to", *WEEKDAYS]  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    form=st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=40)), kind=st.sampled_from(["services", "stylists"])
)
async def test_no_form_breaks_a_page_and_every_mistake_has_russian_words(
    salon: Salon, form: dict[str, str], kind: str
) -> None:
    async with visiting(salon) as visitor:
        page = await visitor.post(f"settings/{kind}/edit", 422, **{**form, "minutes": "x", "mon": "x"})

    found = mistakes_of(page)
    assert found
    assert all("Нужно:" not in sentence for sentence in found.values())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.dictionaries(st.sampled_from(NAMES), st.text(max_size=40)))
async def test_no_form_breaks_the_settings(salon: Salon, form: dict[str, str]) -> None:
    async with visiting(salon) as visitor:
        page = await visitor.post("settings", 422, **{**form, "quiet_seconds": "x"})

    assert "quiet_seconds" in mistakes_of(page)


def test_an_unknown_finding_is_told_in_its_own_words() -> None:
    sentence = say(Problem("x", "something new", "something else"), words("ru"))

    assert sentence == "Не подходит: something new. Нужно: something else."


@given(st.text(max_size=20), st.integers(5, 720), st.none() | st.integers(0, 10_000))
def test_a_form_of_a_service_shows_what_it_was_given(title: str, minutes: int, price: int | None) -> None:
    table = service_of({"title": title, "minutes": str(minutes), "price_from": "" if price is None else f"{price}"})

    assert service_of(service_fields(table)) == table


def test_ranges_of_weekdays_are_shown_day_by_day() -> None:
    shown = hours_by_day({"tue-thu": "10:00-14:00, 15:00-20:00", "wed": "20:30-21:00", "sun": "утром"})

    assert shown == {
        "mon": "", "tue": "10:00-14:00, 15:00-20:00", "wed": "10:00-14:00, 15:00-20:00, 20:30-21:00",
        "thu": "10:00-14:00, 15:00-20:00", "fri": "", "sat": "", "sun": "утром",
    }  # fmt: skip


def test_a_week_is_told_as_runs_of_equal_days() -> None:
    day, short = (Hours(time(10), time(20)),), (Hours(time(10), time(14)),)

    found = spans(((), day, day, short, (), day, day))

    assert found == ((1, 2, day), (3, 3, short), (5, 6, day))

"""The page of the day and the page of alerts, as an owner has them open while the salon works: nothing is reloaded."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, expect
from pydantic import SecretStr

from salonbot.cli.demo.stage import Stage, adapt, scan
from salonbot.config.alert_settings import TelegramSettings
from salonbot.config.load import Loaded
from salonbot.model.alerts import Alert, AlertKind, Recovered
from salonbot.model.salon import SalonId
from salonbot.sandbox.whatsapp.customer import Customer
from tests.alerts.servers import BLOCKED, CHAT, TOKEN, TelegramSandbox, telegram_sandbox
from tests.browser.conftest import tab
from tests.browser.signing_in import make_account, sign_in
from tests.stories.telling import ask

SALON = SalonId("main")


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramSandbox]:
    async with telegram_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def loaded(loaded: Loaded, telegram: TelegramSandbox) -> Loaded:
    """With one channel beside the salon's own chat."""
    secrets = loaded.secrets.model_copy(update={"telegram_token": SecretStr(TOKEN)})
    settings = TelegramSettings(chat_id=CHAT, address=telegram.url)
    return adapt(replace(loaded, secrets=secrets), {"alerts": {"telegram": settings}})


async def open_page(page: Page, path: str) -> None:
    await page.goto(path)
    await expect(page.locator("body")).to_have_attribute("data-stream", "open")
    await page.evaluate("window.isTheSamePage = true")


async def is_same(page: Page) -> bool:
    return bool(await page.evaluate("window.isTheSamePage === true"))


async def test_what_customers_do_shows_on_the_open_page(page: Page, stage: Stage, anna: Customer) -> None:
    await open_page(page, "/s/main/today")
    figures = page.locator(".figure b")
    await expect(figures.nth(0)).to_have_text("0")
    await expect(page.get_by_role("status")).to_contain_text("Бот на связи")
    await expect(page.get_by_text("Записей впереди нет")).to_be_visible()

    await ask(stage, anna, "Хочу на стрижку к Бари завтра в 15:00")
    await ask(stage, anna, "Анна")
    await expect(figures.nth(0)).to_have_text("2")
    await expect(figures.nth(2)).to_have_text("1")
    coming = page.locator(".day-upcoming")
    await expect(coming).to_contain_text("15:00")
    await expect(coming).to_contain_text("завтра")
    await expect(coming.get_by_role("link", name="Анна")).to_have_attribute("href", re.compile("/s/main/chats/lid:"))
    assert await is_same(page)


async def test_a_customer_who_waits_for_a_person_is_listed_with_a_way_to_the_chat(
    page: Page, stage: Stage, anna: Customer
) -> None:
    await open_page(page, "/s/main/today")
    await ask(stage, anna, "Позовите, пожалуйста, администратора")

    waiting = page.locator(".day-people")
    await expect(waiting.get_by_role("link")).to_contain_text("Анна")
    await waiting.get_by_role("link").click()
    await expect(page.get_by_role("heading", level=2, name="Анна")).to_be_visible()


async def test_unlinked_on_the_phone_green_turns_red_and_green_again(page: Page, stage: Stage) -> None:
    await open_page(page, "/s/main/today")
    await stage.phone.unlink()
    state = page.get_by_role("status")
    await expect(state).to_contain_text("Телефон отвязан")
    await expect(page.locator(".pulse.bad")).to_be_visible()
    await expect(page.get_by_role("link", name="Подключение WhatsApp")).to_have_attribute("href", "/s/main/pairing")

    stage.daemon.tenants[SALON].session.show_qr()
    await scan(stage)
    await expect(page.locator(".pulse.good")).to_be_visible()
    assert await is_same(page)


async def test_what_is_the_matter_shows_on_both_pages_and_who_was_told(
    page: Page, stage: Stage, telegram: TelegramSandbox
) -> None:
    await open_page(page, "/alerts")
    await expect(page.get_by_role("status")).to_contain_text("Всё в порядке")
    stage.daemon.tell_owner(Alert(kind=AlertKind.CLAUDE_AWAY, detail="529"))
    trouble = page.locator(".episode")
    await expect(trouble.get_by_role("heading")).to_have_text("Claude не отвечает")
    await trouble.get_by_text("Кому и когда сообщили").click()
    await expect(trouble.locator(".told")).to_contain_text(re.compile(r"Случилось · Telegram ·\s+24 ноября"))
    await page.get_by_role("button", name="Знаю, не напоминать").click()
    await expect(page.get_by_text("об этом больше не напомним")).to_be_visible()

    await page.goto("/s/main/today")
    await expect(page.locator(".notice")).to_contain_text("Claude не отвечает")
    stage.daemon.tell_owner(Recovered(kind=AlertKind.CLAUDE_AWAY))
    await expect(page.locator(".notice")).to_have_count(0)
    await page.goto("/alerts")
    await expect(page.locator(".history")).to_contain_text("Claude не отвечает")


async def test_the_button_tries_every_channel_and_shows_what_came_of_each(
    page: Page, stage: Stage, telegram: TelegramSandbox
) -> None:
    await page.goto("/alerts")
    await page.get_by_role("button", name="Проверить все каналы").click()
    ways = page.locator(".ways li")
    await expect(ways.nth(0)).to_contain_text(re.compile("WhatsApp.*дошло", re.DOTALL))
    await expect(ways.nth(1)).to_contain_text(re.compile("Telegram.*дошло", re.DOTALL))
    assert "Проверка связи" in telegram.texts()[0]

    telegram.answers.append(BLOCKED)
    await page.get_by_role("button", name="Проверить все каналы").click()
    await expect(ways.nth(1)).to_contain_text("не работает")
    await expect(ways.nth(1)).to_contain_text("нажмите «Запустить»")
    await expect(ways.nth(0)).to_contain_text("дошло")


async def test_who_has_one_salon_sees_its_alerts_and_not_the_houses(browser: Browser, stage: Stage) -> None:
    await make_account(stage, "Ольга", "ножницы расчёска фен", salons=("main",))
    stage.daemon.tell_owner(Alert(kind=AlertKind.RELOAD_FAILED))
    stage.daemon.tell_owner(Alert(kind=AlertKind.REPLIES_REFUSED, salon=SALON))
    async with tab(browser, stage) as opened:
        await sign_in(opened, stage, "Ольга", "ножницы расчёска фен")
        await opened.goto("/alerts")
        await expect(opened.locator(".episode")).to_have_count(1)
        await expect(opened.get_by_text("Новые настройки не приняты")).to_have_count(0)
        for path, status in (("/status", 403), ("/metrics", 403), ("/ready", 200)):
            answer = await opened.request.get(path)
            assert answer.status == status, path


async def test_the_figures_of_the_fortnight_can_be_read_as_a_table_too(page: Page, stage: Stage) -> None:
    await page.goto("/s/main/today")
    await page.get_by_text("Таблицей").click()
    await expect(page.locator("#today-table tbody tr")).to_have_count(14)
    await expect(page.locator("svg.chart").first).to_have_attribute("aria-label", re.compile("сообщений клиентов"))

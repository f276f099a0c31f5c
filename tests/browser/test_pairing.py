"""Linking a phone from the page alone, as the owner lives it: nothing is reloaded, what changes shows by itself."""

import io
import re
from collections.abc import AsyncIterator

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Page, expect

from salonbot.cli.demo.stage import Stage
from salonbot.sandbox.whatsapp.faults import RefuseLogin, ShortQr
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.whatsapp.states import SessionState
from tests.browser.conftest import tab
from tests.browser.signing_in import sign_in
from tests.stories.conftest import House

ROTATION_MS = 40_000
"""The engine shows a code for 20 s at the least."""


@pytest.fixture
async def unlinked(house: House) -> AsyncIterator[Stage]:
    """A daemon at its first start: no phone is linked."""
    async with house() as opened:
        yield opened


@pytest.fixture
async def pairing(browser: Browser, unlinked: Stage) -> AsyncIterator[Page]:
    """The owner on the pairing page of a salon that has no phone."""
    async with tab(browser, unlinked) as opened:
        await sign_in(opened, unlinked)
        await opened.goto("/s/main/pairing")
        await mark(opened)
        yield opened


async def read_code(page: Page) -> str:
    """What a phone's camera reads off the screen."""
    seen = Image.open(io.BytesIO(await page.locator("svg.qr").screenshot()))
    found = zxingcpp.read_barcodes(seen)
    assert found, "no QR code can be read off the page"
    return found[0].text


async def mark(page: Page) -> None:
    """Put something into the page that would be gone if it were loaded again."""
    await page.evaluate("window.stillTheSamePage = true")


async def is_marked(page: Page) -> bool:
    return bool(await page.evaluate("window.stillTheSamePage === true"))


async def says(page: Page, words: str) -> None:
    """Return once the session's state is told in these words."""
    await expect(page.locator("main h2[role=status]")).to_contain_text(words)


async def test_a_phone_is_linked_from_a_blank_page_without_a_reload(pairing: Page, unlinked: Stage) -> None:
    await says(pairing, "Ждём сканирования")

    await unlinked.phone.scan(await read_code(pairing))

    await says(pairing, "На связи как +7999")
    await expect(pairing.locator("svg.qr")).to_have_count(0)
    await expect(pairing.locator("#by-phone")).to_have_count(0)
    assert await is_marked(pairing)


async def test_the_code_rotates_by_itself_and_the_new_one_links(
    sandbox: WhatsAppSandbox, house: House, browser: Browser
) -> None:
    sandbox.faults.arm(ShortQr(3))
    async with house() as stage, tab(browser, stage) as page:
        await sign_in(page, stage)
        await page.goto("/s/main/pairing")
        await mark(page)
        drawn = page.locator("svg.qr path").last
        first, path = await read_code(page), str(await drawn.get_attribute("d"))

        await expect(drawn).not_to_have_attribute("d", path, timeout=ROTATION_MS)
        second = await read_code(page)
        await stage.phone.scan(second)

        await says(page, "На связи")
        assert second != first
        assert await is_marked(page)


async def test_when_the_codes_have_run_out_another_is_asked_for(
    sandbox: WhatsAppSandbox, house: House, browser: Browser
) -> None:
    sandbox.faults.arm(ShortQr(0))
    async with house() as stage, tab(browser, stage) as page:
        await sign_in(page, stage)
        await page.goto("/s/main/pairing")
        await says(page, "Телефон не привязан")

        await page.get_by_role("button", name="Показать QR-код").click()

        await says(page, "Ждём сканирования")
        await stage.phone.scan(await read_code(page))
        await says(page, "На связи")


async def test_a_code_to_type_is_the_way_without_a_camera(pairing: Page, unlinked: Stage) -> None:
    await pairing.get_by_text("Камера не работает?").click()
    await pairing.fill("#phone", "12")
    await pairing.get_by_role("button", name="Получить код").click()
    await expect(pairing.get_by_role("alert")).to_contain_text("не похоже на номер")

    await pairing.fill("#phone", f"+{unlinked.phone.number}")
    await pairing.get_by_role("button", name="Получить код").click()
    typed = pairing.locator(".pair-typed")
    await expect(typed).to_have_text(re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$"))
    await unlinked.phone.enter_code(await typed.inner_text())

    await says(pairing, "На связи")
    await expect(typed).to_have_count(0)


async def test_a_line_that_is_lost_and_found_shows_by_itself(page: Page, stage: Stage) -> None:
    await page.goto("/s/main/pairing")
    await mark(page)
    await says(page, "На связи")

    stage.sandbox.unplug()
    await says(page, "Связь восстанавливается")
    stage.sandbox.plug_in()
    await says(page, "На связи")

    assert await is_marked(page)


async def test_a_phone_that_unlinks_the_device_is_told_of_and_linked_again(page: Page, stage: Stage) -> None:
    await page.goto("/s/main/pairing")

    await stage.phone.unlink()
    await says(page, "Телефон отвязан")
    await page.get_by_role("button", name="Показать QR-код").click()
    await says(page, "Ждём сканирования")
    await stage.phone.scan(await read_code(page))

    await says(page, "На связи")


async def test_the_owner_unlinks_the_phone_after_being_asked_once_more(page: Page, stage: Stage) -> None:
    await page.goto("/s/main/pairing")

    await page.get_by_role("link", name="Отвязать телефон").click()
    await expect(page.locator("h1")).to_have_text("Отвязать телефон?")
    assert stage.phone.is_online
    await page.get_by_role("button", name="Да, отвязать").click()

    await says(page, "Телефон не привязан")
    await expect(page.get_by_text("Телефон отвязан.")).to_be_visible()
    assert stage.phone.companions == []


async def test_a_session_that_was_replaced_connects_again_when_asked_to(page: Page, stage: Stage) -> None:
    await page.goto("/s/main/pairing")

    await stage.phone.replace()
    await says(page, "Открыто в другом месте")
    await page.get_by_role("button", name="Подключиться снова").click()

    await says(page, "На связи")


async def test_a_ban_is_told_with_its_end(page: Page, stage: Stage) -> None:
    await page.goto("/s/main/pairing")
    stage.phone.faults.arm(RefuseLogin(402, ban_code=101, ban_expire_s=7200))

    stage.phone.drop()

    await says(page, "Номер ограничен WhatsApp")
    await expect(page.locator("main")).to_contain_text("До 24 ноября, 12:")


async def test_a_house_that_restarts_is_watched_again(page: Page, stage: Stage) -> None:
    await page.goto("/s/main/pairing")
    await expect(page.locator("body")).to_have_attribute("data-stream", "open")

    # The stream breaks, as it does when a proxy in front is restarted.
    await page.context.set_offline(True)
    await page.context.set_offline(False)
    await stage.phone.replace()

    await says(page, "Открыто в другом месте")
    assert stage.daemon.tenants[next(iter(stage.daemon.tenants))].session.state is SessionState.REPLACED

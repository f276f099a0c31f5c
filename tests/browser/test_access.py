"""Getting in, with a real browser: the first link, the password, the language, the keyboard alone."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from salonbot.cli.demo.stage import Stage, open_stage
from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.daemon import Daemon
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.web.access.throttle import FREE_TRIES
from tests.browser.conftest import tab
from tests.browser.signing_in import OWNER, PASSWORD, make_account, sign_in

INSIDE = re.compile(r"/s/main/[a-z]+$")


async def fill_login(page: Page, name: str = OWNER, password: str = PASSWORD) -> None:
    await page.fill("#name", name)
    await page.fill("#password", password)
    await page.click("button.primary")


async def test_whoever_is_not_signed_in_is_asked_to_and_led_back(door: Page, stage: Stage) -> None:
    await make_account(stage)
    await door.goto("/s/main/pairing")
    await expect(door).to_have_url(re.compile(r"/login\?next=/s/main/pairing$"))

    await fill_login(door)

    await expect(door).to_have_url(re.compile("/s/main/pairing$"))
    await expect(door.locator("main")).to_contain_text("На связи")


@pytest.fixture
async def welcomed(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox, phone: Phone
) -> AsyncIterator[tuple[Stage, list[str]]]:
    """A daemon at its first start, and the links it has printed."""
    links: list[str] = []

    def listen(daemon: Daemon) -> None:
        daemon.welcome = links.append

    async with open_stage(loaded, clock, sandbox, phone, prepare=listen) as stage:
        yield stage, links


async def test_the_link_of_the_first_start_makes_the_owner_and_works_once(
    browser: Browser, welcomed: tuple[Stage, list[str]]
) -> None:
    stage, links = welcomed
    async with tab(browser, stage) as page:
        await page.goto(links[0])
        await page.fill("#name", OWNER)
        await page.fill("#password", PASSWORD)
        await page.fill("#again", "не тот пароль")
        await page.click("button.primary")
        await expect(page.get_by_role("alert")).to_have_text("Пароли не совпали.")

        await page.fill("#password", PASSWORD)
        await page.fill("#again", PASSWORD)
        await page.click("button.primary")

        await expect(page).to_have_url(INSIDE)
        await expect(page.get_by_role("status").first).to_have_text("Готово, вы вошли.")
    async with tab(browser, stage) as thief:
        await thief.goto(links[0])
        await expect(thief.get_by_role("alert")).to_have_text("Эта ссылка больше не действует.")
        await thief.goto("/s/main/pairing")
        await expect(thief).to_have_url(re.compile("/login"))


async def test_guessing_is_slowed_down_and_says_for_how_long(door: Page, stage: Stage) -> None:
    await make_account(stage)
    await door.goto("/login")

    for _ in range(FREE_TRIES):
        await fill_login(door, password="wrong")
        await expect(door.get_by_role("alert")).to_have_text("Имя или пароль не подходят.")
    await fill_login(door)

    await expect(door.get_by_role("alert")).to_have_text(re.compile(r"Попробуйте через \d+ с\."))


async def test_the_way_in_needs_no_mouse(door: Page, stage: Stage) -> None:
    await make_account(stage)
    await door.goto("/s/main/pairing")

    await door.keyboard.type(OWNER)  # the first field is where one is
    await door.keyboard.press("Tab")
    await door.keyboard.type(PASSWORD)
    await door.keyboard.press("Enter")
    await expect(door).to_have_url(re.compile("/s/main/pairing$"))

    await door.keyboard.press("Tab")
    await expect(door.get_by_text("К содержанию")).to_be_focused()
    await door.keyboard.press("Enter")
    await expect(door.locator("main")).to_be_focused()


async def test_the_way_out_needs_no_mouse_either(page: Page) -> None:
    await page.goto("/account")
    menu = page.locator(".account summary")
    await menu.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Выйти", exact=True)).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Выйти", exact=True)).to_be_hidden()
    await expect(menu).to_be_focused()

    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Выйти", exact=True).focus()
    await page.keyboard.press("Enter")

    await expect(page).to_have_url(re.compile("/login$"))
    await page.goto("/s/main/pairing")
    await expect(page).to_have_url(re.compile("/login"))


async def test_the_language_is_the_browsers_until_another_is_chosen(browser: Browser, stage: Stage) -> None:
    async with tab(browser, stage, locale="en-GB") as page:
        await sign_in(page, stage)
        await page.goto("/s/main/pairing")
        await expect(page.locator("main h2")).to_contain_text("Online as")

        await page.locator(".account summary").click()
        await page.get_by_role("link", name="Русский").click()
        await expect(page.locator("main h2")).to_contain_text("На связи")

        await page.goto("/account")
        await expect(page.locator("h1")).to_have_text("Учётная запись")


async def test_another_sites_page_can_do_nothing_with_the_owners_sign_in(page: Page, stage: Stage) -> None:
    """As a malicious page would: it has the browser send a form to us, with the owner's cookie on it where it goes."""
    await page.goto("/s/main/pairing")
    address = f"{stage.daemon.site.url if stage.daemon.site else ''}s/main/pairing/unlink"
    evil = await page.context.new_page()
    await evil.route("http://evil.example/", lambda route: route.fulfill(content_type="text/html", body="<p>hello"))
    await evil.goto("http://evil.example/")

    async with evil.expect_navigation():
        await evil.evaluate(
            "address => { const form = document.createElement('form'); form.method = 'post'; form.action = address;"
            " document.body.append(form); form.submit(); }",
            address,
        )

    assert stage.phone.is_online
    assert evil.url.endswith("/unlink")
    await expect(evil.locator("h1")).to_have_text(re.compile("запрещено|войдите"))


async def test_a_helper_is_shown_their_salon_alone(browser: Browser, stage: Stage) -> None:
    await make_account(stage, "Оля", "лак пилка лампа", salons=("another",))
    async with tab(browser, stage) as page:
        await sign_in(page, stage, "Оля", "лак пилка лампа")

        await expect(page.locator("main")).to_contain_text("Здесь пока нет салонов для вас")
        await page.goto("/s/main/pairing")
        await expect(page.locator("h1")).to_have_text("Такой страницы нет")


async def test_whoever_is_signed_out_elsewhere_is_out_here_too(browser: Browser, page: Page, stage: Stage) -> None:
    await page.goto("/s/main/pairing")
    await expect(page.locator("body")).to_have_attribute("data-stream", "open")
    async with tab(browser, stage) as elsewhere:
        await sign_in(elsewhere, stage)
        await elsewhere.goto("/account")
        await elsewhere.get_by_role("button", name="Выйти везде").click()

    await stage.phone.replace()

    await expect(page).to_have_url(re.compile("/login"))

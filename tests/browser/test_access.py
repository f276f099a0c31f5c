"""Getting in, with a real browser."""

import re

from playwright.async_api import Page, expect


async def test_whoever_is_not_signed_in_is_asked_to_and_led_back(door: Page) -> None:
    await door.goto("/s/main/pairing")

    await expect(door).to_have_url(re.compile("/login\\?next=/s/main/pairing$"))


async def test_the_owner_sees_the_salon(page: Page) -> None:
    await page.goto("/s/main/pairing")

    await expect(page.locator("h1")).to_have_text("WhatsApp")
    await expect(page.locator("main")).to_contain_text("На связи")

"""A real browser on the pages of the real daemon, which is linked to a loopback WhatsApp.

`page` is signed in as the owner; `door` is a page of the same browser that is not. Both read Russian.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from salonbot.cli.demo.stage import Stage
from tests.browser.chromium import FLAGS, chromium
from tests.browser.signing_in import sign_in
from tests.stories.conftest import anna, clock, house, loaded, phone, stage
from tests.stories.telling import until

__all__ = ["anna", "clock", "house", "loaded", "phone", "stage"]

PATIENCE_MS = 15_000
"""The longest a test waits for a page to show something: the machine may be busy."""
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, without a window."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched
        await _closed(launched)


@asynccontextmanager
async def tab(browser: Browser, stage: Stage, *, locale: str = "ru-RU") -> AsyncIterator[Page]:
    """A new visitor's tab; the test fails if the page had an error, a violation of its policy among them."""
    await until(lambda: _serves(stage))
    assert stage.daemon.site is not None
    context: BrowserContext = await browser.new_context(base_url=stage.daemon.site.url, locale=locale)
    context.set_default_timeout(PATIENCE_MS)
    opened = await context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    yield opened
    await _closed(context)
    assert errors == []


async def _closed(what: Browser | BrowserContext) -> None:
    # Once in some thousand times Chromium does not answer; Playwright waits for ever, and ends it with the driver.
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_MS / 1000):
            await what.close()


async def _serves(stage: Stage) -> bool:
    return stage.daemon.site is not None


@pytest.fixture
async def door(browser: Browser, stage: Stage) -> AsyncIterator[Page]:
    """A tab of somebody who is not signed in, while the salon is online."""
    async with tab(browser, stage) as opened:
        yield opened


@pytest.fixture
async def page(browser: Browser, stage: Stage) -> AsyncIterator[Page]:
    """A tab of the owner, signed in, while the salon is online."""
    async with tab(browser, stage) as opened:
        await sign_in(opened, stage)
        yield opened

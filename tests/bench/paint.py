"""How soon a page is on the screen, and how much it weighs: `python -m tests.bench.paint`.

A real browser on the real daemon over loopback, after two weeks of customers; each page is opened several times, its
stylesheets and scripts kept as a browser keeps them.
"""

import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from salonbot import logs
from tests.browser.chromium import FLAGS, chromium
from tests.browser.shots import lively_stage
from tests.browser.signing_in import make_account, sign_in

TIMES = 7
PAINTED = """new Promise(resolve => {
    const seen = () => performance.getEntriesByName('first-contentful-paint')[0];
    const look = () => seen() ? resolve(seen().startTime) : setTimeout(look, 5);
    look();
})"""


async def _measure(browser: Browser, folder: Path) -> None:
    async with lively_stage(folder) as stage:
        assert stage.daemon.site is not None
        context = await browser.new_context(base_url=stage.daemon.site.url, locale="ru-RU")
        page = await context.new_page()
        await make_account(stage)
        await sign_in(page, stage)
        paths = await page.eval_on_selector_all("nav.rail a", "links => links.map(a => a.getAttribute('href'))")
        await page.goto("/s/main/chats")
        paths.append(await page.locator('a[href^="/s/main/chats/"]').first.get_attribute("href"))
        print(f"{'page':<28}{'first paint, median':>20}{'slowest':>10}{'HTML':>10}")
        for path in [*paths, "/account"]:
            painted, size = [], 0
            for _ in range(TIMES):
                answer = await page.goto(path)
                painted.append(float(await page.evaluate(PAINTED)))
                size = len(await answer.body()) if answer else 0
            name = path if "/chats/" not in path else "/s/main/chats/…"
            print(f"{name:<28}{statistics.median(painted):>17.0f} ms{max(painted):>7.0f} ms{size / 1000:>7.1f} kB")


async def _run() -> None:
    path = chromium()
    if path is None:
        sys.exit("there is no Chromium on this machine: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="salonbot-paint-") as scratch:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
            await _measure(browser, Path(scratch))
            await browser.close()


if __name__ == "__main__":
    logs.configure("error", "plain", sys.stderr)
    asyncio.run(_run())

"""Pictures of every page: `python -m tests.browser.shots [FOLDER] [--only WORD] [--language en]`.

A lively salon is played on the real daemon first: days of customers who ask, book, move, cancel and call for a person.
Then every page is pictured at the width of a phone and of a desk, light and dark; the pairing page in all its states.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from salonbot import logs
from salonbot.cli.demo.stage import Stage, adapt, open_sandbox, open_stage, scan, trust
from salonbot.clock import ShiftedClock
from salonbot.config.load import load, packaged
from salonbot.journal.accounts import Accounts
from salonbot.journal.database import Database
from salonbot.model.salon import SalonId
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.web.access import secrets
from salonbot.web.access.entrance import Entrance
from salonbot.web.access.passwords import Passwords
from salonbot.web.access.throttle import Throttle
from salonbot.web.pairing import Pairing
from salonbot.web.salons import Salons
from salonbot.web.server import RunningSite, application, start
from salonbot.web.status import PairingCode, SalonStatus
from salonbot.whatsapp.states import SessionState
from tests.browser.chromium import FLAGS, chromium
from tests.browser.signing_in import OWNER, PASSWORD, make_account
from tests.stories.telling import settled
from tests.web.house import House, guard_of

MOSCOW = ZoneInfo("Europe/Moscow")
FIRST_DAY = datetime(2026, 11, 12, 7, 0, tzinfo=UTC)
DAYS = 13
WIDTHS = {"phone": (390, 844), "desk": (1280, 860)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
QR = "https://wa.me/settings/linked_devices#2@" + "Zm9vYmFyYmF6cXV4" * 9

PEOPLE = (
    ("79161234567", "555666777888", "Анна Ковалёва"),
    ("79162345678", "555666777889", "Олег"),
    ("79163456789", "555666777890", "Мария Петрова"),
    ("79164567890", "555666777891", "Светлана"),
    ("79165678901", "555666777892", "Игорь Николаевич"),
    ("79166789012", "555666777893", "Kate"),
    ("79167890123", "555666777894", "Дмитрий"),
)
TALKS: tuple[Sequence[str], ...] = (
    ("Здравствуйте! Сколько стоит маникюр с покрытием?", "Хочу к Ольге завтра в 12:00", "Анна", "Спасибо!"),
    ("Хочу записаться к Бари на стрижку завтра в 15:00", "Олег", "Спасибо!"),
    ("Хочу на окрашивание к Марине завтра в 11:00", "Мария"),
    ("Позовите, пожалуйста, администратора, у меня аллергия на краску",),
    ("Хочу на стрижку бороды к Сергею завтра в 12:30", "Игорь", "Перенесите, пожалуйста, на 14:00", "Да"),
    ("I'd like a haircut with Marina tomorrow at 17:00", "Kate", "Thank you!"),
    ("Запишите на стрижку к Сергею завтра в 11:00", "Дмитрий", "Отмените, пожалуйста, мою запись", "да, отменяйте"),
)
NAMES = frozenset({"Анна", "Олег", "Мария", "Игорь", "Kate", "Дмитрий"})
ASKS_NAME = re.compile(r"зовут|your name", re.IGNORECASE)


class MovedClock(ShiftedClock):
    """Real time on another day, which can be moved on to the next."""

    def move_to(self, moment: datetime) -> None:
        self._shift = moment - datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the pictures go, and of what."""

    folder: Path
    only: str
    language: str

    async def take(self, browser: Browser, base: str, name: str, path: str, state: Path | None) -> None:
        """The page in every width and scheme; `state` holds the cookies of somebody who is signed in."""
        if self.only not in name:
            return
        for width, (x, y) in WIDTHS.items():
            for scheme in SCHEMES:
                context = await browser.new_context(
                    base_url=base,
                    viewport={"width": x, "height": y},
                    color_scheme=scheme,
                    locale=self.language,
                    storage_state=state,
                    device_scale_factor=1.5 if width == "phone" else 1,
                )
                page = await context.new_page()
                await page.goto(path)
                await _wait_for_fonts(page)
                height = await page.evaluate("document.documentElement.scrollHeight")
                await page.set_viewport_size({"width": x, "height": max(y, height)})
                await page.screenshot(path=self.folder / f"{name}-{width}-{scheme}.png")
                await context.close()
        print(name, flush=True)


async def _wait_for_fonts(page: Page) -> None:
    await page.evaluate("document.fonts.ready.then(() => true)")


@asynccontextmanager
async def lively_stage(folder: Path) -> AsyncIterator[Stage]:
    """The default salon after two weeks of customers."""
    trust(folder / "credentials")
    plain = load(packaged(), environment={}, state=folder / "state")
    loaded = adapt(plain, {"web": {"port": 0}, "turns": {"quiet_seconds": 0.0, "turns_per_hour": 1000}})
    clock = MovedClock(FIRST_DAY)
    async with AsyncExitStack() as house:
        sandbox, phone = await house.enter_async_context(open_sandbox(folder / "credentials", clock))
        stage = await house.enter_async_context(open_stage(loaded, clock, sandbox, phone))
        await scan(stage)
        customers = [sandbox.add_customer(*person) for person in PEOPLE]
        for day in range(DAYS):
            clock.move_to(FIRST_DAY + timedelta(days=day))
            some = [(day + number * 3) % len(PEOPLE) for number in range(1 + day * 2 % 5)]
            for index in range(len(PEOPLE)) if day >= DAYS - 2 else some:
                await _talk(stage, customers[index], TALKS[index])
        yield stage


async def _talk(stage: Stage, customer: Customer, lines: Sequence[str]) -> None:
    customer.auto_read = True
    said = ""
    for line in lines:
        if line in NAMES and not ASKS_NAME.search(said):
            continue  # known from an earlier day: a name that nobody has asked for is not understood
        await customer.send(line, to=stage.phone)
        try:
            said = (await customer.next_reply(3)).text
        except TimeoutError:
            continue  # a person has been called for: the bot is silent
        await settled(stage)


async def _pages_of_house(camera: Camera, browser: Browser, stage: Stage, folder: Path) -> None:
    assert stage.daemon.site is not None
    base = stage.daemon.site.url
    await make_account(stage)
    await camera.take(browser, base, "login", "/login", None)
    link = await stage.daemon.pages.first_link(stage.daemon.site.port)
    assert link is None
    context: BrowserContext = await browser.new_context(base_url=base, locale=camera.language)
    page = await context.new_page()
    await page.goto("/login")
    await page.fill("#name", OWNER)
    await page.fill("#password", PASSWORD)
    await page.click("button.primary")
    await page.wait_for_selector("nav.rail")
    state = folder / "cookies.json"
    await context.storage_state(path=state)
    paths = await page.eval_on_selector_all("nav.rail a", "links => links.map(a => a.getAttribute('href'))")
    if (await context.request.get("/account")).ok:
        paths.append("/account")
    chats = next((path for path in paths if path.endswith("/chats")), None)
    if chats:
        await page.goto(chats)
        first = page.locator(f'a[href^="{chats}/"]').first
        if await first.count():
            paths.append(await first.get_attribute("href"))
    await context.close()
    paths += DEEPER
    for path in dict.fromkeys(paths):
        parts = path.partition("?")[0].strip("/").split("/")
        name = "chat" if "chats" in parts[:-1] else "-".join(parts[2:]) or parts[-1]
        name += "-week" if "view=week" in path else ""
        await camera.take(browser, base, name, path, state)
    await camera.take(browser, base, "not-found", "/s/main/nothing", state)
    await stage.phone.unlink()
    await stage.daemon.tenants[SalonId("main")].session.wait_for(SessionState.LOGGED_OUT)
    for path in ("/s/main/today", "/alerts"):
        await camera.take(browser, base, f"{path.rpartition('/')[2]}-unlinked", path, state)


DEEPER = (
    "/s/main/calendar?view=week&stylist=бари",
    "/s/main/calendar/new",
    "/s/main/calendar/visits/1",
    "/s/main/settings/services",
    "/s/main/settings/services/edit?id=маникюр",
    "/s/main/settings/stylists",
    "/s/main/settings/stylists/edit?id=ольга",
    "/s/main/settings/history",
    "/s/main/settings/file",
)
"""Pages that no line of the navigation leads to."""

STATES: dict[str, dict[str, Any]] = {
    "scan": {"session": "pairing", "pairing": PairingCode(QR, 43.0, 60.0)},
    "preparing": {"session": "connecting"},
    "linking": {"session": "connecting", "is_linking": True, "number": "7999*****22"},
    "online": {"session": "online", "number": "7999*****22"},
    "reconnecting": {"session": "reconnecting", "number": "7999*****22"},
    "unpaired": {"session": "unpaired"},
    "logged-out": {"session": "logged_out", "code": 401},
    "replaced": {"session": "replaced"},
    "banned": {"session": "banned", "code": 101, "until": FIRST_DAY + timedelta(hours=20)},
    "outdated": {"session": "outdated"},
    "passkey": {"session": "passkey_needed"},
    "refused": {"session": "refused", "code": 409},
    "damaged": {"session": "store_damaged"},
    "held": {"session": "held", "detail": "process 4711, salon main, state folder /var/lib/salonbot"},
}


class Street(House):
    """Several salons, in several states."""

    def __init__(self) -> None:
        super().__init__()
        self.main = SalonStatus(
            SalonId("main"), "Салон «Арбат»", "online", since=FIRST_DAY, number="7999*****22", zone=MOSCOW
        )
        self.others: tuple[SalonStatus, ...] = ()

    def salons(self) -> tuple[SalonStatus, ...]:
        return (self.main, *self.others)


async def _pages_of_states(camera: Camera, browser: Browser, folder: Path) -> None:
    """What cannot be had on a healthy line, played by a house that says so."""
    database = await Database.open(folder / "other.db")
    street, clock = Street(), ShiftedClock(FIRST_DAY)
    guard = guard_of(database, clock)
    app = application(street, guard)
    app.add_routes(
        [*Entrance(guard, Throttle(clock), Passwords()).routes(), *Salons().routes(), *Pairing(street).routes()]
    )
    site: RunningSite = await start(app, "127.0.0.1", 0)
    await camera.take(browser, site.url, "login-first", "/login", None)
    await camera.take(browser, site.url, "welcome-gone", "/welcome/none", None)
    token = "link"
    await Accounts(database).offer_link(secrets.digest(token), now=clock.now(), lasts=timedelta(days=1))
    await camera.take(browser, site.url, "welcome", f"/welcome/{token}", None)
    context = await browser.new_context(base_url=site.url)
    page = await context.new_page()
    await page.goto(f"/welcome/{token}")
    await page.fill("#name", OWNER)
    await page.fill("#password", PASSWORD)
    await page.fill("#again", PASSWORD)
    await page.click("button.primary")
    await page.wait_for_selector("nav.rail")
    state = folder / "street.json"
    await context.storage_state(path=state)
    await context.close()
    online = street.main
    for name, values in STATES.items():
        street.main = replace(online, **{"number": "", **values})
        await camera.take(browser, site.url, f"pairing-{name}", "/s/main/pairing", state)
    street.main = online
    await camera.take(browser, site.url, "unlink", "/s/main/pairing/unlink", state)
    street.others = (
        replace(online, id=SalonId("nord"), name="Северный", session="reconnecting"),
        replace(online, id=SalonId("lime"), name="Лайм, студия маникюра", session="banned"),
    )
    await camera.take(browser, site.url, "salons", "/", state)
    await site.close()
    await database.close()


async def _run(camera: Camera) -> None:
    path = chromium()
    if path is None:
        sys.exit("there is no Chromium on this machine: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="salonbot-shots-") as scratch:
        folder = Path(scratch)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
            await _pages_of_states(camera, browser, folder)
            async with lively_stage(folder) as stage:
                await _pages_of_house(camera, browser, stage, folder)
            await browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("shots"))
    parser.add_argument("--only", default="", help="pages whose name holds this word")
    parser.add_argument("--language", default="ru-RU")
    arguments = parser.parse_args()
    logs.configure("error", "plain", sys.stderr)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_run(Camera(arguments.folder, arguments.only, arguments.language)))


if __name__ == "__main__":
    main()

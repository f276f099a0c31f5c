"""The pages of one salon's front desk, over a real journal: what the tests of calendar and settings open."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import aiohttp

from salonbot.clock import Clock
from salonbot.journal.accounts import Accounts
from salonbot.journal.database import Database
from salonbot.model.salon import SalonId
from salonbot.turns.frontdesk import FrontDesk
from salonbot.web.access import secrets
from salonbot.web.access.guard import COOKIE
from salonbot.web.calendar.pages import Calendar
from salonbot.web.server import application, start
from salonbot.web.settings.catalogue import Catalogue
from salonbot.web.settings.pages import SalonSettings
from salonbot.web.status import SalonStatus
from tests.frontdesk import LOADED, SALON
from tests.web.house import BEARER, House, guard_of


class Visitor:
    """Somebody who has the token, and reads Russian."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def get(self, path: str, status: int = 200) -> str:
        """A page of the salon's, as text."""
        async with self._session.get(f"/s/{SALON}/{path}") as answer:
            assert answer.status == status, await answer.text()
            return await answer.text()

    async def post(self, path: str, status: int = 303, /, **form: Any) -> str:
        """Send a form; what comes back, or where it leads to."""
        data = [
            (key, value) for key, values in form.items() for value in (values if isinstance(values, list) else [values])
        ]
        async with self._session.post(f"/s/{SALON}/{path}", data=data, allow_redirects=False) as answer:
            assert answer.status == status, await answer.text()
            return answer.headers.get("Location") or await answer.text()


class Shown(Protocol):
    """What is needed of a salon."""

    desk: FrontDesk
    database: Database
    clock: Clock


@asynccontextmanager
async def visiting(salon: Shown, *, language: str = "ru", helper: str = "") -> AsyncIterator[Visitor]:
    """The pages, served; somebody looks at them: who has the token, or a helper of that name."""
    house = House()
    house.main = SalonStatus(SalonId(SALON), "Салон", "online", zone=ZoneInfo("Europe/Moscow"))
    desks: Mapping[SalonId, FrontDesk] = {SALON: salon.desk}
    app = application(house, guard_of(salon.database, salon.clock))
    app.add_routes(
        [
            *Calendar(desks, salon.clock).routes(),
            *SalonSettings(desks, lambda: LOADED).routes(),
            *Catalogue(desks).routes(),
        ]
    )
    site = await start(app, "127.0.0.1", 0)
    headers = {"Accept-Language": language, **(await _cookie_of(helper, salon) if helper else BEARER)}
    async with aiohttp.ClientSession(site.url, headers=headers) as session:
        yield Visitor(session)
    await site.close()


async def _cookie_of(helper: str, salon: Shown) -> dict[str, str]:
    accounts, now, token = Accounts(salon.database), salon.clock.now(), secrets.new_token()
    account = await accounts.create(helper, "no password", is_owner=False, salons=[SalonId(SALON)], now=now)
    await accounts.sign_in(secrets.digest(token), account, "", now=now, lasts=timedelta(days=1))
    return {"Cookie": f"{COOKIE}={token}"}


def words_of(page: str) -> str:
    """A page as it is read: no tags, one space."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def mistakes_of(page: str) -> dict[str, str]:
    """What a page says is wrong, by field."""
    return {
        name: " ".join(text.split()) for name, text in re.findall(r'class="mistake" id="([^"]+)-wrong">([^<]+)<', page)
    }

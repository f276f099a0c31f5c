"""The stream that tells a tab what changed: when it speaks, to whom, and that it holds nobody up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from salonbot.journal.accounts import Accounts
from salonbot.journal.database import Database
from salonbot.journal.pulse import Pulse
from salonbot.model.salon import SalonId
from salonbot.web.live import MOST_OF_A_SALON, MOST_WATCHERS, Live
from salonbot.web.server import RunningSite, application, start
from salonbot.web.status import SalonStatus
from tests.clocks import HandClock
from tests.journal_fixtures import clock, database
from tests.web.house import BEARER, House, guard_of

__all__ = ["clock", "database"]

PATIENCE = 10
BRANCHES = ("nord", "south", "east", "west", "harbour")


class Houses(House):
    def salons(self) -> tuple[SalonStatus, ...]:
        return tuple(replace(self.main, id=SalonId(name)) for name in ("main", *BRANCHES))


@pytest.fixture
def live(database: Database) -> Live:
    return Live(Pulse(database.path))


@pytest.fixture
async def site(live: Live, database: Database, clock: HandClock) -> AsyncIterator[RunningSite]:
    guard = guard_of(database, clock)
    app = application(Houses(), guard)
    app.on_shutdown.append(live.close)
    app.add_routes(live.routes(guard))
    running = await start(app, "127.0.0.1", 0)
    beating = asyncio.create_task(live.run())
    yield running
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    await running.close()


class Tab:
    """A tab's end of the stream."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer

    async def hears(self) -> str:
        """The next event's name; empty at the end of the stream."""
        async with asyncio.timeout(PATIENCE):
            async for line in self.answer.content:
                if line.startswith(b"event: "):
                    return line.decode().removeprefix("event: ").strip()
        return ""


@asynccontextmanager
async def watching(site: RunningSite, salon: str = "main") -> AsyncIterator[Tab]:
    async with aiohttp.ClientSession(site.url, headers=BEARER) as http, http.get(f"/s/{salon}/live") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/event-stream"
        await answer.content.readuntil(b"\n\n")
        yield Tab(answer)


async def commit(database: Database, clock: HandClock) -> None:
    """Anything at all."""
    await Accounts(database).offer_link(b"x", now=clock.now(), lasts=clock.now() - clock.now())


async def test_whatever_is_committed_is_told(site: RunningSite, database: Database, clock: HandClock) -> None:
    async with watching(site) as tab:
        # The first look only learns where the journal stands: a commit before it is on the page already.
        hearing = asyncio.create_task(tab.hears())
        while not hearing.done():
            await commit(database, clock)
            await asyncio.sleep(0.05)

        assert await hearing == "journal"


async def test_a_sessions_change_is_told_to_its_own_salon_alone(site: RunningSite, live: Live) -> None:
    async with watching(site, "main") as main, watching(site, "nord") as nord:
        live.tell_session(SalonId("nord"))
        assert await nord.hears() == "session"

        live.tell_session(SalonId("main"))
        assert await main.hears() == "session"
        live.tell_session(SalonId("nord"))
        assert await nord.hears() == "session"


async def test_what_changes_many_times_before_it_is_told_is_told_once(site: RunningSite, live: Live) -> None:
    async with watching(site) as tab:
        for _ in range(100):
            live.tell_session(SalonId("main"))
        assert await tab.hears() == "session"

        await live.close(aiohttp.web.Application())
        assert await tab.hears() in ("closing", "")


async def test_the_end_of_the_house_waits_for_no_tab(site: RunningSite) -> None:
    async with watching(site) as tab:
        await site.close()

        while told := await tab.hears():
            assert told == "closing"


async def test_a_tab_that_is_closed_is_forgotten(site: RunningSite, live: Live) -> None:
    async with watching(site):
        assert live.watchers == 1

    async with asyncio.timeout(PATIENCE):
        while live.watchers:
            live.tell_session(SalonId("main"))
            await asyncio.sleep(0.01)


async def test_the_stream_has_no_head_without_it(site: RunningSite, live: Live) -> None:
    async with aiohttp.ClientSession(site.url, headers=BEARER) as http, http.head("/s/main/live") as answer:
        assert answer.status == 405
    assert live.watchers == 0


async def test_there_is_an_end_to_how_many_may_watch(site: RunningSite, live: Live) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(site.url, headers=BEARER, connector=connector) as http:
        tabs = [await http.get(f"/s/{BRANCHES[number % 5]}/live") for number in range(MOST_WATCHERS)]
        async with http.get("/s/main/live") as one_too_many:
            assert one_too_many.status == 503
            assert "Retry-After" in one_too_many.headers
        for tab in tabs:
            tab.close()


async def test_whoever_watches_one_salon_with_many_tabs_leaves_room_for_the_others(site: RunningSite) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(site.url, headers=BEARER, connector=connector) as http:
        tabs = [await http.get("/s/main/live") for _ in range(MOST_OF_A_SALON)]
        async with http.get("/s/main/live") as one_too_many, http.get("/s/nord/live") as beside:
            assert (one_too_many.status, beside.status) == (503, 200)
        for tab in tabs:
            tab.close()


async def test_a_journal_that_cannot_be_read_is_no_commit(database: Database) -> None:
    pulse = Pulse(database.path.with_name("none.db"))

    assert pulse.has_beaten() is False
    pulse.close()

"""The page of alerts: what is on, what was, how the owner is told of it, and a button to try that out.

An owner sees everything; who has one salon sees what concerns it, and nothing of the house.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from aiohttp import web

from salonbot.clock import Clock
from salonbot.journal.alerts import Alerts
from salonbot.journal.database import Database
from salonbot.model.alerts import Episode, Notice, NoticeState
from salonbot.model.salon import SalonId
from salonbot.web.access.forms import fields
from salonbot.web.access.keys import who
from salonbot.web.rendering import fragment, language_of, moved, page, visible_salons
from salonbot.web.today import TellEpisode

HISTORY = 60
"""Episodes that are over, the newest."""


@dataclass(frozen=True, slots=True)
class Way:
    """One channel of one owner's."""

    channel: str
    address: str
    """Where it leads, for people to recognise: a chat, a mailbox, a host; nothing secret."""
    trouble: str
    """Why it did not work the last time; empty where nothing is known to be the matter."""
    advice: str = ""
    """What to do about it: a key of the words, without `alerts-advice-`; empty: none is known."""


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a test over one channel."""

    channel: str
    failure: str
    """Empty: it arrived."""
    advice: str = ""
    """As of a Way."""


class TellsOwners(Protocol):
    """How owners are told."""

    def ways(self, salon: SalonId | None) -> Sequence[Way]:
        """The channels of a salon's owner, or of the house's."""

    async def try_out(self, salon: SalonId | None) -> Sequence[Tested]:
        """Send a test over every channel; takes as long as the slowest."""


class AlertsPage:
    """The page, and what its buttons do."""

    def __init__(self, database: Database, words: TellEpisode, telling: TellsOwners, clock: Clock) -> None:
        self._alerts = Alerts(database)
        self._words = words
        self._telling = telling
        self._clock = clock
        self._tested: dict[SalonId | None, tuple[datetime, Sequence[Tested]]] = {}
        """The last test of each, for the page that comes after it."""

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        return [
            web.get("/alerts", self._page),
            web.get("/alerts/part", self._part),
            web.post("/alerts/test", self._test),
            web.post(r"/alerts/{episode:\d{1,12}}/seen", self._see),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        return await page(request, "alerts.html", **await self._seen(request), owners=self._owners(request))

    async def _part(self, request: web.Request) -> web.Response:
        return await fragment(request, "alerts_part.html", **await self._seen(request))

    async def _see(self, request: web.Request) -> web.Response:
        number = int(request.match_info["episode"])
        if not any(one.id == number for one in await self._visible(request, await self._alerts.on())):
            raise web.HTTPNotFound
        await self._alerts.see(number, self._clock.now())
        return moved("/alerts", said="alerts-noted")

    async def _test(self, request: web.Request) -> web.Response:
        wanted = (await fields(request)).get("salon", "")
        salon = SalonId(wanted) if wanted else None
        if salon not in self._places(request):
            raise web.HTTPNotFound
        self._tested[salon] = self._clock.now(), await self._telling.try_out(salon)
        return moved("/alerts#channels")

    async def _seen(self, request: web.Request) -> dict[str, Any]:
        on = await self._visible(request, await self._alerts.on())
        newest = await self._visible(request, await self._alerts.newest(HISTORY + len(on)))
        return {
            "on": [await self._shown(request, one) for one in reversed(on)],
            "over": [await self._shown(request, one) for one in newest if one.over_at is not None],
            "names": {one.id: one.name for one in visible_salons(request)},
        }

    async def _shown(self, request: web.Request, episode: Episode) -> dict[str, object]:
        language = language_of(request)
        notices = await self._alerts.notices(episode.id)
        return {
            "episode": episode,
            "title": self._words.title(episode, language),
            "advice": self._words.advice(episode, language),
            "path": self._words.path(episode),
            "told": [one for one in notices if one.state is not NoticeState.DROPPED],
            "failing": _failing(notices),
        }

    def _owners(self, request: web.Request) -> list[dict[str, object]]:
        return [
            {
                "salon": salon,
                "name": next((one.name for one in visible_salons(request) if one.id == salon), ""),
                "ways": self._telling.ways(salon),
                "tested": self._tested.get(salon),
            }
            for salon in self._places(request)
        ]

    def _places(self, request: web.Request) -> list[SalonId | None]:
        """Whose channels the reader may see; the house's are shown where they are not the only salon's."""
        salons: list[SalonId | None] = [one.id for one in visible_salons(request)]
        return [None, *salons] if who(request).is_owner and len(salons) > 1 else salons

    async def _visible(self, request: web.Request, episodes: Sequence[Episode]) -> list[Episode]:
        account = who(request)
        return [one for one in episodes if (account.is_owner if one.salon is None else account.may_see(one.salon))]


def _failing(notices: Sequence[Notice]) -> list[Notice]:
    """Those somebody should have been told by now, and was not."""
    return [one for one in notices if one.failure is not None and one.state is not NoticeState.TOLD]

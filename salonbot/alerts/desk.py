"""The alert desk: keeps what is raised, has it decided who is told, and tells them. In: news from any room.

Nobody waits for it: `hear` only puts the news down. What it has heard is in the journal before anybody is told, so an
alert survives a restart, and so does the try to tell it.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from salonbot.alerts.deciding import Rules, decide
from salonbot.alerts.letter import Channel
from salonbot.clock import Clock
from salonbot.journal.alerts import Alerts
from salonbot.model.alerts import SESSION_KINDS, Alert, AlertKind, Episode, News, Recovered
from salonbot.model.salon import SalonId

log = structlog.get_logger()

LOOK_SECONDS = 1.0
"""How often it is seen whether a decision has become due: rows have no event."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is told of a salon's matters, or of the house's, and how."""

    rules: Rules
    channels: Mapping[str, Channel]
    """By name; none: everything is only shown."""


class Desk:
    """`hear` what any room has to say; `run` it beside everything else."""

    def __init__(self, alerts: Alerts, owner_of: Callable[[SalonId | None], Owner], clock: Clock) -> None:
        """`owner_of` is asked anew each time: salons come and go."""
        self._alerts = alerts
        self._owner_of = owner_of
        self._clock = clock
        self._news: asyncio.Queue[tuple[News, datetime]] = asyncio.Queue()
        self._deciding = asyncio.Lock()

    def hear(self, news: News) -> None:
        """Keep it in mind. In the loop; returns at once."""
        self._news.put_nowait((news, self._clock.now()))

    def hear_session(self, salon: SalonId, state: str, detail: str) -> None:
        """The state a session has come into: an end is an alert of its name, and being online ends them all."""
        if state == "online":
            for kind in SESSION_KINDS:
                self.hear(Recovered(kind=kind, salon=salon))
        elif state in SESSION_KINDS:
            self.hear(Alert(kind=AlertKind(state), salon=salon, detail=detail, needs_owner=True))

    async def run(self) -> None:
        """Keep and tell until cancelled. Never returns."""
        while True:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    news, at = await self._news.get()
            except TimeoutError:
                pass
            else:
                await self._keep(news, at)
            await self.decide_due()

    async def decide_due(self) -> None:
        """Decide what has become due."""
        async with self._deciding:
            for episode in await self._alerts.undecided(self._clock.now()):
                await self._decide(episode)

    async def _keep(self, news: News, at: datetime) -> None:
        match news:
            case Alert():
                episode = await self._alerts.note(news, at)
                log.warning("alert", kind=news.kind.value, salon=news.salon, episode=episode.id, detail=news.detail)
            case Recovered():
                if await self._alerts.end(news, at):
                    log.info("alert_over", kind=news.kind.value, salon=news.salon)

    async def _decide(self, episode: Episode) -> None:
        owner, now = self._owner_of(episode.salon), self._clock.now()
        decision = decide(episode, await self._alerts.notices(episode.id), tuple(owner.channels), owner.rules, now)
        if decision.has_lapsed:
            await self._alerts.end(Recovered(kind=episode.kind, salon=episode.salon), now)
            return
        await self._alerts.decided(episode, decision.tell, decision.drop, decision.look_at, now)

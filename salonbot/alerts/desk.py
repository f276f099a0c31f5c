"""The alert desk: keeps what is raised, and has it decided who is told. In: news from any room. Out: notices.

Nobody waits for it: `hear` only puts the news down. What it has heard is in the journal before anybody is told, so an
alert survives a restart, and so does the try to tell it. Where the journal itself cannot be written, the channels are
told at once, and the journal when it can be written again.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime

import structlog

from salonbot.alerts.deciding import decide
from salonbot.alerts.owner import OwnerOf
from salonbot.alerts.teller import Teller
from salonbot.clock import Clock
from salonbot.journal.alerts import Alerts
from salonbot.journal.database import JournalError
from salonbot.model.alerts import SESSION_KINDS, Alert, AlertKind, Episode, News, Recovered
from salonbot.model.salon import SalonId

log = structlog.get_logger()

LOOK_SECONDS = 1.0
"""How often it is seen whether a decision has become due: rows have no event."""


@dataclass(slots=True)
class _Heard:
    """News, from when it was heard until it is in the journal."""

    news: News
    at: datetime
    told: tuple[str, ...] | None = None
    """Channels that were told of it before the journal was; None: that has not been tried."""


class Desk:
    """`hear` what any room has to say; `run` it beside everything else."""

    def __init__(self, alerts: Alerts, owner_of: OwnerOf, clock: Clock) -> None:
        """`owner_of` is asked anew each time: salons come and go."""
        self._alerts = alerts
        self._owner_of = owner_of
        self._clock = clock
        self._deciding = asyncio.Lock()
        self._heard: deque[_Heard] = deque()
        self._bell = asyncio.Event()
        self.teller = Teller(alerts, owner_of, clock, self.hear, self._deciding)

    def hear(self, news: News) -> None:
        """Keep it in mind. In the loop; returns at once."""
        if not self._says_again(news):
            self._heard.append(_Heard(news, self._clock.now()))
        self._bell.set()

    def _says_again(self, news: News) -> bool:
        """Whether it is the same once more as what waits for the journal, which may be away for days: of an alert its
        beginning and how it stands now are kept in mind, of an end the first word.
        """
        same = [one for one in self._heard if (one.news.kind, one.news.salon) == (news.kind, news.salon)]
        if not same or type(same[-1].news) is not type(news):
            return False
        if isinstance(news, Recovered):
            return True
        if len(same) == 1 or isinstance(same[-2].news, Recovered):
            return False
        last = same[-1]
        # Whoever could not be told of it then is told now.
        last.news, last.at, last.told = news, self._clock.now(), last.told or None
        return True

    def hear_session(self, salon: SalonId, state: str, detail: str) -> None:
        """The state a session has come into: an end is an alert of its name, and being online ends them all."""
        if state == "online":
            for kind in sorted(SESSION_KINDS):
                self.hear(Recovered(kind=kind, salon=salon))
        elif state in SESSION_KINDS:
            self.hear(Alert(kind=AlertKind(state), salon=salon, detail=detail, needs_owner=True))

    async def run(self) -> None:
        """Keep, decide and tell until cancelled. Never returns."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.teller.run(), name="alerts told")
            while True:
                self._bell.clear()
                await self.work()
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._bell.wait()
                except TimeoutError:
                    pass

    async def work(self) -> None:
        """Keep what was heard, and decide what is due."""
        try:
            while self._heard:
                await self._keep(self._heard[0])
                self._heard.popleft()
            await self.decide_due()
        except JournalError as error:
            log.error("alerts_not_kept", detail=str(error), waiting=len(self._heard))
            await self._tell_unkept()

    async def decide_due(self) -> None:
        """Decide what has become due. Raises JournalError."""
        async with self._deciding:
            for episode in await self._alerts.undecided(self._clock.now()):
                await self._decide(episode)

    async def _keep(self, heard: _Heard) -> None:
        match heard.news:
            case Alert() as alert if heard.told:
                await self._alerts.note_told(alert, heard.told, heard.at)
            case Alert() as alert:
                episode = await self._alerts.note(alert, heard.at)
                if episode.raised_at == episode.opened_at:
                    log.warning("alert", kind=alert.kind.value, salon=alert.salon, detail=alert.detail)
            case Recovered() as over:
                if await self._alerts.end(over, heard.at):
                    log.info("alert_over", kind=over.kind.value, salon=over.salon)

    async def _decide(self, episode: Episode) -> None:
        owner, now = self._owner_of(episode.salon), self._clock.now()
        notices = await self._alerts.notices(episode.id)
        channels = owner.channels_for(episode.kind)
        if episode.kind is AlertKind.CHANNEL_BROKEN:
            channels = tuple(one for one in channels if self.teller.trouble(one, episode.salon) is None)
        decision = decide(episode, notices, channels, owner.rules, now)
        if decision.has_lapsed:
            await self._alerts.end(Recovered(kind=episode.kind, salon=episode.salon), now)
            return
        await self._alerts.decided(episode, decision.tell, decision.drop, decision.look_at, now)

    async def _tell_unkept(self) -> None:
        """What is urgent cannot wait for a journal that may never be written again; each until one channel took it."""
        for heard in list(self._heard):
            alert = heard.news
            if not isinstance(alert, Alert) or heard.told is not None or self._is_told(alert):
                continue
            owner = self._owner_of(alert.salon)
            is_urgent = alert.kind in owner.rules.urgent and alert.kind not in owner.rules.muted
            heard.told = await self.teller.tell_at_once(alert, owner, heard.at) if is_urgent else ()

    def _is_told(self, alert: Alert) -> bool:
        return any(one.told and (one.news.kind, one.news.salon) == (alert.kind, alert.salon) for one in self._heard)

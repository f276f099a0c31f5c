"""What watches over the house and speaks of it: alerts, readiness, metrics, and their pages. Wiring alone.

In: sessions, journal, process, news of any room. Out: owners told, monitors answered.
"""

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Middleware

from salonbot.alerts.desk import Desk
from salonbot.alerts.wording import advice_of, path_of, title_of
from salonbot.assistant.claude.models import cost_of
from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.journal.alerts import Alerts
from salonbot.journal.counts import Counts
from salonbot.journal.database import Database
from salonbot.journal.probe import Probe
from salonbot.journal.troubles import Troubles
from salonbot.lookout import Lookout
from salonbot.metrics.exposition import Metrics
from salonbot.metrics.instruments import Instruments
from salonbot.metrics.monitors import Monitors
from salonbot.model.alerts import Episode, News
from salonbot.model.salon import SalonId
from salonbot.owners import Owners
from salonbot.readiness import Limits, Readiness
from salonbot.tenant import Tenant
from salonbot.vitals import Vitals
from salonbot.web.alerts_page import AlertsPage, Tested, Way
from salonbot.web.monitoring import Monitoring
from salonbot.web.today import Today
from salonbot.whatsapp.states import SessionStatus


class Oversight:
    """One for the house."""

    def __init__(
        self,
        loaded: Callable[[], Loaded],
        tenants: dict[SalonId, Tenant],
        database: Database,
        state: Path,
        vitals: Callable[[], Vitals | None],
        clock: Clock,
    ) -> None:
        """`loaded` is the configuration in effect, `tenants` the salons that are open; both change."""
        self._tenants = tenants
        self._database = database
        self._clock = clock
        self._owners = Owners(loaded, tenants, clock)
        self.desk = Desk(Alerts(database), self._owners.of, clock)
        self.readiness = Readiness(
            self._sessions, Probe(database), Counts(database), lambda: Limits.of(loaded().configuration.alerts), clock
        )
        self._lookout = Lookout(
            self.readiness, Troubles(database), Alerts(database), lambda: tuple(tenants), state, self.desk.hear, clock
        )
        self._metrics = Metrics(
            Instruments(), database, self._sessions, self.readiness, vitals, self.desk.teller.broken, clock
        )
        self._monitors = Monitors(self.readiness, self._metrics)

    def tell_owner(self, news: News) -> None:
        """An `Alert`, as often as it is noticed, or that it is `Recovered`: the desk knows who is told when."""
        self.desk.hear(news)

    def hear_session(self, salon: SalonId, status: SessionStatus) -> None:
        """A session has come into another state."""
        until = self._tenants[salon].plan.profile.local(status.until) if status.until else None
        detail = f"{until:%d.%m %H:%M}" if until else str(status.code or status.detail)
        self.desk.hear_session(salon, status.state.value, detail)

    def works(self) -> list[tuple[Coroutine[None, None, None], str]]:
        """Root tasks and their names."""
        return [
            (self.desk.run(), "alerts"),
            (self._lookout.run(), "lookout"),
            (self._metrics.run(), "metrics"),
        ]

    def routes(self) -> list[web.RouteDef]:
        """Doors of monitors, the page of each salon's day, the page of alerts."""
        words = _Words()
        return [
            *Monitoring(self._monitors).routes(),
            *Today(self._database, self._monitors, words, cost_of, self._is_elsewhere, self._clock).routes(),
            *AlertsPage(self._database, words, _Telling(self._owners, self.desk), self._clock).routes(),
        ]

    def middleware(self) -> Middleware:
        """Measures every request; to be the outermost."""
        return Monitoring(self._monitors).middleware()

    def _sessions(self) -> dict[SalonId, SessionStatus]:
        return {salon: tenant.session.status() for salon, tenant in self._tenants.items()}

    def _is_elsewhere(self, salon: SalonId) -> bool:
        tenant = self._tenants.get(salon)
        return tenant is not None and tenant.plan.yclients is not None


class _Words:
    """Satisfies `web.today.TellEpisode`."""

    def title(self, episode: Episode, language: str) -> str:
        return title_of(episode, language)

    def advice(self, episode: Episode, language: str) -> str:
        return advice_of(episode, language)

    def path(self, episode: Episode) -> str:
        return path_of(episode.kind, episode.salon)


class _Telling:
    """Satisfies `web.alerts_page.TellsOwners`."""

    def __init__(self, owners: Owners, desk: Desk) -> None:
        self._owners = owners
        self._desk = desk

    def ways(self, salon: SalonId | None) -> Sequence[Way]:
        troubles = self._desk.teller.trouble
        return [
            Way(name, channel.address, trouble.why, trouble.advice)
            if (trouble := troubles(name, salon))
            else Way(name, channel.address, "")
            for name, channel in self._owners.of(salon).channels.items()
        ]

    async def try_out(self, salon: SalonId | None) -> Sequence[Tested]:
        return [Tested(one.channel, one.failure or "", one.advice) for one in await self._desk.teller.try_out(salon)]

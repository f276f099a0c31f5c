"""What the house tells of itself: health, status, every salon's session (`web.status.StatusSource`)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from salonbot import __version__
from salonbot.assistant.brain import Brain
from salonbot.assistant.ledger import Ledger
from salonbot.assistant.relay import Relay
from salonbot.clock import Clock
from salonbot.errors import SalonClosed
from salonbot.journal.alerts import Alerts
from salonbot.journal.counts import Counts
from salonbot.journal.database import Database
from salonbot.journal.noted import NotedRequests
from salonbot.model.alerts import Episode
from salonbot.model.salon import SalonId
from salonbot.tenant import OfTenants, Tenant
from salonbot.turns.dispatch import Dispatcher
from salonbot.web.status import Health, PairingCode, SalonStatus
from salonbot.whatsapp.states import SessionState

ALERTS_SHOWN = 50
"""The newest ones, for the status page."""


class Overview:
    """Reads, and starts a pairing where a page asks for it; changes nothing else."""

    def __init__(
        self,
        tenants: Mapping[SalonId, Tenant],
        clock: Clock,
        database: Database,
        ledger: Ledger,
        dispatcher: Dispatcher,
        requests: NotedRequests,
        gauges: Callable[[], Awaitable[Mapping[str, object]]],
    ) -> None:
        """`gauges` adds what only the running daemon knows to the status."""
        self._tenants = tenants
        self._sessions = OfTenants(tenants, lambda tenant: tenant.session)
        self._clock = clock
        self._database = database
        self._ledger = ledger
        self._dispatcher = dispatcher
        self._requests = requests
        self._gauges = gauges
        self._counts = Counts(database)
        self._started_at = clock.now()
        self._alerts = Alerts(database)

    async def health(self) -> Health:
        """Well while the journal answers; the loop has just answered by asking."""
        await self._database.row("SELECT 1")
        return Health(is_well=True, uptime_seconds=(self._clock.now() - self._started_at).total_seconds())

    async def status(self) -> Mapping[str, object]:
        """The house beside its salons."""
        return {
            "version": __version__,
            "brains": {salon: _brain_status(tenant.reception.brain) for salon, tenant in self._tenants.items()},
            "costs_today": await self._costs_today(),
            "alerts": [_alert(episode) for episode in reversed(await self._alerts.newest(ALERTS_SHOWN))],
            "journal": {"trouble": self._database.trouble.detail},
            "busy_chats": self._dispatcher.busy_chats,
            "noted_requests": await self._requests.waiting(),
            **await self._gauges(),
            **await self._counts.of_house(),
        }

    def salons(self) -> Sequence[SalonStatus]:
        """Every salon's session, in the configuration's order."""
        return [_salon_status(tenant) for tenant in self._tenants.values()]

    async def show_qr(self, salon: SalonId) -> None:
        """Begin pairing again."""
        self._sessions[salon].show_qr()

    async def connect_again(self, salon: SalonId) -> None:
        """Try again, now that what was in the way is gone."""
        self._sessions[salon].connect_again()

    async def pair_with_code(self, salon: SalonId, phone: str) -> str:
        """The code to type on that phone."""
        return await self._sessions[salon].pair_with_code(phone)

    async def unlink(self, salon: SalonId) -> bool:
        """Log this device out of the salon's account."""
        return await self._sessions[salon].unlink()

    async def _costs_today(self) -> Mapping[SalonId, object]:
        found = {}
        for salon in tuple(self._tenants):
            with suppress(SalonClosed):  # by a reload, while the one before it was read
                found[salon] = await self._costs(salon)
        return found

    async def _costs(self, salon: SalonId) -> Mapping[str, object]:
        today = await self._ledger.today(salon)
        return {
            "usd": today.usd,
            "turns": today.turns,
            "bookings": today.bookings,
            "usd_per_turn": today.usd_per_turn,
            "usd_per_booking": today.usd_per_booking,
        }


def _alert(episode: Episode) -> Mapping[str, object]:
    return {
        "at": episode.opened_at.isoformat(),
        "over_at": episode.over_at.isoformat() if episode.over_at else None,
        "kind": episode.kind.value,
        "severity": episode.kind.severity.value,
        "salon": episode.salon,
        "count": episode.count,
        "detail": episode.detail,
    }


def _brain_status(brain: Brain) -> Mapping[str, object]:
    if not isinstance(brain, Relay):
        return {"name": brain.name}
    breaker = brain.state()
    return {
        "name": brain.name,
        "breaker": breaker.state.value,
        "trouble": breaker.episode.trouble.value if breaker.episode else None,
        "retry_at": breaker.retry_at.isoformat() if breaker.retry_at else None,
    }


def _salon_status(tenant: Tenant) -> SalonStatus:
    status = tenant.session.status()
    return SalonStatus(
        id=tenant.plan.profile.id,
        name=tenant.plan.profile.name,
        session=status.state.value,
        since=status.since,
        advice="" if status.state is SessionState.ONLINE else status.sentence,
        pairing=PairingCode(status.qr, status.qr_seconds_left, status.qr_seconds) if status.qr else None,
        counts={"reconnects": status.reconnects, "burnt_threads": status.burnt_threads},
        is_linking=status.is_linking,
        number=status.number,
        until=status.until,
        code=status.code,
        detail=status.detail,
        zone=tenant.plan.profile.zone,
        currency=tenant.plan.profile.currency,
    )

"""The doors for other systems: signed messages handed in, and what YClients tells of changed records. Wiring alone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web

from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.journal.database import Database
from salonbot.journal.inbox import Recorded
from salonbot.journal.replays import Replays
from salonbot.model.messages import IncomingMessage
from salonbot.model.salon import SalonId
from salonbot.overview import Overview
from salonbot.tenant import Tenant
from salonbot.web.webhooks import Webhooks
from salonbot.web.yclients_hook import Listener, YClientsHook


def hooks_of(
    loaded: Callable[[], Loaded],
    tenants: Mapping[SalonId, Tenant],
    source: Overview,
    accept: Callable[[IncomingMessage], Awaitable[Recorded]],
    database: Database,
    clock: Clock,
) -> list[web.RouteDef]:
    """`loaded` is the configuration in effect, `tenants` the salons that are open; both change."""
    replays = Replays(database)
    messages = Webhooks(source, accept, lambda salon: loaded().secrets.webhook_secret_of(salon), replays, clock)
    return [*messages.routes(), *YClientsHook(lambda: _listeners(loaded(), tenants)).routes()]


def _listeners(loaded: Loaded, tenants: Mapping[SalonId, Tenant]) -> Sequence[Listener]:
    """Salons whose YClients may tell of changes."""
    return [
        Listener(salon, settings.company_id, secret.get_secret_value(), tenant.changes.hear)
        for salon, tenant in tenants.items()
        if (settings := tenant.plan.yclients) is not None
        and tenant.changes is not None
        and (secret := loaded.secrets.yclients_webhook_secret_of(salon)) is not None
    ]

"""The pages, wired: what each of them is given. A new page is one line in `Site._pages`."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.config.settings import WebSettings
from salonbot.journal.accounts import Accounts
from salonbot.journal.database import Database
from salonbot.journal.pulse import Pulse
from salonbot.journal.trouble import until_committed
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId
from salonbot.tenant import OfTenants, Tenant
from salonbot.web.access.desk import AccountDesk
from salonbot.web.access.entrance import Entrance
from salonbot.web.access.guard import Guard
from salonbot.web.access.links import Links, base_url
from salonbot.web.access.passwords import Passwords
from salonbot.web.access.throttle import Throttle
from salonbot.web.calendar.pages import Calendar
from salonbot.web.chats import Chats
from salonbot.web.live import Live
from salonbot.web.pairing import Pairing
from salonbot.web.salons import Salons
from salonbot.web.server import application
from salonbot.web.settings.catalogue import Catalogue
from salonbot.web.settings.pages import SalonSettings
from salonbot.web.status import StatusSource
from salonbot.web.token import token


class Site:
    """Everything that answers HTTP, but for the doors of other systems."""

    def __init__(
        self,
        source: StatusSource,
        tenants: Mapping[SalonId, Tenant],
        database: Database,
        clock: Clock,
        settings: WebSettings,
        token_file: Path,
        hurry: Callable[[SalonId, ChatKey], None],
        loaded: Callable[[], Loaded],
    ) -> None:
        """`tenants` are the salons that are open; they come and go. `hurry` has a chat's words sent; `loaded` is the
        configuration that counts now.
        """
        self._source = source
        self._tenants = tenants
        self._receptions = OfTenants(tenants, lambda tenant: tenant.reception)
        self._database = database
        self._clock = clock
        self._settings = settings
        self._accounts = Accounts(database)
        self._token_file = token_file
        self._hurry = hurry
        self._loaded = loaded
        self.live = Live(Pulse(database.path))
        """To be run beside everything else, and told of every change of a session."""

    def application(self, others: Iterable[web.RouteDef]) -> web.Application:
        """The application with every page, and with these routes besides. Raises StateError for a bad token file."""
        guard = Guard(self._accounts, self._settings, token(self._token_file), self._clock)
        app = application(self._source, guard)
        app.on_shutdown.append(self.live.close)
        app.add_routes([*others, *self._pages(guard)])
        return app

    def _pages(self, guard: Guard) -> list[web.RouteDef]:
        throttle, passwords = Throttle(self._clock), Passwords()
        desks = OfTenants(self._tenants, lambda tenant: tenant.desk)
        return [
            *Entrance(guard, throttle, passwords).routes(),
            *AccountDesk(guard, throttle, passwords).routes(),
            *self.live.routes(guard),
            *Salons().routes(),
            *Pairing(self._source).routes(),
            *Chats(self._database, self._clock, self._takeover, self._hurry).routes(),
            *Calendar(desks, self._clock).routes(),
            *SalonSettings(desks, self._loaded).routes(),
            *Catalogue(desks).routes(),
        ]

    def _takeover(self, salon: SalonId) -> timedelta:
        return self._receptions[salon].takeover

    async def greet(self, port: int, welcome: Callable[[str], None]) -> None:
        """Tell the link to make the first account with, once the journal takes it; nothing where there is one."""
        if link := await until_committed(lambda: self.first_link(port), self._clock):
            welcome(link)

    async def first_link(self, port: int) -> str | None:
        """A link to make the first account with; None where there is one."""
        if await self._accounts.any():
            return None
        return await Links(self._accounts, self._clock).offer(base_url(self._settings, port))

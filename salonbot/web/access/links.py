"""Links that let whoever follows one choose the owner's password, once: at the first start, and for a forgotten one."""

from dataclasses import dataclass
from datetime import timedelta

from salonbot.clock import Clock
from salonbot.config.settings import WebSettings
from salonbot.journal.accounts import Accounts
from salonbot.web.access import secrets

LINK_LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Links:
    """Makes them."""

    accounts: Accounts
    clock: Clock

    async def offer(self, base: str) -> str:
        """A new link below this address; the ones before it lead nowhere any more."""
        token = secrets.new_token()
        await self.accounts.offer_link(secrets.digest(token), now=self.clock.now(), lasts=LINK_LASTS)
        return f"{base.rstrip('/')}/welcome/{token}"


def base_url(settings: WebSettings, port: int | None = None) -> str:
    """Where people reach the pages; `port` is the real one where any free one was asked for."""
    if settings.public_url:
        return settings.public_url
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - it is not bound here
    return f"http://{f'[{host}]' if ':' in host else host}:{port or settings.port}"

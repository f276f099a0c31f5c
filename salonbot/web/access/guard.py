"""The guard at the door: every request passes it, and none gets further without a key unless its page is open to all.

Keys are the cookie of a browser that is signed in, and the token of the state folder (`Authorization: Bearer ...`) for
scripts and monitors. What changes something wants the form's own token besides, and comes from our own pages.
"""

import ipaddress
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from salonbot.clock import Clock
from salonbot.config.settings import WebSettings
from salonbot.journal.accounts import Accounts
from salonbot.model.accounts import Account, AccountId
from salonbot.web.access import secrets
from salonbot.web.access.forms import fields
from salonbot.web.access.keys import CSRF, SOURCE, WHO
from salonbot.web.access.openness import Openness, openness

SESSION_LASTS = timedelta(days=30)
"""After it was last used."""
COOKIE = "salonbot"
LONGEST_SESSION = 200
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_FIELD = "csrf"
FORM_HEADER = "X-Csrf-Token"

HOLDER = Account(id=None, name="token", is_owner=True)
"""Whoever has the state folder's token."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets in, or sends away."""

    accounts: Accounts
    settings: WebSettings
    token: str = field(repr=False)
    clock: Clock

    @property
    def cookie(self) -> str:
        """The cookie's name; with the prefix a browser takes it from this very host over TLS alone."""
        return f"__Host-{COOKIE}" if self.settings.is_https else COOKIE

    def middleware(self) -> Middleware:
        """For the application, behind what makes pages of refusals."""

        @web.middleware
        async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
            await self.recognise(request)
            needed = openness(request.match_info.handler)
            if needed is not Openness.PROGRAMS:
                self._want_our_host(request)
            if needed is Openness.CLOSED:
                if WHO not in request:
                    raise _send_away(request)
                _want_their_salon(request)
                await self._want_our_form(request)
            return await handler(request)

        return guarded

    async def recognise(self, request: web.Request) -> None:
        """Note who asks, where they show a key that is good."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.casefold() == "bearer":
            if secrets.is_same(given.strip(), self.token):
                request[WHO], request[CSRF] = HOLDER, ""
            return
        session = request.cookies.get(self.cookie, "")
        if not session or len(session) > LONGEST_SESSION:
            return
        account = await self.accounts.signed_in(secrets.digest(session), now=self.clock.now(), lasts=SESSION_LASTS)
        if account is not None:
            request[WHO], request[CSRF] = account, secrets.form_token(session)

    async def still_knows(self, request: web.Request) -> bool:
        """Whether whoever asked this would still be let in: for answers that last."""
        account = request[WHO]
        if account is not HOLDER:
            session = secrets.digest(request.cookies.get(self.cookie, ""))
            now = await self.accounts.signed_in(session, now=self.clock.now(), lasts=SESSION_LASTS)
            salon = request.match_info.get("salon")
            return now is not None and (salon is None or now.may_see(salon))
        return True

    async def let_in(self, request: web.Request, response: web.StreamResponse, account: AccountId) -> None:
        """Begin a new session of this browser. The one it had ends: no secret known before is worth anything."""
        await self._end_session(request)
        session = secrets.new_token()
        browser = request.headers.get("User-Agent", "")[:200]
        await self.accounts.sign_in(
            secrets.digest(session), account, browser, now=self.clock.now(), lasts=SESSION_LASTS
        )
        response.set_cookie(
            self.cookie,
            session,
            max_age=int(SESSION_LASTS.total_seconds()),
            httponly=True,
            secure=self.settings.is_https,
            samesite="Lax",
        )

    async def let_out(self, request: web.Request, response: web.StreamResponse) -> None:
        """End the session of this browser."""
        await self._end_session(request)
        response.del_cookie(self.cookie, httponly=True, secure=self.settings.is_https, samesite="Lax")

    async def _end_session(self, request: web.Request) -> None:
        if session := request.cookies.get(self.cookie):
            await self.accounts.sign_out(secrets.digest(session))

    def _want_our_host(self, request: web.Request) -> None:
        """A stranger's name that leads to this machine (DNS rebinding) makes a browser treat us as that stranger's."""
        if not is_our_host(request.host, self.settings):
            raise web.HTTPMisdirectedRequest(reason="refusal-reason-host")

    async def _want_our_form(self, request: web.Request) -> None:
        """Raises HTTPForbidden where another site had the browser ask this."""
        if request.method in SAFE or request[WHO] is HOLDER:
            return
        want_own_origin(request)
        given = request.headers.get(FORM_HEADER, "")
        if not given:
            given = (await fields(request)).get(FORM_FIELD, "")
        if not secrets.is_same(given, request[CSRF]):
            raise web.HTTPForbidden(reason="refusal-reason-old-form")


def want_own_origin(request: web.Request) -> None:
    """Raises HTTPForbidden where the browser says that another site's page sent this."""
    origin = request.headers.get("Origin")
    is_foreign = origin is not None and _host_and_port(origin) != request.host.casefold()
    if is_foreign or request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise web.HTTPForbidden(reason="refusal-reason-elsewhere")


def _host_and_port(address: str) -> str:
    """Of an origin; empty for what is none, such as `null`."""
    try:
        return urlsplit(address).netloc.casefold()
    except ValueError:
        return ""


def is_our_host(host: str, settings: WebSettings) -> bool:
    """Whether a browser may have been told this address by us: an IP address cannot be made to point elsewhere."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return False
    if name in ("localhost", settings.host.casefold(), settings.public_host):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _want_their_salon(request: web.Request) -> None:
    """Raises HTTPNotFound: what salons there are beside their own is nobody's business."""
    wanted = request.match_info.get("salon")
    if wanted is None:
        return
    is_known = any(salon.id == wanted for salon in request.app[SOURCE].salons())
    if not is_known or not request[WHO].may_see(wanted):
        raise web.HTTPNotFound


def _send_away(request: web.Request) -> web.HTTPException:
    """To the login page where somebody is looking; with 401 where a program asks."""
    is_looked_at = request.headers.get("Sec-Fetch-Dest", "document") == "document"
    if request.method == "GET" and is_looked_at and "text/html" in request.headers.get("Accept", ""):
        return web.HTTPSeeOther(f"/login?next={quote(request.raw_path, safe='')}")
    return web.HTTPUnauthorized(headers={"WWW-Authenticate": 'Bearer realm="salonbot"'})

"""The pages for those who are not in yet: sign in, follow a one-time link; and the way out."""

from math import ceil

import structlog
from aiohttp import web

from salonbot.journal.accounts import NameTaken, key_of
from salonbot.model.accounts import AccountId
from salonbot.web.access import secrets
from salonbot.web.access.addresses import address_of
from salonbot.web.access.forms import fields
from salonbot.web.access.guard import Guard, want_own_origin
from salonbot.web.access.keys import WHO
from salonbot.web.access.openness import open_to_all
from salonbot.web.access.passwords import LONGEST_NAME, Passwords, mistake_in
from salonbot.web.access.throttle import Throttle
from salonbot.web.rendering import moved, page

log = structlog.get_logger()


class Entrance:
    """Lets people in and out."""

    def __init__(self, guard: Guard, throttle: Throttle, passwords: Passwords) -> None:
        self._guard = guard
        self._accounts = guard.accounts
        self._throttle = throttle
        self._passwords = passwords

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        return [
            web.get("/login", self._ask),
            web.post("/login", self._sign_in),
            web.post("/logout", self._sign_out),
            web.get("/welcome/{token}", self._welcome),
            web.post("/welcome/{token}", self._begin),
        ]

    @open_to_all
    async def _ask(self, request: web.Request) -> web.Response:
        if WHO in request:
            raise web.HTTPSeeOther(_inside(request.query.get("next", "")))
        return await page(request, "login.html", is_new=not await self._accounts.any(), name="", mistake="", wait=0)

    @open_to_all
    async def _sign_in(self, request: web.Request) -> web.StreamResponse:
        want_own_origin(request)
        form = await fields(request)
        name, address = form.get("name", ""), address_of(request, self._guard.settings)
        wait = self._throttle.begin(key_of(name), address)
        if wait > 0:
            response = await self._refuse(request, name, "login-wait", 429, wait)
            response.headers["Retry-After"] = str(ceil(wait))
            return response
        account = await self._account_of(name, form.get("password", ""))
        if account is None:
            log.warning("sign_in_refused", address=address)
            return await self._refuse(request, name, "login-wrong", 403)
        self._throttle.succeeded(key_of(name), address)
        response = moved(_inside(request.query.get("next", "")))
        await self._guard.let_in(request, response, account)
        log.info("signed_in", account=account)
        return response

    async def _account_of(self, name: str, password: str) -> AccountId | None:
        """Whose password it is. Takes as long for a name that nobody has."""
        found = await self._accounts.named(name)
        is_right = await self._passwords.fits(password, found[1] if found else None)
        return found[0].id if found and is_right else None

    async def _refuse(
        self, request: web.Request, name: str, mistake: str, status: int, wait: float = 0
    ) -> web.Response:
        return await page(
            request, "login.html", status=status, is_new=False, name=name[:LONGEST_NAME], mistake=mistake,
            wait=ceil(wait),
        )  # fmt: skip

    async def _sign_out(self, request: web.Request) -> web.StreamResponse:
        response = moved("/login")
        await self._guard.let_out(request, response)
        return response

    @open_to_all
    async def _welcome(self, request: web.Request) -> web.Response:
        if not await self._accounts.is_link(self._link(request), now=self._guard.clock.now()):
            return await page(request, "welcome.html", status=410, is_good=False, name="", mistake="")
        return await page(request, "welcome.html", is_good=True, name="", mistake="")

    @open_to_all
    async def _begin(self, request: web.Request) -> web.StreamResponse:
        want_own_origin(request)
        form, now = await fields(request), self._guard.clock.now()
        name, password = " ".join(form.get("name", "").split()), form.get("password", "")
        if not await self._accounts.is_link(self._link(request), now=now):
            return await page(request, "welcome.html", status=410, is_good=False, name="", mistake="")
        mistake = mistake_in(name, password, form.get("again", ""))
        account = None
        if not mistake:
            hashed = await self._passwords.hashed(password)
            try:
                account = await self._accounts.follow_link(self._link(request), name, hashed, now=now)
            except NameTaken:
                mistake = "account-name-taken"
        if mistake:
            return await page(
                request, "welcome.html", status=422, is_good=True, name=name[:LONGEST_NAME], mistake=mistake
            )
        if account is None:
            return await page(request, "welcome.html", status=410, is_good=False, name="", mistake="")
        response = moved("/", said="account-made")
        await self._guard.let_in(request, response, account)
        log.info("one_time_link_used", account=account)
        return response

    def _link(self, request: web.Request) -> bytes:
        return secrets.digest(request.match_info["token"])


def _inside(wanted: str) -> str:
    """Where to go after signing in: a page of ours, whatever a link says."""
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_ours and not wanted.startswith(("/login", "/logout")) else "/"

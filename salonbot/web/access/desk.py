"""`/account`: one's own password, language and browsers; for owners, the accounts of others and what they may see."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import structlog
from aiohttp import web

from salonbot.journal.accounts import Accounts, NameTaken
from salonbot.model.accounts import Account, AccountId
from salonbot.model.salon import SalonId
from salonbot.web.access.browsers import named_browser
from salonbot.web.access.forms import fields, values
from salonbot.web.access.guard import Guard
from salonbot.web.access.keys import CLOCK, who
from salonbot.web.access.passwords import LONGEST_NAME, Passwords, mistake_in
from salonbot.web.access.throttle import Throttle
from salonbot.web.rendering import LANGUAGE_COOKIE, YEAR_SECONDS, moved, page, visible_salons
from salonbot.web.wording import LANGUAGES

log = structlog.get_logger()


class AccountDesk:
    """Changes accounts."""

    def __init__(self, guard: Guard, throttle: Throttle, passwords: Passwords) -> None:
        self._guard = guard
        self._accounts: Accounts = guard.accounts
        self._throttle = throttle
        self._passwords = passwords

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        return [
            web.get("/account", self._show),
            web.post("/account/password", self._change_password),
            web.post("/account/language", self._speak),
            web.post("/account/sign-out", self._sign_out_everywhere),
            web.post("/accounts", self._create),
            web.post("/accounts/{account}/salons", self._assign),
            web.post("/accounts/{account}/remove", self._remove),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        return await self._page(request)

    async def _page(self, request: web.Request, status: int = 200, **told: Any) -> web.Response:
        account, now = who(request), request.app[CLOCK].now()
        browsers = await self._accounts.browsers(account, now=now) if account.id is not None else []
        shown = {"own_mistake": "", "new_mistake": "", "new_name": "", "new_salons": (), "wait": 0} | told
        return await page(
            request,
            "account.html",
            status=status,
            browsers=[(named_browser(browser.description), browser) for browser in browsers],
            others=[one for one in await self._accounts.all() if one.id != account.id] if account.is_owner else [],
            **shown,
        )

    async def _change_password(self, request: web.Request) -> web.StreamResponse:
        account = _somebody(request)
        assert account.id is not None
        form = await fields(request)
        wait = self._throttle.begin(f"password of {account.id}", f"account {account.id}")
        if wait > 0:
            return await self._page(request, 429, own_mistake="login-wait", wait=ceil(wait))
        if not await self._passwords.fits(form.get("current", ""), await self._accounts.password_of(account.id)):
            return await self._page(request, 403, own_mistake="account-password-wrong")
        self._throttle.succeeded(f"password of {account.id}", f"account {account.id}")
        mistake = mistake_in(account.name, form.get("password", ""), form.get("again", ""))
        if mistake:
            return await self._page(request, 422, own_mistake=mistake)
        await self._accounts.change_password(account.id, await self._passwords.hashed(form["password"]))
        log.info("password_changed", account=account.id)
        response = moved("/account", said="account-password-changed")
        await self._guard.let_in(request, response, account.id)
        return response

    async def _speak(self, request: web.Request) -> web.Response:
        account = _somebody(request)
        assert account.id is not None
        language = (await fields(request)).get("language", "")
        if language not in LANGUAGES:
            raise web.HTTPUnprocessableEntity
        await self._accounts.speak(account.id, language)
        response = moved("/account", said="account-saved")
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR_SECONDS, httponly=True, samesite="Lax")
        return response

    async def _sign_out_everywhere(self, request: web.Request) -> web.StreamResponse:
        account = _somebody(request)
        assert account.id is not None
        await self._accounts.sign_out_everywhere(account.id)
        response = moved("/login")
        await self._guard.let_out(request, response)
        return response

    async def _create(self, request: web.Request) -> web.StreamResponse:
        _owner(request)
        form, salons = await fields(request), await self._salons(request)
        name, password = " ".join(form.get("name", "").split()), form.get("password", "")
        mistake = mistake_in(name, password, password) or ("" if salons else "account-salons-none")
        if not mistake:
            hashed, now = await self._passwords.hashed(password), request.app[CLOCK].now()
            try:
                made = await self._accounts.create(name, hashed, is_owner=False, salons=salons, now=now)
            except NameTaken:
                mistake = "account-name-taken"
            else:
                log.info("account_made", account=made, salons=len(salons))
        if mistake:
            told = {"new_mistake": mistake, "new_name": name[:LONGEST_NAME], "new_salons": salons}
            return await self._page(request, 422, **told)
        return moved("/account#others", said="account-other-made")

    async def _assign(self, request: web.Request) -> web.StreamResponse:
        account = await self._other(request)
        await self._accounts.assign(account, await self._salons(request))
        log.info("account_assigned", account=account)
        return moved("/account#others", said="account-saved")

    async def _remove(self, request: web.Request) -> web.StreamResponse:
        account = await self._other(request)
        await self._accounts.remove(account)
        log.info("account_removed", account=account)
        return moved("/account#others", said="account-removed")

    async def _other(self, request: web.Request) -> AccountId:
        """The account of the address. Raises HTTPForbidden for those who are no owner, HTTPNotFound for none."""
        _owner(request)
        number = request.match_info["account"]
        if not (number.isascii() and number.isdecimal() and len(number) < 18):
            raise web.HTTPNotFound
        found = await self._accounts.read(AccountId(int(number)))
        if found is None or found.id is None or found.id == who(request).id or found.is_owner:
            raise web.HTTPNotFound
        return found.id

    async def _salons(self, request: web.Request) -> Sequence[SalonId]:
        """The salons ticked, of those that there are."""
        known = {salon.id for salon in visible_salons(request)}
        return [SalonId(salon) for salon in await values(request, "salon") if salon in known]


def _somebody(request: web.Request) -> Account:
    """Whose account this is. Raises HTTPForbidden for the token, which is nobody's."""
    account = who(request)
    if account.id is None:
        raise web.HTTPForbidden(reason="refusal-reason-token")
    return account


def _owner(request: web.Request) -> None:
    if not who(request).is_owner:
        raise web.HTTPForbidden

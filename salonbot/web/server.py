"""The web server: the application behind its guard, health and status. In: HTTP and a `StatusSource`. Out: JSON, pages.

It binds the loopback interface unless told otherwise; TLS is a proxy's business. Who may see what: `access.guard`.
"""

import asyncio
import errno
import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import cast

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from salonbot.errors import JournalUnavailable, SalonClosed, StateError
from salonbot.logs import without_numbers
from salonbot.web import assets
from salonbot.web.access.guard import Guard
from salonbot.web.access.keys import CLOCK, SOURCE, who
from salonbot.web.access.openness import open_to_programs
from salonbot.web.rendering import page, words_for
from salonbot.web.status import Health, SalonStatus, StatusSource
from salonbot.web.wording import words

HEALTH_SECONDS = 5
"""A journal that does not answer within this is not well; monitors wait about ten."""

LARGEST_BODY_BYTES = 64 * 1024

SHUTDOWN_SECONDS = 2
"""How long open requests may hold up the end of the daemon, which has ten seconds in all."""

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
        " manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with that browsers say that our own forms come from nowhere (Origin: null).
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Server": "salonbot",
}
STRICT_TRANSPORT = "max-age=31536000"

log = structlog.get_logger()

PATIENCE: web.AppKey[float] = web.AppKey("health_seconds")


def application(source: StatusSource, guard: Guard, *, health_seconds: float = HEALTH_SECONDS) -> web.Application:
    """The house behind its guard. Pages are added to it before it is started."""
    app = web.Application(client_max_size=LARGEST_BODY_BYTES, middlewares=[_refusals, guard.middleware()])
    app[SOURCE] = source
    app[CLOCK] = guard.clock
    app[PATIENCE] = health_seconds
    app.on_response_prepare.append(_secure(is_https=guard.settings.is_https))
    app.add_routes([web.get("/health", _health), web.get("/status", _status), *assets.routes()])
    return app


@dataclass(frozen=True, slots=True)
class RunningSite:
    """A server that listens."""

    host: str
    port: int
    """The real one, also where 0 was asked for."""
    runner: web.AppRunner

    @property
    def url(self) -> str:
        """The address of the overview, for people."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"

    async def close(self) -> None:
        """Stop listening; open requests get a moment."""
        await self.runner.cleanup()


async def start(app: web.Application, host: str, port: int) -> RunningSite:
    """Listen. Port 0 takes any free one. Raises StateError where the address cannot be had."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except (OSError, UnicodeError) as error:
        await runner.cleanup()
        raise StateError(unavailable(host, port, error)) from error
    bound = cast(tuple[str, int], runner.addresses[0])
    return RunningSite(host, bound[1], runner)


def unavailable(host: str, port: int, error: OSError | UnicodeError) -> str:
    """Why this address cannot be listened on, and what to do."""
    if isinstance(error, socket.gaierror | UnicodeError) or error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine: set [web] host, 127.0.0.1 for this machine alone"
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use by another program: stop that one, or set [web] port (0: any free one)"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"port {port} on {host} is not this user's to open: set [web] port to 1024 or more"
    return f"port {port} on {host} cannot be opened ({error.strerror or error}): see [web] host and port"


def _secure(*, is_https: bool) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    headers = SECURITY_HEADERS | ({"Strict-Transport-Security": STRICT_TRANSPORT} if is_https else {})

    async def secure(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(headers)
        response.headers.setdefault("Cache-Control", "no-store")

    return secure


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every refusal becomes a page in the reader's language, or JSON for a program, with its reason if it has one."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        reason = error.reason if error.reason != HTTPStatus(error.status).phrase else ""
        refusal = await _refusal(request, error.status, reason)
        for header in ("Allow", "WWW-Authenticate", "Retry-After"):
            if header in error.headers:
                refusal.headers[header] = error.headers[header]
        return refusal
    except SalonClosed:
        return await _refusal(request, 404, "")
    except JournalUnavailable:
        # Told already, and it may pass: a form that comes again later is as good.
        return await _refusal(request, 503, "")
    except Exception as error:
        log.error("page_failed", method=request.method, route=_route(request), exc_info=error)
        return await _refusal(request, 500, "")


async def _refusal(request: web.Request, status: int, reason: str) -> web.Response:
    """`reason` is a key of the words, or a sentence already."""
    is_looked_at = "text/html" in request.headers.get("Accept", "")
    known = words_for(request) if is_looked_at else words("en")
    told = known.say(reason) if reason in known else reason
    if is_looked_at:
        return await page(request, "refusal.html", status=status, number=status, reason=told)
    return _json({"error": told or HTTPStatus(status).phrase}, status=status)


def _route(request: web.Request) -> str:
    """The address's pattern: addresses themselves may hold secrets and numbers."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else ""


def _json(content: Mapping[str, object], *, status: int = 200) -> web.Response:
    text = json.dumps(content, ensure_ascii=False, default=str)
    return web.Response(text=text, content_type="application/json", charset="utf-8", status=status)


async def _well(app: web.Application) -> Health:
    try:
        async with asyncio.timeout(app[PATIENCE]):
            return await app[SOURCE].health()
    except TimeoutError:
        return Health(False, 0.0, f"the journal has not answered for {app[PATIENCE]:g} s")


@open_to_programs
async def _health(request: web.Request) -> web.Response:
    health = await _well(request.app)
    said = {"status": "ok" if health.is_well else "failing", "uptime_seconds": round(health.uptime_seconds, 1)}
    if health.detail:
        said["detail"] = without_numbers(health.detail)
    return _json(said, status=200 if health.is_well else 503)


async def _status(request: web.Request) -> web.Response:
    if not who(request).is_owner:
        raise web.HTTPForbidden(reason="refusal-reason-all-salons")
    source = request.app[SOURCE]
    salons = [_without_code(salon) for salon in source.salons()]
    return _json(cast(Mapping[str, object], _masked({**await source.status(), "salons": salons})))


def _without_code(salon: SalonStatus) -> dict[str, object]:
    told = asdict(salon)
    del told["zone"], told["currency"]
    told["pairing"] = None if salon.pairing is None else {"seconds_left": round(salon.pairing.seconds_left)}
    return told


def _masked(value: object) -> object:
    match value:
        case str():
            return without_numbers(value)
        case Mapping():
            return {without_numbers(str(key)): _masked(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_masked(inner) for inner in value]
        case _:
            return value

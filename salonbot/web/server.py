"""The small web server: health, status, the pairing page. In: HTTP and a `StatusSource`. Out: JSON and plain HTML.

It binds the loopback interface unless told otherwise; TLS and strangers are a proxy's business. What changes something
(`POST`) wants the token, as `Authorization: Bearer ...` or as the form's field `token`.
"""

import asyncio
import errno
import json
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import resources
from typing import cast

from aiohttp import web
from aiohttp.typedefs import Handler

from salonbot.errors import StateError
from salonbot.logs import without_numbers
from salonbot.model.salon import SalonId
from salonbot.web import pages
from salonbot.web.status import Health, SalonStatus, StatusSource
from salonbot.web.token import is_token

HEALTH_SECONDS = 5
"""A journal that does not answer within this is not well; monitors wait about ten."""

LARGEST_BODY_BYTES = 64 * 1024

SHUTDOWN_SECONDS = 2
"""How long open requests may hold up the end of the daemon, which has ten seconds in all."""

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Server": "salonbot",
}

SOURCE: web.AppKey[StatusSource] = web.AppKey("source")
TOKEN: web.AppKey[str] = web.AppKey("token")
PATIENCE: web.AppKey[float] = web.AppKey("health_seconds")


def application(source: StatusSource, *, token: str, health_seconds: float = HEALTH_SECONDS) -> web.Application:
    """The pages of this house. More routes may be added before it is started."""
    app = web.Application(client_max_size=LARGEST_BODY_BYTES, middlewares=[_plain_errors])
    app[SOURCE] = source
    app[TOKEN] = token
    app[PATIENCE] = health_seconds
    app.on_response_prepare.append(_secure)
    app.add_routes(
        [
            web.get("/", _overview),
            web.get("/health", _health),
            web.get("/status", _status),
            web.get("/style.css", _style),
            web.get("/qr/{salon}", _pairing),
            web.post("/qr/{salon}/show", _show_qr),
        ]
    )
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


async def _secure(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(SECURITY_HEADERS)


@web.middleware
async def _plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        refusal = _html(pages.refusal(f"{error.status}", error.text or error.reason), status=error.status)
        if "Allow" in error.headers:
            refusal.headers["Allow"] = error.headers["Allow"]
        return refusal


def _html(page: str, *, status: int = 200) -> web.Response:
    return web.Response(text=page, content_type="text/html", charset="utf-8", status=status)


def _json(content: Mapping[str, object], *, status: int = 200) -> web.Response:
    text = json.dumps(content, ensure_ascii=False, default=str)
    return web.Response(text=text, content_type="application/json", charset="utf-8", status=status)


async def _well(app: web.Application) -> Health:
    try:
        async with asyncio.timeout(app[PATIENCE]):
            return await app[SOURCE].health()
    except TimeoutError:
        return Health(False, 0.0, f"the journal has not answered for {app[PATIENCE]:g} s")


async def _health(request: web.Request) -> web.Response:
    health = await _well(request.app)
    said = {"status": "ok" if health.is_well else "failing", "uptime_seconds": round(health.uptime_seconds, 1)}
    if health.detail:
        said["detail"] = without_numbers(health.detail)
    return _json(said, status=200 if health.is_well else 503)


async def _status(request: web.Request) -> web.Response:
    source = request.app[SOURCE]
    salons = [_without_code(salon) for salon in source.salons()]
    return _json(cast(Mapping[str, object], _masked({**await source.status(), "salons": salons})))


def _without_code(salon: SalonStatus) -> dict[str, object]:
    told = asdict(salon)
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


async def _overview(request: web.Request) -> web.Response:
    health = await _well(request.app)
    return _html(pages.overview(request.app[SOURCE].salons(), uptime_seconds=health.uptime_seconds))


async def _style(_request: web.Request) -> web.Response:
    sheet = (resources.files("salonbot.web") / "style.css").read_text(encoding="utf-8")
    return web.Response(text=sheet, content_type="text/css", charset="utf-8")


def _salon(request: web.Request) -> SalonStatus:
    for salon in request.app[SOURCE].salons():
        if salon.id == request.match_info["salon"]:
            return salon
    raise web.HTTPNotFound(text="There is no such salon.")


async def _pairing(request: web.Request) -> web.Response:
    return _html(pages.pairing(_salon(request)))


async def _show_qr(request: web.Request) -> web.Response:
    await _want_token(request)
    salon = SalonId(_salon(request).id)
    await request.app[SOURCE].show_qr(salon)
    raise web.HTTPSeeOther(f"/qr/{salon}")


async def _want_token(request: web.Request) -> None:
    """Raises HTTPUnauthorized unless the request carries the token."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.casefold() != "bearer":
        field = (await request.post()).get("token", "")
        given = field if isinstance(field, str) else ""
    if not is_token(given.strip(), request.app[TOKEN]):
        raise web.HTTPUnauthorized(text="The token is missing or wrong. It stands in web-token in the state folder.")

"""For monitors: /ready, /metrics, and the description of the JSON there is. In: what is measured. Out: JSON, text.

- /health (open to all): the process lives and its journal answers. 503: restart it.
- /ready: customers can be served. 503 with every reason by name: a person is needed, or a little patience. With
  `?salon=` one salon's reasons alone. A restart mends none of them.
- /metrics: Prometheus' text, for the owner and the token alone.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from salonbot.model.salon import SalonId
from salonbot.web.access.keys import who

UNMEASURED = "/s/{salon}/live"
"""A stream that lasts as long as somebody looks."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class NotReady:
    """One reason why customers are not served."""

    reason: str
    """logged_out, banned, silent, journal_not_writable, turn_too_old, not_linked ..."""
    salon: SalonId | None
    detail: str


class Measured(Protocol):
    """The house, as monitors see it."""

    async def not_ready(self) -> Sequence[NotReady]:
        """Why customers are not served; nothing where they are. Answers within seconds, whatever is the matter."""

    async def metrics(self) -> bytes:
        """Prometheus' text format."""

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered; `route` is its pattern, never an address."""


class Monitoring:
    """The doors of monitors."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        return [
            web.get("/ready", self._ready),
            web.get("/metrics", self._metrics),
            web.get("/openapi.json", self._description),
        ]

    def middleware(self) -> Middleware:
        """Measures every request; to be the outermost."""

        @web.middleware
        async def measured(request: web.Request, handler: Handler) -> web.StreamResponse:
            begun, status = time.perf_counter(), 500
            try:
                response = await handler(request)
                status = response.status
            except web.HTTPException as error:
                status = error.status
                raise
            finally:
                route = _route(request)
                if route != UNMEASURED:
                    method = request.method if request.method in METHODS else "other"
                    self._measured.observe(method, route, status, time.perf_counter() - begun)
            return response

        return measured

    async def _ready(self, request: web.Request) -> web.Response:
        wanted = request.query.get("salon")
        if wanted is not None and not who(request).may_see(wanted):
            raise web.HTTPNotFound
        reasons = [
            reason
            for reason in await self._measured.not_ready()
            if reason.salon is None or (wanted in (None, reason.salon) and who(request).may_see(reason.salon))
        ]
        said = {
            "ready": not reasons,
            "reasons": [{"reason": one.reason, "salon": one.salon, "detail": one.detail} for one in reasons],
        }
        return web.json_response(said, status=503 if reasons else 200)

    async def _metrics(self, request: web.Request) -> web.Response:
        if not who(request).is_owner:
            raise web.HTTPForbidden(reason="refusal-reason-all-salons")
        return web.Response(
            body=await self._measured.metrics(), headers={"Content-Type": "text/plain; version=1.0.0; charset=utf-8"}
        )

    async def _description(self, _request: web.Request) -> web.Response:
        return web.json_response(description())


def description() -> Mapping[str, object]:
    """OpenAPI 3.1 of the JSON the house answers with."""
    text = (resources.files("salonbot.web") / "openapi.json").read_text(encoding="utf-8")
    said: Mapping[str, object] = json.loads(text)
    return said


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"

"""The server: one loopback port, the gates before every call, the faults around it."""

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from salonbot.sandbox.yclients import office, online, shapes
from salonbot.sandbox.yclients.answers import Refused, Reply
from salonbot.sandbox.yclients.faults import Drop, Faults, HtmlError, Quirks, Refusal, Silence, Slow, TooMany
from salonbot.sandbox.yclients.hooks import Hooks
from salonbot.sandbox.yclients.online import Call
from salonbot.sandbox.yclients.salon import Plan, Record, Salon

ACCEPTED = ("application/vnd.yclients.v2+json", "application/vnd.api.v2+json")
HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"

Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: re.Pattern[str]
    needs_user: bool
    handler: Handler


def _route(method: str, path: str, handler: Handler, *, user: bool = False) -> Route:
    pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)
    return Route(method, re.compile(f"/api/v1{pattern}/?"), user, handler)


ROUTES = (
    _route("GET", "/company/{company}", online.company),
    _route("GET", "/book_services/{company}", online.book_services),
    _route("GET", "/book_staff/{company}", online.book_staff),
    _route("GET", "/book_dates/{company}", online.book_dates),
    _route("GET", "/book_times/{company}/{staff}/{day}", online.book_times),
    _route("POST", "/book_check/{company}", online.book_check),
    _route("POST", "/book_record/{company}", online.book_record),
    _route("GET", "/book_record/{company}/{record}/{hash}", online.online_record),
    _route("PUT", "/book_record/{company}/{record}/{hash}", online.move_online),
    _route("DELETE", "/user/records/{record}/{hash}", online.delete_online),
    _route("GET", "/records/{company}", office.records, user=True),
    _route("POST", "/records/{company}", office.create, user=True),
    _route("GET", "/record/{company}/{record}", office.record, user=True),
    _route("PUT", "/record/{company}/{record}", office.replace, user=True),
    _route("DELETE", "/record/{company}/{record}", office.delete, user=True),
    _route("PUT", "/visits/{visit}/{record}", office.attend, user=True),
    _route("POST", "/company/{company}/clients/search", office.search_clients, user=True),
    _route("GET", "/company/{company}/staff/schedule", office.schedule, user=True),
    _route("GET", "/company/{company}/settings/online", office.online_settings, user=True),
)


class YClientsSandbox:
    """Runs while entered: `async with YClientsSandbox() as yclients: ... yclients.url`.

    `salon` is open to be looked at and changed as the salon's own people would.
    """

    def __init__(
        self,
        *,
        company_id: int = 4001,
        partner_token: str = "partner-token",  # noqa: S107 - of a sandbox
        user_token: str = "user-token",  # noqa: S107
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.partner_token = partner_token
        self.user_token = user_token
        self.salon = Salon(company_id, now)
        self.faults = Faults()
        self.quirks = Quirks()
        self.hooks = Hooks()
        self.per_second: int | None = None
        """5 in reality; None: no limit."""
        self.per_minute: int | None = None
        """200 in reality."""
        self.forbidden: set[str] = set()
        """Beginnings of `METHOD /path` the user has no right to."""
        self.licence_expired = False
        self.rewrite: Callable[[str, Any], Any] | None = None
        """Given `METHOD /path` and the body of an answer, what is sent in its place: for a server that lies."""
        self.calls: list[str] = []
        """`METHOD /path` of every request, in order."""
        self.limited = 0
        """Requests refused because they came too fast."""
        self.errors: list[str] = []
        """What went wrong inside the sandbox itself."""
        self._done: list[str] = []
        self._news = asyncio.Condition()
        self._now = now
        self._seen: deque[datetime] = deque(maxlen=1000)
        self._port = 0
        self._closing = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """What the client's `address` is set to."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def records(self) -> tuple[Record, ...]:
        """All records ever written, by number; deleted ones are marked."""
        return tuple(self.salon.records.values())

    def seed(self, plan: Plan) -> None:
        """Open with a configured salon's services, stylists and hours."""
        self.salon.seed(plan)

    def hear(self, record: Record, status: str) -> None:
        """The salon's people have done something to a record (create, update, delete): the hooks will tell of it."""
        self.hooks.tell(self.salon.id, shapes.record(self.salon, record, self.quirks), status)

    async def carried_out(self, call: str) -> None:
        """Return when a call whose `METHOD /path` contains `call` was carried out, answered or not."""
        async with self._news:
            await self._news.wait_for(lambda: any(call in done for done in self._done))

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        name = f"{request.method} {request.path}"
        self.calls.append(name)
        raw = await request.read()
        fault = self.faults.take(name)
        match fault:
            case TooMany(retry_after_seconds=seconds):
                headers = {} if seconds is None else {"Retry-After": str(seconds)}
                return web.Response(status=429, text="Too Many Requests", headers=headers)
            case Slow(seconds=wait):
                await asyncio.sleep(wait)
        is_lost = isinstance(fault, Silence | Drop | HtmlError | Refusal)
        response = None
        if not is_lost or (isinstance(fault, Silence | Drop | HtmlError | Refusal) and fault.committed):
            response = self._perform(request, name, raw)
            async with self._news:
                self._done.append(name)
                self._news.notify_all()
        match fault:
            case Silence():
                await self._closing.wait()
            case Drop():
                if request.transport is not None:
                    request.transport.abort()
            case HtmlError(status=status):
                return web.Response(status=status, text=HTML, content_type="text/html")
            case Refusal(status=status, message=message):
                return web.json_response(Refused(status, message).body, status=status)
        return response or web.Response(status=500)

    def _perform(self, request: web.Request, name: str, raw: bytes) -> web.Response:
        """Gate, call, envelope; without a pause anywhere."""
        before = self._fingerprints()
        try:
            reply = self._reply(request, name, raw)
            self._tell_of_changes(before, is_own="User" in request.headers.get("Authorization", ""))
        except Refused as refused:
            return web.json_response(refused.body, status=refused.status)
        except Exception as error:
            self.errors.append(f"{name}: {error!r}")
            raise
        if reply.status == 204:
            return web.Response(status=204)
        body = shapes.odd(reply.body, self.quirks)
        if self.rewrite is not None:
            body = self.rewrite(name, body)
        return web.json_response(body, status=reply.status, dumps=lambda value: json.dumps(value, ensure_ascii=False))

    def _fingerprints(self) -> dict[int, tuple[object, ...]]:
        """What a hook would tell a change of."""
        if not self.hooks.urls:
            return {}
        return {
            one.id: (one.start, one.staff_id, one.attendance, one.comment, one.deleted)
            for one in self.salon.records.values()
        }

    def _tell_of_changes(self, before: Mapping[int, tuple[object, ...]], *, is_own: bool) -> None:
        """Calls change records, too; of those by the hook's own creator it tells only when it is told to."""
        if is_own and not self.hooks.self_sending:
            return
        for number, now in self._fingerprints().items():
            if before.get(number) != now:
                record = self.salon.records[number]
                self.hear(record, "create" if number not in before else "delete" if record.deleted else "update")

    def _reply(self, request: web.Request, name: str, raw: bytes) -> Reply:
        if request.headers.get("Accept") not in ACCEPTED:
            raise Refused(400, "Не указан заголовок Accept")
        self._count()
        route, parts = self._routed(request)
        self._authorised(request, name, route)
        if parts.get("company", str(self.salon.id)) != str(self.salon.id):
            raise Refused(404, "Филиал не найден.")
        try:
            body = json.loads(raw) if raw else {}
        except ValueError as error:
            raise Refused(400, "Недопустимый формат запроса") from error
        if not isinstance(body, Mapping) or (
            request.method == "DELETE" and "Content-Type" in request.headers and not raw
        ):
            raise Refused(400, "Недопустимый формат запроса")
        return route.handler(Call(self.salon, self.quirks, parts, request.query, body))

    def _routed(self, request: web.Request) -> tuple[Route, Mapping[str, str]]:
        for route in ROUTES:
            if route.method == request.method and (found := route.path.fullmatch(request.path)):
                return route, found.groupdict()
        raise Refused(404, "Не найдено")

    def _authorised(self, request: web.Request, name: str, route: Route) -> None:
        given = request.headers.get("Authorization", "")
        partner, _, user = given.partition(", User ")
        if not given:
            raise Refused(401, "Не указаны авторизационные данные")
        if partner != f"Bearer {self.partner_token}":
            raise Refused(401, "Не указан идентификатор партнера")
        if route.needs_user and not user:
            raise Refused(401, "Не указаны авторизационные данные")
        if route.needs_user and user != self.user_token:
            raise Refused(401, "Необходима авторизация")
        if self.licence_expired:
            raise Refused(403, f"Необходимо продлить лицензию в филиале с id: {self.salon.id}")
        if any(name.startswith(one) for one in self.forbidden):
            raise Refused(403, "Нет прав на управление филиалом")

    def _count(self) -> None:
        """So many a second and a minute from one address, and this is the only one."""
        now = self._now()
        for allowed, window in ((self.per_second, timedelta(seconds=1)), (self.per_minute, timedelta(minutes=1))):
            if allowed is not None and sum(now - one < window for one in self._seen) >= allowed:
                self.limited += 1
                raise Refused(429, "Превышен лимит запросов")
        self._seen.append(now)

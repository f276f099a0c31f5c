"""One HTTP call to YClients: paced, bounded, its errors as types. The only place that knows aiohttp.

Reads are tried again after trouble; writes never are. A write that left and got no clear answer raises InDoubt. A write
that certainly did not leave, or was refused, raises an error that says so: nothing was changed.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp
import structlog
import tenacity

from salonbot.booking.yclients.errors import InDoubt, PaceExceeded, RateLimited, Refused, Unavailable, Unreadable
from salonbot.booking.yclients.pace import Pace
from salonbot.booking.yclients.refusals import refusal, words
from salonbot.clock import Clock
from salonbot.config.salon_settings import YClientsSettings

log = structlog.get_logger()

ACCEPT = "application/vnd.yclients.v2+json"
DEFAULT_HOLD_SECONDS = 2.0
"""After a 429 without Retry-After, which is how it is documented: not at all."""

Query = Sequence[tuple[str, str | int]]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The two keys: the partner's (who this program is) and a user's (whose rights in the salon it has)."""

    partner: str = field(repr=False)
    user: str | None = field(default=None, repr=False)

    def authorization(self, *, as_user: bool) -> str:
        """The header of that name."""
        return f"Bearer {self.partner}, User {self.user}" if as_user and self.user else f"Bearer {self.partner}"


class BrokenOff(aiohttp.ClientError):
    """The connection ended without an answer."""


async def sent_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """A middleware: aiohttp would send a PUT or DELETE a second time by itself when a connection breaks."""
    try:
        return await handler(request)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise BrokenOff(type(error).__name__) from error


@dataclass(frozen=True, slots=True)
class Answer:
    """A success."""

    data: object
    meta: Mapping[str, object]


class Line:
    """Calls for one salon."""

    def __init__(
        self, session: aiohttp.ClientSession, settings: YClientsSettings, tokens: Tokens, pace: Pace, clock: Clock
    ) -> None:
        self.company = settings.company_id
        self.has_user = tokens.user is not None
        self._session = session
        self._settings = settings
        self._tokens = tokens
        self._pace = pace
        self._clock = clock

    async def read(
        self, method: str, path: str, *, query: Query = (), body: object = None, as_user: bool = False
    ) -> Answer:
        """A call that changes nothing; tried again while YClients is in trouble. Raises BookingUnavailable's kinds."""

        async def once() -> Answer:
            return await self._call(method, path, query, body, as_user=as_user, changes=False)

        return await self._patiently(once)

    async def write(self, method: str, path: str, *, body: object = None, as_user: bool = False) -> Answer:
        """A call that changes something; sent once. Raises InDoubt beside what `read` raises."""
        return await self._call(method, path, (), body, as_user=as_user, changes=True)

    async def _patiently(self, once: Callable[[], Awaitable[Answer]]) -> Answer:
        settings = self._settings

        def wait(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            # After a 429 the pace itself holds everything back.
            return 0.0 if isinstance(error, RateLimited) else 0.5 * 2 ** (state.attempt_number - 1)

        def is_worth_it(error: BaseException) -> bool:
            if isinstance(error, PaceExceeded):
                return False
            if isinstance(error, RateLimited):
                return (error.retry_after_seconds or 0) <= settings.longest_wait_seconds
            return isinstance(error, Unavailable)

        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(is_worth_it),
            wait=wait,
            # What took a whole time-out is not tried again: somebody waits for the answer.
            stop=tenacity.stop_after_attempt(settings.read_tries) | tenacity.stop_after_delay(settings.timeout_seconds),
            sleep=self._clock.sleep,
            reraise=True,
        )
        answer: Answer = await retrying(once)
        return answer

    async def _call(
        self, method: str, path: str, query: Query, body: object, *, as_user: bool, changes: bool
    ) -> Answer:
        await self._pace.turn(self.company, self._settings.longest_wait_seconds)
        headers = {"Accept": ACCEPT, "Authorization": self._tokens.authorization(as_user=as_user)}
        if self._settings.partner_id is not None:
            headers["X-Partner-Id"] = self._settings.partner_id
        # A DELETE with a JSON content type and no body was refused as malformed: no body, no content type.
        payload = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            payload = json.dumps(body, ensure_ascii=False).encode()
        try:
            async with self._session.request(
                method,
                f"{self._settings.address}{path}",
                params=[(name, str(value)) for name, value in query],
                data=payload,
                headers=headers,
                allow_redirects=False,
                timeout=self._time_out(),
                middlewares=(sent_once,),
            ) as response:
                raw = await response.read()
                status, retry_after = response.status, response.headers.get("Retry-After")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unavailable(f"no connection: {type(error).__name__}") from error
        except (TimeoutError, aiohttp.ClientError) as error:
            trouble = f"{method} {path}: no answer: {type(error).__name__}"
            raise (InDoubt(trouble) if changes else Unavailable(trouble)) from error
        return self._judged(status, raw, _seconds(retry_after), changes=changes)

    def _judged(self, status: int, raw: bytes, retry_after_seconds: float | None, *, changes: bool) -> Answer:
        if status == 204:
            return Answer(None, {})
        try:
            body: object = json.loads(raw) if raw.strip() else None
        except ValueError:
            body = Unreadable(f"HTTP {status} without JSON")
        if status == 429:
            asked = DEFAULT_HOLD_SECONDS if retry_after_seconds is None else retry_after_seconds
            self._pace.hold(min(asked, self._settings.longest_wait_seconds))
            log.warning("yclients_rate_limited", wait_seconds=asked)
        is_success = 200 <= status < 300 and not (isinstance(body, Mapping) and body.get("success") is False)
        if is_success and not isinstance(body, Unreadable):
            return _unwrapped(body)
        if isinstance(body, Unreadable):
            error: Exception = body if is_success else refusal(status, None, retry_after_seconds)
        else:
            error = refusal(status, body, retry_after_seconds)
        # An answer that is neither yes nor a clear no leaves a write's fate open.
        is_unclear = isinstance(error, Unavailable) or (isinstance(error, Refused) and error.status < 400)
        if changes and is_unclear:
            raise InDoubt(f"HTTP {status}: {words(body)}") from error
        raise error

    def _time_out(self) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=self._settings.timeout_seconds, connect=self._settings.connect_seconds)


def _unwrapped(body: object) -> Answer:
    """The data of an envelope; a body without one is the data itself."""
    if not isinstance(body, Mapping) or not ({"success", "data"} & body.keys()):
        return Answer(body, {})
    meta = body.get("meta")
    return Answer(body.get("data"), meta if isinstance(meta, Mapping) else {})


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds; its other form, a date, is as good as none."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None

"""What other systems may do over HTTP: hand in a customer's message, and ask how a salon's session is.

`POST /webhook/whatsapp/{salon}` (without a salon: the first one) takes the JSON that `web.handed_in` describes, signed
as `signing` describes with WEBHOOK_SECRET, or the salon's own WEBHOOK_SECRET_<SALON>. The message goes the way of every
other, and its answer goes out over WhatsApp to the customer's number. Answers, always JSON:

- 202, once the messages are committed: `{"salon", "recorded": [{"messageId", "new", "will_be_answered"}]}`;
- 400 with all `mistakes` of the body; 404 for an unknown salon; 408, 413 and 415 for a body that is too slow, too long,
  or compressed;
- 401 where the signature is missing, does not fit, or is more than five minutes off; 403 where no secret is configured;
- 409 for a request that was accepted before: to send it again, sign it again.

A sender that has no 202 sends again: a message known by its `messageId` is recorded once.

`GET /webhook/whatsapp/status` tells the states of the sessions of every salon that the reader may see (the token: all),
`.../status/{salon}` that of one; no numbers.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from aiohttp import web
from pydantic import SecretStr

from salonbot.clock import Clock
from salonbot.config.environment import WEBHOOK_SECRET, own_name
from salonbot.journal.inbox import Recorded
from salonbot.journal.replays import Replays
from salonbot.logs import without_numbers
from salonbot.model.messages import IncomingMessage
from salonbot.model.salon import SalonId
from salonbot.signing import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    WINDOW,
    Refused,
    check_signature,
    check_time,
)
from salonbot.web.access.keys import who
from salonbot.web.access.openness import open_to_programs
from salonbot.web.handed_in import Unreadable, read
from salonbot.web.status import SalonStatus, StatusSource

log = structlog.get_logger()

PATH = "/webhook/whatsapp"
BODY_SECONDS = 10
"""The longest a body may take to arrive."""


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The door for other systems."""

    source: StatusSource
    accept: Callable[[IncomingMessage], Awaitable[Recorded]]
    """Commits a message and sees to it that it is worked on."""
    secret_of: Callable[[str], SecretStr | None]
    replays: Replays
    clock: Clock
    body_seconds: float = BODY_SECONDS

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        return [
            web.get(f"{PATH}/status", self._states),
            web.get(f"{PATH}/status/{{salon}}", self._state),
            web.post(PATH, self._hand_in),
            web.post(f"{PATH}/{{salon}}", self._hand_in),
        ]

    async def _states(self, request: web.Request) -> web.Response:
        account = who(request)
        return _answer(200, {"salons": [_told(one) for one in self.source.salons() if account.may_see(one.id)]})

    async def _state(self, request: web.Request) -> web.Response:
        try:
            return _answer(200, _told(self._salon(request)))
        except _Refusal as refusal:
            return refusal.answer

    @open_to_programs
    async def _hand_in(self, request: web.Request) -> web.Response:
        try:
            salon = SalonId(self._salon(request).id)
            body = await self._signed_body(request, salon)
            messages = read(body, salon, self.clock.now())
        except _Refusal as refusal:
            log.warning("webhook_refused", status=refusal.answer.status, detail=refusal.reason)
            return refusal.answer
        except Unreadable as unreadable:
            log.warning("webhook_unreadable", mistakes=len(unreadable.mistakes))
            return _answer(400, {"error": "the body cannot be taken", "mistakes": list(unreadable.mistakes)})
        recorded = [await self.accept(message) for message in messages]
        log.info("webhook_accepted", salon=salon, messages=len(recorded), new=sum(one.is_new for one in recorded))
        told = [
            {"messageId": message.id, "new": one.is_new, "will_be_answered": one.has_work}
            for message, one in zip(messages, recorded, strict=True)
        ]
        return _answer(202, {"salon": salon, "recorded": told})

    def _salon(self, request: web.Request) -> SalonStatus:
        """The one of the address, or the first. Raises _Refusal."""
        salons = self.source.salons()
        wanted = request.match_info.get("salon")
        found = next((salon for salon in salons if wanted in (None, salon.id)), None)
        if found is None:
            raise _Refusal(404, "there is no such salon")
        return found

    async def _signed_body(self, request: web.Request, salon: SalonId) -> bytes:
        """The body, once all that speaks for it holds. Raises _Refusal."""
        secret = self.secret_of(salon)
        if secret is None:
            name = own_name(WEBHOOK_SECRET, salon)
            raise _Refusal(403, f"no secret is configured for this salon: set {WEBHOOK_SECRET}, or {name}")
        if "Content-Encoding" in request.headers:
            raise _Refusal(415, "the body must not be compressed")
        try:
            # All that needs no body comes before it.
            timestamp, signature = (_only(request, header) for header in (TIMESTAMP_HEADER, SIGNATURE_HEADER))
            milliseconds = check_time(timestamp, self.clock.now())
            body = await self._body(request)
            signature = check_signature(
                signature, secret.get_secret_value(), request.method, request.raw_path, timestamp, body
            )
        except Refused as refused:
            raise _Refusal(401, str(refused)) from refused
        until = datetime.fromtimestamp(milliseconds / 1000, UTC) + WINDOW
        if not await self.replays.is_first(signature, until=until, now=self.clock.now()):
            raise _Refusal(409, "this request was accepted before: to send it again, sign it again")
        return body

    async def _body(self, request: web.Request) -> bytes:
        try:
            async with asyncio.timeout(self.body_seconds):
                return await request.read()
        except TimeoutError as error:
            raise _Refusal(408, f"the body did not arrive within {self.body_seconds:g} s") from error
        except web.HTTPRequestEntityTooLarge as error:
            raise _Refusal(413, "the body is too long") from error


class _Refusal(Exception):
    """An answer that ends the request."""

    def __init__(self, status: int, reason: str) -> None:
        self.reason = reason
        self.answer = _answer(status, {"error": reason})
        super().__init__(reason)


def _only(request: web.Request, header: str) -> str:
    """The header's one value. Raises Refused."""
    values = request.headers.getall(header, [])
    if len(values) != 1:
        raise Refused(f"the header {header} must be there once")
    return str(values[0])


def _told(salon: SalonStatus) -> dict[str, object]:
    return {
        "id": salon.id,
        "name": without_numbers(salon.name),
        "session": salon.session,
        "since": salon.since.isoformat() if salon.since else None,
        "advice": without_numbers(salon.advice),
        "counts": dict(salon.counts),
    }


def _answer(status: int, content: dict[str, object]) -> web.Response:
    text = json.dumps(content, ensure_ascii=False)
    return web.Response(status=status, text=text, content_type="application/json", charset="utf-8")

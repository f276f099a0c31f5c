"""YClients' webhook: `POST /webhook/yclients/<secret>`, to be entered by hand among the salon's integrations there.

YClients signs nothing, so the secret is in the address: YCLIENTS_WEBHOOK_SECRET, or YCLIENTS_WEBHOOK_SECRET_<SALON>.
Answered 200 as soon as the record's number is committed; what the event says beside it is not believed. 404 for a wrong
secret and where none is configured; 400 for what is no event. Events about anything but records are answered and left.
"""

import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from aiohttp import web

from salonbot.model.booking import AppointmentId
from salonbot.model.salon import SalonId
from salonbot.web.access.openness import open_to_programs

log = structlog.get_logger()

PATH = "/webhook/yclients/{secret}"
LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Listener:
    """One salon that hears of its records."""

    salon: SalonId
    company: int
    secret: str
    hear: Callable[[AppointmentId], Awaitable[None]]
    """Commits that this record has changed."""


@dataclass(frozen=True, slots=True)
class YClientsHook:
    """The door for YClients' events."""

    listeners: Callable[[], Sequence[Listener]]
    """Those there are now."""

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        return [web.post(PATH, self._hear)]

    @open_to_programs
    async def _hear(self, request: web.Request) -> web.Response:
        given = request.match_info["secret"].encode()
        # Every salon's is compared, whether an earlier one has fitted or not: the time taken tells nothing.
        fitting = [one for one in self.listeners() if hmac.compare_digest(one.secret.encode(), given)]
        if not fitting:
            raise web.HTTPNotFound(text="There is no such page.")
        event = _event(await request.read())
        company, record = _number(event.get("company_id")), _number(event.get("resource_id"))
        salon = next((one for one in fitting if str(one.company) == company), None)
        if event.get("resource") == "record" and record is not None and salon is not None:
            await salon.hear(AppointmentId(record))
            log.info("yclients_event", salon=salon.salon, record=record, status=str(event.get("status"))[:20])
        return web.Response(text="ok")


def _event(body: bytes) -> dict[str, object]:
    try:
        event = json.loads(body)
    except ValueError as error:
        raise web.HTTPBadRequest(text="This is no JSON.") from error
    if not isinstance(event, dict):
        raise web.HTTPBadRequest(text="This is no event.")
    return event


def _number(value: object) -> str | None:
    """A number that may have been sent as text."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None

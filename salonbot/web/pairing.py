"""The page that links a salon's phone: the code to scan, the state in words, and what to do where nothing works."""

from typing import Any

from aiohttp import web

from salonbot.errors import SalonbotError
from salonbot.model.salon import SalonId
from salonbot.web.access.entrance import fields
from salonbot.web.qr import svg
from salonbot.web.rendering import fragment, moved, page, salon_of
from salonbot.web.status import StatusSource

MOST_DIGITS = 15
"""Of a telephone number with its country code (E.164)."""


class Pairing:
    """Shows a session, and hands on what people wish for it."""

    def __init__(self, source: StatusSource) -> None:
        self._source = source

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        return [
            web.get("/s/{salon}/pairing", self._show),
            web.get("/s/{salon}/pairing/part", self._part),
            web.post("/s/{salon}/pairing/show", self._show_code),
            web.post("/s/{salon}/pairing/again", self._connect_again),
            web.post("/s/{salon}/pairing/code", self._code_by_phone),
            web.post("/s/{salon}/pairing/unlink", self._unlink),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        return await page(request, "pairing.html", **self._state(request))

    async def _part(self, request: web.Request) -> web.Response:
        return await fragment(request, "pairing_part.html", **self._state(request))

    def _state(self, request: web.Request) -> dict[str, Any]:
        salon = salon_of(request)
        return {"qr": svg(salon.pairing.qr) if salon.pairing else None, "typed_code": "", "phone": "", "mistake": ""}

    async def _show_code(self, request: web.Request) -> web.Response:
        salon = salon_of(request)
        await self._source.show_qr(salon.id)
        return moved(f"/s/{salon.id}/pairing")

    async def _connect_again(self, request: web.Request) -> web.Response:
        salon = salon_of(request)
        await self._source.connect_again(salon.id)
        return moved(f"/s/{salon.id}/pairing")

    async def _code_by_phone(self, request: web.Request) -> web.Response:
        salon = salon_of(request)
        phone = (await fields(request)).get("phone", "")
        digits = "".join(filter(str.isdecimal, phone))
        state = self._state(request)
        try:
            state["typed_code"] = await self._typed_code(salon.id, digits)
        except SalonbotError as error:
            state |= {"mistake": str(error)}
        return await page(
            request, "pairing.html", status=422 if state["mistake"] else 200, **state | {"phone": phone[:30]}
        )

    async def _typed_code(self, salon: SalonId, digits: str) -> str:
        if not 7 <= len(digits) <= MOST_DIGITS:
            raise SalonbotError("this is no phone number with country code")
        return await self._source.pair_with_code(salon, digits)

    async def _unlink(self, request: web.Request) -> web.Response:
        salon = salon_of(request)
        await self._source.unlink(salon.id)
        return moved(f"/s/{salon.id}/pairing", said="pairing-unlinked")

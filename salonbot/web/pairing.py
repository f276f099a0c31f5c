"""The page that links a salon's phone: the code to scan, the state in words, and what to do where nothing works."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from salonbot.errors import SalonbotError
from salonbot.model.salon import SalonId
from salonbot.web.access.forms import fields
from salonbot.web.qr import svg
from salonbot.web.rendering import fragment, moved, page, salon_of
from salonbot.web.status import SalonStatus, StatusSource

FEWEST_DIGITS, MOST_DIGITS = 7, 15
"""Of a telephone number with its country code (E.164)."""

REMEDIES = {
    "unpaired": ("show",),
    "logged_out": ("show",),
    "replaced": ("again", "unlink"),
    "banned": ("unlink",),
    "outdated": ("again",),
    "passkey_needed": ("show",),
    "refused": ("again", "unlink"),
    "store_damaged": ("again", "show"),
    "held": ("again", "unlink"),
}
"""What a person can do from here in states that wait for one; the first is the likeliest."""
LOG_OUTS = {403: "pairing-advice-logged_out-403", 406: "pairing-advice-logged_out-406"}
"""Instead of the usual advice, by the code WhatsApp gave."""


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code to be typed on the phone instead of scanning one."""

    code: str
    phone: str
    """Digits."""


class Pairing:
    """Shows a session, and hands on what people wish for it."""

    def __init__(self, source: StatusSource) -> None:
        self._source = source
        self._typed: dict[SalonId, TypedCode] = {}
        """Good for as long as codes are shown."""

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        return [
            web.get("/s/{salon}/pairing", self._show),
            web.get("/s/{salon}/pairing/part", self._part),
            web.get("/s/{salon}/pairing/by-phone", self._phone_part),
            web.get("/s/{salon}/pairing/unlink", self._ask_unlink),
            web.post("/s/{salon}/pairing/show", self._show_code),
            web.post("/s/{salon}/pairing/again", self._connect_again),
            web.post("/s/{salon}/pairing/by-phone", self._code_by_phone),
            web.post("/s/{salon}/pairing/unlink", self._unlink),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        return await page(request, "pairing.html", **self._state(salon_of(request)))

    async def _part(self, request: web.Request) -> web.Response:
        return await fragment(request, "pairing_part.html", **self._state(salon_of(request)))

    async def _phone_part(self, request: web.Request) -> web.Response:
        return await fragment(request, "pairing_by_phone.html", **self._state(salon_of(request)))

    def _state(self, salon: SalonStatus) -> dict[str, Any]:
        if salon.session != "pairing":
            self._typed.pop(salon.id, None)
        return {
            "qr": svg(salon.pairing.qr) if salon.pairing else None,
            "remedies": REMEDIES.get(salon.session, ()),
            "advice": LOG_OUTS.get(salon.code or 0) if salon.session == "logged_out" else None,
            "can_link": salon.session in ("pairing", "unpaired", "logged_out", "passkey_needed"),
            "typed": self._typed.get(salon.id),
            "phone": "",
            "mistake": "",
            "reason": "",
        }

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
        if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS or not digits.isascii():
            return await self._refuse_phone(request, phone, "pairing-phone-wrong")
        try:
            code = await self._source.pair_with_code(salon.id, digits)
        except SalonbotError as error:
            return await self._refuse_phone(request, phone, "pairing-phone-refused", str(error))
        self._typed[salon.id] = TypedCode(code, digits)
        return moved(f"/s/{salon.id}/pairing#by-phone")

    async def _refuse_phone(self, request: web.Request, phone: str, mistake: str, reason: str = "") -> web.Response:
        told = {"phone": phone[:30], "mistake": mistake, "reason": reason}
        return await page(request, "pairing.html", status=422, **self._state(salon_of(request)) | told)

    async def _ask_unlink(self, request: web.Request) -> web.Response:
        return await page(request, "unlink.html")

    async def _unlink(self, request: web.Request) -> web.Response:
        salon = salon_of(request)
        is_told = await self._source.unlink(salon.id)
        return moved(f"/s/{salon.id}/pairing", said="pairing-unlinked" if is_told else "pairing-unlinked-here")

"""The first page: the only salon's own, or the list of those that the reader may see."""

from aiohttp import web

from salonbot.web.rendering import SALON_PAGES, page, visible_salons


class Salons:
    """The way into each salon."""

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        return [web.get("/", self._show), web.get("/salons", self._list), web.get("/qr/{salon}", self._old_address)]

    async def _show(self, request: web.Request) -> web.Response:
        salons = visible_salons(request)
        if len(salons) == 1:
            raise web.HTTPSeeOther(_first_page(request, salons[0].id))
        return await self._list(request)

    async def _list(self, request: web.Request) -> web.Response:
        return await page(request, "salons.html", first_page=lambda salon: _first_page(request, salon))

    async def _old_address(self, request: web.Request) -> web.Response:
        raise web.HTTPMovedPermanently(f"/s/{request.match_info['salon']}/pairing")


def _first_page(request: web.Request, salon: str) -> str:
    """The salon's first page that there is."""
    known = {resource.canonical for resource in request.app.router.resources()}
    name = next(name for name in SALON_PAGES if f"/s/{{salon}}/{name}" in known)
    return f"/s/{salon}/{name}"

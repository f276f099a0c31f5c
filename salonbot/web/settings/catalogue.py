"""The pages of services and stylists: what a customer is offered from the next search on.

A form becomes a table of the configuration and is checked as the file is, each mistake shown at its field. Whatever
takes a service or a stylist away from visits to come says which, and is done when it is asked for a second time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from salonbot.config.catalogue import Draft, Table
from salonbot.config.hours import WEEKDAYS
from salonbot.config.salons import identifier
from salonbot.errors import BookingUnavailable
from salonbot.journal.edits import Edit
from salonbot.model.salon import Catalogue as Offered
from salonbot.model.salon import SalonId, ServiceId
from salonbot.turns.frontdesk import FrontDesk
from salonbot.web.access.forms import fields
from salonbot.web.access.keys import WHO
from salonbot.web.rendering import moved, page, words_for
from salonbot.web.settings.forms import service_fields, service_of, spans, stylist_fields, stylist_of
from salonbot.web.settings.mistakes import by_field

Alter = Callable[[Draft], Draft]


@dataclass(frozen=True, slots=True)
class _Kind:
    """Services or stylists: what is different about their pages."""

    name: str
    """Of the table in the file."""
    list_page: str
    title: str
    """The key that names one of them."""
    tables: Callable[[Draft], tuple[Table, ...]]
    put: Callable[[Draft, str | None, Table], Draft]
    without: Callable[[Draft, str], Draft]


SERVICES = _Kind(
    "service", "services", "title", lambda d: d.services, lambda d, i, t: d.with_service(i, t), Draft.without_service
)
STYLISTS = _Kind(
    "stylist", "stylists", "name", lambda d: d.stylists, lambda d, i, t: d.with_stylist(i, t), Draft.without_stylist
)


class Catalogue:
    """Shows and changes them."""

    def __init__(self, desks: Mapping[SalonId, FrontDesk]) -> None:
        self._desks = desks

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        at = "/s/{salon}/settings"
        routes = [web.post(f"{at}/catalogue/file", self._take_files)]
        for kind in (SERVICES, STYLISTS):
            listed = f"{at}/{kind.list_page}"
            routes += [
                web.get(listed, self._lister(kind)),
                web.get(f"{listed}/edit", self._form(kind)),
                web.post(f"{listed}/edit", self._saver(kind)),
                web.post(f"{listed}/remove", self._remover(kind)),
                web.post(f"{listed}/raise", self._raiser(kind)),
            ]
        return routes

    def _desk(self, request: web.Request) -> FrontDesk:
        desk = self._desks.get(SalonId(request.match_info["salon"]))
        if desk is None:
            raise web.HTTPNotFound
        return desk

    def _ours(self, request: web.Request) -> FrontDesk:
        """The desk of a salon whose catalogue is ours to change."""
        desk = self._desk(request)
        if desk.rulebook.is_elsewhere:
            raise web.HTTPNotFound
        return desk

    # Lists

    def _lister(self, kind: _Kind) -> Callable[[web.Request], Any]:
        async def show(request: web.Request) -> web.Response:
            desk = self._desk(request)
            rulebook = desk.rulebook
            catalogue = rulebook.plan.catalogue
            is_away = False
            if rulebook.is_elsewhere:
                diary_catalogue = await _elsewhere(desk)
                is_away, catalogue = diary_catalogue is None, diary_catalogue or catalogue
            return await page(
                request,
                f"settings_{kind.list_page}.html",
                catalogue=catalogue,
                plan=rulebook.plan,
                since=rulebook.since,
                refused=rulebook.refused,
                is_elsewhere=rulebook.is_elsewhere,
                is_away=is_away,
                weekdays=WEEKDAYS,
                spans=spans,
            )

        return show

    # One of them

    def _form(self, kind: _Kind) -> Callable[[web.Request], Any]:
        async def show(request: web.Request) -> web.Response:
            desk = self._ours(request)
            table_id = request.query.get("id")
            table = self._table(desk, kind, table_id)
            return await self._shown(request, kind, table_id, table or {})

        return show

    def _table(self, desk: FrontDesk, kind: _Kind, table_id: str | None) -> Table | None:
        """Raises HTTPNotFound for an id that nothing has."""
        if not table_id:
            return None
        found = next((one for one in kind.tables(desk.rulebook.draft) if one.get("id") == table_id), None)
        if found is None:
            raise web.HTTPNotFound
        return found

    async def _shown(
        self,
        request: web.Request,
        kind: _Kind,
        table_id: str | None,
        table: Table,
        *,
        mistakes: Mapping[str, str] | None = None,
    ) -> web.Response:
        desk = self._ours(request)
        shown = service_fields(table) if kind is SERVICES else stylist_fields(table)
        catalogue = desk.rulebook.plan.catalogue
        return await page(
            request,
            f"settings_{kind.name}.html",
            status=422 if mistakes else 200,
            id=table_id or "",
            form=shown,
            mistakes=mistakes or {},
            catalogue=catalogue,
            categories=sorted({one.category for one in catalogue.services if one.category}),
            weekdays=WEEKDAYS,
            does={identifier(title) for title in shown.get("services", ())},
            identifier=identifier,
        )

    def _saver(self, kind: _Kind) -> Callable[[web.Request], Any]:
        async def save(request: web.Request) -> web.Response:
            desk = self._ours(request)
            form = await fields(request)
            table_id = form.get("id") or None
            self._table(desk, kind, table_id)
            if kind is SERVICES:
                table = service_of(form)
            else:
                ticked = [one for one in (await request.post()).getall("services", []) if isinstance(one, str)]
                table = stylist_of(form, ticked)
            mistakes = await self._change(
                request, kind, lambda draft: kind.put(draft, table_id, table), table_id, str(table[kind.title]), table
            )
            if mistakes:
                return await self._shown(request, kind, table_id, table, mistakes=mistakes)
            return moved(f"/s/{desk.rulebook.salon}/settings/{kind.list_page}", said="settings-saved")

        return save

    async def _change(
        self, request: web.Request, kind: _Kind, alter: Alter, table_id: str | None, subject: str, after: Table | None
    ) -> Mapping[str, str]:
        """What is wrong, by field; nothing where it has been done."""
        rulebook = self._ours(request).rulebook
        before = next((one for one in kind.tables(rulebook.draft) if one.get("id") == table_id), None)
        position = _position(kind.tables(alter(rulebook.draft)), table_id)
        edit = Edit(kind.name, subject, before=before, after=after)
        problems = await rulebook.change_catalogue(alter, edit, request[WHO].name)
        return by_field(problems, f"{kind.name}[{position}]", words_for(request))

    # Taking away

    def _remover(self, kind: _Kind) -> Callable[[web.Request], Any]:
        async def remove(request: web.Request) -> web.Response:
            desk = self._ours(request)
            form = await fields(request)
            table = self._table(desk, kind, form.get("id"))
            if table is None:
                raise web.HTTPNotFound
            table_id, title = str(table["id"]), str(table.get(kind.title, ""))

            def alter(draft: Draft) -> Draft:
                return kind.without(draft, table_id)

            plan, _ = desk.rulebook.tried(alter)
            orphans = await desk.orphans(plan)
            if "sure" not in form:
                does = [one.name for one in desk.rulebook.plan.catalogue.stylists_for(ServiceId(table_id))]
                return await page(
                    request,
                    "settings_remove.html",
                    id=table_id,
                    title=title,
                    kind=kind.list_page,
                    orphans=orphans,
                    does=does if kind is SERVICES else [],
                )
            mistakes = await self._change(request, kind, alter, table_id, title, None)
            if mistakes:
                return await self._shown(request, kind, table_id, table, mistakes=mistakes)
            return moved(f"/s/{desk.rulebook.salon}/settings/{kind.list_page}", said="settings-removed")

        return remove

    def _raiser(self, kind: _Kind) -> Callable[[web.Request], Any]:
        async def raise_(request: web.Request) -> web.Response:
            desk = self._ours(request)
            table_id = (await fields(request)).get("id", "")
            table = self._table(desk, kind, table_id)
            if table is None:
                raise web.HTTPNotFound
            title = str(table.get(kind.title, ""))
            await self._change(request, kind, lambda draft: draft.raised(table_id), table_id, title, table)
            return moved(f"/s/{desk.rulebook.salon}/settings/{kind.list_page}")

        return raise_

    async def _take_files(self, request: web.Request) -> web.Response:
        desk = self._ours(request)
        form = await fields(request)
        if "sure" not in form:
            orphans = await desk.orphans(desk.rulebook.files_plan)
            return await page(request, "settings_remove.html", id="", title="", kind="file", orphans=orphans, does=[])
        await desk.rulebook.take_files_again(request[WHO].name)
        return moved(f"/s/{desk.rulebook.salon}/settings/services", said="settings-file-again")


async def _elsewhere(desk: FrontDesk) -> Offered | None:
    """YClients' services and stylists; None where it does not answer."""
    try:
        return await desk.booking.catalogue()
    except BookingUnavailable:
        return None


def _position(tables: tuple[Table, ...], table_id: str | None) -> int:
    """Where in the list the table is that a form was about: a new one is the last."""
    return next((at for at, one in enumerate(tables) if one.get("id") == table_id), len(tables) - 1)

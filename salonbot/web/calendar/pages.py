"""The calendar's pages: a day of all stylists, a week of one, and a visit to add, to move, to cancel.

Whatever a form asks for is decided by the salon's front desk; a refusal comes back as a sentence at its field, with
what is free instead.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from salonbot.booking.daybook import Daybook, Written
from salonbot.clock import Clock
from salonbot.errors import AppointmentGone, BookingUnavailable, StartUnavailable
from salonbot.journal.appointments import DESK, Entry
from salonbot.model.booking import AppointmentId, AppointmentState, Refusal, Window
from salonbot.model.salon import Catalogue, SalonId, ServiceId, Stylist, StylistId
from salonbot.turns.frontdesk import Diary, FrontDesk
from salonbot.web.access.forms import fields
from salonbot.web.calendar.asked import Asked, asked, day_of, new_key
from salonbot.web.calendar.sheet import Duty, Sheet, sheet
from salonbot.web.rendering import fragment, moved, page

WEEK = timedelta(days=7)
MOST_FREE = 12
"""Starts named instead of one that is refused."""

REFUSED = {
    Refusal.TAKEN: "calendar-refused-taken",
    Refusal.CLOSED: "calendar-refused-closed",
    Refusal.PAST: "calendar-refused-past",
    Refusal.TOO_SOON: "calendar-refused-past",
    Refusal.TOO_FAR: "calendar-refused-closed",
}


class Calendar:
    """Shows the book of each salon, and writes in it."""

    def __init__(self, desks: Mapping[SalonId, FrontDesk], clock: Clock) -> None:
        self._desks = desks
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        at = "/s/{salon}/calendar"
        return [
            web.get(at, self._show),
            web.get(f"{at}/part", self._part),
            web.get(f"{at}/new", self._ask),
            web.post(f"{at}/new", self._add),
            web.get(f"{at}/visits/{{visit}}", self._visit),
            web.post(f"{at}/visits/{{visit}}/move", self._move),
            web.post(f"{at}/visits/{{visit}}/cancel", self._cancel),
        ]

    def _desk(self, request: web.Request) -> FrontDesk:
        desk = self._desks.get(SalonId(request.match_info["salon"]))
        if desk is None:
            raise web.HTTPNotFound
        return desk

    def _book(self, request: web.Request) -> tuple[FrontDesk, Daybook]:
        """Of a salon whose appointments are ours to change."""
        desk = self._desk(request)
        if desk.daybook is None:
            raise web.HTTPNotFound
        return desk, desk.daybook

    def _here(self, request: web.Request) -> str:
        return f"/s/{request.match_info['salon']}/calendar"

    # A day, a week

    async def _show(self, request: web.Request) -> web.Response:
        return await page(request, "calendar.html", **await self._leaf(request))

    async def _part(self, request: web.Request) -> web.Response:
        return await fragment(request, "calendar_part.html", **await self._leaf(request))

    async def _leaf(self, request: web.Request) -> dict[str, Any]:
        desk = self._desk(request)
        zone = desk.rulebook.plan.profile.zone
        now = self._clock.now().astimezone(zone)
        day = day_of(request.query.get("day", ""), now.date())
        is_week = request.query.get("view") == "week"
        wanted = request.query.get("stylist", "")
        first = day - timedelta(days=day.weekday()) if is_week else day
        last = first + timedelta(days=6) if is_week else day
        shown: dict[str, Any] = {
            "day": day,
            "today": now.date(),
            "first": first,
            "last": last,
            "view": "week" if is_week else "day",
            "is_ours": desk.daybook is not None,
            "query": request.rel_url.raw_query_string,
            "link": _linker(self._here(request), day=day, view="week" if is_week else "day", stylist=wanted),
            "step": WEEK if is_week else timedelta(days=1),
        }
        try:
            diary = await desk.diary(first, last)
        except BookingUnavailable:
            return shown | {"is_away": True, "sheet": None, "stylists": (), "stylist": "", "shows_visits": False}
        chosen = _chosen(diary, wanted, is_week=is_week)
        return shown | {
            "is_away": False,
            "sheet": _sheet(diary, chosen, first, last, now),
            "stylists": diary.stylists,
            "stylist": chosen or "",
            "shows_visits": diary.shows_visits,
        }

    # A new visit

    async def _ask(self, request: web.Request) -> web.Response:
        desk, _ = self._book(request)
        now = self._clock.now().astimezone(desk.rulebook.plan.profile.zone)
        start = request.query.get("start", "")
        day, _, clock = start.partition("T")
        wish = Asked(
            service=request.query.get("service", ""),
            stylist=request.query.get("stylist", ""),
            day=day_of(day, now.date()).isoformat(),
            time=clock[:5],
            phone=request.query.get("phone", "")[:30],
            name=request.query.get("name", "")[:80],
            key=new_key(),
        )
        return await self._form(request, wish)

    async def _add(self, request: web.Request) -> web.Response:
        desk, _ = self._book(request)
        catalogue, zone = desk.rulebook.plan.catalogue, desk.rulebook.plan.profile.zone
        wish = _with_hands(asked(await fields(request)), catalogue)
        wish = wish.checked_start(zone).checked_duration().checked_guest()
        start = wish.start(zone)
        if wish.mistakes or start is None:
            return await self._form(request, wish, status=422)
        try:
            written = await desk.add(
                ServiceId(wish.service),
                StylistId(wish.stylist),
                start,
                name=wish.name,
                phone=wish.digits(),
                key=wish.key or new_key(),
                duration=wish.duration,
                outside_hours=wish.outside,
                tell=wish.tell,
            )
        except StartUnavailable as refusal:
            refused = wish.wrong(time=REFUSED[refusal.reason])
            return await self._form(request, refused, status=422, reason=refusal.reason)
        return moved(f"{self._here(request)}?{_on(written)}", said=_said("calendar-added", written))

    async def _form(
        self, request: web.Request, wish: Asked, *, status: int = 200, reason: Refusal | None = None
    ) -> web.Response:
        desk, _ = self._book(request)
        catalogue = desk.rulebook.plan.catalogue
        return await page(
            request,
            "calendar_new.html",
            status=status,
            wish=wish,
            catalogue=catalogue,
            free=await self._free(desk, wish.service, wish.stylist, wish.day) if reason else (),
            is_closed=reason is Refusal.CLOSED or wish.outside,
        )

    async def _free(self, desk: FrontDesk, service: str, stylist: str, day: str) -> tuple[datetime, ...]:
        """What could be had that day instead."""
        on = day_of(day, date.min)
        slots = await desk.booking.free_slots(ServiceId(service), stylist_id=StylistId(stylist), window=Window(on, on))
        return tuple(slot.start for slot in slots[:MOST_FREE])

    # A visit on record

    async def _visit(self, request: web.Request) -> web.Response:
        _, book = self._book(request)
        entry = await self._entry(request, book)
        start = entry.appointment.start
        wish = Asked(
            stylist=entry.appointment.stylist_id,
            day=start.date().isoformat(),
            time=f"{start:%H:%M}",
            minutes=str(int(entry.appointment.duration.total_seconds() // 60)),
            key=new_key(),
        )
        return await self._shown(request, entry, wish)

    async def _entry(self, request: web.Request, book: Daybook) -> Entry:
        entry = await book.entry(AppointmentId(request.match_info["visit"]))
        if entry is None:
            raise web.HTTPNotFound
        return entry

    async def _shown(
        self, request: web.Request, entry: Entry, wish: Asked, *, status: int = 200, reason: Refusal | None = None
    ) -> web.Response:
        desk, book = self._book(request)
        visit = entry.appointment
        able = book.timetable.able(visit.service_id, None)
        if all(one.id != visit.stylist_id for one in able):
            able = (Stylist(visit.stylist_id, visit.stylist_name), *able)
        return await page(
            request,
            "calendar_visit.html",
            status=status,
            entry=entry,
            visit=visit,
            wish=wish,
            able=able,
            has_chat=entry.chat != DESK,
            is_outside=book.is_outside(visit),
            is_open=visit.state is AppointmentState.BOOKED and visit.start > self._clock.now(),
            is_cancelled=visit.state is AppointmentState.CANCELLED,
            free=await self._free(desk, visit.service_id, wish.stylist, wish.day) if reason else (),
            is_closed=reason is Refusal.CLOSED or wish.outside,
        )

    async def _move(self, request: web.Request) -> web.Response:
        desk, book = self._book(request)
        entry = await self._entry(request, book)
        zone = desk.rulebook.plan.profile.zone
        wish = asked(await fields(request)).checked_start(zone).checked_duration()
        start = wish.start(zone)
        if wish.mistakes or start is None:
            return await self._shown(request, entry, wish, status=422)
        try:
            written = await desk.move(
                entry.appointment.id,
                start,
                StylistId(wish.stylist),
                key=wish.key or new_key(),
                duration=wish.duration,
                outside_hours=wish.outside,
                tell=wish.tell,
            )
        except StartUnavailable as refusal:
            refused = wish.wrong(time=REFUSED[refusal.reason])
            return await self._shown(request, entry, refused, status=422, reason=refusal.reason)
        except AppointmentGone:
            return await self._shown(request, entry, wish.wrong(form="calendar-gone"), status=409)
        return moved(f"{self._here(request)}?{_on(written)}", said=_said("calendar-moved", written))

    async def _cancel(self, request: web.Request) -> web.Response:
        desk, book = self._book(request)
        entry = await self._entry(request, book)
        wish = asked(await fields(request))
        try:
            written = await desk.cancel(entry.appointment.id, key=wish.key or new_key(), tell=wish.tell)
        except AppointmentGone:
            return await self._shown(request, entry, wish.wrong(form="calendar-gone"), status=409)
        return moved(f"{self._here(request)}?{_on(written)}", said=_said("calendar-cancelled", written))


def _on(written: Written) -> str:
    return urlencode({"day": written.entry.appointment.start.date().isoformat()})


def _said(sentence: str, written: Written) -> str:
    """The sentence's key, or that of the one that says the customer is told."""
    return sentence if written.told is None else f"{sentence}-told"


def _linker(here: str, **usual: object) -> Any:
    """Addresses of other leaves: `link(day=..., view=...)`; what is not named stays."""

    def link(**other: object) -> str:
        wanted = {name: str(value) for name, value in {**usual, **other}.items() if value}
        return f"{here}?{urlencode(wanted)}"

    return link


def _chosen(diary: Diary, wanted: str, *, is_week: bool) -> StylistId | None:
    """Whose leaf it is: a week is one stylist's; a day everybody's unless one was asked for."""
    known = [one.id for one in diary.stylists]
    if wanted in known or (wanted and any(one.appointment.stylist_id == wanted for one in diary.entries)):
        return StylistId(wanted)
    return known[0] if is_week and known else None


def _sheet(diary: Diary, chosen: StylistId | None, first: date, last: date, now: datetime) -> Sheet:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    people = [(one.id, one.name) for one in diary.stylists]
    known = {stylist for stylist, _ in people}
    gone = {e.appointment.stylist_id: e.appointment.stylist_name for e in diary.entries}
    people += [(stylist, name) for stylist, name in gone.items() if stylist not in known]
    duties = [
        Duty(
            stylist,
            name,
            day,
            diary.hours.get((stylist, day), ()),
            tuple(e for e in diary.entries if e.appointment.stylist_id == stylist and _touches(e, day)),
            is_known=stylist in known,
            is_away=(stylist, day) in diary.away,
        )
        for day in days
        for stylist, name in people
        if chosen in (None, stylist)
    ]
    return sheet(duties, now, diary.outside)


def _touches(entry: Entry, day: date) -> bool:
    """Whether any of the visit is on that day; one that ends at midnight is not on the next."""
    visit = entry.appointment
    return visit.start.date() <= day <= (visit.end - timedelta(microseconds=1)).date()


def _with_hands(wish: Asked, catalogue: Catalogue) -> Asked:
    """With the mistakes in service and stylist: whom, and whether they do that."""
    service = catalogue.service(ServiceId(wish.service))
    if service is None:
        return wish.wrong(service="calendar-choose-service")
    stylist = catalogue.stylist(StylistId(wish.stylist))
    if stylist is None:
        return wish.wrong(stylist="calendar-choose-stylist")
    return wish if service.id in stylist.services else wish.wrong(stylist="calendar-not-theirs")

"""Pages out of templates: who reads, in which language, about which salon. In: a template's name and its own values.

Every template has: `t(key, ...)`, `language`, `who`, `salons` (those the reader may see), `salon` (of this page, or
None), `nav`, `csrf` and `csrf_field()`, `static(file)`, and the filters `date`, `time`, `datetime`, `money`, `number`,
`ago`, which write as the page's language does, in the salon's zone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from salonbot.web import formats
from salonbot.web.access.keys import CLOCK, CSRF, SOURCE, WHO
from salonbot.web.assets import address
from salonbot.web.status import SalonStatus
from salonbot.web.wording import LANGUAGES, Words, spoken, words

LANGUAGE_COOKIE = "language"
SAID_COOKIE = "said"
SALON_COOKIE = "salon"
"""The salon that was looked at last: the navigation of pages about all of them leads back to it."""
YEAR_SECONDS = 365 * 24 * 3600

SALON_PAGES = ("today", "chats", "calendar", "settings", "pairing")
"""The pages of a salon, in the navigation's order; one that has no route yet is left out."""
HOUSE_PAGES = ("alerts",)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation."""

    name: str
    address: str
    is_here: bool


def language_of(request: web.Request) -> str:
    """The language of this page: asked for just now, chosen before, the account's, or what the browser likes best."""
    account = request.get(WHO)
    wishes = (
        request.query.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        account.language if account else None,
    )
    chosen = next((wish for wish in wishes if wish in LANGUAGES), None)
    return chosen or spoken(request.headers.get("Accept-Language", ""))


def words_for(request: web.Request) -> Words:
    """The words of this page's language."""
    return words(language_of(request))


async def page(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """The whole page. `values` are the template's own."""
    said = request.cookies.get(SAID_COOKIE, "")
    known = words_for(request)
    values.setdefault("said", said if said in known else "")
    response = _response(request, template, status, values)
    if said:
        response.del_cookie(SAID_COOKIE)
    salon = request.match_info.get("salon", "")
    if (
        status < 400
        and salon != request.cookies.get(SALON_COOKIE)
        and salon in [one.id for one in visible_salons(request)]
    ):
        response.set_cookie(SALON_COOKIE, salon, max_age=YEAR_SECONDS, httponly=True, samesite="Lax")
    if (wish := request.query.get("lang")) in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, str(wish), max_age=YEAR_SECONDS, httponly=True, samesite="Lax")
    return response


async def fragment(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """A part of a page, for live.js to put in place of an older one: the template must not extend the layout."""
    return _response(request, template, status, values)


def moved(url: str, *, said: str = "") -> web.Response:
    """The answer to a form: go and see. `said` is the key of a sentence that the next page shows once."""
    response = web.Response(status=303, headers={"Location": url})
    if said:
        response.set_cookie(SAID_COOKIE, said, max_age=60, httponly=True, samesite="Lax")
    return response


def visible_salons(request: web.Request) -> list[SalonStatus]:
    """The salons that the reader may see, in the configuration's order."""
    account = request.get(WHO)
    return [salon for salon in request.app[SOURCE].salons() if account and account.may_see(salon.id)]


def salon_of(request: web.Request) -> SalonStatus:
    """The salon of this page. Raises HTTPNotFound; the guard has refused those that the reader may not see."""
    wanted = request.match_info.get("salon")
    for salon in visible_salons(request):
        if salon.id == wanted:
            return salon
    raise web.HTTPNotFound


def _response(request: web.Request, template: str, status: int, values: dict[str, Any]) -> web.Response:
    text = environment().get_template(template).render(_context(request) | values)
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def _context(request: web.Request) -> dict[str, Any]:
    language, salons = language_of(request), visible_salons(request)
    wanted, last = request.match_info.get("salon"), request.cookies.get(SALON_COOKIE)
    salon = next((one for one in salons if one.id == wanted), None)
    shown = salon or next((one for one in salons if one.id == last), salons[0] if salons else None)
    csrf = request.get(CSRF, "")
    nav = _navigation(request, shown) if WHO in request else []
    other = next(one for one in LANGUAGES if one != language)
    without_language = [(name, value) for name, value in request.query.items() if name != "lang"]
    return {
        "t": words(language).say,
        "language": language,
        "who": request.get(WHO),
        "salons": salons,
        "salon": salon,
        "nav": nav,
        "same_page": next((entry.name for entry in nav if entry.is_here and entry.name in SALON_PAGES), SALON_PAGES[0]),
        "csrf": csrf,
        "csrf_field": lambda: Markup('<input type="hidden" name="csrf" value="{}">').format(csrf),
        "path": request.path,
        "other_language": other,
        "other_language_address": f"?{urlencode([*without_language, ('lang', other)])}",
        "_zone": shown.zone if shown else UTC,
        "_currency": shown.currency if shown else "RUB",
        "_now": request.app[CLOCK].now(),
    }


def _navigation(request: web.Request, salon: SalonStatus | None) -> Sequence[Entry]:
    known = {resource.canonical for resource in request.app.router.resources()}
    names = [name for name in SALON_PAGES if salon and f"/s/{{salon}}/{name}" in known]
    entries = [_entry(request, name, f"/s/{salon.id}/{name}") for name in names if salon]
    return [*entries, *(_entry(request, name, f"/{name}") for name in HOUSE_PAGES if f"/{name}" in known)]


def _entry(request: web.Request, name: str, url: str) -> Entry:
    return Entry(name, url, request.path == url or request.path.startswith(f"{url}/"))


@cache
def environment() -> Environment:
    """The templates, compiled once; a name that a template has not been given is a mistake, never an empty text."""
    made = Environment(
        loader=PackageLoader("salonbot.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.globals["static"] = address
    made.filters.update(_filters())
    return made


def _filters() -> dict[str, Callable[..., str]]:
    @pass_context
    def date_filter(context: Context, moment: date | datetime, pattern: str = "d MMMM") -> str:
        return formats.day(moment, context["language"], _zone(context), pattern)

    @pass_context
    def time_filter(context: Context, moment: datetime) -> str:
        return formats.clock_time(moment, context["language"], _zone(context))

    @pass_context
    def datetime_filter(context: Context, moment: datetime) -> str:
        return formats.day_and_time(moment, context["language"], _zone(context))

    @pass_context
    def money_filter(context: Context, minor: int, currency: str | None = None) -> str:
        return formats.money(minor, context["language"], currency or context["_currency"])

    @pass_context
    def number_filter(context: Context, value: float) -> str:
        return formats.number(value, context["language"])

    @pass_context
    def ago_filter(context: Context, moment: datetime) -> str:
        return formats.ago(moment, context["language"], context["_now"])

    return {
        "date": date_filter,
        "time": time_filter,
        "datetime": datetime_filter,
        "money": money_filter,
        "number": number_filter,
        "ago": ago_filter,
    }


def _zone(context: Context) -> tzinfo:
    zone = context["_zone"]
    assert isinstance(zone, tzinfo)
    return zone

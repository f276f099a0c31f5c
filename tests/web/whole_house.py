"""The whole house in a thread of its own, for tests that are not written in the loop; and the forms on its pages."""

import asyncio
import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from aiohttp import web
from argon2 import PasswordHasher

from salonbot.cli.demo.stage import Stage, adapt, open_sandbox, open_stage, scan
from salonbot.clock import ShiftedClock
from salonbot.config.load import Loaded, load, packaged
from salonbot.journal.accounts import Accounts
from salonbot.model.salon import SalonId
from salonbot.web.access.openness import Openness, openness
from salonbot.web.access.passwords import Passwords
from tests.stories.telling import TUESDAY_MORNING, settled

SCRIPT = "<script>alert(1)</script>"
IMAGE = "\"'><img src=x onerror=alert(2)>"
OWNER, PASSWORD = f"Марина {SCRIPT}", "расчёска фен ножницы"
HELPER, HELPERS = "Оля", "лак пилка лампа"


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the router."""

    method: str
    pattern: str
    openness: Openness

    def address(self, **parts: str) -> str:
        """The pattern with these parts; those that are not told are 1."""
        address = self.pattern
        while "{" in address:
            before, _, rest = address.partition("{")
            name, _, after = rest.partition("}")
            address = f"{before}{quote(parts.get(name.partition(':')[0], '1'), safe='')}{after}"
        return address


@dataclass(frozen=True, slots=True)
class Form:
    """A form on a page."""

    action: str
    fields: Mapping[str, str]
    """As the page fills them in."""


@dataclass(slots=True)
class Answer:
    """What the house said."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass(slots=True)
class Visitor:
    """A browser without a window."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        body = urlencode(form, errors="surrogatepass")
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"} | headers)

    def ask(
        self, method: str, path: str, body: str | bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Accept": "text/html", **({"Cookie": cookies} if cookies else {}), **(headers or {})}
        try:
            line.request(method, path, body, sent)
            answer = line.getresponse()
            self._keep(answer.headers)
            return Answer(answer.status, answer.headers, b"" if _is_stream(answer) else answer.read())
        finally:
            line.close()

    def sign_in(self, name: str = OWNER, password: str = PASSWORD) -> None:
        answer = self.post("/login", {"name": name, "password": password})
        assert answer.status == 303, answer.text

    def _keep(self, headers: http.client.HTTPMessage) -> None:
        for cookie in headers.get_all("Set-Cookie", []):
            name, _, rest = cookie.partition("=")
            value = rest.partition(";")[0].strip('"')
            self.cookies.pop(name, None)
            if value:
                self.cookies[name] = value


def _is_stream(answer: http.client.HTTPResponse) -> bool:
    return answer.headers.get_content_type() == "text/event-stream"


class _Reader(HTMLParser):
    """Collects what a page refers to and the forms on it."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.forms: list[Form] = []
        self._address = address
        self._action: str | None = None
        self._fields: dict[str, str] = {}
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        if tag in ("link", "script", "img", "iframe", "source", "use"):
            self.fetched += [told[name] for name in ("href", "src") if told.get(name)]
        if "data-src" in told:
            self.links.append(told["data-src"])
        if tag == "form" and told.get("method", "get").casefold() == "post":
            self._action, self._fields = told.get("action") or self._address, {}
        if tag in ("input", "textarea", "select", "button") and "name" in told:
            self._fields[told["name"]] = told.get("value", "")
            self._select = told["name"] if tag == "select" else ""
        if tag == "option" and self._select and ("selected" in told or not self._fields[self._select]):
            self._fields[self._select] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._action is not None:
            self.forms.append(Form(self._action, self._fields))
            self._action = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a browser reads it."""

    address: str
    text: str
    links: tuple[str, ...]
    fetched: tuple[str, ...]
    forms: tuple[Form, ...]

    @classmethod
    def of(cls, address: str, text: str) -> "Page":
        reader = _Reader(address)
        reader.feed(text)
        return cls(address, text, tuple(reader.links), tuple(reader.fetched), tuple(reader.forms))


@dataclass(slots=True)
class WholeHouse:
    """A daemon that serves, and its router."""

    port: int
    routes: tuple[Route, ...]
    stage: Stage

    def visitor(self) -> Visitor:
        return Visitor(self.port)

    def pages(self, visitor: Visitor) -> dict[str, Page]:
        """Every page that links lead to from the first one, by address; of those that differ by their query, few."""
        waiting, seen, found = ["/", "/salons", "/account"], set[str](), dict[str, Page]()
        while waiting:
            address = waiting.pop(0)
            path, _, query = address.partition("?")
            kind = f"{path}?{sorted(name for name, _ in parse_qsl(query))}"
            if kind in seen or not path.startswith("/") or path.startswith("/static/"):
                continue
            seen.add(kind)
            answer = visitor.get(address)
            assert answer.status < 500, f"{address}: {answer.status}"
            if answer.status in (301, 303):
                waiting.append(answer.headers["Location"])
            elif answer.headers.get_content_type() == "text/html":
                found[address] = Page.of(path, answer.text)
                waiting += [link if not link.startswith("?") else path + link for link in found[address].links]
                waiting = [urlsplit(link)._replace(fragment="").geturl() for link in waiting]
        return found


def nasty(loaded: Loaded) -> Loaded:
    """The same salon, where somebody has put scripts into every name there is."""
    plan = loaded.salons[0]
    catalogue = plan.catalogue
    services = tuple(replace(one, title=f"{one.title} {SCRIPT}"[:110]) for one in catalogue.services)
    stylists = tuple(replace(one, name=f"{one.name} {IMAGE}"[:80]) for one in catalogue.stylists)
    profile = replace(plan.profile, name=f"Салон {SCRIPT}", address=IMAGE, notes=(SCRIPT,))
    changed = replace(plan, profile=profile, catalogue=replace(catalogue, services=services, stylists=stylists))
    return replace(loaded, salons=(changed,))


@contextmanager
def whole_house(credentials: Path, state: Path) -> Iterator[WholeHouse]:
    """A house whose salon is online, with an owner, a helper of no salon, and customers with scripts for names."""
    loop = asyncio.new_event_loop()
    stop, told, failures = asyncio.Event(), threading.Event(), list[BaseException]()
    houses: list[WholeHouse] = []

    async def live() -> None:
        plain = load(packaged(), environment={}, state=state)
        loaded = adapt(nasty(plain), {"web": {"port": 0}, "turns": {"quiet_seconds": 0.0}})
        clock = ShiftedClock(TUESDAY_MORNING)
        async with (
            open_sandbox(credentials, clock) as (sandbox, phone),
            open_stage(loaded, clock, sandbox, phone) as stage,
        ):
            await scan(stage)
            await _people(stage)
            for number, name in enumerate((SCRIPT, IMAGE, "Анна")):
                customer = sandbox.add_customer(f"7916123450{number}", f"55566677788{number}", name)
                for text in (f"Привет {SCRIPT}", f"Хочу на стрижку завтра в 1{5 + number}:00 {IMAGE}", "да"):
                    await customer.send(text, to=phone)
                    await customer.next_reply()
                    await settled(stage)
            assert stage.daemon.site is not None
            houses.append(WholeHouse(stage.daemon.site.port, _routes(stage.daemon.site.runner.app), stage))
            told.set()
            await stop.wait()

    def run() -> None:
        try:
            loop.run_until_complete(live())
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failures.append(error)
        finally:
            told.set()
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    thread = threading.Thread(target=run, name="whole house")
    thread.start()
    told.wait(120)
    if failures:
        raise failures[0]
    try:
        yield houses[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(60)
    if failures:
        raise failures[0]


async def _people(stage: Stage) -> None:
    accounts, passwords = Accounts(stage.daemon.database), Passwords(PasswordHasher(1, 64, 1))
    now = stage.daemon.clock.now()
    await accounts.create(OWNER, await passwords.hashed(PASSWORD), is_owner=True, now=now)
    await accounts.create(HELPER, await passwords.hashed(HELPERS), is_owner=False, salons=[SalonId("another")], now=now)


def _routes(app: web.Application | None) -> tuple[Route, ...]:
    assert app is not None
    return tuple(
        Route(route.method, route.resource.canonical, openness(route.handler))
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    )

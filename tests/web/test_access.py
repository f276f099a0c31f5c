"""The guard at the door, over real sockets and a real journal: who gets in, how often they may try, what they see."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from argon2 import PasswordHasher

from salonbot.config.settings import WebSettings
from salonbot.errors import SalonbotError
from salonbot.journal.accounts import Accounts
from salonbot.journal.database import Database
from salonbot.model.salon import SalonId
from salonbot.web.access import secrets
from salonbot.web.access.desk import AccountDesk
from salonbot.web.access.entrance import Entrance
from salonbot.web.access.guard import SESSION_LASTS
from salonbot.web.access.links import LINK_LASTS, Links
from salonbot.web.access.passwords import Passwords
from salonbot.web.access.throttle import FREE_TRIES, Throttle
from salonbot.web.pairing import Pairing
from salonbot.web.salons import Salons
from salonbot.web.server import RunningSite, application, start
from salonbot.web.status import SalonStatus
from tests.clocks import HandClock
from tests.journal_fixtures import clock, database
from tests.web.house import BEARER, TOKEN, House, guard_of

__all__ = ["clock", "database"]

OWNER, PASSWORD = "Марина", "расчёска фен ножницы"
HELPER, HELPERS = "Оля", "лак пилка лампа"
HTML = {"Accept": "text/html"}
BEHIND_TLS = WebSettings(public_url="https://salon.example.org")


class Houses(House):
    """Two salons."""

    def salons(self) -> tuple[SalonStatus, ...]:
        return (self.main, replace(self.main, id=SalonId("nord"), name="Северный"))


class Visitor:
    """A browser, as far as forms go: it keeps cookies, follows nothing by itself, and sends what a form holds."""

    def __init__(self, http: aiohttp.ClientSession, site: RunningSite) -> None:
        self.http = http
        self.site = site
        self.text = ""
        self.headers: dict[str, str] = {}

    async def get(self, path: str, **headers: str) -> int:
        async with self.http.get(path, headers=HTML | headers, allow_redirects=False) as answer:
            return await self._take(answer)

    async def post(self, path: str, form: dict[str, str], **headers: str) -> int:
        sent = HTML | {"Origin": self.site.url.rstrip("/")} | headers
        async with self.http.post(path, data=form, headers=sent, allow_redirects=False) as answer:
            return await self._take(answer)

    async def submit(self, page: str, path: str, form: dict[str, str]) -> int:
        """Open the page and send the form on it that goes to `path`."""
        await self.get(page)
        return await self.post(path, form | {"csrf": self.csrf})

    async def sign_in(self, name: str = OWNER, password: str = PASSWORD) -> int:
        return await self.post("/login", {"name": name, "password": password})

    @property
    def csrf(self) -> str:
        """What the last page's forms carry."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.text)
        assert found is not None
        return found[1]

    @property
    def cookie(self) -> str:
        """The session's, as it was set last."""
        return self.headers.get("Set-Cookie", "")

    async def _take(self, answer: aiohttp.ClientResponse) -> int:
        self.text = await answer.text()
        set_cookie = [value for value in answer.headers.getall("Set-Cookie", []) if "salonbot=" in value]
        self.headers = {**dict(answer.headers), "Set-Cookie": set_cookie[0] if set_cookie else ""}
        return answer.status


@pytest.fixture
def house() -> House:
    return Houses()


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database)


@asynccontextmanager
async def serving(
    house: House, database: Database, clock: HandClock, passwords: Passwords, settings: WebSettings | None = None
) -> AsyncIterator[RunningSite]:
    guard, throttle = guard_of(database, clock, settings), Throttle(clock)
    app = application(house, guard)
    entrance, desk = Entrance(guard, throttle, passwords), AccountDesk(guard, throttle, passwords)
    app.add_routes([*entrance.routes(), *desk.routes(), *Salons().routes(), *Pairing(house).routes()])
    running = await start(app, "127.0.0.1", 0)
    yield running
    await running.close()


@asynccontextmanager
async def visiting(site: RunningSite) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield Visitor(http, site)


@pytest.fixture
async def site(
    house: House, database: Database, clock: HandClock, passwords: Passwords, accounts: Accounts
) -> AsyncIterator[RunningSite]:
    """A house with an owner, and a helper who is let into one salon."""
    await accounts.create(OWNER, await passwords.hashed(PASSWORD), is_owner=True, now=clock.now())
    await accounts.create(
        HELPER, await passwords.hashed(HELPERS), is_owner=False, salons=[SalonId("nord")], now=clock.now()
    )
    async with serving(house, database, clock, passwords) as running:
        yield running


@pytest.fixture
async def visitor(site: RunningSite) -> AsyncIterator[Visitor]:
    async with visiting(site) as one:
        yield one


@pytest.fixture
async def other(site: RunningSite) -> AsyncIterator[Visitor]:
    """A second browser."""
    async with visiting(site) as one:
        yield one


# Without a key


@pytest.mark.parametrize("path", ["/", "/salons", "/s/main/pairing", "/status", "/account", "/nothing", "/s/none/x"])
async def test_nobody_sees_anything_without_a_key(visitor: Visitor, path: str) -> None:
    assert await visitor.get(path) == 303
    assert visitor.headers["Location"] == f"/login?next={path}"
    async with visitor.http.get(path) as answer:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert await answer.json() == {"error": "Unauthorized"}


@pytest.mark.parametrize("path", ["/s/main/pairing/show", "/s/main/pairing/unlink", "/accounts", "/logout"])
async def test_nobody_changes_anything_without_a_key(visitor: Visitor, house: House, path: str) -> None:
    assert await visitor.post(path, {}) == 401
    assert house.asked == []


@pytest.mark.parametrize("given", ["wrong", "", TOKEN[:-1], f"{TOKEN}x", f"Basic {TOKEN}", "\udcff", "Bearer"])
async def test_a_wrong_token_opens_nothing(visitor: Visitor, given: str) -> None:
    header = given if given.startswith(("Basic", "Bearer")) else f"Bearer {given}"
    async with visitor.http.get("/status", headers={"Authorization": header}) as answer:
        assert answer.status == 401


async def test_the_token_opens_everything_and_needs_no_form(visitor: Visitor, house: House) -> None:
    async with visitor.http.post("/s/nord/pairing/show", headers=BEARER, allow_redirects=False) as answer:
        assert answer.status == 303
    assert house.asked == [("show_qr", "nord")]


# With a password


async def test_the_right_password_lets_in_and_leads_to_the_page_asked_for(visitor: Visitor) -> None:
    assert await visitor.post("/login?next=/s/main/pairing", {"name": OWNER, "password": PASSWORD}) == 303
    assert visitor.headers["Location"] == "/s/main/pairing"
    assert await visitor.get("/s/main/pairing") == 200
    assert OWNER in visitor.text


async def test_a_name_is_known_however_it_is_written(visitor: Visitor) -> None:
    assert await visitor.sign_in("  мАРИНА ") == 303


@pytest.mark.parametrize(
    ("name", "password"), [(OWNER, "wrong"), (OWNER, ""), ("nobody", PASSWORD), ("", ""), (HELPER, PASSWORD)]
)
async def test_a_wrong_name_or_password_is_refused_in_the_same_words(
    visitor: Visitor, name: str, password: str
) -> None:
    assert await visitor.sign_in(name, password) == 403
    assert "Имя или пароль не подходят." in visitor.text
    assert visitor.cookie == ""


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/login?next=/", "/a\r\nb"],
)
async def test_a_sign_in_never_leads_away_from_us(visitor: Visitor, elsewhere: str) -> None:
    async with visitor.http.post(
        "/login", params={"next": elsewhere}, data={"name": OWNER, "password": PASSWORD}, allow_redirects=False
    ) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/")


async def test_the_sign_in_is_kept_from_scripts_and_from_other_sites(visitor: Visitor) -> None:
    await visitor.sign_in()

    assert "HttpOnly" in visitor.cookie
    assert "SameSite=Lax" in visitor.cookie
    assert "Path=/" in visitor.cookie


async def test_behind_tls_the_sign_in_never_leaves_it(
    house: House, database: Database, clock: HandClock, passwords: Passwords, site: RunningSite
) -> None:
    async with serving(house, database, clock, passwords, BEHIND_TLS) as secure, visiting(secure) as visitor:
        await visitor.sign_in()

        assert visitor.cookie.startswith("__Host-salonbot=")
        assert "Secure" in visitor.cookie
        assert visitor.headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_what_is_kept_of_a_sign_in_lets_nobody_in(visitor: Visitor, database: Database) -> None:
    await visitor.sign_in()
    session = visitor.cookie.split("=", 1)[1].split(";")[0]

    (row,) = await database.rows("SELECT token FROM web_session")

    assert row["token"] == secrets.digest(session)
    assert session.encode() not in row["token"]
    passwords = [row["password"] for row in await database.rows("SELECT password FROM account")]
    assert all(password.startswith("$argon2id$") for password in passwords)


async def test_a_sign_in_begins_a_new_session_and_ends_the_one_before(visitor: Visitor, database: Database) -> None:
    await visitor.sign_in()
    before = visitor.cookie

    await visitor.sign_in()

    assert visitor.cookie != before
    assert len(await database.rows("SELECT 1 FROM web_session")) == 1


async def test_a_session_that_is_used_lasts_and_one_that_is_not_ends(visitor: Visitor, clock: HandClock) -> None:
    await visitor.sign_in()
    for _ in range(3):
        clock.advance(days=20)
        assert await visitor.get("/salons") == 200

    clock.advance(seconds=SESSION_LASTS.total_seconds() + 1)

    assert await visitor.get("/salons") == 303


async def test_a_journal_that_takes_nothing_keeps_nobody_out(
    visitor: Visitor, clock: HandClock, database: Database
) -> None:
    await visitor.sign_in()
    clock.advance(hours=5)
    await database.rows("PRAGMA query_only = ON")

    assert await visitor.get("/salons") == 200

    await database.rows("PRAGMA query_only = OFF")


async def test_whoever_signs_out_is_out(visitor: Visitor) -> None:
    await visitor.sign_in()
    session = visitor.cookie.split(";")[0]
    await visitor.submit("/account", "/logout", {})

    assert await visitor.get("/salons") == 303
    async with visitor.http.get("/salons", headers={"Cookie": session}, allow_redirects=False) as answer:
        assert answer.status == 401, "the session itself is gone, not only the browser's cookie"


async def test_signing_out_everywhere_ends_the_other_browsers_too(visitor: Visitor, other: Visitor) -> None:
    await visitor.sign_in()
    await other.sign_in()

    await visitor.submit("/account", "/account/sign-out", {})

    assert [await one.get("/salons") for one in (visitor, other)] == [303, 303]


# Guessing


async def test_guessing_gets_slower_with_every_failure_and_the_right_password_must_wait_too(
    visitor: Visitor, clock: HandClock
) -> None:
    statuses = [await visitor.sign_in(password="wrong") for _ in range(FREE_TRIES + 1)]
    assert statuses == [403] * FREE_TRIES + [429]

    waits = []
    for _ in range(4):
        assert await visitor.sign_in() == 429
        waits.append(int(visitor.headers["Retry-After"]))
        clock.advance(seconds=waits[-1])
        assert await visitor.sign_in(password="wrong") == 403

    assert waits == sorted(waits)
    assert waits[-1] >= 8 * waits[0] > 0
    clock.advance(minutes=1)
    assert await visitor.sign_in() == 303


async def test_an_address_that_guesses_many_names_is_slowed_down(visitor: Visitor) -> None:
    statuses = [await visitor.sign_in(f"name{number}", "wrong") for number in range(FREE_TRIES + 3)]

    assert statuses == [403] * FREE_TRIES + [429] * 3


async def test_behind_a_proxy_each_visitor_is_slowed_down_alone(
    house: House, database: Database, clock: HandClock, passwords: Passwords, site: RunningSite
) -> None:
    async with serving(house, database, clock, passwords, BEHIND_TLS) as secure, visiting(secure) as visitor:
        for number in range(FREE_TRIES + 1):
            await visitor.post("/login", {"name": f"n{number}"}, **{"X-Forwarded-For": "203.0.113.7"})

        async def tries(told: str) -> int:
            form = {"name": "another", "password": "wrong"}
            return await visitor.post("/login", form, **{"X-Forwarded-For": told})

        assert await tries("203.0.113.7") == 429
        assert await tries("198.51.100.1, 203.0.113.7") == 429, "what the visitor wrote before it counts for nothing"
        assert await tries("203.0.113.8") == 403


async def test_without_a_proxy_nobody_can_claim_another_address(visitor: Visitor) -> None:
    statuses = [
        await visitor.post("/login", {"name": f"n{number}"}, **{"X-Forwarded-For": f"203.0.113.{number}"})
        for number in range(FREE_TRIES + 1)
    ]

    assert statuses[-1] == 429


def test_a_flood_of_names_neither_grows_the_table_nor_forgets_anybody(clock: HandClock) -> None:
    throttle = Throttle(clock)
    for _ in range(FREE_TRIES):
        throttle.begin("марина", "203.0.113.7")

    for number in range(40_000):
        throttle.begin(f"made up {number}", f"2001:db8:0:{number:x}::1")

    assert throttle.size <= 1 << 14
    assert throttle.begin("марина", "192.0.2.1") > 0


def test_whoever_has_a_whole_network_is_one_visitor(clock: HandClock) -> None:
    throttle = Throttle(clock)

    waits = [throttle.begin(f"n{number}", f"2001:db8::{number:x}") for number in range(FREE_TRIES + 1)]

    assert waits[-1] > 0


# Other sites


async def test_a_form_without_its_token_changes_nothing(visitor: Visitor, house: House) -> None:
    await visitor.sign_in()

    statuses = [
        await visitor.post("/s/main/pairing/show", {}),
        await visitor.post("/s/main/pairing/show", {"csrf": "wrong"}),
        await visitor.post("/s/main/pairing/show", {"csrf": ""}),
    ]

    assert statuses == [403] * 3
    assert house.asked == []


async def test_another_sessions_form_token_is_worth_nothing(visitor: Visitor, other: Visitor, house: House) -> None:
    await visitor.sign_in()
    await other.sign_in()
    await other.get("/account")

    assert await visitor.post("/s/main/pairing/show", {"csrf": other.csrf}) == 403
    assert house.asked == []


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://[x"}],
)
async def test_what_another_site_has_a_browser_send_is_refused_even_with_the_token(
    visitor: Visitor, house: House, headers: dict[str, str]
) -> None:
    await visitor.sign_in()
    await visitor.get("/account")

    assert await visitor.post("/s/main/pairing/show", {"csrf": visitor.csrf}, **headers) == 403
    assert await visitor.post("/login", {"name": OWNER, "password": PASSWORD}, **headers) == 403
    assert house.asked == []


async def test_a_form_of_ours_is_taken(visitor: Visitor, house: House) -> None:
    await visitor.sign_in()

    assert await visitor.submit("/account", "/s/main/pairing/show", {}) == 303
    assert house.asked == [("show_qr", "main")]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),
        ("evil.example:8080", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost:1", 303),
        ("127.0.0.1", 303),
        ("[::1]:8080", 303),
        ("192.168.1.5:8080", 303),
        ("salon.example.org", 421),
    ],
)
async def test_a_name_that_is_not_ours_is_not_answered(visitor: Visitor, host: str, status: int) -> None:
    assert await visitor.get("/salons", Host=host) == status
    assert await visitor.get("/login", Host=host) == (421 if status == 421 else 200)
    async with visitor.http.get("/health", headers={"Host": host}) as answer:
        assert answer.status == 200


async def test_our_public_name_is_ours(
    house: House, database: Database, clock: HandClock, passwords: Passwords
) -> None:
    async with serving(house, database, clock, passwords, BEHIND_TLS) as secure, visiting(secure) as visitor:
        assert await visitor.get("/login", Host="salon.example.org") == 200


# Salons of others


async def test_a_helper_sees_their_salon_and_no_trace_of_the_others(visitor: Visitor) -> None:
    await visitor.sign_in(HELPER, HELPERS)

    assert await visitor.get("/") == 303
    assert visitor.headers["Location"] == "/s/nord/pairing"
    assert await visitor.get("/s/nord/pairing") == 200
    assert await visitor.get("/salons") == 200
    assert "Северный" in visitor.text
    assert "main" not in visitor.text.replace("<main", "").replace("</main", "")


@pytest.mark.parametrize(
    "path", ["/s/main/pairing", "/s/main/pairing/part", "/s/main/pairing/unlink", "/s/none/pairing"]
)
async def test_a_salon_that_is_not_theirs_is_not_there(visitor: Visitor, path: str) -> None:
    await visitor.sign_in(HELPER, HELPERS)

    assert await visitor.get(path) == 404


async def test_a_helper_changes_nothing_of_another_salon_nor_anybodys_account(
    visitor: Visitor, house: House, accounts: Accounts
) -> None:
    await visitor.sign_in(HELPER, HELPERS)
    before = await accounts.all()
    owner = next(one for one in before if one.is_owner)
    me = next(one for one in before if not one.is_owner)

    statuses = [
        await visitor.submit("/account", path, form)
        for path, form in (
            ("/s/main/pairing/show", {}),
            ("/s/main/pairing/unlink", {}),
            ("/accounts", {"name": "new", "password": "long enough now", "salon": "main"}),
            (f"/accounts/{me.id}/salons", {"salon": "main"}),
            (f"/accounts/{owner.id}/remove", {}),
        )
    ]

    assert statuses == [404, 404, 403, 403, 403]
    assert house.asked == []
    assert await accounts.all() == before


# The first link


@pytest.fixture
async def link(accounts: Accounts, clock: HandClock, site: RunningSite) -> str:
    return (await Links(accounts, clock).offer("http://x")).removeprefix("http://x")


def chosen(name: str = "Новая", password: str = PASSWORD, again: str = PASSWORD) -> dict[str, str]:
    return {"name": name, "password": password, "again": again}


async def test_the_link_makes_an_owner_once(visitor: Visitor, other: Visitor, link: str) -> None:
    assert await visitor.get(link) == 200
    assert await visitor.post(link, chosen()) == 303
    assert await visitor.get("/s/main/pairing") == 200

    assert await other.get(link) == 410
    assert await other.post(link, chosen("Чужой")) == 410
    assert await other.get("/salons") == 303


async def test_looking_at_the_link_does_not_use_it_up(visitor: Visitor, other: Visitor, link: str) -> None:
    for _ in range(3):
        assert await other.get(link) == 200
    assert await visitor.post(link, chosen(again="differs!!!")) == 422

    assert await visitor.post(link, chosen()) == 303


async def test_the_link_runs_out_and_a_newer_one_takes_its_place(
    visitor: Visitor, link: str, accounts: Accounts, clock: HandClock
) -> None:
    newer = (await Links(accounts, clock).offer("http://x")).removeprefix("http://x")
    assert [await visitor.get(link), await visitor.get(newer)] == [410, 200]

    clock.advance(seconds=LINK_LASTS.total_seconds() + 1)

    assert await visitor.post(newer, chosen()) == 410


async def test_a_forgotten_password_is_replaced_by_the_link_and_every_browser_is_out(
    visitor: Visitor, other: Visitor, link: str
) -> None:
    await other.sign_in()

    assert await visitor.post(link, chosen(OWNER, "новый пароль хороший", "новый пароль хороший")) == 303

    assert await other.get("/salons") == 303
    assert await other.sign_in() == 403
    assert await other.sign_in(password="новый пароль хороший") == 303


async def test_the_link_takes_no_helpers_name(visitor: Visitor, link: str) -> None:
    assert await visitor.post(link, chosen(HELPER)) == 422
    assert "Это имя уже занято." in visitor.text
    assert await visitor.post(link, chosen()) == 303


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (chosen(""), "Имя нужно"),
        (chosen("x" * 81), "Имя нужно"),
        (chosen("a\x00b"), "Имя нужно"),
        (chosen(password="short", again="short"), "короче 10"),
        (chosen(password="x" * 201, again="x" * 201), "длиннее 200"),
        (chosen("марина иванова", "Марина Иванова", "Марина Иванова"), "совпадать с именем"),
        (chosen(again="другой пароль"), "не совпали"),
        ({}, "Имя нужно"),
    ],
)
async def test_a_poor_name_or_password_is_told_why(
    visitor: Visitor, link: str, form: dict[str, str], said: str
) -> None:
    assert await visitor.post(link, form) == 422
    assert said in visitor.text


async def test_where_nobody_has_an_account_the_login_page_says_how_to_get_one(
    house: House, database: Database, clock: HandClock, passwords: Passwords
) -> None:
    async with serving(house, database, clock, passwords) as site, visiting(site) as visitor:
        await visitor.get("/login")

    assert "salonbot login" in visitor.text
    assert 'type="password"' not in visitor.text


# Accounts


async def test_a_changed_password_lets_in_and_the_old_one_does_not(visitor: Visitor, other: Visitor) -> None:
    await visitor.sign_in()
    await other.sign_in()
    form = {"current": PASSWORD, "password": "совсем другой пароль", "again": "совсем другой пароль"}

    assert await visitor.submit("/account", "/account/password", form) == 303

    assert await visitor.get("/salons") == 200, "this browser stays in"
    assert await other.get("/salons") == 303
    assert await other.sign_in() == 403
    assert await other.sign_in(password="совсем другой пароль") == 303


async def test_the_password_is_not_changed_by_whoever_does_not_know_it(visitor: Visitor) -> None:
    await visitor.sign_in()
    form = {"current": "wrong", "password": "совсем другой пароль", "again": "совсем другой пароль"}

    statuses = [await visitor.submit("/account", "/account/password", form) for _ in range(FREE_TRIES + 1)]

    assert statuses == [403] * FREE_TRIES + [429]
    assert await visitor.sign_in() == 303


async def test_an_owner_lets_a_helper_in_and_out_again(visitor: Visitor, other: Visitor, accounts: Accounts) -> None:
    await visitor.sign_in()
    form = {"name": "Катя", "password": "ножницы расчёска", "salon": "main"}
    assert await visitor.submit("/account", "/accounts", form) == 303
    made = next(one for one in await accounts.all() if one.name == "Катя")
    assert await other.sign_in("катя", "ножницы расчёска") == 303
    assert [await other.get(f"/s/{salon}/pairing") for salon in ("main", "nord")] == [200, 404]

    await visitor.submit("/account", f"/accounts/{made.id}/salons", {"salon": "nord"})
    assert [await other.get(f"/s/{salon}/pairing") for salon in ("main", "nord")] == [404, 200]

    await visitor.submit("/account", f"/accounts/{made.id}/remove", {})
    assert await other.get("/s/nord/pairing") == 303
    assert await other.sign_in("катя", "ножницы расчёска") == 403


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "оЛЯ", "password": "long enough now", "salon": "main"}, "уже занято"),
        ({"name": "Катя", "password": "long enough now"}, "хотя бы один салон"),
        ({"name": "Катя", "password": "long enough now", "salon": "none"}, "хотя бы один салон"),
        ({"name": "", "password": "long enough now", "salon": "main"}, "Имя нужно"),
        ({"name": "Катя", "password": "short", "salon": "main"}, "короче 10"),
    ],
)
async def test_a_helpers_account_that_cannot_be_made_is_told_why(
    visitor: Visitor, form: dict[str, str], said: str
) -> None:
    await visitor.sign_in()

    assert await visitor.submit("/account", "/accounts", form) == 422
    assert said in visitor.text


@pytest.mark.parametrize("number", ["0", "999", "-1", "x", "9" * 30, "１"])
async def test_an_account_that_is_not_there_is_not_found(visitor: Visitor, number: str) -> None:
    await visitor.sign_in()

    assert await visitor.submit("/account", f"/accounts/{number}/remove", {}) == 404


async def test_an_owner_cannot_be_removed(visitor: Visitor, accounts: Accounts) -> None:
    await visitor.sign_in()
    owner = next(one for one in await accounts.all() if one.is_owner)

    assert await visitor.submit("/account", f"/accounts/{owner.id}/remove", {}) == 404
    assert owner in await accounts.all()


async def test_a_language_that_was_chosen_stays_with_the_account(visitor: Visitor, other: Visitor) -> None:
    await visitor.sign_in()
    assert await visitor.submit("/account", "/account/language", {"language": "en"}) == 303
    await visitor.get("/account")
    assert '<html lang="en">' in visitor.text

    await other.sign_in()
    await other.get("/account")
    assert '<html lang="en">' in other.text
    assert await visitor.submit("/account", "/account/language", {"language": "xx"}) == 422


async def test_another_language_is_a_click_away_and_the_page_stays_where_it_was(visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.get("/account?day=2026-11-25&lang=ru&q=a%26b")

    assert 'href="?day=2026-11-25&amp;q=a%26b&amp;lang=en"' in visitor.text


async def test_the_way_to_another_salon_leads_to_the_same_page_of_it(visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.get("/s/main/pairing/unlink")
    assert 'href="/s/nord/pairing"' in visitor.text

    await visitor.get("/account")
    assert 'href="/s/nord/today"' in visitor.text


async def test_pages_about_all_salons_lead_back_to_the_one_that_was_looked_at_last(visitor: Visitor) -> None:
    await visitor.sign_in()
    for salon in ("nord", "main"):
        await visitor.get(f"/s/{salon}/pairing")
        await visitor.get("/s/none/pairing")
        await visitor.get("/account")
        rail = visitor.text.partition('<nav class="rail"')[2].partition("</nav>")[0]
        assert re.findall(r'href="/s/(\w+)/', rail) == [salon]


@pytest.mark.parametrize(
    ("language", "said"), [("ru", "Страница устарела: откройте её заново"), ("en", "This form is out of date: open")]
)
async def test_a_form_of_yesterday_is_refused_in_the_readers_language(
    visitor: Visitor, language: str, said: str
) -> None:
    await visitor.sign_in()
    await visitor.get(f"/account?lang={language}")

    assert await visitor.post("/account/language", {"language": "en", "csrf": "yesterday's"}) == 403
    assert said in visitor.text
    assert await visitor.post("/account/language", {"csrf": "yesterday's"}, Accept="application/json") == 403
    assert '"This form is out of date: open the page again."' in visitor.text


# Refusals of WhatsApp's, in the owner's words


async def test_a_code_that_whatsapp_does_not_give_is_told(visitor: Visitor, house: House) -> None:
    house.refusal = SalonbotError("the phone number is too short")
    await visitor.sign_in()

    assert await visitor.submit("/account", "/s/main/pairing/by-phone", {"phone": "+7 999 000-11-22"}) == 422

    assert "WhatsApp не дал кода" in visitor.text
    assert "too short" in visitor.text
    assert house.asked == [("pair_with_code 79990001122", "main")]


async def test_a_device_that_whatsapp_still_lists_is_told_of(visitor: Visitor, house: House) -> None:
    house.refusal = SalonbotError("away")
    await visitor.sign_in()

    await visitor.submit("/account", "/s/main/pairing/unlink", {})
    await visitor.get("/s/main/pairing")

    assert "уберите устройство и на телефоне" in visitor.text


async def test_what_was_said_once_is_not_said_again(visitor: Visitor) -> None:
    await visitor.sign_in()
    await visitor.submit("/account", "/s/main/pairing/unlink", {})

    await visitor.get("/s/main/pairing")
    assert "Телефон отвязан." in visitor.text
    await visitor.get("/s/main/pairing")
    assert "Телефон отвязан." not in visitor.text


def test_a_link_lasts_a_day() -> None:
    assert timedelta(hours=24) == LINK_LASTS

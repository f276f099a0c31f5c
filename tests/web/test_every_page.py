"""What holds for every page, whoever wrote it: the router is asked what there is, so a new page is held to it too."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salonbot.web.access.openness import Openness
from tests.web.whole_house import HELPER, HELPERS, IMAGE, SCRIPT, Page, Route, Visitor, WholeHouse, whole_house

OPEN = {
    ("GET", "/health"),
    ("GET", "/favicon.ico"),
    ("GET", "/static/{file}"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/welcome/{token}"),
    ("POST", "/welcome/{token}"),
    ("POST", "/webhook/whatsapp"),
    ("POST", "/webhook/whatsapp/{salon}"),
    ("POST", "/webhook/yclients/{secret}"),
}
"""All that needs no key. A line more here is a decision, not a detail."""

LARGEST_PAGE_BYTES = 100_000
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=(?=[\"'])|javascript:", re.IGNORECASE)
OF_MAIN = re.compile(r'"main"|/s/main|Салон (?:<|&lt;)')
STORED = re.compile(r"<script>alert|<img src=x", re.IGNORECASE)


@pytest.fixture(scope="module")
def house(sandbox_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHouse]:
    with whole_house(sandbox_directory, tmp_path_factory.mktemp("house") / "state") as opened:
        yield opened


@pytest.fixture(scope="module")
def owner(house: WholeHouse) -> Visitor:
    visitor = house.visitor()
    visitor.sign_in()
    return visitor


@pytest.fixture(scope="module")
def pages(house: WholeHouse, owner: Visitor) -> dict[str, Page]:
    return house.pages(owner)


def closed(house: WholeHouse) -> list[Route]:
    return [route for route in house.routes if route.openness is Openness.CLOSED]


def test_nothing_is_open_but_what_was_decided_to_be(house: WholeHouse) -> None:
    opened = {(route.method, route.pattern) for route in house.routes if route.openness is not Openness.CLOSED}

    assert opened == OPEN


def test_every_other_route_refuses_those_who_are_not_signed_in(house: WholeHouse) -> None:
    stranger = house.visitor()

    for route in closed(house):
        address = route.address(salon="main")
        looked = stranger.ask(route.method, address)
        assert looked.status == (303 if route.method == "GET" else 401), route
        if looked.status == 303:
            assert looked.headers["Location"].startswith("/login?next="), route
        asked = stranger.ask(route.method, address, headers={"Accept": "*/*"})
        assert (asked.status, list(json.loads(asked.body))) == (401, ["error"]), route


def test_every_page_of_a_salon_is_hidden_from_those_of_another(house: WholeHouse) -> None:
    helper = house.visitor()
    helper.sign_in(HELPER, HELPERS)
    form = Page.of("/account", helper.get("/account").text).forms[0].fields["csrf"]

    of_salons = [route for route in closed(house) if "{salon}" in route.pattern]
    assert len(of_salons) > 8
    for route in of_salons:
        ask = helper.post(route.address(salon="main"), {"csrf": form}) if route.method == "POST" else None
        answer = ask or helper.ask(route.method, route.address(salon="main"))
        assert answer.status == 404, route


def test_no_page_of_the_house_tells_those_of_another_salon_that_this_one_is_there(house: WholeHouse) -> None:
    helper = house.visitor()
    helper.sign_in(HELPER, HELPERS)

    of_house = [route for route in closed(house) if "{salon}" not in route.pattern and route.method == "GET"]
    assert len(of_house) > 8
    for route in of_house:
        for accepted in ("text/html", "*/*"):
            answer = helper.get(route.address(), Accept=accepted)
            assert OF_MAIN.search(answer.text) is None, route


def test_every_change_wants_the_forms_own_token(house: WholeHouse, owner: Visitor) -> None:
    for route in closed(house):
        if route.method not in ("GET", "*"):
            answer = owner.post(route.address(salon="main"), {"csrf": "made up"})
            assert answer.status in (403, 405), route


def test_there_are_pages(pages: dict[str, Page]) -> None:
    assert {"/s/main/pairing", "/account", "/salons"} <= pages.keys()


def test_every_page_is_small_and_brings_nothing_from_elsewhere(pages: dict[str, Page]) -> None:
    for address, page in pages.items():
        assert len(page.text.encode()) < LARGEST_PAGE_BYTES, address
        assert all(one.startswith("/static/") for one in page.fetched), (address, page.fetched)
        assert INLINE.search(page.text) is None, address


def test_no_script_that_somebody_stored_survives(pages: dict[str, Page]) -> None:
    assert any("&lt;script&gt;alert" in page.text for page in pages.values()), "the names are shown at all"
    for address, page in pages.items():
        assert STORED.search(page.text) is None, address


def test_every_page_is_there_in_english_too(pages: dict[str, Page], owner: Visitor) -> None:
    for address, page in pages.items():
        if "<html" in page.text and "lang=" not in address:
            answer = owner.get(f"{address}{'&' if '?' in address else '?'}lang=en")
            assert answer.status == 200, address
            assert '<html lang="en">' in answer.text, address
    owner.get("/account?lang=ru")


def test_every_page_says_what_it_is_and_labels_what_can_be_filled_in(pages: dict[str, Page]) -> None:
    for address, page in pages.items():
        if "<html" not in page.text:
            continue
        assert len(re.findall(r"<h1\b", page.text)) == 1, address
        assert re.search(r"<title>\S.*</title>", page.text), address
        ids = re.findall(r'\sid="([^"]+)"', page.text)
        assert len(ids) == len(set(ids)), address
        for tag in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page.text):
            if 'type="hidden"' in tag or "aria-label" in tag:
                continue
            known = re.search(r'\sid="([^"]+)"', tag)
            is_wrapped = re.search(r"<label\b[^>]*>[^<]*" + re.escape(tag), page.text) is not None
            assert is_wrapped or (known and f'for="{known[1]}"' in page.text), (address, tag)


TEXTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [SCRIPT, IMAGE, "", " ", "0", "-1", "1e999", "NaN", "9" * 40, "2026-11-25", "2026-02-30", "25:61", "10:00",
         "main", "x" * 800, "\x00", "\ud800", "'; DROP TABLE account; --", "{{ 7*7 }}", "../../etc/passwd", "on"]
    ),
)  # fmt: skip
NO_DEADLINE = settings(
    max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def test_whatever_is_put_into_a_form_nothing_breaks_and_no_script_survives(house: WholeHouse) -> None:
    visitor = house.visitor()
    visitor.sign_in()
    known = {form.action: dict(form.fields) for page in house.pages(visitor).values() for form in page.forms}
    names = sorted({name for fields in known.values() for name in fields})
    posted = [route.address(salon="main") for route in closed(house) if route.method == "POST"]
    actions = sorted({*known, *posted})
    assert len(actions) > 10

    @given(st.data())
    @NO_DEADLINE
    def submit(data: st.DataObject) -> None:
        action = data.draw(st.sampled_from(actions))
        form = known.get(action) or dict.fromkeys(data.draw(st.lists(st.sampled_from(names), max_size=5)), "")
        changed = {name: data.draw(TEXTS | st.just(value)) for name, value in form.items()}
        if visitor.get("/salons").status != 200:
            visitor.sign_in()
        changed["csrf"] = _csrf(visitor)
        answer = visitor.post(action, changed)
        assert answer.status < 500, (action, changed)
        assert STORED.search(answer.text) is None, (action, changed)

    submit()
    if visitor.get("/salons").status != 200:
        visitor.sign_in()
    for address, page in house.pages(visitor).items():
        assert STORED.search(page.text) is None, address


def test_whatever_is_asked_for_nothing_breaks(house: WholeHouse, pages: dict[str, Page]) -> None:
    visitor = house.visitor()
    visitor.sign_in()
    links = [link for page in pages.values() for link in page.links]
    names = sorted({name for link in links for name in re.findall(r"[?&]([a-z_-]+)=", link)} | {"lang", "next", "q"})
    looked_at = [route for route in house.routes if route.method == "GET" and not route.pattern.endswith("/live")]

    @given(st.data())
    @NO_DEADLINE
    def look(data: st.DataObject) -> None:
        route = data.draw(st.sampled_from(looked_at))
        parts = {name: data.draw(TEXTS) for name in re.findall(r"{(\w+)", route.pattern)}
        if "salon" in parts and data.draw(st.booleans()):
            parts["salon"] = "main"
        query = data.draw(st.dictionaries(st.sampled_from(names), TEXTS, max_size=4))
        answer = visitor.get(_address(route, parts, query))
        is_told = route.pattern == "/ready" and answer.status == 503  # no phone is linked to this house
        assert answer.status < 500 or is_told, (route, parts, query)
        if answer.headers.get_content_type() != "text/html":
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            return
        assert STORED.search(answer.text) is None, (route, parts, query)

    look()


def test_whatever_a_stranger_puts_into_the_doors_nothing_breaks(house: WholeHouse) -> None:
    stranger = house.visitor()
    doors = [route for route in house.routes if route.method == "POST" and route.openness is not Openness.CLOSED]

    @given(st.data())
    @NO_DEADLINE
    def knock(data: st.DataObject) -> None:
        address = data.draw(st.sampled_from(doors)).address(salon="main")
        form = data.draw(st.dictionaries(st.sampled_from(["name", "password", "again", "csrf"]), TEXTS))
        kind = data.draw(
            st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", "x"])
        )
        body = urlencode(form, errors="surrogatepass") if data.draw(st.booleans()) else data.draw(st.text())
        charset = data.draw(st.sampled_from(["", "; charset=utf-8", "; charset=none", "; boundary=x", "; boundary="]))
        answer = stranger.ask("POST", address, body.encode("utf-8", "replace"), {"Content-Type": kind + charset})
        assert 400 <= answer.status < 500, (address, body, kind, charset)
        assert STORED.search(answer.text) is None, (address, body)

    knock()


def _csrf(visitor: Visitor) -> str:
    return Page.of("/account", visitor.get("/account").text).forms[0].fields["csrf"]


def _address(route: Route, parts: dict[str, str], query: dict[str, str]) -> str:
    safe = {name: value.encode("utf-8", "replace").decode() for name, value in parts.items()}
    return f"{route.address(**safe)}?{urlencode(query, errors='surrogatepass')}"

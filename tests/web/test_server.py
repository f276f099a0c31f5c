"""The pages over a real socket, as a script that has the token sees them: health, status, salons, the QR code."""

import os
import re
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from salonbot.errors import StateError, StateUnavailable
from salonbot.journal.database import Database
from salonbot.web.access.guard import Guard
from salonbot.web.pairing import Pairing
from salonbot.web.salons import Salons
from salonbot.web.server import LARGEST_BODY_BYTES, RunningSite, application, start
from salonbot.web.status import Health
from salonbot.web.token import token
from tests.clocks import HandClock
from tests.journal_fixtures import clock, database
from tests.stories.small_disk import small_disk
from tests.web.house import BEARER, SCRIPT, House, guard_of

__all__ = ["clock", "database"]


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def guard(database: Database, clock: HandClock) -> Guard:
    return guard_of(database, clock)


@pytest.fixture
async def site(house: House, guard: Guard) -> AsyncIterator[RunningSite]:
    app = application(house, guard)
    app.add_routes([*Salons().routes(), *Pairing(house).routes()])
    running = await start(app, "127.0.0.1", 0)
    yield running
    await running.close()


@pytest.fixture
async def visitor(site: RunningSite) -> AsyncIterator[aiohttp.ClientSession]:
    """A script that has the token."""
    async with aiohttp.ClientSession(site.url, headers=BEARER) as session:
        yield session


async def test_a_well_house_is_ok(visitor: aiohttp.ClientSession) -> None:
    async with visitor.get("/health") as answer:
        assert answer.status == 200
        assert await answer.json() == {"status": "ok", "uptime_seconds": 12.3}


async def test_a_house_whose_journal_fails_is_not(house: House, visitor: aiohttp.ClientSession) -> None:
    house.well = Health(False, 12.34, "disk is full; last was +79161234567")

    async with visitor.get("/health") as answer:
        assert answer.status == 503
        assert await answer.json() == {
            "status": "failing",
            "uptime_seconds": 12.3,
            "detail": "disk is full; last was …4567",
        }


async def test_a_journal_that_does_not_answer_is_not_waited_for(house: House, guard: Guard) -> None:
    house.answers.clear()
    site = await start(application(house, guard, health_seconds=0.01), "127.0.0.1", 0)

    async with aiohttp.ClientSession(site.url) as visitor, visitor.get("/health") as answer:
        assert answer.status == 503

    await site.close()


async def test_status_tells_everything_but_numbers_and_the_code(house: House, visitor: aiohttp.ClientSession) -> None:
    house.extra = {"last": {"79161234567@s.whatsapp.net": ["+7 916 123-45-67"]}, "turns": 7}

    async with visitor.get("/status") as answer:
        text = await answer.text()
        told = await answer.json()

    assert told["last"] == {"…4567@s.whatsapp.net": ["…4567"]}
    assert told["turns"] == 7
    (salon,) = told["salons"]
    assert (salon["id"], salon["session"], salon["counts"]) == ("main", "pairing", {"messages": 5})
    assert salon["pairing"] == {"seconds_left": 17}
    assert "secret-code" not in text


async def test_the_list_names_every_salon_and_escapes_it(visitor: aiohttp.ClientSession) -> None:
    async with visitor.get("/salons") as answer:
        page = await answer.text()

    assert 'href="/s/main/pairing"' in page
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


async def test_the_only_salon_s_page_is_the_first_page(visitor: aiohttp.ClientSession) -> None:
    async with visitor.get("/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/s/main/pairing")


async def test_the_old_address_of_the_code_leads_to_the_new_one(visitor: aiohttp.ClientSession) -> None:
    async with visitor.get("/qr/main", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (301, "/s/main/pairing")


async def test_the_pairing_page_draws_the_code(visitor: aiohttp.ClientSession) -> None:
    async with visitor.get("/s/main/pairing") as answer:
        page = await answer.text()

    assert "<svg" in page
    assert "secret-code" not in page


async def test_after_the_code_has_run_out_the_page_offers_another(house: House, visitor: aiohttp.ClientSession) -> None:
    house.main = replace(house.main, pairing=None, session="unpaired")

    async with visitor.get("/s/main/pairing") as answer:
        assert 'action="/s/main/pairing/show"' in await answer.text()
    async with visitor.post("/s/main/pairing/show", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/s/main/pairing")

    assert house.asked == [("show_qr", "main")]


async def test_every_answer_carries_the_security_headers(visitor: aiohttp.ClientSession) -> None:
    for path in ("/salons", "/health", "/status", "/s/main/pairing", "/s/none/pairing", "/none"):
        async with visitor.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Server"] == "salonbot"


async def test_no_page_has_a_script_or_a_style_in_itself(visitor: aiohttp.ClientSession) -> None:
    for path in ("/salons", "/s/main/pairing", "/none"):
        async with visitor.get(path, headers={"Accept": "text/html"}) as answer:
            page = await answer.text()
            assert re.search(r"<script(?! src=./static/[a-z]+\.js\?v=)", page) is None
            assert re.search(r"<style|style=|\bon[a-z]+=", page) is None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", f"/s/{SCRIPT}/pairing", 404),
        ("GET", "/s/none/pairing", 404),
        ("DELETE", "/status", 405),
        ("POST", "/health", 405),
    ],
)
async def test_what_is_not_there_is_refused_in_plain_words(
    visitor: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    async with visitor.request(method, path, headers={"Accept": "text/html"}) as answer:
        page = await answer.text()
        assert answer.status == status
        assert SCRIPT not in page
        assert "Traceback" not in page


async def test_a_body_without_end_is_cut_off(visitor: aiohttp.ClientSession) -> None:
    async with visitor.post("/s/main/pairing/by-phone", data={"phone": "x" * (LARGEST_BODY_BYTES + 1)}) as answer:
        assert answer.status == 413


async def test_a_port_in_use_is_told_with_its_number(site: RunningSite, house: House, guard: Guard) -> None:
    with pytest.raises(StateError, match=rf"port {site.port} on 127.0.0.1 is in use .* \[web\] port"):
        await start(application(house, guard), "127.0.0.1", site.port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "x" * 300, "ы..ы"])
async def test_a_foreign_host_is_told_in_plain_words(house: House, guard: Guard, host: str) -> None:
    with pytest.raises(StateError, match=r"is no address of this machine"):
        await start(application(house, guard), host, 0)


def test_the_token_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "web-token"

    made = token(file)

    assert token(file) == made
    assert len(made) >= 32
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert token(tmp_path / "other") != made


def test_a_full_disk_leaves_no_half_a_token_behind(tmp_path: Path) -> None:
    with small_disk(tmp_path) as disk:
        file = disk.seen / "web-token"
        disk.fill()
        with pytest.raises(StateUnavailable, match="No space left"):
            token(file)
        disk.make_room()

        assert token(file) == token(file)


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 30])
def test_a_token_file_that_was_cut_off_protects_nothing_and_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "web-token").write_bytes(content)

    with pytest.raises(StateError, match="remove it"):
        token(tmp_path / "web-token")

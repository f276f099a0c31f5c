"""The pages over a real socket: health, status without anybody's number, the QR code, and the token before a change."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from salonbot.errors import StateError
from salonbot.model.salon import SalonId
from salonbot.web.server import LARGEST_BODY_BYTES, RunningSite, application, start
from salonbot.web.status import Health, PairingCode, SalonStatus
from salonbot.web.token import token

TOKEN = "a-token-of-twenty-four-ch"
SCRIPT = "<script>alert(1)</script>"


class House:
    """A house that says what it was told to say."""

    def __init__(self) -> None:
        self.well = Health(True, 12.34)
        self.answers = asyncio.Event()
        self.answers.set()
        self.extra: Mapping[str, object] = {"version": "1", "queue": {"waiting": 3}}
        self.main = SalonStatus(
            SalonId("main"),
            f"Салон {SCRIPT}",
            "pairing",
            since=datetime(2026, 11, 24, 9, tzinfo=UTC),
            advice="Scan the code.",
            pairing=PairingCode("2@secret-code,abc", 17.2),
            counts={"messages": 5},
        )
        self.shown: list[SalonId] = []

    async def health(self) -> Health:
        await self.answers.wait()
        return self.well

    async def status(self) -> Mapping[str, object]:
        return self.extra

    def salons(self) -> tuple[SalonStatus, ...]:
        return (self.main,)

    async def show_qr(self, salon: SalonId) -> None:
        self.shown.append(salon)


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
async def site(house: House) -> AsyncIterator[RunningSite]:
    running = await start(application(house, token=TOKEN), "127.0.0.1", 0)
    yield running
    await running.close()


@pytest.fixture
async def visitor(site: RunningSite) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(site.url) as session:
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


async def test_a_journal_that_does_not_answer_is_not_waited_for(house: House) -> None:
    house.answers.clear()
    site = await start(application(house, token=TOKEN, health_seconds=0.01), "127.0.0.1", 0)

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


async def test_the_overview_names_every_salon_and_escapes_it(visitor: aiohttp.ClientSession) -> None:
    async with visitor.get("/") as answer:
        page = await answer.text()

    assert "pairing" in page
    assert 'href="/qr/main"' in page
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page


async def test_the_pairing_page_draws_the_code_and_looks_again(visitor: aiohttp.ClientSession) -> None:
    async with visitor.get("/qr/main") as answer:
        page = await answer.text()

    assert "<svg" in page
    assert 'http-equiv="refresh"' in page
    assert "another 18 s" in page
    assert "secret-code" not in page


async def test_after_the_code_has_run_out_the_page_offers_another(house: House, visitor: aiohttp.ClientSession) -> None:
    house.main = replace(house.main, pairing=None, session="unpaired")

    async with visitor.get("/qr/main") as answer:
        page = await answer.text()

    assert 'action="/qr/main/show"' in page
    assert 'http-equiv="refresh"' not in page


async def test_asking_for_a_code_wants_the_token(house: House, visitor: aiohttp.ClientSession) -> None:
    wrong = [
        visitor.post("/qr/main/show"),
        visitor.post("/qr/main/show", data={"token": "wrong"}),
        visitor.post("/qr/main/show", data={"token": ""}),
        visitor.post("/qr/main/show", headers={"Authorization": "Bearer wrong"}),
        visitor.post("/qr/main/show", headers={"Authorization": f"Basic {TOKEN}"}),
        visitor.post("/qr/main/show", params={"token": TOKEN}),
        visitor.post("/qr/none/show"),
    ]
    for request in wrong:
        async with request as answer:
            assert answer.status == 401
    assert house.shown == []


@pytest.mark.parametrize("way", ["form", "bearer"])
async def test_with_the_token_a_code_is_shown_again(house: House, visitor: aiohttp.ClientSession, way: str) -> None:
    given = {"data": {"token": TOKEN}} if way == "form" else {"headers": {"Authorization": f"Bearer {TOKEN}"}}

    async with visitor.post("/qr/main/show", allow_redirects=False, **given) as answer:  # type: ignore[arg-type]
        assert (answer.status, answer.headers["Location"]) == (303, "/qr/main")

    assert house.shown == ["main"]


async def test_every_answer_carries_the_security_headers(visitor: aiohttp.ClientSession) -> None:
    for path in ("/", "/health", "/status", "/qr/main", "/qr/none", "/none", "/style.css"):
        async with visitor.get(path) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Server"] == "salonbot"


async def test_no_page_has_a_script_or_a_style_of_its_own(house: House, visitor: aiohttp.ClientSession) -> None:
    for path in ("/", "/qr/main", "/none"):
        async with visitor.get(path) as answer:
            page = await answer.text()
            assert "<script" not in page
            assert "style=" not in page


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", f"/qr/{SCRIPT}", 404), ("GET", "/qr/none", 404), ("DELETE", "/status", 405), ("POST", "/health", 405)],
)
async def test_what_is_not_there_is_refused_in_plain_words(
    visitor: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    async with visitor.request(method, path) as answer:
        page = await answer.text()
        assert answer.status == status
        assert SCRIPT not in page
        assert "Traceback" not in page


async def test_a_body_without_end_is_cut_off(visitor: aiohttp.ClientSession) -> None:
    async with visitor.post("/qr/main/show", data={"token": "x" * (LARGEST_BODY_BYTES + 1)}) as answer:
        assert answer.status == 413


async def test_a_port_in_use_is_told_with_its_number(site: RunningSite, house: House) -> None:
    with pytest.raises(StateError, match=rf"port {site.port} on 127.0.0.1 is in use .* \[web\] port"):
        await start(application(house, token=TOKEN), "127.0.0.1", site.port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "x" * 300, "ы..ы"])
async def test_a_foreign_host_is_told_in_plain_words(house: House, host: str) -> None:
    with pytest.raises(StateError, match=r"is no address of this machine"):
        await start(application(house, token=TOKEN), host, 0)


def test_the_token_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "web-token"

    made = token(file)

    assert token(file) == made
    assert len(made) >= 32
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600
    assert token(tmp_path / "other") != made


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 30])
def test_a_token_file_that_was_cut_off_protects_nothing_and_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "web-token").write_bytes(content)

    with pytest.raises(StateError, match="remove it"):
        token(tmp_path / "web-token")

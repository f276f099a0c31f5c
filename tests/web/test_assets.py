"""Stylesheets and scripts: fetched once, kept for ever, and fetched again when they have changed."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

import salonbot.web
from salonbot.journal.database import Database
from salonbot.web.assets import address, assets
from salonbot.web.server import application, start
from tests.clocks import HandClock
from tests.journal_fixtures import clock, database
from tests.web.house import House, guard_of

__all__ = ["clock", "database"]

STATIC = Path(salonbot.web.__file__).parent / "static"


@pytest.fixture
async def stranger(database: Database, clock: HandClock) -> AsyncIterator[aiohttp.ClientSession]:
    site = await start(application(House(), guard_of(database, clock)), "127.0.0.1", 0)
    async with aiohttp.ClientSession(site.url) as http:
        yield http
    await site.close()


async def test_a_file_is_kept_for_ever_under_the_address_of_its_content(stranger: aiohttp.ClientSession) -> None:
    async with stranger.get(address("style.css")) as answer:
        assert answer.status == 200
        assert answer.content_type == "text/css"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert await answer.read() == (STATIC / "style.css").read_bytes()


async def test_under_an_old_address_it_is_asked_for_again_each_time(stranger: aiohttp.ClientSession) -> None:
    async with stranger.get("/static/style.css", params={"v": "old"}) as answer:
        assert answer.headers["Cache-Control"] == "no-cache"
        tag = answer.headers["ETag"]

    async with stranger.get("/static/style.css", headers={"If-None-Match": tag}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")


@pytest.mark.parametrize("name", ["none.css", "../server.py", "..%2Fserver.py", "%2e%2e/token.py", "style.css/", ""])
async def test_nothing_else_is_to_be_had_there(stranger: aiohttp.ClientSession, name: str) -> None:
    async with stranger.get(f"/static/{name}") as answer:
        assert answer.status in (401, 404)


def test_a_file_that_is_not_there_is_a_mistake_when_the_page_is_made() -> None:
    with pytest.raises(LookupError):
        address("none.css")


def test_every_file_is_served() -> None:
    assert {file.name for file in STATIC.iterdir()} == assets().keys()


@pytest.mark.parametrize("name", sorted(assets()))
def test_no_file_brings_anything_from_elsewhere(name: str) -> None:
    text = assets()[name].body.decode("utf-8")

    assert re.findall(r"https?://(?!www\.w3\.org/)", text) == []
    assert "@import" not in text

"""The door for other systems, over real sockets and a real journal: only what is signed, fresh and new comes in."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from salonbot.journal.database import Database
from salonbot.journal.inbox import Door, Recorded
from salonbot.journal.replays import Replays
from salonbot.model.messages import IncomingMessage
from salonbot.model.salon import SalonId
from salonbot.signing import signed_headers
from salonbot.web.handed_in import Unreadable, read
from salonbot.web.server import LARGEST_BODY_BYTES, RunningSite, application, start
from salonbot.web.status import SalonStatus
from salonbot.web.webhooks import Webhooks
from tests.clocks import HandClock
from tests.journal_fixtures import clock, database, door
from tests.web.house import BEARER, House, guard_of

__all__ = ["clock", "database", "door"]

SECRETS = {"main": "secret-of-the-first", "nord": "secret-of-the-north"}
ANNAS = {"from": "+7 916 123-45-67", "message": "Привет 👋", "messageId": "A1", "timestamp": 1795510000}


class Houses(House):
    """Two salons with a secret each, and one without."""

    def salons(self) -> tuple[SalonStatus, ...]:
        named = [("main", "Арбат"), ("nord", "Север +7 916 123-45-67"), ("quiet", "Тихий")]
        return tuple(
            SalonStatus(SalonId(id_), name, "online", since=datetime(2026, 11, 24, tzinfo=UTC)) for id_, name in named
        )


@pytest.fixture
async def hooks(database: Database, door: Door, clock: HandClock) -> Webhooks:
    async def accept(message: IncomingMessage) -> Recorded:
        return await asyncio.to_thread(door.record, message)

    def secret_of(salon: str) -> SecretStr | None:
        return SecretStr(SECRETS[salon]) if salon in SECRETS else None

    return Webhooks(Houses(), accept, secret_of, Replays(database), clock, body_seconds=0.3)


@asynccontextmanager
async def listening(hooks: Webhooks, database: Database) -> AsyncIterator[RunningSite]:
    app = application(hooks.source, guard_of(database, hooks.clock))
    app.add_routes(hooks.routes())
    running = await start(app, "127.0.0.1", 0)
    yield running
    await running.close()


@pytest.fixture
async def site(hooks: Webhooks, database: Database) -> AsyncIterator[RunningSite]:
    async with listening(hooks, database) as running:
        yield running


@pytest.fixture
async def sender(site: RunningSite, clock: HandClock) -> AsyncIterator["Sender"]:
    async with aiohttp.ClientSession(site.url) as session:
        yield Sender(session, clock)


class Sender:
    """Another system."""

    def __init__(self, http: aiohttp.ClientSession, clock: HandClock) -> None:
        self.http, self.clock = http, clock

    def signed(
        self, content: object, path: str = "/webhook/whatsapp/main", secret: str = SECRETS["main"]
    ) -> dict[str, Any]:
        """A request, for `send`; whole, or changed on the way."""
        body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
        return {"path": path, "data": body, "headers": signed_headers(secret, "POST", path, body, self.clock.now())}

    async def send(self, request: dict[str, Any]) -> tuple[int, Any]:
        given = dict(request)
        async with self.http.post(given.pop("path"), **given) as answer:
            return answer.status, await answer.json()


async def messages(database: Database) -> list[tuple[str, str, str]]:
    rows = await database.rows("SELECT salon, chat, text FROM message ORDER BY seq")
    return [(row["salon"], row["chat"], row["text"]) for row in rows]


async def test_a_signed_message_is_in_the_journal_when_the_answer_comes(sender: Sender, database: Database) -> None:
    status, answer = await sender.send(sender.signed(ANNAS))

    assert status == 202
    assert answer == {
        "salon": "main",
        "recorded": [{"messageId": "A1", "new": True, "will_be_answered": True}],
    }
    assert await messages(database) == [("main", "pn:79161234567", "Привет 👋")]
    (contact,) = await database.rows("SELECT reply_to, phone FROM contact")
    assert tuple(contact) == ("79161234567@s.whatsapp.net", "79161234567")


async def test_without_a_salon_the_first_is_meant_and_each_has_its_own_secret(
    sender: Sender, database: Database
) -> None:
    first, _ = await sender.send(sender.signed(ANNAS, "/webhook/whatsapp"))
    north, _ = await sender.send(sender.signed(ANNAS, "/webhook/whatsapp/nord", SECRETS["nord"]))
    wrong, _ = await sender.send(sender.signed(ANNAS, "/webhook/whatsapp/nord", SECRETS["main"]))

    assert (first, north, wrong) == (202, 202, 401)
    assert [salon for salon, *_ in await messages(database)] == ["main", "nord"]


async def test_several_messages_are_taken_in_order_and_a_known_one_is_not_new(
    sender: Sender, database: Database
) -> None:
    await sender.send(sender.signed(ANNAS))
    more = {**ANNAS, "messageId": "A2", "message": "и ещё"}

    status, answer = await sender.send(sender.signed({"messages": [ANNAS, more], "companyId": 962302}))

    assert status == 202
    assert [one["new"] for one in answer["recorded"]] == [False, True]
    assert [text for *_, text in await messages(database)] == ["Привет 👋", "и ещё"]


async def test_what_was_written_long_ago_is_kept_and_not_answered(sender: Sender, clock: HandClock) -> None:
    old = {**ANNAS, "timestamp": (clock.now() - timedelta(days=2)).isoformat()}

    _, answer = await sender.send(sender.signed(old))

    assert answer["recorded"][0]["will_be_answered"] is False


async def test_the_same_request_is_refused_a_second_time_also_after_a_restart(
    sender: Sender, hooks: Webhooks, database: Database, clock: HandClock
) -> None:
    request = sender.signed(ANNAS)
    louder = {**request, "headers": {**request["headers"], "x-signature": request["headers"]["x-signature"].upper()}}

    statuses = [(await sender.send(one))[0] for one in (request, request, louder)]
    again = await Database.open(database.path)
    restarted = Webhooks(hooks.source, hooks.accept, hooks.secret_of, Replays(again), clock)
    async with listening(restarted, again) as site, aiohttp.ClientSession(site.url) as http:
        statuses.append((await Sender(http, clock).send(request))[0])
    await again.close()

    assert statuses == [202, 409, 409, 409]


async def test_a_request_from_a_fast_clock_is_refused_again_for_as_long_as_its_time_holds(
    sender: Sender, clock: HandClock, database: Database
) -> None:
    clock.advance(minutes=4, seconds=59)
    request = sender.signed(ANNAS)
    clock.advance(minutes=-4, seconds=-59)

    statuses = []
    for _ in range(4):
        statuses.append((await sender.send(request))[0])
        clock.advance(minutes=3, seconds=18)
    await sender.send(sender.signed({**ANNAS, "messageId": "A2"}))

    assert statuses == [202, 409, 409, 409]
    assert len(await database.rows("SELECT * FROM webhook_seen")) == 1


async def test_of_many_at_the_same_moment_one_is_let_in(sender: Sender) -> None:
    request = sender.signed(ANNAS)

    async with asyncio.TaskGroup() as tasks:
        sent = [tasks.create_task(sender.send(request)) for _ in range(20)]

    assert sorted(task.result()[0] for task in sent) == [202] + [409] * 19


@pytest.mark.parametrize(
    "change",
    [
        {"data": json.dumps({**ANNAS, "message": "другое"}).encode()},
        {"path": "/webhook/whatsapp"},
        {"path": "/webhook/whatsapp/nord"},
        {"path": "/webhook/whatsapp/main?x=1"},
        {"headers": {"x-timestamp": "1795510800001"}},
        {"headers": {"x-signature": "0" * 64}},
        {"headers": {"x-signature": "подпись"}},
        {"headers": {"x-signature": ""}},
        {"headers": {"x-timestamp": "вчера"}},
    ],
    ids=["body", "no salon", "other salon", "query", "time", "signature", "letters", "nothing", "no time"],
)
async def test_what_was_changed_on_the_way_is_refused(
    sender: Sender, database: Database, change: dict[str, Any]
) -> None:
    request = sender.signed(ANNAS)

    changed = {**request, **change, "headers": {**request["headers"], **change.get("headers", {})}}
    status, answer = await sender.send(changed)

    assert status == 401
    assert "x-" in answer["error"]
    assert await messages(database) == []


@pytest.mark.parametrize("header", ["x-signature", "x-timestamp"])
async def test_a_missing_or_doubled_header_is_named(sender: Sender, header: str) -> None:
    request = sender.signed(ANNAS)
    headers = request["headers"]
    missing = {name: value for name, value in headers.items() if name != header}

    for wrong in (missing, [*headers.items(), (header, headers[header])]):
        assert await sender.send({**request, "headers": wrong}) == (
            401,
            {"error": f"the header {header} must be there once"},
        )


@pytest.mark.parametrize("minutes", [-5.1, 5.1, -60 * 24 * 365])
async def test_a_clock_that_is_off_is_told_by_how_much(sender: Sender, clock: HandClock, minutes: float) -> None:
    clock.advance(minutes=minutes)
    request = sender.signed(ANNAS)
    clock.advance(minutes=-minutes)

    status, answer = await sender.send(request)

    assert status == 401
    assert f"{abs(minutes) * 60:.0f} s {'behind' if minutes < 0 else 'ahead of'}" in answer["error"]


async def test_without_a_secret_nothing_is_taken_and_it_is_said_what_to_set(sender: Sender, database: Database) -> None:
    for secret in ("guessed", ""):
        status, answer = await sender.send(sender.signed(ANNAS, "/webhook/whatsapp/quiet", secret))
        assert status == 403
        assert "WEBHOOK_SECRET_QUIET" in answer["error"]
    assert await messages(database) == []


async def test_a_salon_that_is_not_there(sender: Sender) -> None:
    assert (await sender.send(sender.signed(ANNAS, "/webhook/whatsapp/none")))[0] == 404


@pytest.mark.parametrize(
    ("content", "mistakes"),
    [
        (b"", ["the body: expected JSON in UTF-8"]),
        (b"\xff\xfe", ["the body: expected JSON in UTF-8"]),
        (b"[" * 50_000, ["the body: expected JSON in UTF-8"]),
        (b'{"from": "79161234567", "message": "\\ud800", "messageId": "1"}', ["the body: expected JSON in UTF-8"]),
        ([ANNAS], ["the body: expected an object"]),
        ({}, ["from: expected this key", "message: expected this key", "messageId: expected this key"]),
        ({"messages": []}, ["messages: expected at least one message"]),
        ({"messages": [ANNAS] * 101}, ["messages: expected 100 messages at most"]),
        (
            {"messages": [ANNAS, {"from": "+", "message": " ", "messageId": "a b", "timestamp": "утром"}, 7]},
            [
                "messages[1].from: expected a phone number with country code, such as +79161234567",
                "messages[1].message: expected a text that is not empty",
                "messages[1].messageId: expected 1 to 128 characters of ASCII without spaces",
                "messages[1].timestamp: expected seconds or milliseconds since 1970, or ISO 8601 with its zone",
                "messages[2]: expected an object",
            ],
        ),
        ({**ANNAS, "timestamp": 1795510}, ["timestamp: expected a time between 2009 and now"]),
        ({**ANNAS, "timestamp": "2026-11-24T10:00:00"}, [
            "timestamp: expected seconds or milliseconds since 1970, or ISO 8601 with its zone"
        ]),
        ({**ANNAS, "from": "555666777888@lid"}, [
            "from: expected a phone number with country code, such as +79161234567"
        ]),
    ],
)  # fmt: skip
async def test_every_mistake_of_a_body_is_told_at_once_and_nothing_of_it_is_taken(
    sender: Sender, database: Database, content: object, mistakes: list[str]
) -> None:
    status, answer = await sender.send(sender.signed(content))

    assert (status, answer["mistakes"]) == (400, mistakes)
    assert await messages(database) == []


async def test_too_long_a_body_and_a_compressed_one_are_refused(sender: Sender) -> None:
    long = await sender.send(sender.signed(b" " * (LARGEST_BODY_BYTES + 1)))
    packed = sender.signed(ANNAS)
    packed["headers"]["Content-Encoding"] = "gzip"

    assert long == (413, {"error": "the body is too long"})
    assert (await sender.send(packed))[0] == 415


async def test_a_body_that_does_not_arrive_is_not_waited_for(sender: Sender, site: RunningSite) -> None:
    request = sender.signed(ANNAS)
    lines = [f"{name}: {value}" for name, value in {**request["headers"], "Content-Length": "100"}.items()]
    reader, writer = await asyncio.open_connection(site.host, site.port)
    writer.write("\r\n".join([f"POST {request['path']} HTTP/1.1", "Host: x", *lines, "", "{"]).encode())

    answer = await reader.readline()
    writer.close()

    assert b" 408 " in answer


async def test_a_sender_who_leaves_in_the_middle_harms_nobody(
    sender: Sender, site: RunningSite, database: Database
) -> None:
    request = sender.signed(ANNAS)
    lines = [f"{name}: {value}" for name, value in {**request["headers"], "Content-Length": "100"}.items()]
    _, writer = await asyncio.open_connection(site.host, site.port)
    writer.write("\r\n".join([f"POST {request['path']} HTTP/1.1", "Host: x", *lines, "", "{"]).encode())
    await writer.drain()
    writer.transport.abort()

    assert (await sender.send(request))[0] == 202
    assert len(await messages(database)) == 1


async def test_the_status_tells_of_all_salons_or_one_and_shows_no_number(sender: Sender) -> None:
    async with sender.http.get("/webhook/whatsapp/status", headers=BEARER) as answer:
        everyone = await answer.json()
    async with sender.http.get("/webhook/whatsapp/status/nord", headers=BEARER) as answer:
        north = await answer.json()
    async with sender.http.get("/webhook/whatsapp/status/none", headers=BEARER) as answer:
        assert answer.status == 404

    assert [salon["id"] for salon in everyone["salons"]] == ["main", "nord", "quiet"]
    assert everyone["salons"][1] == north
    assert (north["session"], north["name"]) == ("online", "Север …4567")


@given(st.binary() | st.text().map(str.encode) | st.builds(
    lambda value: json.dumps({"messages": [value]}).encode(),
    st.fixed_dictionaries({
        "from": st.text() | st.integers() | st.from_regex(r"\+?[0-9]{5,18}", fullmatch=True),
        "message": st.text(),
        "messageId": st.text(min_size=1) | st.none(),
        "timestamp": st.none() | st.integers() | st.floats() | st.datetimes().map(str),
    }),
))  # fmt: skip
def test_any_body_is_read_or_refused_with_its_mistakes(body: bytes) -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    try:
        found = read(body, SalonId("main"), now)
    except Unreadable as unreadable:
        mistakes, found = unreadable.mistakes, ()
    else:
        mistakes = ()

    assert bool(mistakes) != bool(found)
    for message in found:
        assert message.chat == f"pn:{message.phone}"
        assert message.sent_at.tzinfo is not None
        assert message.text.encode()

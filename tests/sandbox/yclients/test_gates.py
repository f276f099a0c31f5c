"""The loopback YClients refuses what the real one refuses, in its words and shapes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from salonbot.sandbox.yclients.faults import Drop, HtmlError, Refusal, Silence, TooMany
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.booking.salon import NOW, PLAN, TOMORROW
from tests.clocks import HandClock

ACCEPT = {"Accept": "application/vnd.yclients.v2+json"}
PARTNER = {**ACCEPT, "Authorization": "Bearer partner-token"}
USER = {**ACCEPT, "Authorization": "Bearer partner-token, User user-token"}
AT_THREE = f"{TOMORROW}T15:00:00"


@dataclass(slots=True)
class Visitor:
    """Calls the sandbox as any program would."""

    session: aiohttp.ClientSession
    url: str
    headers: dict[str, str] = field(default_factory=lambda: dict(USER))

    async def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        async with self.session.request(
            method, f"{self.url}/api/v1{path}", json=body, headers={**self.headers, **headers}
        ) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await (answer.json() if is_json else answer.text())


@pytest.fixture
async def yclients() -> AsyncIterator[YClientsSandbox]:
    clock = HandClock(NOW)
    async with YClientsSandbox(now=clock.now) as sandbox:
        sandbox.seed(PLAN)
        yield sandbox
    assert sandbox.errors == []


@pytest.fixture
async def call(yclients: YClientsSandbox) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession() as session:
        yield Visitor(session, yclients.url)


def wish(
    start: str = AT_THREE, *, staff: int = 501, services: tuple[int, ...] = (101,), **other: Any
) -> dict[str, Any]:
    appointment = {"id": 1, "services": list(services), "staff_id": staff, "datetime": start}
    return {"phone": "79161234567", "fullname": "Анна", "email": "", "appointments": [appointment], **other}


def record(start: str = AT_THREE, **other: Any) -> dict[str, Any]:
    return {
        "staff_id": 501,
        "services": [{"id": 101, "first_cost": 1500, "discount": 0, "cost": 1500}],
        "client": {"phone": "79161234567", "name": "Анна"},
        "datetime": start,
        "seance_length": 3600,
        "save_if_busy": False,
        **other,
    }


def code_of(body: Any) -> int:
    code: int = body["meta"]["errors"][0]["code"]
    return code


async def test_no_accept_no_token_a_wrong_one_and_no_user_are_refused_each_in_its_way(call: Visitor) -> None:
    call.headers = {"Authorization": "Bearer partner-token", "Accept": "application/json"}
    assert (await call("GET", "/book_staff/4001"))[0] == 400
    call.headers = dict(ACCEPT)
    assert (await call("GET", "/book_staff/4001"))[0] == 401
    call.headers = {**ACCEPT, "Authorization": "Bearer other"}
    assert "идентификатор партнера" in (await call("GET", "/book_staff/4001"))[1]["meta"]["message"]
    call.headers = dict(PARTNER)
    assert (await call("GET", "/book_staff/4001"))[0] == 200
    assert (await call("GET", "/records/4001"))[0] == 401
    assert (await call("GET", "/book_staff/4002"))[0] == 404


async def test_a_right_the_user_lacks_and_an_expired_licence_are_403(call: Visitor, yclients: YClientsSandbox) -> None:
    yclients.forbidden.add("GET /api/v1/records/")
    assert (await call("GET", "/records/4001"))[0] == 403
    yclients.licence_expired = True
    status, body = await call("GET", "/book_staff/4001")
    assert (status, "лицензию" in body["meta"]["message"]) == (403, True)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (wish(phone="12"), 422, 431),
        (wish(phone="79990000000"), 403, 434),
        (wish(fullname=" "), 422, 435),
        (wish(f"{TOMORROW}T08:00:00"), 422, 433),
        (wish(f"{TOMORROW}T15:10:00"), 422, 433),
        (wish("2026-11-23T15:00:00"), 422, 433),
        (wish(services=()), 422, 422),
        (wish(services=(999,)), 422, 438),
        (wish(f"{TOMORROW}T20:00:00", staff=0), 422, 436),
        (wish(appointments=[]), 422, 422),
    ],
)
async def test_a_booking_is_refused_with_its_code(
    call: Visitor, yclients: YClientsSandbox, body: dict[str, Any], status: int, code: int
) -> None:
    yclients.salon.blacklist.add("79990000000")

    answered, said = await call("POST", "/book_record/4001", body)

    assert (answered, said["success"], code_of(said)) == (status, False, code)
    assert yclients.records == ()


async def test_appointments_of_one_request_may_not_overlap_and_are_made_together_or_not_at_all(
    call: Visitor, yclients: YClientsSandbox
) -> None:
    first = {"id": 1, "services": [101], "staff_id": 501, "datetime": AT_THREE}
    overlapping = {**first, "id": 2, "datetime": f"{TOMORROW}T15:30:00"}
    after = {**first, "id": 2, "datetime": f"{TOMORROW}T16:00:00"}

    _, refused = await call("POST", "/book_record/4001", wish(appointments=[first, overlapping]))
    assert (code_of(refused), yclients.records) == (437, ())
    _, made = await call("POST", "/book_record/4001", wish(appointments=[first, after]))
    assert [item["id"] for item in made["data"]] == [1, 2]


async def test_a_code_by_sms_is_asked_for_where_the_salon_wants_one(call: Visitor, yclients: YClientsSandbox) -> None:
    yclients.salon.phone_confirmation = True

    assert code_of((await call("POST", "/book_record/4001", wish()))[1]) == 432
    assert (await call("POST", "/book_record/4001", wish(code=yclients.salon.code)))[0] == 201


async def test_of_many_at_once_one_gets_the_time(call: Visitor, yclients: YClientsSandbox) -> None:
    async with asyncio.TaskGroup() as group:
        asked = [
            group.create_task(
                call("POST", "/book_record/4001", wish(phone=f"79{n:09}"))
                if n % 2
                else call("POST", "/records/4001", record(client={"name": "Гость", "phone": f"79{n:09}"}))
            )
            for n in range(50)
        ]

    assert sorted(task.result()[0] for task in asked) == [201] + [422] * 49
    assert len(yclients.records) == 1


async def test_only_book_record_gives_a_hash_and_the_hash_shows_changes_and_deletes(call: Visitor) -> None:
    _, made = await call("POST", "/book_record/4001", wish())
    record_id, hash_ = made["data"][0]["record_id"], made["data"][0]["record_hash"]
    _, journal = await call("GET", f"/record/4001/{record_id}")
    assert hash_ not in str(journal)
    call.headers = dict(PARTNER)
    path = f"/book_record/4001/{record_id}/{hash_}"
    _, seen = await call("GET", path)
    assert (seen["id"], seen["date"], "client" in seen) == (record_id, f"{TOMORROW} 15:00:00", False)
    assert (await call("PUT", path, {"datetime": f"{TOMORROW}T18:00:00"}))[0] == 200
    assert (await call("GET", f"/book_record/4001/{record_id}/{'0' * 32}"))[0] == 404
    assert (await call("DELETE", f"/user/records/{record_id}/{hash_}"))[0] == 200
    assert (await call("DELETE", f"/user/records/{record_id}/{hash_}"))[0] == 404


async def test_the_journal_wants_whole_records_and_tells_deleted_ones_only_when_asked(call: Visitor) -> None:
    status, said = await call("POST", "/records/4001", record(seance_length=None))
    assert (status, said["meta"]["message"]) == (422, "Не передан seance_length")
    _, made = await call("POST", "/records/4001", record())
    path = f"/record/4001/{made['data']['id']}"
    assert (await call("PUT", path, {"datetime": f"{TOMORROW}T18:00:00"}))[0] == 422
    assert (await call("PUT", path, record(f"{TOMORROW}T18:00:00")))[0] == 201
    assert (await call("DELETE", path)) == (204, "")
    assert (await call("DELETE", path))[0] == 404
    assert (await call("GET", "/records/4001"))[1]["meta"]["total_count"] == 0
    _, shown = await call("GET", "/records/4001?with_deleted=1")
    assert [one["deleted"] for one in shown["data"]] == [True]


async def test_the_salons_own_people_may_write_over_a_visit(call: Visitor, yclients: YClientsSandbox) -> None:
    await call("POST", "/records/4001", record())

    assert (await call("POST", "/records/4001", record()))[0] == 422
    yclients.quirks.busy_is_409 = True
    assert (await call("POST", "/records/4001", record()))[0] == 409
    assert (await call("POST", "/records/4001", record(save_if_busy=True)))[0] == 201


async def test_nobody_filters_records_by_phone_or_marker(call: Visitor) -> None:
    await call("POST", "/records/4001", record())
    await call("POST", "/records/4001", record(f"{TOMORROW}T18:00:00", client={"name": "Иван", "phone": "79031112233"}))

    _, shown = await call("GET", "/records/4001?client_phone=79161234567&api_id=1")

    assert shown["meta"]["total_count"] == 2


async def test_more_than_five_a_second_or_two_hundred_a_minute_are_too_many(
    yclients: YClientsSandbox, call: Visitor
) -> None:
    yclients.per_second, yclients.per_minute = 5, 200

    assert [(await call("GET", "/book_staff/4001"))[0] for _ in range(6)] == [200] * 5 + [429]


async def test_comma_joined_services_are_not_understood(call: Visitor, yclients: YClientsSandbox) -> None:
    day = TOMORROW.isoformat()
    assert len((await call("GET", f"/book_times/4001/501/{day}?service_ids[]=101&service_ids[]=102"))[1]["data"]) == 18
    assert (await call("GET", "/book_times/4001/501/2026-11-30?service_ids[]=101"))[0] == 422
    assert (await call("GET", f"/book_times/4001/503/{day}?service_ids[]=101"))[0] == 404


async def test_faults_happen_as_armed(call: Visitor, yclients: YClientsSandbox) -> None:
    faults = yclients.faults
    faults.arm(TooMany(retry_after_seconds=3), call="GET")
    faults.arm(HtmlError(502), call="GET")
    faults.arm(Refusal(200, "Произошла ошибка"), call="GET")
    assert [(await call("GET", "/book_staff/4001"))[0] for _ in range(4)] == [429, 502, 200, 200]

    faults.arm(Drop(committed=True), call="POST")
    with pytest.raises(aiohttp.ClientError):
        await call("POST", "/book_record/4001", wish())
    assert len(yclients.records) == 1

    faults.arm(Silence(committed=False), call="POST")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await call("POST", "/book_record/4001", wish(f"{TOMORROW}T18:00:00"))
    assert len(yclients.records) == 1


async def test_hooks_tell_of_what_the_salon_does_twice_and_out_of_order_if_told_so(yclients: YClientsSandbox) -> None:
    told: list[Any] = []

    async def receive(request: web.Request) -> web.Response:
        told.append(await request.json())
        return web.Response(status=500)

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yclients.hooks.urls.append(f"http://127.0.0.1:{runner.addresses[0][1]}/hook")
    yclients.hooks.duplicate, yclients.hooks.shuffled = 2, True
    start = datetime.combine(TOMORROW, time(15))
    made = yclients.salon.add(501, [101], start, yclients.salon.client("Анна", "79161234567"))

    yclients.hear(made, "create")
    yclients.hear(made, "update")
    await yclients.hooks.deliver()
    await runner.cleanup()

    assert sorted(one["status"] for one in told) == ["create", "create", "update", "update"]
    assert [one["status"] for one in told] != ["create", "create", "update", "update"]
    assert {one["data"]["client"]["phone"] for one in told} == {"+79161234567"}


async def test_hooks_are_silent_about_their_creators_own_calls_unless_told(
    call: Visitor, yclients: YClientsSandbox
) -> None:
    yclients.hooks.urls.append("http://127.0.0.1:9/nobody-listens")
    await call("POST", "/records/4001", record())
    await yclients.hooks.deliver()
    assert yclients.hooks.sent == []

    yclients.hooks.self_sending = True
    await call("POST", "/records/4001", record(f"{TOMORROW}T18:00:00"))
    await call("DELETE", f"/record/4001/{yclients.records[-1].id}")
    await yclients.hooks.deliver()
    assert [one["status"] for one in yclients.hooks.sent] == ["create", "delete"]


async def test_a_salon_of_the_configuration_gets_numbers_and_keeps_its_order(yclients: YClientsSandbox) -> None:
    first: date = TOMORROW + timedelta(days=1)

    assert [one.title for one in sorted(yclients.salon.services.values(), key=lambda one: -one.weight)] == [
        one.title for one in PLAN.catalogue.services
    ]
    assert yclients.salon.starts(501, [101], first)[0].hour == 10

"""What YClients answers, however oddly, and what it means: errors as types, oddities forgiven, never "no slots"."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from salonbot.booking.system import BookingSystem, Guest
from salonbot.booking.yclients.errors import (
    Forbidden,
    LicenceExpired,
    NameMissing,
    PhoneRefused,
    RateLimited,
    Unauthorised,
    Unavailable,
)
from salonbot.booking.yclients.line import Tokens
from salonbot.booking.yclients.online import Online
from salonbot.booking.yclients.opening import open_line
from salonbot.booking.yclients.pace import Pace
from salonbot.booking.yclients.refusals import refusal, words
from salonbot.config.salon_settings import YClientsSettings
from salonbot.errors import BookingError, BookingUnavailable, SalonbotError, StartUnavailable
from salonbot.model.booking import Refusal, Window
from salonbot.model.messages import ChatKey
from salonbot.sandbox.yclients.faults import Drop, Fault, HtmlError, Silence, TooMany
from salonbot.sandbox.yclients.faults import Refusal as ServerRefusal
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.booking.salon import ANNA, BARI, CUT, IVAN, MONDAY, TOMORROW, at
from tests.booking.yclients.connecting import Connect
from tests.clocks import HandClock

AT_THREE = at(TOMORROW, "15:00")
ON_TOMORROW = Window(TOMORROW, TOMORROW)
TIMES = "GET /api/v1/book_times"

TROUBLES: list[tuple[Fault, type[BookingUnavailable]]] = [
    (TooMany(), RateLimited),
    (TooMany(retry_after_seconds=7), RateLimited),
    (TooMany(retry_after_seconds=3600), RateLimited),
    (HtmlError(502), Unavailable),
    (HtmlError(200), Unavailable),
    (Drop(committed=False), Unavailable),
    (Silence(committed=False), Unavailable),
    (ServerRefusal(500, "Ошибка"), Unavailable),
    (ServerRefusal(200, "Произошла ошибка"), BookingUnavailable),
    (ServerRefusal(401, "Необходима авторизация"), Unauthorised),
    (ServerRefusal(402, "Необходимо продлить лицензию в филиале с id: 4001"), LicenceExpired),
    (ServerRefusal(403, "Необходимо продлить лицензию в филиале с id: 4001"), LicenceExpired),
    (ServerRefusal(403, "Недостаточно прав"), Forbidden),
    (ServerRefusal(400, "Недопустимое значение фильтра"), BookingUnavailable),
]


@pytest.mark.parametrize(("fault", "error"), TROUBLES, ids=str)
async def test_trouble_is_never_no_free_slots(
    connect: Connect, sandbox: YClientsSandbox, fault: Fault, error: type[BookingUnavailable]
) -> None:
    async with connect(timeout_seconds=0.2) as booking:
        await booking.catalogue()
        sandbox.faults.arm(fault, call=TIMES, times=None)

        with pytest.raises(error):
            await booking.free_slots(CUT, stylist_id=BARI, window=ON_TOMORROW)


@pytest.mark.parametrize("fault", [TooMany(), TooMany(retry_after_seconds=5), HtmlError(503), Drop(committed=False)])
async def test_a_read_that_fails_once_is_tried_again(connect: Connect, sandbox: YClientsSandbox, fault: Fault) -> None:
    async with connect() as booking:
        await booking.catalogue()
        sandbox.faults.arm(fault, call=TIMES)

        assert len(await booking.free_slots(CUT, stylist_id=BARI, window=ON_TOMORROW)) == 19


async def test_the_server_is_left_alone_as_long_as_it_asks(connect: Connect, sandbox: YClientsSandbox) -> None:
    async with connect() as booking:
        await booking.catalogue()
        sandbox.faults.arm(TooMany(retry_after_seconds=9), call=TIMES)
        before = connect.clock.now()

        await booking.free_slots(CUT, stylist_id=BARI, window=ON_TOMORROW)

        assert (connect.clock.now() - before).total_seconds() == 9


async def test_a_closed_day_has_no_slots_and_is_no_error(connect: Connect, sandbox: YClientsSandbox) -> None:
    """YClients says 422 «Дата недоступна.» then."""
    async with connect() as booking:
        assert await booking.free_slots(CUT, stylist_id=BARI, window=Window(MONDAY, MONDAY)) == ()

    assert any("book_times" in call for call in sandbox.calls)


QUIRKS: list[dict[str, bool]] = [
    {"string_ids": True},
    {"empty_lists": True},
    {"unix_dates": True},
    {"wrong_offset": True},
    {"busy_is_409": True},
    {"deleted_is_404": True},
    {"tells_record": True},
    {"listed_as_one": True},
    {"string_ids": True, "empty_lists": True, "unix_dates": True, "wrong_offset": True, "deleted_is_404": True},
]


@pytest.mark.parametrize("user_token", ["user-token", None])
@pytest.mark.parametrize("quirks", QUIRKS, ids=lambda quirks: "+".join(quirks))
async def test_a_visit_is_booked_moved_and_cancelled_through_every_oddity(
    connect: Connect, sandbox: YClientsSandbox, quirks: dict[str, bool], user_token: str | None
) -> None:
    for name, value in quirks.items():
        setattr(sandbox.quirks, name, value)

    async with connect(user_token=user_token) as booking:
        offered = await booking.free_slots(CUT, stylist_id=BARI, window=Window(TOMORROW, MONDAY))
        assert AT_THREE in [slot.start for slot in offered]
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        assert (booked.start, booked.price) == (AT_THREE, (await booking.catalogue()).services[0].price)
        moved = await booking.move(booked.id, at(TOMORROW, "15:30"), ANNA, key="m")
        assert await booking.appointments(ANNA) == (moved,)
        with pytest.raises(StartUnavailable):
            await booking.book(CUT, BARI, at(TOMORROW, "16:00"), IVAN, key="i")
        cancelled = await booking.cancel(booked.id, ANNA, key="c")
        assert await booking.cancel(booked.id, ANNA, key="c") == cancelled
        assert await booking.appointments(ANNA) == ()


CODES = [
    (431, PhoneRefused),
    (432, Forbidden),
    (433, StartUnavailable),
    (434, PhoneRefused),
    (435, NameMissing),
    (436, StartUnavailable),
    (437, StartUnavailable),
    (438, StartUnavailable),
]


@pytest.mark.parametrize(("code", "kind"), CODES)
@pytest.mark.parametrize("as_text", [True, False])
@pytest.mark.parametrize("status", [422, 403, 200])
def test_booking_codes_mean_what_they_mean_whatever_the_status(
    code: int, kind: type[SalonbotError], status: int, as_text: bool
) -> None:
    errors = [{"code": str(code) if as_text else code, "message": "…", "id": 1}]

    assert isinstance(refusal(status, {"success": False, "meta": {"message": "…", "errors": errors}}), kind)
    assert isinstance(refusal(status, {"success": False, "meta": [], "errors": errors[0]}), kind)


def test_a_taken_time_is_known_by_its_words_where_it_has_no_code() -> None:
    said = {"success": False, "data": None, "meta": {"message": "Выбранное время недоступно"}}

    error = refusal(422, said)

    assert isinstance(error, StartUnavailable)
    assert error.reason is Refusal.TAKEN
    assert isinstance(refusal(409, said), StartUnavailable)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["meta", "errors", "message", "code", "data", "success"]), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(st.integers(200, 599), JSON)
def test_any_body_becomes_an_error_of_ours(status: int, body: Any) -> None:
    assert isinstance(refusal(status, body), SalonbotError)
    assert len(words(body)) <= 200


@given(body=JSON, hole=st.sampled_from(["book_services", "book_staff", "company/4001"]))
async def test_a_catalogue_of_any_shape_is_read_or_refused(body: Any, hole: str) -> None:
    async with YClientsSandbox() as sandbox:
        sandbox.rewrite = lambda call, right: body if hole in call else right
        settings = YClientsSettings.model_validate({"company_id": 4001, "address": sandbox.url, "read_tries": 1})
        clock = HandClock()
        async with open_line(settings, Tokens("partner-token", "user-token"), Pace(clock), clock) as line:
            for ask in (Online(line).company, Online(line).services, Online(line).staff):
                with suppress(BookingError):
                    await ask()


async def test_a_guest_on_the_black_list_is_refused_for_the_phone(connect: Connect, sandbox: YClientsSandbox) -> None:
    sandbox.salon.blacklist.add(ANNA.phone or "")

    async with connect() as booking:
        with pytest.raises(PhoneRefused):
            await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        with pytest.raises(NameMissing):
            await booking.book(CUT, BARI, AT_THREE, Guest(chat=ChatKey("lid:1"), phone="79000000001"), key="n")

    assert sandbox.records == ()


async def test_neither_phones_nor_names_nor_tokens_are_logged(connect: Connect, sandbox: YClientsSandbox) -> None:
    async def work(booking: BookingSystem) -> None:
        booked = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        sandbox.faults.arm(Drop(), call="PUT /api/v1/record/")
        await booking.move(booked.id, at(TOMORROW, "16:00"), ANNA, key="m")
        sandbox.faults.arm(HtmlError(), call="GET", times=None)
        with pytest.raises(BookingUnavailable):
            await booking.appointments(ANNA)

    with capture_logs() as logs:
        async with connect() as booking:
            await work(booking)

    assert logs
    text = str(logs)
    assert not any(secret in text for secret in (ANNA.phone or "-", ANNA.name, "partner-token", "user-token"))

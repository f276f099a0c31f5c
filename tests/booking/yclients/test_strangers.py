"""Nobody's record is shown or changed for somebody else, whatever the server answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.booking.system import Guest
from salonbot.booking.yclients.phones import digits
from salonbot.errors import AppointmentGone
from salonbot.model.booking import AppointmentId
from salonbot.model.messages import ChatKey
from salonbot.sandbox.yclients.server import YClientsSandbox
from salonbot.sandbox.yclients.shapes import record as shape
from tests.booking.salon import ANNA, BARI, CUT, HIDDEN, IVAN, TOMORROW, at
from tests.booking.yclients.connecting import Connect

AT_THREE = at(TOMORROW, "15:00")


def strangers(sandbox: YClientsSandbox, phones: list[str]) -> None:
    """Records of other people, made by the salon itself."""
    for number, phone in enumerate(phones):
        client = sandbox.salon.client(f"Чужой {number}", phone)
        start = at(TOMORROW, f"{10 + number}:00").replace(tzinfo=None)
        sandbox.salon.add(int(BARI), [int(CUT)], start, client)


async def test_a_server_that_answers_with_everybodys_records_shows_none_of_them(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    """In production a question about one phone was answered with other clients' records."""
    strangers(sandbox, ["79030000001", "79030000002", "9161234567", "791612345678"])

    def lie(call: str, body: Any) -> Any:
        if call.startswith("POST") and "clients/search" in call:
            return {**body, "data": [{"id": one, "name": "Анна", "phone": ANNA.phone} for one in sandbox.salon.clients]}
        if call.startswith("GET /api/v1/records"):
            everything = [shape(sandbox.salon, one, sandbox.quirks) for one in sandbox.records]
            return {**body, "data": everything, "meta": {"total_count": len(everything)}}
        return body

    sandbox.rewrite = lie
    async with connect() as booking:
        assert await booking.appointments(ANNA) == ()
        own = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        assert await booking.appointments(ANNA) == (own,)
        for one in sandbox.records[:-1]:
            with pytest.raises(AppointmentGone):
                await booking.cancel(AppointmentId(str(one.id)), ANNA, key=f"c{one.id}")
            with pytest.raises(AppointmentGone):
                await booking.move(AppointmentId(str(one.id)), at(TOMORROW, "18:00"), ANNA, key=f"m{one.id}")

    assert not any(one.deleted or one.attendance for one in sandbox.records)
    assert not any(call.startswith(("PUT", "DELETE")) for call in sandbox.calls)


async def test_an_answer_about_another_record_is_not_taken_for_the_one_asked_about(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    async with connect() as booking:
        own = await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")
        strangers(sandbox, ["79030000001"])
        other = shape(sandbox.salon, sandbox.records[-1], sandbox.quirks)
        sandbox.rewrite = lambda call, body: {**body, "data": other} if "/api/v1/record/" in call else body

        with pytest.raises(AppointmentGone):
            await booking.cancel(own.id, ANNA, key="c")

    assert not any(one.deleted for one in sandbox.records)


async def test_a_record_the_salon_gave_to_somebody_else_is_not_the_first_ones_any_more(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    async with connect() as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, HIDDEN, key="k")
        assert await booking.appointments(HIDDEN) == (booked,)

        sandbox.records[0].client = sandbox.salon.client("Иван", IVAN.phone or "")

        assert await booking.appointments(HIDDEN) == ()
        with pytest.raises(AppointmentGone):
            await booking.cancel(booked.id, HIDDEN, key="c")
        assert [one.id for one in await booking.appointments(IVAN)] == [booked.id]


@pytest.mark.parametrize("written", ["+7 (916) 123-45-67", "89161234567", "8 916 123 45 67", "79161234567"])
async def test_a_phone_counts_however_the_salon_wrote_it(
    connect: Connect, sandbox: YClientsSandbox, written: str
) -> None:
    client = sandbox.salon.client("Анна", ANNA.phone or "")
    sandbox.salon.add(int(BARI), [int(CUT)], AT_THREE.replace(tzinfo=None), client)

    def in_their_hand(call: str, body: Any) -> Any:
        is_client = isinstance(body, dict) and isinstance(body.get("data"), list)
        if is_client:
            for item in body["data"]:
                for holder in (item, item.get("client") or {}):
                    if "phone" in holder:
                        holder["phone"] = written
        return body

    sandbox.rewrite = in_their_hand
    async with connect() as booking:
        assert [one.start for one in await booking.appointments(ANNA)] == [AT_THREE]


async def test_without_the_right_to_search_clients_the_journal_is_read_and_only_ones_own_is_shown(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    strangers(sandbox, ["79030000001", ANNA.phone or "", "79030000002"])
    sandbox.forbidden.add("POST /api/v1/company/4001/clients/search")

    async with connect() as booking:
        own = await booking.appointments(ANNA)

    assert [one.customer_phone for one in own] == [ANNA.phone]


async def test_a_told_phone_books_and_still_opens_nothing(connect: Connect, sandbox: YClientsSandbox) -> None:
    strangers(sandbox, [ANNA.phone or ""])
    liar = Guest(chat=ChatKey("lid:666"), name="Анна", told_phone=ANNA.phone)

    async with connect() as booking:
        booked = await booking.book(CUT, BARI, AT_THREE, liar, key="k")

        assert await booking.appointments(liar) == (booked,)
        assert len(await booking.appointments(ANNA)) == 2


@given(st.text(max_size=30), st.text(max_size=30))
def test_numbers_are_the_same_only_digit_by_digit(one: str, other: str) -> None:
    first, second = digits(one), digits(other)

    if first is not None and first == second:
        assert first.lstrip("78")[-9:] == second.lstrip("78")[-9:]
    assert first is None or (first.isascii() and first.isdigit())


def test_no_part_of_a_number_is_that_number() -> None:
    assert digits("9161234567") != digits("79161234567")
    assert digits("84912345678") == "84912345678"
    assert digits("") is None
    assert digits(None) is None

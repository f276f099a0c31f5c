"""The salon's services and stylists: read whole, kept, served while YClients is away; free times are not kept long."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from salonbot.errors import BookingUnavailable
from salonbot.model.booking import Window
from salonbot.model.salon import Catalogue, PriceRange, ServiceId
from salonbot.sandbox.yclients.faults import HtmlError
from salonbot.sandbox.yclients.salon import Service
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.booking.salon import ANNA, BARI, BEARD, CATALOGUE, CUT, IVAN, PLAN, SERGEY, TOMORROW, at
from tests.booking.yclients.connecting import Connect

AT_THREE = at(TOMORROW, "15:00")
BOTH = 201
COMPOSITE = ServiceId(str(BOTH))


def sell_composite(sandbox: YClientsSandbox) -> None:
    """«Стрижка + борода»: a service of two others."""
    parts = (int(CUT), int(BEARD))
    sandbox.salon.services[BOTH] = Service(BOTH, "Стрижка + борода", 0, 2100, 2600, parts=parts)


async def test_the_catalogue_is_the_salons_own(connect: Connect) -> None:
    async with connect() as booking:
        catalogue = await booking.catalogue()

    assert {one.title: (one.duration, one.price, one.category) for one in catalogue.services} == {
        one.title: (one.duration, one.price, one.category) for one in CATALOGUE.services
    }
    assert [(one.name, one.services) for one in catalogue.stylists] == [
        (one.name, one.services) for one in CATALOGUE.stylists
    ]


async def test_the_configuration_lends_its_aliases_to_namesakes(connect: Connect) -> None:
    async with connect() as booking:
        catalogue = await booking.catalogue()

    assert [one.aliases for one in catalogue.services if one.id == BEARD] == [("борода",)]
    assert [one.aliases for one in catalogue.stylists if one.id == SERGEY] == [("Серёжа", "Sergey")]


async def test_whoever_is_hidden_or_gone_is_not_offered(connect: Connect, sandbox: YClientsSandbox) -> None:
    sandbox.rewrite = lambda call, body: (
        {**body, "data": [{**one, "fired": int(one["id"] == int(SERGEY))} for one in body["data"]]}
        if "book_staff" in call
        else body
    )

    async with connect() as booking:
        assert [one.name for one in (await booking.catalogue()).stylists] == ["Бари", "Ольга"]


async def test_length_and_price_are_the_stylists_own(connect: Connect, sandbox: YClientsSandbox) -> None:
    sandbox.salon.stylists[int(SERGEY)].seconds[int(CUT)] = 45 * 60
    sandbox.salon.stylists[int(SERGEY)].prices[int(CUT)] = (3000, 3000)

    async with connect() as booking:
        slots = await booking.free_slots(CUT, stylist_id=None, window=Window(TOMORROW, TOMORROW))
        assert {(slot.stylist_id, slot.duration) for slot in slots} == {
            (BARI, timedelta(minutes=60)),
            (SERGEY, timedelta(minutes=45)),
        }
        booked = await booking.book(CUT, SERGEY, AT_THREE, ANNA, key="k")

    assert booked.duration == timedelta(minutes=45)


async def test_a_composite_service_is_offered_and_booked_by_its_parts(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    """Its own id is answered with 404."""
    sell_composite(sandbox)

    async with connect() as booking:
        catalogue = await booking.catalogue()
        assert [one.name for one in catalogue.stylists_for(COMPOSITE)] == ["Бари", "Сергей"]
        slots = await booking.free_slots(COMPOSITE, stylist_id=BARI, window=Window(TOMORROW, TOMORROW))
        assert slots[-1].start == at(TOMORROW, "18:30")
        booked = await booking.book(COMPOSITE, BARI, AT_THREE, ANNA, key="k")

        assert [item["id"] for item in sandbox.records[0].services] == [int(CUT), int(BEARD)]
        assert (booked.service_id, booked.service_title) == (COMPOSITE, "Стрижка + борода")
        assert (booked.duration, booked.price) == (timedelta(minutes=90), PriceRange(210000, 260000))
        moved = await booking.move(booked.id, at(TOMORROW, "15:30"), ANNA, key="m")
        assert (moved.service_id, moved.duration) == (COMPOSITE, timedelta(minutes=90))


async def test_while_yclients_is_away_the_last_catalogue_is_served_with_one_warning(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    async with connect() as booking:
        known: Catalogue = await booking.catalogue()
        sandbox.faults.arm(HtmlError(), times=None)
        with capture_logs() as logs:
            await booking.refresh()
            await booking.refresh()

        assert await booking.catalogue() == known
        with pytest.raises(BookingUnavailable):
            await booking.free_slots(CUT, stylist_id=BARI, window=Window(TOMORROW, TOMORROW))

    assert [one["event"] for one in logs] == ["yclients_catalogue_stale"]


async def test_a_refresh_brings_new_services(connect: Connect, sandbox: YClientsSandbox) -> None:
    async with connect() as booking:
        await booking.catalogue()
        sell_composite(sandbox)
        assert (await booking.catalogue()).service(COMPOSITE) is None

        await booking.refresh()

        assert (await booking.catalogue()).service(COMPOSITE) is not None


async def test_without_a_first_reading_nothing_is_claimed(connect: Connect, sandbox: YClientsSandbox) -> None:
    sandbox.faults.arm(HtmlError(), times=None)

    async with connect() as booking:
        with pytest.raises(BookingUnavailable):
            await booking.catalogue()
        with pytest.raises(BookingUnavailable):
            await booking.appointments(ANNA)
        sandbox.faults.disarm()
        assert len((await booking.catalogue()).services) == 5


async def test_free_times_are_asked_anew_after_half_a_minute_and_after_every_write(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    window = Window(TOMORROW, TOMORROW)

    async with connect(slots_seconds=30) as booking:

        async def is_offered() -> bool:
            return AT_THREE in [s.start for s in await booking.free_slots(CUT, stylist_id=BARI, window=window)]

        assert await is_offered()
        by_reception = sandbox.salon.add(int(BARI), [int(CUT)], AT_THREE.replace(tzinfo=None), None)
        connect.clock.advance(seconds=31)
        assert not await is_offered()
        by_reception.deleted = True
        connect.clock.advance(seconds=31)
        assert await is_offered()
        await booking.book(CUT, BARI, AT_THREE, IVAN, key="k")
        assert not await is_offered()


async def test_the_profile_is_completed_from_the_card(connect: Connect, sandbox: YClientsSandbox) -> None:
    sandbox.salon.phone = "+7 495 000-00-00"
    unsaid = replace(PLAN, profile=replace(PLAN.profile, address=""))

    async with connect(plan=unsaid) as booking:
        profile = await booking.profile()

    assert (profile.address, profile.phone, profile.zone.key) == (
        "ул. Арбат, 10",
        "+7 495 000-00-00",
        "Europe/Moscow",
    )


async def test_times_are_the_salons_wall_clock_wherever_the_configuration_thinks_it_is(
    connect: Connect, sandbox: YClientsSandbox
) -> None:
    elsewhere = replace(PLAN, profile=replace(PLAN.profile, zone=ZoneInfo("Asia/Tomsk")))

    async with connect(plan=elsewhere) as booking:
        slots = await booking.free_slots(CUT, stylist_id=BARI, window=Window(TOMORROW, TOMORROW))
        assert slots[0].start == at(TOMORROW, "10:00")
        await booking.book(CUT, BARI, AT_THREE, ANNA, key="k")

    assert f"{sandbox.records[0].start:%H:%M}" == "15:00"

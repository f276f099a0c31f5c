"""The embedded calendar beyond the contract: what survives a restart, fairness, and what stays as it was agreed."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.booking.system import Guest
from salonbot.errors import AppointmentGone, StartUnavailable
from salonbot.journal.database import Database
from salonbot.model.booking import Appointment, AppointmentId, Window
from salonbot.model.messages import ChatKey
from salonbot.model.salon import PriceRange, SalonId, ServiceId, StylistId
from tests.booking.salon import ANNA, BARI, BEARD, CATALOGUE, CUT, HIDDEN, IVAN, NOW, PLAN, SERGEY, TOMORROW, at
from tests.clocks import HandClock

AT_THREE = at(TOMORROW, "15:00")


async def test_a_key_still_books_once_after_a_restart(tmp_path: Path, clock: HandClock) -> None:
    found = []
    for _ in range(2):
        database = await Database.open(tmp_path / "journal.sqlite3")
        calendar = EmbeddedCalendar(PLAN, database, clock)
        found.append(await calendar.book(CUT, None, AT_THREE, ANNA, key="turn-1:0"))
        found.extend(await calendar.appointments(ANNA))
        await database.close()

    assert len(set(found)) == 1


async def test_two_processes_cannot_book_the_same_minute(tmp_path: Path, clock: HandClock) -> None:
    databases = [await Database.open(tmp_path / "journal.sqlite3") for _ in range(2)]
    calendars = [EmbeddedCalendar(PLAN, database, clock) for database in databases]

    async def try_to_book(number: int) -> bool:
        guest = Guest(chat=ChatKey(f"lid:{number}"), name="Гость")
        try:
            await calendars[number % 2].book(BEARD, BARI, AT_THREE, guest, key=f"{number}")
        except StartUnavailable:
            return False
        return True

    async with asyncio.TaskGroup() as group:
        calls = [group.create_task(try_to_book(number)) for number in range(20)]
    for database in databases:
        await database.close()

    assert sum(call.result() for call in calls) == 1


async def test_whoever_has_the_fewest_visits_that_day_comes_first(calendar: EmbeddedCalendar) -> None:
    await calendar.book(CUT, BARI, at(TOMORROW, "10:00"), IVAN, key="1")

    chosen = [
        (await calendar.book(BEARD, None, at(TOMORROW, clock), ANNA, key=clock)).stylist_id
        for clock in ("12:00", "13:00", "14:00", "15:00")
    ]

    assert chosen == [SERGEY, BARI, SERGEY, BARI]


async def test_price_and_title_stay_as_they_were_agreed(
    calendar: EmbeddedCalendar, database: Database, clock: HandClock
) -> None:
    booked = await calendar.book(CUT, BARI, AT_THREE, ANNA, key="1")
    dearer = replace(CATALOGUE.services[0], title="Стрижка люкс", price=PriceRange(900000, 900000))
    catalogue = replace(CATALOGUE, services=(dearer, *CATALOGUE.services[1:]))
    reopened = EmbeddedCalendar(replace(PLAN, catalogue=catalogue), database, clock)

    assert await reopened.appointments(ANNA) == (booked,)
    moved = await reopened.move(booked.id, at(TOMORROW, "17:00"), ANNA, key="2")
    assert (moved.price, moved.service_title) == (PriceRange(150000, 200000), "Стрижка")


async def test_a_visit_to_a_stylist_who_has_left_is_kept_but_not_moved(
    calendar: EmbeddedCalendar, database: Database, clock: HandClock
) -> None:
    booked = await calendar.book(CUT, BARI, AT_THREE, ANNA, key="1")
    catalogue = replace(CATALOGUE, stylists=CATALOGUE.stylists[1:])
    without_bari = EmbeddedCalendar(replace(PLAN, catalogue=catalogue), database, clock)

    assert await without_bari.appointments(ANNA) == (booked,)
    with pytest.raises(StartUnavailable):
        await without_bari.move(booked.id, at(TOMORROW, "17:00"), ANNA, key="2")
    moved = await without_bari.move(booked.id, at(TOMORROW, "16:00"), ANNA, key="3", stylist_id=SERGEY)
    assert moved.stylist_id == SERGEY


async def test_another_salon_in_the_same_journal_is_another_world(
    calendar: EmbeddedCalendar, database: Database, clock: HandClock
) -> None:
    booked = await calendar.book(CUT, BARI, AT_THREE, ANNA, key="1")
    profile = replace(PLAN.profile, id=SalonId("other"))
    other = EmbeddedCalendar(replace(PLAN, profile=profile), database, clock)

    assert await other.appointments(ANNA) == ()
    with pytest.raises(AppointmentGone):
        await other.cancel(booked.id, ANNA, key="2")
    assert (await other.book(CUT, BARI, AT_THREE, IVAN, key="1")).id != booked.id


async def test_a_told_phone_is_written_into_the_record(calendar: EmbeddedCalendar) -> None:
    booked = await calendar.book(CUT, BARI, AT_THREE, replace(HIDDEN, told_phone="79990001122"), key="1")

    assert booked.customer_phone == "79990001122"


SERVICE_BY_ID = {service.id: service for service in CATALOGUE.services}
ON_OFFER = [at(TOMORROW, "10:00") + n * timedelta(minutes=30) for n in range(6)]
GUESTS = [ANNA, IVAN, HIDDEN]


@dataclass(frozen=True)
class Wish:
    """One call at random; `pick` chooses the appointment to move or cancel, whosoever it is."""

    kind: Literal["book", "move", "cancel"]
    stylist: StylistId
    service: ServiceId
    start: datetime
    guest: Guest
    pick: int


class Ledger:
    """The calendar as a child would keep it: a list, searched from end to end."""

    def __init__(self) -> None:
        self.visits: dict[AppointmentId, Appointment] = {}

    def picked(self, number: int) -> Appointment | None:
        return list(self.visits.values())[number % len(self.visits)] if self.visits else None

    def is_free(self, stylist: StylistId, start: datetime, length: timedelta, but: Appointment | None = None) -> bool:
        return not any(
            visit.stylist_id == stylist and visit != but and visit.start < start + length and start < visit.end
            for visit in self.visits.values()
        )

    def of(self, guest: Guest) -> tuple[Appointment, ...]:
        own = [visit for visit in self.visits.values() if visit.customer_name == guest.name]
        return tuple(sorted(own, key=lambda visit: (visit.start, int(visit.id))))


wishes = st.builds(
    Wish,
    kind=st.sampled_from(["book", "book", "move", "cancel"]),
    stylist=st.sampled_from([BARI, SERGEY]),
    service=st.sampled_from([CUT, BEARD]),
    start=st.sampled_from(ON_OFFER),
    guest=st.sampled_from(GUESTS),
    pick=st.integers(0, 5),
)


@settings(max_examples=25)
@given(st.lists(wishes, min_size=1, max_size=25))
def test_any_sequence_of_wishes_leaves_what_a_plain_ledger_says(sequence: list[Wish]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(_play(sequence, Path(folder)))


async def _play(sequence: list[Wish], folder: Path) -> None:
    database = await Database.open(folder / "journal.sqlite3")
    calendar, ledger = EmbeddedCalendar(PLAN, database, HandClock(NOW)), Ledger()
    acts = {"book": _book, "move": _move, "cancel": _cancel}
    try:
        for number, wish in enumerate(sequence):
            await acts[wish.kind](calendar, ledger, wish, f"wish-{number}")
            for guest in GUESTS:
                assert await calendar.appointments(guest) == ledger.of(guest)
        await _compare_free_slots(calendar, ledger)
    finally:
        await database.close()


async def _book(calendar: EmbeddedCalendar, ledger: Ledger, wish: Wish, key: str) -> None:
    is_free = ledger.is_free(wish.stylist, wish.start, SERVICE_BY_ID[wish.service].duration)
    if not is_free:
        with pytest.raises(StartUnavailable):
            await calendar.book(wish.service, wish.stylist, wish.start, wish.guest, key=key)
        return
    booked = await calendar.book(wish.service, wish.stylist, wish.start, wish.guest, key=key)
    assert await calendar.book(wish.service, wish.stylist, wish.start, wish.guest, key=key) == booked
    ledger.visits[booked.id] = booked


async def _move(calendar: EmbeddedCalendar, ledger: Ledger, wish: Wish, key: str) -> None:
    visit = ledger.picked(wish.pick)
    if visit is None:
        return
    if visit not in ledger.of(wish.guest):
        with pytest.raises(AppointmentGone):
            await calendar.move(visit.id, wish.start, wish.guest, key=key)
    elif ledger.is_free(visit.stylist_id, wish.start, visit.duration, but=visit):
        ledger.visits[visit.id] = await calendar.move(visit.id, wish.start, wish.guest, key=key)
        assert ledger.visits[visit.id].start == wish.start
    else:
        with pytest.raises(StartUnavailable):
            await calendar.move(visit.id, wish.start, wish.guest, key=key)


async def _cancel(calendar: EmbeddedCalendar, ledger: Ledger, wish: Wish, key: str) -> None:
    visit = ledger.picked(wish.pick)
    if visit is None:
        return
    if visit in ledger.of(wish.guest):
        await calendar.cancel(visit.id, wish.guest, key=key)
        del ledger.visits[visit.id]
    else:
        with pytest.raises(AppointmentGone):
            await calendar.cancel(visit.id, wish.guest, key=key)


async def _compare_free_slots(calendar: EmbeddedCalendar, ledger: Ledger) -> None:
    slots = await calendar.free_slots(BEARD, stylist_id=None, window=Window(TOMORROW, TOMORROW))
    free = {(slot.stylist_id, slot.start) for slot in slots}
    for stylist in (BARI, SERGEY):
        for start in ON_OFFER:
            assert ((stylist, start) in free) is ledger.is_free(stylist, start, SERVICE_BY_ID[BEARD].duration)

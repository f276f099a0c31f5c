"""Which free slots are named: few, spread, and the nearest first."""

from datetime import datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from salonbot.assistant.execution.offers import nearest, spread
from salonbot.model.booking import Slot, Window
from salonbot.model.salon import StylistId
from tests.booking.salon import BARI, CUT, SERGEY, TODAY, TOMORROW, at

HOUR = timedelta(hours=1)


def slot(start: datetime, stylist: StylistId = BARI) -> Slot:
    return Slot(CUT, stylist, start, HOUR)


def day_of(*clocks: str, stylist: StylistId = BARI) -> list[Slot]:
    return [slot(at(TOMORROW, clock), stylist) for clock in clocks]


free = st.lists(
    st.builds(
        slot,
        st.builds(
            lambda day, half: at(TODAY + timedelta(days=day), "09:00") + half * HOUR / 2,
            st.integers(0, 9),
            st.integers(0, 20),
        ),
        st.sampled_from([BARI, SERGEY]),
    ),
    unique=True,
).map(lambda slots: sorted(slots, key=lambda one: one.start))
windows = st.sampled_from([Window(), Window(TODAY, TODAY + timedelta(days=9)), Window(date_from=TODAY)])


@given(free, windows)
def test_what_is_named_is_free_ascends_and_is_at_most_five(slots: list[Slot], window: Window) -> None:
    named = spread(slots, window)

    starts = [one.start for one in named]
    assert set(named) <= set(slots)
    assert starts == sorted(set(starts))
    assert len(named) <= 5
    assert bool(named) is bool(slots)
    assert not slots or named[0].start == slots[0].start


@given(free)
def test_every_day_of_a_short_window_is_named(slots: list[Slot]) -> None:
    days = {one.start.date() for one in slots}

    named = spread(slots, Window(TODAY, TODAY + timedelta(days=9)))

    assert len({one.start.date() for one in named}) == min(len(days), 5)


@given(free, st.sampled_from([None, BARI, SERGEY]), st.integers(0, 9), st.integers(9, 20))
def test_nothing_on_the_day_asked_for_is_passed_over_for_another_day(
    slots: list[Slot], stylist: StylistId | None, day: int, hour: int
) -> None:
    wanted = TODAY + timedelta(days=day)
    that_day = {one.start for one in slots if one.start.date() == wanted}

    near = nearest(slots, Window(wanted, wanted, time(hour), time(hour)), stylist)

    assert set(near) <= set(slots)
    assert len(near) == min(3, len({one.start for one in slots}))
    # One place is kept for the stylist asked for.
    assert sum(one.start.date() == wanted for one in near) >= min(3, len(that_day)) - (stylist is not None)
    assert stylist is None or stylist in {one.stylist_id for one in near} or stylist not in _freely(slots, near)


def _freely(slots: list[Slot], near: tuple[Slot, ...]) -> set[StylistId]:
    """Who is free at a start that is not named already."""
    return {one.stylist_id for one in slots if one.start not in {named.start for named in near}}


def test_the_closest_by_the_clock_come_first() -> None:
    three = time(15)

    near = nearest(day_of("09:00", "13:30", "16:00", "16:30", "19:00"), Window(TOMORROW, TOMORROW, three, three), None)

    assert [f"{one.start:%H:%M}" for one in near] == ["13:30", "16:00", "16:30"]


def test_the_stylists_take_turns() -> None:
    clocks = ("10:00", "11:00", "12:00", "13:00")
    slots = sorted(day_of(*clocks) + day_of(*clocks, stylist=SERGEY), key=lambda one: one.start)

    named = spread(slots, Window(TOMORROW, TOMORROW))

    assert [one.stylist_id for one in named] == [BARI, SERGEY, BARI, SERGEY]

"""The arithmetic of free starts, over all hours, zones and the days their clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.booking.availability import Busy, Interval, Rules, day_starts, local_moment, refusal
from salonbot.model.booking import Refusal, Slot, after
from salonbot.model.salon import Hours, ServiceId, StylistId

BERLIN, NEW_YORK, MOSCOW = (ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Europe/Moscow"))
CLOCK_CHANGES = [
    (BERLIN, date(2026, 3, 29)),
    (BERLIN, date(2026, 10, 25)),
    (NEW_YORK, date(2026, 3, 8)),
    (NEW_YORK, date(2026, 11, 1)),
    # Midnight itself is skipped in Beirut.
    (ZoneInfo("Asia/Beirut"), date(2026, 3, 29)),
]
MINUTE = timedelta(minutes=1)

zoned_days = st.sampled_from([*CLOCK_CHANGES, (MOSCOW, date(2026, 11, 24)), (BERLIN, date(2026, 6, 1))])
clocks = st.integers(0, 24 * 12 - 1).map(lambda n: time(n // 12, n % 12 * 5))
hours = st.tuples(clocks, clocks).filter(lambda ends: ends[0] < ends[1]).map(lambda ends: Hours(*ends))
durations = st.integers(1, 48).map(lambda n: n * 5 * MINUTE)
grids = st.sampled_from([5, 10, 15, 20, 30, 45, 60, 90]).map(lambda n: n * MINUTE)
moments = st.integers(0, 3 * 24 * 60).map(lambda n: datetime(2026, 11, 23, tzinfo=UTC) + n * MINUTE)


def rules(zone: ZoneInfo, grid: timedelta = 30 * MINUTE) -> Rules:
    return Rules(zone=zone, grid=grid, lead=timedelta(hours=1), horizon=timedelta(days=30))


@given(zoned_days, hours, durations, grids)
def test_every_minute_of_an_offered_visit_lies_inside_the_hours(
    zoned_day: tuple[ZoneInfo, date], interval: Hours, duration: timedelta, grid: timedelta
) -> None:
    zone, day = zoned_day

    for start in day_starts(day, (interval,), duration, rules(zone, grid)):
        begin = start.astimezone(UTC)
        lived = [(begin + n * MINUTE).astimezone(zone) for n in range(duration // MINUTE)]
        assert all(moment.date() == day for moment in lived)
        # An hour lived twice shows early wall times again: the stylist, who came in the first pass, is still there.
        assert all(interval.start <= moment.time() or moment.fold for moment in lived)
        assert all(moment.time() < interval.end for moment in lived)


@given(zoned_days, hours, durations, grids)
def test_offered_starts_exist_ascend_and_are_told_apart_by_their_wall_time(
    zoned_day: tuple[ZoneInfo, date], interval: Hours, duration: timedelta, grid: timedelta
) -> None:
    zone, day = zoned_day

    starts = list(day_starts(day, (interval,), duration, rules(zone, grid)))

    assert all(
        start.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == start.replace(tzinfo=None) for start in starts
    )
    assert all(one.astimezone(UTC) < other.astimezone(UTC) for one, other in pairwise(starts))
    assert all(
        (datetime.combine(day, s.time()) - datetime.combine(day, interval.start)) % grid == timedelta(0) for s in starts
    )


@given(zoned_days, hours, durations, grids)
def test_visits_booked_one_after_the_other_never_share_a_minute(
    zoned_day: tuple[ZoneInfo, date], interval: Hours, duration: timedelta, grid: timedelta
) -> None:
    zone, day = zoned_day
    booked: list[Interval] = []

    for start in day_starts(day, (interval,), duration, rules(zone, grid)):
        if not Busy(booked).overlaps(start, duration):
            booked.append(Interval(start, after(start, duration)))

    assert all(one.end.astimezone(UTC) <= other.start.astimezone(UTC) for one, other in pairwise(booked))


@given(st.lists(st.tuples(moments, durations)), moments, durations)
def test_busy_means_sharing_a_minute_with_any_interval(
    taken: list[tuple[datetime, timedelta]], start: datetime, duration: timedelta
) -> None:
    busy = Busy(Interval(begin, begin + length) for begin, length in taken)

    shares = any(begin < start + duration and start < begin + length for begin, length in taken)
    assert busy.overlaps(start, duration) is shares


@given(zoned_days, hours, durations, grids, st.integers(0, 24 * 12 - 1))
def test_a_start_is_refused_exactly_when_it_is_not_on_offer(
    zoned_day: tuple[ZoneInfo, date], interval: Hours, duration: timedelta, grid: timedelta, minutes: int
) -> None:
    zone, day = zoned_day
    wall = datetime.combine(day, time(minutes // 12, minutes % 12 * 5))
    start = local_moment(wall, zone)
    if start is None:
        return
    long_before = datetime.combine(day, time(12), UTC) - timedelta(days=3)

    found = refusal(start, duration, (interval,), Busy(), rules(zone, grid), long_before)

    is_offered = start in list(day_starts(day, (interval,), duration, rules(zone, grid)))
    assert found is (None if is_offered else Refusal.CLOSED)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 29), ["01:00", "01:30", "03:00", "03:30"]),
        (date(2026, 10, 25), ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]),
    ],
    ids=["an hour is skipped", "an hour comes twice"],
)
def test_a_night_of_changing_clocks_offers_each_wall_time_once(day: date, expected: list[str]) -> None:
    night = (Hours(time(1), time(4)),)

    assert [f"{start:%H:%M}" for start in day_starts(day, night, 30 * MINUTE, rules(BERLIN))] == expected


def test_the_second_pass_of_a_repeated_hour_cannot_be_booked() -> None:
    second_pass = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    night = (Hours(time(1), time(5)),)

    found = refusal(second_pass, 30 * MINUTE, night, Busy(), rules(BERLIN), datetime(2026, 10, 20, tzinfo=UTC))

    assert found is Refusal.CLOSED


def test_a_visit_over_the_skipped_hour_ends_in_real_time() -> None:
    slot = Slot(ServiceId("cut"), StylistId("bari"), datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN), 60 * MINUTE)

    assert f"{slot.end:%H:%M}" == "03:30"
    assert slot.end.astimezone(UTC) - slot.start.astimezone(UTC) == 60 * MINUTE


def test_lead_time_is_real_time_on_the_day_the_clock_skips_an_hour() -> None:
    now = datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN)
    all_night = (Hours(time(0), time(9)),)

    found = [
        refusal(datetime(2026, 3, 29, 3, minute, tzinfo=BERLIN), 30 * MINUTE, all_night, Busy(), rules(BERLIN), now)
        for minute in (0, 30)
    ]

    assert found == [Refusal.TOO_SOON, None]

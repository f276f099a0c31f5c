"""Quiet hours: by the salon's own clock, over midnight, and on the days when clocks are set."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.alerts.quiet import QuietHours

ZONES = [ZoneInfo(name) for name in ("Europe/Moscow", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")]
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo("Europe/Moscow"))


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        (at(21, 59), at(21, 59)),
        (at(22), at(8, day=25)),
        (at(3), at(8)),
        (at(8), at(8)),
    ],
)
def test_a_night_lasts_from_ten_to_eight_by_the_salons_clock(moment: datetime, allowed: datetime) -> None:
    night = QuietHours(time(22), time(8), ZoneInfo("Europe/Moscow"))

    assert night.after(moment.astimezone(UTC)) == allowed


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    siesta = QuietHours(time(13), time(15), ZoneInfo("Europe/Moscow"))
    never = QuietHours(time(0), time(0), ZoneInfo("Europe/Moscow"))

    assert siesta.after(at(14)) == at(15)
    assert siesta.after(at(3)) == at(3)
    assert not any(never.covers(at(hour)) for hour in range(24))


def test_where_the_clock_is_set_back_the_hour_that_comes_twice_ends_twice() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = QuietHours(time(22), time(2, 30), berlin)
    second = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=berlin).astimezone(UTC)

    assert night.after(second) == datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=berlin).astimezone(UTC)


@given(MOMENTS, st.times(), st.times(), st.sampled_from(ZONES))
def test_whoever_waits_for_the_end_is_not_in_quiet_hours_and_waited_a_day_at_most(
    moment: datetime, begin: time, end: time, zone: ZoneInfo
) -> None:
    quiet = QuietHours(begin, end, zone)

    allowed = quiet.after(moment)

    assert timedelta(0) <= allowed - moment <= timedelta(hours=26)
    assert not quiet.covers(allowed)

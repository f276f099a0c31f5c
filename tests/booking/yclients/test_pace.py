"""How often we ask: never faster than YClients allows, over all salons, and never waiting without end."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.booking.yclients.errors import PaceExceeded
from salonbot.booking.yclients.pace import Pace
from salonbot.model.booking import Window
from salonbot.model.salon import SalonId
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.booking.salon import BARI, CUT, PLAN, TODAY
from tests.booking.yclients.connecting import Connect
from tests.clocks import HandClock

ONE, OTHER = 4001, 4002
SECOND = replace(PLAN, profile=replace(PLAN.profile, id=SalonId("second")))


async def test_two_salons_together_keep_the_servers_limits(connect: Connect, sandbox: YClientsSandbox) -> None:
    """One question after the other: at once, the hand-moved clock would jump while requests are on their way."""
    sandbox.per_second, sandbox.per_minute = 5, 200
    pace = Pace(connect.clock)

    async with (
        connect(pace=pace, longest_wait_seconds=100) as one,
        connect(pace=pace, longest_wait_seconds=100, plan=SECOND) as other,
    ):
        for number in range(120):
            day = TODAY + timedelta(days=1 + number % 30)
            for salon in (one, other):
                await salon.free_slots(CUT, stylist_id=BARI, window=Window(day, day))
            connect.clock.advance(seconds=1)

    assert len(sandbox.calls) > 200
    assert sandbox.limited == 0


async def test_a_request_that_would_wait_too_long_is_refused_at_once() -> None:
    clock = HandClock()
    pace = Pace(clock, per_second=100, per_minute=3)
    for _ in range(3):
        await pace.turn(ONE, 10)
    before = clock.now()

    with pytest.raises(PaceExceeded):
        await pace.turn(ONE, 10)

    assert clock.now() == before
    await pace.turn(ONE, 70)


class YieldingClock(HandClock):
    """Others come to act while somebody sleeps."""

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        await asyncio.sleep(0)


async def test_companies_take_turns_however_many_requests_one_has_waiting() -> None:
    pace = Pace(YieldingClock(), per_second=1, per_minute=1000)
    await pace.turn(ONE, 1)
    left: list[int] = []

    async def ask(company: int) -> None:
        await pace.turn(company, 1000)
        left.append(company)

    async with asyncio.TaskGroup() as tasks:
        for company in [ONE] * 50 + [OTHER] * 3:
            tasks.create_task(ask(company))

    assert left[:7].count(OTHER) == 3
    assert len(left) == 53


async def test_one_company_cannot_use_up_the_minute_of_the_others() -> None:
    clock = HandClock()
    pace = Pace(clock, per_second=100, per_minute=10)
    await pace.turn(OTHER, 0)
    for _ in range(8):
        await pace.turn(ONE, 0)

    with pytest.raises(PaceExceeded):
        await pace.turn(ONE, 10)
    await pace.turn(OTHER, 0)


async def test_a_company_alone_has_the_whole_minute() -> None:
    clock = HandClock()
    pace = Pace(clock, per_second=100, per_minute=10)
    for _ in range(10):
        await pace.turn(ONE, 0)

    with pytest.raises(PaceExceeded):
        await pace.turn(ONE, 10)


async def test_a_clock_set_back_holds_nobody_up() -> None:
    clock = HandClock()
    pace = Pace(clock, per_second=1, per_minute=100)
    await pace.turn(ONE, 1)
    pace.hold(10)
    clock.advance(hours=-5)
    before = clock.now()

    await pace.turn(ONE, 5)

    assert clock.now() == before


@given(st.integers(1, 6), st.integers(1, 30), st.lists(st.floats(0, 3), min_size=1, max_size=60))
async def test_no_second_and_no_minute_holds_more_than_allowed(
    per_second: int, per_minute: int, pauses: list[float]
) -> None:
    clock = HandClock()
    pace = Pace(clock, per_second=per_second, per_minute=per_minute)
    left: list[datetime] = []
    for pause in pauses:
        clock.advance(seconds=pause)
        await pace.turn(ONE, 3600)
        left.append(clock.now())

    for moment in left:
        ages = [(moment - other).total_seconds() for other in left if other <= moment]
        assert sum(age < 1 for age in ages) <= per_second
        assert sum(age < 60 for age in ages) <= per_minute

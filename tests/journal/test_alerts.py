"""Episodes: one for each time something is the matter, however often it is raised."""

from datetime import timedelta

import pytest

from salonbot.journal.alerts import Alerts
from salonbot.journal.database import Database
from salonbot.model.alerts import Alert, AlertKind, NoticeState, Occasion, Recovered
from salonbot.model.salon import SalonId
from tests.clocks import HandClock
from tests.messages import SALON

LOGGED_OUT = Alert(kind=AlertKind.LOGGED_OUT, salon=SALON, detail="401", needs_owner=True)
OVER = Recovered(kind=AlertKind.LOGGED_OUT, salon=SALON)


@pytest.fixture
def alerts(database: Database) -> Alerts:
    return Alerts(database)


async def test_raised_again_it_is_the_same_episode(alerts: Alerts, clock: HandClock) -> None:
    first = await alerts.note(LOGGED_OUT, clock.now())
    clock.advance(hours=3)
    second = await alerts.note(LOGGED_OUT, clock.now())

    assert second.id == first.id
    assert (second.opened_at, second.raised_at) == (first.opened_at, clock.now())
    assert await alerts.on() == (second,)


async def test_salons_kinds_and_the_house_have_episodes_of_their_own(alerts: Alerts, clock: HandClock) -> None:
    for salon in (SALON, SalonId("other"), None):
        for kind in (AlertKind.LOGGED_OUT, AlertKind.SILENT):
            await alerts.note(Alert(kind=kind, salon=salon), clock.now())

    assert len(await alerts.on()) == 6
    assert {one.salon for one in await alerts.newest(9, [SALON])} == {SALON}


async def test_on_again_just_after_its_end_it_had_not_been_mended(alerts: Alerts, clock: HandClock) -> None:
    first = await alerts.note(LOGGED_OUT, clock.now())
    await alerts.see(first.id, clock.now())
    assert await alerts.end(OVER, clock.now())
    assert not await alerts.end(OVER, clock.now())
    clock.advance(minutes=29)

    again = await alerts.note(LOGGED_OUT, clock.now())
    assert (again.id, again.over_at, again.seen_at) == (first.id, None, None)


async def test_on_again_much_later_it_is_another_episode(alerts: Alerts, clock: HandClock) -> None:
    first = await alerts.note(LOGGED_OUT, clock.now())
    await alerts.end(OVER, clock.now())
    clock.advance(minutes=31)

    assert (await alerts.note(LOGGED_OUT, clock.now())).id != first.id


async def test_another_customer_who_wants_a_person_is_another_episode(alerts: Alerts, clock: HandClock) -> None:
    wanted = Alert(kind=AlertKind.PERSON_WANTED, salon=SALON)
    first = await alerts.note(wanted, clock.now())
    await alerts.end(Recovered(kind=AlertKind.PERSON_WANTED, salon=SALON), clock.now())
    clock.advance(seconds=1)

    assert (await alerts.note(wanted, clock.now())).id != first.id


async def test_it_is_looked_at_when_it_begins_gets_worse_and_ends_but_not_for_each_repetition(
    alerts: Alerts, clock: HandClock
) -> None:
    async def is_looked_at() -> bool:
        due = await alerts.undecided(clock.now())
        for episode in due:
            await alerts.decided(episode, (), (), None, clock.now())
        return bool(due)

    looks = []
    for count in (1, 1, 2, 2):
        await alerts.note(Alert(kind=AlertKind.PERSON_WANTED, salon=SALON, count=count), clock.now())
        looks.append(await is_looked_at())
    await alerts.end(Recovered(kind=AlertKind.PERSON_WANTED, salon=SALON), clock.now())
    looks.append(await is_looked_at())

    assert looks == [True, False, True, False, True]


async def test_a_notice_waits_until_it_is_told_or_given_up(alerts: Alerts, clock: HandClock) -> None:
    episode = await alerts.note(LOGGED_OUT, clock.now())
    tell = [("telegram", Occasion.OPENED), ("email", Occasion.OPENED)]
    await alerts.decided(episode, tell, (), None, clock.now())
    (telegram,), (email,) = await alerts.due("telegram", clock.now()), await alerts.due("email", clock.now())

    await alerts.put_off(telegram, "HTTP 502", clock.now() + timedelta(seconds=5))
    await alerts.gave_up(email, "535 wrong password", clock.now())
    assert await alerts.due("telegram", clock.now()) == ()
    clock.advance(seconds=5)
    (telegram,) = await alerts.due("telegram", clock.now())
    assert (telegram.tries, telegram.failure) == (1, "HTTP 502")
    await alerts.told(telegram, clock.now())

    told, given_up = await alerts.notices(episode.id)
    assert (told.state, told.told_at, told.failure) == (NoticeState.TOLD, clock.now(), None)
    assert (given_up.state, given_up.failure) == (NoticeState.GIVEN_UP, "535 wrong password")
    assert [one.id for one in await alerts.undecided(clock.now())] == [episode.id], "what comes next is decided anew"

"""From what is raised to what arrives: durable, once, over every channel, whatever breaks."""

import asyncio
import shutil
from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from salonbot.alerts.deciding import Rules
from salonbot.alerts.desk import Desk
from salonbot.alerts.letter import MOST_TRIES, ChannelFailed, Letter
from salonbot.alerts.owner import CHANNELS, Owner
from salonbot.alerts.quiet import QuietHours
from salonbot.journal.alerts import Alerts
from salonbot.journal.database import Database
from salonbot.model.alerts import Alert, AlertKind, NoticeState, Recovered
from salonbot.model.salon import SalonId
from tests.clocks import HandClock
from tests.journal_fixtures import clock, database
from tests.messages import SALON

__all__ = ["clock", "database"]

MOSCOW = ZoneInfo("Europe/Moscow")
RULES = Rules(QuietHours(time(0), time(0), MOSCOW), frozenset({AlertKind.LOGGED_OUT, AlertKind.JOURNAL_NOT_WRITABLE}))
LOGGED_OUT = Alert(kind=AlertKind.LOGGED_OUT, salon=SALON, detail="401")
BACK = Recovered(kind=AlertKind.LOGGED_OUT, salon=SALON)


@dataclass
class Wire:
    """A channel whose other end is this list, and which fails as told."""

    name: str = "telegram"
    address: str = "a list"
    letters: list[Letter] = field(default_factory=list)
    failures: list[ChannelFailed] = field(default_factory=list)
    is_down: bool = False

    async def send(self, letter: Letter) -> None:
        if self.is_down:
            raise ChannelFailed("down")
        if self.failures:
            raise self.failures.pop(0)
        self.letters.append(letter)

    def said(self) -> list[str]:
        return [f"{letter.kind} {letter.occasion.value}" for letter in self.letters]


@dataclass
class House:
    """The desk with two channels, moved on by hand."""

    desk: Desk
    alerts: Alerts
    clock: HandClock
    telegram: Wire
    email: Wire

    async def hear(self, *news: Alert | Recovered) -> None:
        for one in news:
            self.desk.hear(one)
        await self.turn()

    async def turn(self) -> None:
        """Keep, decide, tell, until nothing is due."""
        for _ in range(20):
            await self.desk.work()
            told = [await self.desk.teller.tell_due(channel) for channel in CHANNELS]
            if not any(told):
                await self.desk.work()
                return

    async def after(self, **delta: float) -> None:
        self.clock.advance(**delta)
        await self.turn()


def make(database: Database, clock: HandClock) -> House:
    telegram, email = Wire("telegram"), Wire("email")
    owner = Owner(RULES, {"telegram": telegram, "email": email}, salon_name="Арбат")
    alerts = Alerts(database)
    return House(Desk(alerts, lambda _: owner, clock), alerts, clock, telegram, email)


@pytest.fixture
def house(database: Database, clock: HandClock) -> House:
    return make(database, clock)


async def test_an_episode_is_told_over_every_channel_once_and_so_is_its_end(house: House) -> None:
    await house.hear(LOGGED_OUT, LOGGED_OUT)
    await house.hear(LOGGED_OUT)
    await house.hear(BACK, BACK)

    said = ["logged_out opened", "logged_out over"]
    assert house.telegram.said() == house.email.said() == said


async def test_a_session_that_is_online_again_ends_whatever_its_end_was(house: House) -> None:
    house.desk.hear_session(SALON, "banned", "24.11 15:30")
    await house.turn()
    house.desk.hear_session(SALON, "connecting", "")
    await house.turn()
    house.desk.hear_session(SALON, "online", "")
    await house.turn()

    assert house.telegram.said() == ["banned opened", "banned over"]
    assert "24.11 15:30" in house.telegram.letters[0].text


async def test_what_could_not_be_told_is_told_after_a_restart(
    house: House, database: Database, clock: HandClock
) -> None:
    house.telegram.is_down = True
    await house.hear(LOGGED_OUT)
    reborn = make(database, clock)
    await reborn.after(minutes=1)

    assert reborn.telegram.said() == ["logged_out opened"]
    assert reborn.email.said() == [], "it has been told that"


async def test_what_was_told_in_the_moment_of_a_stop_is_not_told_again(
    house: House, database: Database, clock: HandClock
) -> None:
    house.desk.hear(LOGGED_OUT)
    await house.desk.work()
    telling = asyncio.create_task(house.desk.teller.tell_due("telegram"))
    while not house.telegram.letters:  # noqa: ASYNC110 - a list has no event
        await asyncio.sleep(0)
    telling.cancel()
    await asyncio.gather(telling, return_exceptions=True)

    reborn = make(database, clock)
    await reborn.after(minutes=1)

    assert house.telegram.said() == ["logged_out opened"]
    assert reborn.telegram.said() == []


async def test_a_channel_that_fails_is_tried_again_in_growing_pauses(house: House) -> None:
    house.telegram.failures = [ChannelFailed("502"), ChannelFailed("429", retry_after=timedelta(seconds=35))]
    await house.hear(LOGGED_OUT)
    assert house.telegram.said() == []
    await house.after(seconds=4)
    assert len(house.telegram.failures) == 1, "not yet"
    await house.after(seconds=1)
    assert house.telegram.failures == []
    await house.after(seconds=34)
    assert house.telegram.said() == []
    await house.after(seconds=1)

    assert house.telegram.said() == ["logged_out opened"]


async def test_a_channel_that_stays_broken_is_itself_told_over_the_others_until_it_works(house: House) -> None:
    house.telegram.is_down = True
    await house.hear(LOGGED_OUT)
    for _ in range(3):
        await house.after(seconds=15)
    assert house.email.said() == ["logged_out opened", "channel_broken opened"]
    assert "Не работает: Telegram." in house.email.letters[-1].text
    trouble = house.desk.teller.trouble("telegram", SALON)
    assert trouble is not None
    assert trouble.is_broken

    house.telegram.is_down = False
    await house.after(minutes=15)
    assert house.email.said()[-1] == "channel_broken over"
    assert house.telegram.said() == ["logged_out opened"]
    assert house.desk.teller.trouble("telegram", SALON) is None


async def test_what_no_further_try_can_mend_is_given_up_at_once_and_told(house: House) -> None:
    house.telegram.failures = [ChannelFailed("403 blocked", is_final=True)]
    await house.hear(LOGGED_OUT)
    await house.after(minutes=29)

    assert house.email.said() == ["logged_out opened", "channel_broken opened"]
    states = {one.channel: one.state for one in await house.alerts.notices(1)}
    assert states == {"telegram": NoticeState.GIVEN_UP, "email": NoticeState.TOLD}
    await house.after(minutes=2)
    assert "logged_out reminder" in house.telegram.said(), "the next reminder tries it anew"


async def test_after_hours_of_trying_it_is_no_news_any_more(house: House) -> None:
    house.telegram.is_down = True
    await house.hear(LOGGED_OUT)
    for _ in range(MOST_TRIES):
        await house.after(minutes=15)

    given_up = [one for one in await house.alerts.notices(1) if one.state is NoticeState.GIVEN_UP]
    assert {one.channel for one in given_up} == {"telegram"}


async def test_a_salon_that_is_gone_does_not_keep_its_notices_waiting(
    house: House, database: Database, clock: HandClock
) -> None:
    house.telegram.is_down = house.email.is_down = True
    await house.hear(LOGGED_OUT)
    bare = Desk(Alerts(database), lambda _: Owner(RULES, {}), clock)
    clock.advance(minutes=1)
    for channel in CHANNELS:
        await bare.teller.tell_due(channel)

    assert {one.state for one in await house.alerts.notices(1)} == {NoticeState.GIVEN_UP}


async def test_a_channel_that_hangs_holds_up_no_other(house: House) -> None:
    gate = asyncio.Event()

    class Hanging(Wire):
        async def send(self, letter: Letter) -> None:
            await gate.wait()
            await super().send(letter)

    hanging = Hanging("telegram")
    owner = Owner(RULES, {"telegram": hanging, "email": house.email})
    desk = Desk(house.alerts, lambda _: owner, house.clock)
    desk.hear(LOGGED_OUT)
    await desk.work()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(desk.teller.tell_due("telegram"))
        await desk.teller.tell_due("email")
        assert house.email.said() == ["logged_out opened"]
        assert hanging.said() == []
        gate.set()


async def test_a_test_goes_over_every_channel_and_says_what_came_of_each(house: House) -> None:
    house.email.failures = [ChannelFailed("535 wrong password", is_final=True)]

    tried = await house.desk.teller.try_out(SALON)

    assert {one.channel: one.failure for one in tried} == {"telegram": None, "email": "535 wrong password"}
    assert [letter.kind for letter in house.telegram.letters] == [None]


async def test_who_has_no_channel_sees_it_on_the_page(database: Database, clock: HandClock) -> None:
    alerts = Alerts(database)
    desk = Desk(alerts, lambda _: Owner(RULES, {}), clock)
    desk.hear(LOGGED_OUT)
    await desk.work()

    (episode,) = await alerts.on()
    assert (episode.kind, episode.salon) == (AlertKind.LOGGED_OUT, SalonId("main"))
    assert await alerts.undecided(clock.now()) == ()


async def test_a_journal_that_cannot_be_written_is_told_at_once_and_kept_when_it_can(
    tmp_path: Path, clock: HandClock
) -> None:
    """The journal's file is made read-only under the running desk, as a full or failing disk would."""
    database = await Database.open(tmp_path / "journal.sqlite3")
    house = make(database, clock)
    broken = Alert(kind=AlertKind.JOURNAL_NOT_WRITABLE, detail="disk I/O error")
    await database._connection.execute("PRAGMA query_only = ON")
    house.desk.hear(broken)
    for _ in range(3):
        await house.desk.work()
    house.desk.hear(broken)
    await house.desk.work()
    assert house.telegram.said() == ["journal_not_writable opened"]

    await database._connection.execute("PRAGMA query_only = OFF")
    await house.turn()
    await house.hear(Recovered(kind=AlertKind.JOURNAL_NOT_WRITABLE))
    await database.close()

    assert house.telegram.said() == house.email.said() == ["journal_not_writable opened", "journal_not_writable over"]
    shutil.rmtree(tmp_path)


async def test_while_the_journal_cannot_be_written_a_channel_that_was_away_is_tried_with_each_new_notice(
    database: Database, clock: HandClock
) -> None:
    house = make(database, clock)
    broken = Alert(kind=AlertKind.JOURNAL_NOT_WRITABLE, detail="disk I/O error")
    house.telegram.is_down = house.email.is_down = True
    await database._connection.execute("PRAGMA query_only = ON")
    for _ in range(3):
        house.desk.hear(broken)
        await house.desk.work()
    house.telegram.is_down = house.email.is_down = False
    for _ in range(3):
        house.desk.hear(broken)
        await house.desk.work()
    said = house.telegram.said()
    await database._connection.execute("PRAGMA query_only = OFF")
    await house.turn()

    assert said == house.telegram.said() == house.email.said() == ["journal_not_writable opened"]


async def test_what_is_heard_again_and_again_while_the_journal_cannot_be_written_is_kept_in_mind_once(
    database: Database, clock: HandClock
) -> None:
    house = make(database, clock)
    await database._connection.execute("PRAGMA query_only = ON")
    for count in range(1, 200):
        house.desk.hear(Alert(kind=AlertKind.PERSON_WANTED, salon=SALON, count=count))
        house.desk.hear_session(SALON, "online", "")
        clock.advance(minutes=5)
        await house.desk.work()
    waiting = len(house.desk._heard)
    await database._connection.execute("PRAGMA query_only = OFF")
    await house.turn()
    (episode,) = await house.alerts.on()

    assert waiting < 20
    assert (episode.kind, episode.count) == (AlertKind.PERSON_WANTED, 199)
    assert (episode.raised_at - episode.opened_at) == timedelta(minutes=5 * 198)


async def test_what_was_told_is_not_told_again_because_the_journal_cannot_be_written(
    database: Database, clock: HandClock
) -> None:
    house = make(database, clock)
    house.desk.hear(LOGGED_OUT)
    await house.desk.work()
    await database._connection.execute("PRAGMA query_only = ON")
    async with asyncio.TaskGroup() as tasks:
        telling = tasks.create_task(house.desk.teller.run())
        while not (house.telegram.letters and house.email.letters):  # noqa: ASYNC110 - lists have no event
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.1)
        await database._connection.execute("PRAGMA query_only = OFF")
        for channel in ("telegram", "email"):
            while await house.alerts.due(channel, clock.now()):  # noqa: ASYNC110 - rows have no event
                await asyncio.sleep(0.001)
        telling.cancel()

    assert house.telegram.said() == house.email.said() == ["logged_out opened"]


async def test_a_broken_channel_that_is_configured_no_more_is_no_news(database: Database, clock: HandClock) -> None:
    telegram, email = Wire("telegram", failures=[ChannelFailed("403 blocked", is_final=True)]), Wire("email")
    channels = {"telegram": telegram, "email": email}
    alerts = Alerts(database)
    desk = Desk(alerts, lambda _: Owner(RULES, dict(channels), salon_name="Арбат"), clock)
    house = House(desk, alerts, clock, telegram, email)
    await house.hear(LOGGED_OUT)
    assert email.said() == ["logged_out opened", "channel_broken opened"]

    del channels["telegram"]
    await house.hear(BACK)

    assert email.said()[2:] == ["logged_out over", "channel_broken over"]

"""Who is told what of an episode, and when: single cases, and what holds whatever happens."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salonbot.alerts.deciding import Decision, Rules, decide
from salonbot.alerts.quiet import QuietHours
from salonbot.model.alerts import AlertKind, Episode, Notice, NoticeState, Occasion, Severity

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 24, 12, tzinfo=MOSCOW).astimezone(UTC)
MIDNIGHT = NOON + timedelta(hours=12)
MORNING = NOON + timedelta(hours=20)
RULES = Rules(
    QuietHours(time(22), time(8), MOSCOW), frozenset(one for one in AlertKind if one.severity is Severity.URGENT)
)
URGENT, PLAIN, NOTE, LAPSING = (
    AlertKind.LOGGED_OUT,
    AlertKind.CLAUDE_AWAY,
    AlertKind.BUDGET_SPENT,
    AlertKind.REPLIES_REFUSED,
)


@dataclass
class Story:
    """An episode in time: what is decided is told at once, or when the channel lets it."""

    kind: AlertKind = URGENT
    now: datetime = NOON
    rules: Rules = RULES
    channels: tuple[str, ...] = ("telegram",)
    notices: list[Notice] = field(default_factory=list)
    reaches: bool = True
    episode: Episode = field(init=False)
    last: Decision = field(default_factory=Decision)

    def __post_init__(self) -> None:
        self.episode = Episode(
            id=1,
            kind=self.kind,
            salon=None,
            detail="",
            count=1,
            needs_owner=False,
            opened_at=self.now,
            raised_at=self.now,
        )

    def decide(self) -> list[str]:
        """What is told now, over all channels."""
        self.last = decide(self.episode, self.notices, self.channels, self.rules, self.now)
        self.notices = [
            replace(one, state=NoticeState.DROPPED) if one.id in self.last.drop else one for one in self.notices
        ]
        for channel, occasion in self.last.tell:
            notice = Notice(
                id=len(self.notices) + 1,
                episode=1,
                channel=channel,
                occasion=occasion,
                count=self.episode.count,
                decided_at=self.now,
            )
            self.notices.append(notice)
        if self.reaches:
            self.deliver()
        if self.last.has_lapsed:
            self.end()
        return [occasion.value for _, occasion in self.last.tell]

    def deliver(self) -> None:
        self.notices = [
            replace(one, state=NoticeState.TOLD, told_at=self.now) if one.state is NoticeState.WAITING else one
            for one in self.notices
        ]

    def after(self, **delta: float) -> list[str]:
        self.now += timedelta(**delta)
        return self.decide()

    def at(self, moment: datetime) -> list[str]:
        self.now = moment
        return self.decide()

    def end(self) -> None:
        self.episode = replace(self.episode, over_at=self.now)

    def again(self, count: int = 1) -> None:
        self.episode = replace(self.episode, over_at=None, raised_at=self.now, count=count)


def test_it_is_told_once_and_reminded_of_in_growing_pauses() -> None:
    story = Story()
    said = {0: story.decide()}
    for hour in range(1, 60):
        said[hour] = story.after(hours=1)

    assert [hour for hour, what in said.items() if what] == [0, 1, 2, 4, 8, 20, 44]
    assert {what for told in said.values() for what in told} == {"opened", "reminder"}


def test_nobody_is_woken_for_what_is_not_urgent_and_hears_of_it_in_the_morning() -> None:
    story = Story(PLAIN, now=MIDNIGHT)

    assert story.decide() == []
    assert story.last.look_at == MORNING
    assert story.at(MORNING) == ["opened"]


def test_what_is_urgent_is_told_at_midnight_but_reminders_of_it_wait() -> None:
    story = Story(now=MIDNIGHT)

    assert story.decide() == ["opened"]
    assert story.after(hours=5) == []
    assert story.at(MORNING) == ["reminder"]


def test_what_is_over_is_told_to_those_who_heard_of_it() -> None:
    story = Story()
    story.decide()
    story.now += timedelta(minutes=5)
    story.end()

    assert story.decide() == ["over"]
    assert story.after(days=1) == []
    assert story.last.look_at is None


def test_what_came_and_went_in_the_night_is_never_told() -> None:
    story = Story(PLAIN, now=MIDNIGHT)
    story.decide()
    story.now += timedelta(hours=1)
    story.end()

    assert story.decide() == []
    assert story.at(MORNING) == []


def test_a_notice_that_could_not_be_given_before_the_end_is_dropped() -> None:
    story = Story(reaches=False)
    assert story.decide() == ["opened"]
    story.end()

    assert story.decide() == []
    assert [one.state for one in story.notices] == [NoticeState.DROPPED]


def test_more_customers_than_before_are_worth_another_word_but_not_every_minute() -> None:
    story = Story(AlertKind.PERSON_WANTED)
    story.decide()
    story.now += timedelta(minutes=1)
    story.again(count=2)

    assert story.decide() == []
    assert story.after(minutes=9) == ["worse"]
    assert story.after(minutes=10) == []


def test_who_has_taken_note_is_not_reminded_but_hears_when_it_is_over() -> None:
    story = Story()
    story.decide()
    story.episode = replace(story.episode, seen_at=story.now)

    assert story.after(days=3) == []
    story.end()
    assert story.decide() == ["over"]


def test_what_is_only_good_to_know_is_told_once() -> None:
    story = Story(NOTE)

    assert story.decide() == ["opened"]
    assert story.after(hours=5) == []


def test_what_nobody_can_know_the_end_of_is_over_by_itself_and_without_a_word() -> None:
    story = Story(LAPSING)
    story.decide()

    assert story.after(minutes=59) == []
    assert story.after(minutes=1) == []
    assert story.last.has_lapsed
    assert story.decide() == []


def test_muted_kinds_are_told_to_nobody() -> None:
    story = Story(rules=replace(RULES, muted=frozenset({URGENT})))

    assert [story.after(hours=hour) for hour in range(50)] == [[]] * 50


def test_each_channel_hears_for_itself() -> None:
    story = Story(channels=("telegram", "email"))
    assert story.decide() == ["opened", "opened"]
    story.channels = ("telegram", "email", "webhook")

    assert story.after(minutes=1) == ["opened"]


@pytest.mark.parametrize("minutes", [1, 7, 20])
def test_trouble_that_comes_and_goes_is_not_told_each_time(minutes: int) -> None:
    story = Story()
    told = [*story.decide()]
    for step in range(24 * 60 // minutes):
        story.now += timedelta(minutes=minutes)
        if step % 2:
            story.again()
        else:
            story.end()
        told += story.decide()

    assert told.count("opened") <= 8
    assert told.count("over") <= 8


STEPS = st.lists(
    st.tuples(st.floats(0.1, 600), st.sampled_from(["look", "end", "again", "worse", "seen", "reaches", "fails"])),
    max_size=60,
)


@settings(max_examples=300)
@given(STEPS, st.sampled_from(list(AlertKind)), st.integers(0, 23))
def test_whatever_happens_nobody_is_told_twice_in_a_row_or_at_night_or_of_what_is_not_true(
    steps: list[tuple[float, str]], kind: AlertKind, hour: int
) -> None:
    story = Story(kind, now=NOON + timedelta(hours=hour))
    begun = story.now
    is_urgent = kind in RULES.urgent
    for minutes, what in steps:
        story.now += timedelta(minutes=minutes)
        match what:
            case "end":
                story.end()
            case "again":
                story.again()
            case "worse":
                story.again(count=story.episode.count + 1)
            case "seen":
                story.episode = replace(story.episode, seen_at=story.now)
            case "reaches" | "fails":
                story.reaches = what == "reaches"
        was_over = story.episode.over_at is not None
        for said in story.decide():
            occasion = Occasion(said)
            assert (occasion is Occasion.OVER) is was_over
            assert not RULES.quiet.covers(story.now) or (is_urgent and said in ("opened", "worse", "over"))
        assert story.last.look_at is None or story.last.has_lapsed or story.last.look_at > story.now
        assert story.decide() == [] or story.last.has_lapsed
    told = [one for one in story.notices if one.state is not NoticeState.DROPPED]
    assert sum(one.state is NoticeState.WAITING for one in told) <= 1
    assert not any(a.occasion is Occasion.OVER and b.occasion is Occasion.OVER for a, b in pairwise(told))
    assert not told or told[0].occasion is Occasion.OPENED
    words = [one for one in told if one.occasion is not Occasion.OVER]
    assert all(b.decided_at - a.decided_at >= timedelta(minutes=10) for a, b in pairwise(words))
    assert len(words) <= 2 + (story.now - begun) / timedelta(minutes=10)

"""Who is told what of an episode, and when. Pure: rows in, a decision out; nothing is sent and nothing is written.

Over each channel an episode is told once when it opens, again when it gets worse, then in growing pauses while it is
unsolved and nobody has taken note, and once more when it is over. What ended before anybody could be told is not told
at all. Quiet hours hold back all but the first and the last word about what is urgent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from salonbot.alerts.quiet import QuietHours
from salonbot.model.alerts import AlertKind, Episode, Notice, NoticeState, Occasion, Severity

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

PAUSES = {
    True: (30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR),
    False: (4 * HOUR, 8 * HOUR, 24 * HOUR),
}
"""After the n-th time it was told, until it is told again; by whether it presses. The last one repeats."""
WORSE_PAUSE = 10 * MINUTE
"""However fast it gets worse."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a salon's owner wishes to be told."""

    quiet: QuietHours
    urgent: frozenset[AlertKind]
    """Told at any hour."""
    muted: frozenset[AlertKind] = frozenset()
    """Shown on the page, never told."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from how things stand now."""

    tell: tuple[tuple[str, Occasion], ...] = ()
    """Channels, and what is told over each."""
    drop: tuple[int, ...] = ()
    """Notices that wait and are not true any more."""
    look_at: datetime | None = None
    """When to decide again; None: when something happens."""
    has_lapsed: bool = False
    """It is over because nobody has raised it again."""


def decide(
    episode: Episode, notices: Sequence[Notice], channels: Sequence[str], rules: Rules, now: datetime
) -> Decision:
    """`notices` are all of the episode's, oldest first; `channels` those an episode of this kind may be told over."""
    lapses_at = _lapses_at(episode)
    if lapses_at is not None and lapses_at <= now:
        return Decision(has_lapsed=True, look_at=now)
    by_channel = {channel: [one for one in notices if one.channel == channel] for channel in channels}
    drop = tuple(one.id for one in notices if _is_untrue(one, episode))
    tell: list[tuple[str, Occasion]] = []
    moments = [lapses_at] if lapses_at is not None else []
    for channel, given in by_channel.items():
        due = _next([one for one in given if one.id not in drop], episode, rules)
        if due is None:
            continue
        occasion, moment = due
        if episode.kind not in rules.urgent or occasion is Occasion.REMINDER:
            moment = rules.quiet.after(max(moment, now))
        if moment <= now:
            tell.append((channel, occasion))
        else:
            moments.append(moment)
    return Decision(tuple(tell), drop, min(moments, default=None))


def presses(kind: AlertKind, rules: Rules) -> bool:
    """Whether reminders of it are close together."""
    return kind in rules.urgent or kind is AlertKind.PERSON_WANTED


def _lapses_at(episode: Episode) -> datetime | None:
    after = episode.kind.lapses_after
    return episode.raised_at + after if after is not None and episode.over_at is None else None


def _is_untrue(notice: Notice, episode: Episode) -> bool:
    is_waiting, says_over = notice.state is NoticeState.WAITING, notice.occasion is Occasion.OVER
    return is_waiting and says_over is (episode.over_at is None)


def _next(given: Sequence[Notice], episode: Episode, rules: Rules) -> tuple[Occasion, datetime] | None:
    """What is due over one channel, and when at the earliest; None where nothing is before something happens."""
    known = [one for one in given if one.state is not NoticeState.DROPPED]
    if episode.kind in rules.muted or any(one.state is NoticeState.WAITING for one in known):
        return None
    said = [one for one in known if one.occasion is not Occasion.OVER]
    believes_it_is_on = bool(known) and known[-1].occasion is not Occasion.OVER
    if episode.over_at is not None:
        if not believes_it_is_on or not episode.kind.tells_over or not _was_heard(known):
            return None
        return Occasion.OVER, episode.over_at
    if not said:
        return Occasion.OPENED, episode.opened_at
    again = said[-1].at + _pause(len(said), urgent=presses(episode.kind, rules))
    if not believes_it_is_on:
        # It had been said to be over too early: no ping-pong, the same growing pauses as for reminders.
        return Occasion.OPENED, again
    if episode.count > max(one.count for one in said):
        return Occasion.WORSE, said[-1].at + WORSE_PAUSE
    if episode.seen_at is not None or (episode.kind.severity is Severity.NOTE and episode.kind not in rules.urgent):
        return None
    return Occasion.REMINDER, again


def _was_heard(known: Sequence[Notice]) -> bool:
    """Whether the owner has heard of it since it was last said to be over."""
    for notice in reversed(known):
        if notice.occasion is Occasion.OVER:
            return False
        if notice.state is NoticeState.TOLD:
            return True
    return False


def _pause(times: int, *, urgent: bool) -> timedelta:
    pauses = PAUSES[urgent]
    return pauses[min(times, len(pauses)) - 1]

"""What the owner should know: kinds of trouble, how bad each is, and the two things that can be said of one.

An alert is an *episode* of one kind at one salon: it is raised (as often as anybody notices), stays on, and is over
when somebody says so, or by itself where nobody can know. Who is told of it when is decided in `alerts`, not where it
is raised: whoever notices trouble raises it every time, and says `Recovered` every time it is seen to be gone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from salonbot.model.salon import SalonId


class Severity(StrEnum):
    """How much it matters."""

    URGENT = "urgent"
    """Customers get no answer, or the house is about to fall: told at any hour."""
    WARNING = "warning"
    """Somebody has to do something, but not at night."""
    NOTE = "note"
    """Good to know; told once, never reminded of."""


class AlertKind(StrEnum):
    # The session. The first eight have the names of the session's states.
    LOGGED_OUT = "logged_out"
    REPLACED = "replaced"
    BANNED = "banned"
    OUTDATED = "outdated"
    PASSKEY_NEEDED = "passkey_needed"
    REFUSED = "refused"
    STORE_DAMAGED = "store_damaged"
    HELD = "held"
    SILENT = "silent"
    """Not online, or online and nothing heard, for too long."""
    # The pipeline.
    TURN_TOO_OLD = "turn_too_old"
    """A customer has waited for an answer far too long."""
    TURNS_FAILING = "turns_failing"
    """Customers got an apology instead of an answer."""
    REPLIES_REFUSED = "replies_refused"
    """WhatsApp did not take a reply, for good."""
    MESSAGES_LOST = "messages_lost"
    """Customers' messages died between WhatsApp and the journal, or could not be read."""
    PERSON_WANTED = "person_wanted"
    """Customers wait for a person."""
    # What the house leans on.
    CLAUDE_AWAY = "claude_away"
    BUDGET_SPENT = "budget_spent"
    BOOKING_AWAY = "booking_away"
    """Customers' requests wait for it."""
    EVENTS_NOT_DELIVERED = "events_not_delivered"
    """The salon's other system does not take what it is told."""
    # The house itself.
    JOURNAL_NOT_WRITABLE = "journal_not_writable"
    DISK_FULL = "disk_full"
    """Nearly."""
    RELOAD_FAILED = "reload_failed"
    """The changed configuration has mistakes: the one before it goes on."""
    RESTART_WANTED = "restart_wanted"
    """Worn out: the process has asked to be started anew."""
    CHANNEL_BROKEN = "channel_broken"
    """One of the ways alerts go cannot be gone."""

    @property
    def severity(self) -> Severity:
        """How much this kind matters; `[alerts] urgent` may say otherwise."""
        return _SEVERITIES.get(self, Severity.WARNING)

    @property
    def is_session(self) -> bool:
        """Over as soon as the salon's session is online."""
        return self in SESSION_KINDS

    @property
    def tells_over(self) -> bool:
        """Its end is news: somebody may be on the way to mend it."""
        return self.lapses_after is None and self is not AlertKind.PERSON_WANTED

    @property
    def settles_within(self) -> timedelta:
        """Raised again this soon after its end it is still the same episode: it had not been mended."""
        # Who asks for a person is another customer each time.
        return timedelta(0) if self is AlertKind.PERSON_WANTED else SETTLING

    @property
    def lapses_after(self) -> timedelta | None:
        """Nobody can tell when it is over: it is taken to be this long after it was last raised. None: it is told."""
        return _LAPSES.get(self)


SETTLING = timedelta(minutes=30)

SESSION_KINDS = frozenset(
    {
        AlertKind.LOGGED_OUT,
        AlertKind.REPLACED,
        AlertKind.BANNED,
        AlertKind.OUTDATED,
        AlertKind.PASSKEY_NEEDED,
        AlertKind.REFUSED,
        AlertKind.STORE_DAMAGED,
        AlertKind.HELD,
        AlertKind.SILENT,
    }
)

_SEVERITIES = {
    **dict.fromkeys(SESSION_KINDS, Severity.URGENT),
    AlertKind.TURN_TOO_OLD: Severity.URGENT,
    AlertKind.JOURNAL_NOT_WRITABLE: Severity.URGENT,
    AlertKind.DISK_FULL: Severity.URGENT,
    AlertKind.BUDGET_SPENT: Severity.NOTE,
    AlertKind.RESTART_WANTED: Severity.NOTE,
}

_LAPSES = {
    AlertKind.TURNS_FAILING: timedelta(hours=1),
    AlertKind.REPLIES_REFUSED: timedelta(hours=1),
    AlertKind.MESSAGES_LOST: timedelta(hours=1),
    AlertKind.BUDGET_SPENT: timedelta(hours=6),
    AlertKind.RESTART_WANTED: timedelta(hours=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something is the matter. Raise it whenever it is noticed: the same one again is the same episode."""

    kind: AlertKind
    detail: str = ""
    """One short sentence or term for people, such as a code; no customer's words, name or number."""
    salon: SalonId | None = None
    """None where it concerns all salons."""
    count: int = 1
    """How many it is about, such as customers who wait. More than before is worth telling again."""
    needs_owner: bool = False
    """Nothing gets better by itself: a key, a right or a bill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """It is over. Said of what was never raised it means nothing."""

    kind: AlertKind
    salon: SalonId | None = None


News = Alert | Recovered
"""What may be told to the owner, through `tell_owner`: any room's way to say it without knowing who listens."""


class Occasion(StrEnum):
    """Why a notice is given."""

    OPENED = "opened"
    WORSE = "worse"
    """It is about more than when it was last told."""
    REMINDER = "reminder"
    OVER = "over"


class NoticeState(StrEnum):
    WAITING = "waiting"
    """To be tried, again or for the first time."""
    TOLD = "told"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"
    """The episode was over before anybody could be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One time something was the matter."""

    id: int
    kind: AlertKind
    salon: SalonId | None
    detail: str
    count: int
    needs_owner: bool
    opened_at: datetime
    raised_at: datetime
    """For the last time."""
    over_at: datetime | None = None
    seen_at: datetime | None = None
    """A person has taken note: no more reminders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing told, or to be told, over one channel."""

    id: int
    episode: int
    channel: str
    occasion: Occasion
    count: int
    """Of the episode, when this was decided."""
    decided_at: datetime
    state: NoticeState = NoticeState.WAITING
    tries: int = 0
    told_at: datetime | None = None
    failure: str | None = None

    @property
    def at(self) -> datetime:
        """When it was told, or else decided."""
        return self.told_at or self.decided_at

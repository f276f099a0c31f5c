"""Can customers be served? In: sessions, the journal, the queue. Out: the reasons why not, for /ready and for alerts.

One list for both: whatever makes the house not ready is told to the owner, and what is told is seen by a monitor.
Judging is pure; looking is `Readiness`. What nobody has set up yet (no phone linked) is a reason, but no alert.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from salonbot.clock import Clock
from salonbot.config.alert_settings import AlertSettings
from salonbot.journal.counts import Counts
from salonbot.journal.database import JournalError
from salonbot.journal.probe import Probe
from salonbot.model.alerts import AlertKind
from salonbot.model.salon import SalonId
from salonbot.whatsapp.states import SessionState, SessionStatus

JOURNAL_SECONDS = 5.0
"""The longest the journal may take to be written."""
PROBE_EVERY = timedelta(seconds=10)
"""A monitor may ask as often as it likes; the disk is not written for each time."""
NOT_LINKED = "not_linked"
"""The name of the reason that is no alert."""

PAIRING = frozenset({SessionState.UNPAIRED, SessionState.PAIRING})
BEGINNING = frozenset({SessionState.STOPPED, SessionState.CONNECTING})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why customers of a salon, or of all, are not served."""

    name: str
    """An AlertKind's value, or NOT_LINKED."""
    salon: SalonId | None
    detail: str

    @property
    def kind(self) -> AlertKind | None:
        """The alert it is; None where it is none."""
        return None if self.name == NOT_LINKED else AlertKind(self.name)


@dataclass(frozen=True, slots=True)
class Line:
    """A salon's session, as far as it matters here."""

    salon: SalonId
    state: SessionState
    offline_for: timedelta
    """How long it has not been online; nothing while it is."""
    silent_for: timedelta
    """Since anything came from WhatsApp."""
    number: str = ""
    """Of our own, masked; empty before a phone was linked."""
    code: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """All that is judged."""

    lines: Sequence[Line]
    journal_failure: str
    """Why it could not be written; empty: it could."""
    oldest_turn: timedelta
    """How long the turn that waits longest has been due."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is too long."""

    silent: timedelta
    turn: timedelta

    @classmethod
    def of(cls, settings: AlertSettings) -> "Limits":
        return cls(timedelta(minutes=settings.silent_minutes), timedelta(minutes=settings.turn_minutes))


def reasons(sight: Sight, limits: Limits) -> tuple[Reason, ...]:
    """Why not; nothing where all is well. The house's reasons first."""
    found: list[Reason] = []
    if sight.journal_failure:
        found.append(Reason(AlertKind.JOURNAL_NOT_WRITABLE.value, None, sight.journal_failure))
    if sight.oldest_turn > limits.turn:
        minutes = int(sight.oldest_turn.total_seconds() // 60)
        found.append(Reason(AlertKind.TURN_TOO_OLD.value, None, f"{minutes} min"))
    found += filter(None, (_of_line(line, limits) for line in sight.lines))
    return tuple(found)


def _of_line(line: Line, limits: Limits) -> Reason | None:
    if line.state.needs_person:
        return Reason(line.state.value, line.salon, str(line.code or line.detail))
    if line.state in PAIRING or (line.state in BEGINNING and not line.number):
        return Reason(NOT_LINKED, line.salon, "")
    silent = line.silent_for if line.state is SessionState.ONLINE else line.offline_for
    if silent > limits.silent:
        return Reason(AlertKind.SILENT.value, line.salon, f"{int(silent.total_seconds() // 60)} min")
    return None


class Readiness:
    """Looks."""

    def __init__(
        self,
        sessions: Callable[[], Mapping[SalonId, SessionStatus]],
        probe: Probe,
        counts: Counts,
        limits: Callable[[], Limits],
        clock: Clock,
    ) -> None:
        self._sessions = sessions
        self._probe = probe
        self._counts = counts
        self._limits = limits
        self._clock = clock
        self._online_at: dict[SalonId, datetime] = {}
        self._probed: tuple[datetime, str] | None = None
        self._probing = asyncio.Lock()

    async def reasons(self) -> tuple[Reason, ...]:
        """Why customers are not served now; takes JOURNAL_SECONDS at most."""
        return self.judge(await self.look())

    def judge(self, sight: Sight) -> tuple[Reason, ...]:
        """Why customers are not served, by the limits of now."""
        return reasons(sight, self._limits())

    async def look(self) -> Sight:
        """See how everything is."""
        failure = await self._journal_failure()
        lines = self.lines()
        if failure:
            return Sight(lines, failure, timedelta())
        try:
            async with asyncio.timeout(JOURNAL_SECONDS):
                due = (await self._counts.pipeline(self._clock.now())).oldest_due
        except (*JournalError, TimeoutError) as error:
            return Sight(lines, str(error) or "it does not answer", timedelta())
        return Sight(lines, "", max(timedelta(), self._clock.now() - due) if due else timedelta())

    def lines(self) -> tuple[Line, ...]:
        """Every salon's session; how long each has been offline is counted from the looks."""
        now, statuses = self._clock.now(), self._sessions()
        for salon, status in statuses.items():
            if status.state is SessionState.ONLINE or salon not in self._online_at:
                self._online_at[salon] = now
        for gone in self._online_at.keys() - statuses.keys():
            del self._online_at[gone]
        return tuple(
            Line(
                salon,
                status.state,
                now - self._online_at[salon],
                timedelta(seconds=status.last_event_age),
                status.number,
                status.code,
                status.detail,
            )
            for salon, status in statuses.items()
        )

    async def _journal_failure(self) -> str:
        async with self._probing:
            now, probed = self._clock.now(), self._probed
            # A failure is looked at anew each time: what is over must not be told for ten seconds more.
            if probed is None or probed[1] or not timedelta() <= now - probed[0] < PROBE_EVERY:
                probed = self._probed = now, await self._write()
            return self._counts.trouble or probed[1]

    async def _write(self) -> str:
        try:
            async with asyncio.timeout(JOURNAL_SECONDS):
                await self._probe.write(self._clock.now())
        except TimeoutError:
            return f"it could not be written within {JOURNAL_SECONDS:g} s"
        except JournalError as error:
            return str(error)
        return ""

"""The lookout: sees by itself what nobody reports, and raises or ends the alert. In: readiness, journal, disk.

It looks every few seconds, says of each thing it watches that it is the matter or that it is not, and remembers nothing
but when it last said so: the desk knows what is new.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from salonbot.clock import Clock
from salonbot.journal.alerts import Alerts
from salonbot.journal.database import JournalError
from salonbot.journal.troubles import Troubles
from salonbot.model.alerts import Alert, AlertKind, News, Recovered
from salonbot.model.salon import SalonId
from salonbot.readiness import Readiness, Reason
from salonbot.whatsapp.states import SessionState

log = structlog.get_logger()

LOOK_SECONDS = 5.0
SAY_AGAIN = timedelta(minutes=5)
"""What is still the matter is raised again this often."""
LEAST_FREE_MIB = 300
MIB = 1024 * 1024
RECENT = timedelta(minutes=10)
"""How far back failures are counted: what lies further back has been told, and lapses."""

WATCHED = frozenset(
    {
        AlertKind.JOURNAL_NOT_WRITABLE,
        AlertKind.TURN_TOO_OLD,
        AlertKind.DISK_FULL,
        AlertKind.SILENT,
        AlertKind.PERSON_WANTED,
        AlertKind.BOOKING_AWAY,
        AlertKind.EVENTS_NOT_DELIVERED,
    }
)
"""What is over when it is not seen any more."""


class Lookout:
    """`run` it beside everything else."""

    def __init__(
        self,
        readiness: Readiness,
        troubles: Troubles,
        alerts: Alerts,
        salons: Callable[[], Iterable[SalonId]],
        state: Path,
        tell_owner: Callable[[News], None],
        clock: Clock,
    ) -> None:
        """`state` is the folder whose disk must not run full."""
        self._readiness = readiness
        self._troubles = troubles
        self._alerts = alerts
        self._salons = salons
        self._state = state
        self._tell_owner = tell_owner
        self._clock = clock
        self._said: dict[tuple[AlertKind, SalonId | None], tuple[datetime, int]] = {}
        self._began = clock.now()

    async def run(self) -> None:
        """Look until cancelled. Never returns."""
        while True:
            await self.look()
            await self._clock.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """One look: everything that is watched is either raised or over."""
        seen = [alert for reason in await self._readiness.reasons() if (alert := _alert(reason)) is not None]
        if (full := await asyncio.to_thread(_disk, self._state)) is not None:
            seen.append(full)
        try:
            seen += await self._of_journal()
            over = await self._over(seen)
        except JournalError as error:
            log.warning("lookout_cannot_read", detail=str(error))
            over = []
        self._say(seen)
        for news in over:
            self._tell_owner(news)

    async def _of_journal(self) -> list[Alert]:
        now = self._clock.now()
        since = max(self._began, now - RECENT)
        found: list[Alert] = []
        for kind, counted in (
            (AlertKind.PERSON_WANTED, await self._troubles.waiting_for_a_person()),
            (AlertKind.BOOKING_AWAY, await self._troubles.noted_requests()),
            (AlertKind.EVENTS_NOT_DELIVERED, await self._troubles.undelivered_events(now)),
            (AlertKind.TURNS_FAILING, await self._troubles.failed_turns(since)),
            (AlertKind.REPLIES_REFUSED, await self._troubles.refused_replies(since)),
            (AlertKind.MESSAGES_LOST, await self._troubles.lost_messages(since)),
        ):
            found += (Alert(kind=kind, salon=salon, count=count) for salon, count in counted.items() if count)
        return found

    async def _over(self, seen: Sequence[Alert]) -> list[Recovered]:
        """What is on and was not seen. What was the matter with a salon that is no more is nobody's matter."""
        is_seen = {(alert.kind, alert.salon) for alert in seen}
        salons = {None, *self._salons()}
        online = {line.salon for line in self._readiness.lines() if line.state is SessionState.ONLINE}
        return [
            Recovered(kind=one.kind, salon=one.salon)
            for one in await self._alerts.on()
            if (one.kind, one.salon) not in is_seen
            and (
                one.salon not in salons
                or one.kind in WATCHED
                # The desk hears it from the session; a look that began before that may have raised it once more.
                or (one.kind.is_session and one.salon in online)
            )
        ]

    def _say(self, seen: Sequence[Alert]) -> None:
        now = self._clock.now()
        for alert in seen:
            key = alert.kind, alert.salon
            at, count = self._said.get(key, (None, 0))
            if at is None or alert.count > count or now - at >= SAY_AGAIN or now < at:
                self._said[key] = now, alert.count
                self._tell_owner(alert)
        for key in self._said.keys() - {(alert.kind, alert.salon) for alert in seen}:
            del self._said[key]


def _alert(reason: Reason) -> Alert | None:
    if reason.kind is None:
        return None
    return Alert(kind=reason.kind, salon=reason.salon, detail=reason.detail, needs_owner=reason.salon is not None)


def _disk(state: Path) -> Alert | None:
    try:
        free = shutil.disk_usage(state).free
    except OSError:
        return None  # a folder that is not there is the journal's trouble, and told as that
    if free >= LEAST_FREE_MIB * MIB:
        return None
    return Alert(kind=AlertKind.DISK_FULL, detail=f"{free // MIB} MiB", needs_owner=True)

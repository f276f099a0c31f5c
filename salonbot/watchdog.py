"""Is the house alive, and will it stay so? In: the process, the pipeline, the engines. Out: systemd, or a restart.

The watchdog is put off only while the loop turns and the pipeline moves: a process that serves its pages but answers no
customer is ended by systemd and started again. What can only be cured by a new process (threads stuck inside the
engine's library, file descriptors running out) leads to an orderly restart before it hurts.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from salonbot.clock import Clock
from salonbot.errors import JournalUnavailable
from salonbot.journal.counts import Counts, Pipeline
from salonbot.systemd import Systemd
from salonbot.vitals import LoopLag, Vitals, vitals

log = structlog.get_logger()

RESTART_CODE = 75
"""EX_TEMPFAIL: the process asks to be started again; systemd does (`Restart=always`)."""
BEAT = timedelta(seconds=10)
"""Between two looks, or a third of what systemd allows, whichever is less."""
JOURNAL_SECONDS = 5.0
"""What the journal may take to say how far the pipeline is."""
STUCK_AFTER = timedelta(minutes=3)
"""A due turn may wait its turn this long; longer only while other turns are still being finished."""
MOST_BURNT, MOST_FILES = 64, 0.8
"""Threads given up inside the engine's library, and the share of the allowed open files, that lead to a restart."""
SETTLED_AFTER = timedelta(minutes=10)
"""No restart before: a limit that is reached at once is set too low, and a restart would only repeat it."""


@dataclass(frozen=True, slots=True)
class Engines:
    """All salons' sessions, summed up."""

    salons: int
    online: int
    burnt_threads: int
    last_event_age: float
    """Seconds since WhatsApp last said anything to any of them."""


@dataclass(frozen=True, slots=True)
class Look:
    """Everything a verdict is made of."""

    at: datetime
    up_for: timedelta
    vitals: Vitals
    pipeline: Pipeline | None
    """None: the journal did not say in time."""
    trouble: str | None
    """What keeps the journal from taking anything."""
    is_dispatching: bool
    engines: Engines

    @property
    def queue_age(self) -> timedelta:
        """How long the oldest due turn has waited to be answered."""
        due = self.pipeline.oldest_due if self.pipeline else None
        return max(timedelta(), self.at - due) if due else timedelta()


def stuck(look: Look) -> str | None:
    """What does not move; None where all does, or where a new process would meet the same."""
    if look.trouble is not None:
        return None
    if look.pipeline is None:
        return f"the journal has not answered within {JOURNAL_SECONDS:g} s"
    if not look.is_dispatching:
        return "nobody takes up turns"
    moved = look.pipeline.moved
    is_moving = moved is not None and look.at - moved < STUCK_AFTER
    if look.queue_age > STUCK_AFTER and look.up_for > STUCK_AFTER and not is_moving:
        return f"a turn has been due for {look.queue_age.total_seconds():.0f} s and none was finished meanwhile"
    return None


def worn_out(look: Look) -> str | None:
    """What only a new process cures; None where nothing does."""
    if look.up_for < SETTLED_AFTER:
        return None
    if look.engines.burnt_threads >= MOST_BURNT:
        return f"{look.engines.burnt_threads} engine threads are stuck for good"
    files, allowed = look.vitals.files, look.vitals.files_allowed
    if files is not None and allowed > 0 and files >= MOST_FILES * allowed:
        return f"{files} of {allowed} allowed files are open"
    return None


def sentence(look: Look) -> str:
    """For `systemctl status`."""
    engines = look.engines
    online = (
        f"{engines.online} of {engines.salons} salons online"
        if engines.salons != 1
        else ("Online" if engines.online else "Not online: see the status page")
    )
    if look.trouble is not None:
        return f"{online}; nothing can be written down: {look.trouble}."
    waits = look.queue_age.total_seconds()
    return f"{online}; " + (f"the oldest turn waits {waits:.0f} s." if waits >= 1 else "nobody waits for an answer.")


class Watchdog:
    """Looks, tells systemd, and keeps the last look for the status page."""

    def __init__(
        self,
        systemd: Systemd,
        counts: Counts,
        clock: Clock,
        *,
        engines: Callable[[], Engines],
        is_dispatching: Callable[[], bool],
        restart: Callable[[], None],
    ) -> None:
        """`restart` begins an orderly stop after which the process ends with RESTART_CODE."""
        self.lag = LoopLag()
        self._systemd = systemd
        self._counts = counts
        self._clock = clock
        self._engines = engines
        self._is_dispatching = is_dispatching
        self._restart = restart
        self._began = clock.now()
        self._last: Look | None = None
        allowed = systemd.watchdog
        self._beat = BEAT if allowed is None else min(BEAT, allowed / 3)

    async def run(self) -> None:
        """Look at every beat, for ever. READY is said at the first look."""
        self._systemd.ready(sentence(await self.look()))
        while True:
            await self._clock.sleep(self._beat.total_seconds())
            self.judge(await self.look())

    def judge(self, look: Look) -> None:
        """Put systemd's watchdog off, or say why not; and ask for a restart where one is due."""
        if (trouble := stuck(look)) is not None:
            log.error("watchdog_not_put_off", detail=trouble)
            self._systemd.status(f"Stuck: {trouble}.")
            return
        self._systemd.alive(sentence(look))
        if (worn := worn_out(look)) is not None:
            log.warning("restart_wanted", detail=worn)
            self._restart()

    async def look(self) -> Look:
        """See how everything is."""
        try:
            async with asyncio.timeout(JOURNAL_SECONDS):
                pipeline = await self._counts.pipeline(self._clock.now())
        except (TimeoutError, JournalUnavailable):
            pipeline = None
        now = self._clock.now()
        self._last = Look(
            at=now,
            up_for=now - self._began,
            vitals=vitals(self.lag.take()),
            pipeline=pipeline,
            trouble=self._counts.trouble,
            is_dispatching=self._is_dispatching(),
            engines=self._engines(),
        )
        return self._last

    def sentence(self) -> str:
        """The last look, in a sentence."""
        return sentence(self._last) if self._last else "Starting."

    @property
    def vitals(self) -> Vitals | None:
        """The process at the last look; None before the first."""
        return self._last.vitals if self._last else None

    def gauges(self) -> Mapping[str, float | int | None]:
        """The last look, for /status; seconds, MiB and counts."""
        if (look := self._last) is None:
            return {}
        return {
            "loop_lag_seconds": round(look.vitals.loop_lag, 4),
            "threads": look.vitals.threads,
            "open_files": look.vitals.files,
            "memory_mib": round(look.vitals.memory_mib, 1),
            "queue_age_seconds": round(look.queue_age.total_seconds(), 1),
            "last_event_age_seconds": round(look.engines.last_event_age, 1),
            "burnt_threads": look.engines.burnt_threads,
        }

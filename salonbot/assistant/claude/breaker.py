"""The circuit breaker: whether Claude is worth asking now.

closed -> open (after failures) -> half-open (one call may try) -> closed, or open again for longer. One for the
process, for all salons share key and network. It decides by the clock it is given and does nothing by itself. Failures
are counted by stage: a model that understands well must not hide that its wording never comes.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from salonbot.assistant.claude.faults import ClaudeUnavailable, Trouble
from salonbot.clock import Clock

OPENS_AT: Final = 9
OUTAGE: Final = 3
"""Three calls in a row that do not come through."""
CONTENT: Final = 1
"""Nine useless answers in a row: one customer who makes the model refuse takes it away from nobody else."""
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(minutes=10)
OWNERS_PAUSE: Final = timedelta(minutes=5)
"""Where a person must act: asked again every few minutes, so that a paid bill is noticed."""


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One time of being without Claude, from the first opening to the call that came through."""

    trouble: Trouble
    detail: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerStatus:
    """For the status page."""

    state: BreakerState
    episode: Episode | None
    """None where all is well."""
    retry_at: datetime | None


class Breaker:
    """`with breaker.call(stage):` around a call that `admits` let through, `succeeded(stage)` where an answer came."""

    def __init__(
        self,
        clock: Clock,
        *,
        on_open: Callable[[Episode], None] = lambda _: None,
        on_close: Callable[[Episode], None] = lambda _: None,
        on_first: Callable[[], None] = lambda: None,
    ) -> None:
        """Told where an episode begins and ends, and of the first answer of all: it ends what was open before this
        breaker was made, by an earlier process or with another key.
        """
        self._clock = clock
        self._on_open = on_open
        self._on_close = on_close
        self._points: Counter[str] = Counter()
        self._failing: set[str] = set()
        """Stages that have to come through before the episode is over."""
        self._episode: Episode | None = None
        self._pause = timedelta()
        self._retry_at: datetime | None = None
        self._on_first: Callable[[], None] | None = on_first
        self._probing = False

    def status(self) -> BreakerStatus:
        """How things stand now."""
        return BreakerStatus(state=self._state(), episode=self._episode, retry_at=self._retry_at)

    def admits(self) -> bool:
        """Whether a call may be made now. Half open admits one at a time."""
        state = self._state()
        return state is BreakerState.CLOSED or (state is BreakerState.HALF_OPEN and not self._probing)

    @contextmanager
    def call(self, stage: str) -> Iterator[None]:
        """Watches one call: its failure counts. Its end without one tells nothing, for it may have asked nobody."""
        is_probe = self._state() is BreakerState.HALF_OPEN
        self._probing = self._probing or is_probe
        try:
            yield
        except ClaudeUnavailable as failure:
            self._failed(failure, stage, is_probe=is_probe)
            raise
        finally:
            # A cancelled call says nothing about Claude, but it must not block the next try.
            if is_probe:
                self._probing = False

    def succeeded(self, stage: str) -> None:
        """An answer came. Closed again, unless it is another stage that is missed."""
        self._points[stage] = 0
        self._failing.discard(stage)
        if self._failing:
            return
        self._retry_at = None
        on_first, self._on_first = self._on_first, None
        if self._episode is not None:
            ended, self._episode = self._episode, None
            self._on_close(ended)
        elif on_first is not None:
            on_first()

    def _state(self) -> BreakerState:
        if self._retry_at is None:
            return BreakerState.CLOSED
        # A pause longer than any: the machine's clock has been set back.
        is_waiting = timedelta() < self._retry_at - self._clock.now() <= LONGEST_PAUSE
        return BreakerState.OPEN if is_waiting else BreakerState.HALF_OPEN

    def _failed(self, failure: ClaudeUnavailable, stage: str, *, is_probe: bool) -> None:
        trouble = failure.trouble
        is_outage = not trouble.is_about_content
        if is_probe and not is_outage and self._episode is not None and not self._episode.trouble.is_about_content:
            # An answer of no use is an answer: the API is back.
            self.succeeded(stage)
            is_probe = False
        self._points[stage] += OUTAGE if is_outage else CONTENT
        if trouble.needs_owner or is_probe or self._points[stage] >= OPENS_AT:
            self._open(failure, stage)

    def _open(self, failure: ClaudeUnavailable, stage: str) -> None:
        self._failing.add(stage)
        now = self._clock.now()
        if self._episode is None:
            self._episode = Episode(trouble=failure.trouble, detail=str(failure), since=now)
            self._pause = OWNERS_PAUSE if failure.trouble.needs_owner else FIRST_PAUSE
            self._on_open(self._episode)
        elif self._state() is BreakerState.HALF_OPEN:
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        asked = timedelta(seconds=min(failure.retry_after or 0.0, LONGEST_PAUSE.total_seconds()))
        self._retry_at = now + max(self._pause, asked)

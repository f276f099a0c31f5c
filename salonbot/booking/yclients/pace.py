"""How often YClients may be asked: 5 requests a second and 200 a minute from one address, over all salons.

One Pace for the whole process. Callers wait in line, the companies taking turns; one that would wait too long is told
so instead. No company may use up the minute of the others: a part of it is kept for them.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime, timedelta

from salonbot.booking.yclients.errors import PaceExceeded
from salonbot.clock import Clock

PER_SECOND = 5
PER_MINUTE = 200
SLACK = 1.1
"""Our seconds and minutes are that much longer: requests that left evenly may arrive closer together."""
SHARE = 0.8
"""Of what is allowed in a minute, for one company where there are several."""


class Pace:
    """Lets requests out no faster than allowed."""

    def __init__(self, clock: Clock, *, per_second: int = PER_SECOND, per_minute: int = PER_MINUTE) -> None:
        self._clock = clock
        self._minute = timedelta(seconds=60 * SLACK)
        self._windows = ((per_second, timedelta(seconds=SLACK)), (per_minute, self._minute))
        self._share = max(1, int(per_minute * SHARE))
        self._left: deque[datetime] = deque(maxlen=max(per_second, per_minute))
        self._left_of: defaultdict[int, deque[datetime]] = defaultdict(lambda: deque(maxlen=self._share))
        self._held_until: datetime | None = None
        self._line = asyncio.Lock()
        self._lines: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        """Within a company: so that of each one at most stands in the line of all."""

    async def turn(self, company: int, longest_wait_seconds: float) -> None:
        """Return when a request of this company's may leave. Raises PaceExceeded where that would take longer."""
        deadline = self._clock.now() + timedelta(seconds=longest_wait_seconds)
        async with self._lines[company]:
            await self._until(lambda: self._own_wait(company), deadline)
            async with self._line:
                await self._until(self._wait, deadline)
                self._left.append(self._clock.now())
                self._left_of[company].append(self._clock.now())

    def hold(self, seconds: float) -> None:
        """Let nothing out for that long: the server has asked for it."""
        until = self._clock.now() + timedelta(seconds=seconds)
        self._held_until = max(self._held_until or until, until)

    async def _until(self, ready: Callable[[], timedelta], deadline: datetime) -> None:
        while (wait := ready()) > timedelta():
            if self._clock.now() + wait > deadline:
                raise PaceExceeded(wait.total_seconds())
            await self._clock.sleep(wait.total_seconds())

    def _own_wait(self, company: int) -> timedelta:
        left = self._left_of[company]
        if len(self._lines) == 1 or len(left) < self._share or left[-1] > self._clock.now():
            return timedelta()
        return left[0] + self._minute - self._clock.now()

    def _wait(self) -> timedelta:
        now = self._clock.now()
        if self._left and self._left[-1] > now:
            # The machine's clock was set back: what was counted tells nothing any more.
            self._left.clear()
            self._left_of.clear()
            self._held_until = None
        waits = [timedelta()]
        if self._held_until is not None:
            waits.append(self._held_until - now)
        for allowed, window in self._windows:
            if len(self._left) >= allowed:
                waits.append(self._left[-allowed] + window - now)
        return max(waits)

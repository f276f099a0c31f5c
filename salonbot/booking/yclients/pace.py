"""How often YClients may be asked: 5 requests a second and 200 a minute from one address, over all salons.

One Pace for the whole process. Callers wait in line; one that would wait too long is told so instead.
"""

import asyncio
from collections import deque
from datetime import datetime, timedelta

from salonbot.booking.yclients.errors import PaceExceeded
from salonbot.clock import Clock

PER_SECOND = 5
PER_MINUTE = 200
SLACK = 1.1
"""Our seconds and minutes are that much longer: requests that left evenly may arrive closer together."""


class Pace:
    """Lets requests out no faster than allowed."""

    def __init__(self, clock: Clock, *, per_second: int = PER_SECOND, per_minute: int = PER_MINUTE) -> None:
        self._clock = clock
        self._windows = ((per_second, timedelta(seconds=SLACK)), (per_minute, timedelta(seconds=60 * SLACK)))
        self._left: deque[datetime] = deque(maxlen=max(per_second, per_minute))
        self._held_until: datetime | None = None
        self._line = asyncio.Lock()

    async def turn(self, longest_wait_seconds: float) -> None:
        """Return when a request may leave. Raises PaceExceeded where that would take longer."""
        deadline = self._clock.now() + timedelta(seconds=longest_wait_seconds)
        async with self._line:
            while (wait := self._wait()) > timedelta():
                if self._clock.now() + wait > deadline:
                    raise PaceExceeded(wait.total_seconds())
                await self._clock.sleep(wait.total_seconds())
            self._left.append(self._clock.now())

    def hold(self, seconds: float) -> None:
        """Let nothing out for that long: the server has asked for it."""
        until = self._clock.now() + timedelta(seconds=seconds)
        self._held_until = max(self._held_until or until, until)

    def _wait(self) -> timedelta:
        now = self._clock.now()
        if self._left and self._left[-1] > now:
            # The machine's clock was set back: what was counted tells nothing any more.
            self._left.clear()
            self._held_until = None
        waits = [timedelta()]
        if self._held_until is not None:
            waits.append(self._held_until - now)
        for allowed, window in self._windows:
            if len(self._left) >= allowed:
                waits.append(self._left[-allowed] + window - now)
        return max(waits)

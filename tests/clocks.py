"""A clock the tests move by hand."""

from datetime import UTC, datetime, timedelta


class HandClock:
    """Stands still until it is moved. Sleeping moves it, so that waiting costs no real time."""

    def __init__(self, start: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, **delta: float) -> None:
        self._now += timedelta(**delta)

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

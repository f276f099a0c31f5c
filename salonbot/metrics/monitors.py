"""What monitors are answered with (`web.monitoring.Measured`)."""

from collections.abc import Sequence

from salonbot.metrics.exposition import Metrics
from salonbot.readiness import Readiness
from salonbot.web.monitoring import NotReady


class Monitors:
    """The house, as monitors see it."""

    def __init__(self, readiness: Readiness, metrics: Metrics) -> None:
        self._readiness = readiness
        self._metrics = metrics

    async def not_ready(self) -> Sequence[NotReady]:
        """Why customers are not served."""
        sight = await self._readiness.look()
        return [NotReady(one.name, one.salon, one.detail) for one in self._readiness.judge(sight)]

    async def metrics(self) -> bytes:
        """Prometheus' text format."""
        return await self._metrics.expose()

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        ours = self._metrics.instruments
        ours.http.labels(method, route, status).inc()
        ours.http_seconds.labels(route).observe(seconds)

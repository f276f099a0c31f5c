"""Answers a scrape: counts what has happened since the last one, sees how everything stands, and writes it down."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

import structlog
from prometheus_client import Gauge
from prometheus_client.exposition import generate_latest

from salonbot import __version__
from salonbot.assistant.claude.models import card_of
from salonbot.clock import Clock
from salonbot.journal.alerts import Alerts
from salonbot.journal.database import Database, JournalError
from salonbot.journal.figures import Ended, Figures, Unfinished
from salonbot.journal.troubles import Troubles
from salonbot.metrics.instruments import Instruments
from salonbot.model.salon import SalonId
from salonbot.readiness import Readiness
from salonbot.vitals import Vitals
from salonbot.whatsapp.states import SessionState, SessionStatus

log = structlog.get_logger()

OVERLAP = timedelta(seconds=30)
"""A turn's last commit may come a little after the moment it says."""
CATCH_UP_SECONDS = 15.0
"""Between looks where nobody scrapes: what has happened is not left to pile up."""
OPERATIONS = frozenset({"booked", "moved", "cancelled"})


class Metrics:
    """One for the process. `run` it beside everything else."""

    def __init__(
        self,
        instruments: Instruments,
        database: Database,
        sessions: Callable[[], Mapping[SalonId, SessionStatus]],
        readiness: Readiness,
        vitals: Callable[[], Vitals | None],
        broken_channels: Callable[[], Iterable[str]],
        clock: Clock,
    ) -> None:
        """`vitals` is the watchdog's last look at the process."""
        self.instruments = instruments
        self._figures = Figures(database)
        self._troubles = Troubles(database)
        self._alerts = Alerts(database)
        self._sessions = sessions
        self._readiness = readiness
        self._vitals = vitals
        self._broken_channels = broken_channels
        self._clock = clock
        self._mark: int | None = None
        self._since = clock.now()
        self._counted: dict[int, datetime] = {}
        self._reconnects: dict[SalonId, int] = {}
        self._looking = asyncio.Lock()
        instruments.build.labels(__version__).set(1)

    async def run(self) -> None:
        """Count what happens, scraped or not, until cancelled. Never returns."""
        while True:
            try:
                async with self._looking:
                    await self._count()
            except JournalError as error:
                log.warning("metrics_without_journal", detail=str(error))
            await self._clock.sleep(CATCH_UP_SECONDS)

    async def expose(self) -> bytes:
        """Prometheus' text format; what cannot be read now is as it was last seen."""
        async with self._looking:
            await self._see_house()
            try:
                await self._count()
                await self._see_journal()
            except JournalError as error:
                log.warning("metrics_without_journal", detail=str(error))
            return bytes(generate_latest(self.instruments.registry))

    async def _count(self) -> None:
        if self._mark is None:
            self._mark = await self._figures.last_message()
        found, self._mark = await self._figures.messages_after(self._mark)
        for (salon, author), count in found.items():
            self.instruments.messages.labels(salon, author).inc(count)
        for turn in await self._figures.ended_since(self._since - OVERLAP):
            if turn.id not in self._counted and turn.finished_at >= self._since - OVERLAP:
                self._count_turn(turn)
            self._counted[turn.id] = turn.finished_at
            self._since = max(self._since, turn.finished_at)
        self._counted = {turn: at for turn, at in self._counted.items() if at >= self._since - OVERLAP}

    def _count_turn(self, turn: Ended) -> None:
        ours = self.instruments
        ours.turns.labels(turn.salon, turn.state).inc()
        ours.replies.labels(turn.salon, "sent").inc(turn.sent)
        ours.replies.labels(turn.salon, "refused").inc(turn.refused)
        for operation in OPERATIONS.intersection(turn.outcomes):
            ours.bookings.labels(turn.salon, operation).inc(turn.outcomes.count(operation))
        if turn.first_sent_at is not None:
            ours.answer.observe(_seconds(turn.opened_at, turn.first_sent_at))
        moments = (
            ("gather", turn.opened_at, turn.taken_at),
            ("understand", turn.taken_at, turn.understood_at),
            ("execute", turn.understood_at, turn.executed_at),
            ("compose", turn.executed_at, turn.composed_at),
            ("send", turn.composed_at, turn.first_sent_at),
        )
        for stage, begun, ended in moments:
            if begun is not None and ended is not None:
                ours.stage.labels(stage).observe(_seconds(begun, ended))
        for usage in turn.usage:
            ours.model_calls.labels(turn.salon, usage.model, usage.stage).inc()
            ours.model_cost.labels(turn.salon, usage.model).inc(card_of(usage.model).cost(usage))
            ours.model_call.labels(usage.stage).observe(usage.milliseconds / 1000)
            for kind, tokens in (
                ("input", usage.input_tokens),
                ("cached", usage.cached_tokens),
                ("cache_write", usage.cache_write_tokens),
                ("output", usage.output_tokens),
            ):
                ours.model_tokens.labels(turn.salon, usage.model, kind).inc(tokens)

    async def _see_house(self) -> None:
        ours = self.instruments
        for gauge in (ours.session, ours.silence, ours.burnt, ours.reasons, ours.channels):
            gauge.clear()
        for salon, status in self._sessions().items():
            self._see_session(salon, status)
        sight = await self._readiness.look()
        reasons = self._readiness.judge(sight)
        ours.queue_age.set(sight.oldest_turn.total_seconds())
        ours.ready.set(not reasons)
        for reason in reasons:
            ours.reasons.labels(reason.name).set(1)
        for channel in self._broken_channels():
            ours.channels.labels(channel).set(1)
        if (vitals := self._vitals()) is not None:
            ours.lag.set(vitals.loop_lag)
            ours.threads.set(vitals.threads)

    def _see_session(self, salon: SalonId, status: SessionStatus) -> None:
        ours = self.instruments
        for state in SessionState:
            ours.session.labels(salon, state.value).set(state is status.state)
        ours.silence.labels(salon).set(status.last_event_age)
        ours.burnt.labels(salon).set(status.burnt_threads)
        known, self._reconnects[salon] = self._reconnects.get(salon, 0), status.reconnects
        # A salon that was closed and opened again counts from nothing.
        ours.reconnects.labels(salon).inc(status.reconnects - (known if known <= status.reconnects else 0))

    async def _see_journal(self) -> None:
        ours, salons = self.instruments, tuple(self._sessions())
        _set(ours.unfinished, await self._figures.unfinished_turns())
        _set(ours.unsent, await self._figures.unsent_replies())
        _set(ours.events, await self._figures.events())
        for gauge, counted in (
            (ours.waiting, await self._troubles.waiting_for_a_person()),
            (ours.noted, await self._troubles.noted_requests()),
        ):
            gauge.clear()
            for salon in salons:
                gauge.labels(salon).set(counted.get(salon, 0))
        on = await self._alerts.on()
        ours.alerts.clear()
        for episode in on:
            ours.alerts.labels(episode.salon or "", episode.kind.value, episode.kind.severity.value).set(1)


def _set(gauge: Gauge, found: Iterable[Unfinished]) -> None:
    gauge.clear()
    for one in found:
        gauge.labels(one.salon, one.state).set(one.count)


def _seconds(begun: datetime, ended: datetime) -> float:
    return max(0.0, (ended - begun).total_seconds())

"""Carries notices over the channels, each until it is told or given up. In: notices in the journal. Out: letters.

Each channel has its own turn and each salon its own within it: one that hangs or is broken holds up no other, and is
itself an alert, told over the others.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import groupby

import structlog

from salonbot.alerts.letter import MOST_TRIES, Channel, ChannelFailed, Letter, pause_after
from salonbot.alerts.owner import CHANNELS, Owner, OwnerOf
from salonbot.alerts.wording import letter_of, try_out
from salonbot.clock import Clock
from salonbot.journal.alerts import Alerts
from salonbot.journal.database import JournalError
from salonbot.journal.trouble import until_committed
from salonbot.model.alerts import Alert, AlertKind, Episode, News, Notice, Occasion, Recovered
from salonbot.model.salon import SalonId

log = structlog.get_logger()

LOOK_SECONDS = 1.0
NAMES = {"telegram": "Telegram", "email": "e-mail", "webhook": "webhook"}
BROKEN_AFTER = 3
"""Failed tries in a row that make a channel broken; a failure that no further try can mend does at once."""
STOP_SECONDS = 2.0
"""What a stop waits for the journal to know what has been told."""
SEND_SECONDS = 60.0
"""No channel takes longer, whatever it is configured to."""

Place = tuple[str, SalonId | None]
"""A channel's name, and whose it is."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a channel did not work, the last time it was tried."""

    why: str
    tries: int
    """In a row."""
    is_broken: bool
    advice: str = ""
    """See `ChannelFailed`."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a test."""

    channel: str
    failure: str | None
    """None: it arrived."""
    advice: str = ""
    """See `ChannelFailed`."""


class Teller:
    """One for all salons. `run` it beside the desk."""

    def __init__(
        self, alerts: Alerts, owner_of: OwnerOf, clock: Clock, hear: Callable[[News], None], deciding: asyncio.Lock
    ) -> None:
        """`hear` is told of channels that break; `deciding` keeps decisions from being made on what is changing."""
        self._alerts = alerts
        self._owner_of = owner_of
        self._clock = clock
        self._hear = hear
        self._deciding = deciding
        self._troubles: dict[Place, Trouble] = {}

    async def run(self) -> None:
        """Tell what is due until cancelled. Never returns."""
        async with asyncio.TaskGroup() as tasks:
            for channel in CHANNELS:
                tasks.create_task(self._carry(channel), name=f"alerts by {channel}")

    async def tell_due(self, channel: str) -> int:
        """Try what is due over this channel, once each; returns how many notices that were. Raises JournalError."""
        due = await self._alerts.due(channel, self._clock.now())
        found = [(notice, await self._alerts.episode(notice.episode)) for notice in due]
        found.sort(key=lambda one: one[1].salon or "")
        async with asyncio.TaskGroup() as tasks:
            for salon, group in groupby(found, key=lambda one: one[1].salon):
                tasks.create_task(self._tell_salon(channel, salon, list(group)))
        return len(found)

    async def tell_at_once(self, alert: Alert, owner: Owner, at: datetime) -> tuple[str, ...]:
        """Tell what could not be written down; returns the channels that took it. One try each."""
        unkept = Episode(
            id=0,
            kind=alert.kind,
            salon=alert.salon,
            detail=alert.detail,
            count=alert.count,
            needs_owner=alert.needs_owner,
            opened_at=at,
            raised_at=at,
        )
        stamp = int(at.timestamp() * 1000)
        notice = Notice(id=stamp, episode=0, channel="", occasion=Occasion.OPENED, count=alert.count, decided_at=at)
        names = owner.channels_for(alert.kind)
        tried = await self._try_all(owner, names, self._letter(unkept, notice, owner))
        return tuple(one.channel for one in tried if one.failure is None)

    async def try_out(self, salon: SalonId | None) -> tuple[Tried, ...]:
        """Send a test over every channel of a salon's, or of the house's, and say what came of each."""
        owner = self._owner_of(salon)
        letter = try_out(
            salon, salon_name=owner.salon_name, pages=owner.pages, language=owner.language, at=self._clock.now()
        )
        tried = await self._try_all(owner, tuple(owner.channels), letter)
        for one in tried:
            failed = ChannelFailed(one.failure, advice=one.advice) if one.failure else None
            self._note((one.channel, salon), failed)
        return tried

    def trouble(self, channel: str, salon: SalonId | None) -> Trouble | None:
        """What is the matter with a channel since this process began; None where nothing is known to be."""
        return self._troubles.get((channel, salon))

    def broken(self) -> frozenset[str]:
        """Names of the channels that do not work, at whichever salon."""
        return frozenset(channel for (channel, _), trouble in self._troubles.items() if trouble.is_broken)

    async def _carry(self, channel: str) -> None:
        while True:
            try:
                await self.tell_due(channel)
            except* JournalError as failed:
                log.error("alerts_not_told", channel=channel, detail=str(failed.exceptions[0]))
            await self._clock.sleep(LOOK_SECONDS)

    async def _tell_salon(self, channel: str, salon: SalonId | None, due: Sequence[tuple[Notice, Episode]]) -> None:
        owner = self._owner_of(salon)
        way = owner.channels.get(channel)
        for notice, episode in due:
            if way is None:
                await self._keep(notice, ChannelFailed("there is no such channel any more", is_final=True))
                continue
            failed = await self._try(way, self._letter(episode, notice, owner))
            await self._keep(notice, failed)
            self._note((channel, salon), failed)

    async def _keep(self, notice: Notice, failed: ChannelFailed | None) -> None:
        # Again and again where need be: nobody is told every second because the disk is full.
        kept = asyncio.ensure_future(until_committed(partial(self._write, notice, failed), self._clock))
        try:
            await asyncio.shield(kept)
        except asyncio.CancelledError:
            # The letter has left: a stop in this very moment must not have it told once more after the next start.
            await asyncio.wait({kept}, timeout=STOP_SECONDS)
            kept.cancel()
            raise

    async def _write(self, notice: Notice, failed: ChannelFailed | None) -> None:
        now, tries = self._clock.now(), notice.tries + 1
        async with self._deciding:
            if failed is None:
                await self._alerts.told(notice, now)
            elif failed.is_final or tries >= MOST_TRIES:
                await self._alerts.gave_up(notice, str(failed), now)
            else:
                pause = pause_after(tries)
                await self._alerts.put_off(notice, str(failed), now + max(pause, failed.retry_after or pause))

    def _letter(self, episode: Episode, notice: Notice, owner: Owner) -> Letter:
        return letter_of(episode, notice, salon_name=owner.salon_name, pages=owner.pages, language=owner.language)

    async def _try_all(self, owner: Owner, names: Sequence[str], letter: Letter) -> tuple[Tried, ...]:
        async with asyncio.TaskGroup() as tasks:
            tries = {name: tasks.create_task(self._try(owner.channels[name], letter)) for name in names}
        failures = {name: task.result() for name, task in tries.items()}
        return tuple(
            Tried(name, str(failed), failed.advice) if failed else Tried(name, None)
            for name, failed in failures.items()
        )

    async def _try(self, way: Channel, letter: Letter) -> ChannelFailed | None:
        """None once it is told."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await way.send(letter)
        except ChannelFailed as failed:
            log.warning("alert_not_told", channel=way.name, letter=letter.id, why=str(failed))
            return failed
        except TimeoutError:
            return ChannelFailed(f"nothing came of it within {SEND_SECONDS:g} s")
        log.info("alert_told", channel=way.name, letter=letter.id)
        return None

    def _note(self, place: Place, failed: ChannelFailed | None) -> None:
        before, (_, salon) = self._troubles.pop(place, None), place
        if failed is not None:
            tries = before.tries + 1 if before else 1
            is_broken = failed.is_final or tries >= BROKEN_AFTER
            self._troubles[place] = Trouble(str(failed), tries, is_broken, failed.advice)
        # A channel that the configuration has no more may be broken: nobody misses it.
        names = self._owner_of(salon).channels
        broken = {name for name in names if (one := self._troubles.get((name, salon))) is not None and one.is_broken}
        # WhatsApp's own troubles are told as such: that its chat cannot be written to then is no news.
        broken.discard("whatsapp")
        if broken:
            detail = ", ".join(NAMES[name] for name in sorted(broken))
            self._hear(Alert(kind=AlertKind.CHANNEL_BROKEN, salon=salon, detail=detail, count=len(broken)))
        elif failed is None:
            self._hear(Recovered(kind=AlertKind.CHANNEL_BROKEN, salon=salon))

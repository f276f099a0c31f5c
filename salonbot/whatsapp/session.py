"""A salon's WhatsApp session: drives the engine through `lifecycle`, and is what the rest of the program talks to.

In: the engine's events, requests of people. Out: the session's state, and the events others care about (receipts,
failures, changes of state) through `on_event` and `on_state`, in the event loop.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from salonbot.clock import Clock
from salonbot.config.settings import WhatsAppSettings
from salonbot.errors import NotConnected, SalonbotError, StateError
from salonbot.model.messages import IncomingMessage, MessageId
from salonbot.model.salon import SalonId
from salonbot.whatsapp.binding import EngineError
from salonbot.whatsapp.calls import call
from salonbot.whatsapp.engine import Engine
from salonbot.whatsapp.events import Ended, EngineEvent, LoggedOut, Paired, QrShown, ReceiptArrived, Replaced
from salonbot.whatsapp.happenings import (
    Action,
    Begin,
    ConnectAgain,
    Dialling,
    LifeEvent,
    NumberFree,
    NumberTaken,
    Probed,
    ShowQr,
    StoreFailed,
    Tick,
    Unlinked,
)
from salonbot.whatsapp.jid import Jid, masked
from salonbot.whatsapp.lifecycle import Life, Timing, advance
from salonbot.whatsapp.number import Hold
from salonbot.whatsapp.reach import until_reachable
from salonbot.whatsapp.states import LOG_OUT_SENTENCES, SessionState, SessionStatus
from salonbot.whatsapp.store import StoreDamaged

log = structlog.get_logger()

STOP_SECONDS = 3.0
"""What stopping the engine may take at the end; after that its thread is left behind."""
RESTART_SECONDS = 1.0
"""What it may take before the next start: a silent connection takes its time to be closed, but is given up at once."""


UNLINK_SECONDS = 10.0
"""What WhatsApp gets to be told that this device goes; then it is forgotten here alone."""


class Session:
    """One linked device. `run()` keeps it connected; everything else may be called while it runs."""

    def __init__(
        self,
        salon: SalonId,
        database: Path,
        settings: WhatsAppSettings,
        clock: Clock,
        *,
        keep: Callable[[IncomingMessage], object],
        on_event: Callable[[EngineEvent], None] = lambda event: None,
        on_state: Callable[[SessionStatus], None] = lambda status: None,
        pass_by: Callable[[MessageId], object] = lambda message_id: None,
        receipt: Callable[[ReceiptArrived], object] = lambda receipt: None,
    ) -> None:
        """`keep` commits a message or raises, in the engine's thread, as `pass_by` and `receipt` do (see `Engine`).

        The others are called in the loop.
        """
        self.engine = Engine(salon, database, settings, keep=keep, tell=self._hear, pass_by=pass_by, receipt=receipt)
        self._settings = settings
        self._clock = clock
        self._on_event = on_event
        self._on_state = on_state
        self._log = log.bind(salon=salon)
        self._timing = Timing(settings.keep_alive_seconds, settings.probe_seconds, settings.connect_seconds)
        self._events: asyncio.Queue[LifeEvent] = asyncio.Queue()
        self._changed = asyncio.Condition()
        self._life = Life()
        self._since = clock.now()
        self._qr: tuple[QrShown, float] | None = None
        self._jid: Jid | None = None
        self._hold = Hold(salon, database.parent, settings.proxy)
        self._is_linking = False
        self._starts = 0
        self._onlines = 0
        self._starter: asyncio.Task[None] | None = None

    @property
    def _number(self) -> str | None:
        return self._jid.user if self._jid else None

    @property
    def state(self) -> SessionState:
        """Where the session stands now."""
        return self._life.state

    def status(self) -> SessionStatus:
        """Everything a page, a metric or an alert may want to say."""
        life, now = self._life, time.monotonic()
        sentence = LOG_OUT_SENTENCES.get(life.code or 0) if life.state is SessionState.LOGGED_OUT else None
        if life.detail:
            sentence = f"{life.state.sentence} ({life.detail})"
        shown = self._qr if life.state is SessionState.PAIRING else None
        return SessionStatus(
            state=life.state,
            since=self._since,
            sentence=sentence or life.state.sentence,
            number=masked(self._number),
            qr=shown[0].text if shown else None,
            qr_seconds_left=max(0.0, shown[1] + shown[0].seconds - now) if shown else 0.0,
            qr_seconds=shown[0].seconds if shown else 0.0,
            is_linking=self._is_linking and life.state is SessionState.CONNECTING,
            until=self._moment(life.until),
            code=life.code,
            detail=life.detail,
            last_event_age=max(0.0, time.monotonic() - self.engine.heard_at),
            reconnects=max(0, self._onlines - 1),
            burnt_threads=self.engine.burnt_threads,
        )

    async def run(self) -> None:
        """Keep connected until cancelled; then the engine is stopped within STOP_SECONDS. Never returns."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._events.put_nowait(await self._begin())
                while True:
                    event = await self._seen_by_others(await self._next())
                    before = self._life
                    self._life, actions = advance(before, event, time.monotonic(), self._timing)
                    await self._tell(before, event)
                    for action in actions:
                        await self._do(action, tasks)
        finally:
            await self.engine.stop(STOP_SECONDS)
            self._hold.release()
            before, self._life = self._life, Life()
            await self._tell(before, None)

    async def wait_online(self) -> None:
        """Return when messages can be sent."""
        await self.wait_for(SessionState.ONLINE)

    async def wait_for(self, *states: SessionState) -> SessionState:
        """Return the state once it is one of these."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.state in states)
            return self.state

    def show_qr(self) -> None:
        """Show codes to link a phone; nothing where one is linked already. The codes come through `status()`."""
        self._events.put_nowait(ShowQr())

    def connect_again(self) -> None:
        """Try again after a person has removed what was in the way (replaced, refused, outdated, damaged)."""
        self._events.put_nowait(ConnectAgain())

    async def pair_with_code(self, phone: str) -> str:
        """The code to type into WhatsApp on the phone with this number (digits with country code), such as ABCD-1234.

        Raises PairingRefused in plain words, also where nothing can be reached within `connect_seconds`.
        """
        self.show_qr()
        try:
            async with asyncio.timeout(self._settings.connect_seconds):
                await self.wait_for(SessionState.PAIRING)
                return await self.engine.pair_with_code(phone)
        except (EngineError, NotConnected) as error:
            raise PairingRefused(str(error)) from error
        except TimeoutError as error:
            raise PairingRefused(f"no code could be had: {self.state.sentence}") from error

    async def unlink(self) -> bool:
        """Log out and forget this device; the salon's own data stays.

        Returns whether WhatsApp knows: else the phone still lists the device, and a person must remove it there.
        """
        is_told = await self._log_out()
        self._jid = None
        self._events.put_nowait(Unlinked())
        return is_told

    async def _log_out(self) -> bool:
        """Whether WhatsApp was told in time: by its answer, or by its own word that the device is gone, which may come
        before it and puts an end to the engine that waits for it.
        """
        leaving = asyncio.create_task(self.engine.log_out())
        gone = asyncio.create_task(self.wait_for(SessionState.LOGGED_OUT))
        try:
            await asyncio.wait({leaving, gone}, timeout=UNLINK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                return True
            if not leaving.done():
                raise TimeoutError(f"no answer within {UNLINK_SECONDS:g} s")
            await leaving
        except (NotConnected, EngineError, TimeoutError) as error:
            self._log.warning("unlinked_here_only", detail=str(error) or type(error).__name__)
            return False
        finally:
            for task in (leaving, gone):
                task.cancel()
            await asyncio.gather(leaving, gone, return_exceptions=True)
        return True

    async def note_to_self(self, text: str, mark: str) -> MessageId:
        """Write to the number's own chat with itself, which the phone shows as "You"; for `mark` see `Engine`.

        Raises NotConnected at once where the session is not online, and what `Engine.send_text` raises.
        """
        if self._jid is None or self.state is not SessionState.ONLINE:
            raise NotConnected(self.status().sentence)
        return await self.engine.send_text(str(self._jid), text, mark)

    async def sent_under(self, mark: str) -> MessageId | None:
        """See `Engine.sent_under`."""
        return await self.engine.sent_under(mark)

    async def _begin(self) -> LifeEvent:
        try:
            identity = await call(self.engine.store.prepare)
        except StateError as error:
            self._log.error("store_unusable", detail=str(error))
            return StoreFailed(isinstance(error, StoreDamaged), str(error))
        self._jid = identity.jid if identity else None
        return Begin(is_paired=identity is not None)

    async def _next(self) -> LifeEvent:
        wake_at = self._life.wake_at
        try:
            async with asyncio.timeout(None if wake_at is None else max(0.0, wake_at - time.monotonic())):
                return await self._events.get()
        except TimeoutError:
            return Tick(self.engine.heard_at)

    def _hear(self, event: EngineEvent) -> None:
        if isinstance(event, Replaced) and self.engine.may_replace_itself:
            event = Ended("replaced by an earlier attempt of our own")
        self._events.put_nowait(event)
        match event:
            case Paired(jid):
                self._jid, self._is_linking = Jid.parse(jid), True
            case LoggedOut():
                self._jid = None
        self._on_event(event)

    async def _tell(self, before: Life, event: LifeEvent | None) -> None:
        if isinstance(event, QrShown):
            self._qr = event, time.monotonic()
        has_changed = self._life.state is not before.state
        self._is_linking = self._is_linking and self._life.state is not SessionState.ONLINE
        if has_changed:
            self._since = self._clock.now()
            self._onlines += self._life.state is SessionState.ONLINE
            told = self._log.warning if self._life.state.needs_person else self._log.info
            told("session_state", state=self._life.state.value, code=self._life.code)
        if has_changed or isinstance(event, QrShown):
            self._on_state(self.status())
        async with self._changed:
            self._changed.notify_all()

    async def _do(self, action: Action, tasks: asyncio.TaskGroup) -> None:
        match action:
            case Action.STOP:
                await self._stop()
            case Action.WIPE:
                await call(self.engine.store.wipe)
                self._hold.release()
            case Action.SET_ASIDE:
                aside = await call(self.engine.store.set_aside)
                self._log.warning("store_set_aside", path=str(aside))
            case Action.START:
                self._starter = tasks.create_task(self._start())
            case Action.PROBE:
                tasks.create_task(self._probe())

    async def _stop(self) -> None:
        if self._starter is not None:
            self._starter.cancel()
            self._starter = None
        await self.engine.stop(RESTART_SECONDS)

    async def _start(self) -> None:
        await until_reachable(self._settings.proxy)
        if (holder := await self._hold.take(self._number)) is not None:
            self._events.put_nowait(NumberTaken(holder))
            return
        self._events.put_nowait(NumberFree())
        try:
            await self.engine.start()
        except StateError as error:
            self._log.error("engine_not_started", detail=str(error))
            self._events.put_nowait(StoreFailed(isinstance(error, StoreDamaged), str(error)))
        else:
            self._events.put_nowait(Dialling())

    async def _seen_by_others(self, event: LifeEvent) -> LifeEvent:
        """The event; but a phone that has just been linked may be one that another process answers for."""
        if isinstance(event, Paired) and (holder := await self._hold.take(self._number)) is not None:
            return NumberTaken(holder)
        return event

    async def _probe(self) -> None:
        try:
            await self.engine.probe()
        except (EngineError, NotConnected, TimeoutError) as error:
            self._log.info("probe_unanswered", detail=str(error) or type(error).__name__)
            self._events.put_nowait(Probed(is_answered=False))
        else:
            self._events.put_nowait(Probed(is_answered=True))

    def _moment(self, seconds: float | None) -> datetime | None:
        return None if seconds is None else self._clock.now() + timedelta(seconds=seconds - time.monotonic())


class PairingRefused(SalonbotError):
    """No pairing code could be had; the message says why."""

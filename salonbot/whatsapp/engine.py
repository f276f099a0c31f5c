"""One salon's engine: starts and stops it, sends through it, and sorts what comes from it.

In: messages go to `keep` in the engine's own thread and are committed there before anything else happens; everything
else goes to `tell` in the event loop. WhatsApp takes a message for delivered once the engine has it, so a `keep` that
fails is tried again while the engine waits, and with it WhatsApp.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import structlog

from salonbot.config.settings import WhatsAppSettings
from salonbot.errors import NotConnected
from salonbot.model.messages import IncomingMessage, MessageId
from salonbot.model.salon import SalonId
from salonbot.whatsapp.binding import EngineError, EventKind, Hooks, Run
from salonbot.whatsapp.calls import call
from salonbot.whatsapp.convert import Ignored, Origin, call_from, message_from, undecryptable_from
from salonbot.whatsapp.events import (
    Ended,
    EngineEvent,
    ListenerFailed,
    Offline,
    OfflineDone,
    Paired,
    QrShown,
)
from salonbot.whatsapp.jid import Jid, Person
from salonbot.whatsapp.library import Library, load
from salonbot.whatsapp.notices import (
    LATER_QR_SECONDS,
    notice_from,
    notice_from_failure,
    notice_from_log,
    notice_from_login,
)
from salonbot.whatsapp.outcomes import outcome_of
from salonbot.whatsapp.store import Identity, Store

log = structlog.get_logger()

DRAIN_SECONDS = 0.15
"""Silence after disconnecting by which everything received has come through the engine's queue."""
KEEP_PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 2.0, 2.0, 2.0, 5.0, 5.0, 10.0)
"""Between tries to hand a message over: half a minute in all, for a locked database or a disk being cleared."""

_READERS: dict[EventKind, tuple[str, Callable[[Any, Origin], IncomingMessage | Ignored]]] = {
    EventKind.MESSAGE: ("Message", message_from),
    EventKind.UNDECRYPTABLE: ("UndecryptableMessage", undecryptable_from),
    EventKind.CALL_OFFER: ("CallOffer", call_from),
}


class Engine:
    """At most one run at a time; runs that never end are left behind and counted."""

    def __init__(
        self,
        salon: SalonId,
        database: Path,
        settings: WhatsAppSettings,
        *,
        keep: Callable[[IncomingMessage], object],
        tell: Callable[[EngineEvent], None],
    ) -> None:
        """`keep` commits or raises, in a foreign thread; `tell` is called in the loop that called `start`."""
        self.store = Store(database)
        self.heard_at = time.monotonic()
        """When anything last came from WhatsApp, by the monotonic clock."""
        self._salon = salon
        self._settings = settings
        self._keep = keep
        self._tell = tell
        self._log = log.bind(salon=salon)
        self._sending = asyncio.Lock()
        self._connection: _Connection | None = None
        self._burnt: list[Run] = []
        self._identity: Identity | None = None

    @property
    def burnt_threads(self) -> int:
        """Runs given up whose threads still sit in the Go library."""
        self._burnt = [run for run in self._burnt if run.is_burnt]
        return len(self._burnt)

    async def start(self) -> None:
        """Begin to connect: with the stored device, or by showing codes. What comes of it is told.

        Raises StoreDamaged, or StateError where the library or the file cannot be used.
        """
        assert self._connection is None, "one run at a time"
        library = await call(lambda: load(ai_label=self._settings.ai_label))
        self._identity = await call(self.store.prepare)
        own = Person.of(self._identity.jid, self._identity.lid) if self._identity else None
        self.heard_at = time.monotonic()
        self._connection = _Connection(self, library, own, asyncio.get_running_loop())
        self._connection.run.start()

    async def stop(self, within: float = 3.0) -> None:
        """Disconnect and end the run, or give it up after so many seconds. Never raises, never hangs."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        connection.is_given_up = True
        try:
            async with asyncio.timeout(within):
                await call(connection.end)
        except TimeoutError:
            self._log.warning("engine_stop_slow", seconds=within)
        if connection.run.is_burnt:
            self._burnt.append(connection.run)
            self._log.info("engine_thread_given_up", burnt=self.burnt_threads)

    async def send_text(self, to: str, text: str, mark: str) -> MessageId:
        """Send one private text and return its id once WhatsApp's server has it.

        `mark` names this message for `Store.secret`: with it a message in doubt is found again, also by a later
        process. Raises NotConnected where it certainly did not leave, SendRefused where WhatsApp will not have it, and
        SendOutcomeUnknown where it may have left.
        """
        address = Jid.parse(to)
        async with self._sending:
            run = self._require_run()
            secret = (await self._require_identity()).secret(mark)
            content = run.library.content
            message = content.Message(conversation=text)
            message.messageContextInfo.messageSecret = secret
            try:
                async with asyncio.timeout(self._settings.query_seconds):
                    return MessageId(await call(run.send, address, message.SerializeToString()))
            except EngineError as error:
                detail = str(error)
            except TimeoutError:
                detail = f"no answer within {self._settings.query_seconds:g} s"
            raise outcome_of(detail, await call(self.store.sent_with, secret))

    async def sent_under(self, mark: str) -> MessageId | None:
        """The id of the last message made under this mark; None: none ever was, so none can have left.

        Raises NotConnected where no phone is linked, StateError where the engine's file cannot be read.
        """
        secret = (await self._require_identity()).secret(mark)
        return await call(self.store.sent_with, secret)

    async def mark_read(self, to: str, ids: Sequence[MessageId]) -> None:
        """Blue ticks. Raises NotConnected, EngineError or TimeoutError."""
        await self._call(self._require_run().mark_read, Jid.parse(to), list(ids), int(time.time()))

    async def show_typing(self, to: str, *, on: bool) -> None:
        """Show or hide "typing". Raises NotConnected, EngineError or TimeoutError."""
        await self._call(lambda: self._require_run().chat_presence(Jid.parse(to), composing=on))

    async def show_presence(self, *, available: bool) -> None:
        """Appear online or not. Raises NotConnected, EngineError or TimeoutError."""
        await self._call(lambda: self._require_run().presence(available=available))

    async def probe(self) -> None:
        """One round trip to WhatsApp's server. Raises NotConnected, EngineError, or TimeoutError."""
        async with asyncio.timeout(self._settings.keep_alive_seconds):
            await call(self._require_run().set_active)
        self.heard_at = time.monotonic()

    async def pair_with_code(self, phone: str) -> str:
        """The code to type on the phone with that number; while codes are shown only. Raises EngineError."""
        return str(await self._call(self._require_run().pair_phone, phone))

    async def log_out(self) -> None:
        """Unlink from the account. Raises NotConnected, EngineError or TimeoutError."""
        await self._call(self._require_run().log_out)

    async def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        async with asyncio.timeout(self._settings.query_seconds):
            return await call(function, *arguments)

    async def _require_identity(self) -> Identity:
        if self._identity is None:
            self._identity = await call(self.store.prepare)
        if self._identity is None:
            raise NotConnected("no phone is linked")
        return self._identity

    def _require_run(self) -> Run:
        if self._connection is None:
            raise NotConnected("the engine is not running")
        return self._connection.run


class _Connection:
    """One run's way into this program. Its methods are called in the run's thread."""

    def __init__(self, engine: Engine, library: Library, own: Person | None, loop: asyncio.AbstractEventLoop) -> None:
        self.is_given_up = False
        self._is_busy = False
        """An event is being handled."""
        self._busy_at = time.monotonic()
        """When one was, last."""
        self._engine = engine
        self._words = library.words
        self._own = own
        self._is_new = own is None
        self._is_offline = True
        self._codes = 0
        self._code_shown_at = 0.0
        self._loop = loop
        self._failure: EngineEvent | None = None
        settings = engine._settings
        hooks = Hooks(qr=self._qr, login=self._login, event=self._event, log=self._on_log, ended=self._ended)
        self.run = Run(library, engine.store.path, settings.device_name, settings.proxy, hooks)

    def end(self) -> None:
        """Disconnect, let what was received reach the journal, end the run. Blocks, for ever where it cannot end."""
        self.run.disconnect()
        if not (self.run.is_listening or self.run.ended.is_set()):
            return
        while self._is_busy or time.monotonic() - self._busy_at < DRAIN_SECONDS:
            time.sleep(DRAIN_SECONDS / 3)
        self.run.remove()
        self.run.ended.wait()

    def _qr(self, text: str) -> None:
        self._codes += 1
        self._code_shown_at = time.monotonic()
        self._tell(QrShown(text, self._engine._settings.qr_seconds if self._codes == 1 else LATER_QR_SECONDS))

    def _login(self, status: str) -> None:
        self._tell(notice_from_login(status, time.monotonic() - self._code_shown_at))

    def _event(self, kind: EventKind, data: bytes) -> None:
        self._engine.heard_at = time.monotonic()
        self._is_busy = True
        try:
            self._handle(kind, data)
        except Exception as error:  # noqa: BLE001 - ctypes drops what leaves a callback: nobody would ever know
            self._report(None, error, is_lost=kind in _READERS)
        finally:
            self._busy_at = time.monotonic()
            self._is_busy = False

    def _handle(self, kind: EventKind, data: bytes) -> None:
        if kind is EventKind.DEVICE:
            self._device(data)
        elif reader := _READERS.get(kind):
            name, convert = reader
            self._message(convert(getattr(self._words, name).FromString(data), self._origin()))
        else:
            notice = notice_from(kind, data, self._words)
            if isinstance(notice, OfflineDone | Offline):
                self._is_offline = isinstance(notice, Offline)
            self._tell(notice)

    def _device(self, data: bytes) -> None:
        device = self._words.Device.FromString(data)
        jid, lid = Jid.of(device.JID), Jid.of(device.LID)
        self._own = Person.of(jid, lid)
        if self.is_given_up:
            # Paired or connected at the very moment it was given up: it must not fight with the next run.
            threading.Thread(target=self.end, name="late end", daemon=True).start()
            return
        self.run.force_active_receipts()
        if self._is_new:
            self._tell(Paired(str(jid or ""), str(lid or "")))

    def _origin(self) -> Origin:
        return Origin(self._engine._salon, self._own or Person(None, None), self._is_offline)

    def _message(self, message: IncomingMessage | Ignored) -> None:
        if isinstance(message, Ignored):
            self._engine._log.debug("message_ignored", reason=message.value)
            return
        for pause in (*KEEP_PAUSES, None):
            try:
                self._engine._keep(message)
            except Exception as error:  # noqa: BLE001 - whatever it is, the message must not be lost in silence
                self._report(message.id, error, is_lost=pause is None)
            else:
                return
            time.sleep(pause or 0)

    def _report(self, message_id: MessageId | None, error: Exception, *, is_lost: bool) -> None:
        self._engine._log.error("message_not_kept", message_id=message_id, is_lost=is_lost, exc_info=error)
        self._tell(ListenerFailed(message_id, f"{type(error).__name__}: {error}", is_lost))

    def _on_log(self, level: str, message: str) -> None:
        # The engine's lines name phones and groups: they are for debugging only.
        self._engine._log.debug("engine_log", level=level, message=message)
        self._failure = notice_from_failure(message) or self._failure
        self._tell(notice_from_log(message))

    def _ended(self, error: str) -> None:
        if self._failure is not None and "required field" in error:
            self._tell(self._failure)
        self._tell(Ended(error))

    def _tell(self, event: EngineEvent | None) -> None:
        if event is None:
            return
        try:
            self._loop.call_soon_threadsafe(self._arrive, event)
        except RuntimeError:
            # The loop is closed: the program is leaving, and nobody is left to tell.
            self._engine._log.debug("event_after_the_end", event=type(event).__name__)

    def _arrive(self, event: EngineEvent) -> None:
        if not self.is_given_up:
            self._engine._tell(event)

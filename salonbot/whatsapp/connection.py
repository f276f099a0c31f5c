"""One run of the engine and what it says, sorted: messages to the journal's door, everything else to the session.

Messages go to `keep` in the engine's own thread and are committed there before anything else happens. WhatsApp takes a
message for delivered once the engine has it, so a `keep` that fails is tried again while the engine waits, and with it
WhatsApp: the engine's queue fills, and what finds no place in it is not receipted. A journal that can take nothing now
(a full disk) is waited for as long as the process lives.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import structlog

from salonbot.config.settings import WhatsAppSettings
from salonbot.errors import JournalUnavailable
from salonbot.model.messages import IncomingMessage, MessageId
from salonbot.model.salon import SalonId
from salonbot.whatsapp.binding import EventKind, Hooks, Run
from salonbot.whatsapp.convert import Ignored, Origin, call_from, clean, message_from, undecryptable_from
from salonbot.whatsapp.events import (
    AlreadyDecrypted,
    Ended,
    EngineEvent,
    ListenerFailed,
    Offline,
    OfflineDone,
    Paired,
    QrShown,
    ReceiptArrived,
)
from salonbot.whatsapp.jid import Jid, Person
from salonbot.whatsapp.library import Library
from salonbot.whatsapp.notices import (
    LATER_QR_SECONDS,
    notice_from,
    notice_from_failure,
    notice_from_log,
    notice_from_login,
)
from salonbot.whatsapp.store import Identity, Store

log = structlog.get_logger()

DRAIN_SECONDS = 0.15
"""Silence after disconnecting by which everything received has come through the engine's queue."""
KEEP_PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 2.0, 2.0, 2.0, 5.0, 5.0, 10.0)
"""Between tries to hand a message over that fail for a reason of our own: half a minute in all."""
LONGEST_KEEP_PAUSE = 2.0
"""Between tries while the journal takes nothing."""
INTERFERENCE_SECONDS = 10.0
"""By then WhatsApp has told the successor that it was thrown out, if it was."""
ABOUT_MESSAGES = (ReceiptArrived, AlreadyDecrypted, ListenerFailed)

_READERS: dict[EventKind, tuple[str, Callable[[Any, Origin], IncomingMessage | Ignored]]] = {
    EventKind.MESSAGE: ("Message", message_from),
    EventKind.UNDECRYPTABLE: ("UndecryptableMessage", undecryptable_from),
    EventKind.CALL_OFFER: ("CallOffer", call_from),
}


@dataclass(frozen=True, slots=True)
class Ears:
    """Who listens, and for whom."""

    salon: SalonId
    settings: WhatsAppSettings
    keep: Callable[[IncomingMessage], object]
    """Commits or raises; called in the engine's thread."""
    pass_by: Callable[[MessageId], object]
    """Notes a private message that says nothing to a person, or raises; called in the engine's thread."""
    receipt: Callable[[ReceiptArrived], object]
    """Notes a receipt, or raises; called in the engine's thread. `tell` hears of it too."""
    tell: Callable[[EngineEvent], None]
    """Called in the event loop."""


class Connection:
    """One run of the engine and its way into this program. All but `end` is called in the run's thread."""

    def __init__(self, library: Library, store: Store, identity: Identity | None, ears: Ears, heard_at: float) -> None:
        """Must be made in the loop that `ears.tell` belongs to."""
        self.is_given_up = False
        """Set to hear no more of its state; what concerns messages still comes through."""
        self.heard_at = heard_at
        """When anything last came from WhatsApp."""
        self.disconnected_at: float | None = None
        """When the engine had let go of its connection."""
        self._is_busy = False
        """An event is being handled."""
        self._busy_at = time.monotonic()
        """When one was, last."""
        self._ears = ears
        self._words = library.words
        self._own = Person.of(identity.jid, identity.lid) if identity else Person(None, None)
        self._is_new = identity is None
        self._is_offline = True
        self._codes = 0
        self._code_shown_at = 0.0
        self._loop = asyncio.get_running_loop()
        self._log = log.bind(salon=ears.salon)
        self._failure: EngineEvent | None = None
        hooks = Hooks(qr=self._qr, login=self._login, event=self._event, log=self._on_log, ended=self._ended)
        self.run = Run(library, store.path, ears.settings.device_name, ears.settings.proxy, hooks)

    @property
    def may_interfere(self) -> bool:
        """Given up while it was still dialling: it can yet appear at WhatsApp's, and throw its successor out."""
        return self.disconnected_at is None or time.monotonic() - self.disconnected_at < INTERFERENCE_SECONDS

    def end(self) -> None:
        """Disconnect, let what was received reach the journal, end the run. Blocks, for ever where it cannot end."""
        self.run.disconnect()
        self.disconnected_at = time.monotonic()
        if not (self.run.is_listening or self.run.ended.is_set()):
            return
        while self._is_busy or time.monotonic() - self._busy_at < DRAIN_SECONDS:
            time.sleep(DRAIN_SECONDS / 3)
        self.run.remove()
        self.run.ended.wait()

    def _qr(self, text: str) -> None:
        self._codes += 1
        self._code_shown_at = time.monotonic()
        self._tell(QrShown(text, self._ears.settings.qr_seconds if self._codes == 1 else LATER_QR_SECONDS))

    def _login(self, status: str) -> None:
        self._tell(notice_from_login(status, time.monotonic() - self._code_shown_at))

    def _event(self, kind: EventKind, data: bytes) -> None:
        self.heard_at = time.monotonic()
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
            event = getattr(self._words, name).FromString(data)
            self._message(convert(event, self._origin()), event)
        else:
            notice = notice_from(kind, data, self._words)
            if isinstance(notice, ReceiptArrived) and notice.message_ids:
                self._kept(notice.message_ids[0], partial(self._ears.receipt, notice))
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
        return Origin(self._ears.salon, self._own, self._is_offline)

    def _message(self, message: IncomingMessage | Ignored, event: Any) -> None:
        if isinstance(message, IncomingMessage):
            self._kept(message.id, partial(self._ears.keep, message))
            return
        self._log.debug("message_ignored", reason=message.value)
        if message is Ignored.PROTOCOL:
            message_id = MessageId(clean(event.Info.ID))
            self._kept(message_id, partial(self._ears.pass_by, message_id))

    def _kept(self, message_id: MessageId, keep: Callable[[], object]) -> None:
        for tries in count():
            pause = KEEP_PAUSES[min(tries, len(KEEP_PAUSES) - 1)]
            try:
                keep()
            except JournalUnavailable as error:
                # Nothing can be kept now, so nothing is taken: no number of tries makes this message a lost one.
                if not tries:
                    self._log.warning("message_waits_for_journal", message_id=message_id, detail=str(error))
                pause = min(pause, LONGEST_KEEP_PAUSE)
            except Exception as error:  # noqa: BLE001 - whatever it is, the message must not be lost in silence
                is_lost = tries == len(KEEP_PAUSES)
                self._report(message_id, error, is_lost=is_lost)
                if is_lost:
                    return
            else:
                return
            time.sleep(pause)

    def _report(self, message_id: MessageId | None, error: Exception, *, is_lost: bool) -> None:
        self._log.error("message_not_kept", message_id=message_id, is_lost=is_lost, exc_info=error)
        self._tell(ListenerFailed(message_id, f"{type(error).__name__}: {error}", is_lost))

    def _on_log(self, level: str, message: str) -> None:
        # The engine's lines name phones and groups: they are for debugging only.
        self._log.debug("engine_log", level=level, message=message)
        self._failure = notice_from_failure(message) or self._failure
        notice = notice_from_log(message)
        is_own = isinstance(notice, AlreadyDecrypted) and Jid.parse(notice.sender).user in (
            self._own.lid,
            self._own.phone,
        )
        self._tell(None if is_own else notice)

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
            self._log.debug("event_after_the_end", kind=type(event).__name__)

    def _arrive(self, event: EngineEvent) -> None:
        if not self.is_given_up or isinstance(event, ABOUT_MESSAGES):
            self._ears.tell(event)

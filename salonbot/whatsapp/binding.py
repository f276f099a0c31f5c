"""One client of the Go library: its blocking run in a thread of its own, its callbacks, and the calls to it.

We call the exported functions directly instead of through neonize's clients: those put a call that may never return
into asyncio's default executor (which ends neither the loop nor the process), and swallow errors of handlers.
Callbacks run in the run's own thread, except for the log, which comes from any thread of Go's.
"""

import ctypes
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, ClassVar

from salonbot.whatsapp.gate import ENTRY_SECONDS, Gate, Lease
from salonbot.whatsapp.jid import Jid
from salonbot.whatsapp.library import Library

GATE = Gate()
"""One for the process, like the maps it guards."""

CACHE_KIB = 256
"""What each of a client's connections (two, as a rule) to its file may keep of it in memory.

SQLite's own 2,000 fill up with the file, which grows with every message: with 50 salons, 200 MB in the course of weeks.
The pages in use at a time are few, and the system keeps the others.
"""

_numbers = itertools.count(1)


class EventKind(IntEnum):
    """Numbers of the events we subscribe to (goneonize/main.go; neonize/events.py)."""

    DEVICE = 0
    PAIR_STATUS = 2
    CONNECTED = 3
    KEEP_ALIVE_TIMEOUT = 4
    KEEP_ALIVE_RESTORED = 5
    LOGGED_OUT = 6
    STREAM_REPLACED = 7
    TEMPORARY_BAN = 8
    CONNECT_FAILURE = 9
    CLIENT_OUTDATED = 10
    STREAM_ERROR = 11
    DISCONNECTED = 12
    MESSAGE = 17
    RECEIPT = 18
    OFFLINE_SYNC_PREVIEW = 26
    OFFLINE_SYNC_COMPLETED = 27
    CALL_OFFER = 36
    UNDECRYPTABLE = 44


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the engine wants to hear; called in the run's thread. None of them may raise."""

    qr: Callable[[str], None]
    login: Callable[[str], None]
    event: Callable[[EventKind, bytes], None]
    log: Callable[[str, str], None]
    """(level, message), from any thread."""
    ended: Callable[[str], None]
    """With the engine's error, or an empty string where it was stopped."""


class EngineError(Exception):
    """The engine answered a call with an error; the message is its own."""


class Run:
    """From the start of one client to the end of its blocking call, which may never come: see `is_burnt`."""

    def __init__(self, library: Library, database: Path, device_name: str, proxy: str | None, hooks: Hooks) -> None:
        self.library = library
        self._go = library.go
        self._hooks = hooks
        self.id = f"salonbot-{next(_numbers)}".encode()
        """A fresh one for every run: the engine's maps know no second life of a client."""
        self.is_listening = False
        """Its events come: it has dialled, as a device WhatsApp knows. Only such a run can be stopped for good."""
        self.ended = threading.Event()
        self._lease: Lease | None = None
        self._subscribed = bytes(EventKind)
        device = library.device.DeviceProps(os=device_name, platformType=library.device.DeviceProps.CHROME)
        device.requireFullSync = False
        self._arguments = (_source(database), device.SerializeToString(), _proxy_settings(library, proxy))
        self._mouthpiece = _Mouthpiece(library, self)
        self._thread = threading.Thread(target=self._block, name=self.id.decode(), daemon=True)

    def start(self) -> None:
        """Begin; everything further is told through the hooks."""
        self._thread.start()

    @property
    def is_burnt(self) -> bool:
        """Given up, but its thread sits in Go for good: what every code that nobody scans costs."""
        return not self.ended.is_set()

    def disconnect(self) -> None:
        """Close the connection and let what has been received still come. Blocks while the engine is dialling."""
        with GATE.entry():
            self._go.Disconnect(self.id)

    def remove(self) -> None:
        """End the run of a listening client that has been disconnected, and forget it."""
        lease = GATE.change()
        try:
            self._go.Stop(self.id)
        finally:
            lease.release()

    def send(self, to: Jid, message: bytes) -> str:
        """Send an encoded `Message`; returns its id. Raises EngineError. Blocks up to 75 s."""
        address = self._address(to)
        with GATE.entry():
            answer = self._go.SendMessage(self.id, address, len(address), message, len(message))
        returned = self.library.words.SendMessageReturnFunction.FromString(answer)
        if returned.Error:
            raise EngineError(returned.Error)
        return str(returned.SendResponse.ID)

    def mark_read(self, chat: Jid, ids: list[str], at: int) -> None:
        """Blue ticks for messages of one private chat; `at` in Unix seconds. Raises EngineError."""
        address = self._address(chat)
        with GATE.entry():
            _check(
                self._go.MarkRead(
                    self.id, " ".join(ids).encode(), at, address, len(address), address, len(address), b"read"
                )
            )

    def chat_presence(self, chat: Jid, *, composing: bool) -> None:
        """Typing or not. Raises EngineError."""
        address = self._address(chat)
        with GATE.entry():
            _check(self._go.SendChatPresence(self.id, address, len(address), 0 if composing else 1, 0))

    def presence(self, *, available: bool) -> None:
        """Seen as online or not. Raises EngineError, also while the account's name is not known yet."""
        with GATE.entry():
            _check(self._go.SendPresence(self.id, b"available" if available else b"unavailable"))

    def force_active_receipts(self) -> None:
        """Second ticks for what arrives, even though this device never claims to be looked at."""
        with GATE.entry():
            self._go.SetForceActiveDeliveryReceipts(self.id, True)

    def set_active(self) -> None:
        """A round trip to the server that changes nothing: it says again what the engine says after connecting."""
        with GATE.entry():
            _check(self._go.SetPassive(self.id, False))

    def pair_phone(self, phone: str) -> str:
        """The code to type on that phone. Only while codes are shown. Raises EngineError."""
        wanted = self.library.words.PairPhoneParams(
            phone=phone, showPushNotification=True, clientType=1, clientDisplayName="Chrome (Linux)"
        ).SerializeToString()
        with GATE.entry():
            answer = self._go.PairPhone(self.id, wanted, len(wanted))
        returned = self.library.words.PairPhoneReturnFunction.FromString(answer)
        if returned.Error:
            raise EngineError(returned.Error)
        return str(returned.Code)

    def log_out(self) -> None:
        """Unlink this device from the account and forget its keys. Raises EngineError."""
        with GATE.entry():
            _check(self._go.Logout(self.id))

    def _block(self) -> None:
        database, device, proxy = self._arguments
        self._lease = GATE.change()
        try:
            error = self._go.Neonize(
                database,
                self.id,
                b"",
                0,
                0,
                b"INFO",
                *self._mouthpiece.callbacks,
                self._subscribed,
                len(self._subscribed),
                device,
                len(device),
                b"",
                0,
                proxy,
            )
        finally:
            self._open_gate()
            self.ended.set()
            self._mouthpiece.run = None
        self._hooks.ended(error.decode("utf-8", "replace"))

    def _open_gate(self) -> None:
        if self._lease is not None:
            self._lease.release()
            self._lease = None

    def on_qr(self, _client: int, text: int) -> None:
        self._open_gate()
        self._hooks.qr(_string(text))

    def on_login(self, _client: int, status: int) -> None:
        # Right after this the engine looks itself up in its maps again, by itself; its first event says it has.
        self._open_gate()
        self._lease = GATE.change(ENTRY_SECONDS)
        self._hooks.login(_string(status))

    def on_event(self, _client: bytes, data: int, size: int, kind: int) -> None:
        self._open_gate()
        if kind == EventKind.DEVICE:
            self.is_listening = True
        self._hooks.event(EventKind(kind), ctypes.string_at(data, size) if size else b"")

    def on_log(self, data: int, size: int) -> None:
        # The memory is Go's and may move as soon as this returns: take the text now.
        entry = self.library.words.LogEntry.FromString(ctypes.string_at(data, size))
        self._hooks.log(entry.Level, f"{entry.Name}: {entry.Message}")

    def _address(self, jid: Jid) -> bytes:
        proto = self.library.words.JID(User=jid.user, Server=jid.server, RawAgent=0, Device=0, Integrator=0)
        encoded: bytes = proto.SerializeToString()
        return encoded


class _Mouthpiece:
    """What Go calls, for one run.

    It stays for the life of the process, a few hundred bytes: threads of Go's that outlive the run may still log, and
    a call to memory that is gone would abort everything.
    """

    _all: ClassVar[list["_Mouthpiece"]] = []

    def __init__(self, library: Library, run: Run) -> None:
        self.run: Run | None = run
        """None: it has ended, and nobody is told any more."""
        self.callbacks = (
            library.text_callback(self._heard_by(Run.on_qr)),
            library.text_callback(self._heard_by(Run.on_login)),
            library.event_callback(self._heard_by(Run.on_event)),
            library.log_callback(self._heard_by(Run.on_log)),
        )
        self._all.append(self)

    def _heard_by(self, listener: Callable[..., None]) -> Callable[..., None]:
        def said(*what: Any) -> None:
            run = self.run
            if run is not None:
                listener(run, *what)

        return said


def _source(database: Path) -> bytes:
    # NB neonize makes `file:...?_foreign_keys=on` of it, and the driver takes the first of each setting: ours come
    # before, and what neonize adds becomes the value of a setting nobody knows.
    return f"{database}?_foreign_keys=on&_cache_size=-{CACHE_KIB}&_=".encode()


def _proxy_settings(library: Library, proxy: str | None) -> Any:
    return ctypes.pointer(library.proxy(proxyAddress=proxy.encode())) if proxy else None


def _check(error: bytes) -> None:
    if error:
        raise EngineError(error.decode("utf-8", "replace"))


def _string(pointer: int) -> str:
    return ctypes.string_at(pointer).decode("utf-8", "replace")

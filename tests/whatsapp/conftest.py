"""A salon's session on the real engine, with a pretend phone that scans every code it is told to."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from salonbot.clock import SystemClock
from salonbot.config.settings import WhatsAppSettings
from salonbot.model.messages import IncomingMessage
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.whatsapp.events import EngineEvent
from salonbot.whatsapp.sending import Sender
from salonbot.whatsapp.session import Session
from salonbot.whatsapp.states import SessionState, SessionStatus
from tests.messages import SALON
from tests.whatsapp import protos  # noqa: F401 - loads the engine our way before the sandbox does it another

PATIENCE = 30


@dataclass
class Salon:
    """One salon's session, what it has been told, and the phone it belongs to."""

    session: Session
    sender: Sender
    phone: Phone
    inbox: "asyncio.Queue[IncomingMessage]"
    events: list[EngineEvent]
    statuses: list[SessionStatus]
    threads: set[str]
    """Names of the threads that messages came in."""
    heard: asyncio.Condition
    """Notified after every event."""
    _running: asyncio.Task[None] | None = field(default=None)

    def start(self) -> None:
        self._running = asyncio.create_task(self.session.run())

    async def stop(self) -> None:
        """Cancel the session and wait for it, as the daemon does."""
        assert self._running is not None
        self._running.cancel()
        async with asyncio.timeout(10):
            with contextlib.suppress(asyncio.CancelledError):
                await self._running
        self._running = None

    @property
    def is_running(self) -> bool:
        return self._running is not None

    async def reaches(self, *states: SessionState) -> SessionStatus:
        """The status once the session is in one of these states; an error of the session's own is raised here."""
        assert self._running is not None
        waiting = asyncio.create_task(self.session.wait_for(*states))
        done, _ = await asyncio.wait({waiting, self._running}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if waiting not in done:
            waiting.cancel()
            if self._running in done:
                await self._running
            raise AssertionError(f"{self.session.state.value} instead of {[state.value for state in states]}")
        return self.session.status()

    async def hears(self, kind: type[EngineEvent]) -> Any:
        """The first event of this kind, past or to come."""
        return (await self.hears_all(kind, 1))[0]

    async def hears_all(self, kind: type[EngineEvent], count: int) -> list[Any]:
        """At least so many events of this kind, past or to come."""
        async with asyncio.timeout(PATIENCE), self.heard:
            await self.heard.wait_for(lambda: sum(isinstance(event, kind) for event in self.events) >= count)
        return [event for event in self.events if isinstance(event, kind)]

    async def message(self) -> IncomingMessage:
        async with asyncio.timeout(PATIENCE):
            return await self.inbox.get()

    async def link(self) -> None:
        """Scan the code that is shown and come online."""
        status = await self.reaches(SessionState.PAIRING)
        assert status.qr is not None
        await self.phone.scan(status.qr)
        await self.reaches(SessionState.ONLINE)


MakeSalon = Callable[..., Salon]


@pytest.fixture
async def make_salon(sandbox: WhatsAppSandbox, tmp_path: Path) -> AsyncIterator[MakeSalon]:
    """Makes salons that are not started yet; `keep` and settings may be changed. All are stopped at the end."""
    made: list[Salon] = []

    def make(
        phone: Phone | None = None, keep: Callable[[IncomingMessage], object] | None = None, **settings: Any
    ) -> Salon:
        number = len({salon.phone.number for salon in made})
        phone = phone or sandbox.add_phone(f"7999000112{number}", f"11122233344{number}")
        loop = asyncio.get_running_loop()
        inbox: asyncio.Queue[IncomingMessage] = asyncio.Queue()
        events: list[EngineEvent] = []
        statuses: list[SessionStatus] = []
        threads: set[str] = set()
        heard = asyncio.Condition()
        ringing: list[asyncio.Task[None]] = []

        def default_keep(message: IncomingMessage) -> None:
            if keep is not None:
                keep(message)
            threads.add(threading.current_thread().name)
            loop.call_soon_threadsafe(inbox.put_nowait, message)

        async def ring() -> None:
            async with heard:
                heard.notify_all()

        def on_event(event: EngineEvent) -> None:
            events.append(event)
            ringing.append(loop.create_task(ring()))

        used = WhatsAppSettings.model_validate({"proxy": sandbox.proxy_url, "keep_alive_seconds": 5} | settings)
        session = Session(
            SALON,
            tmp_path / "whatsapp" / f"{phone.number}.db",
            used,
            SystemClock(),
            keep=default_keep,
            on_event=on_event,
            on_state=statuses.append,
        )
        salon = Salon(session, Sender(session, used), phone, inbox, events, statuses, threads, heard)
        made.append(salon)
        return salon

    yield make
    for salon in made:
        if salon.is_running:
            await salon.stop()


@pytest.fixture
async def salon(make_salon: MakeSalon) -> Salon:
    """A linked salon, online."""
    salon = make_salon()
    salon.start()
    await salon.link()
    return salon

"""The salons' lines to WhatsApp: makes their sessions, and brings what those say to the rooms it concerns."""

import asyncio
from collections.abc import Callable

from salonbot.clock import Clock
from salonbot.config.settings import WhatsAppSettings
from salonbot.journal.inbox import Door, Recorded
from salonbot.model.messages import IncomingMessage
from salonbot.model.salon import SalonId
from salonbot.statefolder import StateFolder
from salonbot.turns.dispatch import Dispatcher
from salonbot.whatsapp.events import EngineEvent
from salonbot.whatsapp.missing import Missing
from salonbot.whatsapp.receipts import Receipts
from salonbot.whatsapp.session import Session
from salonbot.whatsapp.states import SessionStatus

SessionWatcher = Callable[[SalonId, SessionStatus], None]
"""Told of every change of a session's state and of every new pairing code."""


class Lines:
    """Made in the loop whose dispatcher is to be woken."""

    def __init__(
        self,
        folder: StateFolder,
        settings: WhatsAppSettings,
        door: Door,
        dispatcher: Dispatcher,
        missing: Missing,
        receipts: Receipts,
        clock: Clock,
    ) -> None:
        self.settings = settings
        self._folder = folder
        self._door = door
        self._dispatcher = dispatcher
        self._missing = missing
        self._receipts = receipts
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._watchers: list[SessionWatcher] = []

    def watch(self, watcher: SessionWatcher) -> None:
        """Tell `watcher` of session states and pairing codes, in the loop."""
        self._watchers.append(watcher)

    def session_of(self, salon: SalonId) -> Session:
        """The salon's session, not yet running."""
        return Session(
            salon,
            self._folder.session(salon),
            self.settings,
            self._clock,
            keep=self._keep,
            on_event=lambda event: self._hear(salon, event),
            on_state=lambda status: self._tell_watchers(salon, status),
            pass_by=lambda message_id: self._door.pass_by(salon, message_id),
            receipt=lambda receipt: self._receipts.note(salon, receipt),
        )

    async def accept(self, message: IncomingMessage) -> Recorded:
        """Commit a message that came by another way than WhatsApp, and have it worked on."""
        return await asyncio.to_thread(self._keep, message)

    def _keep(self, message: IncomingMessage) -> Recorded:
        """In any thread but the loop's own, for which see `Door.record`."""
        recorded = self._door.record(message)
        if recorded.has_work:
            self._loop.call_soon_threadsafe(self._dispatcher.wake, message.salon, recorded.chat)
        return recorded

    def _hear(self, salon: SalonId, event: EngineEvent) -> None:
        self._missing.hear(salon, event)
        self._receipts.hear(salon, event)

    def _tell_watchers(self, salon: SalonId, status: SessionStatus) -> None:
        for watcher in self._watchers:
            watcher(salon, status)

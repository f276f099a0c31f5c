"""The composition root: opens the house, lets its rooms work, closes it. Nothing here decides anything.

Opened in this order: state folder (lock) -> journal -> inbox's door -> brains -> per salon its booking system and
session. Then the root tasks run until a stop is asked for: dispatcher, sessions, receipts, pages. A root task that
returns by itself is a crash. Closing is the reverse, and bounded: whatever is not done in time is parked in the
journal, and the next start resumes it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from salonbot import __version__
from salonbot.alerts.desk import Desk
from salonbot.alerts.opening import owner_of
from salonbot.assistant.brain import Brain
from salonbot.assistant.brains import BrainFor, open_brains
from salonbot.assistant.ledger import Ledger
from salonbot.booking.opening import open_booking
from salonbot.booking.system import BookingSystem
from salonbot.booking.yclients.pace import Pace
from salonbot.booking.yclients.system import YClientsBooking
from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.config.plan import SalonPlan
from salonbot.config.settings import TurnSettings
from salonbot.events.office import PostOffice
from salonbot.journal.alerts import Alerts
from salonbot.journal.contacts import Contacts
from salonbot.journal.counts import Counts
from salonbot.journal.database import Database
from salonbot.journal.events import Events
from salonbot.journal.gaps import Gaps
from salonbot.journal.inbox import Door, Gathering, Recorded
from salonbot.journal.news import RecordNews
from salonbot.journal.noted import NotedRequests
from salonbot.journal.outbox import Outbox
from salonbot.journal.replays import Replays
from salonbot.journal.turns import Turns
from salonbot.model.alerts import Alert, AlertKind, News
from salonbot.model.messages import IncomingMessage, ReplyState
from salonbot.model.salon import SalonId
from salonbot.overview import Overview
from salonbot.statefolder import StateFolder
from salonbot.systemd import Systemd
from salonbot.tenant import Receptions, Tenant
from salonbot.turns.answer import Answering
from salonbot.turns.changes import Changes
from salonbot.turns.deliver import Delivery
from salonbot.turns.dispatch import Dispatcher
from salonbot.turns.limits import Limits
from salonbot.turns.missed import Missed
from salonbot.turns.reception import Reception
from salonbot.turns.waiting import Waiting
from salonbot.watchdog import RESTART_CODE, Engines, Watchdog
from salonbot.web import server
from salonbot.web.token import token
from salonbot.web.webhooks import Webhooks
from salonbot.web.yclients_hook import Listener, YClientsHook
from salonbot.whatsapp.events import EngineEvent, ReceiptArrived, ReceiptKind
from salonbot.whatsapp.missing import Missing
from salonbot.whatsapp.sending import Sender
from salonbot.whatsapp.session import Session
from salonbot.whatsapp.states import SessionState, SessionStatus

log = structlog.get_logger()

DRAIN_SECONDS = 4.0
"""What running turns get to end after a stop; then they are parked."""

RECEIPT_STATES = {
    ReceiptKind.DELIVERED: ReplyState.DELIVERED,
    ReceiptKind.READ: ReplyState.READ,
    ReceiptKind.PLAYED: ReplyState.READ,
}

NOBODY = Systemd()
"""No service manager listens."""

SessionWatcher = Callable[[SalonId, SessionStatus], None]
"""Told of every change of a session's state and of every new pairing code."""


class Daemon:
    """Everything one process holds. Made by `open_daemon`, worked by `run`."""

    def __init__(self, loaded: Loaded, clock: Clock, folder: StateFolder, database: Database, door: Door) -> None:
        self.loaded = loaded
        self.clock = clock
        self.folder = folder
        self.database = database
        self.tenants: dict[SalonId, Tenant] = {}
        self.changes: dict[SalonId, Changes] = {}
        """Of the salons on YClients."""
        self.site: server.RunningSite | None = None
        self.routes: list[web.RouteDef] = []
        """Pages beside the house's own, to be added before `run`."""
        self._door = door
        self._loop = asyncio.get_running_loop()
        self._outbox = Outbox(database)
        self._requests = NotedRequests(database)
        self._receipts: asyncio.Queue[tuple[SalonId, ReceiptArrived, datetime]] = asyncio.Queue()
        self._watchers: list[SessionWatcher] = []
        self._watchdog: Watchdog | None = None
        self._exit_code = 0
        settings = loaded.configuration.turns
        turns = Turns(database)
        self.ledger = Ledger(turns, clock, {plan.profile.id: plan.profile.zone for plan in loaded.salons})
        receptions = Receptions(self.tenants)
        answering = Answering(
            receptions,
            turns,
            Contacts(database),
            self._requests,
            clock,
            Limits(per_minute=settings.turns_per_minute, per_hour=settings.turns_per_hour),
            timedelta(seconds=settings.budget_seconds),
        )
        self.dispatcher = Dispatcher(
            turns,
            answering.answer,
            Delivery(receptions, turns, self._outbox, clock).deliver,
            clock,
            parallel=settings.parallel,
        )
        self.waiting = Waiting(self._requests, self.dispatcher.wake, self._tell_of_waiting, clock)
        gaps = Gaps(database)
        self._missed = Missed(gaps, clock, self.dispatcher.wake, gathering(settings).too_old)
        self._missing = Missing(self._missed, gaps, clock)
        self.overview = Overview(
            self.tenants, clock, database, self.ledger, self.dispatcher, self._requests, self._gauges
        )
        """What the pages show."""
        self._post = PostOffice(loaded.configuration.salon, loaded.secrets, Events(database), clock)
        self.watch(lambda salon, status: self._post.hear(salon, status.state.value))
        self.desk = Desk(Alerts(database), lambda salon: owner_of(salon, loaded), clock)
        """Hears what the owner should know."""
        self.watch(lambda salon, status: self.desk.hear_session(salon, status.state.value, status.sentence))

    def watch(self, watcher: SessionWatcher) -> None:
        """Tell `watcher` of session states and pairing codes, in the loop."""
        self._watchers.append(watcher)

    def tell_owner(self, news: News) -> None:
        """An `Alert`, as often as it is noticed, or that it is `Recovered`: the desk knows who is told when."""
        self.desk.hear(news)

    async def accept(self, message: IncomingMessage) -> Recorded:
        """Commit a message that came by another way than WhatsApp, and have it worked on."""
        return await asyncio.to_thread(self._keep, message)

    def _keep(self, message: IncomingMessage) -> Recorded:
        """In any thread but the loop's own, for which see `Door.record`."""
        recorded = self._door.record(message)
        if recorded.has_work:
            self._loop.call_soon_threadsafe(self.dispatcher.wake, message.salon, recorded.chat)
        return recorded

    def _tell_of_waiting(self, salon: SalonId, requests: int) -> None:
        self.tell_owner(Alert(kind=AlertKind.BOOKING_AWAY, detail=f"requests waiting for it: {requests}", salon=salon))

    def add(self, plan: SalonPlan, brain: Brain, booking: BookingSystem) -> None:
        """Build one salon."""
        salon, settings = plan.profile.id, self.loaded.configuration
        session = Session(
            salon,
            self.folder.session(salon),
            settings.whatsapp,
            self.clock,
            keep=self._keep,
            on_event=lambda event: self._hear(salon, event),
            on_state=lambda status: self._tell_watchers(salon, status),
            pass_by=lambda message_id: self._door.pass_by(salon, message_id),
            receipt=lambda receipt: self._note_receipt(salon, receipt),
        )
        reception = Reception(
            profile=plan.profile,
            catalogue=plan.catalogue,
            booking=booking,
            brain=brain,
            messenger=Sender(session, settings.whatsapp),
            needs_phone=plan.calendar.need_phone or plan.yclients is not None,
            handover_pause=timedelta(minutes=settings.turns.handover_pause_minutes),
        )
        self.tenants[salon] = Tenant(plan, session, reception)
        if isinstance(booking, YClientsBooking):
            self.changes[salon] = Changes(
                reception,
                booking.news,
                RecordNews(self.database, salon),
                Turns(self.database),
                Contacts(self.database),
                self.dispatcher.wake,
                self.waiting.hasten,
                self.clock,
            )

    def _listeners(self) -> tuple[Listener, ...]:
        """Salons whose YClients may tell of changes."""
        secrets = {salon: self.loaded.secrets.yclients_webhook_secret_of(salon) for salon in self.changes}
        return tuple(
            Listener(salon, settings.company_id, secret.get_secret_value(), self.changes[salon].hear)
            for salon, secret in secrets.items()
            if secret is not None and (settings := self.tenants[salon].plan.yclients) is not None
        )

    async def run(self, stop: asyncio.Event, systemd: Systemd = NOBODY) -> int:
        """Work until `stop` is set, then finish or park what is in work; returns the exit code.

        Raises what a root task could not survive.
        """
        doubted = await self._outbox.doubt_interrupted()
        if doubted:
            log.warning("replies_in_doubt_after_restart", replies=doubted)
        settings = self.loaded.configuration.web
        app = server.application(self.overview, token=token(self.folder.web_token))
        hooks = Webhooks(
            self.overview, self.accept, self.loaded.secrets.webhook_secret_of, Replays(self.database), self.clock
        )
        app.add_routes([*hooks.routes(), *YClientsHook(self._listeners()).routes(), *self.routes])
        self.site = await server.start(app, settings.host, settings.port)
        log.info("serving", url=self.site.url, salons=len(self.tenants), version=__version__)
        await self._post.open()
        await self._missing.look({salon: tenant.session for salon, tenant in self.tenants.items()})
        try:
            async with asyncio.TaskGroup() as root:
                dispatching = root.create_task(self.dispatcher.run(), name="dispatcher")
                self._watchdog = Watchdog(
                    systemd,
                    Counts(self.database),
                    self.clock,
                    engines=self._engines,
                    is_dispatching=lambda: not dispatching.done(),
                    restart=lambda: self._restart(stop),
                )
                endless = [
                    root.create_task(_endless(tenant.session.run()), name=f"session {salon}")
                    for salon, tenant in self.tenants.items()
                ]
                endless.append(root.create_task(_endless(self._keep_receipts()), name="receipts"))
                endless.append(root.create_task(_endless(self.waiting.run()), name="noted requests"))
                endless += [
                    root.create_task(_endless(changes.run()), name=f"changes {salon}")
                    for salon, changes in self.changes.items()
                ]
                endless += [
                    root.create_task(_endless(booking.keep_fresh()), name=f"catalogue {salon}")
                    for salon, tenant in self.tenants.items()
                    if isinstance(booking := tenant.reception.booking, YClientsBooking)
                ]
                endless.append(root.create_task(_endless(self._missing.run()), name="missing"))
                endless.append(root.create_task(_endless(self._missed.watch_unreadable()), name="unreadable"))
                endless.append(root.create_task(_endless(self._watchdog.lag.measure()), name="loop lag"))
                endless.append(root.create_task(_endless(self._watchdog.run()), name="watchdog"))
                endless.append(root.create_task(_endless(self._post.run()), name="post"))
                endless.append(root.create_task(_endless(self.desk.run()), name="alerts"))
                await stop.wait()
                systemd.stopping()
                log.info("stopping", busy_chats=self.dispatcher.busy_chats)
                await self._drain(dispatching)
                for task in endless:
                    task.cancel()
        finally:
            await self.site.close()
        return self._exit_code

    def _restart(self, stop: asyncio.Event) -> None:
        self._exit_code = RESTART_CODE
        stop.set()

    def _engines(self) -> Engines:
        states = [tenant.session.status() for tenant in self.tenants.values()]
        return Engines(
            salons=len(states),
            online=sum(status.state is SessionState.ONLINE for status in states),
            burnt_threads=sum(status.burnt_threads for status in states),
            last_event_age=min((status.last_event_age for status in states), default=0.0),
        )

    async def _gauges(self) -> Mapping[str, object]:
        return {
            "process": self._watchdog.gauges() if self._watchdog else {},
            "events": await self._post.status(),
        }

    async def _drain(self, dispatching: asyncio.Task[None]) -> None:
        self.dispatcher.stop()
        _, running = await asyncio.wait({dispatching}, timeout=DRAIN_SECONDS)
        if running:
            log.warning("turns_parked", busy_chats=self.dispatcher.busy_chats)
            dispatching.cancel()

    def _hear(self, salon: SalonId, event: EngineEvent) -> None:
        self._missing.hear(salon, event)
        if isinstance(event, ReceiptArrived):
            self._receipts.put_nowait((salon, event, self.clock.now()))

    def _note_receipt(self, salon: SalonId, receipt: ReceiptArrived) -> None:
        state = RECEIPT_STATES.get(receipt.kind)
        if state is not None:
            self._door.receipt(salon, receipt.chat, receipt.message_ids, state, self.clock.now())

    async def _keep_receipts(self) -> None:
        while True:
            salon, receipt, at = await self._receipts.get()
            state = RECEIPT_STATES.get(receipt.kind)
            if state is not None:
                await self._outbox.receipt(salon, receipt.chat, receipt.message_ids, state, at)

    def _tell_watchers(self, salon: SalonId, status: SessionStatus) -> None:
        for watcher in self._watchers:
            watcher(salon, status)


@asynccontextmanager
async def open_daemon(loaded: Loaded, clock: Clock) -> AsyncIterator[Daemon]:
    """The house, opened; closed at the end in the reverse order. Raises StateError where something cannot be had."""
    async with AsyncExitStack() as house:
        folder = house.enter_context(StateFolder.open(loaded.state, clock))
        database = await Database.open(folder.journal)
        house.push_async_callback(database.close)
        door = Door(database.path, clock, gathering(loaded.configuration.turns))
        house.callback(door.close)
        daemon = Daemon(loaded, clock, folder, database, door)
        settings = loaded.configuration
        brain_for: BrainFor = await house.enter_async_context(
            open_brains(
                settings.assistant,
                loaded.secrets,
                clock=clock,
                spending=daemon.ledger,
                tell_owner=daemon.tell_owner,
            )
        )
        pace = Pace(clock)
        for plan, own in zip(loaded.salons, settings.salon, strict=True):
            booking = await house.enter_async_context(open_booking(plan, loaded.secrets, database, clock, pace))
            daemon.add(plan, brain_for(own.assistant), booking)
        yield daemon


def gathering(settings: TurnSettings) -> Gathering:
    """The door's rules from `[turns]`."""
    return Gathering(
        quiet=timedelta(seconds=settings.quiet_seconds),
        longest=timedelta(seconds=settings.longest_wait_seconds),
        too_old=timedelta(hours=settings.too_old_hours),
        owner_pause=timedelta(minutes=settings.owner_pause_minutes),
    )


async def _endless(task: Coroutine[None, None, None]) -> None:
    """A root task that returns by itself is a crash: a TaskGroup would not notice."""
    await task
    raise RuntimeError("a root task ended by itself")

"""The composition root: opens the house, lets its rooms work, closes it. Nothing here decides anything.

Opened in this order: state folder (lock) -> journal -> inbox's door -> brains -> the salons, each with its booking
system and session (`salons`). Then the root tasks run until a stop is asked for: dispatcher, pages, every salon's own.
Closing is the reverse, and bounded: whatever is not done in time is parked in the journal, and the next start resumes
it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import structlog
from aiohttp import web

from salonbot import __version__
from salonbot.assistant.brains import Brains
from salonbot.assistant.ledger import Ledger
from salonbot.booking.yclients.pace import Pace
from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.events.office import PostOffice
from salonbot.hooks import hooks_of
from salonbot.journal.contacts import Contacts
from salonbot.journal.counts import Counts
from salonbot.journal.database import Database
from salonbot.journal.events import Events
from salonbot.journal.gaps import Gaps
from salonbot.journal.inbox import Door
from salonbot.journal.noted import NotedRequests
from salonbot.journal.outbox import Outbox
from salonbot.journal.trouble import until_committed
from salonbot.journal.turns import Turns
from salonbot.lines import Lines
from salonbot.model.alerts import Alert, AlertKind, News, Recovered
from salonbot.model.salon import SalonId
from salonbot.oversight import Oversight
from salonbot.overview import Overview
from salonbot.reloading import Reloading
from salonbot.roots import Roots
from salonbot.salons import DRAIN_SECONDS, Rooms, Salons
from salonbot.site import Site
from salonbot.statefolder import StateFolder
from salonbot.systemd import Systemd
from salonbot.tenant import OfTenants, Tenant
from salonbot.terms import difference, in_effect, terms_of
from salonbot.turns.answer import Answering
from salonbot.turns.deliver import Delivery
from salonbot.turns.dispatch import Dispatcher, finishes_before
from salonbot.turns.missed import Missed
from salonbot.turns.rulebook import gathering
from salonbot.turns.waiting import Waiting
from salonbot.watchdog import RESTART_CODE, Engines, Watchdog
from salonbot.web import server
from salonbot.web.token import token
from salonbot.whatsapp.missing import Missing
from salonbot.whatsapp.receipts import Receipts
from salonbot.whatsapp.states import SessionState

log = structlog.get_logger()

NOBODY = Systemd()
"""No service manager listens."""


class Daemon:
    """Everything one process holds. Made by `open_daemon`, worked by `run`."""

    def __init__(self, loaded: Loaded, clock: Clock, folder: StateFolder, database: Database, door: Door) -> None:
        self.loaded = loaded
        self.clock = clock
        self.folder = folder
        self.database = database
        self.tenants: dict[SalonId, Tenant] = {}
        """The salons that are open now."""
        self.site: server.RunningSite | None = None
        self.routes: list[web.RouteDef] = []
        """Pages beside the house's own, to be added before `run`."""
        self.welcome: Callable[[str], None] = lambda link: None
        """Given the one-time link that makes the first account, where there is none yet. It is a secret."""
        self._outbox = Outbox(database)
        self._requests = NotedRequests(database)
        self._watchdog: Watchdog | None = None
        self._exit_code = 0
        settings = loaded.configuration.turns
        turns = Turns(database)
        self.ledger = Ledger(turns, clock, OfTenants(self.tenants, lambda tenant: tenant.plan.profile.zone))
        receptions = OfTenants(self.tenants, lambda tenant: tenant.reception)
        answering = Answering(
            receptions,
            turns,
            Contacts(database),
            self._requests,
            clock,
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
        self._missed = Missed(
            gaps, clock, self.dispatcher.wake, lambda salon: door.gathering(salon).too_old, self.tell_owner
        )
        self._missing = Missing(self._missed, gaps, clock, door.record)
        self._receipts = Receipts(door, self._outbox, clock)
        lines = Lines(
            folder, loaded.configuration.whatsapp, door, self.dispatcher, self._missing, self._receipts, clock
        )
        self.watch, self._accept = lines.watch, lines.accept
        self._post = PostOffice(Events(database), clock)
        self.overview = Overview(
            self.tenants, clock, database, self.ledger, self.dispatcher, self._requests, self._gauges
        )
        """What the pages show."""
        self.oversight = Oversight(
            lambda: self.loaded,
            self.tenants,
            database,
            loaded.state,
            lambda: self._watchdog.vitals if self._watchdog else None,
            clock,
        )
        """Hears what the owner should know."""
        rooms = Rooms(
            database,
            door,
            clock,
            self.dispatcher,
            lines,
            self.waiting,
            self._missing,
            self._post,
            Brains(clock, self.ledger, self.tell_owner),
            Pace(clock),
        )
        self.salons = Salons(self.tenants, rooms)
        self.pages = Site(
            self.overview,
            self.tenants,
            database,
            clock,
            loaded.configuration.web,
            folder.web_token,
            self.dispatcher.hurry,
            lambda: self.loaded,
        )
        self.watch(lambda salon, _status: self.pages.live.tell_session(salon))
        self.watch(lambda salon, status: self._post.hear(salon, status.state.value))
        self.watch(self.oversight.hear_session)
        loop = asyncio.get_running_loop()
        database.trouble.watch(lambda trouble: _in(loop, self._tell_of_journal, trouble))

    def tell_owner(self, news: News) -> None:
        """An `Alert`, as often as it is noticed, or that it is `Recovered`: the desk knows who is told when."""
        self.oversight.tell_owner(news)

    def _tell_of_journal(self, trouble: str | None) -> None:
        kind = AlertKind.JOURNAL_NOT_WRITABLE
        self.tell_owner(Recovered(kind=kind) if trouble is None else Alert(kind=kind, detail=trouble, needs_owner=True))

    def _tell_of_waiting(self, salon: SalonId, requests: int) -> None:
        self.tell_owner(Alert(kind=AlertKind.BOOKING_AWAY, salon=salon, count=requests))

    async def apply(self, wanted: Loaded) -> None:
        """Bring a changed configuration into effect, as far as a running process can; the rest is named in the log.

        Salons it does not touch take no notice, and no session is touched but those of salons that come or go.
        """
        found = difference(self.loaded, wanted)
        self.loaded = in_effect(self.loaded, wanted)
        terms = terms_of(self.loaded)
        self.dispatcher.share(self.loaded.configuration.turns.parallel)
        await asyncio.gather(
            *(self.salons.close(salon) for salon in found.closed),
            *(self.salons.reopen(salon, terms[salon]) for salon in found.changed),
        )
        for salon in found.opened:
            await self.salons.open(terms[salon])
        self.salons.arrange(terms)
        for key in found.later:
            log.warning("takes_effect_at_the_next_start", key=key)
        log.info("configuration_reloaded", closed=found.closed, opened=found.opened, changed=found.changed)

    async def run(self, stop: asyncio.Event, systemd: Systemd = NOBODY, reloading: Reloading | None = None) -> int:
        """Work until `stop` is set, then finish or park what is in work; returns the exit code.

        Raises what a root task could not survive.
        """
        # A full disk is waited for; a stop does not wait with it.
        if not await finishes_before(self._doubt_interrupted(), stop):
            return self._exit_code
        self.site = await self._serve()
        try:
            async with asyncio.TaskGroup() as group:
                roots = Roots(group)
                dispatching = group.create_task(self.dispatcher.run(), name="dispatcher")
                self._watchdog = Watchdog(
                    systemd,
                    Counts(self.database),
                    self.clock,
                    engines=self._engines,
                    is_dispatching=lambda: not dispatching.done(),
                    restart=lambda: self._restart(stop),
                )
                for work, name in (
                    (self.database.look_after(), "journal"),
                    (self._receipts.run(), "receipts"),
                    (self.waiting.run(), "noted requests"),
                    (self._missing.run(), "missing"),
                    (self._missed.watch_unreadable(), "unreadable"),
                    (self._watchdog.lag.measure(), "loop lag"),
                    (self._post.run(), "post"),
                    *self.oversight.works(),
                    (self.pages.live.run(), "live pages"),
                ):
                    roots.start(work, name)
                roots.start_ending(self.pages.greet(self.site.port, self.welcome), "greeting")
                # Many salons take their time to begin; a stop need not wait for that.
                if await finishes_before(self.salons.work(roots), stop):
                    roots.start(self._watchdog.run(), "watchdog")
                    if reloading is not None:
                        roots.start(reloading.run(systemd, self._watchdog.sentence), "reloading")
                await stop.wait()
                systemd.stopping()
                log.info("stopping", busy_chats=self.dispatcher.busy_chats)
                await self._drain(dispatching)
                roots.cancel()
        finally:
            await self.site.close()
        return self._exit_code

    async def _doubt_interrupted(self) -> None:
        doubted = await until_committed(self._outbox.doubt_interrupted, self.clock)
        if doubted:
            log.warning("replies_in_doubt_after_restart", replies=doubted)

    async def _serve(self) -> server.RunningSite:
        settings = self.loaded.configuration.web
        hooks = hooks_of(lambda: self.loaded, self.tenants, self.overview, self._accept, self.database, self.clock)
        app = self.pages.application([*hooks, *self.oversight.routes(), *self.routes])
        app.middlewares.insert(0, self.oversight.middleware())
        site = await server.start(app, settings.host, settings.port)
        log.info("serving", url=site.url, salons=len(self.tenants), version=__version__)
        return site

    def _restart(self, stop: asyncio.Event) -> None:
        self.tell_owner(Alert(kind=AlertKind.RESTART_WANTED))
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


@asynccontextmanager
async def open_daemon(loaded: Loaded, clock: Clock, *, errand: str = "") -> AsyncIterator[Daemon]:
    """The house, opened; closed at the end in the reverse order; for an `errand`, where it is not for good.

    Raises StateError where something cannot be had, StateUnavailable or JournalUnavailable where it can be later.
    """
    async with AsyncExitStack() as house:
        folder = house.enter_context(StateFolder.open(loaded.state, clock, errand=errand))
        database = await Database.open(folder.journal)
        house.push_async_callback(database.close)
        token(folder.web_token)  # here, where a full disk is waited for
        door = Door(database.path, clock, gathering(loaded.configuration.turns), database.trouble)
        house.callback(door.close)
        daemon = Daemon(loaded, clock, folder, database, door)
        house.push_async_callback(daemon.salons.aclose)
        for terms in terms_of(loaded).values():
            await daemon.salons.open(terms)
        yield daemon


def _in(loop: asyncio.AbstractEventLoop, tell: Callable[[str | None], None], trouble: str | None) -> None:
    """Called from any thread, also when the house is closed and nobody is left to be told."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(tell, trouble)

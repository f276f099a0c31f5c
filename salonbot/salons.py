"""The salons of the house: each is opened and closed by itself, while the others work.

In: terms. Out: tenants, working. A salon owns two kinds of things, all of them here: its session, from opening to
closing; and what stands at its reception (booking system, brain, rules), which is built anew whenever its terms change,
while the session stays connected and turns in work go on with what they have begun with.
"""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from salonbot.assistant.brains import Brains
from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.booking.daybook import Daybook
from salonbot.booking.opening import open_booking
from salonbot.booking.yclients.pace import Pace
from salonbot.booking.yclients.system import YClientsBooking
from salonbot.clock import Clock
from salonbot.events.office import PostOffice
from salonbot.journal.contacts import Contacts
from salonbot.journal.database import Database
from salonbot.journal.edits import Edits
from salonbot.journal.inbox import Door
from salonbot.journal.news import RecordNews
from salonbot.journal.trouble import until_committed
from salonbot.journal.turns import Turns
from salonbot.lines import Lines
from salonbot.model.salon import SalonId
from salonbot.roots import Roots
from salonbot.tenant import Tenant
from salonbot.terms import Terms
from salonbot.turns.changes import Changes
from salonbot.turns.dispatch import Dispatcher
from salonbot.turns.frontdesk import FrontDesk
from salonbot.turns.limits import Limits
from salonbot.turns.reception import Reception
from salonbot.turns.rulebook import FromFile, Rulebook
from salonbot.turns.salons_word import SalonsWord
from salonbot.turns.waiting import Waiting
from salonbot.whatsapp.missing import Missing
from salonbot.whatsapp.sending import Sender
from salonbot.whatsapp.session import Session

log = structlog.get_logger()

DRAIN_SECONDS = 4.0
"""What a salon's running turns get to end when it is closed; then they are parked."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """What all salons share."""

    database: Database
    door: Door
    clock: Clock
    dispatcher: Dispatcher
    lines: Lines
    waiting: Waiting
    missing: Missing
    post: PostOffice
    brains: Brains
    pace: Pace


@dataclass(slots=True)
class Belongings:
    """What one salon holds beside its tenant."""

    terms: Terms
    at_reception: AsyncExitStack
    """What its reception is made of."""
    serving: list[asyncio.Task[None]] = field(default_factory=list)
    """Root tasks of the reception."""
    session: asyncio.Task[None] | None = None


class Salons:
    """Opens, changes and closes salons. `tenants` is kept as they are now."""

    def __init__(self, tenants: dict[SalonId, Tenant], rooms: Rooms) -> None:
        self._tenants = tenants
        self._rooms = rooms
        self._belongings: dict[SalonId, Belongings] = {}
        self._changing: defaultdict[SalonId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._roots: Roots | None = None

    async def open(self, terms: Terms) -> None:
        """Take in a salon; where the house is at work already, it begins to work at once."""
        salon = terms.plan.profile.id
        session = self._rooms.lines.session_of(salon)
        self._tenants[salon], at_reception = await self._at_reception(terms, session)
        self._belongings[salon] = Belongings(terms, at_reception)
        if self._roots is not None:
            await self._rooms.post.publish()
            await self._begin(salon, self._roots)

    async def work(self, roots: Roots) -> None:
        """Begin to work: all salons' root tasks are started among `roots`, those of later ones too."""
        await self._rooms.post.publish()
        for salon in tuple(self._tenants):
            await self._begin(salon, roots)
        self._roots = roots

    async def reopen(self, salon: SalonId, terms: Terms | None = None) -> None:
        """Build the salon's reception anew, on other terms, or on the same ones and what the journal keeps now.

        Call it after anything has changed that a reception is built from and that its rulebook does not bring into
        effect by itself: profile, rules of turns, brain, booking system, receiver of events. It takes effect with the
        next turn. Turns in work go on with the reception they have begun with, which is closed when the last of them
        has been answered; the session stays as it is. May be called at any time; a salon that is gone is left alone.
        """
        async with self._changing[salon]:
            if salon in self._belongings:
                await self._reopen(salon, terms)

    async def _reopen(self, salon: SalonId, terms: Terms | None) -> None:
        tenant, held = self._tenants[salon], self._belongings[salon]
        terms = terms or held.terms
        self._tenants[salon], at_reception = await self._at_reception(terms, tenant.session)
        self._belongings[salon] = replace(held, terms=terms, at_reception=at_reception, serving=[])
        # A page may have changed something by the old rulebook while the new one was read.
        await until_committed(self._tenants[salon].desk.rulebook.load, self._rooms.clock)
        if self._roots is None:
            await held.at_reception.aclose()
            return
        await self._rooms.post.publish()
        await _end(held.serving)
        self._serve(salon, self._roots)
        self._roots.start_ending(self._retire(salon, held.at_reception), f"retiring {salon}")
        log.info("reception_reopened", salon=salon)

    def arrange(self, order: Iterable[SalonId]) -> None:
        """Have the tenants stand in this order; all of them must be in it."""
        for salon in order:
            self._tenants[salon] = self._tenants.pop(salon)

    async def close(self, salon: SalonId) -> None:
        """Let a salon go: its turns in work are finished or parked, its session is stopped. All its data stays, so
        that it can be opened again, now or by a later process.
        """
        async with self._changing[salon]:
            await self._close(salon)

    async def _close(self, salon: SalonId) -> None:
        if self._roots is not None:
            await self._rooms.dispatcher.close(salon, DRAIN_SECONDS)
        held = self._belongings.pop(salon)
        try:
            await _end([*held.serving, *([held.session] if held.session else [])])
            del self._tenants[salon]
            self._rooms.post.close(salon)
            if self._roots is not None:
                await self._rooms.post.publish()
        finally:
            await held.at_reception.aclose()

    async def aclose(self) -> None:
        """Give back what all salons hold, once their tasks have ended with the house's."""
        while self._belongings:
            _, held = self._belongings.popitem()
            await held.at_reception.aclose()

    async def _begin(self, salon: SalonId, roots: Roots) -> None:
        session = self._tenants[salon].session
        await self._rooms.missing.look({salon: session})
        self._rooms.dispatcher.open(salon)
        self._belongings[salon].session = roots.start(session.run(), f"session {salon}")
        self._serve(salon, roots)

    def _serve(self, salon: SalonId, roots: Roots) -> None:
        """Start the root tasks of the salon's reception."""
        tenant, works = self._tenants[salon], list[tuple[Coroutine[None, None, None], str]]()
        if tenant.changes is not None:
            works.append((tenant.changes.run(), f"changes {salon}"))
        if isinstance(booking := tenant.reception.booking, YClientsBooking):
            works.append((booking.keep_fresh(), f"catalogue {salon}"))
        if (post := self._rooms.post.of(salon)) is not None:
            works.append((post.run(), f"post {salon}"))
        self._belongings[salon].serving = [roots.start(work, name) for work, name in works]

    async def _retire(self, salon: SalonId, at_reception: AsyncExitStack) -> None:
        try:
            await self._rooms.dispatcher.answered(salon)
        finally:
            await at_reception.aclose()

    async def _at_reception(self, terms: Terms, session: Session) -> tuple[Tenant, AsyncExitStack]:
        """The one place where a reception is built: the tenant with it, and all that has to be closed after it."""
        rooms, plan, turns = self._rooms, terms.plan, terms.house.turns
        async with AsyncExitStack() as stack:
            booking = await stack.enter_async_context(
                open_booking(plan, terms.secrets, rooms.database, rooms.clock, rooms.pace)
            )
            file = FromFile(terms.house, terms.settings, plan)
            rulebook = Rulebook(file, booking, Edits(rooms.database), rooms.door.gather, rooms.clock)
            await until_committed(rulebook.load, rooms.clock)
            brain = await stack.enter_async_context(
                rooms.brains.brain(terms.house.assistant, terms.secrets, terms.settings.assistant)
            )
            reception = Reception(
                profile=plan.profile,
                catalogue=plan.catalogue,
                booking=booking,
                brain=brain,
                messenger=Sender(session, rooms.lines.settings),
                needs_phone=plan.calendar.need_phone or plan.yclients is not None,
                handover_pause=timedelta(minutes=turns.handover_pause_minutes),
                takeover=timedelta(minutes=turns.takeover_minutes),
                limits=Limits(per_minute=turns.turns_per_minute, per_hour=turns.turns_per_hour),
                budget=timedelta(seconds=turns.budget_seconds),
                manner=rulebook.manner,
            )
            rooms.post.open(plan.profile.id, terms.settings.events, terms.secrets.events_secret)
            tenant = Tenant(plan, session, reception, self._desk(rulebook, reception), self._changes(reception))
            return tenant, stack.pop_all()

    def _desk(self, rulebook: Rulebook, reception: Reception) -> FrontDesk:
        rooms, booking = self._rooms, reception.booking
        word = SalonsWord(reception, Turns(rooms.database), Contacts(rooms.database), rooms.clock)
        daybook = None
        if isinstance(booking, EmbeddedCalendar):
            daybook = Daybook(booking, rulebook.salon, rooms.database, rooms.clock)
        return FrontDesk(rulebook, booking, daybook, word.say, rooms.dispatcher.wake)

    def _changes(self, reception: Reception) -> Changes | None:
        if not isinstance(booking := reception.booking, YClientsBooking):
            return None
        rooms = self._rooms
        return Changes(
            reception,
            booking.news,
            RecordNews(rooms.database, reception.profile.id),
            Turns(rooms.database),
            Contacts(rooms.database),
            rooms.dispatcher.wake,
            rooms.waiting.hasten,
            rooms.clock,
        )


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)

"""One salon's plan and settings as they are now: the file's, under what its owner has changed on the pages.

The one place that puts a new plan into effect. In: the file at the start, the journal's edits, changes from the pages.
Out: a plan for the booking system, a manner for the turns, gathering rules for the inbox's door; each counts from the
next search, turn or message on. A change that does not hold is refused as the file would be; one that holds is
committed with the name of who made it before anything else happens.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from salonbot.assistant.greeting import Greetings, unsupported
from salonbot.booking.system import PlannedBooking
from salonbot.clock import Clock
from salonbot.config.catalogue import Draft, of_file, of_tables, plan_of
from salonbot.config.live import NAMES, Live, Setting, live, read_live, settings, with_live
from salonbot.config.plan import SalonPlan
from salonbot.config.salon_settings import LiveSettings, SalonSettings
from salonbot.config.settings import Configuration, TurnSettings
from salonbot.config.tables import Findings
from salonbot.errors import BookingUnavailable, Problem
from salonbot.journal.edits import Edit, Edits, Signed
from salonbot.journal.inbox import Gathering
from salonbot.model.dialogue import Situation
from salonbot.model.salon import Catalogue, SalonId, SalonProfile
from salonbot.turns.reception import Manner

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FromFile:
    """What the configuration says of a salon."""

    configuration: Configuration
    salon: SalonSettings
    plan: SalonPlan


class Rulebook:
    """One salon's. Made with what the file says; `load` adds what the journal keeps, and puts it into effect."""

    def __init__(
        self,
        file: FromFile,
        booking: PlannedBooking,
        edits: Edits,
        gather: Callable[[SalonId, Gathering], None],
        clock: Clock,
    ) -> None:
        """`gather` tells the inbox's door how this salon's messages become turns."""
        self._file = file
        self._booking = booking
        self._edits = edits
        self._gather = gather
        self._clock = clock
        self._changing = asyncio.Lock()
        self._page = LiveSettings()
        self._own: Draft | None = None
        self._own_plan = file.plan
        self.since: datetime | None = None
        """Since when services and stylists are kept in the journal; None: the file's count."""
        self.refused: tuple[Problem, ...] = ()
        """Why what the journal keeps could not be used, after a change of the program or the file; then the file's
        counts.
        """
        held = live(file.configuration, file.salon, self._page)
        self._plan, self._manner = with_live(file.plan, held), _manner(held)

    @property
    def salon(self) -> SalonId:
        return self._file.plan.profile.id

    @property
    def plan(self) -> SalonPlan:
        """The plan that counts now."""
        return self._plan

    @property
    def draft(self) -> Draft:
        """Services and stylists that count now, as tables to be edited."""
        return of_file(self._file.salon) if self._own is None else self._own

    @property
    def is_elsewhere(self) -> bool:
        """Whether services and stylists are YClients' and not ours to change."""
        return self._file.plan.yclients is not None

    def manner(self) -> Manner:
        """How customers are treated, for the next turn."""
        return self._manner

    def settings(self) -> tuple[Setting, ...]:
        """What may be changed, with its source."""
        return settings(self._file.configuration, self._file.salon, self._page)

    async def history(self, limit: int = 30) -> tuple[Signed, ...]:
        """Who changed what, newest first."""
        return await self._edits.history(self.salon, limit)

    async def load(self) -> None:
        """Put what the journal keeps into effect. What does not hold any more is left out, and said."""
        findings = Findings()
        page = read_live(await self._edits.settings(self.salon), self._file.configuration, self._file.salon, findings)
        if not findings.problems:
            self._page = page
        kept = None if self.is_elsewhere else await self._edits.catalogue(self.salon)
        if kept is not None:
            draft, of_catalogue = of_tables(kept.tables), Findings()
            plan = plan_of(draft, self._file.salon, self._file.plan, of_catalogue)
            if not of_catalogue.problems:
                self._own, self._own_plan, self.since = draft, plan, kept.since
                log.info("catalogue_is_the_journals", salon=self.salon, since=kept.since.isoformat())
            findings.problems += of_catalogue.problems
        self.refused = tuple(findings.problems)
        if self.refused:
            log.error("edits_refused", salon=self.salon, problems=[one.key for one in self.refused])
        self._apply()

    async def change_settings(self, raw: Mapping[str, Any], who: str) -> tuple[Problem, ...]:
        """Set these by name, None to let the file have the say again; all of them or, with a problem, none."""
        async with self._changing:
            before = self._page.model_dump(exclude_none=True)
            wanted = {name: value for name, value in {**before, **raw}.items() if value is not None}
            findings = Findings()
            page = read_live(wanted, self._file.configuration, self._file.salon, findings)
            if not findings.problems:
                await self._check_greetings(page, findings)
            if findings.problems:
                return tuple(findings.problems)
            after = page.model_dump(exclude_none=True)
            edits = [
                Edit(name, before=_plain(before.get(name)), after=_plain(after.get(name)))
                for name in NAMES
                if before.get(name) != after.get(name)
            ]
            if edits:
                await self._edits.keep_settings(self.salon, edits, who, self._clock.now())
                self._page = page
                self._apply()
                log.info("settings_changed", salon=self.salon, names=[edit.what for edit in edits])
            return ()

    def tried(self, alter: Callable[[Draft], Draft]) -> tuple[SalonPlan, Findings]:
        """What the plan would be, and what would be wrong or odd about it; nothing changes."""
        findings = Findings()
        plan = plan_of(alter(self.draft), self._file.salon, self._file.plan, findings)
        return plan, findings

    async def change_catalogue(self, alter: Callable[[Draft], Draft], edit: Edit, who: str) -> tuple[Problem, ...]:
        """Put altered services and stylists in the place of those that count; nothing where there is a problem."""
        async with self._changing:
            before, draft = self.draft, alter(self.draft)
            findings = Findings()
            plan = plan_of(draft, self._file.salon, self._file.plan, findings)
            if findings.problems or draft == before:
                return tuple(findings.problems)
            now = self._clock.now()
            await self._edits.keep_catalogue(self.salon, draft.tables(), edit, who, now)
            self._own, self._own_plan, self.since = draft, plan, self.since or now
            self._apply()
            log.info("catalogue_changed", salon=self.salon, what=edit.what)
            return ()

    async def take_files_again(self, who: str) -> None:
        """Forget the pages' services and stylists: the file's count again."""
        async with self._changing:
            if self._own is not None:
                edit = Edit("catalogue", before=self._own.tables())
                await self._edits.keep_catalogue(self.salon, None, edit, who, self._clock.now())
            self._own, self._own_plan, self.since = None, self._file.plan, None
            self._apply()

    @property
    def files_plan(self) -> SalonPlan:
        """What would count without the pages."""
        return self._file.plan

    def _apply(self) -> None:
        held = live(self._file.configuration, self._file.salon, self._page)
        self._plan = with_live(self._own_plan, held)
        self._manner = _manner(held)
        self._booking.adopt(self._plan)
        self._gather(
            self.salon, replace(gathering(self._file.configuration.turns), quiet=timedelta(seconds=held.quiet_seconds))
        )

    async def _check_greetings(self, page: LiveSettings, findings: Findings) -> None:
        held = live(self._file.configuration, self._file.salon, page)
        try:
            profile, catalogue = await self._booking.profile(), await self._booking.catalogue()
        except BookingUnavailable:
            profile, catalogue = self._plan.profile, self._plan.catalogue
        for name, greeting in (("greeting", held.greeting), ("greeting_en", held.greeting_en)):
            if getattr(page, name):
                for problem in untrue(greeting, profile, catalogue, self._clock.now()):
                    findings.problem(name, problem.found, problem.expected)


def untrue(greeting: str, profile: SalonProfile, catalogue: Catalogue, now: datetime) -> tuple[Problem, ...]:
    """What a greeting states that the salon itself does not: it would not be said."""
    situation = Situation(salon=profile, catalogue=catalogue, now=profile.local(now), text="")
    return tuple(
        Problem("greeting", f"{finding.kind.value}: «{finding.quote}»", "only what stands in the salon's own facts")
        for finding in (unsupported(greeting, situation) if greeting else ())
    )


def gathering(settings: TurnSettings) -> Gathering:
    """The door's rules from `[turns]`, for salons that say nothing else."""
    return Gathering(
        quiet=timedelta(seconds=settings.quiet_seconds),
        longest=timedelta(seconds=settings.longest_wait_seconds),
        too_old=timedelta(hours=settings.too_old_hours),
        owner_pause=timedelta(minutes=settings.owner_pause_minutes),
    )


def _manner(held: Live) -> Manner:
    return Manner(
        tone=held.tone,
        greetings=Greetings(held.greeting, held.greeting_en),
        handover_words=held.handover_words,
        daily_budget_usd=held.daily_budget_usd,
    )


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value

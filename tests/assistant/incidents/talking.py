"""Customers who talk to the offline brain on the real calendar; what they are told is held against the truth."""

from dataclasses import replace
from pathlib import Path

from salonbot.assistant.aging import aged
from salonbot.assistant.claude.prompts import private_lines
from salonbot.assistant.execute import execute
from salonbot.assistant.guard import check, compose_guarded
from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.booking.system import BookingSystem, Guest
from salonbot.config.load import load
from salonbot.config.plan import SalonPlan
from salonbot.journal.database import Database
from salonbot.model.booking import Appointment
from salonbot.model.dialogue import Memory, Situation
from salonbot.model.messages import Author, ChatKey, Customer, Utterance
from salonbot.model.outcomes import Outcome
from tests.assistant.arbat import CONFIG
from tests.clocks import HandClock

BRAIN = OfflineBrain()


class Salon:
    """A salon with a calendar, and a clock that is moved by hand."""

    def __init__(self, plan: SalonPlan, database: Database, clock: HandClock) -> None:
        self.plan = plan
        self.clock = clock
        self.booking: BookingSystem = EmbeddedCalendar(plan, database, clock)
        self._guests = 0

    def guest(self, name: str = "") -> "Talker":
        """Somebody who has never written before; a `name` is one they gave some time."""
        self._guests += 1
        return Talker(self, f"7916000{self._guests:04}", name)


class Talker:
    """One customer, turn by turn, with what `turns` would keep."""

    def __init__(self, salon: Salon, phone: str, name: str) -> None:
        self.salon = salon
        self.guest = Guest(chat=ChatKey(f"pn:{phone}"), name=name, phone=phone)
        self.memory = Memory()
        self.said: list[Utterance] = []
        self.outcomes: tuple[Outcome, ...] = ()
        """What came of the last turn."""

    @property
    def kinds(self) -> list[str]:
        return [outcome.kind for outcome in self.outcomes]

    @property
    def last(self) -> str:
        """The last answer."""
        return self.said[-1].text

    async def say(self, text: str) -> str:
        """The answer; no claim of it may lack support."""
        here = self._situation(text)
        understanding = await BRAIN.understand(here)
        done = await execute(
            understanding,
            booking=self.salon.booking,
            guest=self.guest,
            now=here.now,
            key_prefix=f"{self.guest.chat}-{len(self.said)}",
            needs_phone=True,
        )
        answer = (await compose_guarded(BRAIN, here, understanding, done.outcomes)).text
        assert check(answer, situation=here, outcomes=done.outcomes, private=private_lines()) == ()
        self.memory, self.outcomes = done.memory, done.outcomes
        self.guest = replace(self.guest, name=done.name or self.guest.name)
        self.said += [Utterance(Author.CUSTOMER, text, here.now), Utterance(Author.SALON, answer, here.now)]
        self.salon.clock.advance(seconds=20)
        return answer

    async def visits(self) -> list[str]:
        """Own visits on record, as «Стрижка Бари 2026-11-24 15:00» in the salon's time."""
        return [spoken(visit) for visit in await self.salon.booking.appointments(self.guest)]

    def _situation(self, text: str) -> Situation:
        profile = self.salon.plan.profile
        now = profile.local(self.salon.clock.now())
        return Situation(
            salon=profile,
            catalogue=self.salon.plan.catalogue,
            now=now,
            text=text,
            history=tuple(self.said),
            memory=aged(self.memory, now),
            customer=Customer(profile.id, self.guest.chat, phone=self.guest.phone, name=self.guest.name or None),
            greeted_today=any(one.author is Author.SALON and one.at.date() == now.date() for one in self.said),
        )


def spoken(visit: Appointment) -> str:
    return f"{visit.service_title} {visit.stylist_name} {visit.start:%Y-%m-%d %H:%M}"


def plan_with(addition: str, folder: Path, *replaced: tuple[str, str]) -> SalonPlan:
    """The default salon with more tables at the end of its configuration, and some of its text replaced."""
    text = CONFIG.read_text(encoding="utf-8")
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    path = folder / "config.toml"
    path.write_text(f"{text}\n{addition}", encoding="utf-8")
    return load(path, environment={}).salons[0]

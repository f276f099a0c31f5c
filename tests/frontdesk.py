"""A salon as its front desk has it: the default configuration on a real journal, with everything that may change."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.booking.daybook import Daybook
from salonbot.clock import Clock
from salonbot.config.load import load, packaged
from salonbot.journal.contacts import Contacts
from salonbot.journal.database import Database
from salonbot.journal.edits import Edits
from salonbot.journal.inbox import Door, Gathering
from salonbot.journal.noted import NotedRequests
from salonbot.journal.turns import Turns
from salonbot.model.messages import ChatKey, MessageId
from salonbot.model.salon import SalonId
from salonbot.turns.answer import Answering
from salonbot.turns.frontdesk import FrontDesk
from salonbot.turns.limits import Limits
from salonbot.turns.reception import Reception
from salonbot.turns.rulebook import FromFile, Rulebook
from salonbot.turns.salons_word import SalonsWord
from tests.fakes import FakeMessenger
from tests.messages import ANNA, SALON, incoming

LOADED = load(packaged(), environment={})


class Salon:
    """One salon on a journal; another one over the same journal is what a restart makes of it."""

    def __init__(self, database: Database, door: Door, clock: Clock) -> None:
        self.database, self.door, self.clock = database, door, clock
        plan = LOADED.salons[0]
        self.calendar = EmbeddedCalendar(plan, database, clock)
        self.gathering: dict[SalonId, Gathering] = {}
        file = FromFile(LOADED.configuration, LOADED.configuration.salon[0], plan)
        self.rulebook = Rulebook(file, self.calendar, Edits(database), self._gather, clock)
        self.woken: list[ChatKey] = []
        self.reception = Reception(
            profile=plan.profile,
            catalogue=plan.catalogue,
            booking=self.calendar,
            brain=OfflineBrain(),
            messenger=FakeMessenger(),
            needs_phone=False,
            handover_pause=timedelta(hours=1),
            limits=Limits(per_minute=100, per_hour=100),
            budget=timedelta(seconds=25),
            manner=self.rulebook.manner,
        )
        self.turns, contacts = Turns(database), Contacts(database)
        word = SalonsWord(self.reception, self.turns, contacts, clock)
        daybook = Daybook(self.calendar, SALON, database, clock)
        self.desk = FrontDesk(self.rulebook, self.calendar, daybook, word.say, lambda _, chat: self.woken.append(chat))
        self._answering = Answering(
            {SALON: self.reception},
            self.turns,
            contacts,
            NotedRequests(database),
            clock,
        )
        self._written = 0

    def _gather(self, salon: SalonId, gathering: Gathering) -> None:
        self.gathering[salon] = gathering
        self.door.gather(salon, gathering)

    async def says(self, text: str, **changed: Any) -> str:
        """A customer's turn, and what it is answered."""
        self._written += 1
        message = replace(incoming(text, **changed), id=MessageId(f"M{self.clock.now().timestamp()}-{self._written}"))
        chat = self.door.record(message).chat
        await self.clock.sleep(11)
        turn = await self.turns.next_of(SALON, chat)
        assert turn is not None
        assert await self.turns.take(turn.id, self.clock.now())
        await self._answering.answer(await self.turns.read(turn.id))
        said = await self.database.rows("SELECT text FROM reply WHERE turn = ? ORDER BY part", (turn.id,))
        await self.database.rows("SELECT 1")
        async with self.database.transaction() as db:
            now = self.clock.now()
            await db.execute("UPDATE turn SET state = 'done' WHERE id = ?", (turn.id,))
            await db.execute(
                "INSERT INTO message (salon, chat, id, author, kind, text, sent_at, recorded_at, turn)"
                " VALUES (?, ?, ?, 'salon', 'text', ?, ?, ?, ?)",
                (SALON, chat, f"OUT{turn.id}", said[0]["text"], f"{now:%Y-%m-%dT%H:%M:%S}.000000Z",
                 f"{now:%Y-%m-%dT%H:%M:%S}.000000Z", turn.id),
            )  # fmt: skip
        return "\n".join(row["text"] for row in said)


__all__ = ["ANNA", "LOADED", "SALON", "Salon"]

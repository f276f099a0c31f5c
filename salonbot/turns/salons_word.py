"""What the salon's own people did to a visit, said to its customer: in the customer's language and the salon's tone."""

from dataclasses import dataclass

from salonbot.assistant import notices
from salonbot.assistant.guard import split
from salonbot.assistant.offline.compose import compose
from salonbot.assistant.offline.stage_one import speaks_russian
from salonbot.clock import Clock
from salonbot.journal.contacts import Contacts
from salonbot.journal.turns import Turns
from salonbot.model.dialogue import Situation, Understanding
from salonbot.model.messages import ChatKey
from salonbot.model.outcomes import Booked, Cancelled, Moved
from salonbot.turns.reception import Reception


@dataclass(frozen=True, slots=True)
class SalonsWord:
    """One salon's."""

    reception: Reception
    turns: Turns
    contacts: Contacts
    clock: Clock

    async def say(self, chat: ChatKey, change: Booked | Moved | Cancelled) -> tuple[str, ...]:
        """The parts of the message. Raises BookingUnavailable."""
        profile, catalogue = await self.reception.booking.profile(), await self.reception.booking.catalogue()
        contact = await self.contacts.read(profile.id, chat)
        said = await self.turns.last_words(profile.id, chat)
        situation = Situation(
            salon=profile,
            catalogue=catalogue,
            now=profile.local(self.clock.now()),
            text=said,
            memory=contact.memory,
            greeted_today=True,
            tone=self.reception.manner().tone,
        )
        text = compose(situation, Understanding(memory=contact.memory), (change,))
        # A new visit speaks for itself; what the customer had agreed on does not change by itself.
        if not isinstance(change, Booked):
            text = f"{notices.by_salon(english=not speaks_russian(situation))} {text}"
        return tuple(split(text))

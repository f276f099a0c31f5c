"""One salon in the hands of its own people: what the pages of calendar, catalogue and settings work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from salonbot.booking.consequences import orphaned
from salonbot.booking.daybook import Daybook, Word, Written
from salonbot.config.plan import SalonPlan
from salonbot.journal.appointments import Entry
from salonbot.model.booking import AppointmentId
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId, ServiceId, StylistId
from salonbot.turns.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class FrontDesk:
    """Of a salon whose appointments are in the embedded calendar, with its `daybook`; of one on YClients, without."""

    rulebook: Rulebook
    daybook: Daybook | None
    word: Word
    """Says a change to its customer."""
    wake: Callable[[SalonId, ChatKey], None]
    """This chat has work."""

    async def add(
        self,
        service_id: ServiceId,
        stylist_id: StylistId,
        start: datetime,
        *,
        name: str,
        phone: str | None,
        key: str,
        outside_hours: bool,
        tell: bool,
    ) -> Entry:
        """See `Daybook.add`; `tell` sends the customer a confirmation, where they have a chat."""
        return self._waken(
            await self._book().add(
                service_id,
                stylist_id,
                start,
                name=name,
                phone=phone,
                key=key,
                outside_hours=outside_hours,
                word=self.word if tell else None,
            )
        )

    async def move(
        self,
        appointment_id: AppointmentId,
        start: datetime,
        stylist_id: StylistId,
        *,
        key: str,
        outside_hours: bool,
        tell: bool,
    ) -> Entry:
        """See `Daybook.move`; `tell` writes to the customer, where they have a chat."""
        return self._waken(
            await self._book().move(
                appointment_id,
                start,
                stylist_id,
                key=key,
                outside_hours=outside_hours,
                word=self.word if tell else None,
            )
        )

    async def cancel(self, appointment_id: AppointmentId, *, key: str, tell: bool) -> Entry:
        """See `Daybook.cancel`; `tell` writes to the customer, where they have a chat."""
        return self._waken(await self._book().cancel(appointment_id, key=key, word=self.word if tell else None))

    async def orphans(self, plan: SalonPlan) -> tuple[Entry, ...]:
        """Visits to come whose stylist or service that plan would not have any more."""
        if self.daybook is None:
            return ()
        return orphaned(await self.daybook.to_come(), self.rulebook.plan, plan)

    def _book(self) -> Daybook:
        if self.daybook is None:
            raise LookupError(f"the appointments of {self.rulebook.salon} are not kept here")
        return self.daybook

    def _waken(self, written: Written) -> Entry:
        if written.told is not None:
            self.wake(self.rulebook.salon, written.told)
        return written.entry

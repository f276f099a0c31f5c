"""A booking system that fails as told, and otherwise is the real one behind it."""

from datetime import date, datetime

from salonbot.booking.system import BookingSystem, Guest
from salonbot.model.booking import Appointment, AppointmentId, Refusal, Slot, Window
from salonbot.model.salon import Catalogue, SalonProfile, ServiceId, StylistId, WorkingDay


class FailingBooking:
    """`failures` maps a method's name to what it raises; "*" is any method. `after_writing`: a book fails once done."""

    def __init__(self, inner: BookingSystem, failures: dict[str, Exception], *, after_writing: bool = False) -> None:
        self.inner = inner
        self.failures = failures
        self.after_writing = after_writing

    def _fail(self, method: str) -> None:
        failure = self.failures.get(method) or self.failures.get("*")
        if failure is not None:
            raise failure

    async def profile(self) -> SalonProfile:
        self._fail("profile")
        return await self.inner.profile()

    async def catalogue(self) -> Catalogue:
        self._fail("catalogue")
        return await self.inner.catalogue()

    async def free_slots(
        self,
        service_id: ServiceId,
        *,
        stylist_id: StylistId | None,
        window: Window,
        ignoring: AppointmentId | None = None,
    ) -> tuple[Slot, ...]:
        self._fail("free_slots")
        return await self.inner.free_slots(service_id, stylist_id=stylist_id, window=window, ignoring=ignoring)

    async def refusal(
        self,
        service_id: ServiceId,
        stylist_id: StylistId | None,
        start: datetime,
        *,
        ignoring: AppointmentId | None = None,
    ) -> Refusal | None:
        self._fail("refusal")
        return await self.inner.refusal(service_id, stylist_id, start, ignoring=ignoring)

    async def schedule(self, stylist_id: StylistId, first: date, last: date) -> tuple[WorkingDay, ...]:
        self._fail("schedule")
        return await self.inner.schedule(stylist_id, first, last)

    async def book(
        self, service_id: ServiceId, stylist_id: StylistId | None, start: datetime, guest: Guest, *, key: str
    ) -> Appointment:
        if not self.after_writing:
            self._fail("book")
        booked = await self.inner.book(service_id, stylist_id, start, guest, key=key)
        self._fail("book")
        return booked

    async def move(
        self,
        appointment_id: AppointmentId,
        start: datetime,
        guest: Guest,
        *,
        key: str,
        stylist_id: StylistId | None = None,
    ) -> Appointment:
        self._fail("move")
        return await self.inner.move(appointment_id, start, guest, key=key, stylist_id=stylist_id)

    async def cancel(self, appointment_id: AppointmentId, guest: Guest, *, key: str) -> Appointment:
        self._fail("cancel")
        return await self.inner.cancel(appointment_id, guest, key=key)

    async def appointments(self, guest: Guest) -> tuple[Appointment, ...]:
        self._fail("appointments")
        return await self.inner.appointments(guest)

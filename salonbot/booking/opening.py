"""Which booking system a salon has: YClients where it is configured, else the embedded calendar."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.booking.system import PlannedBooking
from salonbot.booking.yclients.opening import open_yclients
from salonbot.booking.yclients.pace import Pace
from salonbot.clock import Clock
from salonbot.config.plan import SalonPlan
from salonbot.config.secrets import Secrets
from salonbot.journal.database import Database


@asynccontextmanager
async def open_booking(
    plan: SalonPlan, secrets: Secrets, database: Database, clock: Clock, pace: Pace
) -> AsyncIterator[PlannedBooking]:
    """The salon's booking system; `pace` is the process's only one, shared by all salons on YClients."""
    if plan.yclients is None:
        yield EmbeddedCalendar(plan, database, clock)
    else:
        async with open_yclients(plan, secrets, database, clock, pace) as booking:
            yield booking

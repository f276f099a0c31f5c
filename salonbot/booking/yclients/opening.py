"""Builds one salon's YClients from its plan, its tokens and the journal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import structlog

from salonbot.booking.yclients.line import Line, Tokens
from salonbot.booking.yclients.news import News
from salonbot.booking.yclients.office import Office
from salonbot.booking.yclients.online import Online
from salonbot.booking.yclients.ownership import Ownership
from salonbot.booking.yclients.pace import Pace
from salonbot.booking.yclients.shelf import CatalogueShelf
from salonbot.booking.yclients.system import YClientsBooking
from salonbot.booking.yclients.times import Times
from salonbot.booking.yclients.writes import Writes
from salonbot.clock import Clock
from salonbot.config.plan import SalonPlan
from salonbot.config.salon_settings import YClientsSettings
from salonbot.config.secrets import Secrets
from salonbot.journal.database import Database
from salonbot.journal.news import RecordNews
from salonbot.journal.records import Records
from salonbot.model.salon import SalonId

log = structlog.get_logger()


@asynccontextmanager
async def open_yclients(
    plan: SalonPlan, secrets: Secrets, database: Database, clock: Clock, pace: Pace
) -> AsyncIterator[YClientsBooking]:
    """The salon's booking system; `pace` is the process's only one. Its `keep_fresh` wants to be run beside it.

    YClients need not be reachable: until its catalogue was read once every method raises BookingUnavailable.
    """
    settings = _settings(plan)
    async with open_line(settings, tokens(secrets, plan.profile.id), pace, clock) as line:
        yield assemble(plan, line, database, clock)


@asynccontextmanager
async def open_line(settings: YClientsSettings, keys: Tokens, pace: Pace, clock: Clock) -> AsyncIterator[Line]:
    """A line over a session of its own, without cookies."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Line(session, settings, keys, pace, clock)


def tokens(secrets: Secrets, salon: SalonId) -> Tokens:
    """The salon's keys."""
    partner, user = secrets.yclients_partner_token, secrets.yclients_user_token_of(salon)
    return Tokens(partner.get_secret_value() if partner else "", user.get_secret_value() if user else None)


def assemble(plan: SalonPlan, line: Line, database: Database, clock: Clock) -> YClientsBooking:
    """The rooms of one salon's YClients, wired."""
    settings = _settings(plan)
    online = Online(line)
    office = Office(line) if line.has_user else None
    journal = Records(database, plan.profile.id)
    shelf = CatalogueShelf(plan, online, clock)
    ownership = Ownership(online, office, journal, clock)
    return YClientsBooking(
        plan,
        shelf,
        Times(online, office, clock, timedelta(seconds=settings.slots_seconds)),
        ownership,
        Writes(
            plan.profile.id,
            online,
            office,
            ownership,
            journal,
            clock,
            prefers_absence=settings.cancel_by == "absence",
        ),
        News(shelf, online, office, journal, RecordNews(database, plan.profile.id), clock),
        clock,
    )


def _settings(plan: SalonPlan) -> YClientsSettings:
    if plan.yclients is None:
        raise LookupError(f"salon {plan.profile.id} has no [salon.yclients]")
    return plan.yclients

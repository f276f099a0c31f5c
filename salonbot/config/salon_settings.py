"""The tables of one salon: `[[salon]]` and all below it, but alerts; and what the pages may change of them."""

from typing import Annotated, Literal

from pydantic import Field

from salonbot.config.alert_settings import SalonAlertSettings
from salonbot.config.shapes import (
    Budget,
    Greeting,
    Identifier,
    LeadMinutes,
    Positive,
    Price,
    Seconds,
    Settings,
    ToneName,
)
from salonbot.model.events import EventKind


class CalendarSettings(Settings):
    """[salon.calendar]: the embedded booking system."""

    grid_minutes: Annotated[int, Field(ge=5, le=240)] = 30
    """Visits start on this grid, counted from the start of the stylist's hours."""
    lead_minutes: LeadMinutes = 60
    """How long before a visit it can still be booked."""
    horizon_days: Annotated[int, Field(ge=1, le=365)] = 60
    """How far ahead visits can be booked."""
    need_phone: bool = True
    """Ask for a phone number where WhatsApp hides it."""


class YClientsSettings(Settings):
    """[salon.yclients]: the salon's own CRM holds its services, stylists and appointments.

    `[salon.calendar]` still says how soon and how far ahead the bot books. Services and stylists of this file only lend
    their aliases to those of the same title or name there. Tokens: YCLIENTS_PARTNER_TOKEN, YCLIENTS_USER_TOKEN.
    """

    company_id: Annotated[int, Field(ge=1)]
    """The number of the salon (филиал) in YClients: it stands in the address bar of its office pages."""
    address: Annotated[str, Field(pattern=r"^https?://[^/\s]+$")] = "https://api.yclients.com"
    """`https://api.yclients.ru` is the same service under its Russian name."""
    partner_id: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")] | None = None
    """Sent as X-Partner-Id, which some partner accounts need; leave it out unless YClients asks for it."""
    timeout_seconds: Positive = 8
    """The longest wait for one answer: a turn has 25 s, and needs several."""
    connect_seconds: Positive = 4
    read_tries: Annotated[int, Field(ge=1, le=5)] = 3
    """Of a read that fails within that time. Writes are never tried again: it is looked up what became of them."""
    longest_wait_seconds: Positive = 12
    """How long a request may wait for its turn (5 a second, 200 a minute) or for a Retry-After."""
    slots_seconds: Annotated[float, Field(ge=0, le=30)] = 20
    """How old free starts may be when they are offered."""
    catalogue_minutes: Annotated[float, Field(gt=0, le=24 * 60)] = 30
    """How often services, stylists, prices and the company card are read again, in the background."""
    cancel_by: Literal["delete", "absence"] = "delete"
    """delete: the record goes; absence: it stays, marked "did not come", which frees the time and keeps the history."""


class EventsSettings(Settings):
    """[salon.events]: what happens is told to another system of the salon's; its shape: salonbot/events/letter.py.

    Signed with EVENTS_SECRET, or the salon's own EVENTS_SECRET_<SALON>.
    """

    url: Annotated[str, Field(pattern=r"^https?://[^/\s@]+(/\S*)?$")]
    """Where events are posted to. Redirects are not followed."""
    kinds: tuple[str, ...] = tuple(EventKind)
    """Which ones: `message.received`, `message.replied`, `appointment.made`, `appointment.moved`,
    `appointment.cancelled`, `session.changed`.
    """
    include_texts: bool = False
    """Customers' words, names and whole numbers too; otherwise no words, and numbers are masked."""
    tries: Annotated[int, Field(ge=1, le=100)] = 16
    """After so many failed ones an event is given up; the pauses between them grow from 5 s to 3 h: 15 hours in all."""
    timeout_seconds: Positive = 10
    """The longest wait for an answer."""


class SalonAssistantSettings(Settings):
    """[salon.assistant]: what is different for this salon; None takes the value of [assistant]."""

    model: str | None = None
    compose_model: str | None = None
    daily_budget_usd: Budget | None = None
    tone: ToneName | None = None
    greeting: Greeting | None = None
    greeting_en: Greeting | None = None
    handover_words: tuple[str, ...] | None = None


class SalonTurnSettings(Settings):
    """[salon.turns]: what is different for this salon; None takes the value of [turns]."""

    quiet_seconds: Seconds | None = None


class LiveSettings(Settings):
    """What the settings page may change of a salon while it works; None leaves what the file says.

    Kept in the journal, never in the file; what is meant by each is told where the file's own setting is.
    """

    tone: ToneName | None = None
    greeting: Greeting | None = None
    greeting_en: Greeting | None = None
    handover_words: tuple[str, ...] | None = None
    quiet_seconds: Seconds | None = None
    lead_minutes: LeadMinutes | None = None
    daily_budget_usd: Budget | None = None


class ServiceSettings(Settings):
    """[[salon.service]]"""

    id: Identifier | None = None
    """What appointments know it by; None: its title in small letters. To keep them over a new title, set the old one.
    """
    title: Annotated[str, Field(min_length=1, max_length=120)]
    minutes: Annotated[int, Field(ge=5, le=60 * 12)]
    price_from: Price | None = None
    """Whole currency units; with `price_to` a range, alone a fixed price."""
    price_to: Price | None = None
    category: str = ""
    description: str = ""
    aliases: tuple[str, ...] = ()


class StylistSettings(Settings):
    """[[salon.stylist]]"""

    id: Identifier | None = None
    """What appointments know them by; None: their name in small letters."""
    name: Annotated[str, Field(min_length=1, max_length=80)]
    services: tuple[str, ...]
    """Titles of services of this salon."""
    hours: dict[str, str]
    """Weekdays to hours: `"tue-sun" = "10:00-20:00"`, `"mon, fri" = "10:00-14:00, 15:00-19:00"`; others are off."""
    days_off: tuple[str, ...] = ()
    """Dates (`2026-12-31`) or ranges (`2027-01-01..2027-01-08`)."""
    aliases: tuple[str, ...] = ()


class CatalogueSettings(Settings):
    """Services and stylists as they are kept in the journal once the pages have changed them; then the file's rest.

    The tables are those of the file, with every id written out.
    """

    service: tuple[ServiceSettings, ...] = ()
    stylist: tuple[StylistSettings, ...] = ()


class SalonSettings(Settings):
    """[[salon]]: one tenant: one WhatsApp number, one catalogue."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")]
    """Names its files and its log lines; do not change it later."""
    name: Annotated[str, Field(min_length=1, max_length=120)]
    zone: str
    """IANA name such as `Europe/Moscow`: every time the salon's customers see is in it."""
    address: str = ""
    phone: str = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "RUB"
    hours_note: str = ""
    website: str = ""
    notes: tuple[str, ...] = ()
    service: tuple[ServiceSettings, ...] = ()
    stylist: tuple[StylistSettings, ...] = ()
    calendar: CalendarSettings = CalendarSettings()
    turns: SalonTurnSettings = SalonTurnSettings()
    assistant: SalonAssistantSettings = SalonAssistantSettings()
    yclients: YClientsSettings | None = None
    """Present: appointments live in YClients instead of the embedded calendar."""
    events: EventsSettings | None = None
    """Present: another system is told what happens."""
    alerts: SalonAlertSettings = SalonAlertSettings()

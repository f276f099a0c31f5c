"""What a conversation has come to: memory, the situation a brain reads, and what it understood."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from salonbot.model.booking import AppointmentId, Slot, Window
from salonbot.model.commands import Command
from salonbot.model.manner import Tone
from salonbot.model.messages import Customer, Utterance
from salonbot.model.outcomes import Purpose
from salonbot.model.salon import Catalogue, SalonProfile, ServiceId, StylistId


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitingDetails:
    """A booking that lacks only the customer's name or phone."""

    kind: Literal["awaiting_details"] = "awaiting_details"
    service_id: ServiceId
    stylist_id: StylistId
    start: datetime
    missing: Literal["name", "phone"]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitingYes:
    """A move or cancellation of exactly this appointment, waiting for a yes. A yes executes it once."""

    kind: Literal["awaiting_yes"] = "awaiting_yes"
    purpose: Purpose
    appointment_id: AppointmentId
    new_start: datetime | None
    new_stylist_id: StylistId | None
    expires_at: datetime
    start: datetime | None = None
    """When the appointment was as the customer was asked: one the salon has moved since is asked about anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitingChoice:
    """The customer was asked which of these appointments they mean, in the order they were shown."""

    kind: Literal["awaiting_choice"] = "awaiting_choice"
    purpose: Purpose
    appointment_ids: tuple[AppointmentId, ...]
    new_start: datetime | None
    new_window: Window
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitingTime:
    """A move of exactly this appointment that lacks a new time which can be had."""

    kind: Literal["awaiting_time"] = "awaiting_time"
    appointment_id: AppointmentId
    expires_at: datetime


Pending = AwaitingDetails | AwaitingYes | AwaitingChoice | AwaitingTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What persists between the turns of a chat until it is booked or changed. Kept in the journal as JSON."""

    service_id: ServiceId | None = None
    stylist_id: StylistId | None = None
    window: Window = field(default_factory=Window)
    """The last window or exact start the customer spoke of."""
    offered: tuple[Slot, ...] = ()
    """Slots named in the last answers, in the order they were named."""
    last_appointment_id: AppointmentId | None = None
    """Booked, moved or shown last: what "it" means."""
    pending: Pending | None = None
    misunderstood: int = 0
    """Turns in a row that led to nothing; a person is offered after two."""


class Topic(StrEnum):
    """Small talk and questions about the salon that need no command: the composer answers from the profile."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    AGREEMENT = "agreement"
    """A yes with nothing to agree to."""
    REFUSAL = "refusal"
    """A no: what was pending is dropped."""
    ADDRESS = "address"
    HOURS = "hours"
    CONTACTS = "contacts"
    WHO_ARE_YOU = "who_are_you"
    MEDIA = "media"
    """A picture, a voice message, a file: the bot cannot read it and says so."""
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All a brain may know when it reads a turn."""

    salon: SalonProfile
    catalogue: Catalogue
    now: datetime
    """Aware, in the salon's zone."""
    text: str
    """The turn's messages, oldest first, a line break between two. Untrusted."""
    history: tuple[Utterance, ...] = ()
    """What was said before this turn, oldest first. Untrusted where a customer speaks."""
    memory: Memory | None = None
    """None where only the history is known (`salonbot eval`): the brain recalls what it can from the texts."""
    customer: Customer | None = None
    greeted_today: bool = False
    has_media: bool = False
    """The turn holds something that is not text."""
    tone: Tone = Tone.WARM
    opening: str = ""
    """The salon's own greeting, which goes before the answer: nobody greets beside it, so `greeted_today` is true."""
    daily_budget_usd: float | None = None
    """What the salon may spend on models a day; None: what the brain was built with."""
    answer_by: datetime | None = None
    """Aware: when the customer is to have a first word at the latest; None: a brain's own limits only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What one call to a model cost."""

    stage: str
    model: str
    milliseconds: int
    input_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """Stage 1's result. `reply` is the brain's own answer to small talk; thrown away whenever there are commands."""

    commands: tuple[Command, ...] = ()
    topics: tuple[Topic, ...] = ()
    memory: Memory = field(default_factory=Memory)
    """What execution starts from: the situation's memory with what this turn said."""
    phone: str | None = None
    """A phone the customer told where WhatsApp hides theirs: digits with country code. It proves nothing about them."""
    choice: int | None = None
    """Which of the appointments of an AwaitingChoice they mean, counted from 1 as it was shown."""
    reply: str | None = None
    brain: str = "offline"
    usage: tuple[Usage, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Something a text says that nothing supports."""

    kind: str
    """`assistant.guard.findings.Kind`."""
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A text in which the guard found claims without support."""

    brain: str
    text: str
    claims: tuple[Claim, ...]
    went_out: bool = False
    """It was made of the outcomes alone, so it went to the customer all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """Stage 2's result: the customer's text, not yet split into parts."""

    text: str
    brain: str = "offline"
    usage: tuple[Usage, ...] = ()
    refused: tuple[Refused, ...] = ()
    """What the guard thought of this text and of those before it, where it was not content."""

"""What the pages ask of the house, and in which words it answers. The daemon implements `StatusSource`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Protocol

from salonbot.model.salon import SalonId


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the house is alive."""

    is_well: bool
    """The loop turns and the journal answers."""
    uptime_seconds: float
    detail: str = ""
    """What is wrong; empty when well."""


@dataclass(frozen=True, slots=True)
class PairingCode:
    """A code to be scanned now."""

    qr: str
    """What the QR code says. Whoever scans it links *their* phone as the salon's: it is shown, never logged."""
    seconds_left: float
    seconds: float = 60.0
    """How long it is shown in all."""


@dataclass(frozen=True, slots=True)
class SalonStatus:
    """One salon, for people and for monitors."""

    id: SalonId
    name: str
    session: str
    """State of the WhatsApp session: online, pairing, logged_out ..."""
    since: datetime | None = None
    """When it came into that state; aware."""
    advice: str = ""
    """What the owner should do, one sentence; empty where nothing needs doing."""
    pairing: PairingCode | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    """Messages, turns, replies, appointments ... by name."""
    is_linking: bool = False
    """A phone has scanned the code and is being linked."""
    number: str = ""
    """Our own number, masked; empty before linking."""
    until: datetime | None = None
    """When a ban is over."""
    code: int | None = None
    """WhatsApp's, where it gave one for the state."""
    detail: str = ""
    """More about the state, such as who holds the number."""
    zone: tzinfo = UTC
    """Of every time its pages show."""
    currency: str = "RUB"


class StatusSource(Protocol):
    """The house, as its pages see it."""

    async def health(self) -> Health:
        """Answered from the journal, so that a stuck journal shows. May take long; the page gives up in time."""

    async def status(self) -> Mapping[str, object]:
        """Everything about the house beside its salons that JSON can say: version, queue, brain, costs.

        No customer's words and no numbers: they are masked again on the way out, but do not count on it.
        """

    def salons(self) -> Sequence[SalonStatus]:
        """Every salon, in the configuration's order."""

    async def show_qr(self, salon: SalonId) -> None:
        """Begin pairing again after the code has run out; nothing where a code is shown or the phone is linked."""

    async def connect_again(self, salon: SalonId) -> None:
        """Try again after a person has removed what was in the way; nothing where nothing is."""

    async def pair_with_code(self, salon: SalonId, phone: str) -> str:
        """The code to type on the phone with that number (digits). Raises SalonbotError in plain words."""

    async def unlink(self, salon: SalonId) -> bool:
        """Forget the linked device. Returns whether WhatsApp knows, else the phone still lists it."""

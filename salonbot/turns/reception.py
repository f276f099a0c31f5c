"""What a salon's turns are worked with: its profile, its booking system, its brain, its way to the customer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from salonbot.assistant.brain import Brain
from salonbot.assistant.greeting import Greetings
from salonbot.booking.system import BookingSystem
from salonbot.model.manner import Tone
from salonbot.model.messages import MessageId
from salonbot.model.salon import Catalogue, SalonProfile
from salonbot.turns.limits import Limits


class Messenger(Protocol):
    """A salon's line to its customers."""

    async def wait_online(self) -> None:
        """Return when messages can be sent."""

    async def send(self, to: str, text: str, *, mark: str) -> MessageId:
        """Send to a JID, waiting and trying again within bounds; `mark` names the message for `left_under`.

        Raises NotConnected where it certainly did not leave, SendRefused where it never will, and OutcomeUnknown where
        it may have left.
        """

    async def left_under(self, mark: str) -> MessageId | None:
        """The id of the last message made under this mark, also by an earlier process; None: none can have left."""

    async def show_typing(self, to: str, *, on: bool) -> None:
        """Show or hide "typing" at the customer's; a courtesy, never an error."""

    async def mark_read(self, to: str, ids: Sequence[MessageId]) -> None:
        """Blue ticks; a courtesy, never an error."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the salon treats its customers: what its owner may change from one turn to the next."""

    tone: Tone = Tone.WARM
    greetings: Greetings = field(default_factory=Greetings)
    handover_words: tuple[str, ...] = ()
    """Beside those every salon knows."""
    daily_budget_usd: float | None = None
    """None: what the brain was built with."""


@dataclass(frozen=True, slots=True)
class Reception:
    """One salon, ready to answer."""

    profile: SalonProfile
    """As configured: what is said where the booking system does not know better, or is away."""
    catalogue: Catalogue
    """Likewise."""
    booking: BookingSystem
    brain: Brain
    messenger: Messenger
    needs_phone: bool
    handover_pause: timedelta
    limits: Limits
    """On the turns of one customer."""
    budget: timedelta
    """The longest a turn may take to its first word."""
    takeover: timedelta = timedelta(hours=4)
    """How long a chat stays with a person who has taken it over on its page, unless they give it back."""
    settle_after: timedelta = timedelta(seconds=15)
    """How long a reply in doubt waits for its receipt before it is sent again."""
    part_pause: timedelta = timedelta(milliseconds=500)
    """Between the parts of a long answer."""
    manner: Callable[[], Manner] = Manner
    """As it is now."""

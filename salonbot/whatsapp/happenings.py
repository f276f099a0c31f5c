"""What happens in the life of a session beside the engine's events, and what its driver is told to do (`lifecycle`)."""

from dataclasses import dataclass
from enum import Enum, auto

from salonbot.whatsapp.events import EngineEvent


class Action(Enum):
    """What the driver does, in the order given."""

    STOP = auto()
    WIPE = auto()
    """Forget the linked device."""
    SET_ASIDE = auto()
    """Move the damaged store out of the way."""
    START = auto()
    """As soon as WhatsApp's server can be reached; tells `Dialling`."""
    PROBE = auto()
    """Tells `Probed`."""


@dataclass(frozen=True, slots=True)
class Begin:
    """The process has started; `is_paired` says whether a device is stored."""

    is_paired: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """`wake_at` has come; `heard_at` is when anything last came from WhatsApp."""

    heard_at: float


@dataclass(frozen=True, slots=True)
class Dialling:
    """The engine has been started just now."""


@dataclass(frozen=True, slots=True)
class Probed:
    """The answer of a probe, or that there was none in time."""

    is_answered: bool


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """The engine could not be started: its file is damaged, or cannot be used now."""

    is_damaged: bool
    detail: str


@dataclass(frozen=True, slots=True)
class ShowQr:
    """A person wants to link a phone."""


@dataclass(frozen=True, slots=True)
class ConnectAgain:
    """A person has removed what was in the way."""


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A person has taken this device off the account, or wants it forgotten here at least."""


@dataclass(frozen=True, slots=True)
class NumberTaken:
    """Another process of this machine answers for the number; `holder` says which."""

    holder: str


@dataclass(frozen=True, slots=True)
class NumberFree:
    """It does not any more: the number is held by this session."""


LifeEvent = (
    EngineEvent
    | Begin
    | Tick
    | Dialling
    | Probed
    | StoreFailed
    | NumberTaken
    | NumberFree
    | ShowQr
    | ConnectAgain
    | Unlinked
)

"""What may go wrong on the server's side, armed for a number of times or until disarmed."""

from dataclasses import dataclass
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class RefuseLogin:
    """Answer a login with `failure`: 401 logged out, 402 banned for a time, 403 gone, 405 outdated, 503 later."""

    reason: int
    ban_code: int | None = None
    ban_expire_s: int | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class SlowHandshake:
    """Wait before the server's hello. The engine gives up after 20 s."""

    seconds: float


@dataclass(frozen=True, slots=True)
class ShortQr:
    """Offer that many QR codes instead of six; each is shown 20 s. With 0 they have run out at once."""

    codes: int


@dataclass(frozen=True, slots=True)
class CloseBehindRestart:
    """Close the socket right behind the `515` that ends a pairing; the engine may then never reconnect."""


@dataclass(frozen=True, slots=True)
class IgnoreKeepalive:
    """Do not answer the engine's keepalive questions, but everything else."""


@dataclass(frozen=True, slots=True)
class LateAck:
    """Acknowledge a message only after that time."""

    seconds: float


@dataclass(frozen=True, slots=True)
class RefuseMessage:
    """Acknowledge a message with an error and do not deliver it: 463 reach-out time-lock, 479 addressing."""

    error: int


@dataclass(frozen=True, slots=True)
class DropBeforeAck:
    """Take a message and drop the connection instead of acknowledging it; `delivered` or lost."""

    delivered: bool = True


Fault = (
    RefuseLogin
    | SlowHandshake
    | ShortQr
    | CloseBehindRestart
    | IgnoreKeepalive
    | LateAck
    | RefuseMessage
    | DropBeforeAck
)
F = TypeVar("F", bound=Fault)


@dataclass(slots=True)
class _Armed:
    fault: Fault
    left: int | None


class Faults:
    """The faults armed for one phone, or for the whole server."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def arm(self, fault: Fault, *, times: int | None = 1) -> None:
        """Let it happen the next `times` times; None: until disarmed. Several of a kind happen in order."""
        self._armed.append(_Armed(fault, times))

    def disarm(self, kind: type[Fault] | None = None) -> None:
        """Stop faults of that kind, or all."""
        self._armed = [armed for armed in self._armed if kind is not None and not isinstance(armed.fault, kind)]

    def is_armed(self, kind: type[Fault]) -> bool:
        """Whether a fault of that kind is still to come."""
        return any(isinstance(armed.fault, kind) for armed in self._armed)

    def take(self, kind: type[F]) -> F | None:
        """The armed fault of that kind which happens now, if any."""
        for armed in self._armed:
            if isinstance(armed.fault, kind):
                if armed.left is not None:
                    armed.left -= 1
                    if armed.left == 0:
                        self._armed.remove(armed)
                return armed.fault
        return None

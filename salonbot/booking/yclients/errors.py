"""What YClients can say no with, as types. Each belongs to the family the rest of the house knows.

StartUnavailable    <- SlotTaken, OutsideHours, ServiceWithdrawn       offer others
DetailRefused       <- PhoneRefused, NameMissing                       the guest's own details are in the way
BookingUnavailable  <- Unavailable, RateLimited                        later may be better
                    <- Unauthorised, Forbidden, LicenceExpired         a person of the salon must act
                    <- Refused, Absent, Unreadable                     what nobody expected; nothing was changed
OutcomeUnknown      <- InDoubt                                         a write left, and no answer came
"""

from salonbot.errors import BookingUnavailable, DetailRefused, OutcomeUnknown, StartUnavailable
from salonbot.model.booking import Refusal


class SlotTaken(StartUnavailable):
    """433, 436, 437, HTTP 409: somebody else has it, or is just taking it."""

    def __init__(self) -> None:
        super().__init__(Refusal.TAKEN)


class OutsideHours(StartUnavailable):
    """Nobody works then, or the visit would not fit."""

    def __init__(self) -> None:
        super().__init__(Refusal.CLOSED)


class ServiceWithdrawn(StartUnavailable):
    """438: the service cannot be booked online (any more)."""

    def __init__(self) -> None:
        super().__init__(Refusal.CLOSED)


class PhoneRefused(DetailRefused):
    """431, 434: no such number, or the salon has put it on its black list; or a phone is needed and there is none."""

    missing = "phone"


class NameMissing(DetailRefused):
    """435: a record needs the client's name."""

    missing = "name"


class Unavailable(BookingUnavailable):
    """No answer, or one that says YClients itself is in trouble."""


class Unreadable(Unavailable):
    """An answer of a shape nobody documented."""


class RateLimited(BookingUnavailable):
    """429: the request was not carried out."""

    def __init__(self, retry_after_seconds: float | None = None) -> None:
        self.retry_after_seconds = retry_after_seconds
        wait = "" if retry_after_seconds is None else f", try again after {retry_after_seconds:g} s"
        super().__init__(f"too many requests{wait}")


class PaceExceeded(RateLimited):
    """Our own pace would have to wait too long; nothing was sent."""


class Refused(BookingUnavailable):
    """A refusal without a meaning of its own; carries the status and the server's words."""

    def __init__(self, status: int, said: str) -> None:
        self.status = status
        self.said = said
        super().__init__(f"HTTP {status}: {said}")


class Unauthorised(Refused):
    """401: a token is wrong or missing."""


class Forbidden(Refused):
    """403: the user whose token it is may not do this in this salon; 432: only with a code by SMS."""


class LicenceExpired(Refused):
    """402, 403: the salon's licence for YClients has run out."""


class Absent(Refused):
    """404: no such record, stylist, service or salon."""


class InDoubt(OutcomeUnknown):
    """A write left and may have been carried out: look before it is sent again."""

"""What may go wrong between a client and YClients: armed for some calls, a number of times or for a share of them."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer ever; `committed`: after the call was carried out."""

    committed: bool = True


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection is closed instead of an answer; `committed`: after the call was carried out."""

    committed: bool = True


@dataclass(frozen=True, slots=True)
class Slow:
    """The call is carried out, and answered, only after that time."""

    seconds: float


@dataclass(frozen=True, slots=True)
class HtmlError:
    """An outage page of the proxy in front; `committed`: although the call was carried out."""

    status: int = 502
    committed: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal with that status; 200 with `success: false` is one YClients really gives."""

    status: int
    message: str
    committed: bool = False


@dataclass(frozen=True, slots=True)
class TooMany:
    """429, with Retry-After or, as documented, without."""

    retry_after_seconds: int | None = None


Fault = Silence | Drop | Slow | HtmlError | Refusal | TooMany


@dataclass(slots=True)
class _Armed:
    fault: Fault
    call: str
    left: int | None
    share: float


class Faults:
    """The faults armed for one server."""

    def __init__(self, seed: int = 1) -> None:
        self._armed: list[_Armed] = []
        self._chance = random.Random(seed)

    def arm(self, fault: Fault, *, call: str = "", times: int | None = 1, share: float = 1.0) -> None:
        """Let it happen to calls whose `METHOD /path` contains `call`: `times` times (None: until disarmed), to that
        share of them.
        """
        self._armed.append(_Armed(fault, call, times, share))

    def disarm(self) -> None:
        """From now on all goes well."""
        self._armed.clear()

    def take(self, call: str) -> Fault | None:
        """The fault that happens to this call, if any."""
        for armed in self._armed:
            if armed.call in call and self._chance.random() < armed.share:
                if armed.left is not None:
                    armed.left -= 1
                    if armed.left == 0:
                        self._armed.remove(armed)
                return armed.fault
        return None


@dataclass(slots=True)
class Quirks:
    """Harmless oddities of real answers, switched on for good."""

    string_ids: bool = False
    """Ids and prices as text."""
    empty_lists: bool = False
    """`[]` in the place of an object that is absent."""
    unix_dates: bool = False
    """Days and starts of the online booking as unix seconds."""
    wrong_offset: bool = False
    """`datetime` with an offset an hour off; the wall clock is right."""
    busy_is_409: bool = False
    """A taken time is refused with 409 in the salon's journal."""
    deleted_is_404: bool = False
    """A deleted record is not shown any more; otherwise it is, marked deleted."""
    no_anyone: bool = False
    """Nobody is free where anyone (stylist 0) is asked for."""
    tells_record: bool = False
    """The answer to book_record holds the record, too."""
    listed_as_one: bool = False
    """The answer to a created record is a list of one."""

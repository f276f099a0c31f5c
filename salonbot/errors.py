"""The errors that travel between rooms, by what the caller does about them.

SalonbotError
├── ConfigurationError   what is wrong and where, all at once; the command line prints it and exits 2
├── StateError           the state folder cannot be used (not writable, held by another process); exits 2
├── StateUnavailable     the state folder cannot be had now; it may pass: wait, or be started again; exits 1
├── SalonClosed          a reload has taken this salon out meanwhile; a page says that there is none
├── JournalUnavailable   nothing can be committed now; it may pass: wait, and do it again from the last commit
├── BookingError         the booking system said no, or nothing
│   ├── StartUnavailable     this start cannot be had: offer others
│   ├── DetailRefused        the guest's name or phone will not do: ask for another
│   ├── AppointmentGone      no such appointment of this customer's
│   └── BookingUnavailable   the booking system is away: nothing is known, nothing was changed
├── BackupError          a backup cannot be made, opened, or trusted; nothing was changed
├── OutcomeUnknown       a booking may or may not have been made: look before trying again
├── BrainUnavailable     this brain cannot answer now: another takes the turn
└── SendError            a message did not leave
    ├── NotConnected         no connection to WhatsApp: try again later
    └── SendRefused          WhatsApp refused it for good; carries the server's code
"""

from dataclasses import dataclass
from typing import Literal

from salonbot.model.booking import Refusal


class SalonbotError(Exception):
    """Root of all errors of this program."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in the configuration."""

    key: str
    """Where: `salon[0].stylist[2].services`, an environment variable, or a file."""
    found: str
    expected: str

    def __str__(self) -> str:
        return f"{self.key}: found {self.found}; expected {self.expected}"


class ConfigurationError(SalonbotError):
    """The configuration is wrong; a restart will not help."""

    def __init__(self, source: str, problems: tuple[Problem, ...]) -> None:
        self.source = source
        self.problems = problems
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{source}: {len(problems)} problem(s)\n{lines}")


class StateError(SalonbotError):
    """The state folder or a port cannot be used; the message says which, why, and what to do."""


class StateUnavailable(SalonbotError):
    """The state folder cannot be had now: no room on its disk, or a short command holds it. It may pass by itself."""


class SalonClosed(SalonbotError, KeyError):
    """This salon is not open, or no more: a reload may close one while somebody is looking at it."""


class BackupError(SalonbotError):
    """A backup cannot be made, opened, or trusted; the message says why. Nothing was changed."""


class JournalUnavailable(SalonbotError):
    """The journal takes no commit now: the disk is full, or another program holds the file. It may pass by itself."""


class BookingError(SalonbotError):
    """The booking system did not do what was asked."""


class StartUnavailable(BookingError):
    """This start cannot be booked; nothing was changed."""

    def __init__(self, reason: Refusal) -> None:
        self.reason = reason
        super().__init__(reason.value)


class DetailRefused(BookingError):
    """The booking system wants another name or phone of the guest's; nothing was changed."""

    missing: Literal["name", "phone"]


class AppointmentGone(BookingError):
    """There is no such appointment of this customer's to change."""


class BookingUnavailable(BookingError):
    """The booking system is away; nothing was changed."""


class OutcomeUnknown(SalonbotError):
    """A write may or may not have happened; it must be looked up before it is tried again."""


class BrainUnavailable(SalonbotError):
    """This brain cannot answer now; the message says why."""


class SendError(SalonbotError):
    """A message did not leave."""


class NotConnected(SendError):
    """There is no connection to WhatsApp, or it broke before the message left."""


class SendRefused(SendError):
    """WhatsApp refused the message for good."""

    def __init__(self, code: int | None, detail: str) -> None:
        self.code = code
        super().__init__(detail)

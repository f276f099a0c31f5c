"""What a channel is given to pass on, and how it says that it could not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from salonbot.model.alerts import AlertKind, Occasion, Severity
from salonbot.model.salon import SalonId

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
MOST_TRIES = 40
"""Some eight hours; what nobody could be told by then is not news any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One notice in words, in the owner's language."""

    id: str
    """The same however often it is tried."""
    thread: str
    """The same for everything about one episode."""
    kind: AlertKind | None
    """None: a test."""
    occasion: Occasion
    severity: Severity
    salon: SalonId | None
    title: str
    """One line."""
    text: str
    """What is the matter and what to do: a few sentences, no customer's words, name or number."""
    link: str = ""
    """The page to look at; empty where the pages' address is not known."""
    at: datetime
    """When it happened."""
    count: int = 1

    @property
    def body(self) -> str:
        """The text with its link, for channels that are read by people."""
        return f"{self.text}\n{self.link}" if self.link else self.text


class ChannelFailed(Exception):
    """The letter did not arrive; the message says why, for the owner to mend it, without anything secret."""

    def __init__(
        self, why: str, *, retry_after: timedelta | None = None, is_final: bool = False, advice: str = ""
    ) -> None:
        self.retry_after = retry_after
        self.advice = advice
        """What to do about it: one of the keys `alerts-advice-...` of the page's words; empty: none is known."""
        self.is_final = is_final
        """No try of this letter will do better: something has to be set right first."""
        super().__init__(why)


class Channel(Protocol):
    """One way to a person. Gives up by itself in time: nothing waits for it for ever."""

    @property
    def name(self) -> str:
        """whatsapp, telegram, email or webhook."""

    @property
    def address(self) -> str:
        """Where it leads, for people to recognise: a chat, a mailbox, a host; nothing secret."""

    async def send(self, letter: Letter) -> None:
        """Return once it has been taken. Raises ChannelFailed."""


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many failed tries: 5 s, doubled each time, up to a quarter of an hour."""
    return min(FIRST_PAUSE * (1 << min(tries - 1, 20)), LONGEST_PAUSE)

"""The states of a session, and the sentence an owner reads about each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SessionState(StrEnum):
    """`unpaired -> pairing -> connecting -> online -> reconnecting -> online ...`, and the ends that need a person."""

    UNPAIRED = "unpaired"
    PAIRING = "pairing"
    CONNECTING = "connecting"
    ONLINE = "online"
    RECONNECTING = "reconnecting"
    LOGGED_OUT = "logged_out"
    REPLACED = "replaced"
    BANNED = "banned"
    OUTDATED = "outdated"
    PASSKEY_NEEDED = "passkey_needed"
    REFUSED = "refused"
    STORE_DAMAGED = "store_damaged"
    HELD = "held"
    STOPPED = "stopped"

    @property
    def needs_person(self) -> bool:
        """It does not get better by waiting; a ban ends by itself, but somebody should know."""
        return self in _ENDS

    @property
    def sentence(self) -> str:
        """What is the matter and what to do, for the owner."""
        return _SENTENCES[self]


_ENDS = frozenset(
    {
        SessionState.LOGGED_OUT,
        SessionState.REPLACED,
        SessionState.BANNED,
        SessionState.OUTDATED,
        SessionState.PASSKEY_NEEDED,
        SessionState.REFUSED,
        SessionState.STORE_DAMAGED,
        SessionState.HELD,
    }
)

_SENTENCES = {
    SessionState.UNPAIRED: "No phone is linked. Show the code and scan it: WhatsApp > Linked devices > Link a device.",
    SessionState.PAIRING: "Waiting for the code to be scanned: WhatsApp > Linked devices > Link a device.",
    SessionState.CONNECTING: "Connecting to WhatsApp.",
    SessionState.ONLINE: "Connected to WhatsApp.",
    SessionState.RECONNECTING: "The connection to WhatsApp broke; it is being made anew.",
    SessionState.LOGGED_OUT: "The phone has unlinked this device. Show a new code and scan it; nothing else is lost.",
    SessionState.REPLACED: "The same session is connected from another place, such as a restored copy. Stop the other "
    "one, then connect again.",
    SessionState.BANNED: "WhatsApp has suspended the number for a while; it is tried again when the time is over. "
    "Look into WhatsApp on the phone.",
    SessionState.OUTDATED: "WhatsApp no longer accepts this version of the engine. Update: python -m pip install "
    "--upgrade neonize, then restart.",
    SessionState.PASSKEY_NEEDED: "The account asks for a passkey to link a device, which is not possible here. Turn "
    "passkeys off in WhatsApp > Settings > Account, then show a new code.",
    SessionState.REFUSED: "WhatsApp refuses the connection. Look into WhatsApp on the phone, then connect again.",
    SessionState.STORE_DAMAGED: "The file with the WhatsApp session is damaged. Restore it from a backup, or show a "
    "new code to link anew; messages and bookings are elsewhere and safe.",
    SessionState.HELD: "The number is connected by another salonbot of this machine. Stop that one: this one then "
    "connects by itself.",
    SessionState.STOPPED: "Stopped.",
}

LOG_OUT_SENTENCES = {
    403: "The phone itself is logged out of WhatsApp, or WhatsApp has locked the account. Look into WhatsApp on the "
    "phone, then show a new code and scan it.",
    406: "WhatsApp has banned the account. Look into WhatsApp on the phone; after that, show a new code and scan it.",
}
"""Instead of the usual sentence, by the code WhatsApp gave."""


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """A session at one moment, for pages, metrics and alerts."""

    state: SessionState
    since: datetime
    """Aware, UTC."""
    sentence: str
    number: str
    """Our own, masked; empty before pairing."""
    qr: str | None
    """The code to show now."""
    qr_seconds_left: float
    qr_seconds: float
    """How long it is shown in all."""
    is_linking: bool
    """It was scanned, or the code was typed, and has not been online yet."""
    until: datetime | None
    """When a ban is over."""
    code: int | None
    """WhatsApp's, where it gave one."""
    last_event_age: float
    """Seconds since anything came from WhatsApp."""
    reconnects: int
    """How often the connection was made anew since the start of the process."""
    burnt_threads: int
    """Runs of the engine that can never end; a restart of the process clears them."""
    detail: str = ""
    """More about the state, for people: who holds the number, what is wrong with the file."""

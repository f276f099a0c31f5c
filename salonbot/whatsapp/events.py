"""What the engine tells the session. Messages are not among these: they go through the journal's door first."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from salonbot.model.messages import ChatKey, MessageId


@dataclass(frozen=True, slots=True)
class QrShown:
    """A code to scan; the next one replaces it after `seconds`."""

    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class QrExpired:
    """The connection is closed and no code is valid any more."""

    has_run_out: bool
    """True: nobody scanned in time. False: the connection broke before that."""


@dataclass(frozen=True, slots=True)
class Paired:
    """The phone has accepted this device. The connection is made anew before it is online."""

    jid: str
    lid: str


@dataclass(frozen=True, slots=True)
class PairingFailed:
    """Scanned, but not linked."""

    reason: str


@dataclass(frozen=True, slots=True)
class PasskeyNeeded:
    """The account asks for a passkey to link a device, which this engine cannot give."""


@dataclass(frozen=True, slots=True)
class Authenticated:
    """WhatsApp knows this device; what is left to do (keys) can take seconds."""


@dataclass(frozen=True, slots=True)
class Online:
    """Messages can come and go."""


@dataclass(frozen=True, slots=True)
class Offline:
    """The other side closed the connection; the engine tries again by itself."""


@dataclass(frozen=True, slots=True)
class KeepAliveLost:
    """The engine's own keep-alive had no answer, this many times in a row."""

    errors: int


@dataclass(frozen=True, slots=True)
class KeepAliveBack:
    """The engine's own keep-alive is answered again."""


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """This device was removed from the account; the engine has deleted its keys.

    401 unlinked on the phone, 403 the phone itself is logged out or the account locked, 406 the account is banned.
    """

    code: int


@dataclass(frozen=True, slots=True)
class Replaced:
    """The same device is connected from somewhere else."""


@dataclass(frozen=True, slots=True)
class Banned:
    """WhatsApp has suspended the account for a while."""

    seconds: float
    code: int | None


@dataclass(frozen=True, slots=True)
class Outdated:
    """WhatsApp no longer accepts this version of the engine."""


@dataclass(frozen=True, slots=True)
class ConnectRefused:
    """WhatsApp refused the connection for a reason that does not pass by itself."""

    code: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class StreamTrouble:
    """WhatsApp ended the stream with a code the engine does not know."""

    code: str


class ReceiptKind(StrEnum):
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    RETRY = "retry"
    """The customer's device could not decrypt; the engine sends again by itself while it remembers the message."""


@dataclass(frozen=True, slots=True)
class ReceiptArrived:
    """A customer's device says what became of our messages."""

    chat: ChatKey
    message_ids: tuple[MessageId, ...]
    kind: ReceiptKind
    at: datetime
    """Aware, UTC."""


@dataclass(frozen=True, slots=True)
class OfflineBacklog:
    """WhatsApp kept this many things while we were away and sends them now."""

    messages: int
    total: int


@dataclass(frozen=True, slots=True)
class OfflineDone:
    """All that was kept has come."""

    count: int


@dataclass(frozen=True, slots=True)
class AlreadyDecrypted:
    """A message came again whose key is used up. Where the inbox lacks it, it is lost and can only be asked for.

    It was decrypted by a process that died before the message reached the journal.
    """

    message_id: MessageId
    sender: str
    """JID of a person who wrote it in private."""


@dataclass(frozen=True, slots=True)
class ListenerFailed:
    """A message could not be handed over: what it was about, and why."""

    message_id: MessageId | None
    error: str
    is_lost: bool
    """False: it is tried again, and WhatsApp waits meanwhile. True: given up."""


@dataclass(frozen=True, slots=True)
class SendSlow:
    """WhatsApp has not answered a message for longer than it ever takes: is it there at all?"""


@dataclass(frozen=True, slots=True)
class SendHung:
    """WhatsApp did not answer a message in time, though it may answer other things."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The engine's connection attempt or its whole run is over; nothing more comes from it."""

    error: str


EngineEvent = (
    QrShown
    | QrExpired
    | Paired
    | PairingFailed
    | PasskeyNeeded
    | Authenticated
    | Online
    | Offline
    | KeepAliveLost
    | KeepAliveBack
    | LoggedOut
    | Replaced
    | Banned
    | Outdated
    | ConnectRefused
    | StreamTrouble
    | ReceiptArrived
    | OfflineBacklog
    | OfflineDone
    | AlreadyDecrypted
    | ListenerFailed
    | SendSlow
    | SendHung
    | Ended
)

"""The engine's other events as ours. Pure: kind and bytes in, an `EngineEvent` or nothing out."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from salonbot.model.messages import MessageId
from salonbot.whatsapp.binding import EventKind
from salonbot.whatsapp.convert import clean
from salonbot.whatsapp.events import (
    AlreadyDecrypted,
    Authenticated,
    Banned,
    ConnectRefused,
    EngineEvent,
    KeepAliveBack,
    KeepAliveLost,
    LoggedOut,
    Offline,
    OfflineBacklog,
    OfflineDone,
    Online,
    Outdated,
    PairingFailed,
    PasskeyNeeded,
    QrExpired,
    ReceiptArrived,
    ReceiptKind,
    Replaced,
    StreamTrouble,
)
from salonbot.whatsapp.jid import Jid, Person

PAIR_ERROR = 1

# neonize's enum ConnectFailureReason -> the code WhatsApp sent (whatsmeow types/events/events.go).
FAILURE_CODES = {1: 400, 2: 401, 3: 402, 4: 403, 5: 406, 6: 405, 7: 409, 8: 500, 9: 501, 10: 503}

# neonize's enum TempBanReason -> WhatsApp's code.
BAN_CODES = {1: 101, 2: 102, 3: 103, 4: 104, 5: 106}

# neonize's enum ReceiptType; inactive is "delivered to a device nobody looks at".
RECEIPTS = {1: ReceiptKind.DELIVERED, 9: ReceiptKind.DELIVERED, 3: ReceiptKind.RETRY, 4: ReceiptKind.READ}
RECEIPTS[6] = ReceiptKind.PLAYED

LATER_QR_SECONDS = 20.0
"""How long WhatsApp leaves every code but the first (whatsmeow qrchan.go)."""
UNKNOWN_BAN_SECONDS = 3600.0
"""Where WhatsApp does not say how long: look again after an hour."""

_IGNORING = re.compile(r"Ignoring message (\S+) from (\S+?)(?: in (\S+))?: ")
_REASON = re.compile(r'\breason="(\d+)"')
_BAN = re.compile(r'\bcode="(\d+)"')
_EXPIRE = re.compile(r'\bexpire="(\d+)"')


def notice_from(kind: EventKind, data: bytes, words: Any) -> EngineEvent | None:
    """None where the event says nothing to a session. `words` is neonize's protobuf module."""
    read = _READERS.get(kind)
    return read(data, words) if read else None


def notice_from_login(status: str, code_age: float) -> EngineEvent | None:
    """A status of the pairing (whatsmeow qrchan.go); None where what follows says it better.

    `code_age` is how many seconds the last code has been shown.
    """
    match status:
        case "success" | "passkey-confirmation":
            return None
        case "timeout":
            return QrExpired(has_run_out=code_age >= LATER_QR_SECONDS - 1)
        case "passkey-request":
            return PasskeyNeeded()
        case "err-client-outdated":
            return Outdated()
        case "err-scanned-without-multidevice":
            return PairingFailed("the phone's WhatsApp is too old to link devices")
        case _:
            return PairingFailed(status)


def notice_from_log(message: str) -> EngineEvent | None:
    """Two things the engine tells its log only."""
    if message.endswith(": Successfully authenticated"):
        return Authenticated()
    if found := _IGNORING.search(message):
        return _used_up(MessageId(found[1]), found[2], found[3] or found[2])
    return None


def _used_up(message_id: MessageId, sender: str, chat: str) -> EngineEvent | None:
    """In private only: "A in B" is a message of A's in the group B, or one of our own to B."""
    person = Jid.parse(chat)
    return AlreadyDecrypted(message_id, chat) if person.is_person and person == Jid.parse(sender) else None


def notice_from_failure(message: str) -> EngineEvent | None:
    """A refused connection with a code neonize cannot encode: its event is lost, the engine's log line has it all."""
    if "Temporary ban connect failure" in message:
        code, expire = _BAN.search(message), _EXPIRE.search(message)
        return Banned(float(expire[1]) if expire else UNKNOWN_BAN_SECONDS, int(code[1]) if code else None)
    if "Unknown connect failure" in message:
        reason = _REASON.search(message)
        return ConnectRefused(int(reason[1]) if reason else None, "")
    return None


def _receipt(data: bytes, words: Any) -> EngineEvent | None:
    event = words.Receipt.FromString(data)
    kind, source = RECEIPTS.get(event.Type), event.MessageSource
    chat = Jid.of(source.Chat)
    if kind is None or source.IsFromMe or chat is None or not chat.is_person:
        return None
    person = Person.of(chat, Jid.of(source.SenderAlt))
    ids = tuple(MessageId(clean(one)) for one in event.MessageIDs)
    return ReceiptArrived(person.chat, ids, kind, datetime.fromtimestamp(event.Timestamp, UTC))


def _ban(data: bytes, words: Any) -> EngineEvent:
    event = words.TemporaryBan.FromString(data)
    return Banned(float(event.Expire) or UNKNOWN_BAN_SECONDS, BAN_CODES.get(event.Code))


def _refusal(data: bytes, words: Any) -> EngineEvent:
    event = words.ConnectFailure.FromString(data)
    return ConnectRefused(FAILURE_CODES.get(event.Reason), clean(event.Message))


def _logged_out(data: bytes, words: Any) -> EngineEvent:
    return LoggedOut(FAILURE_CODES.get(words.LoggedOut.FromString(data).Reason, 401))


def _pair_status(data: bytes, words: Any) -> EngineEvent | None:
    event = words.PairStatus.FromString(data)
    return PairingFailed(clean(event.Error)) if event.Status == PAIR_ERROR else None


def _backlog(data: bytes, words: Any) -> EngineEvent:
    event = words.OfflineSyncPreview.FromString(data)
    return OfflineBacklog(event.Message, event.Total)


_READERS: dict[EventKind, Callable[[bytes, Any], EngineEvent | None]] = {
    EventKind.PAIR_STATUS: _pair_status,
    EventKind.CONNECTED: lambda data, words: Online(),
    EventKind.KEEP_ALIVE_TIMEOUT: lambda data, words: KeepAliveLost(words.KeepAliveTimeout.FromString(data).ErrorCount),
    EventKind.KEEP_ALIVE_RESTORED: lambda data, words: KeepAliveBack(),
    EventKind.LOGGED_OUT: _logged_out,
    EventKind.STREAM_REPLACED: lambda data, words: Replaced(),
    EventKind.TEMPORARY_BAN: _ban,
    EventKind.CONNECT_FAILURE: _refusal,
    EventKind.CLIENT_OUTDATED: lambda data, words: Outdated(),
    EventKind.STREAM_ERROR: lambda data, words: StreamTrouble(clean(words.StreamError.FromString(data).Code)),
    EventKind.DISCONNECTED: lambda data, words: Offline(),
    EventKind.RECEIPT: _receipt,
    EventKind.OFFLINE_SYNC_PREVIEW: _backlog,
    EventKind.OFFLINE_SYNC_COMPLETED: lambda data, words: OfflineDone(
        words.OfflineSyncCompleted.FromString(data).Count
    ),
}

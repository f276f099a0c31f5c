"""The engine's events other than messages, from the bytes and log lines it really gives."""

from datetime import UTC, datetime
from typing import Any

import pytest

from salonbot.whatsapp.events import (
    AlreadyDecrypted,
    Authenticated,
    Banned,
    ConnectRefused,
    EngineEvent,
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
from salonbot.whatsapp.notices import notice_from, notice_from_failure, notice_from_log, notice_from_login
from tests.messages import ANNA
from tests.whatsapp.protos import ANNA_LID, ANNA_PHONE, WORDS, Kind, jid

RAW = WORDS.Node(Tag="failure")


def notice(kind: Kind, made: Any) -> EngineEvent | None:
    return notice_from(kind, made.SerializeToString(), WORDS)


def receipt(kind: int, **changed: Any) -> Any:
    names = {
        "Chat": ANNA_LID,
        "Sender": ANNA_LID,
        "SenderAlt": ANNA_PHONE,
        "RecipientAlt": "",
        "BroadcastListOwner": "",
    }
    names |= {name: changed.pop(name) for name in list(names) if name in changed}
    source = WORDS.MessageSource(
        **{name: jid(text) for name, text in names.items()}, IsFromMe=changed.pop("IsFromMe", False), IsGroup=False
    )
    return WORDS.Receipt(MessageSource=source, MessageIDs=["3EB0A", "3EB0B"], Timestamp=1_795_510_800, Type=kind)


@pytest.mark.parametrize(
    ("kind", "made", "expected"),
    [
        (Kind.CONNECTED, WORDS.Connected(status=True), Online()),
        (Kind.DISCONNECTED, WORDS.Disconnected(status=True), Offline()),
        (Kind.KEEP_ALIVE_TIMEOUT, WORDS.KeepAliveTimeout(ErrorCount=2, LastSuccess=0), KeepAliveLost(2)),
        (Kind.LOGGED_OUT, WORDS.LoggedOut(OnConnect=False, Reason=2), LoggedOut(401)),
        (Kind.LOGGED_OUT, WORDS.LoggedOut(OnConnect=True, Reason=4), LoggedOut(403)),
        (Kind.STREAM_REPLACED, WORDS.StreamReplaced(), Replaced()),
        (Kind.TEMPORARY_BAN, WORDS.TemporaryBan(Code=1, Expire=600), Banned(600, 101)),
        (Kind.CONNECT_FAILURE, WORDS.ConnectFailure(Reason=7, Message="x", Raw=RAW), ConnectRefused(409, "x")),
        (Kind.CLIENT_OUTDATED, WORDS.ClientOutdated(), Outdated()),
        (Kind.STREAM_ERROR, WORDS.StreamError(Code="429", Raw=RAW), StreamTrouble("429")),
        (Kind.OFFLINE_SYNC_COMPLETED, WORDS.OfflineSyncCompleted(Count=7), OfflineDone(7)),
        (
            Kind.OFFLINE_SYNC_PREVIEW,
            WORDS.OfflineSyncPreview(Total=9, AppDataChanges=0, Message=7, Notifications=1, Receipts=1),
            OfflineBacklog(7, 9),
        ),
    ],
)
def test_an_event_is_told_in_our_words(kind: Kind, made: Any, expected: EngineEvent) -> None:
    assert notice(kind, made) == expected


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (1, ReceiptKind.DELIVERED),
        (9, ReceiptKind.DELIVERED),
        (4, ReceiptKind.READ),
        (6, ReceiptKind.PLAYED),
        (3, ReceiptKind.RETRY),
    ],
)
def test_a_receipt_names_the_chat_and_the_messages(number: int, kind: ReceiptKind) -> None:
    at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    assert notice(Kind.RECEIPT, receipt(number)) == ReceiptArrived(ANNA, ("3EB0A", "3EB0B"), kind, at)  # type: ignore[arg-type]


def test_receipts_of_our_own_devices_and_of_groups_say_nothing() -> None:
    assert notice(Kind.RECEIPT, receipt(4, IsFromMe=True)) is None
    assert notice(Kind.RECEIPT, receipt(4, Chat="1-2@g.us")) is None
    assert notice(Kind.RECEIPT, receipt(10)) is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("success", None),
        ("passkey-request", PasskeyNeeded()),
        ("err-client-outdated", Outdated()),
        ("error", PairingFailed("error")),
    ],
)
def test_the_end_of_pairing_says_how_it_ended(status: str, expected: EngineEvent | None) -> None:
    assert notice_from_login(status, 1.0) == expected


def test_codes_that_ran_out_are_told_apart_from_a_broken_connection() -> None:
    assert notice_from_login("timeout", 20.0) == QrExpired(has_run_out=True)
    assert notice_from_login("timeout", 3.0) == QrExpired(has_run_out=False)


def test_two_log_lines_say_what_no_event_says() -> None:
    lost = "Client: Ignoring message 3A99 from 555666777888@lid: failed to decrypt normal message: old counter"

    assert notice_from_log("Client: Successfully authenticated") == Authenticated()
    assert notice_from_log(lost) == AlreadyDecrypted("3A99", "555666777888@lid")  # type: ignore[arg-type]
    assert notice_from_log(lost.replace(": failed", " in 120363000000000001@g.us: failed")) is None
    assert notice_from_log("Client: Uploading 812 new prekeys to server") is None


def test_a_refusal_neonize_cannot_encode_is_read_from_the_log() -> None:
    ban = 'Client: Temporary ban connect failure: <failure code="199" expire="3600" reason="402"/>'
    refusal = 'Client: Unknown connect failure: <failure location="x" reason="418"/>'

    assert notice_from_failure(ban) == Banned(3600, 199)
    assert notice_from_failure(refusal) == ConnectRefused(418, "")
    assert notice_from_failure("Client: something else") is None

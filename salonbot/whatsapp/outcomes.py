"""What a failed send means, from the engine's error text: it gives no codes and no types (whatsmeow errors.go)."""

import re

from salonbot.errors import NotConnected, OutcomeUnknown, SalonbotError, SendRefused
from salonbot.model.messages import MessageId

_SERVER_CODE = re.compile(r"server returned error (\d+)$")
_NEVER = ("no LID found for", "unknown server", "must be a user JID", "invalid")
"""Addresses that cannot be sent to, now or later."""
_BEFORE_LEAVING = re.compile(r"failed to (?!send message node: (?!websocket not connected))")
"""Everything the engine does before it writes to the socket fails with these words; later failures have others."""


class SendOutcomeUnknown(OutcomeUnknown):
    """A message may have left. Its receipt, if one comes, carries `message_id`; None: not even that is known."""

    def __init__(self, detail: str, message_id: MessageId | None) -> None:
        self.message_id = message_id
        super().__init__(detail)


def outcome_of(detail: str, made: MessageId | None) -> SalonbotError:
    """The error to raise for a send that came back failed; `made` is the id the engine wrote down before sending.

    463: WhatsApp bars this number from writing to strangers for a while (reach-out time-lock); 479: it will not take
    this message. Both are final for the message.
    """
    if found := _SERVER_CODE.search(detail):
        return SendRefused(int(found[1]), detail)
    if any(sign in detail for sign in _NEVER):
        return SendRefused(None, detail)
    if made is None or _BEFORE_LEAVING.match(detail):
        return NotConnected(detail)
    return SendOutcomeUnknown(detail, made)

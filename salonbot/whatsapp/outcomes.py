"""What a failed send means, from the engine's error text: it gives no codes and no types (whatsmeow errors.go)."""

import re

from salonbot.errors import NotConnected, OutcomeUnknown, SalonbotError, SendRefused
from salonbot.model.messages import MessageId

_SERVER_CODE = re.compile(r"server returned error (\d+)$")
_NEVER = ("no LID found for", "unknown server", "must be a user JID", "invalid")
"""Addresses that cannot be sent to, now or later."""


class SendOutcomeUnknown(OutcomeUnknown):
    """A message was made ready and may have left; its receipt, if one comes, carries `message_id`."""

    def __init__(self, detail: str, message_id: MessageId) -> None:
        self.message_id = message_id
        super().__init__(detail)


def outcome_of(detail: str, made: MessageId | None) -> SalonbotError:
    """The error to raise for a send that failed; `made` is the id the engine wrote down before sending, if it did.

    463: WhatsApp bars this number from writing to strangers for a while (reach-out time-lock); 479: it will not take
    this message. Both are final for the message.
    """
    if found := _SERVER_CODE.search(detail):
        return SendRefused(int(found[1]), detail)
    if made is not None:
        return SendOutcomeUnknown(detail, made)
    if any(sign in detail for sign in _NEVER):
        return SendRefused(None, detail)
    return NotConnected(detail)

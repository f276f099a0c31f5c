"""Is it YClients that sent this salon to us? The redirect from its marketplace carries a signature."""

import base64
import binascii
import hashlib
import hmac


def is_signed_by_yclients(user_data: str, user_data_sign: str, partner_token: str) -> bool:
    """Whether `user_data_sign` is the hex HMAC-SHA256 of the decoded `user_data` under the partner's token.

    Of the decoded JSON, not of the base64 text: that was got wrong before. Without a token nothing is signed.
    """
    # In a query a plus sign of base64 may have arrived as a space, and the padding may have been dropped.
    text = user_data.replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        signed = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
        given = bytes.fromhex(user_data_sign)
    except (binascii.Error, ValueError):
        return False
    expected = hmac.new(partner_token.encode(), signed, hashlib.sha256).digest()
    return bool(partner_token) and bool(signed) and hmac.compare_digest(expected, given)

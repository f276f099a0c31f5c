"""From an answer that is no success to the error it means. Pure: status and body in, an exception out.

Shapes (reference of the API, v2 and the older form): `meta` is an object or `[]`; `meta.errors` is a list of
`{code, message}`, or an object of lists, or absent; the old form has `errors: {code, message}` beside it; a body may
also be no JSON at all. `success: false` may come with HTTP 200.
"""

from collections.abc import Iterator, Mapping

from salonbot.booking.yclients.errors import (
    Absent,
    Forbidden,
    LicenceExpired,
    NameMissing,
    PhoneRefused,
    RateLimited,
    Refused,
    ServiceWithdrawn,
    SlotTaken,
    Unauthorised,
    Unavailable,
)
from salonbot.errors import SalonbotError

LONGEST_SAID = 200
BUSY_WORDS = ("уже занято", "время недоступно", "занят или не работает", "нельзя записаться", "нерабоч")
LICENCE_WORDS = ("продлить лицензию", "лицензи")


def refusal(status: int, body: object, retry_after_seconds: float | None = None) -> SalonbotError:
    """The error that this answer means."""
    said = words(body)
    if status == 429:
        return RateLimited(retry_after_seconds)
    if status >= 500:
        return Unavailable(f"HTTP {status}: {said}")
    return _by_code(status, body, said) or _by_status(status, said) or Refused(status, said)


def words(body: object) -> str:
    """What the server said, on one line, shortened."""
    if not isinstance(body, Mapping):
        return "no words"
    meta, errors = body.get("meta"), body.get("errors")
    for place in (meta, errors):
        if isinstance(place, Mapping) and isinstance(place.get("message"), str) and place["message"]:
            return " ".join(place["message"].split())[:LONGEST_SAID]
    details = "; ".join(str(item.get("message") or item.get("field")) for item in _errors(body))
    return " ".join(details.split())[:LONGEST_SAID] or "no words"


def _by_code(status: int, body: object, said: str) -> SalonbotError | None:
    for item in _errors(body):
        match str(item.get("code")):
            case "433" | "436" | "437":
                return SlotTaken()
            case "438":
                return ServiceWithdrawn()
            case "431" | "434":
                return PhoneRefused(said)
            case "435":
                return NameMissing(said)
            case "432":
                return Forbidden(status, f"{said} (the salon asks for a code by SMS to book online)")
    return None


def _by_status(status: int, said: str) -> SalonbotError | None:
    lower = said.lower()
    match status:
        case 401:
            return Unauthorised(status, said)
        case 402:
            return LicenceExpired(status, said)
        case 403:
            return LicenceExpired(status, said) if any(w in lower for w in LICENCE_WORDS) else Forbidden(status, said)
        case 404:
            return Absent(status, said)
        case 409:
            return SlotTaken()
        case 422 if any(word in lower for word in BUSY_WORDS):
            return SlotTaken()
        case _:
            return None


def _errors(body: object) -> Iterator[Mapping[str, object]]:
    """The single errors of the body, wherever they stand."""
    if not isinstance(body, Mapping):
        return
    meta = body.get("meta")
    for found in (meta.get("errors") if isinstance(meta, Mapping) else None, body.get("errors")):
        if isinstance(found, Mapping):
            yield found
        elif isinstance(found, list):
            yield from (item for item in found if isinstance(item, Mapping))

"""An event as its receiver gets it: pure shape, nothing is sent here.

`POST` of JSON in UTF-8, signed as `signing` describes with EVENTS_SECRET, or the salon's own EVENTS_SECRET_<SALON>:

    {"id": "9f...", "sequence": 17, "kind": "message.received", "salon": "main", "at": "2026-11-24T09:00:00.000000Z",
     "customer": {"id": "c1...", "phone": "7916*****67"}, "details": {"message_id": "3A...", "kind": "text"}}

- `id` stays the same however often the event comes (it may come twice): keep it, and skip what is known. It also stands
  in the header `x-event-id`.
- `sequence` ascends in the order of the commits; events may arrive in another order, for one that failed comes later.
- `customer` is missing where the event is about none. Its `id` is the same for all events of one customer, and tells
  nobody else who that is.
- `details` of messages: `message_id`, `kind` (text, image ...) or `turn`, `part` and `author` (salon: this program;
  owner: a person, from the pages); of appointments: `appointment_id`, `service`, `stylist`, `start`, `duration`
  (ISO 8601), `previous_start`; of the session: `state`, `previous`.
- With `include_texts` also the messages' `text`, the `name` an appointment was made for, and the whole `phone`.

Answers: 2xx is delivered; 410 is never tried again; anything else, a redirect included, is tried again later.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta

from salonbot.journal.appointments import DESK
from salonbot.journal.events import Event
from salonbot.journal.moments import to_text

PERSONAL = frozenset({"text", "name"})
"""Keys of details that are only told with `include_texts`."""

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=3)


def body_of(event: Event, secret: str, *, include_texts: bool) -> bytes:
    """The JSON that is sent."""
    content: dict[str, object] = {
        "id": event.id,
        "sequence": event.sequence,
        "kind": event.kind,
        "salon": event.salon,
        "at": to_text(event.at),
    }
    # Whoever the salon wrote down itself has no chat; without a phone nobody knows who that is.
    if event.chat not in (None, DESK) or event.phone is not None:
        content["customer"] = _customer(event, secret, include_texts=include_texts)
    content["details"] = _details(event.details, include_texts=include_texts)
    return json.dumps(content, ensure_ascii=False).encode()


def _customer(event: Event, secret: str, *, include_texts: bool) -> dict[str, str | None]:
    whom = event.chat if event.chat not in (None, DESK) else f"pn:{event.phone}"
    # Under a key only the receiver has: a plain hash of a number is the number, for there are not many of them.
    name = hmac.new(secret.encode(), f"customer:{event.salon}:{whom}".encode(), hashlib.sha256).hexdigest()[:24]
    return {"id": name, "phone": event.phone if include_texts else masked(event.phone)}


def _details(details: Mapping[str, object], *, include_texts: bool) -> dict[str, object]:
    # Texts are not even written where they are not wished; those written before the wish was withdrawn end here.
    return {key: value for key, value in details.items() if include_texts or key not in PERSONAL}


def masked(phone: str | None) -> str | None:
    """`79161234567` -> `7916*****67`."""
    if phone is None:
        return None
    return phone[:4] + "*" * (len(phone) - 6) + phone[-2:] if len(phone) > 8 else "*" * len(phone)


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many failed tries: 5 s, doubled each time, up to 3 h. 16 tries take some 15 hours."""
    return min(FIRST_PAUSE * (1 << min(tries - 1, 20)), LONGEST_PAUSE)

"""A YClients record as an appointment of the house, and back as the body that replaces it. Pure."""

import hashlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from salonbot.booking.availability import Interval
from salonbot.booking.yclients import wire
from salonbot.booking.yclients.errors import Unreadable
from salonbot.booking.yclients.moments import moment, wall_text
from salonbot.booking.yclients.phones import digits
from salonbot.booking.yclients.shelf import Stock
from salonbot.config.salons import MINOR_UNITS
from salonbot.model.booking import Appointment, AppointmentId, AppointmentState, after
from salonbot.model.salon import PriceRange, SalonId, ServiceId, StylistId

KEPT = (
    "custom_color",
    "sms_remain_hours",
    "email_remain_hours",
    "technical_break_duration",
    "custom_fields",
    "activity_id",
)
"""What a full replacement would lose if it were not sent back."""


def appointment(record: wire.Record, stock: Stock) -> Appointment:
    """The record in the house's words, in the salon's zone. Raises Unreadable."""
    service_id = _service_of(record, stock)
    stylist = stock.catalogue.stylist(StylistId(record.stylist))
    return Appointment(
        id=AppointmentId(record.id),
        service_id=service_id,
        service_title=_title(record, service_id, stock),
        stylist_id=StylistId(record.stylist),
        stylist_name=(record.staff.name if record.staff else "") or (stylist.name if stylist else ""),
        start=start(record, stock.zone),
        duration=timedelta(seconds=record.length or 3600),
        state=AppointmentState.CANCELLED if record.is_off else AppointmentState.BOOKED,
        customer_name=record.client.name if record.client else "",
        customer_phone=digits(record.client.phone) if record.client else None,
        price=_price(record, service_id, stock),
    )


def start(record: wire.Record, zone: ZoneInfo) -> datetime:
    """When it begins, by the salon's wall clock. Raises Unreadable."""
    for value in (record.date, record.datetime):
        if value:
            try:
                return moment(value, zone)
            except ValueError:
                continue
    raise Unreadable("a record without a time")


def taken(record: wire.Record, zone: ZoneInfo) -> Interval:
    """The time it takes."""
    begin = start(record, zone)
    return Interval(begin, after(begin, timedelta(seconds=record.length or 3600)))


def services(record: wire.Record) -> tuple[str, ...]:
    """Ids of what is done at this visit."""
    return tuple(service.id for service in record.services)


def replacement(
    record: wire.Record, *, stylist: StylistId, begin: datetime, zone: ZoneInfo, seconds: float
) -> dict[str, object]:
    """The record as it is, with another time or stylist, as the body of a full replacement."""
    body: dict[str, object] = {
        "staff_id": int(stylist),
        "services": [_written(service) for service in record.services],
        "datetime": wall_text(begin, zone),
        "seance_length": int(seconds),
        "save_if_busy": False,
        "send_sms": False,
        "comment": record.comment,
        "attendance": int(record.attendance),
        "api_id": record.api_id,
    }
    if record.client is not None:
        known = record.client.model_dump(exclude={"id"})
        body["client"] = {name: value for name, value in known.items() if value}
    body |= {name: record.extra[name] for name in KEPT if record.extra.get(name) not in (None, [], {})}
    labels = record.extra.get("record_labels")
    if isinstance(labels, list) and labels:
        body["record_labels"] = [label.get("id", label) if isinstance(label, dict) else label for label in labels]
    return body


def marker(salon: SalonId, key: str) -> str:
    """Digits that this wish alone has: what its record is found by when the answer was lost."""
    digest = hashlib.sha256(f"{salon}\0{key}".encode()).digest()
    # 53 bits: through whatever JSON numbers it travels, it arrives the same.
    return str(int.from_bytes(digest[:8], "big") >> 11).zfill(16)


def comment(mark: str) -> str:
    """What the salon's people read in the record; it carries the marker once more."""
    return f"Запись через WhatsApp, № {mark}"


def carries(record: wire.Record, mark: str) -> bool:
    """Whether the record was written with this marker."""
    return record.api_id.zfill(len(mark)) == mark or mark in record.comment


def _written(service: wire.RecordService) -> dict[str, object]:
    extra = service.model_extra or {}
    kept = {name: extra[name] for name in ("first_cost", "discount", "amount") if extra.get(name) is not None}
    return {"id": int(service.id), "cost": service.cost, **kept}


def _service_of(record: wire.Record, stock: Stock) -> ServiceId:
    """The one service, the composite one that has exactly these parts, or the first of several."""
    ids = services(record)
    whole = next((service for service, parts in stock.parts.items() if sorted(parts) == sorted(ids)), None)
    return whole or ServiceId(ids[0] if ids else "")


def _title(record: wire.Record, service_id: ServiceId, stock: Stock) -> str:
    known = stock.catalogue.service(service_id)
    if known is not None and (service_id in stock.parts or len(record.services) == 1):
        return known.title
    return " + ".join(service.title for service in record.services if service.title)


def _price(record: wire.Record, service_id: ServiceId, stock: Stock) -> PriceRange | None:
    """What the record says, unless that is only the lower end of a range the salon names."""
    cost = round(sum(service.cost for service in record.services) * MINOR_UNITS)
    known = stock.catalogue.service(service_id)
    is_alone = service_id in stock.parts or len(record.services) == 1
    listed = known.price if known and is_alone else None
    if listed is not None and (cost == 0 or listed.low <= cost <= listed.high):
        return listed
    return PriceRange(cost, cost) if cost else None

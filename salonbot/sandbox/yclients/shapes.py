"""The salon's things as YClients' JSON."""

from datetime import datetime, timedelta
from typing import Any

from salonbot.sandbox.yclients.faults import Quirks
from salonbot.sandbox.yclients.salon import Record, Salon, Service, Stylist, utc_seconds

MONEY = frozenset({"price_min", "price_max", "cost", "first_cost"})
MAYBE_OBJECTS = frozenset({"position", "client", "custom_fields", "image_group"})
NOT_IDS = frozenset({"api_id", "timezone_name"})


def moment(salon: Salon, wall: datetime, quirks: Quirks) -> str:
    """ISO with the salon's offset, or with a wrong one."""
    aware = salon.aware(wall)
    if quirks.wrong_offset:
        return f"{wall.isoformat()}+0000" if aware.utcoffset() else f"{wall.isoformat()}+0100"
    return aware.isoformat()


def service(salon: Salon, one: Service, stylist: Stylist | None) -> dict[str, Any]:
    """A service of the online booking; its length only for one stylist."""
    low, high = (
        stylist.prices.get(one.id, (one.price_min, one.price_max)) if stylist else (one.price_min, one.price_max)
    )
    return {
        "id": one.id,
        "title": one.title,
        "category_id": one.category_id,
        "price_min": low,
        "price_max": high,
        "discount": 0,
        "comment": one.comment,
        "weight": one.weight,
        "active": 1,
        "sex": 0,
        "image": "",
        "prepaid": "forbidden",
        "seance_length": salon.seconds(stylist.id, one.parts or (one.id,)) if stylist else None,
        "is_composite": bool(one.parts),
        "composite_details": {"links": [{"service_id": part} for part in one.parts]} if one.parts else [],
    }


def staff(one: Stylist, *, bookable: bool) -> dict[str, Any]:
    """A stylist of the online booking."""
    return {
        "id": one.id,
        "name": one.name,
        "bookable": bookable,
        "specialization": "",
        "position": {},
        "weight": one.weight,
        "show_rating": 0,
        "rating": 0,
        "fired": 0,
        "hidden": int(one.hidden),
        "status": 0,
        "information": "",
        "seances": [],
    }


def record(salon: Salon, one: Record, quirks: Quirks, *, by_hash: bool = False) -> dict[str, Any]:
    """A record of the journal; by its hash without the client, and with the stylist's number inside `staff` alone."""
    stylist = salon.stylists[one.staff_id]
    shape: dict[str, Any] = {
        "id": one.id,
        "services": one.services,
        "staff": {"id": stylist.id, "name": stylist.name, "position": {}},
        "clients_count": 1,
        "date": f"{one.start:%Y-%m-%d %H:%M:%S}",
        "datetime": moment(salon, one.start, quirks),
        "create_date": f"{salon.aware(one.created):%Y-%m-%dT%H:%M:%S%z}",
        "last_change_date": f"{salon.aware(one.changed):%Y-%m-%dT%H:%M:%S%z}",
        "comment": one.comment,
        "deleted": one.deleted,
        "attendance": one.attendance,
        "length": one.seconds,
        "online": one.online,
        "api_id": one.api_id,
        "prepaid": False,
        "activity_id": 0,
    }
    if by_hash:
        return {**shape, "company": company(salon)}
    client = one.client
    return {
        **shape,
        "company_id": salon.id,
        "staff_id": one.staff_id,
        "seance_length": one.seconds,
        "visit_id": one.visit_id,
        "visit_attendance": one.attendance,
        "confirmed": 1,
        "client": {
            "id": client.id,
            "name": client.name,
            "surname": "",
            "patronymic": "",
            "display_name": client.name,
            "phone": f"+{client.phone}" if client.phone else "",
            "email": "",
        }
        if client
        else None,
        "custom_fields": {},
        **one.extra,
    }


def company(salon: Salon) -> dict[str, Any]:
    """The company's card."""
    offset = salon.aware(salon.wall_now()).utcoffset() or timedelta()
    return {
        "id": salon.id,
        "title": salon.title,
        "public_title": salon.title,
        "address": salon.address,
        "phone": salon.phone,
        "phones": [salon.phone],
        "timezone": int(offset.total_seconds() // 3600),
        "timezone_name": salon.zone.key,
        "schedule": "",
        "active": 1,
        "phone_confirmation": salon.phone_confirmation,
        "booking_email_required": False,
        "booking_comment_required": False,
        "allow_delete_record": salon.may_delete_online,
        "allow_change_record": True,
        "currency_short_title": "₽",
    }


def seance(salon: Salon, wall: datetime, seconds: int, quirks: Quirks) -> dict[str, Any]:
    """A free start."""
    at: object = utc_seconds(salon.aware(wall)) if quirks.unix_dates else moment(salon, wall, quirks)
    return {"time": f"{wall:%-H:%M}", "seance_length": seconds, "sum_length": seconds, "datetime": at}


def odd(value: Any, quirks: Quirks, key: str = "") -> Any:
    """The same JSON with the oddities that are switched on."""
    if isinstance(value, dict):
        if quirks.empty_lists and not value:
            return []
        return {name: odd(inner, quirks, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [odd(item, quirks, key) for item in value]
    if value is None and quirks.empty_lists and key in MAYBE_OBJECTS:
        return []
    is_id = (key == "id" or key.endswith("_id")) and key not in NOT_IDS
    if quirks.string_ids and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.2f}" if key in MONEY else str(value) if is_id else value
    return value

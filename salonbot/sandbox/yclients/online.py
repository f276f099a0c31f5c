"""The online booking: what a visitor of the salon's site may call. Nothing here waits, so each call is one step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from multidict import MultiMapping

from salonbot.sandbox.yclients import shapes
from salonbot.sandbox.yclients.answers import Refused, Reply, coded
from salonbot.sandbox.yclients.faults import Quirks
from salonbot.sandbox.yclients.salon import Record, Salon, utc_seconds, wall_time

ANYONE = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One request that has passed the gates."""

    salon: Salon
    quirks: Quirks
    parts: Mapping[str, str]
    """What the path holds."""
    query: MultiMapping[str]
    body: Mapping[str, Any]

    @property
    def services(self) -> list[int]:
        """The array `service_ids[]`; comma-joined ids are no array and not understood."""
        found = [int(one) for one in self.query.getall("service_ids[]", [])]
        if unknown := [one for one in found if one not in self.salon.services]:
            raise Refused(404, f"Услуга не найдена. {unknown}")
        if any(self.salon.services[one].parts for one in found):
            raise Refused(404, "Услуга не найдена.")
        return found


def company(call: Call) -> Reply:
    return Reply(shapes.company(call.salon))


def book_services(call: Call) -> Reply:
    """All services, or with lengths those of one stylist."""
    salon, staff_id = call.salon, int(call.query.get("staff_id") or 0)
    stylist = salon.stylists.get(staff_id)
    services = [
        shapes.service(salon, one, stylist)
        for one in salon.services.values()
        if stylist is None or set(one.parts or (one.id,)) <= stylist.services
    ]
    categories = [{"id": id_, "title": title, "sex": 0, "weight": -id_} for id_, title in salon.categories.items()]
    return Reply({"events": [], "services": services, "category": categories})


def book_staff(call: Call) -> Reply:
    """Stylists who do the services, each with whether anything is free."""
    able = {one.id for one in call.salon.able(call.services)}
    today = call.salon.wall_now().date()
    return Reply(
        [
            shapes.staff(one, bookable=any(call.salon.hours(one.id, today + timedelta(days=n)) for n in range(7)))
            for one in call.salon.stylists.values()
            if one.id in able and not one.hidden
        ]
    )


def book_dates(call: Call) -> Reply:
    """Days with free starts and days with work."""
    salon, staff_id = call.salon, int(call.query.get("staff_id") or ANYONE)
    first = date.fromisoformat(call.query.get("date_from") or call.query.get("date") or f"{salon.wall_now():%Y-%m-%d}")
    last = date.fromisoformat(call.query.get("date_to") or f"{first + timedelta(days=30):%Y-%m-%d}")
    days = [first + timedelta(days=n) for n in range(min((last - first).days, 400) + 1)]
    who = [staff_id] if staff_id else [one.id for one in salon.able(call.services)]
    free = [day for day in days if any(_starts(call, one, day) for one in who)]
    working = [day for day in days if any(one in salon.stylists and salon.hours(one, day) for one in who)]
    return Reply(
        {
            "booking_days": _by_month(free) if free else [],
            "booking_dates": [_day(day, call) for day in free],
            "working_days": _by_month(working) if working else [],
            "working_dates": [_day(day, call) for day in working],
        }
    )


def book_times(call: Call) -> Reply:
    """Free starts of one day, of one stylist or (0) of anyone."""
    salon, staff_id, day = call.salon, int(call.parts["staff"]), date.fromisoformat(call.parts["day"])
    services = call.services
    if staff_id == ANYONE:
        if call.quirks.no_anyone:
            return Reply([])
        found = {s: salon.seconds(one.id, services) for one in salon.able(services) for s in _starts(call, one.id, day)}
        return Reply([shapes.seance(salon, start, found[start], call.quirks) for start in sorted(found)])
    stylist = salon.stylists.get(staff_id)
    if stylist is None or not set(services) <= stylist.services:
        raise Refused(404, "Сотрудник недоступен для записи на выбранную услугу")
    if not salon.hours(staff_id, day):
        raise Refused(422, "Дата недоступна.")
    seconds = salon.seconds(staff_id, services)
    return Reply([shapes.seance(salon, start, seconds, call.quirks) for start in _starts(call, staff_id, day)])


def book_check(call: Call) -> Reply:
    """Whether it could be booked now; reserves nothing."""
    _wanted(call)
    return Reply(None, 201, {"message": "Created"})


def book_record(call: Call) -> Reply:
    """Book all appointments of the request, or none."""
    salon, body = call.salon, call.body
    phone = "".join(filter(str.isdigit, str(body.get("phone") or "")))
    if not 10 <= len(phone) <= 15:
        raise coded(431)
    if phone in salon.blacklist:
        raise coded(434)
    if not str(body.get("fullname") or "").strip():
        raise coded(435)
    if salon.phone_confirmation and str(body.get("code") or "") != salon.code:
        raise coded(432)
    made: list[tuple[object, Record]] = []
    client = salon.client(str(body["fullname"]), phone)
    for number, staff_id, services, start in _wanted(call):
        record = salon.add(staff_id, services, start, client, online=True)
        record.comment, record.api_id = str(body.get("comment") or ""), str(body.get("api_id") or "")
        made.append((number, record))
    items = [{"id": number, "record_id": one.id, "record_hash": one.hash} for number, one in made]
    if call.quirks.tells_record:
        told = [shapes.record(salon, one, call.quirks, by_hash=True) for _, one in made]
        items = [{**item, "record": record} for item, record in zip(items, told, strict=True)]
    return Reply(items, 201)


def online_record(call: Call) -> Reply:
    """One record by its hash; documented without an envelope."""
    record = _by_hash(call)
    if record.deleted and call.quirks.deleted_is_404:
        raise Refused(404, "Не найдено")
    return Reply(shapes.record(call.salon, record, call.quirks, by_hash=True), is_bare=True)


def move_online(call: Call) -> Reply:
    """Another time for a record, by its hash; master and services stay."""
    record, salon = _by_hash(call), call.salon
    if record.deleted:
        raise Refused(404, "Не найдено")
    start = _start(call, call.body.get("datetime"))
    is_possible = salon.works(record.staff_id, start, record.seconds) and start >= salon.wall_now() + salon.delay
    if not is_possible or not salon.is_clear(record.staff_id, start, record.seconds, ignoring=record.id):
        raise coded(433, 1)
    record.start, record.changed = start, salon.wall_now()
    record.comment = str(call.body.get("comment") or record.comment)
    return Reply(shapes.record(salon, record, call.quirks, by_hash=True))


def delete_online(call: Call) -> Reply:
    """Delete by hash, where the salon allows it."""
    record = _by_hash(call)
    if record.deleted:
        raise Refused(404, "Не найдено")
    if not call.salon.may_delete_online:
        raise Refused(403, "Удаление записи запрещено настройками филиала")
    record.deleted, record.changed = True, call.salon.wall_now()
    return Reply({"success": True}, 200, is_bare=True)


def _wanted(call: Call) -> list[tuple[object, int, list[int], datetime]]:
    """The appointments of a request, each possible by itself and with the others. Raises Refused."""
    salon, found = call.salon, list[tuple[object, int, list[int], datetime]]()
    for item in call.body.get("appointments") or []:
        number, services = item.get("id"), [int(one) for one in item.get("services") or []]
        if not services:
            raise coded(422, number)
        if any(one not in salon.services or salon.services[one].parts for one in services):
            raise coded(438, number)
        start = _start(call, item.get("datetime"))
        staff_id = int(item.get("staff_id") or ANYONE)
        if staff_id == ANYONE:
            staff_id = _anyone(call, services, start, number)
        if not salon.is_offered(staff_id, services, start):
            raise coded(433, number)
        end = start + timedelta(seconds=salon.seconds(staff_id, services))
        for _, other_staff, other_services, other_start in found:
            other_end = other_start + timedelta(seconds=salon.seconds(other_staff, other_services))
            if other_staff == staff_id and other_start < end and start < other_end:
                raise coded(437, number)
        found.append((number, staff_id, services, start))
    if not found:
        raise coded(422)
    return found


def _anyone(call: Call, services: list[int], start: datetime, number: object) -> int:
    for one in call.salon.able(services):
        if call.salon.is_offered(one.id, services, start):
            return one.id
    raise coded(436, number)


def _start(call: Call, text: object) -> datetime:
    try:
        return wall_time(text, call.salon.zone)
    except ValueError as error:
        raise Refused(422, "Неверный формат даты") from error


def _starts(call: Call, staff_id: int, day: date) -> list[datetime]:
    return call.salon.starts(staff_id, call.services, day)


def _by_hash(call: Call) -> Record:
    record = call.salon.records.get(int(call.parts["record"]))
    if record is None or record.hash is None or record.hash != call.parts["hash"]:
        raise Refused(404, "Не найдено")
    return record


def _day(day: date, call: Call) -> object:
    if not call.quirks.unix_dates:
        return day.isoformat()
    return utc_seconds(call.salon.aware(datetime.combine(day, datetime.min.time())))


def _by_month(days: Sequence[date]) -> dict[str, list[int]]:
    months: dict[str, list[int]] = {}
    for day in days:
        months.setdefault(str(day.month), []).append(day.day)
    return months

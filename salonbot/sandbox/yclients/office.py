"""The salon's journal: what needs a user's token, and that user's rights. Nothing here waits."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from salonbot.sandbox.yclients import shapes
from salonbot.sandbox.yclients.answers import Refused, Reply
from salonbot.sandbox.yclients.online import Call
from salonbot.sandbox.yclients.salon import Busy, Record, clock, wall_time

BUSY_TEXT = "Выбранное время недоступно"
MOST_PER_PAGE = 200
DEFAULT_PER_PAGE = 25
OFFICE_FIELDS = ("custom_color", "record_labels", "technical_break_duration", "sms_remain_hours", "email_remain_hours")


def records(call: Call) -> Reply:
    """Records of some days; there is no filter by phone and none by api_id."""
    query = call.query
    first, last = query.get("start_date"), query.get("end_date")
    found = [
        one
        for one in sorted(call.salon.records.values(), key=lambda one: (one.start, one.id))
        if (not first or one.start.date() >= date.fromisoformat(first))
        and (not last or one.start.date() <= date.fromisoformat(last))
        and (not query.get("staff_id") or one.staff_id == int(query["staff_id"]))
        and (not query.get("client_id") or (one.client is not None and one.client.id == int(query["client_id"])))
        and (not one.deleted or query.get("with_deleted") == "1")
        and (not query.get("changed_after") or one.changed > wall_time(query["changed_after"], call.salon.zone))
    ]
    page, count = int(query.get("page") or 1), min(int(query.get("count") or DEFAULT_PER_PAGE), MOST_PER_PAGE)
    shown = found[(page - 1) * count : page * count]
    return Reply(
        [shapes.record(call.salon, one, call.quirks) for one in shown], meta={"page": page, "total_count": len(found)}
    )


def record(call: Call) -> Reply:
    return Reply(shapes.record(call.salon, _record(call, or_deleted=True), call.quirks))


def create(call: Call) -> Reply:
    """A new record; it gets no hash."""
    body, salon = call.body, call.salon
    if not body.get("seance_length"):
        raise Refused(422, "Не передан seance_length")
    services = [int(item["id"]) for item in body.get("services") or []]
    if any(salon.services[one].parts for one in services if one in salon.services) or not services:
        raise Refused(404, "Услуга не найдена.")
    try:
        made = salon.add(
            int(body["staff_id"]),
            services,
            wall_time(body.get("datetime"), salon.zone),
            None,
            seconds=int(body["seance_length"]),
            if_busy=bool(body.get("save_if_busy")),
        )
    except Busy as busy:
        raise _busy(call) from busy
    wanted = body.get("client")
    if isinstance(wanted, Mapping):
        made.client = salon.client(str(wanted.get("name") or ""), _digits(wanted.get("phone")))
    _fill(made, body)
    shape = shapes.record(salon, made, call.quirks)
    return Reply([shape] if call.quirks.listed_as_one else shape, 201)


def replace(call: Call) -> Reply:
    """A record anew, whole; what is left out is lost."""
    body, salon, one = call.body, call.salon, _record(call)
    missing = [name for name in ("staff_id", "services", "client", "datetime", "seance_length") if not body.get(name)]
    if missing:
        raise Refused(422, f"Не переданы обязательные поля: {', '.join(missing)}")
    staff_id, seconds = int(body["staff_id"]), int(body["seance_length"])
    start = wall_time(body["datetime"], salon.zone)
    is_free = salon.works(staff_id, start, seconds) and salon.is_clear(staff_id, start, seconds, ignoring=one.id)
    if not is_free and not body.get("save_if_busy"):
        raise _busy(call)
    one.staff_id, one.start, one.seconds, one.changed = staff_id, start, seconds, salon.wall_now()
    client = body["client"]
    one.client = salon.client(str(client.get("name") or ""), _digits(client.get("phone")))
    _fill(one, body)
    return Reply(shapes.record(salon, one, call.quirks), 201)


def delete(call: Call) -> Reply:
    one = _record(call)
    one.deleted, one.changed = True, call.salon.wall_now()
    return Reply(None, 204)


def attend(call: Call) -> Reply:
    """A visit's mark: 2 confirmed, 1 came, 0 waiting, -1 did not come."""
    one = _record(call)
    if str(one.visit_id) != call.parts["visit"]:
        raise Refused(404, "Не найдено")
    if call.body.get("attendance") not in (2, 1, 0, -1) or "comment" not in call.body:
        raise Refused(422, "Не переданы обязательные поля")
    one.attendance, one.comment = int(call.body["attendance"]), str(call.body["comment"])
    one.changed = call.salon.wall_now()
    return Reply(shapes.record(call.salon, one, call.quirks))


def search_clients(call: Call) -> Reply:
    """Clients whose phone or name contains the text."""
    wanted = [
        str(item["state"]["value"]).casefold()
        for item in call.body.get("filters") or []
        if item.get("type") == "quick_search"
    ]
    fields = call.body.get("fields") or ["id"]
    found = [
        {"id": one.id, "name": one.name, "phone": f"+{one.phone}" if one.phone else ""}
        for one in call.salon.clients.values()
        if all(text in one.phone or text in one.name.casefold() for text in wanted)
    ]
    size = min(int(call.body.get("page_size") or 25), 200)
    page = int(call.body.get("page") or 1)
    shown = found[(page - 1) * size : page * size]
    return Reply(
        [{name: one[name] for name in fields if name in one} for one in shown], meta={"total_count": len(found)}
    )


def schedule(call: Call) -> Reply:
    """Working days with what is busy; days off are left out."""
    salon, query = call.salon, call.query
    first, last = date.fromisoformat(query["start_date"]), date.fromisoformat(query["end_date"])
    wanted = [int(one) for one in query.getall("staff_ids[]", [])] or list(salon.stylists)
    days: list[dict[str, Any]] = []
    for staff_id in (one for one in wanted if one in salon.stylists):
        for day in (first + timedelta(days=n) for n in range(min((last - first).days, 400) + 1)):
            hours = salon.hours(staff_id, day)
            if not hours:
                continue
            slots = [{"from": clock(one.start), "to": clock(one.end)} for one in hours]
            listed: dict[str, Any] = {"staff_id": staff_id, "date": day.isoformat(), "slots": slots}
            if "busy_intervals" in query.getall("include[]", []):
                listed["busy_intervals"] = [_busy_interval(one) for one in _of_day(call, staff_id, day)]
            days.append(listed)
    return Reply(days, meta={"count": len(days)})


def online_settings(call: Call) -> Reply:
    minutes = int(call.salon.delay.total_seconds() // 60)
    return Reply({"confirm_number": call.salon.phone_confirmation, "any_master": True, "seance_delay_step": minutes})


def _of_day(call: Call, staff_id: int, day: date) -> list[Record]:
    return [
        one
        for one in call.salon.records.values()
        if one.takes_time and one.staff_id == staff_id and one.start.date() == day
    ]


def _busy_interval(one: Record) -> dict[str, Any]:
    def second(wall: datetime) -> str:
        return f"{wall:%H:%M:%S}"

    return {"entity_type": "record", "entity_id": one.id, "from": second(one.start), "to": second(one.end)}


def _record(call: Call, *, or_deleted: bool = False) -> Record:
    one = call.salon.records.get(int(call.parts["record"]))
    if one is None or (one.deleted and not (or_deleted and not call.quirks.deleted_is_404)):
        raise Refused(404, "Запись не найдена")
    return one


def _fill(one: Record, body: Mapping[str, Any]) -> None:
    """The rest of a body into the record; what it does not name becomes empty."""
    one.comment, one.api_id = str(body.get("comment") or ""), str(body.get("api_id") or "")
    one.attendance = int(body.get("attendance") or 0)
    titles = {int(str(service["id"])): service for service in one.services}
    one.services = [
        {"title": titles.get(int(item["id"]), {}).get("title", ""), "amount": 1, "discount": 0, "cost": 0, **item}
        for item in body["services"]
    ]
    one.extra = {name: body[name] for name in OFFICE_FIELDS if name in body}


def _busy(call: Call) -> Refused:
    return Refused(409, "Мастер занят или не работает") if call.quirks.busy_is_409 else Refused(422, BUSY_TEXT)


def _digits(phone: object) -> str:
    return "".join(filter(str.isdigit, str(phone or "")))

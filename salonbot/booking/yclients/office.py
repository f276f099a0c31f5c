"""The calls of the salon's own journal: what its administrator may do, with a user's token and that user's rights."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from salonbot.booking.yclients import wire
from salonbot.booking.yclients.errors import Unavailable
from salonbot.booking.yclients.line import Line, Query
from salonbot.booking.yclients.moments import wall_text
from salonbot.booking.yclients.online import Visit
from salonbot.booking.yclients.phones import digits

PAGE = 200
MOST_PAGES = 25
ABSENT = -1
"""Attendance: did not come."""


class Office:
    """One salon's journal. Every method raises the kinds of BookingUnavailable, Forbidden among them."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._company = line.company

    async def schedule(self, staff: Sequence[str], first: date, last: date) -> tuple[wire.ScheduleDay, ...]:
        """Working days of these stylists, with what is busy; days off are left out."""
        query: list[tuple[str, str | int]] = [("start_date", first.isoformat()), ("end_date", last.isoformat())]
        query += [("staff_ids[]", one) for one in staff]
        query.append(("include[]", "busy_intervals"))
        answer = await self._line.read(
            "GET", f"/api/v1/company/{self._company}/staff/schedule", query=query, as_user=True
        )
        return wire.each(wire.ScheduleDay, answer.data)

    async def clients(self, phone: str) -> tuple[str, ...]:
        """Ids of the clients with exactly this phone: the server's search finds parts of numbers and of names, too."""
        body = {
            "page": 1,
            "page_size": PAGE,
            "fields": ["id", "name", "phone"],
            "order_by": "id",
            "order_by_direction": "DESC",
            "operation": "AND",
            "filters": [{"type": "quick_search", "state": {"value": phone}}],
        }
        path = f"/api/v1/company/{self._company}/clients/search"
        answer = await self._line.read("POST", path, body=body, as_user=True)
        found = wire.each(wire.Client, answer.data)
        return tuple(client.id for client in found if client.id and digits(client.phone) == phone)

    async def records(
        self, first: date, last: date, *, client: str | None = None, staff: str | None = None, deleted: bool = False
    ) -> tuple[wire.Record, ...]:
        """Records of those days, both included; of one client or stylist, as the server believes.

        Raises Unavailable where there are more than can be read.
        """
        query: list[tuple[str, str | int]] = [("start_date", first.isoformat()), ("end_date", last.isoformat())]
        query += [(name, value) for name, value in (("client_id", client), ("staff_id", staff)) if value is not None]
        if deleted:
            query.append(("with_deleted", 1))
        return await self._all(query, f"of {first}..{last}")

    async def _all(self, query: Query, what: str) -> tuple[wire.Record, ...]:
        found: list[wire.Record] = []
        for page in range(1, MOST_PAGES + 1):
            records, total = await self._page([*query, ("count", PAGE), ("page", page)])
            found += records
            # A server that gives fewer per page than asked for is read to its end; one that says no total, to a gap.
            if not records or (len(found) >= total if total is not None else len(records) < PAGE):
                return tuple(found)
        raise Unavailable(f"more than {MOST_PAGES * PAGE} records {what}")

    async def changed(self, since: datetime, first: date, zone: ZoneInfo) -> tuple[wire.Record, ...]:
        """Records of that day and later which were written, changed or deleted after a moment."""
        query: list[tuple[str, str | int]] = [
            ("changed_after", since.astimezone(zone).isoformat(timespec="seconds")),
            ("start_date", first.isoformat()),
            ("with_deleted", 1),
        ]
        return await self._all(query, f"changed after {since}")

    async def _page(self, query: Query) -> tuple[tuple[wire.Record, ...], int | None]:
        answer = await self._line.read("GET", f"/api/v1/records/{self._company}", query=query, as_user=True)
        total = answer.meta.get("total_count")
        return wire.each(wire.Record, answer.data), int(str(total)) if str(total).isdecimal() else None

    async def record(self, record: str) -> wire.Record:
        """One record, deleted ones too where the server still shows them. Raises Absent."""
        answer = await self._line.read("GET", f"/api/v1/record/{self._company}/{record}", as_user=True)
        return wire.one(wire.Record, answer.data)

    async def create(self, visit: Visit, price: float) -> wire.Record:
        """Write a record, not over another. Raises StartUnavailable, InDoubt."""
        client = {"name": visit.name} | ({"phone": visit.phone} if visit.phone else {})
        # The price of a visit of several services is told as a whole: it stands at the first.
        costs = (price, *(0.0 for _ in visit.services[1:]))
        body = {
            "staff_id": int(visit.staff),
            "services": [
                {"id": int(service), "first_cost": cost, "discount": 0, "cost": cost}
                for service, cost in zip(visit.services, costs, strict=True)
            ],
            "client": client,
            "datetime": wall_text(visit.start, visit.zone),
            "seance_length": visit.seconds,
            "save_if_busy": False,
            "send_sms": False,
            "comment": visit.comment,
            "attendance": 0,
            "api_id": visit.marker,
        }
        answer = await self._line.write("POST", f"/api/v1/records/{self._company}", body=body, as_user=True)
        return wire.one(wire.Record, answer.data)

    async def replace(self, record: str, body: Mapping[str, object]) -> None:
        """Write a record anew, whole: what is left out is lost. Raises StartUnavailable, Absent, InDoubt."""
        await self._line.write("PUT", f"/api/v1/record/{self._company}/{record}", body=body, as_user=True)

    async def delete(self, record: str) -> None:
        """Delete a record. Raises Absent, InDoubt."""
        await self._line.write("DELETE", f"/api/v1/record/{self._company}/{record}", as_user=True)

    async def mark_absent(self, record: wire.Record) -> None:
        """Mark a record "did not come": its time is free again, its history stays. Raises Absent, InDoubt."""
        # The comment is required and would be lost otherwise.
        body = {"attendance": ABSENT, "comment": record.comment}
        path = f"/api/v1/visits/{record.visit_id}/{record.id}"
        await self._line.write("PUT", path, body=body, as_user=True)

"""The calls of the online booking: what a visitor of the salon's site may do. The partner's token is enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from salonbot.booking.yclients import wire
from salonbot.booking.yclients.errors import Absent, Refused, Unreadable
from salonbot.booking.yclients.line import Line, Query
from salonbot.booking.yclients.moments import wall_text
from salonbot.errors import StartUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit that is wanted, in YClients' words."""

    services: tuple[str, ...]
    staff: str
    start: datetime
    zone: ZoneInfo
    seconds: int
    name: str
    phone: str | None
    marker: str
    """Digits: `api_id` is text in one place of the API's description and a number in another."""
    comment: str

    @property
    def appointment(self) -> dict[str, object]:
        """The visit as book_check and book_record want it."""
        return {
            "id": 1,
            "services": [int(service) for service in self.services],
            "staff_id": int(self.staff),
            "datetime": wall_text(self.start, self.zone),
        }


class Online:
    """One salon's online booking. Every method raises the kinds of BookingUnavailable."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._company = line.company

    async def company(self) -> wire.Company:
        """The salon's card. Documented with both tokens, seen to be given for the partner's alone."""
        answer = await self._line.read("GET", f"/api/v1/company/{self._company}/", as_user=True)
        return wire.one(wire.Company, answer.data)

    async def services(self, staff: str | None = None) -> tuple[tuple[wire.Service, ...], tuple[wire.Category, ...]]:
        """Services that can be booked, with lengths where one stylist is asked about, and their categories."""
        query: Query = () if staff is None else (("staff_id", staff),)
        data = (await self._line.read("GET", f"/api/v1/book_services/{self._company}", query=query)).data
        if not isinstance(data, dict):
            raise Unreadable("book_services: no object")
        categories = data.get("category") or data.get("categories")
        return wire.each(wire.Service, data.get("services")), wire.each(wire.Category, categories)

    async def staff(self) -> tuple[wire.Staff, ...]:
        """Stylists who can be booked."""
        return wire.each(wire.Staff, (await self._line.read("GET", f"/api/v1/book_staff/{self._company}")).data)

    async def dates(self, staff: str, services: Sequence[str], first: date, last: date) -> wire.Dates:
        """Days between the two with free starts and with work; without services, with work."""
        query = [("staff_id", staff), ("date_from", first.isoformat()), ("date_to", last.isoformat()), *_ids(services)]
        try:
            answer = await self._line.read("GET", f"/api/v1/book_dates/{self._company}", query=query)
        except Absent:
            return wire.Dates()
        return wire.one(wire.Dates, answer.data)

    async def times(self, staff: str, services: Sequence[str], day: date) -> tuple[wire.Seance, ...]:
        """Free starts of one stylist on one day.

        A closed day is an empty list, or 422, or 404 where the stylist does not do the service: no starts. A refused
        token, a limit, an outage never are: they raise.
        """
        path = f"/api/v1/book_times/{self._company}/{staff}/{day.isoformat()}"
        try:
            answer = await self._line.read("GET", path, query=_ids(services))
        except (Absent, StartUnavailable):
            return ()
        except Refused as refused:
            if refused.status != 422:
                raise
            return ()
        return wire.each(wire.Seance, answer.data)

    async def check(self, visit: Visit) -> None:
        """Ask whether the visit could be booked now; reserves nothing. Raises StartUnavailable."""
        body = {"appointments": [visit.appointment]}
        await self._line.read("POST", f"/api/v1/book_check/{self._company}", body=body)

    async def book(self, visit: Visit) -> wire.Booked:
        """Book it. Raises StartUnavailable, PhoneRefused, NameMissing, InDoubt."""
        body = {
            "phone": visit.phone or "",
            "fullname": visit.name,
            "email": "",
            "comment": visit.comment,
            "api_id": visit.marker,
            "notify_by_sms": 0,
            "notify_by_email": 0,
            "appointments": [visit.appointment],
        }
        answer = await self._line.write("POST", f"/api/v1/book_record/{self._company}", body=body)
        return wire.one(wire.Booked, answer.data)

    async def record(self, record: str, hash_: str) -> wire.Record:
        """A record by the hash it was given with. Raises Absent."""
        answer = await self._line.read("GET", f"/api/v1/book_record/{self._company}/{record}/{hash_}")
        return wire.one(wire.Record, answer.data)

    async def move(self, record: str, hash_: str, start: datetime, zone: ZoneInfo, comment: str) -> None:
        """Give a record another time; same stylist, same services. Raises StartUnavailable, Absent, InDoubt."""
        body = {"datetime": wall_text(start, zone), "comment": comment}
        await self._line.write("PUT", f"/api/v1/book_record/{self._company}/{record}/{hash_}", body=body)

    async def delete(self, record: str, hash_: str) -> None:
        """Delete a record by its hash; the salon may have forbidden it, or so late. Raises Absent, InDoubt."""
        await self._line.write("DELETE", f"/api/v1/user/records/{record}/{hash_}")


def _ids(services: Sequence[str]) -> list[tuple[str, str | int]]:
    """As an array of the query: comma-joined numbers are not understood."""
    return [("service_ids[]", service) for service in services]

"""What YClients sends, in shapes that forgive: numbers as text, `[]` for an absent object, 0 and 1 for no and yes.

Only fields that are used are named; unknown ones are ignored, and kept in a Record, which is written back whole.
"""

from typing import Annotated, Any, TypeVar

import structlog
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from salonbot.booking.yclients.errors import Unreadable

log = structlog.get_logger()


def _id(value: object) -> object:
    text = str(int(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not (text.isascii() and text.isdecimal()):
        raise ValueError("no id")
    return text


def _number(value: object) -> object:
    """Absent, empty and false are nothing; `"1000.00"` is a number by pydantic's own doing."""
    return 0 if value in (None, "", False) or value == [] else value


def _text(value: object) -> object:
    return "" if value is None or value == [] else str(value)


def _flag(value: object) -> object:
    return bool(value) if isinstance(value, int | float) else value not in (None, "", "0", "false", []) and bool(value)


def _object(value: object) -> object:
    return value if isinstance(value, dict) and value else None


def _list(value: object) -> object:
    return list(value.values()) if isinstance(value, dict) else value or []


Id = Annotated[str, BeforeValidator(_id)]
Number = Annotated[float, BeforeValidator(_number)]
Text = Annotated[str, BeforeValidator(_text)]
Flag = Annotated[bool, BeforeValidator(_flag)]


class Wire(BaseModel):
    """Base of all shapes."""

    model_config = ConfigDict(frozen=True, extra="ignore")


WireT = TypeVar("WireT", bound=Wire)


class Company(Wire):
    """The card of the salon."""

    id: Id
    title: Text = ""
    public_title: Text = ""
    address: Text = ""
    phone: Text = ""
    site: Text = ""
    timezone_name: Text = ""
    phone_confirmation: Flag = False
    """book_record wants a code sent by SMS."""
    booking_email_required: Flag = False


class Link(Wire):
    service_id: Id


class CompositeDetails(Wire):
    links: Annotated[tuple[Link, ...], BeforeValidator(_list)] = ()


class Service(Wire):
    """A service of the online booking."""

    id: Id
    title: Text
    category_id: Annotated[str, BeforeValidator(_text)] = ""
    price_min: Number = 0
    price_max: Number = 0
    comment: Text = ""
    weight: Number = 0
    active: Flag = True
    seance_length: Number = 0
    """Seconds; told only where a stylist was asked about."""
    is_composite: Flag = False
    composite_details: Annotated[CompositeDetails | None, BeforeValidator(_object)] = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The services a composite one stands for: it has to be booked by them (its own id is answered by 404)."""
        links = self.composite_details.links if self.is_composite and self.composite_details else ()
        return tuple(link.service_id for link in links)


class Category(Wire):
    id: Id
    title: Text = ""
    weight: Number = 0


class Staff(Wire):
    """A stylist of the online booking."""

    id: Id
    name: Text
    weight: Number = 0
    hidden: Flag = False
    fired: Flag = False
    status: Flag = False
    """1 is deleted."""


class Seance(Wire):
    """A free start."""

    datetime: Any = None
    time: Text = ""
    seance_length: Number = 0
    sum_length: Number = 0
    """Of all services asked about; not every answer has it."""

    @property
    def seconds(self) -> float:
        return self.sum_length or self.seance_length


class Dates(Wire):
    """Days with free starts, and days with work; `2026-03-04` or unix seconds."""

    booking_dates: Annotated[tuple[Any, ...], BeforeValidator(_list)] = ()
    working_dates: Annotated[tuple[Any, ...], BeforeValidator(_list)] = ()


class Stretch(Wire):
    """From a wall time to another of the same day, `10:00` or `10:00:00`."""

    from_: Text = Field(validation_alias="from")
    to: Text
    entity_id: Text = ""
    entity_type: Text = ""


class ScheduleDay(Wire):
    """One stylist's working day; days off are not listed."""

    staff_id: Id
    date: Any
    slots: Annotated[tuple[Stretch, ...], BeforeValidator(_list)] = ()
    busy_intervals: Annotated[tuple[Stretch, ...], BeforeValidator(_list)] = ()


class Booked(Wire):
    """One appointment of a book_record answer."""

    record_id: Id
    record_hash: Text = ""


class Client(Wire):
    id: Annotated[str, BeforeValidator(_text)] = ""
    name: Text = ""
    surname: Text = ""
    patronymic: Text = ""
    email: Text = ""
    phone: Text = ""


class RecordStaff(Wire):
    id: Annotated[str, BeforeValidator(_text)] = ""
    name: Text = ""


class RecordService(Wire):
    model_config = ConfigDict(frozen=True, extra="allow")

    id: Id
    title: Text = ""
    cost: Number = 0


class Record(Wire):
    """A record of the salon's journal, or the same seen through its hash."""

    model_config = ConfigDict(frozen=True, extra="allow")

    id: Id
    staff_id: Annotated[str, BeforeValidator(_text)] = ""
    services: Annotated[tuple[RecordService, ...], BeforeValidator(_list)] = ()
    staff: Annotated[RecordStaff | None, BeforeValidator(_object)] = None
    client: Annotated[Client | None, BeforeValidator(_object)] = None
    date: Any = None
    datetime: Any = None
    comment: Text = ""
    attendance: Number = 0
    visit_id: Annotated[str, BeforeValidator(_text)] = ""
    length: Number = Field(default=0, validation_alias=AliasChoices("seance_length", "length"))
    api_id: Annotated[str, BeforeValidator(_text)] = ""
    deleted: Flag = False

    @property
    def stylist(self) -> str:
        """Who does it; the record seen by its hash has the number only inside `staff`."""
        return self.staff_id or (self.staff.id if self.staff else "")

    @property
    def is_off(self) -> bool:
        """Deleted, or marked as not coming: either way the time is free again."""
        return self.deleted or self.attendance == -1

    @property
    def extra(self) -> dict[str, Any]:
        """What else the record holds, as it was sent."""
        return dict(self.model_extra or {})


def one(model: type[WireT], data: object) -> WireT:
    """The object in `data`, which may also be a list of one. Raises Unreadable."""
    item = data[0] if isinstance(data, list) and len(data) == 1 else data
    try:
        return model.model_validate(item)
    except ValidationError as error:
        raise Unreadable(f"{model.__name__}: {_where(error)}") from error


def each(model: type[WireT], data: object) -> tuple[WireT, ...]:
    """The objects of a list. One that cannot be read is left out, for the others are worth having.

    Raises Unreadable where none of them can be.
    """
    if not isinstance(data, list | dict | None):
        raise Unreadable(f"{model.__name__}: {type(data).__name__} instead of a list")
    items = list(data.values()) if isinstance(data, dict) else data or []
    read: list[WireT] = []
    for item in items:
        try:
            read.append(model.model_validate(item))
        except ValidationError as error:
            log.warning("yclients_item_unreadable", shape=model.__name__, where=_where(error))
    if items and not read:
        raise Unreadable(f"{model.__name__}: none of {len(items)} can be read")
    return tuple(read)


def _where(error: ValidationError) -> str:
    """The fields that are wrong; not their values, which may be a client's."""
    return ", ".join(".".join(map(str, detail["loc"])) or detail["type"] for detail in error.errors()[:5])

"""A small salon for the tests of booking and execution. Tuesday 24 November 2026, 12:00 in Moscow, is "now"."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from salonbot.booking.system import Guest
from salonbot.config.plan import SalonPlan
from salonbot.config.salon_settings import CalendarSettings
from salonbot.model.messages import ChatKey
from salonbot.model.salon import (
    Catalogue,
    Hours,
    PriceRange,
    SalonId,
    SalonProfile,
    Service,
    ServiceId,
    Stylist,
    StylistId,
)

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TODAY, TOMORROW, MONDAY = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 30)

# Numbers, for a booking system elsewhere has no others; the embedded calendar takes any text.
CUT, BEARD, KIDS, COLOUR, NAILS = (ServiceId(number) for number in ("101", "102", "103", "104", "105"))
BARI, SERGEY, OLGA = (StylistId(number) for number in ("501", "502", "503"))

CATALOGUE = Catalogue(
    services=(
        Service(CUT, "Стрижка", timedelta(minutes=60), PriceRange(150000, 200000), "Волосы", "Мытьё и стрижка."),
        Service(
            BEARD, "Стрижка бороды", timedelta(minutes=30), PriceRange(80000, 80000), "Борода", aliases=("борода",)
        ),
        Service(KIDS, "Детская стрижка", timedelta(minutes=45), None, "Волосы"),
        Service(COLOUR, "Окрашивание", timedelta(minutes=120), None, "Волосы", aliases=("покраска",)),
        Service(NAILS, "Маникюр", timedelta(minutes=60), PriceRange(120000, 120000), "Ногти"),
    ),
    stylists=(
        Stylist(BARI, "Бари", frozenset({CUT, BEARD, KIDS})),
        Stylist(SERGEY, "Сергей", frozenset({CUT, BEARD}), ("Серёжа", "Sergey")),
        Stylist(OLGA, "Ольга", frozenset({NAILS, COLOUR})),
    ),
)

_BARI = (Hours(time(10), time(20)),)
_SERGEY = (Hours(time(9), time(18)),)
_OLGA = (Hours(time(10), time(14)), Hours(time(15), time(20)))

PLAN = SalonPlan(
    profile=SalonProfile(SalonId("main"), "Салон «Арбат»", MOSCOW, address="ул. Арбат, 10"),
    catalogue=CATALOGUE,
    working_hours={
        BARI: ((), *(_BARI,) * 6),
        SERGEY: (*(_SERGEY,) * 5, (), ()),
        OLGA: ((), *(_OLGA,) * 5, ()),
    },
    days_off={BARI: frozenset({date(2026, 12, 1)}), SERGEY: frozenset(), OLGA: frozenset()},
    calendar=CalendarSettings(grid_minutes=30, lead_minutes=60, horizon_days=30),
)
"""Бари Tue-Sun 10-20, off on 1 December; Сергей Mon-Fri 9-18; Ольга Tue-Sat 10-14 and 15-20."""

ANNA = Guest(chat=ChatKey("lid:1001"), name="Анна", phone="79161234567")
IVAN = Guest(chat=ChatKey("lid:1002"), name="Иван", phone="79031112233")
HIDDEN = Guest(chat=ChatKey("lid:1003"), name="Лида")
"""WhatsApp hides this guest's phone."""


def at(day: date, clock: str) -> datetime:
    """A local wall time of the salon, such as `at(TOMORROW, "15:00")`."""
    return datetime.combine(day, time.fromisoformat(clock), MOSCOW)

"""What was typed into the forms of the calendar: texts in, a wish or mistakes by field out. Pure."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from salonbot.booking.availability import local_moment

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Nobody's visits are outside these, and no arithmetic of dates fails inside."""
SHORTEST_MINUTES, LONGEST_MINUTES = 5, 12 * 60
"""Of a visit, as of a service in the configuration."""
LONGEST_NAME = 80
FEWEST_DIGITS, MOST_DIGITS = 10, 15
"""Of a full phone number (E.164); Russians leave out their country's."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A form as it was sent, to be shown again with what is wrong."""

    service: str = ""
    stylist: str = ""
    day: str = ""
    time: str = ""
    name: str = ""
    phone: str = ""
    minutes: str = ""
    """How long; empty: as long as the service takes, or as it was."""
    outside: bool = False
    """Outside working hours is meant."""
    tell: bool = True
    key: str = ""
    """Of this form: sent twice, it is carried out once."""
    mistakes: Mapping[str, str] = field(default_factory=dict)
    """Keys of sentences by field; `form` is about the whole."""

    def wrong(self, **mistakes: str) -> "Asked":
        """With these mistakes besides."""
        return replace(self, mistakes={**self.mistakes, **mistakes})

    def start(self, zone: ZoneInfo) -> datetime | None:
        """The moment asked for; None where day or time is none, or the clock skips it."""
        try:
            day, clock = date.fromisoformat(self.day), time.fromisoformat(self.time)
        except ValueError:
            return None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            return None
        return local_moment(datetime.combine(day, clock.replace(second=0, microsecond=0, tzinfo=None)), zone)

    def checked_start(self, zone: ZoneInfo) -> "Asked":
        """With the mistake in day or time, if there is one."""
        try:
            year = date.fromisoformat(self.day).year
        except ValueError:
            return self.wrong(day="calendar-wrong-day")
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return self.wrong(day="calendar-wrong-day")
        try:
            time.fromisoformat(self.time)
        except ValueError:
            return self.wrong(time="calendar-wrong-time")
        return self if self.start(zone) else self.wrong(time="calendar-skipped-time")

    @property
    def duration(self) -> timedelta | None:
        """How long the visit is to be, where something was said that can be."""
        said = int(self.minutes) if self.minutes.isascii() and self.minutes.isdigit() and len(self.minutes) < 6 else 0
        return timedelta(minutes=said) if SHORTEST_MINUTES <= said <= LONGEST_MINUTES else None

    def checked_duration(self) -> "Asked":
        """With the mistake in the length."""
        return self.wrong(minutes="calendar-wrong-minutes") if self.minutes and self.duration is None else self

    def digits(self) -> str | None:
        """The phone as digits with a country's code; None where none was given, or it is none."""
        found = "".join(char for char in self.phone if char.isascii() and char.isdigit())
        if len(found) == 11 and found.startswith("8"):
            found = f"7{found[1:]}"
        elif len(found) == 10 and found.startswith("9") and "+" not in self.phone:
            found = f"7{found}"
        return found if FEWEST_DIGITS < len(found) <= MOST_DIGITS else None

    def checked_guest(self) -> "Asked":
        """With the mistakes in name and phone."""
        asked = self
        if len(self.name) > LONGEST_NAME:
            asked = asked.wrong(name="calendar-long-name")
        if self.phone and self.digits() is None:
            asked = asked.wrong(phone="calendar-wrong-phone")
        return asked


def asked(form: Mapping[str, str]) -> Asked:
    """What was sent."""

    def text(name: str) -> str:
        return " ".join(form.get(name, "").replace("\0", " ").split())[:200]

    return Asked(
        service=form.get("service", "")[:200],
        stylist=form.get("stylist", "")[:200],
        day=text("day"),
        time=text("time"),
        name=text("name"),
        phone=text("phone"),
        minutes=text("minutes"),
        outside="outside" in form,
        tell="tell" in form,
        key=text("key")[:60],
    )


def new_key() -> str:
    """Names a form."""
    return f"page-{secrets.token_hex(12)}"


def day_of(text: str, otherwise: date) -> date:
    """A date of an address; the other one where it is none that a calendar can show."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else otherwise

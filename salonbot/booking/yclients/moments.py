"""YClients' dates and times into the salon's, and back.

The wall clock is what counts: offsets were seen to be wrong by an hour and by a zone, while the hands of the clock were
right. So of an ISO time only the local part is taken, and its zone is the company's `timezone_name`. Only unix seconds,
which have no wall clock, are converted.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def moment(value: object, zone: ZoneInfo) -> datetime:
    """An aware moment in the zone from `2026-03-04 12:00:00`, ISO 8601 with any offset, or unix seconds.

    Raises ValueError for anything else.
    """
    unix = _unix(value)
    if unix is not None:
        return datetime.fromtimestamp(unix, UTC).astimezone(zone)
    if not isinstance(value, str):
        raise ValueError(f"no moment: {value!r}")
    said = datetime.fromisoformat(value.strip())
    wall = said.replace(tzinfo=zone, fold=0)
    # Of an hour lived twice the offset alone tells which one is meant.
    later = wall.replace(fold=1)
    is_later = said.utcoffset() is not None and said.utcoffset() == later.utcoffset() != wall.utcoffset()
    return later if is_later else wall


def day(value: object, zone: ZoneInfo) -> date:
    """A local day from `2026-03-04`, an ISO time or unix seconds. Raises ValueError."""
    if isinstance(value, str) and "-" in value and len(value.strip()) == len("2026-03-04"):
        return date.fromisoformat(value.strip())
    return moment(value, zone).date()


def wall_text(start: datetime, zone: ZoneInfo) -> str:
    """`2026-03-04T12:00:00`, the salon's wall clock without an offset: what YClients' own booking form sends."""
    return start.astimezone(zone).replace(tzinfo=None).isoformat(timespec="seconds")


def _unix(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    is_number = isinstance(value, str) and value.strip().isdecimal() and len(value.strip()) > len("20260304")
    return float(str(value)) if is_number else None

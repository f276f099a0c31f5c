"""Moments as the journal keeps them: UTC, ISO 8601, always with microseconds, so that text order is time order."""

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """An aware moment as `2026-11-24T12:00:00.000000Z`. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no place in the journal")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(text: str) -> datetime:
    """The aware UTC moment `to_text` wrote."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")

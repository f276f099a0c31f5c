"""A customer who talks to the salon in commands, turn by turn, on the real calendar."""

import pytest

from salonbot.booking.calendar import EmbeddedCalendar
from tests.assistant.execution.talk import Talk
from tests.booking.conftest import calendar, clock, database
from tests.booking.salon import ANNA
from tests.clocks import HandClock

__all__ = ["calendar", "clock", "database"]


@pytest.fixture
def talk(calendar: EmbeddedCalendar, clock: HandClock) -> Talk:
    """Anna, known by name and phone."""
    return Talk(calendar, clock, ANNA)

"""What a memory keeps as time goes by."""

from datetime import time

import pytest

from salonbot.assistant.aging import aged
from salonbot.model.booking import Window
from salonbot.model.dialogue import Memory
from tests.assistant.arbat import at, service, slot, stylist

TUESDAY, WEDNESDAY, FRIDAY = (at(f"2026-11-{day} 00:00").date() for day in (24, 25, 27))
THREE = time(15)


@pytest.mark.parametrize(
    ("window", "on_wednesday"),
    [
        (Window(), Window()),
        (Window(TUESDAY, TUESDAY, THREE, THREE), Window()),
        (Window(WEDNESDAY, WEDNESDAY, THREE, THREE), Window(WEDNESDAY, WEDNESDAY, THREE, THREE)),
        (Window(TUESDAY, FRIDAY, THREE, None), Window(WEDNESDAY, FRIDAY, THREE, None)),
        (Window(TUESDAY, None), Window(WEDNESDAY, None)),
        (Window(None, None, THREE, None), Window(None, None, THREE, None)),
    ],
)
def test_days_gone_by_are_dropped_from_the_window(window: Window, on_wednesday: Window) -> None:
    assert aged(Memory(window=window), at("2026-11-25 10:00")).window == on_wednesday


def test_offers_keep_their_places_until_none_can_be_had() -> None:
    offered = (slot("2026-11-24 10:00"), slot("2026-11-24 15:00"))
    memory = Memory(offered=offered)

    assert aged(memory, at("2026-11-24 11:00")).offered == offered
    assert aged(memory, at("2026-11-24 15:00")).offered == ()


def test_service_and_stylist_are_kept() -> None:
    memory = Memory(service_id=service("Стрижка").id, stylist_id=stylist("Бари").id)

    assert aged(memory, at("2027-11-24 11:00")) == memory

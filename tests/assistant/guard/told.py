"""Outcomes the guard's stories are about, all around one haircut at Bari's on Tuesday, 24 November 2026."""

from datetime import time

from salonbot.model.booking import Refusal, Window
from salonbot.model.outcomes import (
    Booked,
    Cancelled,
    ConfirmationNeeded,
    Moved,
    NameNeeded,
    NoSlots,
    Purpose,
    ServicesListed,
    SlotsFound,
    StartRefused,
)
from tests.assistant.arbat import appointment, at, catalogue, service, slot, stylist

HAIRCUT, BARI = service("Стрижка"), stylist("Бари")
BOOKED = Booked(appointment=appointment("2026-11-24 15:00"))
MOVED = Moved(appointment=appointment("2026-11-25 12:00"), previous_start=at("2026-11-24 15:00"))
CANCELLED = Cancelled(appointment=appointment("2026-11-24 15:00"))
FOUND = SlotsFound(
    service=HAIRCUT,
    stylist=BARI,
    window=Window(at("2026-11-24 00:00").date(), at("2026-11-24 00:00").date(), time(14), None),
    slots=(slot("2026-11-24 15:00"), slot("2026-11-24 16:30")),
)
TAKEN = StartRefused(
    service=HAIRCUT,
    stylist=BARI,
    start=at("2026-11-24 15:00"),
    reason=Refusal.TAKEN,
    nearest=(slot("2026-11-24 16:30"), slot("2026-11-25 12:00")),
)
NONE = NoSlots(
    service=HAIRCUT,
    stylist=BARI,
    window=Window(at("2026-11-24 00:00").date(), at("2026-11-24 00:00").date(), time(15), time(15)),
    nearest=(slot("2026-11-24 16:30"),),
)
ASKED = ConfirmationNeeded(purpose=Purpose.CANCEL, appointment=appointment("2026-11-24 15:00"))
WANTED = NameNeeded(slot=slot("2026-11-24 15:00"), service=HAIRCUT, stylist=BARI)
PRICES = ServicesListed(services=catalogue().services)

"""Asked about one change, a customer who names the other has not said yes, whichever brain reads it."""

from datetime import timedelta

import pytest

from salonbot.assistant.claude.consent import pending_yes
from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.model.booking import AppointmentId
from salonbot.model.commands import CancelAppointment, RescheduleAppointment
from salonbot.model.dialogue import AwaitingYes, Memory, Situation
from salonbot.model.outcomes import Purpose
from tests.assistant import arbat

NOW = arbat.at("2026-11-24 10:00")
CANCELS = (
    "Отмените мою запись",
    "отмените",
    "Отмена",
    "да, отменяйте",
    "отменить",
    "Cancel my appointment",
    "cancel it",
)
MOVES = ("Перенесите", "Перенесите мою запись", "да, переносите", "перенести", "Reschedule it", "move my appointment")


def asked_about(purpose: Purpose, text: str) -> Situation:
    """The salon has just asked for a yes to this change, and that is what came."""
    pending = AwaitingYes(
        purpose=purpose,
        appointment_id=AppointmentId("1"),
        new_start=NOW + timedelta(days=1) if purpose is Purpose.MOVE else None,
        new_stylist_id=None,
        expires_at=NOW + timedelta(minutes=30),
        start=NOW + timedelta(hours=5),
    )
    memory = Memory(pending=pending, last_appointment_id=AppointmentId("1"))
    return Situation(salon=arbat.salon(), catalogue=arbat.catalogue(), now=NOW, text=text, memory=memory)


@pytest.mark.parametrize(
    ("purpose", "text"), [*((Purpose.MOVE, text) for text in CANCELS), *((Purpose.CANCEL, text) for text in MOVES)]
)
async def test_the_other_change_is_a_new_wish_and_never_a_yes(purpose: Purpose, text: str) -> None:
    situation = asked_about(purpose, text)

    (command,) = (await OfflineBrain().understand(situation)).commands

    wanted = CancelAppointment if purpose is Purpose.MOVE else RescheduleAppointment
    assert isinstance(command, wanted)
    assert command.confirmed is False
    assert pending_yes(situation) is None


@pytest.mark.parametrize(
    ("purpose", "text"),
    [
        *((Purpose.CANCEL, text) for text in ("да", "да, отменяйте", "отмените", "yes, cancel it")),
        *((Purpose.MOVE, text) for text in ("да", "да, переносите", "перенесите", "yes, move it")),
    ],
)
async def test_the_change_that_was_asked_about_may_be_named_in_a_yes(purpose: Purpose, text: str) -> None:
    situation = asked_about(purpose, text)

    (command,) = (await OfflineBrain().understand(situation)).commands

    assert isinstance(command, CancelAppointment | RescheduleAppointment)
    assert command.confirmed is True
    assert pending_yes(situation) is not None

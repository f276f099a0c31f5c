"""A noted request once more: the booking system was away when the customer asked, and may be back.

In: the request as it was noted. Out: what came of it, or the same request where nothing could be done yet.
"""

from dataclasses import replace
from datetime import timedelta

from salonbot.assistant.execution.changing import cancel, reschedule
from salonbot.assistant.execution.creating import book_noted
from salonbot.assistant.execution.desk import Desk, Done
from salonbot.model.commands import CancelAppointment, RescheduleAppointment
from salonbot.model.dialogue import AwaitingYes, Memory
from salonbot.model.outcomes import Purpose, RequestNoted

WHILE_TRYING = timedelta(minutes=5)
"""The yes was given long ago; it stands for as long as one attempt may take."""


async def carry_out(noted: RequestNoted, desk: Desk, memory: Memory) -> Done:
    """Do what was asked for, under the request's own key: booked before, it is found, not made again."""
    desk = replace(desk, key=noted.key)
    if noted.service is not None:
        return await book_noted(noted, noted.service, desk.named(noted.name), memory)
    if noted.purpose is Purpose.CANCEL:
        return await cancel(CancelAppointment(confirmed=True), desk, _agreed(noted, desk, memory))
    return await reschedule(RescheduleAppointment(confirmed=True), desk, _agreed(noted, desk, memory))


def _agreed(noted: RequestNoted, desk: Desk, memory: Memory) -> Memory:
    """The conversation as it was when the customer said yes to exactly this."""
    if noted.purpose is None or noted.appointment_id is None:
        raise ValueError(f"a noted request that changes nothing: {noted.key}")
    is_move = noted.purpose is Purpose.MOVE
    question = AwaitingYes(
        purpose=noted.purpose,
        appointment_id=noted.appointment_id,
        new_start=noted.start if is_move else None,
        new_stylist_id=noted.stylist_id,
        expires_at=desk.now + WHILE_TRYING,
        start=noted.previous_start if is_move else noted.start,
    )
    return replace(memory, pending=question)

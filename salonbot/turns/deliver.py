"""Replies out, in order. In: a turn with replies in the journal. Out: each sent, refused, held back because a person
has taken the chat over, or parked for the next start.

WhatsApp has no idempotent resend: a reply in doubt waits for its receipt before it goes again.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from functools import partial

import structlog

from salonbot.clock import Clock
from salonbot.errors import NotConnected, OutcomeUnknown, SendRefused
from salonbot.journal.outbox import Outbox
from salonbot.journal.trouble import until_committed
from salonbot.journal.turns import TurnRecord, Turns
from salonbot.model.messages import Reply, ReplyState, TurnState
from salonbot.model.outcomes import Booked, Cancelled, Moved
from salonbot.model.salon import SalonId
from salonbot.turns.dispatch import finishes_before
from salonbot.turns.reception import Reception

log = structlog.get_logger()

RECEIPT_POLL = timedelta(milliseconds=500)
DONE_ALREADY = (Booked, Moved, Cancelled)


class Fate(Enum):
    """What became of one reply, where it was not refused."""

    SENT = "sent"
    PARKED = "parked"
    """Stopping came first."""
    HELD = "held"
    """A person has the chat."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends what turns have composed."""

    receptions: Mapping[SalonId, Reception]
    turns: Turns
    outbox: Outbox
    clock: Clock

    async def deliver(self, turn: TurnRecord, stopping: asyncio.Event) -> None:
        """Send the turn's replies and finish it; leave what is not yet sent to the next start when stopping."""
        reception = self.receptions[turn.salon]
        replies = await self.outbox.unsent(turn.id)
        failure = turn.failure
        yields = _yields_to_a_person(turn)
        for position, reply in enumerate(replies):
            if position:
                await self.clock.sleep(reception.part_pause.total_seconds())
            try:
                match await self._send(reply, reception, stopping, yields=yields):
                    case Fate.PARKED:
                        return
                    case Fate.HELD:
                        await self.outbox.hold_back(turn.id)
                        await self.turns.finish(turn.id, TurnState.HANDED_OVER, self.clock.now())
                        log.info("answer_held_back", parts=len(replies) - position)
                        return
            except SendRefused as refusal:
                # The rest of the answer would be refused for the same reason, and half an answer misleads.
                log.error("reply_refused", code=refusal.code, detail=str(refusal))
                failure = f"refused: {refusal}"
                await self.turns.note_failure(turn.id, failure)
                for unsent in replies[position:]:
                    await self.outbox.refused(unsent.id, str(refusal))
                break
        await self.turns.finish(turn.id, TurnState.FAILED if failure else TurnState.DONE, self.clock.now())
        log.info("turn_answered" if not failure else "turn_ended_badly", parts=len(replies))

    async def _send(self, reply: Reply, reception: Reception, stopping: asyncio.Event, *, yields: bool) -> Fate:
        """Returns once it is sent, or will not be now. Raises SendRefused."""
        while True:
            if not await finishes_before(reception.messenger.wait_online(), stopping):
                return Fate.PARKED
            fate = await self._begin(reply, reception, stopping, yields=yields)
            if fate is not None:
                return fate
            try:
                message_id = await reception.messenger.send(reply.to, reply.text, mark=mark_of(reply))
            except NotConnected as error:
                log.warning("reply_waits_for_connection", reply=reply.id, detail=str(error))
                await until_committed(partial(self.outbox.put_back, reply.id), self.clock)
                reply = replace(reply, state=ReplyState.PENDING)
            except OutcomeUnknown as error:
                log.warning("reply_in_doubt", reply=reply.id, detail=str(error))
                await until_committed(partial(self.outbox.doubt, reply.id), self.clock)
                reply = replace(reply, state=ReplyState.UNKNOWN)
            else:
                # What is known here, and only here, must not become a doubt because the disk is full.
                await until_committed(partial(self.outbox.sent, reply, message_id, self.clock.now()), self.clock)
                return Fate.SENT

    async def _begin(self, reply: Reply, reception: Reception, stopping: asyncio.Event, *, yields: bool) -> Fate | None:
        """Commit that the reply is being sent; where it is not to be, what became of it."""
        is_in_doubt = reply.state in (ReplyState.UNKNOWN, ReplyState.SENDING)
        if is_in_doubt:
            if await self._has_left(reply, reception, stopping):
                return Fate.SENT
            if stopping.is_set():
                return Fate.PARKED
        if not await self.outbox.sending(reply.id, self.clock.now(), yields=yields):
            return Fate.HELD
        if is_in_doubt:
            log.warning("reply_in_doubt_sent_again", reply=reply.id)
        return None

    async def _has_left(self, reply: Reply, reception: Reception, stopping: asyncio.Event) -> bool:
        """Whether a reply in doubt was ever made ready to send, and a receipt for it comes in time."""
        message_id = await reception.messenger.left_under(mark=mark_of(reply))
        if message_id is None:
            return False
        # Looks are counted, not minutes: the machine's clock may be set back meanwhile.
        for _ in range(1 + round(reception.settle_after / RECEIPT_POLL)):
            if await self.outbox.settle(reply, message_id, self.clock.now()):
                log.info("reply_in_doubt_had_left", reply=reply.id)
                return True
            if not await finishes_before(self.clock.sleep(RECEIPT_POLL.total_seconds()), stopping):
                return False
        return False


def _yields_to_a_person(turn: TurnRecord) -> bool:
    """Whether the answer is withheld where a person took the chat over before it left.

    One that tells of something done still goes: the visit exists, and nobody else would tell the customer. So does what
    is no answer: the person's own words, the salon's news, the errand of a noted request.
    """
    is_answer = turn.taken_at is not None
    return is_answer and not any(isinstance(outcome, DONE_ALREADY) for outcome in turn.outcomes or ())


def mark_of(reply: Reply) -> str:
    """Names a reply for the messenger, in this process and the next."""
    return f"reply-{reply.id}"

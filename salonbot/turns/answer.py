"""A turn from its messages to its replies: understanding -> executing -> composing -> replying, a commit per arrow.

In: a turn whose gathering has ended, or one a restart found half done. Out: replies in the journal, or a final state.
This is one of the places that catch Exception: one customer's turn fails alone, with an apology to them and an
error in the log. What the journal cannot take now is tried again by the dispatcher; its own mistakes end the process.
"""

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field

import structlog

from salonbot.assistant import notices
from salonbot.assistant.aging import aged
from salonbot.assistant.claude.models import cost_of
from salonbot.assistant.execute import execute, try_again
from salonbot.assistant.greeting import opened, with_opening
from salonbot.assistant.guard import compose_guarded, split
from salonbot.assistant.offline.compose import compose
from salonbot.assistant.persons import heard
from salonbot.booking.system import Guest
from salonbot.clock import Clock
from salonbot.errors import BookingUnavailable, JournalUnavailable, OutcomeUnknown
from salonbot.journal.contacts import Contact, Contacts
from salonbot.journal.noted import Noted, NotedRequests, NotedState
from salonbot.journal.turns import LIMITED, TurnMessage, TurnRecord, Turns
from salonbot.model.dialogue import Composition, Situation, Understanding
from salonbot.model.messages import MessageKind, TurnId, TurnState
from salonbot.model.outcomes import HandedOver, Outcome
from salonbot.model.salon import Catalogue, SalonId, SalonProfile
from salonbot.turns.certainty import until_certain
from salonbot.turns.limits import Verdict, judge, recent_of
from salonbot.turns.reception import Reception
from salonbot.turns.waiting import is_over, pause_after, revise

log = structlog.get_logger()

WORDS = (MessageKind.TEXT, MessageKind.EDIT)
HISTORY_LENGTH = 30
"""Utterances a brain is shown."""
MOST_ATTEMPTS = 6
"""A turn that was begun this often and never ended is given up: it may be what ends the process. Others in work at such
moments are counted too, so it must be more than bad luck; and less than what systemd starts in a row."""
SUSPECT_ATTEMPTS = 2
"""Begun this often before, a turn is worked on beside no other such."""
LONGEST_MESSAGE, LONGEST_TEXT = 1500, 4000
"""Characters of a message and of a turn a brain is shown: what a customer types is far below, a prank far above.

A message is cut at its end, a turn at its beginning: what was said last counts most.
"""


@dataclass(frozen=True, slots=True)
class Answering:
    """Carries turns to their replies."""

    receptions: Mapping[SalonId, Reception]
    turns: Turns
    contacts: Contacts
    requests: NotedRequests
    clock: Clock
    _interrupted: set[TurnId] = field(default_factory=set)
    """Turns whose attempt was cut short by the journal."""
    _suspects: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One at a time."""

    async def answer(self, turn: TurnRecord) -> None:
        """Take the turn as far as its replies, or to a final state. Raises only what the journal raises."""
        reception = self.receptions[turn.salon]
        noted = await self.requests.errand(turn.id)
        messages = await self.turns.messages(noted.asked_in if noted else turn.id)
        contact = await self.contacts.read(turn.salon, turn.chat)
        # Later on something may have been booked already, and the customer must hear of it.
        final = self._needs_no_answer(messages, contact) if turn.state is TurnState.UNDERSTANDING else None
        if final is not None:
            await self.turns.finish(turn.id, final, self.clock.now())
            return
        if noted is None:
            await reception.messenger.mark_read(contact.reply_to, [message.id for message in messages])
        text = "\n".join(message.text[:LONGEST_MESSAGE] for message in messages if message.text)[-LONGEST_TEXT:]
        if await self._is_limited(turn, reception, text):
            return
        try:
            # Whatever ended the process, the turns in work were counted; the one that does it is found out alone.
            async with self._suspects if turn.attempts >= SUSPECT_ATTEMPTS else nullcontext():
                await self._begin_attempt(turn)
                situation = await self._situation(turn, reception, contact, messages, text)
                await self._work(turn, noted, reception, contact, situation)
        except JournalUnavailable:
            # The next attempt goes on from the last commit. This one was not ended by what is wrong with the turn.
            self._interrupted.add(turn.id)
            raise
        except sqlite3.Error:
            raise
        except OutcomeUnknown as error:
            log.error("booking_in_doubt", detail=str(error))
            await self._end_in_doubt(turn, noted, reception, text, error)
        except Exception as error:
            log.exception("turn_failed", state=turn.state)
            await self.turns.note_failure(turn.id, f"{type(error).__name__}: {error}"[:500])
            if noted is not None:
                await self._give_up(noted, turn, reception, text)
            else:
                await self._say(turn, notices.apology(text, reception.profile.phone))

    async def _begin_attempt(self, turn: TurnRecord) -> None:
        """Raises RuntimeError where there were too many."""
        if turn.id in self._interrupted:
            self._interrupted.discard(turn.id)
        elif await self.turns.begin_attempt(turn.id) > MOST_ATTEMPTS:
            raise RuntimeError(f"given up after {MOST_ATTEMPTS} attempts")

    async def _end_in_doubt(
        self, turn: TurnRecord, noted: Noted | None, reception: Reception, text: str, error: OutcomeUnknown
    ) -> None:
        if noted is not None:
            await self.requests.end(noted, NotedState.GIVEN_UP)
        await self._give_to_a_person(turn, reception)
        await self.turns.note_failure(turn.id, f"in doubt: {error}"[:500])
        await self._say(turn, notices.uncertain(text))

    async def _work(
        self, turn: TurnRecord, noted: Noted | None, reception: Reception, contact: Contact, situation: Situation
    ) -> None:
        if noted is not None:
            await self._try_again(noted, turn, reception, contact, situation)
            return
        await reception.messenger.show_typing(contact.reply_to, on=True)
        await self._carry_on(turn, reception, contact, situation)

    def _needs_no_answer(self, messages: tuple[TurnMessage, ...], contact: Contact) -> TurnState | None:
        if not messages:
            return TurnState.DONE
        if contact.paused_until is not None and contact.paused_until > self.clock.now():
            log.info("turn_left_to_a_person")
            return TurnState.HANDED_OVER
        return None

    async def _is_limited(self, turn: TurnRecord, reception: Reception, text: str) -> bool:
        if turn.state is not TurnState.UNDERSTANDING:
            return False
        now = self.clock.now()
        verdict = judge(await recent_of(turn, self.turns, now), reception.limits)
        if verdict is Verdict.ANSWER:
            return False
        log.warning("customer_writes_too_much", verdict=verdict.value)
        await self.turns.note_failure(turn.id, LIMITED)
        match verdict:
            case Verdict.NOTICE:
                await self._say(turn, notices.slow_down(text))
            case Verdict.LONG_NOTICE:
                await self._say(turn, notices.enough_for_now(text, reception.profile.phone))
            case Verdict.SILENCE:
                await self.turns.finish(turn.id, TurnState.FAILED, now)
        return True

    async def _situation(
        self, turn: TurnRecord, reception: Reception, contact: Contact, messages: tuple[TurnMessage, ...], text: str
    ) -> Situation:
        profile, catalogue = await _offer(reception)
        now = profile.local(self.clock.now())
        last, manner = contact.last_reply_at, reception.manner()
        situation = Situation(
            salon=profile,
            catalogue=catalogue,
            now=now,
            text=text,
            history=await self.turns.history(turn, HISTORY_LENGTH),
            memory=None if contact.memory is None else aged(contact.memory, now),
            customer=contact.customer,
            greeted_today=last is not None and profile.local(last).date() == now.date(),
            has_media=any(message.kind not in WORDS for message in messages),
            tone=manner.tone,
            daily_budget_usd=manner.daily_budget_usd,
            answer_by=now + reception.budget,
        )
        return opened(situation, manner.greetings)

    async def _carry_on(self, turn: TurnRecord, reception: Reception, contact: Contact, situation: Situation) -> None:
        """From the turn's last commit to its replies."""
        understanding = turn.understanding
        if understanding is None:
            understanding = await reception.brain.understand(situation)
            understanding = heard(understanding, situation.text, reception.manner().handover_words)
            goes_on = await self.turns.understood(turn.id, understanding, self.clock.now())
            log.info("turn_understood", brain=understanding.brain, commands=[c.kind for c in understanding.commands])
            if not goes_on:
                log.info("turn_left_to_a_person")
                return
        outcomes = turn.outcomes
        if outcomes is None:
            outcomes = await self._execute(turn, reception, contact, situation, understanding)
        now = self.clock.now()
        await self.requests.keep(turn.id, outcomes, now, first_try=now + pause_after(0))
        composition = await compose_guarded(reception.brain, situation, understanding, outcomes)
        text = with_opening(composition.text, situation)
        usage = understanding.usage + composition.usage
        log.info(
            "turn_composed",
            brain=composition.brain,
            model_ms=sum(one.milliseconds for one in usage),
            usd=round(cost_of(usage), 6),
        )
        await self.turns.composed(turn.id, split(text), composition, self.clock.now())

    async def _execute(
        self,
        turn: TurnRecord,
        reception: Reception,
        contact: Contact,
        situation: Situation,
        understanding: Understanding,
    ) -> tuple[Outcome, ...]:
        noted = await self.requests.open_to(turn.id)
        revision = revise(understanding, contact.memory, situation.now, noted)
        await self.requests.drop(turn.salon, [one.key for one in revision.dropped], turn.id)
        execution = await until_certain(
            self.clock,
            execute,
            revision.understanding,
            booking=reception.booking,
            guest=_guest(turn, contact),
            now=situation.now,
            key_prefix=f"turn-{turn.id}",
            needs_phone=reception.needs_phone,
        )
        if any(isinstance(outcome, HandedOver) for outcome in execution.outcomes):
            await self._give_to_a_person(turn, reception)
        outcomes = (*revision.told, *execution.outcomes)
        now = self.clock.now()
        await self.turns.executed(turn.id, outcomes, execution.memory, now, name=execution.name, phone=execution.phone)
        log.info("turn_executed", outcomes=[outcome.kind for outcome in outcomes])
        return outcomes

    async def _try_again(
        self, noted: Noted, turn: TurnRecord, reception: Reception, contact: Contact, situation: Situation
    ) -> None:
        """An errand: what was noted while the booking system was away, from its last commit on."""
        outcomes, memory = turn.outcomes, contact.memory
        if outcomes is None:
            if noted.state is NotedState.DROPPED:
                await self.turns.finish(turn.id, TurnState.DONE, self.clock.now())
                return
            if noted.state is NotedState.GIVEN_UP or is_over(noted, situation.now):
                await self._give_up(noted, turn, reception, situation.text)
                return
            execution = await until_certain(
                self.clock,
                try_again,
                noted.request,
                booking=reception.booking,
                guest=_guest(turn, contact),
                memory=memory,
                now=situation.now,
                needs_phone=reception.needs_phone,
            )
            if execution is None:
                now = self.clock.now()
                await self.requests.put_off(noted, turn.id, now, now + pause_after(noted.tries + 1))
                return
            outcomes, memory = execution.outcomes, execution.memory
            if any(isinstance(outcome, HandedOver) for outcome in outcomes):
                await self._give_to_a_person(turn, reception)
            await self.turns.executed(turn.id, outcomes, memory, self.clock.now(), name=None, phone=None)
            log.info("noted_request_executed", outcomes=[outcome.kind for outcome in outcomes])
        await self.requests.end(noted, NotedState.DONE)
        text = with_opening(compose(situation, Understanding(memory=memory), outcomes), situation)
        await self.turns.composed(turn.id, split(text), Composition(text=text), self.clock.now())

    async def _give_up(self, noted: Noted, turn: TurnRecord, reception: Reception, text: str) -> None:
        log.error("noted_request_given_up", tries=noted.tries)
        await self.requests.end(noted, NotedState.GIVEN_UP)
        await self._give_to_a_person(turn, reception)
        await self._say(turn, notices.not_carried_out(text, reception.profile.phone))

    async def _give_to_a_person(self, turn: TurnRecord, reception: Reception) -> None:
        now = self.clock.now()
        log.warning("person_wanted", chat=turn.chat)
        await self.contacts.wait_for_person(turn.salon, turn.chat, since=now, until=now + reception.handover_pause)

    async def _say(self, turn: TurnRecord, text: str) -> None:
        await self.turns.composed(turn.id, [text], Composition(text=text, brain="notice"), self.clock.now())


def _guest(turn: TurnRecord, contact: Contact) -> Guest:
    customer = contact.customer
    return Guest(chat=turn.chat, name=customer.name or "", phone=customer.phone, told_phone=customer.told_phone)


async def _offer(reception: Reception) -> tuple[SalonProfile, Catalogue]:
    """What the salon is and offers, as far as can be known now."""
    try:
        return await reception.booking.profile(), await reception.booking.catalogue()
    except BookingUnavailable as away:
        log.warning("booking_away", asked="profile", detail=str(away))
        return reception.profile, reception.catalogue

"""Customers whose message never reached us are asked, once, to write it again.

WhatsApp takes a message for delivered as soon as the engine has it. Three ways lead from there into nothing: a process
died between the engine and the inbox (the engine's own list of what it decrypted tells, at the next start); WhatsApp
then delivers again what that process had not confirmed, and the engine, having used up its key, can only say so; or
a message could not be decrypted, and the sender's phone did not send it anew when the engine asked for that. The last
two are in the inbox as messages that cannot be read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

import structlog

from salonbot.assistant import notices
from salonbot.clock import Clock
from salonbot.journal.gaps import Gaps, Heard
from salonbot.journal.trouble import until_committed
from salonbot.model.alerts import Alert, AlertKind, News
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId

log = structlog.get_logger()

RESEND_TIME = timedelta(seconds=60)
"""What a phone gets to send anew what could not be decrypted."""
LOOK_SECONDS = 5.0
MOST_CHATS = 500
"""A crash takes what waits in one queue of a hundred; several in a row, whose comparisons did not come to their end, a
few hundred. More than that is a restored backup: nobody wants a thousand riddles."""


@dataclass(frozen=True, slots=True)
class Missed:
    """Asks for what is missing."""

    gaps: Gaps
    clock: Clock
    wake: Callable[[SalonId, ChatKey], None]
    """This chat has work."""
    too_old: Callable[[SalonId], timedelta]
    """Messages older than this are not answered in that salon, so they are not asked for either."""
    tell_owner: Callable[[News], None] = lambda news: None

    async def ask_for_lost(self, salon: SalonId, decrypted: Sequence[Heard]) -> None:
        """Compare what an earlier process decrypted (newest first) with the inbox, once WhatsApp's backlog is in."""
        lost = await self.gaps.lost(salon, decrypted)
        chats = len({one.chat for one in lost})
        if chats > MOST_CHATS:
            log.error("messages_missing_in_too_many_chats", salon=salon, chats=chats)
            self.tell_owner(Alert(kind=AlertKind.MESSAGES_LOST, salon=salon, count=len(lost)))
            await self.gaps.account(salon, lost, self.clock.now())
        else:
            await self._ask(salon, lost)
        await self.gaps.compared(salon, decrypted)

    async def watch_unreadable(self) -> None:
        """Ask for what stays undecryptable, for ever."""
        while True:
            await until_committed(self.ask_for_unreadable, self.clock)
            await self.clock.sleep(LOOK_SECONDS)

    async def ask_for_unreadable(self) -> None:
        """One look."""
        now = self.clock.now()
        waiting = await self.gaps.unreadable(now - RESEND_TIME, now)
        for salon, group in groupby(sorted(waiting, key=lambda one: one.salon), key=lambda one: one.salon):
            found = list(group)
            stale = [one.heard for one in found if now - one.sent_at > self.too_old(salon)]
            await self.gaps.account(salon, stale, now)
            await self._ask(salon, [one.heard for one in found if one.heard not in stale])

    async def _ask(self, salon: SalonId, missing: Sequence[Heard]) -> None:
        if missing:
            self.tell_owner(Alert(kind=AlertKind.MESSAGES_LOST, salon=salon, count=len(missing)))
        by_chat: dict[ChatKey, list[Heard]] = {}
        for one in missing:
            by_chat.setdefault(one.chat, []).append(one)
        for chat, heard in by_chat.items():
            text = notices.say_again(await self.gaps.last_words(salon, chat))
            known_as = await self.gaps.ask(salon, heard, text, self.clock.now())
            log.warning("message_missing", salon=salon, messages=len(heard), is_asked_for=known_as is not None)
            if known_as is not None:
                self.wake(salon, known_as)

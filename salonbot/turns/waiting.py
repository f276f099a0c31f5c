"""Requests noted while the booking system is away: when they are tried, when they end, what a new message does to them.

In: the journal's noted requests. Out: chats that have work; the trying itself is a turn of the chat (`answer`), so it
never runs beside the customer's own.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from salonbot.clock import Clock
from salonbot.journal.noted import Noted, NotedRequests
from salonbot.journal.trouble import until_committed
from salonbot.model.commands import CancelAppointment, Command, CreateAppointment, RescheduleAppointment
from salonbot.model.dialogue import Memory, Topic, Understanding
from salonbot.model.messages import ChatKey
from salonbot.model.outcomes import RequestDropped, RequestNoted
from salonbot.model.salon import SalonId
from salonbot.turns.dispatch import finishes_before

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=10)
"""Between tries; it doubles from the first to the longest."""
PATIENCE = timedelta(hours=24)
"""How long a request may wait at most."""


def pause_after(tries: int) -> timedelta:
    """How long to wait for the next try after so many in vain."""
    return min(FIRST_PAUSE * (1 << min(tries, 10)), LONGEST_PAUSE)


def is_over(noted: Noted, now: datetime) -> bool:
    """Whether it makes no sense any more to try."""
    return noted.request.start <= now or now - noted.noted_at >= PATIENCE


class Waiting:
    """The root task that has noted requests tried again."""

    def __init__(
        self,
        requests: NotedRequests,
        wake: Callable[[SalonId, ChatKey], None],
        tell_owner: Callable[[SalonId, int], None],
        clock: Clock,
    ) -> None:
        self._requests = requests
        self._wake = wake
        self._tell_owner = tell_owner
        self._clock = clock
        self._hastened = asyncio.Event()
        self._told: set[SalonId] = set()

    async def run(self) -> None:
        """Begin what is due, until cancelled; the owner is told once each time a salon's requests begin to wait."""
        while True:
            self._hastened.clear()
            for salon, chat in await until_committed(self._begin_due, self._clock):
                self._wake(salon, chat)
            waiting = await until_committed(self._requests.waiting, self._clock)
            for salon in waiting.keys() - self._told:
                self._tell_owner(salon, waiting[salon])
            self._told = set(waiting)
            await finishes_before(self._clock.sleep(FIRST_PAUSE.total_seconds() / 3), self._hastened)

    async def _begin_due(self) -> list[tuple[SalonId, ChatKey]]:
        now = self._clock.now()
        # One that is put off for longer than any pause was put off before the machine's clock was set back.
        return await self._requests.begin_due(now, latest=now + LONGEST_PAUSE)

    async def hasten(self, salon: SalonId) -> None:
        """The salon's booking system gave a sign of life: try at once what waits for it."""
        await self._requests.hasten(salon, self._clock.now())
        self._hastened.set()


@dataclass(frozen=True, slots=True)
class Revision:
    """A turn's understanding, seen beside what the customer had asked for before."""

    understanding: Understanding
    dropped: tuple[RequestNoted, ...] = ()
    """Requests that are not to be carried out any more."""
    told: tuple[RequestDropped, ...] = ()
    """Those the customer is told of; one that is simply asked for again is not."""


def revise(understanding: Understanding, before: Memory, now: datetime, noted: Sequence[RequestNoted]) -> Revision:
    """What a new message changes or withdraws of the noted requests, oldest first.

    An answer to a question that stands (`before.pending`) is about that question, not about what was noted.
    """
    if not noted:
        return Revision(understanding)
    is_asked = before.pending is not None and before.pending.expires_at > now
    if Topic.REFUSAL in understanding.topics and not understanding.commands and not is_asked:
        return Revision(understanding, tuple(noted), tuple(RequestDropped(request=one) for one in noted))
    commands: list[Command] = []
    dropped: list[RequestNoted] = []
    repeated: list[RequestNoted] = []
    for command in understanding.commands:
        kept, touched = _revised(command, noted, is_asked=is_asked)
        dropped += (one for one in touched if one not in dropped)
        commands += kept
        if isinstance(command, CreateAppointment):
            repeated += (one for one in touched if _is_same(command, one))
    told = tuple(RequestDropped(request=one) for one in dropped if one not in repeated)
    return Revision(replace(understanding, commands=tuple(commands)), tuple(dropped), told)


def _revised(
    command: Command, noted: Sequence[RequestNoted], *, is_asked: bool
) -> tuple[tuple[Command, ...], tuple[RequestNoted, ...]]:
    """What is left of the command, and the requests it touches."""
    visits = tuple(one for one in noted if one.service is not None)
    changes = tuple(one for one in noted if one.service is None)
    match command:
        case CreateAppointment():
            return (command,), tuple(one for one in visits if _replaces(command, one))
        case CancelAppointment() if visits and not is_asked:
            return (), visits
        case RescheduleAppointment() if visits and not is_asked:
            moved = _moved(command, visits[-1])
            return ((command,), ()) if moved is None else ((moved,), visits[-1:])
        case CancelAppointment() | RescheduleAppointment():
            return (command,), changes
        case _:
            return (command,), ()


def _replaces(command: CreateAppointment, noted: RequestNoted) -> bool:
    """Another time for the same service, or another service at the same time; anything else is one more visit."""
    return command.start == noted.start or _is_service(command, noted)


def _is_same(command: CreateAppointment, noted: RequestNoted) -> bool:
    stylist = noted.stylist.name if noted.stylist else None
    return command.start == noted.start and _is_service(command, noted) and command.stylist in (None, stylist)


def _is_service(command: CreateAppointment, noted: RequestNoted) -> bool:
    return noted.service is not None and command.service.casefold() == noted.service.title.casefold()


def _moved(command: RescheduleAppointment, noted: RequestNoted) -> CreateAppointment | None:
    """The noted visit at the exact new time the customer named; None where they named none."""
    window, start = command.window, command.start
    is_exact = window.time_from == window.time_to and window.date_from == window.date_to
    if start is None and window.time_from is not None and is_exact:
        start = datetime.combine(window.date_from or noted.start.date(), window.time_from, noted.start.tzinfo)
    if start is None or noted.service is None:
        return None
    stylist = noted.stylist.name if noted.stylist else None
    return CreateAppointment(service=noted.service.title, start=start, stylist=stylist, name=noted.name or None)

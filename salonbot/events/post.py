"""The post of one salon: sends its events one after the other, each until it is delivered or given up.

In: events in the journal, which others have committed. Out: HTTP requests; the journal knows what became of each.
Nobody waits for it: a receiver that is slow or dead only lets the backlog grow, and the status shows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import aiohttp
import structlog
from yarl import URL

import salonbot
from salonbot.clock import Clock
from salonbot.events.letter import LONGEST_PAUSE, body_of, pause_after
from salonbot.journal.events import Event, Events
from salonbot.journal.trouble import until_committed
from salonbot.model.salon import SalonId
from salonbot.signing import signed_headers

log = structlog.get_logger()

LOOK_SECONDS = 1.0
"""How often the journal is asked for events: other threads commit them, and rows have no event."""
AT_ONCE = 50
"""Events read at a time."""
DEAD_KEPT = timedelta(days=30)
LETTERS_SHOWN = 10
LONGEST_FAILURE = 200
GONE = 410


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where a salon's events go."""

    url: URL
    secret: str
    include_texts: bool
    tries: int
    """After so many failed ones an event is given up."""
    seconds: float
    """The longest wait for an answer."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A try that did not deliver."""

    why: str
    retry_after: timedelta | None = None
    is_final: bool = False


class Post:
    """One salon's. `run` it beside everything else."""

    def __init__(self, salon: SalonId, receiver: Receiver, events: Events, clock: Clock) -> None:
        self._salon = salon
        self._receiver = receiver
        self._events = events
        self._clock = clock
        self._delivered = 0

    async def run(self) -> None:
        """Deliver until cancelled. Never returns."""
        while True:
            if not await until_committed(self.deliver_due, self._clock):
                await self._clock.sleep(LOOK_SECONDS)

    async def deliver_due(self) -> int:
        """Try what is due now, once each; returns how many events that were."""
        due = await self._events.due(self._salon, self._clock.now(), AT_ONCE)
        if not due:
            return 0
        # A connection each: one kept open may be closed by the other side just as the next event leaves.
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=self._receiver.seconds),
            connector=aiohttp.TCPConnector(force_close=True),
            cookie_jar=aiohttp.DummyCookieJar(),
        ) as http:
            for event in due:
                await self._deliver(http, event)
        return len(due)

    async def status(self) -> Mapping[str, object]:
        """How it stands, for the status page: no numbers, no words of customers."""
        backlog = await self._events.backlog(self._salon, letters=LETTERS_SHOWN)
        return {
            "receiver": self._receiver.url.host,
            "delivered_since_start": self._delivered,
            "waiting": backlog.waiting,
            "waiting_since": backlog.oldest.isoformat() if backlog.oldest else None,
            "last_failure": backlog.last_failure,
            "dead": backlog.dead,
            "dead_letters": [
                {
                    "id": letter.id,
                    "kind": letter.kind.value,
                    "at": letter.at.isoformat(),
                    "tries": letter.tries,
                    "failure": letter.failure,
                }
                for letter in backlog.dead_letters
            ],
        }

    async def _deliver(self, http: aiohttp.ClientSession, event: Event) -> None:
        failed = await self._try(http, event)
        if failed is None:
            self._delivered += 1
            # Again and again where need be: nobody is told twice because the disk is full.
            await until_committed(partial(self._events.delivered, event.sequence), self._clock)
            return
        tries = event.tries + 1
        if failed.is_final or tries >= self._receiver.tries:
            log.error("event_given_up", salon=self._salon, event_id=event.id, tries=tries, why=failed.why)
            await until_committed(partial(self._events.failed, event.sequence, failed.why, None), self._clock)
            await self._events.forget_dead(self._clock.now() - DEAD_KEPT)
            return
        pause = max(pause_after(tries), failed.retry_after or timedelta(0))
        log.info("event_not_delivered", salon=self._salon, event_id=event.id, tries=tries, why=failed.why)
        next_try = self._clock.now() + pause
        await until_committed(partial(self._events.failed, event.sequence, failed.why, next_try), self._clock)

    async def _try(self, http: aiohttp.ClientSession, event: Event) -> Failed | None:
        """None once it is delivered."""
        receiver = self._receiver
        body = body_of(event, receiver.secret, include_texts=receiver.include_texts)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"salonbot/{salonbot.__version__}",
            "x-event-id": event.id,
            **signed_headers(receiver.secret, "POST", receiver.url.raw_path_qs, body, self._clock.now()),
        }
        try:
            # A redirect is not followed: the signature is for this path, and the words are for this host.
            async with http.post(receiver.url, data=body, headers=headers, allow_redirects=False) as answer:
                return _judge(answer)
        except TimeoutError:
            return Failed(f"no answer within {receiver.seconds:g} s")
        except (aiohttp.ClientError, OSError, UnicodeError) as error:
            return Failed(f"{type(error).__name__}: {error}"[:LONGEST_FAILURE])


def _judge(answer: aiohttp.ClientResponse) -> Failed | None:
    if 200 <= answer.status < 300:
        return None
    wanted = answer.headers.get("Retry-After", "")
    seconds = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 8 else 0
    return Failed(
        f"HTTP {answer.status}",
        retry_after=min(timedelta(seconds=seconds), LONGEST_PAUSE),
        is_final=answer.status == GONE,
    )

"""All salons' posts, and the news of their sessions. In: settings, changes of state. Out: events, sent."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime

from yarl import URL

from salonbot.clock import Clock
from salonbot.config.settings import EventsSettings, SalonSettings, Secrets
from salonbot.events.post import Post, Receiver
from salonbot.journal.events import Events, Wish
from salonbot.model.events import EventKind
from salonbot.model.salon import SalonId


class PostOffice:
    """Opened before anything happens, then run beside everything else."""

    def __init__(self, salons: Iterable[SalonSettings], secrets: Secrets, events: Events, clock: Clock) -> None:
        self._events = events
        self._clock = clock
        self._wishes: dict[SalonId, Wish] = {}
        self._posts: dict[SalonId, Post] = {}
        self._states: dict[SalonId, str] = {}
        self._news: asyncio.Queue[tuple[SalonId, Mapping[str, object], datetime]] = asyncio.Queue()
        for settings in salons:
            salon, secret = SalonId(settings.id), secrets.events_secret_of(settings.id)
            if settings.events is not None and secret is not None:
                receiver = _receiver(settings.events, secret.get_secret_value())
                self._posts[salon] = Post(salon, receiver, events, clock)
                self._wishes[salon] = Wish(frozenset(map(EventKind, settings.events.kinds)), receiver.include_texts)

    async def open(self) -> None:
        """From here on events are written."""
        await self._events.subscribe(self._wishes)

    def hear(self, salon: SalonId, state: str) -> None:
        """The state a session is in; the same one again is no news. In the loop's thread."""
        previous = self._states.get(salon)
        if state != previous and salon in self._posts:
            self._states[salon] = state
            self._news.put_nowait((salon, {"state": state, "previous": previous}, self._clock.now()))

    async def run(self) -> None:
        """Write news and deliver until cancelled. Never returns."""
        async with asyncio.TaskGroup() as tasks:
            for salon, post in self._posts.items():
                tasks.create_task(post.run(), name=f"post {salon}")
            while True:
                salon, details, at = await self._news.get()
                await self._events.note(salon, EventKind.SESSION_CHANGED, details, at)

    async def status(self) -> Mapping[str, object]:
        """By salon, of those that have a receiver."""
        return {salon: await post.status() for salon, post in self._posts.items()}


def _receiver(settings: EventsSettings, secret: str) -> Receiver:
    return Receiver(URL(settings.url), secret, settings.include_texts, settings.tries, settings.timeout_seconds)

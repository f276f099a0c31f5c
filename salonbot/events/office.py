"""All salons' posts, and the news of their sessions. In: settings, changes of state. Out: events, sent."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from pydantic import SecretStr
from yarl import URL

from salonbot.clock import Clock
from salonbot.config.salon_settings import EventsSettings
from salonbot.events.post import Post, Receiver
from salonbot.journal.events import Events, Wish
from salonbot.journal.trouble import until_committed
from salonbot.model.events import EventKind
from salonbot.model.salon import SalonId


class PostOffice:
    """Salons are subscribed before anything happens to them; their posts are run beside everything else."""

    def __init__(self, events: Events, clock: Clock) -> None:
        self._events = events
        self._clock = clock
        self._wishes: dict[SalonId, Wish] = {}
        self._posts: dict[SalonId, Post] = {}
        self._states: dict[SalonId, str] = {}
        self._news: asyncio.Queue[tuple[SalonId, Mapping[str, object], datetime]] = asyncio.Queue()

    def open(self, salon: SalonId, settings: EventsSettings | None, secret: SecretStr | None) -> None:
        """This salon's events go there; nowhere without settings or a secret. Until `publish` nothing changes."""
        self._posts.pop(salon, None)
        self._wishes.pop(salon, None)
        if settings is not None and secret is not None:
            receiver = _receiver(settings, secret.get_secret_value())
            self._posts[salon] = Post(salon, receiver, self._events, self._clock)
            self._wishes[salon] = Wish(frozenset(map(EventKind, settings.kinds)), receiver.include_texts)

    def close(self, salon: SalonId) -> None:
        """Nobody is told of this salon any more, once that is published."""
        self.open(salon, None, None)
        self._states.pop(salon, None)

    def of(self, salon: SalonId) -> Post | None:
        """The salon's post, which wants to be run."""
        return self._posts.get(salon)

    async def publish(self) -> None:
        """From here on events are written as all salons now wish, and no others."""
        await until_committed(lambda: self._events.subscribe(self._wishes), self._clock)

    def hear(self, salon: SalonId, state: str) -> None:
        """The state a session is in; the same one again is no news. In the loop's thread."""
        previous = self._states.get(salon)
        if state != previous and salon in self._posts:
            self._states[salon] = state
            self._news.put_nowait((salon, {"state": state, "previous": previous}, self._clock.now()))

    async def run(self) -> None:
        """Write the news down, until cancelled."""
        while True:
            salon, details, at = await self._news.get()
            note = partial(self._events.note, salon, EventKind.SESSION_CHANGED, details, at)
            await until_committed(note, self._clock)

    async def status(self) -> Mapping[str, object]:
        """By salon, of those that have a receiver."""
        return {salon: await post.status() for salon, post in tuple(self._posts.items())}


def _receiver(settings: EventsSettings, secret: str) -> Receiver:
    return Receiver(URL(settings.url), secret, settings.include_texts, settings.tries, settings.timeout_seconds)

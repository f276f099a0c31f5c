"""Live pages: a stream of server-sent events per browser tab, saying that something changed, never what.

`GET /s/{salon}/live`: `event: session` when the salon's session or its pairing code changed, `event: journal` when
anything was committed to the journal. A page then fetches again what it shows, through the guard like everything else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from aiohttp import web

from salonbot.journal.pulse import Pulse
from salonbot.model.salon import SalonId
from salonbot.web.access.guard import Guard

LOOK_EVERY_SECONDS = 0.3
"""How often the journal's pulse is felt, while anybody watches."""
SIGN_OF_LIFE_SECONDS = 20
"""A comment this often keeps proxies from closing the stream, and shows us tabs that have gone."""
COME_AGAIN_MILLISECONDS = 2000
MOST_WATCHERS = 200
"""Tabs at once; each is an open connection."""
MOST_OF_A_SALON = 40
"""Of these: nobody who may see one salon can keep the others from watching theirs."""


class Watcher:
    """One tab's list of what changed; the same twice before it was told is once."""

    def __init__(self, salon: SalonId) -> None:
        self.salon = salon
        self._changed: dict[str, None] = {}
        self._bell = asyncio.Event()

    def tell(self, what: str) -> None:
        """To be sent soon."""
        self._changed[what] = None
        self._bell.set()

    async def next(self, seconds: float) -> list[str]:
        """What has changed, as soon as anything has; nothing after that many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._bell.wait()
        except TimeoutError:
            return []
        self._bell.clear()
        changed, self._changed = list(self._changed), {}
        return changed


class Live:
    """All tabs that watch. `run` feels the journal's pulse for them."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._guard: Guard | None = None
        self._watchers: set[Watcher] = set()
        self._somebody = asyncio.Event()
        self._is_closing = False

    def routes(self, guard: Guard) -> list[web.RouteDef]:
        """The stream, for as long as `guard` would still let its reader in."""
        self._guard = guard
        return [web.get("/s/{salon}/live", self._stream, allow_head=False)]

    @property
    def watchers(self) -> int:
        """Tabs that watch now."""
        return len(self._watchers)

    def tell_session(self, salon: SalonId) -> None:
        """The salon's session, or its pairing code, is another one."""
        for watcher in self._watchers:
            if watcher.salon == salon:
                watcher.tell("session")

    async def run(self) -> None:
        """Feel the pulse while somebody watches; never returns."""
        try:
            while True:
                await self._somebody.wait()
                if self._pulse.has_beaten():
                    for watcher in self._watchers:
                        watcher.tell("journal")
                # Real time, whatever day the house plays on.
                await asyncio.sleep(LOOK_EVERY_SECONDS)
        finally:
            self._pulse.close()

    async def close(self, _app: web.Application) -> None:
        """End every stream, for they would hold up the end of the house."""
        self._is_closing = True
        for watcher in self._watchers:
            watcher.tell("closing")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        salon = SalonId(request.match_info["salon"])
        if self._is_closing or self._is_full(salon):
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "10"})
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        # Whenever the tab is closed, as tabs are, be it before the first byte.
        with suppress(ConnectionResetError), self._watching(salon) as watcher:
            await stream.prepare(request)
            await stream.write(f"retry: {COME_AGAIN_MILLISECONDS}\n\n".encode())
            await self._speak(watcher, request, stream.write)
        return stream

    def _is_full(self, salon: SalonId) -> bool:
        beside = sum(watcher.salon == salon for watcher in self._watchers)
        return len(self._watchers) >= MOST_WATCHERS or beside >= MOST_OF_A_SALON

    async def _speak(self, watcher: Watcher, request: web.Request, write: Callable[[bytes], Awaitable[None]]) -> None:
        assert self._guard is not None
        while not self._is_closing:
            changed = await watcher.next(SIGN_OF_LIFE_SECONDS)
            if not await self._guard.still_knows(request):
                return
            said = "".join(f"event: {what}\ndata:\n\n" for what in changed) or ": still here\n\n"
            await write(said.encode())

    @contextmanager
    def _watching(self, salon: SalonId) -> Iterator[Watcher]:
        watcher = Watcher(salon)
        self._watchers.add(watcher)
        self._somebody.set()
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)
            if not self._watchers:
                self._somebody.clear()

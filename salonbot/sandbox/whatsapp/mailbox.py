"""What waits for a linked device: everything sent to it and not yet acknowledged, in order, over its connections."""

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from salonbot.sandbox.whatsapp.nodes import SERVER, Node

Send = Callable[[Node], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Receipted:
    """What an acknowledgement names: the kind of stanza, its id, and its type where the kind has types."""

    kind: str
    id: str
    type: str = ""


class Mailbox:
    """Keeps stanzas until the device confirms them; a new connection gets all that are left once more."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Node] = {}
        self._places: dict[Receipted, deque[int]] = {}
        self._unsent: deque[int] = deque()
        self._backlog_end = 0
        self._send: Send | None = None
        self._delivering = asyncio.Lock()

    def __len__(self) -> int:
        """How many stanzas are not yet confirmed."""
        return len(self._waiting)

    async def connect(self, send: Send) -> None:
        """Deliver the backlog to this connection, marked offline, and everything that comes from now on."""
        self._send = send
        self._unsent = deque(self._waiting)
        self._backlog_end = next(self._numbers)
        backlog = len(self._unsent)
        await send(Node("ib", {"from": SERVER}, [_preview(list(self._waiting.values()))]))
        await self._deliver()
        await send(Node("ib", {"from": SERVER}, [Node("offline", {"count": str(backlog)})]))

    def disconnect(self, send: Send) -> None:
        """Keep what comes until there is a connection again, if this one is still the one in use."""
        if self._send == send:
            self._send = None

    async def put(self, stanza: Node) -> None:
        """Send this, now or later; it is kept until it is confirmed."""
        place = next(self._numbers)
        self._waiting[place] = stanza
        self._places.setdefault(_name(stanza), deque()).append(place)
        if self._send is not None:
            self._unsent.append(place)
            await self._deliver()

    def confirm(self, name: Receipted) -> bool:
        """The device has it; False if nothing by that name waits."""
        places = self._places.get(name)
        if not places:
            return False
        del self._waiting[places.popleft()]
        if not places:
            del self._places[name]
        return True

    async def _deliver(self) -> None:
        # One at a time, so that what was sealed first arrives first.
        async with self._delivering:
            while self._send is not None and self._unsent:
                place = self._unsent.popleft()
                stanza = self._waiting.get(place)
                if stanza is not None:
                    await self._send(_marked(stanza) if place < self._backlog_end else stanza)


def _name(stanza: Node) -> Receipted:
    typed = stanza.tag in ("receipt", "notification")
    return Receipted(stanza.tag, stanza.text("id"), stanza.text("type") if typed else "")


def _marked(stanza: Node) -> Node:
    return replace(stanza, attrs={**stanza.attrs, "offline": "0"})


def _preview(waiting: list[Node]) -> Node:
    def count(tag: str) -> str:
        return str(sum(stanza.tag == tag for stanza in waiting))

    return Node(
        "offline_preview",
        {
            "count": str(len(waiting)),
            "message": count("message"),
            "receipt": count("receipt"),
            "notification": count("notification"),
            "appdata": "0",
        },
    )

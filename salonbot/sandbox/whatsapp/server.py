"""The loopback WhatsApp: a TLS server behind a CONNECT proxy, the people on it, and what goes wrong."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from salonbot.sandbox.whatsapp.applicant import Applicant
from salonbot.sandbox.whatsapp.connection import Connection
from salonbot.sandbox.whatsapp.customer import Addressing, Customer
from salonbot.sandbox.whatsapp.faults import Faults
from salonbot.sandbox.whatsapp.frames import StreamEndError
from salonbot.sandbox.whatsapp.group import Group
from salonbot.sandbox.whatsapp.nodes import Jid, Node
from salonbot.sandbox.whatsapp.noise import ServerIdentity
from salonbot.sandbox.whatsapp.people import Person
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.proxy import Proxy
from salonbot.sandbox.whatsapp.trust import Credentials
from salonbot.sandbox.whatsapp.waiting import Bell

_LARGEST_FRAME = 1 << 24
_CLOSING_S = 1


class WhatsAppSandbox:
    """A WhatsApp of one's own. Start it with `async with`; people and what waits for them outlive a stop."""

    def __init__(self, directory: Path, *, now: Callable[[], float] = time.time) -> None:
        """`directory` holds the credentials (see `trust`); `now` is the time that messages carry, in Unix seconds."""
        self._credentials = Credentials.of(directory)
        self.identity = ServerIdentity(self._credentials.root)
        self.faults = Faults()
        """What goes wrong for any connection; a phone has faults of its own."""
        self.errors: list[BaseException] = []
        """What went wrong inside the sandbox itself; a test that passes leaves it empty."""
        self.offers = 0
        """How many connections so far came unlinked and were offered QR codes."""
        self.on_node: Callable[[str, Node], None] | None = None
        """Called with `in` or `out` and every stanza, if set."""
        self._now = now
        self._people: dict[tuple[str, str], Person] = {}
        self._groups: dict[Jid, Group] = {}
        self._applicants: list[Applicant] = []
        self._bell = Bell()
        self._tasks: set[asyncio.Task[None]] = set()
        self._proxy = Proxy(self.errors.append)
        self._runner: web.AppRunner | None = None

    @property
    def proxy_url(self) -> str:
        """What the engine is given as its proxy; the same after a stop and a new start."""
        return f"http://127.0.0.1:{self._proxy.port}"

    @property
    def waiting_to_pair(self) -> int:
        """How many connected devices show a QR code now."""
        return len(self._applicants)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen on loopback."""
        application = web.Application()
        application.router.add_get("/ws/chat", self._serve)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=_CLOSING_S)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._credentials.server_context())
        await site.start()
        await self._proxy.start(int(self._runner.addresses[0][1]))

    async def stop(self) -> None:
        """Break all connections and stop listening."""
        await self._proxy.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def add_phone(self, number: str, lid: str) -> Phone:
        """A salon owner's phone."""
        phone = Phone(number, lid, now=self.now, applicants=self)
        self._add(phone)
        return phone

    def add_customer(
        self,
        number: str,
        lid: str,
        name: str,
        *,
        hides_phone: bool = False,
        addressing: Addressing = "lid",
    ) -> Customer:
        """A customer, whose messages come from the LID (with or without the number told) or from the number."""
        customer = Customer(number, lid, name, hides_phone=hides_phone, addressing=addressing, now=self.now)
        self._add(customer)
        return customer

    def add_group(self, group_id: str, name: str, *, phones: Sequence[Phone], members: Sequence[Person]) -> Group:
        """A group that these salons and people are in."""
        group = Group(group_id, name, phones, members)
        self._groups[group.jid] = group
        return group

    def unplug(self) -> None:
        """The network is gone: every connection breaks and no new one is possible, until `plug_in`."""
        self._proxy.is_down = True
        self._proxy.cut_all()

    def plug_in(self) -> None:
        """The network is back."""
        self._proxy.is_down = False

    async def sees(self, what: Callable[[Self], object], timeout_s: float = 10) -> None:
        """Return when that is true of this server, such as `lambda s: s.waiting_to_pair == 0`."""
        await self._bell.until(lambda: what(self), timeout_s=timeout_s, missing="the sandbox did not see it")

    def now(self) -> float:
        return self._now()

    def person(self, jid: Jid) -> Person | None:
        return self._people.get((jid.user, jid.server))

    def group(self, jid: Jid) -> Group | None:
        return self._groups.get(jid)

    def admit(self, applicant: Applicant) -> None:
        self._applicants.append(applicant)
        self.offers += 1
        self._bell.ring()

    def dismiss(self, applicant: Applicant) -> None:
        self._applicants.remove(applicant)
        self._bell.ring()

    def showing(self, ref: str) -> Applicant | None:
        """The connected device that shows this QR code."""
        return next((applicant for applicant in self._applicants if applicant.shows(ref)), None)

    def asking(self, number: str) -> Applicant | None:
        """The connected device that asked last for a pairing code with this number."""
        return next((applicant for applicant in reversed(self._applicants) if applicant.number == number), None)

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Do this beside everything else; it ends with the server at the latest."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def seen(self, direction: str, node: Node) -> None:
        if self.on_node is not None:
            self.on_node(direction, node)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.errors.append(error)

    def _add(self, person: Person) -> None:
        for jid in (person.pn, person.lid):
            if (jid.user, jid.server) in self._people:
                raise ValueError(f"{jid} is somebody else's already")
            self._people[jid.user, jid.server] = person

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=_LARGEST_FRAME, compress=False, timeout=_CLOSING_S)
        await socket.prepare(request)
        assert request.transport is not None
        port: int = request.transport.get_extra_info("peername")[1]
        try:
            await Connection(self, socket, self._proxy.tunnel(port)).run()
        except (StreamEndError, ConnectionError):
            pass  # the engine went away, as connections do
        except Exception as error:  # noqa: BLE001 - a handler has no caller; the tests look at the list
            self.errors.append(error)
        return socket

"""Drives the real engine through neonize, as plainly as possible: what the sandbox is tested against."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class DaemonThreads(concurrent.futures.ThreadPoolExecutor):
    """A thread for every call, none of which anybody waits for.

    A connected client blocks its thread for as long as it lives, and one that shows a QR code cannot be stopped at
    all: threads of an ordinary pool would keep the process, and the event loop, from ending.
    """

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "concurrent.futures.Future[T]":
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        future.set_running_or_notify_cancel()

        def work() -> None:
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - handed to whoever holds the future
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=work, daemon=True, name="engine").start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Nothing: the threads end with the process."""


class Engine:
    """One client of the engine: what it reports, in queues, and what it is asked to do."""

    def __init__(self, database: Path, proxy_url: str) -> None:
        from neonize.aioze import events
        from neonize.aioze.client import NewAClient

        loop = asyncio.get_running_loop()
        loop.set_default_executor(DaemonThreads())
        # neonize keeps the first loop it ever sees; every test has its own.
        events.event_global_loop = loop
        self._proxy_url = proxy_url
        self._client = NewAClient(str(database))
        self._task: asyncio.Task[None] | None = None
        self.linked = False
        """Whether the client was ever linked; one that was not cannot be stopped cleanly."""
        self.codes: asyncio.Queue[str] = asyncio.Queue()
        self.messages: asyncio.Queue[Any] = asyncio.Queue()
        self.receipts: asyncio.Queue[Any] = asyncio.Queue()
        self.events: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._listen(events)

    def _listen(self, events: Any) -> None:
        async def on_qr(_: Any, code: bytes) -> None:
            self.codes.put_nowait(code.decode())

        self._client.event.qr(on_qr)
        queues = {"MessageEv": self.messages, "ReceiptEv": self.receipts}
        for name, queue in queues.items():
            self._client.event(getattr(events, name))(_putting(queue))
        for name in _NOTED:
            self._client.event(getattr(events, name))(self._noting(name.removesuffix("Ev")))

    def _noting(self, name: str) -> Callable[[Any, Any], Any]:
        async def note(_: Any, event: Any) -> None:
            self.linked |= name in ("PairStatus", "Connected")
            self.events.put_nowait((name, event))

        return note

    async def connect(self) -> None:
        from neonize._binder import ProxySettings

        self._task = await self._client.connect(ProxySettings(proxy_address=self._proxy_url))

    async def stop(self) -> None:
        """Stop the client. One that never was linked leaves a blocked thread behind, as neonize cannot end it."""
        await self._client.stop()
        if self._task is not None and not self.linked:
            self._task.cancel()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def code(self) -> str:
        """The next QR code; raises what ended the connection if that comes first."""
        assert self._task is not None
        waiting = asyncio.create_task(_taken(self.codes))
        await asyncio.wait({waiting, self._task}, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            await self._task
        return await waiting

    async def message(self) -> Any:
        return await _taken(self.messages)

    async def receipt(self) -> Any:
        return await _taken(self.receipts)

    async def event(self, name: str) -> Any:
        """The next event of that name; others before it are dropped."""
        while True:
            found, event = await _taken(self.events)
            if found == name:
                return event

    async def send(self, chat: Any, text: str) -> Any:
        from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import Message

        return await self._client.send_message(chat, Message(conversation=text))

    @property
    def client(self) -> Any:
        return self._client


_NOTED = (
    "ConnectedEv",
    "DisconnectedEv",
    "PairStatusEv",
    "LoggedOutEv",
    "StreamReplacedEv",
    "TemporaryBanEv",
    "ConnectFailureEv",
    "ClientOutdatedEv",
    "StreamErrorEv",
    "OfflineSyncPreviewEv",
    "OfflineSyncCompletedEv",
    "CallOfferEv",
    "KeepAliveTimeoutEv",
)


def _putting(queue: "asyncio.Queue[Any]") -> Callable[[Any, Any], Any]:
    async def put(_: Any, event: Any) -> None:
        queue.put_nowait(event)

    return put


async def _taken(queue: "asyncio.Queue[T]") -> T:
    async with asyncio.timeout(20):
        return await queue.get()

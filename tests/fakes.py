"""Fakes at our own boundaries: they record what they were asked and do what they were told."""

import asyncio
from collections.abc import Sequence

from salonbot.model.messages import MessageId


class FakeMessenger:
    """A line to customers that keeps what it sent, and fails as told: one error per send until none is left."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.read: list[MessageId] = []
        self.failures: list[Exception] = []
        self.online = asyncio.Event()
        self.online.set()
        self.before_send: asyncio.Event | None = None
        self.made_ready: dict[str, MessageId] = {}

    async def wait_online(self) -> None:
        await self.online.wait()

    async def send(self, to: str, text: str, *, mark: str) -> MessageId:
        if self.before_send is not None:
            await self.before_send.wait()
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((to, text))
        return MessageId(f"OUT{len(self.sent)}")

    async def left_under(self, mark: str) -> MessageId | None:
        return self.made_ready.get(mark)

    async def show_typing(self, to: str, *, on: bool) -> None:
        pass

    async def mark_read(self, to: str, ids: Sequence[MessageId]) -> None:
        self.read.extend(ids)

    @property
    def texts(self) -> list[str]:
        """What customers were sent, in order."""
        return [text for _, text in self.sent]

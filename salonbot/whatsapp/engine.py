"""One salon's engine: starts it, stops it, and calls into it. What it says comes through `connection`."""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import structlog

from salonbot.config.settings import WhatsAppSettings
from salonbot.errors import NotConnected
from salonbot.model.messages import IncomingMessage, MessageId
from salonbot.model.salon import SalonId
from salonbot.whatsapp.binding import EngineError, Run
from salonbot.whatsapp.calls import call
from salonbot.whatsapp.connection import Connection, Ears
from salonbot.whatsapp.events import EngineEvent, ReceiptArrived, SendHung, SendSlow
from salonbot.whatsapp.jid import Jid
from salonbot.whatsapp.library import load
from salonbot.whatsapp.outcomes import SendOutcomeUnknown, outcome_of
from salonbot.whatsapp.store import Identity, Store

log = structlog.get_logger()

SLOW_SEND_SECONDS = 2.0
"""WhatsApp takes a message in a tenth of that."""


class Engine:
    """At most one run at a time; runs that never end are left behind and counted."""

    def __init__(
        self,
        salon: SalonId,
        database: Path,
        settings: WhatsAppSettings,
        *,
        keep: Callable[[IncomingMessage], object],
        tell: Callable[[EngineEvent], None],
        pass_by: Callable[[MessageId], object] = lambda message_id: None,
        receipt: Callable[[ReceiptArrived], object] = lambda receipt: None,
    ) -> None:
        """`keep` commits or raises, in a foreign thread; `tell` is called in the loop that called `start`.

        Called as `keep` is: `pass_by` notes a private message that says nothing to a person, `receipt` a receipt.
        """
        self.store = Store(database)
        self._settings = settings
        self._ears = Ears(salon, settings, keep, pass_by, receipt, tell)
        self._log = log.bind(salon=salon)
        self._sending = asyncio.Lock()
        self._connection: Connection | None = None
        self._heard_before = time.monotonic()
        self._burnt: list[Connection] = []
        self._late: list[Connection] = []
        self._identity: Identity | None = None

    @property
    def heard_at(self) -> float:
        """When anything last came from WhatsApp, by the monotonic clock; at first, when this engine was made."""
        return self._connection.heard_at if self._connection else self._heard_before

    @property
    def burnt_threads(self) -> int:
        """Runs given up whose threads still sit in the Go library."""
        self._burnt = [connection for connection in self._burnt if connection.run.is_burnt]
        return len(self._burnt)

    @property
    def may_replace_itself(self) -> bool:
        """An earlier run may just have thrown out the present one: being replaced then means nothing."""
        return any(connection.may_interfere for connection in self._late)

    async def start(self) -> None:
        """Begin to connect: with the stored device, or by showing codes. What comes of it is told.

        Raises StoreDamaged, or StateError where the library or the file cannot be used.
        """
        assert self._connection is None, "one run at a time"
        library = await call(load)
        self._identity = await call(self.store.prepare)
        self._connection = Connection(library, self.store, self._identity, self._ears, self._heard_before)
        self._connection.run.start()

    async def stop(self, within: float = 3.0) -> None:
        """Disconnect and end the run, or give it up after so many seconds. Never raises, never hangs."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        connection.is_given_up = True
        self._heard_before = connection.heard_at
        try:
            async with asyncio.timeout(within):
                await call(connection.end)
        except TimeoutError:
            self._log.warning("engine_stop_slow", seconds=within)
            self._late = [*(late for late in self._late if late.may_interfere), connection]
        if connection.run.is_burnt:
            self._burnt.append(connection)
            self._log.info("engine_thread_given_up", burnt=self.burnt_threads)

    async def send_text(self, to: str, text: str, mark: str) -> MessageId:
        """Send one private text and return its id once WhatsApp's server has it.

        `mark` names this message for `Store.secret`: with it a message in doubt is found again, also by a later
        process. Raises NotConnected where it certainly did not leave, SendRefused where WhatsApp will not have it, and
        SendOutcomeUnknown where it may have left.
        """
        address = Jid.parse(to)
        async with self._sending:
            run = self._require_run()
            secret = (await self._require_identity()).secret(mark)
            content = run.library.content
            message = content.Message(conversation=text)
            message.messageContextInfo.messageSecret = secret
            doubt = asyncio.get_running_loop().call_later(SLOW_SEND_SECONDS, self._ears.tell, SendSlow())
            try:
                async with asyncio.timeout(self._settings.query_seconds):
                    return MessageId(await call(run.send, address, message.SerializeToString()))
            except EngineError as error:
                raise outcome_of(str(error), await self._made(secret)) from error
            except TimeoutError as error:
                # The call goes on in its thread and might yet send: only a new connection puts an end to it.
                self._ears.tell(SendHung())
                detail = f"no answer within {self._settings.query_seconds:g} s"
                raise SendOutcomeUnknown(detail, await self._made(secret)) from error
            finally:
                doubt.cancel()

    async def _made(self, secret: bytes) -> MessageId | None:
        return await call(self.store.sent_with, secret)

    async def sent_under(self, mark: str) -> MessageId | None:
        """The id of the last message made under this mark; None: none ever was, so none can have left.

        Raises NotConnected where no phone is linked, StateError where the engine's file cannot be read.
        """
        secret = (await self._require_identity()).secret(mark)
        return await self._made(secret)

    async def mark_read(self, to: str, ids: Sequence[MessageId]) -> None:
        """Blue ticks. Raises NotConnected, EngineError or TimeoutError."""
        await self._call(self._require_run().mark_read, Jid.parse(to), list(ids), int(time.time()))

    async def show_typing(self, to: str, *, on: bool) -> None:
        """Show or hide "typing". Raises NotConnected, EngineError or TimeoutError."""
        await self._call(lambda: self._require_run().chat_presence(Jid.parse(to), composing=on))

    async def show_presence(self, *, available: bool) -> None:
        """Appear online or not. Raises NotConnected, EngineError or TimeoutError."""
        await self._call(lambda: self._require_run().presence(available=available))

    async def probe(self) -> None:
        """One round trip to WhatsApp's server. Raises NotConnected, EngineError, or TimeoutError."""
        connection = self._require_connection()
        async with asyncio.timeout(self._settings.probe_seconds):
            await call(connection.run.set_active)
        connection.heard_at = time.monotonic()

    async def pair_with_code(self, phone: str) -> str:
        """The code to type on the phone with that number; while codes are shown only. Raises EngineError."""
        return str(await self._call(self._require_run().pair_phone, phone))

    async def log_out(self) -> None:
        """Unlink from the account. Raises NotConnected, EngineError or TimeoutError."""
        await self._call(self._require_run().log_out)

    async def _call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        async with asyncio.timeout(self._settings.query_seconds):
            return await call(function, *arguments)

    async def _require_identity(self) -> Identity:
        if self._identity is None:
            self._identity = await call(self.store.prepare)
        if self._identity is None:
            raise NotConnected("no phone is linked")
        return self._identity

    def _require_connection(self) -> Connection:
        if self._connection is None:
            raise NotConnected("the engine is not running")
        return self._connection

    def _require_run(self) -> Run:
        return self._require_connection().run

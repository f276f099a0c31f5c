"""Replies out through a session: waiting for a connection, trying again where that is safe, and courtesies."""

import asyncio
import secrets
from collections.abc import Awaitable, Sequence

import structlog
import tenacity

from salonbot.config.settings import WhatsAppSettings
from salonbot.errors import NotConnected
from salonbot.model.messages import MessageId
from salonbot.whatsapp.binding import EngineError
from salonbot.whatsapp.session import Session

log = structlog.get_logger()


class Sender:
    """A salon's line to its customers (`turns.reception.Messenger`)."""

    def __init__(self, session: Session, settings: WhatsAppSettings) -> None:
        self._session = session
        self._settings = settings
        self._typing_in: set[str] = set()

    async def wait_online(self) -> None:
        """Return when messages can be sent."""
        await self._session.wait_online()

    async def send(self, to: str, text: str, *, mark: str | None = None) -> MessageId:
        """Send to a JID and return the message's id once WhatsApp's server has it.

        `mark` names the message once and for all, such as `reply 17`: with it `left_under` finds it again later, in
        this process or the next. Raises NotConnected where it certainly did not leave, SendRefused where it never will,
        and SendOutcomeUnknown where it may have left; that one is never tried again here.
        """
        mark = mark or secrets.token_hex(16)
        trying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(NotConnected),
            stop=tenacity.stop_after_attempt(self._settings.send_tries),
            wait=tenacity.wait_fixed(self._settings.send_pause_seconds),
            reraise=True,
        )
        async for attempt in trying:
            with attempt:
                await self._connected()
                return await self._session.engine.send_text(to, text, mark)
        raise AssertionError("tenacity returns or raises")

    async def left_under(self, mark: str) -> MessageId | None:
        """The id a message in doubt was made ready with; None: it was never made ready, so it did not leave."""
        return await self._session.sent_under(mark)

    async def show_typing(self, to: str, *, on: bool) -> None:
        """Show or hide "typing" at the customer's; a courtesy, never an error."""
        if not self._settings.show_typing:
            return
        was_typing = bool(self._typing_in)
        (self._typing_in.add if on else self._typing_in.discard)(to)
        # Typing is shown of people who are online, and a device that is online keeps the owner's phone silent: so
        # only as long as somebody is being answered.
        if on and not was_typing:
            await self._courtesy(self._session.engine.show_presence(available=True))
        await self._courtesy(self._session.engine.show_typing(to, on=on))
        if was_typing and not self._typing_in:
            await self._courtesy(self._session.engine.show_presence(available=False))

    async def mark_read(self, to: str, ids: Sequence[MessageId]) -> None:
        """Blue ticks; a courtesy, never an error."""
        if self._settings.mark_read and ids:
            await self._courtesy(self._session.engine.mark_read(to, ids))

    async def _connected(self) -> None:
        try:
            async with asyncio.timeout(self._settings.send_wait_seconds):
                await self._session.wait_online()
        except TimeoutError as error:
            raise NotConnected(self._session.status().sentence) from error

    async def _courtesy(self, asked: Awaitable[None]) -> None:
        try:
            await asked
        except (EngineError, NotConnected, TimeoutError) as error:
            log.debug("courtesy_failed", detail=str(error))

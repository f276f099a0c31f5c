"""Alerts as a message to the salon's own chat with itself, while its session lives."""

from collections.abc import Awaitable, Callable

from salonbot.alerts.letter import ChannelFailed, Letter
from salonbot.errors import NotConnected, OutcomeUnknown, SalonbotError, SendRefused

NoteToSelf = Callable[[str, str], Awaitable[object]]
"""Sends a text under a mark that names it once and for all. Raises what `Messenger.send` raises."""


class WhatsApp:
    """Satisfies `letter.Channel`."""

    name = "whatsapp"

    def __init__(self, note: NoteToSelf, address: str = "") -> None:
        """`address` names the chat for people."""
        self._note = note
        self._address = address

    @property
    def address(self) -> str:
        """The salon, whose own chat it is."""
        return self._address

    async def send(self, letter: Letter) -> None:
        """Return once WhatsApp's server has it. Raises ChannelFailed."""
        try:
            await self._note(f"*{letter.title}*\n{letter.body}", letter.id)
        except NotConnected as error:
            raise ChannelFailed(f"WhatsApp is not connected: {error}", advice="whatsapp-away") from error
        except SendRefused as error:
            raise ChannelFailed(f"WhatsApp refuses it: {error}", is_final=True) from error
        except OutcomeUnknown as error:
            raise ChannelFailed(f"WhatsApp did not say whether it arrived: {error}") from error
        except SalonbotError as error:
            raise ChannelFailed(str(error)) from error

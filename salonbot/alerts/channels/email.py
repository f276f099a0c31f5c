"""Alerts by e-mail, through the mailbox of some provider: STARTTLS or TLS, one thread for each episode."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib
from pydantic import SecretStr

from salonbot.alerts.channels.answers import LONGEST_WHY, told_off
from salonbot.alerts.letter import ChannelFailed, Letter
from salonbot.config.alert_settings import EmailSettings

PORTS = {"starttls": 587, "tls": 465, "none": 25}


class Email:
    """Satisfies `letter.Channel`."""

    name = "email"

    def __init__(
        self, settings: EmailSettings, password: SecretStr | None, trusted: ssl.SSLContext | None = None
    ) -> None:
        """`trusted` knows the authorities a server's certificate may come from; None: the machine's."""
        self._settings = settings
        self._password = password.get_secret_value() if password else None
        self._trusted = trusted

    @property
    def address(self) -> str:
        """The mailboxes."""
        return ", ".join(self._settings.to)

    async def send(self, letter: Letter) -> None:
        """Return once the server has it for everybody. Raises ChannelFailed."""
        with self._told():
            async with self._server() as server:
                refused, _ = await server.send_message(self._message(letter))
        if refused:
            why = f"{self._settings.host} refuses {len(refused)} of the recipients"
            raise ChannelFailed(why, is_final=True, advice="email-to")

    async def look(self) -> str:
        """That the server lets us in, without sending anything. Raises ChannelFailed."""
        with self._told():
            async with self._server() as server:
                await server.noop()
        return f"{self._settings.host} lets {self._settings.user or 'us'} in"

    def _server(self) -> aiosmtplib.SMTP:
        settings = self._settings
        return aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port or PORTS[settings.security],
            username=settings.user or None,
            password=self._password if settings.user else None,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=self._trusted,
            timeout=settings.timeout_seconds,
        )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong, in words."""
        host = self._settings.host
        try:
            yield
        except aiosmtplib.SMTPAuthenticationError as error:
            why = f"{host} does not take the name or the password: check EMAIL_PASSWORD ({error.code})"
            raise ChannelFailed(why, is_final=True, advice="email-password") from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise ChannelFailed(f"{host} refuses the recipients", is_final=True, advice="email-to") from error
        except aiosmtplib.SMTPResponseException as error:
            why = f"{host}: {error.code} {' '.join(error.message.split())}"[:LONGEST_WHY]
            raise ChannelFailed(why, is_final=500 <= error.code < 600) from error
        except (aiosmtplib.SMTPException, OSError, UnicodeError) as error:
            raise ChannelFailed(f"{host}: {told_off(error, self._password or '')}") from error

    def _message(self, letter: Letter) -> EmailMessage:
        settings, domain = self._settings, self._settings.sender.rpartition("@")[2]
        message = EmailMessage()
        message["From"] = settings.sender
        message["To"] = ", ".join(settings.to)
        message["Subject"] = letter.title
        message["Date"] = format_datetime(letter.at)
        # The same letter tried again is the same letter to the reader's mailbox.
        message["Message-ID"] = f"<{letter.id}@{domain}>"
        message["References"] = message["In-Reply-To"] = f"<{letter.thread}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{letter.body}\n")
        return message

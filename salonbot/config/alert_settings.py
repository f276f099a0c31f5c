"""The tables of alerts: `[alerts]`, its channels, and `[salon.alerts]`."""

from typing import Annotated, Literal

from pydantic import Field

from salonbot.config.shapes import Positive, Settings
from salonbot.model.alerts import AlertKind, Severity

URGENT_KINDS = tuple(kind.value for kind in AlertKind if kind.severity is Severity.URGENT)
QuietHours = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$")]


class TelegramSettings(Settings):
    """[alerts.telegram]: a bot made with @BotFather writes to one chat; its token: TELEGRAM_TOKEN."""

    chat_id: Annotated[str, Field(pattern=r"^(-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,40})$")]
    """Of the person or group, who must have written to the bot first; @userinfobot tells a person theirs."""
    address: Annotated[str, Field(pattern=r"^https?://[^/\s@]+$")] = "https://api.telegram.org"
    timeout_seconds: Positive = 10
    """The longest wait for an answer."""


class EmailSettings(Settings):
    """[alerts.email]: letters through the mailbox of some provider; its password: EMAIL_PASSWORD."""

    to: Annotated[tuple[str, ...], Field(min_length=1)]
    """Who is written to."""
    sender: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")]
    """The address letters come from; most providers want the mailbox's own."""
    host: Annotated[str, Field(min_length=1, max_length=253)]
    """The provider's server for outgoing mail, such as `smtp.yandex.ru`."""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """None: 587 with starttls, 465 with tls, 25 without either."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """none: only within this machine, for it sends everything in the clear."""
    user: str = ""
    """Empty: the server wants no name and no password."""
    timeout_seconds: Positive = 15


class AlertWebhookSettings(Settings):
    """[alerts.webhook]: alerts as signed JSON for another system; its shape: salonbot/alerts/channels/webhook.py.

    Signed with ALERTS_SECRET, or the salon's own ALERTS_SECRET_<SALON>.
    """

    url: Annotated[str, Field(pattern=r"^https?://[^/\s@]+(/\S*)?$")]
    timeout_seconds: Positive = 10


class AlertSettings(Settings):
    """[alerts]: how the owner hears that something is the matter. Without any channel it is only shown on the pages."""

    language: Literal["ru", "en"] = "ru"
    quiet_hours: QuietHours = "22:00-08:00"
    """By the salon's clock: only what is urgent is told then; empty: none."""
    urgent: tuple[str, ...] = URGENT_KINDS
    """Kinds (salonbot/model/alerts.py) that are told at any hour, and reminded of sooner."""
    muted: tuple[str, ...] = ()
    """Kinds that are only shown."""
    whatsapp: bool = True
    """A message to the salon's own chat with itself, while its session lives."""
    telegram: TelegramSettings | None = None
    email: EmailSettings | None = None
    webhook: AlertWebhookSettings | None = None
    silent_minutes: Positive = 5
    """A session neither online nor ended, or online without a sign of life, this long is an alert, and not ready."""
    turn_minutes: Positive = 3
    """A customer who has waited this long for an answer is an alert, and the house not ready."""


class SalonAlertSettings(Settings):
    """[salon.alerts]: what is different for this salon; None takes the value of [alerts]."""

    language: Literal["ru", "en"] | None = None
    quiet_hours: QuietHours | None = None
    urgent: tuple[str, ...] | None = None
    muted: tuple[str, ...] | None = None
    whatsapp: bool | None = None
    telegram: TelegramSettings | None = None
    email: EmailSettings | None = None
    webhook: AlertWebhookSettings | None = None

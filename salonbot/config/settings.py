"""One frozen model per table of `config.toml`. Every field has a default that works, its unit in the name, its reason.

Shapes only: reading, cross-checking and secrets are `load`'s. Words: *settings* are one table, the *configuration* all
of them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from salonbot.model.alerts import AlertKind, Severity
from salonbot.model.events import EventKind
from salonbot.model.manner import Tone

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Price = Annotated[float, Field(ge=0, le=100_000_000, allow_inf_nan=False)]
ToneName = Literal["warm", "formal", "brief", "playful"]
Greeting = Annotated[str, Field(max_length=300)]
Budget = Annotated[float, Field(ge=0, allow_inf_nan=False)]
LeadMinutes = Annotated[int, Field(ge=0, le=60 * 24 * 14)]
Identifier = Annotated[str, Field(min_length=1, max_length=140)]

URGENT_KINDS = tuple(kind.value for kind in AlertKind if kind.severity is Severity.URGENT)


class Settings(BaseModel):
    """Base of every table: unknown keys are mistakes, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class WebSettings(Settings):
    """[web]: the status, health and QR pages."""

    host: str = "127.0.0.1"
    """Loopback unless told otherwise: put a TLS proxy in front to reach it from outside."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """0 takes any free port and prints it."""
    public_url: Annotated[str, Field(pattern=r"^https?://[^/\s@?#]+$")] | None = None
    """What people type to reach the pages through a proxy: `https://salon.example.org`. With https, browsers keep the
    sign-in for TLS alone. None: the pages are reached by `host` and `port`.
    """
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses of the proxies in front, whose X-Forwarded-For is believed. Used only with `public_url`."""

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the pages over TLS."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches the port itself."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")

    @property
    def public_host(self) -> str | None:
        """The host's name in `public_url`, in small letters."""
        return urlsplit(self.public_url).hostname if self.public_url else None


class LogSettings(Settings):
    """[log]: what goes to standard error (journalctl under systemd)."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """At info no phone number and no customer's text is ever written."""
    format: Literal["auto", "plain", "json"] = "auto"
    """auto: plain on a terminal, JSON with systemd priorities otherwise."""


class WhatsAppSettings(Settings):
    """[whatsapp]: one linked device per salon. The time-outs are the replaced system's."""

    keep_alive_seconds: Positive = 10
    """After this much silence the connection is probed; a probe that fails within as long again means reconnect."""
    qr_seconds: Positive = 60
    """How long the first pairing code is shown; WhatsApp rotates the following ones every 20 s."""
    connect_seconds: Positive = 60
    """A session that is neither online nor asking for a scan by then is started afresh."""
    query_seconds: Positive = 60
    """The longest wait for WhatsApp's answer to one call."""
    send_wait_seconds: Seconds = 10
    """How long a reply waits for a connection before the try counts as failed."""
    send_tries: Annotated[int, Field(ge=1, le=10)] = 3
    send_pause_seconds: Seconds = 2
    """Pause between tries on a closed connection."""
    mark_read: bool = True
    """Blue ticks for messages the bot has taken up."""
    show_typing: bool = True
    ai_label: bool = False
    """Let WhatsApp label the messages as coming from an AI."""
    proxy: str | None = None
    """`http://`, `https://` or `socks5://` address to reach WhatsApp through."""
    device_name: str = "salonbot"
    """What the phone shows in its list of linked devices."""


class TurnSettings(Settings):
    """[turns]: how messages become turns, and how many are worked on at once."""

    quiet_seconds: Seconds = 2.5
    """Silence after which a customer is taken to have finished writing; people split a thought over messages."""
    longest_wait_seconds: Seconds = 10
    """A customer who never pauses is answered after this."""
    parallel: Annotated[int, Field(ge=1, le=256)] = 16
    """Turns worked on at once, over all salons; a chat has one at a time."""
    budget_seconds: Positive = 25
    """The longest a turn may take to its first word."""
    turns_per_minute: Annotated[int, Field(ge=1)] = 8
    """Turns of one customer answered in a minute; past that they are told once to slow down."""
    turns_per_hour: Annotated[int, Field(ge=1)] = 60
    too_old_hours: Positive = 12
    """Messages WhatsApp kept while we were away longer than this are not answered one by one."""
    owner_pause_minutes: Seconds = 15
    """After a person of the salon writes in a chat the bot stays silent there this long."""
    takeover_minutes: Positive = 240
    """After a person has taken a chat over on its page, or written in it from there; giving it back ends it sooner."""
    handover_pause_minutes: Seconds = 240
    """After a customer asked for a person."""


class AssistantSettings(Settings):
    """[assistant]: which brain answers. Without a key in ANTHROPIC_API_KEY it is always the offline brain."""

    brain: Literal["auto", "claude", "offline"] = "auto"
    model: str = "claude-haiku-5-5"
    compose_model: str | None = None
    """Another model for the wording; None takes `model`."""
    base_url: str | None = None
    proxy: str | None = None
    daily_budget_usd: Budget = 5.0
    """What one salon may spend a day; after that the offline brain answers until midnight."""
    tone: ToneName = Tone.WARM.value
    """How customers are spoken to: warm (kind and short), formal (reserved, no emoji), brief, playful (light)."""
    greeting: Greeting = ""
    """Said to a customer who writes Russian before the first answer of a day; empty: a greeting by the time of day.

    It may state only what stands in the salon's profile and catalogue; one that states more is not said.
    """
    greeting_en: Greeting = ""
    """The same, for customers who write English."""
    handover_words: tuple[str, ...] = ()
    """Words or phrases that ask for a person, beside those known anyway («администратор», "operator")."""


class Secrets(Settings):
    """From the environment or files, never from config.toml."""

    anthropic_api_key: SecretStr | None = None
    yclients_partner_token: SecretStr | None = None
    yclients_user_token: SecretStr | None = None
    """Of the salons that have none of their own."""
    yclients_user_tokens: Mapping[str, SecretStr] = {}
    """By the salon's id."""
    webhook_secret: SecretStr | None = None
    """What other systems sign their requests to us with, for the salons that have none of their own."""
    webhook_secrets: Mapping[str, SecretStr] = {}
    """By the salon's id."""

    backup_passphrase: SecretStr | None = None
    """What backups are encrypted with."""
    yclients_webhook_secret: SecretStr | None = None
    """What the address YClients sends its events to ends with, for the salons that have none of their own."""
    yclients_webhook_secrets: Mapping[str, SecretStr] = {}
    """By the salon's id."""

    def yclients_webhook_secret_of(self, salon: str) -> SecretStr | None:
        """The salon's own secret, else the one for all; None: YClients is not listened to."""
        return self.yclients_webhook_secrets.get(salon, self.yclients_webhook_secret)

    events_secret: SecretStr | None = None
    """What we sign what we tell other systems with, for the salons that have none of their own."""
    events_secrets: Mapping[str, SecretStr] = {}
    """By the salon's id."""

    def events_secret_of(self, salon: str) -> SecretStr | None:
        """The salon's own secret, else the one for all."""
        return self.events_secrets.get(salon, self.events_secret)

    telegram_token: SecretStr | None = None
    """Of the bot that sends alerts, for the salons that have none of their own."""
    telegram_tokens: Mapping[str, SecretStr] = {}
    """By the salon's id."""

    def telegram_token_of(self, salon: str | None) -> SecretStr | None:
        """The salon's own bot, else the one for all."""
        return self.telegram_tokens.get(salon or "", self.telegram_token)

    email_password: SecretStr | None = None
    """Of the mailbox that sends alerts, for the salons that have none of their own."""
    email_passwords: Mapping[str, SecretStr] = {}
    """By the salon's id."""

    def email_password_of(self, salon: str | None) -> SecretStr | None:
        """The salon's own mailbox, else the one for all."""
        return self.email_passwords.get(salon or "", self.email_password)

    alerts_secret: SecretStr | None = None
    """What we sign alerts posted to another system with, for the salons that have none of their own."""
    alerts_secrets: Mapping[str, SecretStr] = {}
    """By the salon's id."""

    def alerts_secret_of(self, salon: str | None) -> SecretStr | None:
        """The salon's own secret, else the one for all."""
        return self.alerts_secrets.get(salon or "", self.alerts_secret)

    def webhook_secret_of(self, salon: str) -> SecretStr | None:
        """The salon's own secret, else the one for all; None: nothing is accepted."""
        return self.webhook_secrets.get(salon, self.webhook_secret)

    def yclients_user_token_of(self, salon: str) -> SecretStr | None:
        """The salon's own user token, else the one for all."""
        return self.yclients_user_tokens.get(salon, self.yclients_user_token)

    def of(self, salon: str) -> "Secrets":
        """No more than one salon needs: its own ones stand in the places of those for all."""
        return Secrets(
            anthropic_api_key=self.anthropic_api_key,
            yclients_partner_token=self.yclients_partner_token,
            yclients_user_token=self.yclients_user_token_of(salon),
            webhook_secret=self.webhook_secret_of(salon),
            yclients_webhook_secret=self.yclients_webhook_secret_of(salon),
            events_secret=self.events_secret_of(salon),
        )


class BackupSettings(Settings):
    """[backup]: how `salonbot backup` locks what it writes. Without a recipient it wants BACKUP_PASSPHRASE."""

    recipient: Annotated[str, Field(pattern=r"^age1[02-9ac-hj-np-z]+$")] | None = None
    """A public key made with `age-keygen`. Its private key, kept off this machine, is then needed to restore: who
    takes over the server cannot read the backups made on it.
    """


class CalendarSettings(Settings):
    """[salon.calendar]: the embedded booking system."""

    grid_minutes: Annotated[int, Field(ge=5, le=240)] = 30
    """Visits start on this grid, counted from the start of the stylist's hours."""
    lead_minutes: LeadMinutes = 60
    """How long before a visit it can still be booked."""
    horizon_days: Annotated[int, Field(ge=1, le=365)] = 60
    """How far ahead visits can be booked."""
    need_phone: bool = True
    """Ask for a phone number where WhatsApp hides it."""


class YClientsSettings(Settings):
    """[salon.yclients]: the salon's own CRM holds its services, stylists and appointments.

    `[salon.calendar]` still says how soon and how far ahead the bot books. Services and stylists of this file only lend
    their aliases to those of the same title or name there. Tokens: YCLIENTS_PARTNER_TOKEN, YCLIENTS_USER_TOKEN.
    """

    company_id: Annotated[int, Field(ge=1)]
    """The number of the salon (филиал) in YClients: it stands in the address bar of its office pages."""
    address: Annotated[str, Field(pattern=r"^https?://[^/\s]+$")] = "https://api.yclients.com"
    """`https://api.yclients.ru` is the same service under its Russian name."""
    partner_id: Annotated[str, Field(pattern=r"^[0-9]{1,20}$")] | None = None
    """Sent as X-Partner-Id, which some partner accounts need; leave it out unless YClients asks for it."""
    timeout_seconds: Positive = 8
    """The longest wait for one answer: a turn has 25 s, and needs several."""
    connect_seconds: Positive = 4
    read_tries: Annotated[int, Field(ge=1, le=5)] = 3
    """Of a read that fails within that time. Writes are never tried again: it is looked up what became of them."""
    longest_wait_seconds: Positive = 12
    """How long a request may wait for its turn (5 a second, 200 a minute) or for a Retry-After."""
    slots_seconds: Annotated[float, Field(ge=0, le=30)] = 20
    """How old free starts may be when they are offered."""
    catalogue_minutes: Annotated[float, Field(gt=0, le=24 * 60)] = 30
    """How often services, stylists, prices and the company card are read again, in the background."""
    cancel_by: Literal["delete", "absence"] = "delete"
    """delete: the record goes; absence: it stays, marked "did not come", which frees the time and keeps the history."""


class EventsSettings(Settings):
    """[salon.events]: what happens is told to another system of the salon's; its shape: salonbot/events/letter.py.

    Signed with EVENTS_SECRET, or the salon's own EVENTS_SECRET_<SALON>.
    """

    url: Annotated[str, Field(pattern=r"^https?://[^/\s@]+(/\S*)?$")]
    """Where events are posted to. Redirects are not followed."""
    kinds: tuple[str, ...] = tuple(EventKind)
    """Which ones: `message.received`, `message.replied`, `appointment.made`, `appointment.moved`,
    `appointment.cancelled`, `session.changed`.
    """
    include_texts: bool = False
    """Customers' words, names and whole numbers too; otherwise no words, and numbers are masked."""
    tries: Annotated[int, Field(ge=1, le=100)] = 16
    """After so many failed ones an event is given up; the pauses between them grow from 5 s to 3 h: 15 hours in all."""
    timeout_seconds: Positive = 10
    """The longest wait for an answer."""


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


class SalonAssistantSettings(Settings):
    """[salon.assistant]: what is different for this salon; None takes the value of [assistant]."""

    model: str | None = None
    compose_model: str | None = None
    daily_budget_usd: Budget | None = None
    tone: ToneName | None = None
    greeting: Greeting | None = None
    greeting_en: Greeting | None = None
    handover_words: tuple[str, ...] | None = None


class SalonTurnSettings(Settings):
    """[salon.turns]: what is different for this salon; None takes the value of [turns]."""

    quiet_seconds: Seconds | None = None


class LiveSettings(Settings):
    """What the settings page may change of a salon while it works; None leaves what the file says.

    Kept in the journal, never in the file; what is meant by each is told where the file's own setting is.
    """

    tone: ToneName | None = None
    greeting: Greeting | None = None
    greeting_en: Greeting | None = None
    handover_words: tuple[str, ...] | None = None
    quiet_seconds: Seconds | None = None
    lead_minutes: LeadMinutes | None = None
    daily_budget_usd: Budget | None = None


class ServiceSettings(Settings):
    """[[salon.service]]"""

    id: Identifier | None = None
    """What appointments know it by; None: its title in small letters. To keep them over a new title, set the old one.
    """
    title: Annotated[str, Field(min_length=1, max_length=120)]
    minutes: Annotated[int, Field(ge=5, le=60 * 12)]
    price_from: Price | None = None
    """Whole currency units; with `price_to` a range, alone a fixed price."""
    price_to: Price | None = None
    category: str = ""
    description: str = ""
    aliases: tuple[str, ...] = ()


class StylistSettings(Settings):
    """[[salon.stylist]]"""

    id: Identifier | None = None
    """What appointments know them by; None: their name in small letters."""
    name: Annotated[str, Field(min_length=1, max_length=80)]
    services: tuple[str, ...]
    """Titles of services of this salon."""
    hours: dict[str, str]
    """Weekdays to hours: `"tue-sun" = "10:00-20:00"`, `"mon, fri" = "10:00-14:00, 15:00-19:00"`; others are off."""
    days_off: tuple[str, ...] = ()
    """Dates (`2026-12-31`) or ranges (`2027-01-01..2027-01-08`)."""
    aliases: tuple[str, ...] = ()


class CatalogueSettings(Settings):
    """Services and stylists as they are kept in the journal once the pages have changed them; then the file's rest.

    The tables are those of the file, with every id written out.
    """

    service: tuple[ServiceSettings, ...] = ()
    stylist: tuple[StylistSettings, ...] = ()


class SalonSettings(Settings):
    """[[salon]]: one tenant: one WhatsApp number, one catalogue."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")]
    """Names its files and its log lines; do not change it later."""
    name: Annotated[str, Field(min_length=1, max_length=120)]
    zone: str
    """IANA name such as `Europe/Moscow`: every time the salon's customers see is in it."""
    address: str = ""
    phone: str = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "RUB"
    hours_note: str = ""
    website: str = ""
    notes: tuple[str, ...] = ()
    service: tuple[ServiceSettings, ...] = ()
    stylist: tuple[StylistSettings, ...] = ()
    calendar: CalendarSettings = CalendarSettings()
    turns: SalonTurnSettings = SalonTurnSettings()
    assistant: SalonAssistantSettings = SalonAssistantSettings()
    yclients: YClientsSettings | None = None
    """Present: appointments live in YClients instead of the embedded calendar."""
    events: EventsSettings | None = None
    """Present: another system is told what happens."""
    alerts: SalonAlertSettings = SalonAlertSettings()


class Configuration(Settings):
    """All of `config.toml`."""

    state: Path = Path("var")
    """Folder of the journal and the WhatsApp sessions, relative to the configuration file.

    STATE_DIRECTORY (systemd) and --state override it.
    """
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    whatsapp: WhatsAppSettings = WhatsAppSettings()
    turns: TurnSettings = TurnSettings()
    assistant: AssistantSettings = AssistantSettings()
    backup: BackupSettings = BackupSettings()
    alerts: AlertSettings = AlertSettings()
    salon: Annotated[tuple[SalonSettings, ...], Field(min_length=1)]

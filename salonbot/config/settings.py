"""One frozen model per table of `config.toml`: here the house's, and the whole; a salon's are in `salon_settings`,
alerts' in `alert_settings`. Every field has a default that works, its unit in the name, its reason.

Shapes only: reading, cross-checking and secrets are `load`'s. Words: *settings* are one table, the *configuration* all
of them.
"""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field

from salonbot.config.alert_settings import AlertSettings
from salonbot.config.salon_settings import SalonSettings
from salonbot.config.shapes import Budget, Greeting, Positive, Seconds, Settings, ToneName
from salonbot.model.manner import Tone


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
    """After this much silence the connection is probed."""
    probe_seconds: Positive = 4
    """A probe that WhatsApp does not answer for so long means a new connection."""
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


class BackupSettings(Settings):
    """[backup]: how `salonbot backup` locks what it writes. Without a recipient it wants BACKUP_PASSPHRASE."""

    recipient: Annotated[str, Field(pattern=r"^age1[02-9ac-hj-np-z]+$")] | None = None
    """A public key made with `age-keygen`. Its private key, kept off this machine, is then needed to restore: who
    takes over the server cannot read the backups made on it.
    """


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

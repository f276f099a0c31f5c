"""Who is told of a salon's or the house's matters, and how: made of `[alerts]`, `[salon.alerts]` and the secrets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from zoneinfo import ZoneInfo

from salonbot.alerts.channels.email import Email
from salonbot.alerts.channels.telegram import Telegram
from salonbot.alerts.channels.webhook import Webhook
from salonbot.alerts.channels.whatsapp import NoteToSelf, WhatsApp
from salonbot.alerts.deciding import Rules
from salonbot.alerts.letter import Channel
from salonbot.alerts.quiet import QuietHours
from salonbot.clock import Clock
from salonbot.config.alert_settings import AlertSettings, SalonAlertSettings
from salonbot.config.secrets import Secrets
from salonbot.model.alerts import AlertKind
from salonbot.model.salon import SalonId, SalonProfile

CHANNELS = ("whatsapp", "telegram", "email", "webhook")


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is told."""

    rules: Rules
    channels: Mapping[str, Channel] = field(default_factory=dict)
    """By name, in the order of CHANNELS; none: everything is only shown."""
    language: str = "ru"
    salon_name: str | None = None
    """None: the house."""
    pages: str | None = None
    """Where people open the pages."""

    def channels_for(self, kind: AlertKind) -> tuple[str, ...]:
        """Names of the channels this kind may be told over: nobody is told over WhatsApp that WhatsApp is gone."""
        return tuple(name for name in self.channels if not (name == "whatsapp" and kind.is_session))


OwnerOf = Callable[[SalonId | None], Owner]


def owner_of_salon(
    profile: SalonProfile,
    house: AlertSettings,
    own: SalonAlertSettings,
    secrets: Secrets,
    clock: Clock,
    note: NoteToSelf | None,
    pages: str | None,
) -> Owner:
    """A salon's own settings over those of the house; `note` writes to its own chat, `pages` is where links lead."""
    chosen = house.model_copy(update=own.model_dump(exclude_none=True, exclude={"telegram", "email", "webhook"}))
    channels = chosen.model_copy(
        update={name: value for name in ("telegram", "email", "webhook") if (value := getattr(own, name)) is not None}
    )
    return _owner(channels, profile.zone, secrets, clock, note, pages, salon=profile.id, name=profile.name)


def owner_of_house(
    settings: AlertSettings, zone: ZoneInfo, secrets: Secrets, clock: Clock, note: NoteToSelf | None, pages: str | None
) -> Owner:
    """Of what concerns all salons; `note` only where there is one salon, whose owner is the house's."""
    return _owner(settings, zone, secrets, clock, note, pages, salon=None, name=None)


def _owner(
    settings: AlertSettings,
    zone: ZoneInfo,
    secrets: Secrets,
    clock: Clock,
    note: NoteToSelf | None,
    pages: str | None,
    *,
    salon: SalonId | None,
    name: str | None,
) -> Owner:
    found: dict[str, Channel] = {}
    if settings.whatsapp and note is not None:
        found["whatsapp"] = WhatsApp(note, name or "")
    if settings.telegram is not None and (token := secrets.telegram_token_of(salon)) is not None:
        found["telegram"] = Telegram(settings.telegram, token)
    if settings.email is not None:
        found["email"] = Email(settings.email, secrets.email_password_of(salon))
    if settings.webhook is not None and (secret := secrets.alerts_secret_of(salon)) is not None:
        found["webhook"] = Webhook(settings.webhook, secret, clock)
    return Owner(
        Rules(_quiet(settings.quiet_hours, zone), _kinds(settings.urgent), _kinds(settings.muted)),
        found,
        settings.language,
        name,
        pages,
    )


def _quiet(text: str, zone: ZoneInfo) -> QuietHours:
    begin, _, end = (text or "00:00-00:00").partition("-")
    return QuietHours(time.fromisoformat(begin), time.fromisoformat(end), zone)


def _kinds(names: tuple[str, ...]) -> frozenset[AlertKind]:
    return frozenset(map(AlertKind, names))

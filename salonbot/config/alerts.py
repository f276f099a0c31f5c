"""`[alerts]` and `[salon.alerts]`: what no single setting can tell is checked here."""

from salonbot.config.addresses import is_host, parts_of
from salonbot.config.alert_settings import (
    AlertSettings,
    AlertWebhookSettings,
    EmailSettings,
    SalonAlertSettings,
    TelegramSettings,
)
from salonbot.config.environment import ALERTS_SECRET, EMAIL_PASSWORD, TELEGRAM_TOKEN, own_name
from salonbot.config.place import Place, printable
from salonbot.config.secrets import Secrets
from salonbot.config.settings import Configuration
from salonbot.config.tables import Findings
from salonbot.config.wording import instead_of
from salonbot.model.alerts import AlertKind

HERE = ("127.0.0.1", "localhost", "::1")


def check_alerts(configuration: Configuration, secrets: Secrets, findings: Findings) -> None:
    """Note what is wrong or odd about how the owner is told."""
    _check(Place("alerts"), None, configuration.alerts, secrets, findings)
    for index, salon in enumerate(configuration.salon):
        _check(Place(f"salon[{index}].alerts"), salon.id, salon.alerts, secrets, findings)


def _check(
    place: Place, salon: str | None, settings: AlertSettings | SalonAlertSettings, secrets: Secrets, findings: Findings
) -> None:
    for name, kinds in (("urgent", settings.urgent), ("muted", settings.muted)):
        for index, kind in enumerate(kinds or ()):
            if kind not in list(AlertKind):
                at = place.key(name).item(index)
                findings.problem(at, f'the unknown kind "{printable(kind)}"', instead_of(kind, AlertKind))
    if settings.telegram is not None:
        _check_telegram(place.key("telegram"), salon, settings.telegram, secrets, findings)
    if settings.email is not None:
        _check_email(place.key("email"), salon, settings.email, secrets, findings)
    if settings.webhook is not None:
        _check_webhook(place.key("webhook"), salon, settings.webhook, secrets, findings)


def _check_telegram(
    place: Place, salon: str | None, settings: TelegramSettings, secrets: Secrets, findings: Findings
) -> None:
    if secrets.telegram_token_of(salon) is None:
        findings.problem(place, "no token of a bot", f"the one @BotFather gave, in {_variables(TELEGRAM_TOKEN, salon)}")
    try:
        address = parts_of(settings.address)
    except ValueError:
        findings.problem(place.key("address"), "something that is no address", "https://api.telegram.org")
        return
    if address.scheme == "http" and address.hostname not in HERE:
        findings.problem(place.key("address"), "an address without encryption", "https://, for the token travels to it")


def _check_email(
    place: Place, salon: str | None, settings: EmailSettings, secrets: Secrets, findings: Findings
) -> None:
    if settings.user and secrets.email_password_of(salon) is None:
        findings.problem(
            place, f'no password of the mailbox "{printable(settings.user)}"', _variables(EMAIL_PASSWORD, salon)
        )
    for index, address in enumerate(settings.to):
        if address.count("@") != 1 or any(char.isspace() or char in "<>," for char in address):
            at = place.key("to").item(index)
            findings.problem(at, f'the text "{printable(address)}"', "an e-mail address, such as name@example.org")
    if not is_host(settings.host):
        wanted = "the name of a server, such as smtp.example.org"
        findings.problem(place.key("host"), f'the text "{printable(settings.host)}"', wanted)
    if settings.security == "none" and settings.host not in HERE:
        findings.problem(
            place.key("security"), '"none" for another machine', '"starttls" or "tls", for alerts travel to it'
        )


def _check_webhook(
    place: Place, salon: str | None, settings: AlertWebhookSettings, secrets: Secrets, findings: Findings
) -> None:
    if secrets.alerts_secret_of(salon) is None:
        wanted = f"one in {_variables(ALERTS_SECRET, salon)}, such as from: openssl rand -hex 32"
        findings.problem(place, "no secret to sign with", wanted)
    try:
        parts = parts_of(settings.url)
    except ValueError:
        findings.problem(place.key("url"), "something that is no address", "https://host/path")
        return
    if parts.scheme == "http" and parts.hostname not in HERE:
        findings.warn(place.key("url"), "without encryption whoever is on the way can read what is told")


def _variables(name: str, salon: str | None) -> str:
    return name if salon is None else f"{name} or {own_name(name, salon)}"

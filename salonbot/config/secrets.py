"""Tokens, keys and passwords: from the environment or files, never from `config.toml`."""

from collections.abc import Mapping

from pydantic import SecretStr

from salonbot.config.shapes import Settings


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

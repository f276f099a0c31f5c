"""What comes from the environment and not from the file: secrets, and where the state lives."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import SecretStr

from salonbot.config.secrets import Secrets
from salonbot.config.tables import Findings
from salonbot.errors import ConfigurationError

KEY = "ANTHROPIC_API_KEY"
KEY_FILE = "ANTHROPIC_API_KEY_FILE"
PARTNER_TOKEN = "YCLIENTS_PARTNER_TOKEN"  # noqa: S105 - names, not the secrets themselves
USER_TOKEN = "YCLIENTS_USER_TOKEN"  # noqa: S105
WEBHOOK_SECRET = "WEBHOOK_SECRET"  # noqa: S105
YCLIENTS_WEBHOOK_SECRET = "YCLIENTS_WEBHOOK_SECRET"  # noqa: S105

EVENTS_SECRET = "EVENTS_SECRET"  # noqa: S105
BACKUP_PASSPHRASE = "BACKUP_PASSPHRASE"  # noqa: S105
ALERTS_SECRET = "ALERTS_SECRET"  # noqa: S105
TELEGRAM_TOKEN = "TELEGRAM_TOKEN"  # noqa: S105
EMAIL_PASSWORD = "EMAIL_PASSWORD"  # noqa: S105
SIGNING = (WEBHOOK_SECRET, EVENTS_SECRET, YCLIENTS_WEBHOOK_SECRET, ALERTS_SECRET)

SHORTEST_PASSPHRASE = 12
"""Characters: whoever has the file may guess as long as they like."""
LONGEST_SECRET = 4096
SHORTEST_SIGNING_SECRET = 16
"""Characters; a shorter one could be guessed from a single signed request."""


def read_secrets(environment: Mapping[str, str], findings: Findings, salons: Sequence[str] = ()) -> Secrets:
    """All secrets, each from the variable of its name (ANTHROPIC_API_KEY), else from the file that the variable with
    `_FILE` behind it names, else from the systemd credential of its name in small letters. None of them is fine here:
    the offline brain needs no key, and who needs a token says so.

    `salons` are the ids that may have secrets of their own.
    """

    def read(name: str) -> SecretStr | None:
        return _secret(environment, name, findings)

    def own(name: str) -> Mapping[str, SecretStr]:
        # WEBHOOK_SECRET_FILE names a file, also where a salon is called "file".
        names = {salon: own_name(name, salon) for salon in salons}
        found = {salon: read(of_salon) for salon, of_salon in names.items() if not of_salon.endswith("_FILE")}
        return {salon: secret for salon, secret in found.items() if secret is not None}

    return Secrets(
        anthropic_api_key=read(KEY),
        backup_passphrase=_passphrase(environment, findings),
        yclients_partner_token=read(PARTNER_TOKEN),
        yclients_user_token=read(USER_TOKEN),
        yclients_user_tokens=own(USER_TOKEN),
        webhook_secret=read(WEBHOOK_SECRET),
        webhook_secrets=own(WEBHOOK_SECRET),
        yclients_webhook_secret=read(YCLIENTS_WEBHOOK_SECRET),
        yclients_webhook_secrets=own(YCLIENTS_WEBHOOK_SECRET),
        events_secret=read(EVENTS_SECRET),
        events_secrets=own(EVENTS_SECRET),
        alerts_secret=read(ALERTS_SECRET),
        alerts_secrets=own(ALERTS_SECRET),
        telegram_token=read(TELEGRAM_TOKEN),
        telegram_tokens=own(TELEGRAM_TOKEN),
        email_password=read(EMAIL_PASSWORD),
        email_passwords=own(EMAIL_PASSWORD),
    )


def read_passphrase(environment: Mapping[str, str]) -> SecretStr | None:
    """BACKUP_PASSPHRASE, found like every secret: also without a configuration, on a new machine.

    Raises ConfigurationError for one that will not do.
    """
    findings = Findings()
    passphrase = _passphrase(environment, findings)
    if findings.problems:
        raise ConfigurationError("the environment", findings.by_table())
    return passphrase


def secrets_set(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Names of all variables and credentials of ours that are set: what a backup cannot hold."""
    names = (KEY, PARTNER_TOKEN, USER_TOKEN, TELEGRAM_TOKEN, EMAIL_PASSWORD, *SIGNING)
    folder = environment.get("CREDENTIALS_DIRECTORY", "")
    credentials = os.listdir(folder) if os.path.isdir(folder) else []
    given = [name for name, value in environment.items() if value and name.startswith(names)]
    return tuple(sorted({*given, *(name.upper() for name in credentials if name.upper().startswith(names))}))


def user_token_of(salon: str) -> str:
    """The variable of one salon's own user token: YCLIENTS_USER_TOKEN_ARBAT_2 for `arbat-2`."""
    return own_name(USER_TOKEN, salon)


def own_name(name: str, salon: str) -> str:
    """The variable of one salon's own secret: WEBHOOK_SECRET_ARBAT_2 for `arbat-2`."""
    return f"{name}_{salon.upper().replace('-', '_')}"


def _secret(environment: Mapping[str, str], name: str, findings: Findings) -> SecretStr | None:
    key, source = _found(environment, name, findings)
    return _checked(key, source, findings)


def _found(environment: Mapping[str, str], name: str, findings: Findings) -> tuple[str | None, str]:
    """The secret, and where it stands."""
    if key := environment.get(name, "").strip():
        return key, name
    source = f"{name}_FILE"
    if file := environment.get(source, ""):
        return _content(Path(file), source, findings), source
    if folder := environment.get("CREDENTIALS_DIRECTORY", ""):
        credential = Path(folder) / name.lower()
        if _is_there(credential, findings):
            return _content(credential, str(credential), findings), str(credential)
    return None, name


def _is_there(credential: Path, findings: Findings) -> bool:
    try:
        return credential.exists()
    except OSError as error:
        found = f"{credential.parent}: {error.strerror}"
        if not any(problem.found == found for problem in findings.problems):
            findings.problem("CREDENTIALS_DIRECTORY", found, "a folder of credentials that this process may read")
        return False


def _passphrase(environment: Mapping[str, str], findings: Findings) -> SecretStr | None:
    """Unlike keys it may have spaces, and letters of any alphabet."""
    words, source = _found(environment, BACKUP_PASSPHRASE, findings)
    if words is not None and len(words) < SHORTEST_PASSPHRASE:
        findings.problem(source, f"a passphrase of {len(words)} characters", f"{SHORTEST_PASSPHRASE} or more")
    return None if words is None else SecretStr(words)


def _content(path: Path, source: str, findings: Findings) -> str | None:
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_SECRET).decode("utf-8", errors="replace").strip()
    except OSError as error:
        findings.problem(source, f"{path}: {error.strerror}", "a readable file that holds the key and nothing else")
        return None
    if not content:
        findings.problem(source, f"{path}: an empty file", "a file that holds the key and nothing else")
        return None
    return content


def _checked(key: str | None, source: str, findings: Findings) -> SecretStr | None:
    if key is None:
        return None
    # It travels in an HTTP header. What is wrong with it is not shown, for it may be most of a real key.
    if not key.isascii() or not key.isprintable() or " " in key:
        findings.problem(source, "spaces, line breaks or letters no key has (not shown)", "the key and nothing else")
    elif source.upper().rpartition("/")[2].startswith(SIGNING) and len(key) < SHORTEST_SIGNING_SECRET:
        findings.problem(
            source,
            f"a secret of {len(key)} characters",
            f"{SHORTEST_SIGNING_SECRET} or more, such as from: openssl rand -hex 32",
        )
    return SecretStr(key)


def state_folder(chosen: Path | None, environment: Mapping[str, str], configured: Path, beside: Path) -> Path:
    """Where the state lives, absolute: what was chosen on the command line, else systemd's StateDirectory, else the
    configured folder, relative ones taken from `beside`.
    """
    if chosen is not None:
        return chosen.absolute()
    # systemd joins several StateDirectory= entries with colons; the first is the daemon's own.
    if given := environment.get("STATE_DIRECTORY", "").partition(":")[0]:
        return Path(given).absolute()
    return (beside / configured).absolute()

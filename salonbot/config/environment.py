"""What comes from the environment and not from the file: secrets, and where the state lives."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from salonbot.config.settings import Secrets
from salonbot.config.tables import Findings

KEY = "ANTHROPIC_API_KEY"
KEY_FILE = "ANTHROPIC_API_KEY_FILE"
CREDENTIAL = "anthropic_api_key"

LONGEST_SECRET = 4096


def read_secrets(environment: Mapping[str, str], findings: Findings) -> Secrets:
    """The key to Claude: from ANTHROPIC_API_KEY, else from the file that ANTHROPIC_API_KEY_FILE names, else from the
    systemd credential `anthropic_api_key`. None of them is fine: the offline brain needs no key.
    """
    if key := environment.get(KEY, "").strip():
        return _checked(key, KEY, findings)
    if name := environment.get(KEY_FILE, ""):
        return _checked(_content(Path(name), KEY_FILE, findings), KEY_FILE, findings)
    if folder := environment.get("CREDENTIALS_DIRECTORY", ""):
        credential = Path(folder) / CREDENTIAL
        if credential.exists():
            return _checked(_content(credential, str(credential), findings), str(credential), findings)
    return Secrets()


def _content(path: Path, source: str, findings: Findings) -> str | None:
    try:
        with path.open("rb") as file:
            content = file.read(LONGEST_SECRET).decode("ascii", errors="replace").strip()
    except OSError as error:
        findings.problem(source, f"{path}: {error.strerror}", "a readable file that holds the key and nothing else")
        return None
    if not content:
        findings.problem(source, f"{path}: an empty file", "a file that holds the key and nothing else")
        return None
    return content


def _checked(key: str | None, source: str, findings: Findings) -> Secrets:
    if key is None:
        return Secrets()
    # It travels in an HTTP header. What is wrong with it is not shown, for it may be most of a real key.
    if not key.isascii() or not key.isprintable() or " " in key:
        findings.problem(source, "spaces, line breaks or letters no key has (not shown)", "the key and nothing else")
    return Secrets(anthropic_api_key=SecretStr(key))


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

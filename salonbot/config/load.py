"""Reads `config.toml` and the environment. In: a path or none. Out: everything the house is built from, checked.

All mistakes are reported at once, in plain words: one ConfigurationError with a Problem for each.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from yarl import URL

import salonbot
from salonbot.config.addresses import parts_of
from salonbot.config.alerts import check_alerts
from salonbot.config.environment import (
    EVENTS_SECRET,
    KEY,
    KEY_FILE,
    PARTNER_TOKEN,
    USER_TOKEN,
    own_name,
    read_secrets,
    state_folder,
    user_token_of,
)
from salonbot.config.place import Place, printable
from salonbot.config.plan import SalonPlan
from salonbot.config.salon_settings import EventsSettings, SalonSettings, YClientsSettings
from salonbot.config.salons import plan_salons
from salonbot.config.secrets import Secrets
from salonbot.config.settings import Configuration
from salonbot.config.tables import Findings, read_table
from salonbot.config.wording import instead_of
from salonbot.errors import ConfigurationError, Problem
from salonbot.model.events import EventKind

LARGEST_BYTES = 1_000_000
"""No configuration is that long; a device or a database given by mistake is."""

POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration without mistakes."""

    configuration: Configuration
    secrets: Secrets
    salons: tuple[SalonPlan, ...]
    """One or more, in the file's order."""
    state: Path
    """Folder of the journal and the WhatsApp sessions; absolute, perhaps not there yet."""
    source: str
    """The file it came from, for messages."""
    warnings: tuple[str, ...]
    """What works but was hardly meant; whole sentences."""


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    content: bytes
    folder: Path


def load(
    path: Path | None, *, environment: Mapping[str, str], state: Path | None = None, to_work: bool = True
) -> Loaded:
    """The configuration from `path`, or without one from ./config.toml, or else the default that the package carries.

    `state` is the folder chosen on the command line. Not `to_work`: for commands that only look after the state, and
    may be run where the tokens are not. Raises ConfigurationError with every mistake found.
    """
    source = _read(path)
    raw = _parse(source)
    findings = Findings()
    configuration = read_table(Configuration, raw, Place(), findings)
    secrets = read_secrets(environment, findings, [salon.id for salon in configuration.salon])
    if to_work:
        _cross_check(configuration, secrets, findings)
        check_alerts(configuration, secrets, findings)
    salons = plan_salons(configuration.salon, findings)
    for name, folder in (("state", configuration.state), ("--state", state)):
        if folder is not None and ("\0" in str(folder) or folder == Path()):
            findings.problem(name, "an empty path" if folder == Path() else "a path with a NUL in it", "a folder")
    if findings.problems:
        raise ConfigurationError(source.name, findings.by_table())
    where = state_folder(state, environment, configuration.state, source.folder)
    return Loaded(configuration, secrets, salons, where, source.name, tuple(findings.warnings))


def content_of(path: Path | None) -> bytes:
    """The configuration file that `load` would read, as it stands. Raises ConfigurationError."""
    return _read(path).content


def _read(path: Path | None) -> _Source:
    if path is None and Path("config.toml").exists():
        path = Path("config.toml")
    if path is not None:
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST_BYTES + 1)
        except OSError as error:
            wanted = "a configuration file that can be read; without --config the packaged default is used"
            raise ConfigurationError(str(path), (Problem(str(path), _reason(error), wanted),)) from error
        return _Source(str(path), content, path.absolute().parent)
    return _Source("the packaged default config.toml", packaged().read_bytes(), Path.cwd())


def packaged() -> Path:
    """The default configuration that the package carries."""
    copy = Path(str(resources.files("salonbot.config") / "default.toml"))
    # In an editable installation there is no copy: the wheel's is the repository's own file.
    return copy if copy.is_file() else Path(salonbot.__file__).parents[1] / "config.toml"


def _reason(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "no such file"
        case IsADirectoryError():
            return "a folder"
        case PermissionError():
            return "a file this user may not read"
        case _:
            return error.strerror or str(error)


def _parse(source: _Source) -> dict[str, object]:
    def refused(where: str, found: str, expected: str) -> ConfigurationError:
        return ConfigurationError(source.name, (Problem(where, found, expected),))

    if len(source.content) > LARGEST_BYTES:
        raise refused(source.name, f"more than {LARGEST_BYTES} bytes", "a configuration file")
    try:
        # Windows editors begin a file with a byte order mark: harmless, so it is let through.
        text = source.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.content.count(b"\n", 0, error.start) + 1
        raise refused(f"line {line}", "bytes that are not UTF-8", "a file saved as UTF-8") from None
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise refused(source.name, "brackets nested too deeply", "plain tables and lists") from None
    except ValueError as error:
        # Also for numbers of more digits than Python reads. The line itself is not shown: it may hold a secret.
        message = str(error)
        position = POSITION.search(message)
        where = "the end of the file"
        if position is None:
            where = source.name
        elif position[1]:
            where = f"line {position[1]}, column {position[2]}"
        said = POSITION.sub("", message)
        raise refused(
            where, f"a mistake in the TOML ({said})", 'lines such as key = "text", [table] or # note'
        ) from None


def _cross_check(configuration: Configuration, secrets: Secrets, findings: Findings) -> None:
    turns, assistant = configuration.turns, configuration.assistant
    if turns.longest_wait_seconds < turns.quiet_seconds:
        findings.problem(
            "turns.longest_wait_seconds",
            f"the number {turns.longest_wait_seconds:g}",
            f"quiet_seconds ({turns.quiet_seconds:g}) or more",
        )
    if assistant.brain == "claude" and secrets.anthropic_api_key is None:
        findings.problem(
            "assistant.brain", '"claude" without a key', f'a key in {KEY} or {KEY_FILE}, or "auto" to do without'
        )
    for index, salon in enumerate(configuration.salon):
        _check_live(configuration, salon, Place(f"salon[{index}]"), findings)
        if salon.yclients is not None:
            _check_yclients(Place(f"salon[{index}].yclients"), salon.id, salon.yclients, secrets, findings)
        if salon.events is not None:
            _check_events(Place(f"salon[{index}].events"), salon.id, salon.events, secrets, findings)
    _check_address("whatsapp.proxy", configuration.whatsapp.proxy, ("http", "https", "socks5"), findings)
    _check_address("assistant.proxy", assistant.proxy, ("http", "https", "socks5"), findings)
    _check_address("assistant.base_url", assistant.base_url, ("http", "https"), findings)


def _check_live(configuration: Configuration, salon: SalonSettings, place: Place, findings: Findings) -> None:
    """The salon's own values beside the general ones, which are checked where they stand."""
    turns, own = configuration.turns, salon.turns.quiet_seconds
    if own is not None and own > turns.longest_wait_seconds:
        at = place.key("turns").key("quiet_seconds")
        wanted = f"[turns] longest_wait_seconds ({turns.longest_wait_seconds:g}) or less"
        findings.problem(at, f"the number {own:g}", wanted)


def _check_yclients(place: Place, salon: str, settings: YClientsSettings, secrets: Secrets, findings: Findings) -> None:
    if secrets.yclients_partner_token is None:
        wanted = (
            f"the partner's token in {PARTNER_TOKEN} or {PARTNER_TOKEN}_FILE (yclients.com, account of a developer)"
        )
        findings.problem(place, "no partner token", wanted)
    if secrets.yclients_user_token_of(salon) is None:
        findings.warn(
            place,
            f"no {USER_TOKEN} and no {user_token_of(salon)}: only appointments made through the bot can be seen, "
            "and stylists' hours are guessed from their free times",
        )
    try:
        address = parts_of(settings.address)
    except ValueError:
        findings.problem(place.key("address"), "something that is no address", "https://api.yclients.com")
        return
    if address.scheme == "http" and address.hostname not in ("127.0.0.1", "localhost"):
        findings.problem(place.key("address"), "an address without encryption", "https://, for tokens travel to it")


def _check_events(place: Place, salon: str, settings: EventsSettings, secrets: Secrets, findings: Findings) -> None:
    if secrets.events_secret_of(salon) is None:
        findings.problem(
            place,
            "no secret to sign with",
            f"one in {EVENTS_SECRET} or {own_name(EVENTS_SECRET, salon)}, such as from: openssl rand -hex 32",
        )
    for index, kind in enumerate(settings.kinds):
        if kind not in list(EventKind):
            at = place.key("kinds").item(index)
            findings.problem(at, f'the unknown kind "{printable(kind)}"', instead_of(kind, EventKind))
    try:
        host = parts_of(settings.url).hostname
        URL(settings.url)
    except ValueError:
        findings.problem(place.key("url"), "something that is no address", "https://host/path")
        return
    if settings.url.startswith("http://") and host not in ("127.0.0.1", "localhost", "::1"):
        findings.warn(place.key("url"), "without encryption whoever is on the way can read what is told")


def _check_address(key: str, address: str | None, schemes: tuple[str, ...], findings: Findings) -> None:
    if address is None:
        return
    try:
        right = parts_of(address).scheme in schemes
    except ValueError:
        right = False
    if not right:
        # Not shown: a proxy's address may carry a password.
        wanted = " or ".join(f"{scheme}://host:port" for scheme in schemes)
        findings.problem(key, "something that is not such an address (not shown)", wanted)

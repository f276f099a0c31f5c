"""`salonbot restore`: a backup back into a state folder."""

import argparse
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from salonbot.cli.arguments import Subparsers, add_command, backup_passphrase, secrets_set, state_named
from salonbot.clock import SystemClock
from salonbot.errors import BackupError

if TYPE_CHECKING:  # read only when the command runs
    from pydantic import SecretStr

    from salonbot.vault.manifest import Manifest
    from salonbot.vault.restore import Opened
    from salonbot.vault.seal import Key

IDENTITY = "AGE-SECRET-KEY-1"


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = add_command(
        subparsers,
        "restore",
        description="Put a backup into a state folder, on this machine or a new one. Everything in it is checked\n"
        "before anything is touched. It refuses beside a running daemon, and where the folder holds a state already;\n"
        "with --force what is there is moved into a folder beside it. Nothing is ever deleted or overwritten.\n\n"
        "The configuration goes where --config says (without it: ./config.toml), or beside it as\n"
        "config.toml.restored where there is a different one.\n\n"
        "A WhatsApp session lives on one machine: where two daemons use the same one they throw each other out.\n"
        "So the old daemon must be off for good before the new one starts. Where that cannot be made sure, take\n"
        "--without-sessions and link the phones anew.",
        examples="  salonbot restore salonbot-20261125T030000Z.age\n"
        "  salonbot restore salon.age --config /etc/salonbot/config.toml --state /var/lib/salonbot\n"
        "  salonbot restore salon.age --identity /mnt/usb/age-key.txt --force",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="what `salonbot backup` wrote")
    parser.add_argument(
        "--identity", type=Path, metavar="FILE", help="the private key (age-keygen) a backup for a public key wants"
    )
    parser.add_argument("--force", action="store_true", help="move aside what the state folder holds")
    parser.add_argument("--without-sessions", action="store_true", help="leave the WhatsApp sessions out: link anew")


def run(arguments: argparse.Namespace) -> int:
    """Returns 0 once all is in place. Raises BackupError or StateError otherwise, with nothing changed."""
    from salonbot.vault.restore import opened, place_config, restore

    wanted = (arguments.config or Path("config.toml")).absolute()
    named = state_named(arguments)
    key = _key(arguments.file, arguments.identity)
    with opened(arguments.file, key, beside=named or wanted.parent) as backup:
        print(f"opened {arguments.file} and checked every file in it")
        manifest, config = backup.manifest, backup.config
        state = named or _state_of(backup, wanted.parent)
        done = restore(backup, state, SystemClock(), force=arguments.force, sessions=not arguments.without_sessions)
    if done.aside is not None:
        print(f"moved what was in {state} to {done.aside}")
    print(f"restored {state}: {', '.join(done.files)}")
    if done.settled:
        print(f"closed {done.settled} conversations that were being answered when the backup was made")
    _tell_config(place_config(config, wanted), wanted)
    _advise(manifest, sessions=not arguments.without_sessions)
    return 0


def _key(file: Path, identity: Path | None) -> "Key":
    from salonbot.vault.seal import Identity, Passphrase, is_sealed_by_passphrase

    try:
        by_passphrase = is_sealed_by_passphrase(file)
        if not by_passphrase:
            return Identity(_identity(identity, file))
    except OSError as error:
        raise BackupError(f"{error.filename or file}: {error.strerror}") from error
    passphrase = backup_passphrase(ask_twice=False)
    if passphrase is None:
        raise BackupError(f"{file} wants its passphrase: set BACKUP_PASSPHRASE, or BACKUP_PASSPHRASE_FILE to a file")
    return Passphrase(passphrase)


def _identity(identity: Path | None, file: Path) -> "SecretStr":
    from pydantic import SecretStr

    if identity is None:
        raise BackupError(f"{file} was made for a public key: name the file with the private one, --identity FILE")
    lines = identity.read_text(encoding="utf-8", errors="replace").split()
    found = next((line for line in lines if line.startswith(IDENTITY)), None)
    if found is None:
        raise BackupError(f"{identity} holds no private key of age's ({IDENTITY}...)")
    return SecretStr(found)


def _state_of(backup: "Opened", beside: Path) -> Path:
    """Where a daemon with the restored configuration will look."""
    from salonbot.config.settings import Configuration

    try:
        configured = tomllib.loads(backup.config.decode("utf-8-sig")).get("state")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BackupError(f"the configuration in it cannot be read ({error}): name the folder with --state") from error
    default = Configuration.model_fields["state"].default
    return (beside / (configured if isinstance(configured, str) and configured else default)).absolute()


def _tell_config(placed: Path, wanted: Path) -> None:
    if placed == wanted:
        print(f"configuration: {placed}")
    else:
        print(f"configuration: {placed}, because another one is in {wanted}; compare the two, and keep one")


def _advise(manifest: "Manifest", *, sessions: bool) -> None:
    age = SystemClock().now() - manifest.made_at
    print(f"\nThis is the state of {manifest.made_at:%Y-%m-%d %H:%M} UTC, {_in_words(age)} ago.")
    print("Appointments and messages that came later are not in it: look them up on the salon's phone.")
    linked = [salon.id for salon in manifest.salons if salon.is_linked]
    if sessions and linked:
        print(f"WhatsApp sessions restored: {', '.join(linked)}. Before you start this daemon make sure that the one")
        print(f"which used {manifest.state} is off for good (there: systemctl disable --now salonbot). Two at once")
        print("throw each other out. If WhatsApp has ended a session meanwhile, the start asks to link anew.")
    missing = sorted(set(manifest.secrets) - set(secrets_set()))
    if missing:
        print(f"Set again, for they were set where it was made: {', '.join(missing)}")
    print("Then: salonbot check, and salonbot run.")


def _in_words(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    if hours < 1:
        return "less than an hour"
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"

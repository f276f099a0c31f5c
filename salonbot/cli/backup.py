"""`salonbot backup`: journal, calendar, WhatsApp sessions and configuration in one encrypted file."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from salonbot.cli.arguments import Subparsers, add_command, backup_passphrase, load_configuration, secrets_set
from salonbot.clock import SystemClock
from salonbot.errors import BackupError

if TYPE_CHECKING:  # read only when the command runs, see `load_configuration`
    from salonbot.config.load import Loaded
    from salonbot.vault.seal import Lock


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = add_command(
        subparsers,
        "backup",
        description="Write the configuration, the journal with the calendar, every salon's WhatsApp session and the\n"
        "pages' token into one encrypted file, then open it again and check it. The daemon may run meanwhile\n"
        "and is not held up.\n\n"
        "Encrypted as age does it (age-encryption.org), so `age --decrypt` opens it too:\n"
        "  with the passphrase in BACKUP_PASSPHRASE, in the file BACKUP_PASSPHRASE_FILE names, in the systemd\n"
        "  credential backup_passphrase, or typed here; or\n"
        "  for the public key in [backup] recipient, made with age-keygen: then this machine cannot open what\n"
        "  it wrote, and the private key kept elsewhere is needed to restore.\n"
        "Keep the passphrase or the private key where the server's loss does not take it along.\n"
        "Secrets of the environment (tokens, API keys) are not in the backup; it names those that were set.",
        examples="  salonbot backup                                        a new file in this folder\n"
        "  salonbot backup /mnt/usb/salon.age\n"
        "  salonbot backup /var/lib/salonbot-backups --keep 14    a new file there; of ours, the 14 newest stay\n"
        "  systemd/salonbot-backup.timer                          every night",
    )
    parser.add_argument(
        "file", type=Path, nargs="?", default=Path(), metavar="FILE", help="a new file, or a folder (default: this one)"
    )
    parser.add_argument(
        "--keep", type=_some, metavar="N", help="in a folder: how many of our backups stay, the new one included"
    )


def _some(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of backups, 1 or more")
    return number


def run(arguments: argparse.Namespace) -> int:
    """Returns 0 once the file is written and was tried out. Raises BackupError or StateError otherwise."""
    from salonbot.config.load import content_of
    from salonbot.vault.backup import Order, back_up

    loaded = load_configuration(arguments, to_work=False)
    order = Order(
        state=loaded.state,
        salons=loaded.salons,
        config=content_of(arguments.config),
        config_source=loaded.source,
        secrets=secrets_set(),
        target=arguments.file,
        lock=_lock(loaded),
        keep=arguments.keep,
    )
    made = back_up(order, SystemClock(), print)
    for old in made.removed:
        print(f"removed {old.name}, an older one")
    print(f"Backup of {made.manifest.made_at:%Y-%m-%d %H:%M} UTC: {made.path} ({made.size / 1e6:.1f} MB)")
    if made.manifest.secrets:
        print(f"Not in it, keep them elsewhere: {', '.join(made.manifest.secrets)}")
    return 0


def _lock(loaded: "Loaded") -> "Lock":
    from salonbot.vault.seal import Passphrase, Recipient

    if (public := loaded.configuration.backup.recipient) is not None:
        return Recipient(public)
    passphrase = backup_passphrase(ask_twice=True)
    if passphrase is None:
        raise BackupError(
            "a backup is never written unencrypted: set BACKUP_PASSPHRASE, or BACKUP_PASSPHRASE_FILE to a file that"
            ' holds it, or [backup] recipient = "age1..." to a public key'
        )
    return Passphrase(passphrase)

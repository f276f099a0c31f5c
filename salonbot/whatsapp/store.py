"""The engine's own database of one salon: keys, sessions, and which device we are. Written by the engine alone.

One file per salon: the engine opens SQLite without WAL, and several devices in one file lock each other out until
messages are dropped. WAL is a property of the file, so it is set before the engine first opens it. Nothing in this
process may open the file, not even to copy it: every look into it is a child process (see `inspection`).
"""

import hmac
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salonbot.errors import StateError
from salonbot.model.messages import MessageId
from salonbot.whatsapp.jid import Jid

INSPECTION = Path(__file__).with_name("inspection.py")
CHILD_SECONDS = 30.0
NOWHERE = "-"
"""No message's id."""
DAMAGED, UNUSABLE = 3, 4
"""Exit codes of the child."""


class StoreDamaged(StateError):
    """The engine's database cannot be read: this device must be restored from a backup or linked anew."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The device this salon is linked as."""

    jid: Jid
    lid: Jid | None
    key: bytes
    """Private to the device; what our own secrets are derived from."""

    def secret(self, mark: str) -> bytes:
        """The 32 bytes a message sent under `mark` carries as its secret: as unguessable as the device's own key.

        The engine writes them down with the message's id before it sends: so a message in doubt is found again.
        """
        return hmac.digest(self.key, mark.encode(), "sha256")


@dataclass(frozen=True, slots=True)
class Decrypted:
    """A private message of somebody else's that the engine has decrypted."""

    chat: Jid
    message_id: MessageId


class Store:
    """Looks into and after the file. Blocking; each look takes a child process and 30 ms."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> Identity | None:
        """Make the file ready for the engine; who we are linked as, None before pairing.

        Raises StoreDamaged, or StateError where the file cannot be used.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StateError(f"{self.path.parent}: cannot be made: {error.strerror}") from error
        device = self._ask("prepare")["device"]
        if device is None:
            return None
        jid, lid, key = device
        return Identity(Jid.parse(jid), Jid.parse(lid) if lid else None, bytes.fromhex(key))

    def sent_with(self, secret: bytes) -> MessageId | None:
        """The id of the last message made with this secret; None: no such message was ever made ready to send."""
        found = self._ask("sent_with", secret.hex())["message_id"]
        return MessageId(found) if found else None

    def decrypted(self, until: str | None = None, newest: int = 1000) -> list[Decrypted]:
        """Messages of other people in private that the engine has decrypted and that carried a secret.

        Newest first, all of them back to the one with the id `until`, or to the very first where that is empty; where
        there is none of that id, the newest.
        WhatsApp's apps put a secret into every message a person writes. One that the inbox lacks died with an earlier
        process between decryption and journal.
        """
        answer = self._ask("decrypted", str(newest), NOWHERE if until is None else until)
        own = {Jid.parse(jid) for jid in answer["own"]}
        found = [(Jid.parse(chat), Jid.parse(sender), MessageId(id_)) for chat, sender, id_ in answer["messages"]]
        return [
            Decrypted(chat, message_id)
            for chat, sender, message_id in found
            if chat == sender and chat.is_person and chat not in own
        ]

    def backup(self, target: Path) -> None:
        """Write a consistent copy, also while the engine is running."""
        self._ask("backup", str(target))

    def held(self, users: Sequence[str]) -> dict[str, int]:
        """How many rows the engine has about these people (digits of LIDs and phone numbers), by table."""
        return dict(self._ask("held", *users)["rows"])

    def forget(self, users: Sequence[str]) -> dict[str, int]:
        """Delete what the engine has about these people; returns the rows by table.

        Never while an engine runs on the file: it would meet a locked database and drop a message.
        """
        return dict(self._ask("forget", *users)["rows"])

    def wipe(self) -> None:
        """Forget the device: the next start pairs anew. The salon's own data is elsewhere."""
        for path in self._files():
            path.unlink(missing_ok=True)

    def set_aside(self) -> Path:
        """Move a damaged file out of the way, keeping it; returns where it is now."""
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.damaged-{number}")).exists():
            number += 1
        for path in self._files():
            if path.exists():
                path.rename(path.with_name(path.name.replace(self.path.name, aside.name, 1)))
        return aside

    def _files(self) -> list[Path]:
        return [self.path, *(self.path.with_name(self.path.name + end) for end in ("-wal", "-shm", "-journal"))]

    def _ask(self, operation: str, *arguments: str) -> Any:
        command = [sys.executable, "-I", "-S", str(INSPECTION), operation, str(self.path), *arguments]
        try:
            child = subprocess.run(  # noqa: S603 - our own program
                command, capture_output=True, text=True, timeout=CHILD_SECONDS, stdin=subprocess.DEVNULL, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise StateError(f"{self.path}: cannot be looked into: {error}") from error
        if child.returncode == DAMAGED:
            raise StoreDamaged(f"{self.path}: damaged: {child.stdout}")
        if child.returncode != 0:
            raise StateError(f"{self.path}: {child.stdout or child.stderr.strip()[-500:]}")
        return json.loads(child.stdout)

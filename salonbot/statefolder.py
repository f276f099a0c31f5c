"""The folder that outlives the process: who holds it, and what its files are called.

One process per state folder: two would answer every customer twice and break the WhatsApp session. The lock is the
kernel's (flock), so it ends with its holder however that ends; what the file says is only for people.
"""

import errno
import fcntl
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from salonbot.clock import Clock, SystemClock
from salonbot.errors import StateError, StateUnavailable
from salonbot.model.salon import SalonId

LOCK = "lock"
JOURNAL = "journal.db"
RESTORING = "restore-unfinished"
"""There while the files of the folder are being exchanged for those of a backup."""
LAST_BACKUP = "last-backup"
"""What the last backup was and when."""
FORGET = "forget-at-start"
"""Who is still to be taken out of the engines' files."""
SESSION = re.compile(r"whatsapp-[a-z0-9][a-z0-9_-]*\.db")
NOT_ALONE = re.compile(r"lock.*|.*\.db|.*\.db[-.].*|\..*|.*\.new")
"""Files that mean nothing elsewhere, or not without others; databases among them, which are not copied like files."""


PASSING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE})
"""What ails the machine and not the folder: nobody need change anything in the configuration."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a folder, as far as the lock says."""

    process: str
    """Empty: it has not said yet."""
    since: str
    errand: str
    """The command that holds it for a moment; empty: a daemon, for good."""

    @property
    def lets_go_soon(self) -> bool:
        """Whether it is worth waiting for. Whoever has not said yet may be either."""
        return bool(self.errand) or not self.process

    def __str__(self) -> str:
        return f"process {self.process}, since {self.since}" if self.process else "a process that is just starting"


class StateHeldError(StateError):
    """Another process holds the folder."""

    def __init__(self, path: Path, holder: Holder) -> None:
        self.lets_go_soon = holder.lets_go_soon
        who, advice = "another salonbot", "stop that one, or give this one a folder of its own with --state"
        if holder.errand:
            who, advice = f"`{holder.errand}`", "wait until it is done"
        super().__init__(f"the state folder {path} is held by {who} ({holder}): {advice}")


class StateFolder:
    """A state folder held by this process until `close`. Also a context manager."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def open(
        cls, path: Path, clock: Clock | None = None, *, errand: str = "", half_restored: bool = False
    ) -> "StateFolder":
        """Create the folder where it is missing (0700) and take its lock; for an `errand`, where it is not for good.

        Raises StateError where it cannot be used, StateHeldError where another holds it: the message says who; and
        StateUnavailable where it could be later. Only who restores may have one that is `half_restored`.
        """
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            leave_to_owner(path / LOCK, path)
        except OSError as error:
            raise _unusable(path, error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(lock, 0)
            with suppress(OSError):  # a full disk: the lock holds without a word
                now = (clock or SystemClock()).now()
                os.write(lock, f"{os.getpid()} {now:%Y-%m-%dT%H:%M:%SZ} {errand}\n".encode("ascii"))
        except BlockingIOError as error:
            holder = _holder(lock)
            os.close(lock)
            raise StateHeldError(path, holder) from error
        except OSError as error:
            os.close(lock)
            raise _unusable(path, error) from error
        if (path / RESTORING).exists() and not half_restored:
            os.close(lock)
            raise StateError(
                f"the state folder {path} is half restored from a backup: do it again, with"
                " salonbot restore --force FILE"
            )
        return cls(path, lock)

    @property
    def journal(self) -> Path:
        """The journal's SQLite file."""
        return self.path / JOURNAL

    @property
    def web_token(self) -> Path:
        """The file that holds the token of the pages that change something."""
        return self.path / "web-token"

    def session(self, salon: SalonId) -> Path:
        """The engine's SQLite file of one salon: losing it means scanning the QR code again."""
        return self.path / session_file(salon)

    def close(self) -> None:
        """Let the folder go. The lock file stays: removing it could take it from under the next holder."""
        os.ftruncate(self._lock, 0)
        os.close(self._lock)

    def __enter__(self) -> "StateFolder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def leave_to_owner(file: Path, folder: Path) -> None:
    """Give what root has made to whom the folder belongs: the daemon is another user, and could not even read it."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(file, owner.st_uid, owner.st_gid)


def session_file(salon: SalonId) -> str:
    """The name of the engine's file of one salon."""
    return f"whatsapp-{salon}.db"


def is_session(file: Path) -> bool:
    """Whether a file of the folder is an engine's."""
    return SESSION.fullmatch(file.name) is not None


def keeps_alone(file: Path) -> bool:
    """Whether a plain copy of this file of the folder is worth keeping."""
    return file.name not in (RESTORING, LAST_BACKUP) and NOT_ALONE.fullmatch(file.name) is None


def write_whole(file: Path, text: str) -> None:
    """Put a text into a file (0600) that has its name only once it is whole: a full disk leaves no half of it.

    Raises OSError.
    """
    unnamed = file.with_name(f"{file.name}.new")
    unnamed.touch(mode=0o600)
    unnamed.write_text(text, encoding="utf-8")
    unnamed.rename(file)


def holder(path: Path) -> str | None:
    """Who holds the folder, in words; None: nobody does, or there is none."""
    try:
        lock = os.open(path / LOCK, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return str(_holder(lock))
    finally:
        os.close(lock)
    return None


def _holder(lock: int) -> Holder:
    said = os.pread(lock, 100, 0).decode("ascii", "replace").strip()
    process, since, errand = [*said.split(" ", 2), "", "", ""][:3]
    return Holder(process, since, errand) if process.isdigit() else Holder("", "", "")


def _unusable(path: Path, error: OSError) -> StateError | StateUnavailable:
    if error.errno in PASSING:
        return StateUnavailable(f"the state folder {path} cannot be used now: {error.strerror}")
    match error:
        case FileExistsError() | NotADirectoryError():
            why = "it is a file, or lies below one: remove the file"
        case PermissionError():
            why = "this user may not write there: change its owner"
        case _:
            why = f"{error.strerror}: see to that"
    return StateError(f"the state folder {path} cannot be used: {why}, or choose another folder with --state")

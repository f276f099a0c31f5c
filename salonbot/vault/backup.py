"""A backup of everything in one encrypted file, taken beside a running daemon, and tried out before it counts as one.

The WhatsApp sessions are copied before the journal. The other way round a restored session would remember messages
that the restored journal lacks, and their senders would be asked to write them once more.
"""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from salonbot import __version__
from salonbot.clock import Clock
from salonbot.config.plan import SalonPlan
from salonbot.errors import BackupError, StateError
from salonbot.journal import copying
from salonbot.statefolder import (
    JOURNAL,
    LAST_BACKUP,
    RESTORING,
    holder,
    is_session,
    keeps_alone,
    leave_to_owner,
    session_file,
)
from salonbot.vault.manifest import CONFIG, FORMAT, STATE, Manifest, SalonNote, note
from salonbot.vault.packing import pack, unpack
from salonbot.vault.seal import Lock, seal, unseal
from salonbot.whatsapp.store import Store

STAMPED = re.compile(r"salonbot-\d{8}T\d{6}Z\.age")
"""Names we give: only these are ever rotated away."""
STAGING = ".backup-"
ROOM = 2.5
"""Times the size of the state, free on its disk: copies, the packed archive, and the look at the result."""
LEFT_BEHIND_SECONDS = 86_400.0

Tell = Callable[[str], None]
"""Told, in sentences, how far it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be backed up, where to, and how locked."""

    state: Path
    salons: tuple[SalonPlan, ...]
    config: bytes
    config_source: str
    secrets: tuple[str, ...]
    """Names of the variables that are set."""
    target: Path
    """A new file, or a folder that is there already."""
    lock: Lock
    keep: int | None = None
    """In a folder: how many of our files to keep, this one included; None: all."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was tried out."""

    path: Path
    size: int
    manifest: Manifest
    removed: tuple[Path, ...]
    """Older ones, rotated away."""


def back_up(order: Order, clock: Clock, tell: Tell) -> Made:
    """Make, try out, and only then name the file. Raises BackupError or StateError; no half a file is left."""
    now = clock.now()
    target = _target(order, now)
    _refuse_hopeless(order, target)
    try:
        with _staging(order.state, now) as staging:
            files = _gather(order.state, staging, tell)
            (config := staging / CONFIG).write_bytes(order.config)
            manifest = _manifest(order, now, {**files, CONFIG: config})
            pack(manifest, {**files, CONFIG: config}, staging / "packed")
            for copied in files.values():
                copied.unlink()
            size = _write(order, staging, target, tell)
    except OSError as error:
        raise BackupError(f"no backup was made: {error.filename or target}: {error.strerror}") from error
    try:
        removed = _rotate(order, target)
        _remember(order.state, target, now)
    except OSError as error:
        raise BackupError(f"{target} was made, but then: {error.filename or target}: {error.strerror}") from error
    return Made(target, size, manifest, removed)


def _target(order: Order, now: datetime) -> Path:
    if order.target.is_dir():
        return order.target / f"salonbot-{now:%Y%m%dT%H%M%SZ}.age"
    if order.keep is not None:
        raise BackupError(f"--keep needs a folder of backups, and {order.target} is none: make it first")
    return order.target


def _refuse_hopeless(order: Order, target: Path) -> None:
    if not (order.state / JOURNAL).is_file():
        raise StateError(f"there is nothing to back up: the state folder {order.state} holds no {JOURNAL}")
    if (order.state / RESTORING).exists():
        raise StateError(f"the state folder {order.state} is half restored: finish that first")
    if target.exists():
        raise BackupError(f"{target} exists already: choose another name")
    needed = sum(file.stat().st_size for file in order.state.iterdir() if file.is_file()) * ROOM
    free = shutil.disk_usage(order.state).free
    if free < needed:
        raise BackupError(
            f"too little room beside {order.state}: {needed / 1e6:.0f} MB are needed for a while, {free / 1e6:.0f} MB"
            " are free"
        )


@contextmanager
def _staging(state: Path, now: datetime) -> Iterator[Path]:
    """A folder for the copies, on the state's own disk and under its guard; gone at the end."""
    for left in state.glob(f"{STAGING}*"):
        # A backup that was killed could not tidy up. One that runs now is younger.
        if now.timestamp() - left.stat().st_mtime > LEFT_BEHIND_SECONDS:
            shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=STAGING, dir=state) as staging:
        yield Path(staging)


def _gather(state: Path, staging: Path, tell: Tell) -> dict[str, Path]:
    """Copies of all that is worth keeping, by their names in the archive."""
    copies: dict[str, Path] = {}
    for file in sorted(state.iterdir()):
        if is_session(file):
            Store(file).backup(staging / file.name)
        elif file.is_file() and not file.is_symlink() and keeps_alone(file):
            shutil.copyfile(file, staging / file.name)
        else:
            continue
        copies[STATE + file.name] = staging / file.name
        tell(f"copied {file.name} ({(staging / file.name).stat().st_size / 1e6:.1f} MB)")
    copying.copy(state / JOURNAL, staging / JOURNAL)
    tell(f"copied {JOURNAL} ({(staging / JOURNAL).stat().st_size / 1e6:.1f} MB)")
    copies[STATE + JOURNAL] = staging / JOURNAL
    for copied in copies.values():
        copied.chmod(0o600)
    return copies


def _manifest(order: Order, now: datetime, files: dict[str, Path]) -> Manifest:
    journal = copying.look_over(files[STATE + JOURNAL])
    return Manifest(
        format=FORMAT,
        version=__version__,
        made_at=now,
        was_running=holder(order.state) is not None,
        schema=journal.schema,
        messages=journal.messages,
        appointments=journal.appointments,
        salons=tuple(
            SalonNote(
                id=plan.profile.id,
                name=plan.profile.name,
                is_linked=STATE + session_file(plan.profile.id) in files,
            )
            for plan in order.salons
        ),
        state=str(order.state),
        config=order.config_source,
        secrets=order.secrets,
        files=tuple(note(path, name) for name, path in files.items()),
    )


def _write(order: Order, staging: Path, target: Path, tell: Tell) -> int:
    """Encrypt under a name of no meaning, open the result again, and rename it; returns its size."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)  # 0600
    unnamed = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as sealed:
            key = seal(staging / "packed", sealed, order.lock)
            sealed.flush()
            os.fsync(sealed.fileno())
        (staging / "packed").unlink()
        tell(f"encrypted {unnamed.stat().st_size / 1e6:.1f} MB")
        unseal(unnamed, staging / "packed", key)
        (trial := staging / "trial").mkdir()
        verify(unpack(staging / "packed", trial), trial)
        tell("opened it again and checked every file in it")
        unnamed.rename(target)
        _sync(target.parent)
    except BaseException:
        unnamed.unlink(missing_ok=True)
        raise
    return target.stat().st_size


def verify(manifest: Manifest, folder: Path) -> None:
    """Check the databases among the files that were unpacked there. Raises BackupError."""
    try:
        copying.look_over(folder / JOURNAL)
    except StateError as error:
        raise BackupError(f"the journal in it cannot be used: {error}") from error
    for one in manifest.files:
        file = folder / one.name.rpartition("/")[2]
        if is_session(file) and not copying.is_whole(file):
            raise BackupError(f"the WhatsApp session {file.name} in it is damaged")


def _rotate(order: Order, target: Path) -> tuple[Path, ...]:
    """Remove the oldest of our files beyond those to be kept; other files in the folder are not ours."""
    if order.keep is None:
        return ()
    ours = sorted(file for file in target.parent.iterdir() if STAMPED.fullmatch(file.name))
    old = tuple(ours[: -order.keep])
    for file in old:
        file.unlink()
    return old


def _remember(state: Path, target: Path, now: datetime) -> None:
    """For `salonbot check`, which says how old the last one is."""
    unnamed = state / f"{LAST_BACKUP}.new"
    unnamed.write_text(json.dumps({"made_at": now.isoformat(), "file": str(target.absolute())}), encoding="utf-8")
    unnamed.chmod(0o600)
    leave_to_owner(unnamed, state)
    unnamed.rename(state / LAST_BACKUP)


def _sync(folder: Path) -> None:
    """Bring the folder's list of names onto the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

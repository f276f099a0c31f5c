"""A backup back into a state folder: all of it or nothing, never beside a daemon, and nothing is thrown away.

Everything is unpacked and checked inside the folder before the first of its files is touched. Then a marker goes in,
which no daemon starts beside, the old files are moved aside, the new ones in, and the marker goes. An exchange that was
cut short therefore never looks like a state: it is done again.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from salonbot.clock import Clock
from salonbot.errors import BackupError, StateError
from salonbot.journal import copying
from salonbot.statefolder import JOURNAL, LOCK, RESTORING, StateFolder, is_session, leave_to_owner
from salonbot.vault.backup import verify
from salonbot.vault.manifest import CONFIG, Manifest
from salonbot.vault.packing import unpack
from salonbot.vault.seal import Key, unseal

STAGING = ".restore-"


@dataclass(frozen=True, slots=True)
class Opened:
    """A backup, decrypted and found to be whole."""

    manifest: Manifest
    folder: Path
    """Its files, under their last names."""

    @property
    def config(self) -> bytes:
        """The configuration."""
        return (self.folder / CONFIG).read_bytes()


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of it."""

    files: tuple[str, ...]
    aside: Path | None
    """Where the files that were there before are now."""
    settled: int
    """Turns that were in work when the backup was made."""


@contextmanager
def opened(backup: Path, key: Key, beside: Path) -> Iterator[Opened]:
    """The backup's contents in a private folder made in `beside`, checked, and gone at the end.

    Raises BackupError where it cannot be trusted.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=STAGING, dir=_ground(beside)) as name:
            packed, inner = Path(name) / "packed", Path(name) / "files"
            inner.mkdir()
            unseal(backup, packed, key)
            manifest = unpack(packed, inner)
            packed.unlink()
            if not (inner / CONFIG).is_file() or not (inner / JOURNAL).is_file():
                raise BackupError(f"{backup} holds no configuration or no journal: this is no backup of salonbot's")
            verify(manifest, inner)
            yield Opened(manifest, inner)
    except OSError as error:
        raise BackupError(f"{error.filename or backup}: {error.strerror}") from error


def _ground(path: Path) -> Path:
    """The nearest of the folder and its parents that is there."""
    return next(place for place in (path, *path.parents) if place.is_dir())


def restore(backup: Opened, state: Path, clock: Clock, *, force: bool, sessions: bool) -> Restored:
    """Fill the state folder. Without `sessions` the phones are to be linked anew. What was opened is used up.

    Raises StateError where the folder is held, or holds a state already and `force` was not given: nothing was changed.
    """
    with StateFolder.open(state, clock, errand="salonbot restore", half_restored=True) as folder:
        held = [file for file in folder.path.iterdir() if file.name != LOCK and not file.is_dir()]
        if held and not force:
            raise StateError(
                f"{folder.path} holds a state already ({', '.join(sorted(file.name for file in held))}): choose another"
                " folder with --state, or give --force to have all of it moved aside"
            )
        settled = copying.settle(backup.folder / JOURNAL, clock.now()) if backup.manifest.was_running else 0
        with tempfile.TemporaryDirectory(prefix=STAGING, dir=folder.path) as staging:
            files = _bring(backup, Path(staging), sessions=sessions)
            aside = _exchange(folder.path, files, held, clock.now())
    return Restored(tuple(sorted(file.name for file in files)), aside, settled)


def _bring(backup: Opened, staging: Path, *, sessions: bool) -> list[Path]:
    """The files, onto the disk of the state; the journal last: without it there is no state."""
    names = [one.name.rpartition("/")[2] for one in backup.manifest.files if one.name != CONFIG]
    brought = []
    for name in sorted(names, key=lambda name: name == JOURNAL):
        if sessions or not is_session(Path(name)):
            file = staging / name
            shutil.move(backup.folder / name, file)
            file.chmod(0o600)
            leave_to_owner(file, staging.parent)
            _sync(file)
            brought.append(file)
    return brought


def _exchange(state: Path, files: list[Path], held: list[Path], now: datetime) -> Path | None:
    marker = state / RESTORING
    marker.touch(mode=0o600)
    _sync(state)
    aside = None
    if old := [file for file in held if file != marker]:
        aside = state / f"before-restore-{now:%Y%m%dT%H%M%SZ}"
        aside.mkdir(mode=0o700)
        leave_to_owner(aside, state)
        for file in old:
            file.rename(aside / file.name)
    for file in files:
        file.rename(state / file.name)
    _sync(state)
    marker.unlink()
    _sync(state)
    return aside


def place_config(config: bytes, wanted: Path) -> Path:
    """Write the configuration where it is wanted, or beside it where another one is; returns where it is."""
    if wanted.exists() and wanted.read_bytes() == config:
        return wanted
    target, number = wanted, 0
    while target.exists():
        number += 1
        target = wanted.with_name(f"{wanted.name}.restored" + (f"-{number}" if number > 1 else ""))
    unnamed = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unnamed.write_bytes(config)
        unnamed.rename(target)
    except OSError as error:
        with suppress(OSError):
            unnamed.unlink(missing_ok=True)
        raise BackupError(
            f"the state is restored, but the configuration could not be written to {target}: {error.strerror}"
        ) from error
    return target


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

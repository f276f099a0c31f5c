"""What a backup says about itself: the first member of its archive, and what everything else in it is held against."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter, ValidationError

from salonbot.errors import BackupError

FORMAT = 1
NAME = "manifest.json"
CONFIG = "config.toml"
STATE = "state/"
"""What stands before the name of a file of the state folder."""

LARGEST_MANIFEST = 1_000_000
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileNote:
    """One file of the archive."""

    name: str
    size: int
    """Bytes."""
    sha256: str
    mode: int = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class SalonNote:
    """One salon of the configuration."""

    id: str
    name: str
    is_linked: bool
    """A WhatsApp session of it is in the backup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Of one backup."""

    format: int
    version: str
    """Of the program that made it."""
    made_at: datetime
    was_running: bool
    """A daemon was at work on the state, and went on after the copy."""
    schema: int
    """Of the journal."""
    messages: int
    appointments: int
    salons: tuple[SalonNote, ...]
    state: str
    """The folder it was made of."""
    config: str
    """Where the configuration came from."""
    secrets: tuple[str, ...]
    """Names of the variables that were set: their values are not in the backup."""
    files: tuple[FileNote, ...]
    """All but the manifest itself, in the archive's order."""

    def dump(self) -> bytes:
        """As it stands in the archive."""
        return MANIFEST.dump_json(self, indent=2)

    @classmethod
    def read(cls, content: bytes) -> "Manifest":
        """Raises BackupError for what is no manifest, or one of a format this program does not know."""
        try:
            manifest = MANIFEST.validate_json(content)
        except ValidationError as error:
            raise BackupError(f"its {NAME} cannot be read: this is no backup of salonbot's") from error
        if manifest.format > FORMAT:
            raise BackupError(
                f"it was made by a newer salonbot ({manifest.version}, format {manifest.format}; this one knows"
                f" {FORMAT}): install that version first"
            )
        return manifest


MANIFEST: TypeAdapter[Manifest] = TypeAdapter(Manifest)


def note(path: Path, name: str) -> FileNote:
    """The note of a file on disk."""
    with path.open("rb") as file:
        digest, size = digested(file, lambda chunk: None)
    return FileNote(name=name, size=size, sha256=digest, mode=path.stat().st_mode & 0o777)


def digested(source: IO[bytes], sink: Callable[[bytes], object]) -> tuple[str, int]:
    """Pass everything to the sink; its SHA-256 in hex, and how many bytes it was."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        sink(chunk)
    return digest.hexdigest(), size

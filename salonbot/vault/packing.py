"""Files into one compressed archive with its manifest, and out of it again, each held against the manifest."""

import gzip
import io
import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from salonbot.errors import BackupError
from salonbot.vault.manifest import LARGEST_MANIFEST, NAME, FileNote, Manifest, digested

COMPRESSION = 6


def pack(manifest: Manifest, files: Mapping[str, Path], archive: Path) -> None:
    """Write the archive: the manifest, then the files it notes."""
    with tarfile.open(archive, "x:gz", compresslevel=COMPRESSION) as tar:
        content = manifest.dump()
        tar.addfile(_member(FileNote(name=NAME, size=len(content), sha256=""), manifest), io.BytesIO(content))
        for one in manifest.files:
            with files[one.name].open("rb") as file:
                tar.addfile(_member(one, manifest), file)


def _member(one: FileNote, manifest: Manifest) -> tarfile.TarInfo:
    member = tarfile.TarInfo(one.name)
    member.size, member.mode, member.mtime = one.size, one.mode, int(manifest.made_at.timestamp())
    return member


def unpack(archive: Path, folder: Path) -> Manifest:
    """Write all files into the folder, under their last names. Raises BackupError where anything is not as noted."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            manifest = Manifest.read(_first(tar))
            noted = {one.name: one for one in manifest.files}
            if len({place(folder, name) for name in noted}) < len(noted):
                raise BackupError("two of its files would have the same name")
            while (member := tar.next()) is not None:
                one = noted.pop(member.name, None)
                if one is None or not member.isfile():
                    raise BackupError(f"it holds {member.name!r}, of which its manifest knows nothing")
                _write(tar, member, one, folder)
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise BackupError(f"it is damaged inside: {error}") from error
    if noted:
        raise BackupError(f"it lacks {', '.join(noted)}")
    return manifest


def place(folder: Path, name: str) -> Path:
    """Where a file of the archive goes. Raises BackupError for a name that leads elsewhere."""
    last = name.rpartition("/")[2]
    if last in ("", ".", "..") or "\0" in last:
        raise BackupError(f"it holds a file of the impossible name {name!r}")
    return folder / last


def _first(tar: tarfile.TarFile) -> bytes:
    member = tar.next()
    content = tar.extractfile(member) if member is not None and member.name == NAME and member.isfile() else None
    if content is None:
        raise BackupError(f"it does not begin with a {NAME}: this is no backup of salonbot's")
    return content.read(LARGEST_MANIFEST)


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, one: FileNote, folder: Path) -> None:
    content = tar.extractfile(member)
    assert content is not None, "a plain file has content"
    with place(folder, one.name).open("xb") as target:
        found = digested(content, target.write)
    if found != (one.sha256, one.size):
        raise BackupError(f"{one.name} in it is not what was put in")

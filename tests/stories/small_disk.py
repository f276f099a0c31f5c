"""A file system of a test's own that can really run full, in a mount namespace of its own.

The namespace ends with the process that holds it, and that one ends when this process does, however it ends: nothing
stays mounted. Seen from here the file system lies below `/proc`; `within` is what a command has to be started with to
see it in its place.
"""

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

MIB, PAGE = 1024 * 1024, 4096
HOLD = 'mount -t tmpfs -o size="$1",nr_inodes="$2" salonbot-test "$3" && echo mounted && exec cat'


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A few MiB, and as few files."""

    holder: int
    place: Path
    """Where it is for whoever is `within`."""

    @property
    def within(self) -> tuple[str, ...]:
        """Before a command."""
        return ("nsenter", "--target", str(self.holder), "--mount", f"--wd={Path.cwd()}")

    @property
    def seen(self) -> Path:
        """Where it is from here."""
        return Path(f"/proc/{self.holder}/root{self.place}")

    def fill(self, but: int = 0) -> None:
        """Not a byte more goes onto it, or but so many."""
        with (self.seen / "ballast").open("ab", buffering=0) as ballast:
            with _until_full():
                while ballast.write(b"\0" * PAGE):
                    pass
            ballast.truncate(max(0, ballast.tell() - but))

    def fill_with_files(self) -> None:
        """There are bytes left, but no file more goes onto it."""
        (crowd := self.seen / "crowd").mkdir()
        with _until_full():
            for number in range(MIB):
                (crowd / str(number)).touch()

    def make_room(self) -> None:
        """What filled it is gone."""
        (self.seen / "ballast").unlink(missing_ok=True)
        for file in (self.seen / "crowd").glob("*"):
            file.unlink()


@contextmanager
def _until_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


@contextmanager
def small_disk(place: Path, *, size: int = 16 * MIB, files: int = 200) -> Iterator[SmallDisk]:
    """Mounted on that folder; skips the test, saying why, where this machine does not let us."""
    command = ["unshare", "--mount", "sh", "-c", HOLD, "sh", str(size), str(files), str(place)]
    pipe = subprocess.PIPE
    try:
        holder = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    except OSError as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    with holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stderr is not None
        if holder.stdout.readline() != "mounted\n":
            pytest.skip(f"no file system can be mounted here: {holder.stderr.read().strip()}")
        yield SmallDisk(holder.pid, place)
        holder.stdin.close()

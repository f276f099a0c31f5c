"""Reading and changing the memory of the Go program that is loaded into this process.

A Go string is a pointer and a length, a list of them a pointer, a length and a capacity; both lie in the program's
writable data. Linux only: the places are found through /proc/self/maps.
"""

import ctypes
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

STRING = struct.Struct("<QQ")
"""A Go string: where its bytes are, and how many."""
_LONGEST_VARIABLE = 1 << 17
_LOADED = 1
"""PT_LOAD."""


class UnknownEngineError(Exception):
    """The loaded engine does not look as expected, or this machine does not show its memory."""


@dataclass(frozen=True, slots=True)
class Region:
    start: int
    end: int
    writable: bool
    path: str

    def contents(self) -> bytes:
        return ctypes.string_at(self.start, self.end - self.start)


def overwrite(old: bytes, new: bytes) -> int:
    """Put `new` wherever `old` is in the engine's writable data; returns in how many places."""
    return sum(_overwrite(region, old, new) for region in image() if region.writable)


def replace_constant(old: str, new: str) -> int:
    """Make the program's own Go strings that read `old` read `new`; returns how many there were.

    A string cannot change its length, so whatever points at the old one is pointed at a new one.
    """
    regions, wanted = image(), old.encode()
    texts = [address for region in regions for address in _places(region, wanted)]
    headers = [STRING.pack(address, len(wanted)) for address in texts]
    replacement = _kept(new)
    return sum(_overwrite(region, header, replacement) for region in regions if region.writable for header in headers)


def replace_environment(name: str, value: str) -> int:
    """Change a variable in the environment that Go copied when the process started; returns in how many copies.

    A variable that was not there at the start of the process is not found: Go knows its names by then.
    """
    start = f"{name}=".encode()
    replacement = _kept(f"{name}={value}")
    replaced = 0
    for entries in _lists_of_strings():
        for address in range(entries.start, entries.stop, STRING.size):
            if go_bytes(address).startswith(start):
                ctypes.memmove(address, replacement, len(replacement))
                replaced += 1
    return replaced


_kept_alive: list[ctypes.Array[ctypes.c_char]] = []


def _kept(text: str) -> bytes:
    """A Go string that reads so, for as long as the process lives."""
    replacement = ctypes.create_string_buffer(text.encode())
    _kept_alive.append(replacement)
    return STRING.pack(ctypes.addressof(replacement), len(replacement) - 1)


def _lists_of_strings() -> Iterator[range]:
    """Where the program's variables that look like the copied environment have their entries."""
    most = Path("/proc/self/environ").read_bytes().count(b"\0")
    readable = _readable()
    for region in image():
        if not region.writable:
            continue
        words = memoryview(region.contents()).cast("Q")
        for position in range(len(words) - 2):
            entries, length = words[position], words[position + 1]
            if 0 < length <= most and length <= words[position + 2] <= 2 * length + 16:
                places = range(entries, entries + length * STRING.size)
                if all(_is_variable(address, readable) for address in places[:: STRING.size]):
                    yield places


def _is_variable(address: int, readable: list[Region]) -> bool:
    if not _within(address, STRING.size, readable):
        return False
    text, length = STRING.unpack(ctypes.string_at(address, STRING.size))
    return 0 < length < _LONGEST_VARIABLE and _within(text, length, readable) and b"=" in go_bytes(address)


def _within(address: int, size: int, regions: list[Region]) -> bool:
    return any(region.start <= address and address + size <= region.end for region in regions)


def go_bytes(address: int) -> bytes:
    """What the Go string at that address reads."""
    return ctypes.string_at(*STRING.unpack(ctypes.string_at(address, STRING.size)))


def _places(region: Region, wanted: bytes) -> Iterator[int]:
    data = region.contents()
    position = data.find(wanted)
    while position >= 0:
        yield region.start + position
        position = data.find(wanted, position + 1)


def _overwrite(region: Region, old: bytes, new: bytes) -> int:
    places = list(_places(region, old))
    for address in places:
        ctypes.memmove(address, new, len(new))
    return len(places)


def image() -> list[Region]:
    """The readable parts of the loaded engine, with the zeroed memory that follows it; UnknownEngineError if none."""
    readable = _readable()
    named = [region for region in readable if Path(region.path).name.startswith("neonize")]
    if not named:
        raise UnknownEngineError("neonize's shared library is not in this process's memory")
    # The system joins the zeroed memory with whatever lies behind it: that is other threads', and comes and goes.
    end = named[0].start + _loaded_size(named[0].path)
    zeroed = [
        replace(region, end=min(region.end, end))
        for region in readable
        if not region.path and named[-1].end <= region.start < end
    ]
    return named + zeroed


def _loaded_size(library: str) -> int:
    """Bytes it takes in memory, from its program headers (elf(5), 64 bits)."""
    with open(library, "rb") as file:
        header = file.read(4096)
    (first,) = struct.unpack_from("<Q", header, 0x20)
    size, count = struct.unpack_from("<HH", header, 0x36)
    ends: list[int] = []
    for place in range(first, first + size * count, size):
        (kind,) = struct.unpack_from("<I", header, place)
        address, _, _, length = struct.unpack_from("<4Q", header, place + 0x10)
        if kind == _LOADED:
            ends.append(address + length)
    return max(ends)


def _readable() -> list[Region]:
    """All memory of this process that may be read."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            lines = [line.split(maxsplit=5) for line in maps]
    except OSError as error:
        raise UnknownEngineError(f"the loopback WhatsApp needs Linux: {error}") from error
    regions = []
    for addresses, rights, *rest in lines:
        start, end = (int(address, 16) for address in addresses.split("-"))
        path = rest[3].strip() if len(rest) > 3 else ""
        # The kernel's own pages can be listed as readable and still not be read.
        if "r" in rights and not path.startswith("[v"):
            regions.append(Region(start, end, "w" in rights, path))
    return regions

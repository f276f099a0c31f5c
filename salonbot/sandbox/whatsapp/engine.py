"""The loaded engine's memory: its token dictionary, read; what it trusts, overwritten. And the classes it speaks in.

The engine is a Go program in a shared library inside this process. It keeps the protocol's dictionary as an array of
Go strings (pointer, length), the key it checks servers against as 32 bytes in its writable data, and the places of
certificates as strings. Linux only: the places are found through /proc/self/maps.
"""

import ctypes
import functools
import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salonbot.sandbox.whatsapp.nodes import Dictionary

WHATSAPP_ROOT_KEY = bytes.fromhex("142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b")
"""The public key that WhatsApp's certificates are signed with (handshake.go, WACertPubKey)."""

_WORDS = 236
_TABLE = 256
_LONGEST_WORD = 200
_LONGEST_VARIABLE = 1 << 17
_STRING = struct.Struct("<QQ")
# The dictionary opens with the empty string and these two words of XMPP.
_FIRST_WORD, _SECOND_WORD = b"xmlstreamstart", b"xmlstreamend"


class UnknownEngineError(Exception):
    """The loaded engine does not look as expected, or this machine does not show its memory."""


@dataclass(frozen=True, slots=True)
class _Region:
    start: int
    end: int
    writable: bool
    path: str

    def contents(self) -> bytes:
        return ctypes.string_at(self.start, self.end - self.start)


@functools.cache
def protocol_classes() -> Any:
    """A namespace of the engine's generated protobuf classes; loads the engine on the first call."""
    _provide_libmagic()
    root = logging.getLogger()
    before = root.level, list(root.handlers)
    from neonize.proto.waAdv import WAAdv_pb2
    from neonize.proto.waCert import WACert_pb2
    from neonize.proto.waCommon import WACommon_pb2
    from neonize.proto.waE2E import WAWebProtobufsE2E_pb2
    from neonize.proto.waWa6 import WAWebProtobufsWa6_pb2

    # neonize calls logging.basicConfig when imported, which must not decide how this process logs.
    root.setLevel(before[0])
    root.handlers[:] = before[1]
    return _Classes(WAAdv_pb2, WACert_pb2, WACommon_pb2, WAWebProtobufsE2E_pb2, WAWebProtobufsWa6_pb2)


@dataclass(frozen=True, slots=True)
class _Classes:
    identity: Any
    certificate: Any
    common: Any
    content: Any
    login: Any


@functools.cache
def read_dictionary() -> Dictionary:
    """The words of the binary protocol, out of the loaded engine; UnknownEngineError if they are not found."""
    protocol_classes()
    regions = _regions()
    inside = range(min(region.start for region in regions), max(region.end for region in regions))
    array = _find_array(regions, inside)
    words = [_word_at(array + position * _STRING.size, inside) for position in range(_WORDS + 4 * _TABLE)]
    if len(set(words)) < len(words) - _TABLE:
        raise UnknownEngineError("the words found in the engine's memory are no dictionary")
    tables = [tuple(words[_WORDS + table * _TABLE :][:_TABLE]) for table in range(4)]
    return Dictionary(single=tuple(words[:_WORDS]), double=tuple(tables))


def overwrite(old: bytes, new: bytes) -> int:
    """Put `new` wherever `old` is in the engine's writable data; returns in how many places."""
    protocol_classes()
    return sum(_overwrite(region, old, new) for region in _regions() if region.writable)


def replace_constant(old: str, new: str) -> int:
    """Make the program's own Go strings that read `old` read `new`; returns how many there were.

    A string cannot change its length, so whatever points at the old one is pointed at a new one.
    """
    protocol_classes()
    image, wanted = _regions(), old.encode()
    texts = [address for region in image for address in _places(region, wanted)]
    headers = [_STRING.pack(address, len(wanted)) for address in texts]
    replacement = _kept(new)
    return sum(_overwrite(region, header, replacement) for region in image if region.writable for header in headers)


def replace_environment(name: str, value: str) -> int:
    """Change a variable in the environment that Go copied when the process started; returns in how many copies.

    A variable that was not there at the start of the process is not found: Go knows its names by then.
    """
    protocol_classes()
    start = f"{name}=".encode()
    replacement = _kept(f"{name}={value}")
    replaced = 0
    for entries in _lists_of_strings():
        for address in range(entries.start, entries.stop, _STRING.size):
            if _go_bytes(address).startswith(start):
                ctypes.memmove(address, replacement, len(replacement))
                replaced += 1
    return replaced


_kept_alive: list[ctypes.Array[ctypes.c_char]] = []


def _kept(text: str) -> bytes:
    """A Go string that reads so, for as long as the process lives."""
    replacement = ctypes.create_string_buffer(text.encode())
    _kept_alive.append(replacement)
    return _STRING.pack(ctypes.addressof(replacement), len(replacement) - 1)


def _lists_of_strings() -> Iterator[range]:
    """Where the program's variables that look like the copied environment have their entries."""
    most = Path("/proc/self/environ").read_bytes().count(b"\0")
    readable = _readable()
    for region in _regions():
        if not region.writable:
            continue
        words = memoryview(region.contents()).cast("Q")
        for position in range(len(words) - 2):
            entries, length = words[position], words[position + 1]
            if 0 < length <= most and length <= words[position + 2] <= 2 * length + 16:
                places = range(entries, entries + length * _STRING.size)
                if all(_is_variable(address, readable) for address in places[:: _STRING.size]):
                    yield places


def _is_variable(address: int, readable: list[_Region]) -> bool:
    if not _within(address, _STRING.size, readable):
        return False
    text, length = _STRING.unpack(ctypes.string_at(address, _STRING.size))
    return 0 < length < _LONGEST_VARIABLE and _within(text, length, readable) and b"=" in _go_bytes(address)


def _within(address: int, size: int, regions: list[_Region]) -> bool:
    return any(region.start <= address and address + size <= region.end for region in regions)


def _go_bytes(address: int) -> bytes:
    return ctypes.string_at(*_STRING.unpack(ctypes.string_at(address, _STRING.size)))


def _places(region: _Region, wanted: bytes) -> Iterator[int]:
    data = region.contents()
    position = data.find(wanted)
    while position >= 0:
        yield region.start + position
        position = data.find(wanted, position + 1)


def _overwrite(region: _Region, old: bytes, new: bytes) -> int:
    places = list(_places(region, old))
    for address in places:
        ctypes.memmove(address, new, len(new))
    return len(places)


def _provide_libmagic() -> None:
    """neonize imports python-magic, which wants a system library many machines lack; pylibmagic carries one."""
    try:
        ctypes.CDLL("libmagic.so.1")
    except OSError:
        import pylibmagic  # noqa: F401 - importing it is its whole interface


def _regions() -> list[_Region]:
    """The readable parts of the engine's image, with the zeroed memory that follows it."""
    regions = []
    end_of_image = 0
    for region in _readable():
        if "neonize" in region.path or (not region.path and region.start == end_of_image):
            regions.append(region)
            end_of_image = region.end
    if not regions:
        raise UnknownEngineError("neonize's shared library is not in this process's memory")
    return regions


def _readable() -> list[_Region]:
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
            regions.append(_Region(start, end, "w" in rights, path))
    return regions


def _find_array(regions: list[_Region], inside: range) -> int:
    """The address of the dictionary's first entry: the one before an entry holding the first word."""
    length = struct.pack("<Q", len(_FIRST_WORD))
    for region in regions:
        data = region.contents()
        position = data.find(length)
        while position >= 0:
            entry = position - 8
            if entry >= _STRING.size and entry % 8 == 0 and _opens_dictionary(data, entry, inside):
                return region.start + entry - _STRING.size
            position = data.find(length, position + 1)
    raise UnknownEngineError("the dictionary was not found in the engine's memory")


def _opens_dictionary(data: bytes, entry: int, inside: range) -> bool:
    expected = (_FIRST_WORD, _SECOND_WORD)
    for position, word in enumerate(expected):
        offset = entry + position * _STRING.size
        if offset + _STRING.size > len(data):
            return False
        address, length = _STRING.unpack_from(data, offset)
        if length != len(word) or address not in inside or ctypes.string_at(address, length) != word:
            return False
    return True


def _word_at(address: int, inside: range) -> str:
    text, length = _STRING.unpack(ctypes.string_at(address, _STRING.size))
    if length == 0:
        return ""
    if length > _LONGEST_WORD or text not in inside:
        raise UnknownEngineError(f"entry at {address:#x} of the dictionary is no word")
    return ctypes.string_at(text, length).decode("ascii", errors="replace")

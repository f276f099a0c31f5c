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
from typing import Any

from salonbot.sandbox.whatsapp.nodes import Dictionary

WHATSAPP_ROOT_KEY = bytes.fromhex("142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b")
"""The public key that WhatsApp's certificates are signed with (handshake.go, WACertPubKey)."""

_WORDS = 236
_TABLE = 256
_LONGEST_WORD = 200
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


def replace_text(old: str, new: str) -> int:
    """Make every Go string in memory that reads `old` read `new`; returns how many there were.

    Strings themselves cannot change their length, so the places that point at them are pointed at the new one.
    """
    protocol_classes()
    wanted, replacement = old.encode(), ctypes.create_string_buffer(new.encode())
    _kept_alive.append(replacement)
    header = _STRING.pack(ctypes.addressof(replacement), len(replacement) - 1)
    writable = [region for region in _readable() if region.writable]
    texts = [address for region in (*_regions(), *writable) for address in _places(region, wanted)]
    return sum(
        _overwrite(region, _STRING.pack(address, len(wanted)), header) for address in set(texts) for region in writable
    )


# Go points at these bytes for as long as the process lives.
_kept_alive: list[ctypes.Array[ctypes.c_char]] = []


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

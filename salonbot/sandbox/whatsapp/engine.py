"""The engine as the sandbox uses it: the protobuf classes it speaks in, and its dictionary, read out of its memory."""

import ctypes
import functools
import logging
import struct
from dataclasses import dataclass
from typing import Any

from salonbot.sandbox.whatsapp.memory import STRING, Region, UnknownEngineError, image
from salonbot.sandbox.whatsapp.nodes import Dictionary

_WORDS = 236
_TABLE = 256
_LONGEST_WORD = 200
# The dictionary opens with the empty string and these two words of XMPP.
_FIRST_WORD, _SECOND_WORD = b"xmlstreamstart", b"xmlstreamend"


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
    regions = image()
    inside = range(min(region.start for region in regions), max(region.end for region in regions))
    array = _find_array(regions, inside)
    words = [_word_at(array + position * STRING.size, inside) for position in range(_WORDS + 4 * _TABLE)]
    if len(set(words)) < len(words) - _TABLE:
        raise UnknownEngineError("the words found in the engine's memory are no dictionary")
    tables = [tuple(words[_WORDS + table * _TABLE :][:_TABLE]) for table in range(4)]
    return Dictionary(single=tuple(words[:_WORDS]), double=tuple(tables))


def _provide_libmagic() -> None:
    """neonize imports python-magic, which wants a system library many machines lack; pylibmagic carries one."""
    try:
        ctypes.CDLL("libmagic.so.1")
    except OSError:
        import pylibmagic  # noqa: F401 - importing it is its whole interface


def _find_array(regions: list[Region], inside: range) -> int:
    """The address of the dictionary's first entry: the one before an entry holding the first word."""
    length = struct.pack("<Q", len(_FIRST_WORD))
    for region in regions:
        data = region.contents()
        position = data.find(length)
        while position >= 0:
            entry = position - 8
            if entry >= STRING.size and entry % 8 == 0 and _opens_dictionary(data, entry, inside):
                return region.start + entry - STRING.size
            position = data.find(length, position + 1)
    raise UnknownEngineError("the dictionary was not found in the engine's memory")


def _opens_dictionary(data: bytes, entry: int, inside: range) -> bool:
    expected = (_FIRST_WORD, _SECOND_WORD)
    for position, word in enumerate(expected):
        offset = entry + position * STRING.size
        if offset + STRING.size > len(data):
            return False
        address, length = STRING.unpack_from(data, offset)
        if length != len(word) or address not in inside or ctypes.string_at(address, length) != word:
            return False
    return True


def _word_at(address: int, inside: range) -> str:
    text, length = STRING.unpack(ctypes.string_at(address, STRING.size))
    if length == 0:
        return ""
    if length > _LONGEST_WORD or text not in inside:
        raise UnknownEngineError(f"entry at {address:#x} of the dictionary is no word")
    return ctypes.string_at(text, length).decode("ascii", errors="replace")

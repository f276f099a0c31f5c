"""Protocol buffers by hand, for the three Signal messages that neonize's generated classes do not include."""

import io
from collections.abc import Mapping
from typing import assert_never

Field = int | bytes

_NUMBER, _BYTES = 0, 2


def encode_fields(*fields: tuple[int, Field]) -> bytes:
    """The message holding these `(field number, value)` in that order; numbers are written as varints."""
    out = bytearray()
    for number, value in fields:
        match value:
            case int():
                out += _varint(number << 3 | _NUMBER) + _varint(value)
            case bytes():
                out += _varint(number << 3 | _BYTES) + _varint(len(value)) + value
            case _:
                assert_never(value)
    return bytes(out)


def decode_fields(data: bytes) -> Mapping[int, Field]:
    """The last value of each field; ValueError for anything but varints and byte strings, or for a cut message."""
    stream = io.BytesIO(data)
    fields: dict[int, Field] = {}
    while stream.tell() < len(data):
        key = _read_varint(stream)
        number, wire = key >> 3, key & 7
        if wire == _NUMBER:
            fields[number] = _read_varint(stream)
        elif wire == _BYTES:
            length = _read_varint(stream)
            value = stream.read(length)
            if len(value) != length:
                raise ValueError("the message is cut short")
            fields[number] = value
        else:
            raise ValueError(f"wire type {wire} does not occur in Signal's messages")
    return fields


def number(fields: Mapping[int, Field], key: int, default: int | None = None) -> int:
    """That varint field; ValueError if it is not there and has no default."""
    value = fields.get(key, default)
    if not isinstance(value, int):
        raise ValueError(f"field {key} should be a number, is {value!r}")
    return value


def octets(fields: Mapping[int, Field], key: int) -> bytes:
    """That byte-string field; ValueError if it is not there."""
    value = fields.get(key)
    if not isinstance(value, bytes):
        raise ValueError(f"field {key} should be bytes, is {value!r}")
    return value


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _read_varint(stream: io.BytesIO) -> int:
    result = 0
    for shift in range(0, 70, 7):
        byte = stream.read(1)
        if not byte:
            raise ValueError("the message is cut short")
        result |= (byte[0] & 127) << shift
        if byte[0] < 128:
            return result
    raise ValueError("a number of more than ten bytes")

"""WhatsApp's binary XML: a node with attributes and either child nodes or bytes inside, and its way to bytes and back.

Strings are written raw: the engine accepts that, so the token dictionary is needed for reading only.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

USERS = "s.whatsapp.net"
LIDS = "lid"
GROUPS = "g.us"
BROADCAST = "broadcast"

# Codes from 1 to 235 stand for a word of the dictionary, from 236 to 239 for one of its four tables.
_FIRST_DICTIONARY = 236
_EMPTY, _LIST8, _LIST16 = 0, 248, 249
_DEVICE_JID, _JID = 247, 250
_BYTES8, _BYTES20, _BYTES32 = 252, 253, 254
_LENGTH_OF = {_BYTES8: 1, _BYTES20: 3, _BYTES32: 4}
_COMPRESSED = 2
_LID_DOMAIN = 1
_NIBBLE_LETTERS, _HEX_LETTERS = "0123456789-.???\0", "0123456789ABCDEF"


@dataclass(frozen=True, slots=True)
class Jid:
    """An address: a phone number or LID, a device of it (0 is the phone itself), a group; empty user: a server."""

    user: str
    server: str
    device: int = 0

    @classmethod
    def parse(cls, text: str) -> "Jid":
        """`user@server` or `user:device@server`."""
        name, _, server = text.rpartition("@")
        user, _, device = name.partition(":")
        return cls(user, server, int(device or 0))

    def __str__(self) -> str:
        device = f":{self.device}" if self.device else ""
        return f"{self.user}{device}@{self.server}"

    def of_device(self, device: int) -> "Jid":
        """The address of that device of the same person; 0 is the person."""
        return Jid(self.user, self.server, device)


SERVER = Jid("", USERS)
STATUS = Jid("status", BROADCAST)

Value = str | Jid


@dataclass(frozen=True, slots=True)
class Node:
    """One element. Text inside an element is bytes, whichever way it was written."""

    tag: str
    attrs: Mapping[str, Value] = field(default_factory=dict)
    content: "Sequence[Node] | bytes | None" = None

    @property
    def children(self) -> "Sequence[Node]":
        return self.content if not isinstance(self.content, bytes) and self.content is not None else ()

    @property
    def data(self) -> bytes:
        """The bytes inside; none if there are children or nothing."""
        return self.content if isinstance(self.content, bytes) else b""

    def child(self, *path: str) -> "Node | None":
        """The first child with that tag, or its first child with the next one, and so on."""
        node: Node | None = self
        for tag in path:
            node = next((child for child in node.children if child.tag == tag), None) if node else None
        return node

    def all(self, tag: str) -> "list[Node]":
        return [child for child in self.children if child.tag == tag]

    def text(self, attr: str) -> str:
        """That attribute as text; empty if it is not there."""
        return str(self.attrs.get(attr, ""))

    def jid(self, attr: str) -> Jid | None:
        """That attribute as an address; None if it is not there or is none."""
        value = self.attrs.get(attr)
        if isinstance(value, Jid):
            return value
        return Jid.parse(value) if value and "@" in value else None


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The strings that have a code of one byte, and the four tables of those with two."""

    single: Sequence[str]
    double: Sequence[Sequence[str]]


def encode(node: Node) -> bytes:
    """The frame of that node, uncompressed."""
    out = bytearray(b"\0")
    _write_node(out, node)
    return bytes(out)


def decode(frame: bytes, dictionary: Dictionary) -> Node:
    """The node in that frame; ValueError if the frame is none."""
    if not frame:
        raise ValueError("an empty frame")
    body = frame[1:]
    try:
        return _Reader(zlib.decompress(body) if frame[0] & _COMPRESSED else body, dictionary).node()
    except (IndexError, zlib.error) as error:
        raise ValueError(f"this frame cannot be read: {error}") from error


def _write_node(out: bytearray, node: Node) -> None:
    _write_list_size(out, 1 + 2 * len(node.attrs) + (node.content is not None))
    _write_text(out, node.tag)
    for key, value in node.attrs.items():
        _write_text(out, key)
        if isinstance(value, Jid):
            _write_jid(out, value)
        else:
            _write_text(out, value)
    if isinstance(node.content, bytes):
        _write_bytes(out, node.content)
    elif node.content is not None:
        _write_list_size(out, len(node.content))
        for child in node.content:
            _write_node(out, child)


def _write_jid(out: bytearray, jid: Jid) -> None:
    if jid.device and jid.server in (USERS, LIDS):
        out += bytes([_DEVICE_JID, _LID_DOMAIN if jid.server == LIDS else 0, jid.device])
        _write_text(out, jid.user)
        return
    out.append(_JID)
    if jid.user:
        _write_text(out, jid.user)
    else:
        out.append(_EMPTY)
    _write_text(out, jid.server)


def _write_text(out: bytearray, text: str) -> None:
    _write_bytes(out, text.encode())


def _write_bytes(out: bytearray, data: bytes) -> None:
    size = len(data)
    if size < 1 << 8:
        out += bytes([_BYTES8, size])
    elif size < 1 << 20:
        out += bytes([_BYTES20]) + size.to_bytes(3, "big")
    else:
        out += bytes([_BYTES32]) + size.to_bytes(4, "big")
    out += data


def _write_list_size(out: bytearray, size: int) -> None:
    if size == 0:
        out.append(_EMPTY)
    elif size < 1 << 8:
        out += bytes([_LIST8, size])
    else:
        out += bytes([_LIST16]) + size.to_bytes(2, "big")


class _Reader:
    """Reads one frame from its start to its end."""

    def __init__(self, data: bytes, dictionary: Dictionary) -> None:
        self._data = data
        self._position = 0
        self._dictionary = dictionary

    def node(self) -> Node:
        size = self._list_size(self._byte())
        if size == 0:
            raise ValueError("a node without a tag")
        tag = self._text()
        attrs = {self._text(): self._attribute() for _ in range((size - 1) // 2)}
        return Node(tag, attrs, self._content() if size % 2 == 0 else None)

    def _content(self) -> "Sequence[Node] | bytes | None":
        if self._data[self._position] in (_LIST8, _LIST16):
            return [self.node() for _ in range(self._list_size(self._byte()))]
        value = self._value()
        return str(value).encode() if isinstance(value, str | Jid) else value

    def _attribute(self) -> Value:
        value = self._value()
        if value is None:
            raise ValueError("an attribute without a value")
        return value.decode(errors="replace") if isinstance(value, bytes) else value

    def _text(self) -> str:
        return str(self._attribute())

    def _value(self) -> "Value | bytes | None":
        code = self._byte()
        match code:
            case 0:
                return None
            case 252 | 253 | 254:
                return self._take(self._number(_LENGTH_OF[code]))
            case 236 | 237 | 238 | 239:
                return self._dictionary.double[code - _FIRST_DICTIONARY][self._byte()]
            case 250:
                user = self._value()
                return Jid(user.decode() if isinstance(user, bytes) else str(user or ""), self._text())
            case 247:
                domain, device = self._byte(), self._byte()
                return Jid(self._text(), LIDS if domain == _LID_DOMAIN else USERS, device)
            case 251:
                return self._packed(_HEX_LETTERS)
            case 255:
                return self._packed(_NIBBLE_LETTERS)
            case _:
                return self._dictionary.single[code]

    def _packed(self, letters: str) -> str:
        """Two letters to a byte; the top bit of the length tells that the last one is padding."""
        length = self._byte()
        packed = self._take(length & 127)
        text = "".join(letters[byte >> 4] + letters[byte & 15] for byte in packed)
        return text[:-1] if length & 128 else text

    def _list_size(self, code: int) -> int:
        match code:
            case 0:
                return 0
            case 248:
                return self._byte()
            case 249:
                return self._number(2)
        raise ValueError(f"a list expected, found code {code}")

    def _byte(self) -> int:
        return self._number(1)

    def _number(self, size: int) -> int:
        return int.from_bytes(self._take(size), "big")

    def _take(self, size: int) -> bytes:
        taken = self._data[self._position : self._position + size]
        if len(taken) != size:
            raise ValueError("the frame is cut short")
        self._position += size
        return taken

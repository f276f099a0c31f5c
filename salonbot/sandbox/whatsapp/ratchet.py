"""Signal's double ratchet: one session between two devices, safe against lost, repeated and reordered messages.

Version 3 of the protocol, as libsignal speaks it: HKDF infos `WhisperText`, `WhisperRatchet`, `WhisperMessageKeys`,
AES-256-CBC with PKCS#7, and eight bytes of HMAC-SHA256 over both identities and the message.
"""

import hmac
from dataclasses import dataclass, field
from typing import Literal

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from salonbot.sandbox.whatsapp.curve import KEY_TYPE, KeyPair, derive
from salonbot.sandbox.whatsapp.protobuf import decode_fields, encode_fields, number, octets

VERSION = b"\x33"
_MAC = 8
_FARTHEST = 2000
"""How many messages one may run ahead of the last one received (libsignal's bound)."""
_CHAINS = 5
"""How many of the other side's older chains are kept for late messages (libsignal's bound)."""
_BLOCK_BITS = 128

Kind = Literal["pkmsg", "msg"]


class UndecryptableError(Exception):
    """The message does not belong to this session, or was changed on its way."""


class RepeatedMessageError(UndecryptableError):
    """This very message was decrypted before, or lies too far back."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted message: `pkmsg` opens a session, `msg` continues one."""

    kind: Kind
    data: bytes


@dataclass(frozen=True, slots=True)
class Opening:
    """What a sender tells about its keys until the other side has answered; X3DH needs no more."""

    prekey_id: int | None
    signed_prekey_id: int
    base_key: bytes
    identity: bytes
    registration_id: int

    def wrap(self, message: bytes) -> bytes:
        """The `pkmsg` carrying that message."""
        prekey = [] if self.prekey_id is None else [(1, self.prekey_id)]
        return VERSION + encode_fields(
            *prekey,
            (2, KEY_TYPE + self.base_key),
            (3, KEY_TYPE + self.identity),
            (4, message),
            (5, self.registration_id),
            (6, self.signed_prekey_id),
        )

    @classmethod
    def unwrap(cls, data: bytes) -> "tuple[Opening, bytes]":
        """The opening in a `pkmsg`, and the message it carries; UndecryptableError if there is none."""
        try:
            fields = decode_fields(data[1:])
            prekey = number(fields, 1) if 1 in fields else None
            opening = cls(prekey, number(fields, 6), octets(fields, 2)[1:], octets(fields, 3)[1:], number(fields, 5, 0))
            return opening, octets(fields, 4)
        except ValueError as error:
            raise UndecryptableError(f"this opens no session: {error}") from error


@dataclass(slots=True)
class Chain:
    """A row of message keys, each made from the one before; `skipped` are seeds of messages not yet seen."""

    key: bytes
    index: int = 0
    skipped: dict[int, bytes] = field(default_factory=dict)

    def next_seed(self) -> bytes:
        seed = hmac.digest(self.key, b"\1", "sha256")
        self.key = hmac.digest(self.key, b"\2", "sha256")
        self.index += 1
        return seed

    def advanced(self, target: int) -> "tuple[bytes, Chain]":
        """The seed of message number `target`, and the chain as it is after that message; this one stays as it is."""
        if target < self.index:
            if target not in self.skipped:
                raise RepeatedMessageError(f"message {target} of this chain was seen before")
            return self.skipped[target], Chain(
                self.key, self.index, {index: seed for index, seed in self.skipped.items() if index != target}
            )
        if target - self.index > _FARTHEST:
            raise UndecryptableError(f"message {target} is too far ahead of {self.index}")
        after = Chain(self.key, self.index, dict(self.skipped))
        while after.index < target:
            index = after.index
            after.skipped[index] = after.next_seed()
        seed = after.next_seed()
        for oldest in list(after.skipped)[: max(0, len(after.skipped) - _FARTHEST)]:
            del after.skipped[oldest]
        return seed, after


class Session:
    """One end of a conversation between two devices."""

    def __init__(self, *, us: bytes, them: bytes, secret: bytes, ratchet: KeyPair, base_key: bytes) -> None:
        keys = derive(_X3DH_PREFIX + secret, info=b"WhisperText", length=64)
        self._us, self._them = us, them
        self._root, self._first_chain = keys[:32], keys[32:]
        self._ratchet = ratchet
        self._sending = Chain(self._first_chain)
        self._previous = 0
        self._receiving: dict[bytes, Chain] = {}
        self._opening: Opening | None = None
        self.base_key = base_key
        """The initiator's X3DH key: two openings with the same one are of the same session."""

    def speak_first(self, their_ratchet: bytes, opening: Opening) -> None:
        """Become the initiator: every message carries `opening` until the other side answers."""
        self._receiving[their_ratchet] = Chain(self._first_chain)
        self._root, self._sending = self._turned(self._root, self._ratchet, their_ratchet)
        self._opening = opening

    def encrypt(self, plain: bytes) -> Sealed:
        index = self._sending.index
        cipher_key, mac_key, vector = _message_keys(self._sending.next_seed())
        padder = padding.PKCS7(_BLOCK_BITS).padder()
        encryptor = Cipher(algorithms.AES(cipher_key), modes.CBC(vector)).encryptor()
        cipher = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
        body = VERSION + encode_fields((1, self._ratchet.typed), (2, index), (3, self._previous), (4, cipher))
        message = body + _mac(mac_key, self._us, self._them, body)
        if self._opening is None:
            return Sealed("msg", message)
        return Sealed("pkmsg", self._opening.wrap(message))

    def decrypt(self, message: bytes) -> bytes:
        """The plain text; UndecryptableError or RepeatedMessageError leave the session as it was."""
        body, mac = message[:-_MAC], message[-_MAC:]
        try:
            fields = decode_fields(body[1:])
            their_ratchet, index, cipher = octets(fields, 1)[1:], number(fields, 2, 0), octets(fields, 4)
        except ValueError as error:
            raise UndecryptableError(f"this is no message: {error}") from error
        known = self._receiving.get(their_ratchet)
        root, chain = (None, known) if known else self._turned(self._root, self._ratchet, their_ratchet)
        seed, after = chain.advanced(index)
        cipher_key, mac_key, vector = _message_keys(seed)
        if not hmac.compare_digest(mac, _mac(mac_key, self._them, self._us, body)):
            raise UndecryptableError("the message's MAC is wrong")
        plain = _unseal(cipher_key, vector, cipher)
        self._receiving[their_ratchet] = after
        if root is not None:
            self._turn(root, their_ratchet)
        self._opening = None
        return plain

    def _turn(self, root: bytes, their_ratchet: bytes) -> None:
        """The other side has a new ratchet key: take a new one too."""
        self._ratchet = KeyPair.generate()
        self._previous = max(0, self._sending.index - 1)
        self._root, self._sending = self._turned(root, self._ratchet, their_ratchet)
        for oldest in list(self._receiving)[:-_CHAINS]:
            del self._receiving[oldest]

    @staticmethod
    def _turned(root: bytes, ours: KeyPair, theirs: bytes) -> tuple[bytes, Chain]:
        try:
            secret = ours.agree(theirs)
        except ValueError as error:
            raise UndecryptableError(f"the ratchet key is none: {error}") from error
        keys = derive(secret, salt=root, info=b"WhisperRatchet", length=64)
        return keys[:32], Chain(keys[32:])


_X3DH_PREFIX = b"\xff" * 32


def _message_keys(seed: bytes) -> tuple[bytes, bytes, bytes]:
    keys = derive(seed, info=b"WhisperMessageKeys", length=80)
    return keys[:32], keys[32:64], keys[64:]


def _mac(key: bytes, sender: bytes, receiver: bytes, body: bytes) -> bytes:
    return hmac.digest(key, KEY_TYPE + sender + KEY_TYPE + receiver + body, "sha256")[:_MAC]


def _unseal(key: bytes, vector: bytes, cipher: bytes) -> bytes:
    try:
        decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
        unpadder = padding.PKCS7(_BLOCK_BITS).unpadder()
        return unpadder.update(decryptor.update(cipher) + decryptor.finalize()) + unpadder.finalize()
    except ValueError as error:
        raise UndecryptableError(f"the cipher text is damaged: {error}") from error

"""Curve25519 as WhatsApp uses it: one key pair agrees on secrets (X25519) and signs (XEdDSA)."""

import functools
from typing import Any, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_TYPE = b"\x05"
"""What Signal writes before a public key of this curve."""


class KeyPair:
    """A private key and its 32-byte public half."""

    def __init__(self, private: X25519PrivateKey) -> None:
        self._private = private
        self.public: bytes = private.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> Self:
        return cls(X25519PrivateKey.generate())

    @classmethod
    def from_private(cls, raw: bytes) -> Self:
        """The pair whose private half is these 32 bytes."""
        return cls(X25519PrivateKey.from_private_bytes(raw))

    @property
    def private(self) -> bytes:
        return self._private.private_bytes_raw()

    @property
    def typed(self) -> bytes:
        """The public half as Signal writes it: 33 bytes."""
        return KEY_TYPE + self.public

    def agree(self, their_public: bytes) -> bytes:
        """The 32-byte secret shared with the owner of that public key."""
        return self._private.exchange(X25519PublicKey.from_public_bytes(their_public))

    def sign(self, message: bytes) -> bytes:
        """The 64-byte XEdDSA signature."""
        bindings = _xeddsa()
        signature: bytes = bindings.ed25519_priv_sign(bindings.priv_force_sign(self.private, False), message)
        return signature


def derive(secret: bytes, *, info: bytes, length: int, salt: bytes = b"") -> bytes:
    """HKDF-SHA256; without a salt, the salt is 32 zero bytes."""
    return HKDF(hashes.SHA256(), length, salt or bytes(32), info).derive(secret)


@functools.cache
def _xeddsa() -> Any:
    # Loaded on first use: a native library that only a running server needs.
    import xeddsa.bindings

    return xeddsa.bindings

"""The server's side of Noise XX (25519, AES-GCM, SHA-256): the handshake, and the two ciphers that come out of it.

The engine adds one thing to Noise: the server's static key comes with a chain of two certificates, the first signed by
a root key it knows (handshake.go, verifyServerCert).
"""

import hashlib
import time

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from salonbot.sandbox.whatsapp.curve import KeyPair, derive
from salonbot.sandbox.whatsapp.engine import protocol_classes

PROLOGUE = b"WA\x06\x03"
_PATTERN = b"Noise_XX_25519_AESGCM_SHA256\0\0\0\0"
_YEAR_S = 365 * 24 * 3600


class HandshakeError(Exception):
    """The other side does not speak Noise as the engine does."""


class Cipher:
    """AES-GCM counting its own messages."""

    def __init__(self, key: bytes) -> None:
        self._key = AESGCM(key)
        self._count = 0

    def encrypt(self, plain: bytes, associated: bytes | None = None) -> bytes:
        return self._key.encrypt(self._next(), plain, associated)

    def decrypt(self, cipher: bytes, associated: bytes | None = None) -> bytes:
        return self._key.decrypt(self._next(), cipher, associated)

    def _next(self) -> bytes:
        nonce = bytes(8) + self._count.to_bytes(4, "big")
        self._count += 1
        return nonce


class ServerIdentity:
    """A server's static key and the certificates a root key vouches for it with."""

    def __init__(self, root: KeyPair) -> None:
        self.static = KeyPair.generate()
        intermediate = KeyPair.generate()
        words = protocol_classes().certificate.CertChain
        upper = _certificate_details(intermediate.public, serial=1, issuer=0)
        leaf = _certificate_details(self.static.public, serial=2, issuer=1)
        self.certificates: bytes = words(
            intermediate=words.NoiseCertificate(details=upper, signature=root.sign(upper)),
            leaf=words.NoiseCertificate(details=leaf, signature=intermediate.sign(leaf)),
        ).SerializeToString()


class Handshake:
    """One handshake: `answer` the first message, `finish` with the second."""

    def __init__(self, identity: ServerIdentity) -> None:
        self._identity = identity
        self._ephemeral = KeyPair.generate()
        self._hash = self._salt = _PATTERN
        self._cipher = Cipher(_PATTERN)
        self._absorb(PROLOGUE)

    def answer(self, hello: bytes) -> bytes:
        """The server's hello to this client hello."""
        theirs: bytes = protocol_classes().login.HandshakeMessage.FromString(hello).clientHello.ephemeral
        if len(theirs) != 32:
            raise HandshakeError("a client hello without a key")
        self._absorb(theirs)
        self._absorb(self._ephemeral.public)
        self._mix(self._ephemeral.agree(theirs))
        static = self._encrypt(self._identity.static.public)
        self._mix(self._identity.static.agree(theirs))
        reply = protocol_classes().login.HandshakeMessage()
        reply.serverHello.ephemeral = self._ephemeral.public
        reply.serverHello.static = static
        reply.serverHello.payload = self._encrypt(self._identity.certificates)
        frame: bytes = reply.SerializeToString()
        return frame

    def finish(self, frame: bytes) -> tuple[bytes, bytes]:
        """The client's static key and what it says about itself, a serialised ClientPayload."""
        final = protocol_classes().login.HandshakeMessage.FromString(frame).clientFinish
        try:
            static = self._decrypt(final.static)
            self._mix(self._ephemeral.agree(static))
            return static, self._decrypt(final.payload)
        except InvalidTag as error:
            raise HandshakeError("the client's last message cannot be decrypted") from error

    def split(self) -> tuple[Cipher, Cipher]:
        """The ciphers for everything after: what the client writes, what the server writes."""
        keys = derive(b"", salt=self._salt, info=b"", length=64)
        return Cipher(keys[:32]), Cipher(keys[32:])

    def _absorb(self, data: bytes) -> None:
        self._hash = hashlib.sha256(self._hash + data).digest()

    def _mix(self, secret: bytes) -> None:
        keys = derive(secret, salt=self._salt, info=b"", length=64)
        self._salt, self._cipher = keys[:32], Cipher(keys[32:])

    def _encrypt(self, plain: bytes) -> bytes:
        cipher = self._cipher.encrypt(plain, self._hash)
        self._absorb(cipher)
        return cipher

    def _decrypt(self, cipher: bytes) -> bytes:
        plain = self._cipher.decrypt(cipher, self._hash)
        self._absorb(cipher)
        return plain


def _certificate_details(key: bytes, *, serial: int, issuer: int) -> bytes:
    now = int(time.time())  # judged by Go, which looks at the machine's clock
    details: bytes = (
        protocol_classes()
        .certificate.CertChain.NoiseCertificate.Details(
            serial=serial, issuerSerial=issuer, key=key, notBefore=now - 24 * 3600, notAfter=now + _YEAR_S
        )
        .SerializeToString()
    )
    return details

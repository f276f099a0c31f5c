"""What a phone does to link a device: reads a QR code or types a pairing code, and signs the new device's identity.

Sources: pair.go (makeQRData, handlePair), pair-code.go.
"""

import hashlib
import hmac
import secrets
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from salonbot.sandbox.whatsapp.curve import KeyPair, derive
from salonbot.sandbox.whatsapp.engine import protocol_classes
from salonbot.sandbox.whatsapp.nodes import Node

_ACCOUNT_SIGNATURE = b"\x06\x00"
_ROUNDS = 2 << 16
_BUNDLE_INFO = b"link_code_pairing_key_bundle_encryption_key"


class PairingError(Exception):
    """The device was not linked; the message says why."""


class CodeNotShownError(PairingError):
    """No connected device shows this code: it was never shown, or has run out."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """What a device shows to be linked."""

    ref: str
    noise_key: bytes
    identity: bytes
    adv_secret: bytes

    @classmethod
    def parse(cls, text: str) -> "QrCode":
        """The code in `[address#]ref,noise key,identity key,ADV secret[,kind]`; PairingError if it is none."""
        try:
            ref, noise, identity, adv, *_ = text.rpartition("#")[2].split(",")
            return cls(ref, b64decode(noise), b64decode(identity), b64decode(adv))
        except (ValueError, Base64Error) as error:
            raise PairingError(f"this is no WhatsApp QR code: {error}") from error


def signed_identity(account: KeyPair, *, identity: bytes, adv_secret: bytes, key_index: int, now: int) -> bytes:
    """The account's word that the device with that identity belongs to it, sealed with the secret only both know."""
    words = protocol_classes().identity
    details = words.ADVDeviceIdentity(rawID=1, timestamp=now, keyIndex=key_index).SerializeToString()
    signed = words.ADVSignedDeviceIdentity(
        details=details,
        accountSignatureKey=account.public,
        accountSignature=account.sign(_ACCOUNT_SIGNATURE + details + identity),
    ).SerializeToString()
    sealed: bytes = words.ADVSignedDeviceIdentityHMAC(
        details=signed, HMAC=hmac.digest(adv_secret, signed, "sha256")
    ).SerializeToString()
    return sealed


class CodePairing:
    """The phone's side of pairing by code: eight letters shown by the device, typed into the phone."""

    def __init__(self, account: KeyPair, code: str, hello: Node) -> None:
        """`hello` is the device's `link_code_companion_reg`, stage `companion_hello`."""
        self._account = account
        self._code = code.replace("-", "").upper().encode()
        wrapped = _child(hello, "link_code_pairing_wrapped_companion_ephemeral_pub")
        self._their_key = self._cipher(wrapped[:32], wrapped[32:48]).update(wrapped[48:80])
        self._ephemeral = KeyPair.generate()

    def greeting(self, ref: bytes) -> Node:
        """The phone's half of the exchange, stage `primary_hello`."""
        salt, vector = secrets.token_bytes(32), secrets.token_bytes(16)
        wrapped = salt + vector + self._cipher(salt, vector).update(self._ephemeral.public)
        return Node(
            "link_code_companion_reg",
            {"stage": "primary_hello"},
            [
                Node("link_code_pairing_wrapped_primary_ephemeral_pub", {}, wrapped),
                Node("primary_identity_pub", {}, self._account.public),
                Node("link_code_pairing_ref", {}, ref),
            ],
        )

    def conclude(self, finish: Node) -> tuple[bytes, bytes]:
        """The device's identity key and the ADV secret, from its `companion_finish`; PairingError: a wrong code."""
        wrapped = _child(finish, "link_code_pairing_wrapped_key_bundle")
        shared = self._ephemeral.agree(self._their_key)
        key = derive(shared, salt=wrapped[:32], info=_BUNDLE_INFO, length=32)
        try:
            bundle = AESGCM(key).decrypt(wrapped[32:44], wrapped[44:], None)
        except InvalidTag as error:
            raise PairingError("the code typed into the phone is not the one shown") from error
        identity, randomness = bundle[:32], bundle[64:]
        secret = derive(shared + self._account.agree(identity) + randomness, info=b"adv_secret", length=32)
        return identity, secret

    def _cipher(self, salt: bytes, vector: bytes) -> CipherContext:
        key = hashlib.pbkdf2_hmac("sha256", self._code, salt, _ROUNDS)
        return Cipher(algorithms.AES(key), modes.CTR(vector)).encryptor()


def _child(node: Node, tag: str) -> bytes:
    child = node.child(tag)
    if child is None:
        raise PairingError(f"the device did not send {tag}")
    return child.data
